//! Images as text: each by itself, then as a set, then what is wrong.

mod image;
pub(crate) mod json;
mod plan;
mod set;

use std::fmt;

use raid10_metadata::Role;

use super::style::{BAD, GOOD, Painted, WARN};
use crate::image::finding::{Finding, Severity};
use crate::image::member::Member;
use crate::image::plan::Plan;
use crate::image::set::SetView;

/// All that is to be shown.
pub(crate) struct Report<'a> {
    pub(crate) members: &'a [Member],
    pub(crate) sets: &'a [SetView<'a>],
    /// One for each set.
    pub(crate) plans: &'a [Plan],
    pub(crate) findings: &'a [Finding],
    /// Whether no image was left out because it could not be read.
    pub(crate) all_read: bool,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for member in self.members {
            image::write(f, member)?;
        }
        if self.members.len() > 1 {
            for (set, plan) in self.sets.iter().zip(self.plans) {
                set::write(f, set)?;
                plan::write(f, plan, self.members)?;
            }
        }
        for (finding, files) in merged(self.findings) {
            write_finding(f, finding, &files)?;
        }
        if self.findings.is_empty() && self.all_read {
            writeln!(f, "{}", Painted(GOOD, "nothing is wrong"))?;
        }
        Ok(())
    }
}

/// Findings that differ in nothing but the image become one.
fn merged(findings: &[Finding]) -> Vec<(&Finding, Vec<&str>)> {
    let mut merged: Vec<(&Finding, Vec<&str>)> = Vec::new();
    for finding in findings {
        let same = merged.iter_mut().find(|(first, _)| first.says_the_same(finding));
        let file = finding.file.as_deref();
        match same {
            Some((_, files)) => files.extend(file),
            None => merged.push((finding, file.into_iter().collect())),
        }
    }
    merged
}

fn write_finding(f: &mut fmt::Formatter<'_>, finding: &Finding, files: &[&str]) -> fmt::Result {
    match finding.severity {
        Severity::Wrong => write!(f, "{} ", Painted(BAD, "wrong:"))?,
        Severity::Note => write!(f, "{} ", Painted(WARN, "note:"))?,
    }
    if !files.is_empty() {
        write!(f, "{}: ", files.join(", "))?;
    }
    if let Some(byte) = finding.byte {
        write!(f, "at byte {byte}: ")?;
    }
    writeln!(f, "{}", finding.text)
}

/// A role in a word.
fn role(role: Role) -> String {
    match role {
        Role::Slot(slot) => format!("slot {slot}"),
        Role::Faulty => "failed".to_owned(),
        Role::Spare => "spare".to_owned(),
        Role::Journal => "journal".to_owned(),
        Role::Unknown(raw) => format!("unknown role {raw:#x}"),
    }
}
