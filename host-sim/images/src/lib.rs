//! Sets of images of drives, read from a folder, for replays that begin with them.
//!
//! A set is a folder with a file `MANIFEST` and an image for each drive, raw or compressed with zstd. What the array
//! holds, and which drives were up to date, is taken from the manifest, which whoever had the drives last has written;
//! of the images' own records only the shape of the array and the place of the data are used. `vectors/golden/README.md`
//! says what stands in a manifest.

mod file;
mod manifest;
mod member;

use std::fmt;
use std::path::Path;

use raid10_engine::Shape;
use sha2::{Digest, Sha256};
use sim_world::images::{DriveImage, Images, pattern};

use manifest::Manifest;

/// Why a set cannot be used, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetError {
    /// What is wrong, and where.
    pub message: String,
    /// How to put it right.
    pub remedy: String,
}

impl SetError {
    fn new(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { message: message.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for SetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.message, self.remedy)
    }
}

impl std::error::Error for SetError {}

/// Reads the set in a folder.
///
/// # Errors
///
/// The folder, its manifest or an image cannot be read; they do not fit each other; the array is of a kind that is not
/// supported.
pub fn load(folder: &Path) -> Result<Images, SetError> {
    let manifest = Manifest::parse(&file::text(folder)?).map_err(|why| {
        SetError::new(
            format!("{}: {why}", file::manifest(folder).display()),
            "put the manifest right",
        )
    })?;
    let mut shape: Option<(u64, Shape)> = None;
    let mut drives: Vec<DriveImage> = Vec::new();
    for member in &manifest.members {
        let path = folder.join(&member.file);
        let bytes = file::image(&path, member)?;
        let read = member::read(&path, &bytes, member, &manifest)?;
        // The newest record speaks for the set.
        if shape.is_none_or(|(events, _)| read.events > events) {
            shape = Some((read.events, read.shape));
        }
        drives.push(read.image);
    }
    let Some((_, shape)) = shape else {
        let message = format!("{}: it lists no members", file::manifest(folder).display());
        return Err(SetError::new(message, "add a line `member 0: FILE size=BYTES sha256=SUM`"));
    };
    let images = Images { shape, fills: manifest.fills.clone(), drives };
    check_content(folder, &manifest)?;
    Ok(images)
}

/// What the pattern makes of the array is what its owner read of it.
fn check_content(folder: &Path, manifest: &Manifest) -> Result<(), SetError> {
    let sum = content_sum(manifest);
    if sum == manifest.content {
        return Ok(());
    }
    let place = file::manifest(folder).display().to_string();
    let message =
        format!("{place}: the passes of the pattern do not make what was read of the array: {sum}");
    Err(SetError::new(message, "put the lines `content:` right, or `content-sha256:`"))
}

/// SHA-256 of the array with all passes written, and zeros where it could not be read.
fn content_sum(manifest: &Manifest) -> String {
    let capacity = manifest.array_sectors;
    let mut seeds = vec![None; usize::try_from(capacity).unwrap_or_default()];
    for fill in &manifest.fills {
        for range in fill.ranges(capacity) {
            let range = range.start as usize..range.end as usize;
            seeds[range].fill(Some(fill.seed));
        }
    }
    let unread = |lba: &u64| manifest.unread.contains(&(lba / manifest::PIECE));
    let mut sum = Sha256::new();
    for (lba, seed) in (0..capacity).zip(seeds) {
        match seed.filter(|_| !unread(&lba)) {
            Some(seed) => sum.update(pattern(lba, seed)),
            None => sum.update([0; 512]),
        }
    }
    file::digits(&sum.finalize())
}
