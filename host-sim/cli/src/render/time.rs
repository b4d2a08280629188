//! Points of time.

use raid10_metadata::Timestamp;

/// A time in UTC; one that no calendar has in seconds.
pub(crate) fn utc(time: Timestamp) -> String {
    let seconds = i64::try_from(time.seconds).ok();
    let micros = i32::try_from(time.micros % 1_000_000).unwrap_or(0);
    let known = seconds.and_then(|seconds| jiff::Timestamp::new(seconds, 1000 * micros).ok());
    known.map_or_else(|| format!("{} s after 1970", time.seconds), |time| time.to_string())
}

#[cfg(test)]
mod tests;
