//! Where things are.

use std::path::PathBuf;

/// The workspace's folder: of the checkout that cargo runs this from, which need not be the one that it was built in.
pub(crate) fn root() -> PathBuf {
    let built = || PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(built, PathBuf::from);
    let here = here.as_path();
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// The folder that cargo builds into.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => root().join("target"),
    }
}

/// The packages that are built for machines without an operating system, and so without `std`.
pub(crate) const NO_STD: [&str; 6] = [
    "raid10-engine",
    "raid10-metadata",
    "raid10-port",
    "raid10-replayer",
    "sim-world",
    "vector-language",
];
