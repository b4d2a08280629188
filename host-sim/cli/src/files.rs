//! Which files are meant: files, directories that are walked, the standard input.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Stands for the standard input.
pub(crate) const STDIN: &str = "-";
/// Bytes of an input that are read at most: more than a vector may have, so that the parser can say so.
const READ_MAX: u64 = vector_language::limits::FILE_BYTES as u64 + 1;

/// Why an input cannot be used.
#[derive(Debug)]
pub(crate) struct Unreadable {
    path: PathBuf,
    why: String,
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.why)
    }
}

/// The inputs in the order given; a directory stands for every `*.vec` below it, by name.
pub(crate) fn expand(paths: &[PathBuf]) -> Vec<Result<PathBuf, Unreadable>> {
    paths.iter().flat_map(|path| expand_one(path)).collect()
}

fn expand_one(path: &Path) -> Vec<Result<PathBuf, Unreadable>> {
    if is_stdin(path) || !path.is_dir() {
        return vec![Ok(path.to_path_buf())];
    }
    let mut found = Vec::new();
    if let Err(why) = walk(path, &mut found) {
        return vec![Err(unreadable(path, &why))];
    }
    if found.is_empty() {
        let why = "no *.vec file is in it: name a file, or another directory".to_string();
        return vec![Err(Unreadable { path: path.to_path_buf(), why })];
    }
    found.sort();
    found.into_iter().map(Ok).collect()
}

fn walk(directory: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let path = entry.path();
        // A link to a directory is not followed: it could lead back here.
        if entry.file_type()?.is_dir() {
            walk(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "vec") {
            found.push(path);
        }
    }
    Ok(())
}

/// Reads one input.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    let result = if is_stdin(path) {
        io::stdin().lock().take(READ_MAX).read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| file.take(READ_MAX).read_to_end(&mut bytes))
    };
    result.map_err(|why| unreadable(path, &why))?;
    Ok(bytes)
}

/// True if the standard input is meant.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new(STDIN)
}

/// The input's name in messages.
pub(crate) fn shown(path: &Path) -> String {
    if is_stdin(path) { "<stdin>".to_string() } else { path.display().to_string() }
}

fn unreadable(path: &Path, why: &io::Error) -> Unreadable {
    let remedy = match why.kind() {
        io::ErrorKind::NotFound => ": name a file or a directory, from the folder you are in",
        io::ErrorKind::IsADirectory => ": name a file in it",
        _ => "",
    };
    Unreadable { path: path.to_path_buf(), why: format!("cannot be read: {why}{remedy}") }
}
