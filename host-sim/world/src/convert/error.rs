//! Why a script makes no plan.

use alloc::string::String;
use alloc::string::ToString;
use core::fmt;
use core::ops::Range;

use vector_language::Diagnostic;

/// Why a script makes no plan, and which line of it. A script that was checked and bound makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanError {
    /// The bytes of the source.
    pub span: Range<usize>,
    cause: Cause,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// A name of a sweep has no value: the script is to be bound to a point first.
    Swept(String),
    /// No such drive.
    Drive(String),
    /// No such load.
    Load(String),
    /// A trigger names a statement that does not exist.
    NoStatement(&'static str),
    /// A word that the engine does not know.
    Word(&'static str),
    /// `hold` without a drive command to hold.
    Hold,
    /// The power goes, and the array's records are in the controller's memory.
    Memory,
    /// A range with its end before its start.
    Range(u64, u64),
}

impl Cause {
    /// The error, in the line at these bytes.
    pub(super) fn at(self, span: &Range<usize>) -> PlanError {
        PlanError { span: span.clone(), cause: self }
    }
}

impl PlanError {
    /// The same with its place in the source.
    #[must_use]
    pub fn diagnostic(&self, source: &str) -> Diagnostic {
        Diagnostic::new(source, self.span.clone(), self.to_string())
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Swept(name) => write!(f, "`{name}` is swept: choose a point, or run the sweep"),
            Self::Drive(name) => write!(f, "there is no drive `{name}`"),
            Self::Load(name) => write!(f, "there is no load `{name}`"),
            Self::NoStatement(verb) => {
                write!(f, "a trigger waits for `{verb}`, which no statement does")
            }
            Self::Word(word) => write!(f, "`{word}` means nothing to the engine"),
            Self::Hold => {
                f.write_str("`hold` needs a drive command to hold: hold write#3 d0 until …")
            }
            Self::Memory => f.write_str(
                "with metadata=off nothing is left of the array when the controller loses its power",
            ),
            Self::Range(start, end) => write!(f, "the range {start}..{end} ends before it starts"),
        }
    }
}

impl core::error::Error for PlanError {}
