//! Sizes on the command line.

/// The units, each 1024 times the one before it.
const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];

/// Reads a size in bytes, such as `64KiB`; a number without a unit counts bytes.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let power = match unit.trim() {
        "" => Some(0),
        unit => UNITS.iter().position(|known| known.eq_ignore_ascii_case(unit)),
    };
    let known = format!("a whole number and one of {}", UNITS.join(", "));
    let (Ok(number), Some(power)) = (number.parse::<u64>(), power) else {
        return Err(format!("expected {known}, such as 64KiB"));
    };
    let bytes = number.checked_mul(1 << (10 * power)).filter(|&bytes| bytes < 1 << 62);
    bytes.ok_or_else(|| "no drive is so large".to_string())
}

#[cfg(test)]
mod tests;
