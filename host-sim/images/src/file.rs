//! The files of a set.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use ruzstd::decoding::StreamingDecoder;
use sha2::{Digest, Sha256};

use crate::SetError;
use crate::manifest::Member;

/// The largest image that is read: it is kept in memory.
const IMAGE_MAX: u64 = 1 << 30;
/// The largest manifest.
const TEXT_MAX: u64 = 1 << 22;

/// Where the manifest of a set is.
pub(crate) fn manifest(folder: &Path) -> PathBuf {
    folder.join("MANIFEST")
}

/// The text of the manifest.
pub(crate) fn text(folder: &Path) -> Result<String, SetError> {
    if !folder.is_dir() {
        let message = format!("{}: there is no such folder of images", folder.display());
        return Err(SetError::new(message, "name one as seen from the vector's file"));
    }
    let path = manifest(folder);
    let mut text = String::new();
    let read = fs::File::open(&path).and_then(|file| file.take(TEXT_MAX).read_to_string(&mut text));
    read.map_err(|why| {
        let remedy =
            "a set of images has a file `MANIFEST` beside them: see vectors/golden/README.md";
        SetError::new(format!("{}: cannot be read: {why}", path.display()), remedy)
    })?;
    Ok(text)
}

/// The bytes of an image, which must be those that the manifest means.
pub(crate) fn image(path: &Path, member: &Member) -> Result<Vec<u8>, SetError> {
    let wrong =
        |what: String, remedy: &str| SetError::new(format!("{}: {what}", path.display()), remedy);
    if member.bytes > IMAGE_MAX {
        let what = format!("{} B is too large for an image", member.bytes);
        return Err(wrong(what, "images have 1 GiB at most"));
    }
    let bytes = read(path, member.bytes).map_err(|why| {
        let remedy = match why.kind() {
            ErrorKind::NotFound => "put the image there, or leave the member out of the manifest",
            _ => "make the image anew",
        };
        wrong(format!("cannot be read: {why}"), remedy)
    })?;
    let sum = digits(&Sha256::digest(&bytes));
    if bytes.len() as u64 != member.bytes || sum != member.sha256 {
        let what = format!(
            "has {} B with SHA-256 {sum}, which is not what the manifest says",
            bytes.len()
        );
        return Err(wrong(what, "fetch the set anew, or put the manifest right"));
    }
    Ok(bytes)
}

/// One byte more than there should be shows an image that is too large.
fn read(path: &Path, bytes: u64) -> std::io::Result<Vec<u8>> {
    let mut file = fs::File::open(path)?;
    let mut read = Vec::new();
    if path.extension().is_some_and(|extension| extension == "zst") {
        let decoder = StreamingDecoder::new(&mut file).map_err(std::io::Error::other)?;
        decoder.take(bytes + 1).read_to_end(&mut read)?;
    } else {
        file.take(bytes + 1).read_to_end(&mut read)?;
    }
    Ok(read)
}

/// Bytes as digits.
pub(crate) fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
