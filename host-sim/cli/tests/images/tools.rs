//! Folders of images, and the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use raid10_metadata::{Block, Editor, Minor};

use crate::golden::{self, Sparse};

/// The byte at which a superblock 1.2 starts.
pub(crate) const SUPERBLOCK: usize = 4096;
/// The byte at which the bitmap of the sets in `vectors/golden` starts.
pub(crate) const BITMAP: usize = 8192;

/// The byte at which their data start.
const DATA: usize = 1 << 20;

/// An empty folder for one test.
pub(crate) struct Folder(PathBuf);

/// What the program said.
pub(crate) struct Said {
    pub(crate) exit: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("images").join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a new folder");
        Self(path)
    }

    /// A folder with the images of a set that Linux made, and their names.
    pub(crate) fn golden(name: &str, set: &str) -> (Self, Vec<String>) {
        Self::with_images(name, set, usize::MAX)
    }

    /// The same without what the array holds, which takes most of the time.
    pub(crate) fn golden_without_data(name: &str, set: &str) -> (Self, Vec<String>) {
        Self::with_images(name, set, DATA)
    }

    fn with_images(name: &str, set: &str, end: usize) -> (Self, Vec<String>) {
        let folder = Self::new(name);
        let images = golden::images(set);
        for (file, image) in images.iter() {
            image.write(&folder.path(file), end);
        }
        (folder, images.keys().cloned().collect())
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.0.join(file)
    }

    pub(crate) fn read(&self, file: &str) -> Vec<u8> {
        fs::read(self.path(file)).expect("an image")
    }

    pub(crate) fn write(&self, file: &str, bytes: &[u8]) {
        Sparse::new(bytes).write(&self.path(file), usize::MAX);
    }

    /// Changes the bytes of an image.
    pub(crate) fn change(&self, file: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = self.read(file);
        change(&mut bytes);
        self.write(file, &bytes);
    }

    /// Changes a superblock 1.2 in the way in which it is meant to be changed.
    pub(crate) fn edit(&self, file: &str, edit: impl FnOnce(&mut Editor<'_>)) {
        self.change(file, |bytes| {
            let sectors = (bytes.len() / 512) as u64;
            let place = bytes.get_mut(SUPERBLOCK..SUPERBLOCK + 4096).expect("a superblock");
            let block: &mut Block = place.try_into().expect("a block");
            let mut editor = Editor::new(block, Minor::V1_2, sectors).expect("a good superblock");
            edit(&mut editor);
            editor.seal().expect("a good superblock");
        });
    }

    pub(crate) fn run(&self, line: &str) -> Said {
        let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_raid10"))
            .args(line.split_whitespace())
            .current_dir(&self.0)
            .output()
            .expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Said { exit: status.code(), out: text(stdout), err: text(stderr) }
    }
}

impl Said {
    /// What was said, and the exit code below it.
    pub(crate) fn all(&self) -> String {
        let exit = self.exit.map_or_else(|| "none".to_owned(), |code| code.to_string());
        format!("{}{}exit {exit}\n", self.out, self.err)
    }

    /// The lines that say what is wrong or to be known, and the exit code.
    pub(crate) fn findings(&self) -> String {
        let wanted = ["wrong:", "note:", "error:", "nothing is wrong", "exit "];
        let all = self.all();
        let lines = all.lines().filter(|line| wanted.iter().any(|start| line.starts_with(start)));
        lines.map(|line| format!("{line}\n")).collect()
    }
}

/// The little-endian word at a byte.
pub(crate) fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

/// Puts a word into a superblock 1.2, and corrects the checksum: a sum, to which the difference is added.
pub(crate) fn put(bytes: &mut [u8], at: usize, value: u32) {
    let at = SUPERBLOCK + at;
    let sum_at = SUPERBLOCK + 0xD8;
    let difference = i64::from(value) - i64::from(word(bytes, at));
    let sum = i64::from(word(bytes, sum_at)) + difference;
    let folded = sum.rem_euclid(i64::from(u32::MAX));
    bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    bytes[sum_at..sum_at + 4].copy_from_slice(&(folded as u32).to_le_bytes());
}
