//! Deliberate bugs, with which it is shown that the checks notice something.
//!
//! A place in the sources asks [`bug!`](crate::bug) by a name whether it is to be wrong. In every build but that of
//! `cargo xtask sabotage` the answer is the constant `false`, and nothing of it is left in the program. In that one build,
//! made with `--cfg raid10_bugs`, all bugs are there, and the environment variable `RAID10_BUG` of a process names the one
//! that it has; without it there is none.

/// Whether a deliberate bug is wanted: never.
#[cfg(not(raid10_bugs))]
#[macro_export]
#[doc(hidden)]
macro_rules! bug {
    ($name:literal) => {
        false
    };
}

/// Whether the deliberate bug of a name is wanted in this process.
#[cfg(raid10_bugs)]
#[macro_export]
#[doc(hidden)]
macro_rules! bug {
    ($name:literal) => {
        $crate::bugs::is_wanted($name)
    };
}

/// Whether the process is to have the bug of a name.
#[cfg(raid10_bugs)]
#[doc(hidden)]
#[must_use]
pub fn is_wanted(name: &str) -> bool {
    extern crate std;
    static WANTED: std::sync::OnceLock<Option<std::string::String>> = std::sync::OnceLock::new();
    WANTED.get_or_init(|| std::env::var("RAID10_BUG").ok()).as_deref() == Some(name)
}
