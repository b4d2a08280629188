//! The sets that Linux made, each unpacked once.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, Mutex};

use ruzstd::decoding::StreamingDecoder;

const PIECE: usize = 4096;

/// The images of a set, by name.
pub(crate) type Images = BTreeMap<String, Sparse>;

static SETS: Mutex<BTreeMap<String, Arc<Images>>> = Mutex::new(BTreeMap::new());

/// An image: its length, and what is not zero.
pub(crate) struct Sparse {
    bytes: usize,
    pieces: Vec<(usize, Vec<u8>)>,
}

impl Sparse {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let pieces = bytes.chunks(PIECE).enumerate();
        let used = pieces.filter(|(_, piece)| !is_zero(piece));
        let pieces = used.map(|(index, piece)| (index * PIECE, piece.to_vec())).collect();
        Self { bytes: bytes.len(), pieces }
    }

    /// Writes what lies below a byte; the rest is a hole.
    pub(crate) fn write(&self, path: &Path, end: usize) {
        let file = File::create(path).expect("a new image");
        file.set_len(self.bytes as u64).expect("a length");
        for (at, piece) in self.pieces.iter().filter(|(at, _)| *at < end) {
            file.write_all_at(piece, *at as u64).expect("room for an image");
        }
    }
}

/// Whether there are only zeros; whole pieces are compared, for a test is not optimised.
pub(crate) fn is_zero(bytes: &[u8]) -> bool {
    bytes.chunks(PIECE).all(|piece| *piece == [0; PIECE][..piece.len()])
}

/// The images of a set in `vectors/golden`.
pub(crate) fn images(set: &str) -> Arc<Images> {
    let mut sets = SETS.lock().expect("no other test failed in here");
    sets.entry(set.to_owned()).or_insert_with(|| Arc::new(unpack_all(set))).clone()
}

fn unpack_all(set: &str) -> Images {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/golden").join(set);
    let entries = fs::read_dir(folder).expect("the set");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let packed = paths.filter(|path| path.extension().is_some_and(|ending| ending == "zst"));
    let images: Images = packed
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, Sparse::new(&unpack(&path)))
        })
        .collect();
    assert!(!images.is_empty(), "{set}: no images");
    images
}

fn unpack(path: &Path) -> Vec<u8> {
    let file = File::open(path).expect("an image");
    let mut bytes = Vec::new();
    let mut decoder = StreamingDecoder::new(file).expect("a packed image");
    decoder.read_to_end(&mut bytes).expect("a whole image");
    bytes
}
