//! Prints a trace in large pieces: a call of the machine for each line would cost more than the replay.

use alloc::string::String;
use core::fmt::Write;

use sim_world::{Record, Sink};

use crate::Console;

/// Bytes that are collected before they are printed.
const PIECE: usize = 16 * 1024;
/// Room for the line that goes beyond it.
const SLACK: usize = 512;

/// A sink that prints.
pub(crate) struct Printer<'c> {
    console: &'c mut dyn Console,
    piece: String,
}

impl<'c> Printer<'c> {
    pub(crate) fn new(console: &'c mut dyn Console) -> Self {
        Self { console, piece: String::with_capacity(PIECE + SLACK) }
    }

    /// Prints what is left.
    pub(crate) fn flush(&mut self) {
        self.console.trace(&self.piece);
        self.piece.clear();
    }
}

impl Sink for Printer<'_> {
    fn record(&mut self, record: &Record<'_>) {
        // Cannot fail: a string takes everything.
        let _ = writeln!(self.piece, "{record}");
        if self.piece.len() >= PIECE {
            self.flush();
        }
    }
}
