//! Exit codes.

use std::process::ExitCode;

/// How the program ends; the greater one wins when several vectors disagree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Exit {
    /// All held.
    #[default]
    Held = 0,
    /// A promise or an expectation did not hold.
    Broken = 1,
    /// The input is wrong.
    BadInput = 2,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
