//! One image: a file or a block device, read and written in place.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Seek, SeekFrom};
use std::os::unix::fs::{FileExt, FileTypeExt};
use std::path::{Path, PathBuf};

use raid10_metadata::{BLOCK_BYTES, Block, DriveSector, SECTOR_BYTES};

/// Bytes of a sector.
pub(crate) const SECTOR: u64 = SECTOR_BYTES as u64;
/// More bytes than any drive has, so that a sum of two places cannot overflow.
const BYTES_MAX: u64 = 1 << 62;

/// Why an image cannot be used.
#[derive(Debug)]
pub(crate) struct ImageError {
    name: String,
    why: String,
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.why)
    }
}

/// An open image.
#[derive(Debug)]
pub(crate) struct Image {
    path: PathBuf,
    file: File,
    bytes: u64,
}

impl Image {
    /// Opens an image for reading only.
    pub(crate) fn open(path: &Path) -> Result<Self, ImageError> {
        Self::open_with(path, OpenOptions::new().read(true))
    }

    /// Opens an image that is going to be changed.
    pub(crate) fn open_to_write(path: &Path) -> Result<Self, ImageError> {
        Self::open_with(path, OpenOptions::new().read(true).write(true))
    }

    /// Makes a new image of so many bytes, all of them a hole.
    pub(crate) fn create(path: &Path, bytes: u64) -> Result<Self, ImageError> {
        let made = OpenOptions::new().read(true).write(true).create_new(true).open(path);
        let file = made.map_err(|why| error(path, format_args!("cannot be made: {why}")))?;
        if let Err(why) = file.set_len(bytes) {
            // Nothing of it is of use to anyone.
            let _ = std::fs::remove_file(path);
            return Err(error(path, format_args!("cannot be made {bytes} bytes long: {why}")));
        }
        Ok(Self { path: path.to_path_buf(), file, bytes })
    }

    fn open_with(path: &Path, options: &OpenOptions) -> Result<Self, ImageError> {
        let cannot = |why: io::Error| error(path, format_args!("cannot be opened: {why}"));
        // A pipe would wait for its other end, so the kind is looked at first.
        let kind = std::fs::metadata(path).map_err(cannot)?.file_type();
        if !kind.is_file() && !kind.is_block_device() {
            let why = "is neither a file nor a block device: name the image of a drive";
            return Err(error(path, format_args!("{why}")));
        }
        let mut file = options.open(path).map_err(cannot)?;
        // The length of a block device is where its end is.
        let bytes = file.seek(SeekFrom::End(0)).map_err(cannot)?;
        if bytes > BYTES_MAX {
            return Err(error(path, format_args!("is larger than any drive: {bytes} bytes")));
        }
        Ok(Self { path: path.to_path_buf(), file, bytes })
    }

    /// Its name in messages.
    pub(crate) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Its length.
    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whole sectors of the drive.
    pub(crate) const fn sectors(&self) -> u64 {
        self.bytes / SECTOR
    }

    /// The file, to ask for its holes.
    pub(crate) const fn file(&self) -> &File {
        &self.file
    }

    /// Reads bytes; behind the end of the image there are zeros.
    pub(crate) fn read_at(&self, mut from: u64, mut to: &mut [u8]) -> Result<(), ImageError> {
        while !to.is_empty() && from < self.bytes {
            match self.file.read_at(to, from) {
                Ok(0) => break,
                Ok(count) => {
                    from += count as u64;
                    to = to.get_mut(count..).unwrap_or_default();
                }
                Err(why) if why.kind() == ErrorKind::Interrupted => {}
                Err(why) => return Err(self.at(from, "read", &why)),
            }
        }
        to.fill(0);
        Ok(())
    }

    /// Reads the block that starts at a sector.
    pub(crate) fn block(&self, start: DriveSector) -> Result<Block, ImageError> {
        let mut block = [0; BLOCK_BYTES];
        self.read_at(start.0.saturating_mul(SECTOR), &mut block)?;
        Ok(block)
    }

    /// Writes bytes.
    pub(crate) fn write_at(&self, from: u64, bytes: &[u8]) -> Result<(), ImageError> {
        let written = self.file.write_all_at(bytes, from);
        written.map_err(|why| self.at(from, "written", &why))
    }

    /// Waits until what was written is durable.
    pub(crate) fn flush(&self) -> Result<(), ImageError> {
        let done = self.file.sync_all();
        done.map_err(|why| error(&self.path, format_args!("cannot be flushed: {why}")))
    }

    fn at(&self, byte: u64, what: &str, why: &io::Error) -> ImageError {
        error(&self.path, format_args!("cannot be {what} at byte {byte}: {why}"))
    }
}

fn error(path: &Path, why: fmt::Arguments<'_>) -> ImageError {
    ImageError { name: path.display().to_string(), why: why.to_string() }
}
