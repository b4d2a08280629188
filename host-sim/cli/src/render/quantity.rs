//! Numbers with their units.

use std::fmt;

use raid10_engine::Instant;

/// Bytes: `512 B`, `64 KiB`, `10.1 MiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bytes(pub(crate) u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        if self.0 < 1024 {
            return f.pad(&format!("{} B", self.0));
        }
        let power = (self.0.ilog2() / 10) as usize;
        let unit = 1u64 << (10 * power);
        let tenths = (u128::from(self.0) * 10 / u128::from(unit)) as u64;
        let name = UNITS[power - 1];
        if self.0.is_multiple_of(unit) {
            f.pad(&format!("{} {name}", self.0 / unit))
        } else {
            f.pad(&format!("{}.{} {name}", tenths / 10, tenths % 10))
        }
    }
}

/// A time in seconds with three decimals: `25.125`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Millis(pub(crate) Instant);

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.0;
        f.pad(&format!("{}.{:03}", micros / 1_000_000, micros / 1000 % 1000))
    }
}

/// A whole number with its thousands apart: `10,616,832`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count(pub(crate) u64);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let mut text = String::with_capacity(digits.len() * 4 / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        f.pad(&text)
    }
}

/// A share: `66.7 %`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) part: u64,
    pub(crate) whole: u64,
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = u128::from(self.whole.max(1));
        let tenths = (u128::from(self.part) * 1000 + whole / 2) / whole;
        f.pad(&format!("{}.{} %", tenths / 10, tenths % 10))
    }
}

/// A number of things: `1 point`, `2 points`.
pub(crate) fn plural(count: u64, thing: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {thing}{ending}", Count(count))
}

#[cfg(test)]
mod tests;
