//! Lines of text from words and numbers, without the machinery of `format_args!`: a trace has millions of them.

use alloc::vec::Vec;
use core::fmt;

use raid10_engine::Instant;

/// The two digits of each number below 100.
static PAIRS: [[u8; 2]; 100] = pairs();

const fn pairs() -> [[u8; 2]; 100] {
    let mut pairs = [[0; 2]; 100];
    let mut value = 0;
    while value < 100 {
        pairs[value] = [b'0' + (value / 10) as u8, b'0' + (value % 10) as u8];
        value += 1;
    }
    pairs
}

/// Text that grows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    bytes: Vec<u8>,
}

impl Line {
    pub(crate) const fn new() -> Self {
        Self { bytes: Vec::new() }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn as_str(&self) -> &str {
        // Nothing but text is ever put in.
        core::str::from_utf8(&self.bytes).unwrap_or_default()
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
    }

    pub(crate) fn word(&mut self, word: &str) -> &mut Self {
        self.bytes.extend_from_slice(word.as_bytes());
        self
    }

    /// A number in base ten.
    pub(crate) fn decimal(&mut self, value: u64) -> &mut Self {
        let mut text = [0; 20];
        let mut at = text.len();
        let mut rest = value;
        while rest >= 100 {
            at -= 2;
            text[at..at + 2].copy_from_slice(&PAIRS[(rest % 100) as usize]);
            rest /= 100;
        }
        let [tens, ones] = PAIRS[rest as usize];
        at -= 1;
        text[at] = ones;
        if rest >= 10 {
            at -= 1;
            text[at] = tens;
        }
        self.bytes.extend_from_slice(&text[at..]);
        self
    }

    /// A number in base sixteen, with small letters.
    pub(crate) fn hex(&mut self, value: u32) -> &mut Self {
        let mut text = [0; 8];
        let mut at = text.len();
        let mut rest = value;
        loop {
            at -= 1;
            text[at] = b"0123456789abcdef"[(rest % 16) as usize];
            rest /= 16;
            if rest == 0 {
                break;
            }
        }
        self.bytes.extend_from_slice(&text[at..]);
        self
    }

    /// A time in seconds with six decimals.
    pub(crate) fn seconds(&mut self, at: Instant) -> &mut Self {
        self.decimal(at.0 / 1_000_000);
        let micros = (at.0 % 1_000_000) as usize;
        let [high, middle, low] = [micros / 10_000, micros / 100 % 100, micros % 100];
        let ([a, b], [c, d], [e, f]) = (PAIRS[high], PAIRS[middle], PAIRS[low]);
        self.bytes.extend_from_slice(&[b'.', a, b, c, d, e, f]);
        self
    }
}

impl fmt::Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.word(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
