//! Numbers as text, without the machinery of `format_args!`: a trace has millions of lines.

use core::fmt::{self, Write};

use raid10_engine::Instant;

/// Digits of the largest number.
const DIGITS: usize = 20;

/// Writes a number in base ten.
pub(crate) fn write_decimal<W: Write + ?Sized>(f: &mut W, value: u64) -> fmt::Result {
    write_digits::<10, W>(f, value, 1)
}

/// Writes a number in base sixteen, with small letters.
pub(crate) fn write_hex<W: Write + ?Sized>(f: &mut W, value: u32) -> fmt::Result {
    write_digits::<16, W>(f, u64::from(value), 1)
}

/// Writes a time in seconds with six decimals.
pub(crate) fn write_seconds<W: Write + ?Sized>(f: &mut W, at: Instant) -> fmt::Result {
    write_decimal(f, at.0 / 1_000_000)?;
    f.write_str(".")?;
    write_digits::<10, W>(f, at.0 % 1_000_000, 6)
}

fn write_digits<const BASE: u64, W: Write + ?Sized>(
    f: &mut W,
    value: u64,
    least: usize,
) -> fmt::Result {
    let mut text = [b'0'; DIGITS];
    let mut at = DIGITS;
    let mut rest = value;
    while rest > 0 {
        at -= 1;
        text[at] = b"0123456789abcdef"[(rest % BASE) as usize];
        rest /= BASE;
    }
    let digits = &text[at.min(DIGITS - least)..];
    f.write_str(core::str::from_utf8(digits).unwrap_or_default())
}

#[cfg(test)]
mod tests;
