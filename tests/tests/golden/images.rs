//! The images of a set, unpacked.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use raid10_metadata::{Block, Minor, SECTOR_BYTES, Superblock};
use ruzstd::decoding::StreamingDecoder;
use sha2::{Digest, Sha256};

use super::manifest::Manifest;

/// A set with the images of its members.
pub(crate) struct Set {
    pub(crate) manifest: Manifest,
    pub(crate) members: Vec<Member>,
}

/// The image of one member.
pub(crate) struct Member {
    bytes: Vec<u8>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/golden")
}

/// The names of all sets, sorted.
pub(crate) fn folders() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the folder of sets");
    let paths = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir());
    let mut names: Vec<String> = paths
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

impl Set {
    /// Unpacks a set, and checks that each image is the one that the manifest means.
    pub(crate) fn load(name: &str) -> Self {
        let folder = folder().join(name);
        let text = fs::read_to_string(folder.join("MANIFEST")).expect("a manifest");
        let manifest = Manifest::parse(&text);
        assert_eq!(manifest.name, name);
        let members = manifest.members.iter().map(|member| {
            let bytes = unpack(&folder.join(&member.file));
            assert_eq!(bytes.len(), member.size, "{name}: {}", member.file);
            assert_eq!(hex(&Sha256::digest(&bytes)), member.sha256, "{name}: {}", member.file);
            Member { bytes }
        });
        let members: Vec<Member> = members.collect();
        let files = fs::read_dir(&folder).expect("the folder of the set").count();
        assert_eq!(files, members.len() + 1, "{name}: an image without a manifest");
        Self { manifest, members }
    }
}

impl Member {
    /// Sectors of the drive.
    pub(crate) fn drive_sectors(&self) -> u64 {
        (self.bytes.len() / SECTOR_BYTES) as u64
    }

    /// Sectors of the drive.
    pub(crate) fn sectors(&self, start: u64, count: u64) -> &[u8] {
        let from = start as usize * SECTOR_BYTES;
        &self.bytes[from..from + count as usize * SECTOR_BYTES]
    }

    /// The block that starts at a sector.
    pub(crate) fn block(&self, start: u64) -> &Block {
        self.sectors(start, 8).try_into().expect("a block")
    }

    /// The superblock; only one of the three places holds one.
    pub(crate) fn superblock(&self) -> Superblock<'_> {
        let parse = |minor: Minor| {
            let start = minor.start(self.drive_sectors()).expect("a drive that is large enough");
            Superblock::parse(self.block(start.0), minor, self.drive_sectors())
        };
        let mut found: Vec<_> =
            Minor::ALL.into_iter().filter_map(|minor| parse(minor).ok()).collect();
        assert_eq!(found.len(), 1, "one superblock");
        found.remove(0)
    }
}

fn unpack(path: &Path) -> Vec<u8> {
    let file = fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut decoder = StreamingDecoder::new(file).expect("a compressed image");
    let mut bytes = Vec::new();
    decoder.read_to_end(&mut bytes).expect("a whole image");
    bytes
}

/// Bytes as digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
