//! The failure-vector language: text in, a typed [`Script`](script::Script) out, and back.
//!
//! A vector is a text file in which a storage engineer writes down drives, an array, host I/O, faults with
//! their triggers, and what must be seen. The package knows nothing of the engine that the script is
//! played against: it is a pure language, `no_std` with `alloc`, and deterministic.

#![no_std]

extern crate alloc;

pub mod limits;
pub mod script;
pub mod words;

mod diagnostic;
mod grammar;
mod lines;
mod nearest;
mod scope;
