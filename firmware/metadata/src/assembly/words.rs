//! The plan in words: for each refusal what can be done about it.

use core::fmt;

use super::plan::{CatchUp, Reason, Verdict};
use super::slots::Slots;

impl fmt::Display for Slots {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, slot) in self.iter().enumerate() {
            let separator = if index > 0 { ", " } else { "" };
            write!(out, "{separator}{slot}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Current { slot } => write!(out, "holds slot {slot}"),
            Self::Accepted { slot } => {
                write!(
                    out,
                    "holds slot {slot} with old data, which are taken where there are no others"
                )
            }
            Self::Behind { slot, catch_up: CatchUp::ByBitmap } => {
                write!(out, "out of date: slot {slot} is brought up to date by the bitmap")
            }
            Self::Behind { slot, catch_up: CatchUp::Full } => {
                write!(out, "out of date: slot {slot} is rebuilt in full")
            }
            Self::Building { slot, done } => {
                write!(out, "holds slot {slot} below its sector {}", done.offset.0)
            }
            Self::Replacement { slot, .. } => {
                write!(out, "is to replace the holder of slot {slot}")
            }
            Self::Spare => out.write_str("a spare"),
            Self::Former => {
                out.write_str("out of date, and its slot has another holder: left alone")
            }
            Self::Ejected => out.write_str("failed, as it says itself: left alone"),
            Self::Clone { of, older: true } => {
                write!(out, "an older image of the member on drive {of}: left alone")
            }
            Self::Clone { of, older: false } => {
                write!(out, "the same member as drive {of}: neither is used")
            }
            Self::Diverged => out.write_str("has gone on apart from the others: left alone"),
            Self::Newer => out.write_str("newer than what was chosen: left alone"),
            Self::OtherShape => {
                out.write_str("a member from when the array had another shape: left alone")
            }
            Self::OtherSet => out.write_str("a member of another set: left alone"),
            Self::Undecided => out.write_str("a member that waits for the operator's decision"),
            Self::Refused(refusal) => write!(out, "{refusal}: left alone"),
            Self::Foreign => out.write_str("something else's: left alone"),
            Self::Blank => out.write_str("blank"),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoMembers => {
                out.write_str("no drive is a member of the set; connect its members")
            }
            Self::SeveralSets => {
                out.write_str("there are members of more than one set; name the one that is meant")
            }
            Self::TooManyDrives => {
                out.write_str("there are more than 64 drives; give only those of the set")
            }
            Self::NotAMember(drive) => {
                write!(out, "drive {drive} holds no slot of the set; name one that does")
            }
            Self::SplitBrain(one, other) => write!(
                out,
                "drives {one} and {other} have each gone on without the other; choose the one whose \
                 history is to be kept, or disconnect the other"
            ),
            Self::Clones(one, other) => write!(
                out,
                "drives {one} and {other} are the same member; disconnect the copy, or order a \
                 degraded start without both"
            ),
            Self::Contested(slot) => {
                write!(out, "two members hold slot {slot}; disconnect one of them")
            }
            Self::NoCurrentCopy { slots, behind } => {
                write!(out, "no member with slot {slots} is up to date; connect the one that is")?;
                let Some(drive) = behind else {
                    return Ok(());
                };
                write!(out, ", or order that drive {drive} is accepted with its old data")
            }
            Self::MayBeStale(slots) => write!(
                out,
                "the members with slot {slots} are absent and may hold newer data; connect them, or \
                 order a degraded start"
            ),
        }
    }
}

impl core::error::Error for Reason {}
