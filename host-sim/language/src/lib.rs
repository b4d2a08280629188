//! The failure-vector language: text in, a typed [`Script`] out, and back.
//!
//! A vector is a text file in which a storage engineer writes down drives, an array, host I/O, faults with
//! their triggers, and what must be seen. The package knows nothing of the engine that the script is
//! played against: it is a pure language, `no_std` with `alloc`, and deterministic.
//!
//! * [`parse`] reads a text, or says what is wrong with it: every [`Diagnostic`] at once.
//! * [`Script`] prints itself in the canonical form; [`Script::identity`] is the hash of it.
//! * [`Script::points`] lists the points of the sweeps, and [`Script::bind`] is the script at one of them.

#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub use self::diagnostic::Diagnostic;
pub use self::points::{PointError, Points};
pub use self::read::{parse, parse_bytes};
pub use self::script::{Point, Script};

pub mod limits;
pub mod script;
pub mod words;

mod bind;
mod diagnostic;
mod grammar;
mod lines;
mod nearest;
mod points;
mod print;
mod read;
mod scope;
