//! What a member's records say, in the words that both `raid10 inspect` and Linux are brought to.

use std::fmt;
use std::ops::Range;

use anyhow::{Context, Result};
use serde_json::Value;

/// The records of one member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Records {
    /// The update counter.
    pub(crate) events: u64,
    /// Bits of the bitmap that are set, among those that count.
    pub(crate) dirty: u64,
    /// How far it is built, if it is not in sync: sectors of its data.
    pub(crate) recovery: Option<u64>,
    /// Its bad blocks, in sectors of the drive.
    pub(crate) bad: Vec<Range<u64>>,
}

impl Records {
    /// Those of a member in the document of `raid10 inspect`.
    pub(crate) fn of(member: &Value) -> Result<Self> {
        let number = |value: &Value, name: &'static str| value[name].as_u64().context(name);
        let bitmap = &member["bitmap"];
        let recovery = &member["recovery"];
        let recovery = match recovery {
            Value::Null => None,
            _ => Some(number(recovery, "below_data_sector")?),
        };
        let ranges = member.pointer("/bad_blocks/ranges").and_then(Value::as_array);
        let range = |range: &Value| -> Result<Range<u64>> {
            let start = number(range, "sector")?;
            Ok(start..start + number(range, "sectors")?)
        };
        Ok(Self {
            events: number(member, "events")?,
            dirty: number(bitmap, "set")?,
            recovery,
            bad: ranges.into_iter().flatten().map(range).collect::<Result<_>>()?,
        })
    }

    /// How Linux tells of it while the array runs: how far it is built, and its bad blocks.
    pub(crate) fn in_use(&self) -> String {
        format!("{},{}", self.recovery.map_or_else(none, |at| at.to_string()), Bad(&self.bad))
    }
}

fn none() -> String {
    String::from("none")
}

/// How `mdadm --examine` and its likes tell of it.
impl fmt::Display for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},", self.events, self.dirty)?;
        match self.recovery {
            Some(at) => write!(f, "{at},")?,
            None => f.write_str("none,")?,
        }
        Bad(&self.bad).fmt(f)
    }
}

struct Bad<'b>(&'b [Range<u64>]);

impl fmt::Display for Bad<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        for (number, range) in self.0.iter().enumerate() {
            let before = if number > 0 { "/" } else { "" };
            write!(f, "{before}{}+{}", range.start, range.end - range.start)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
