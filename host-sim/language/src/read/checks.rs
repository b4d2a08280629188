//! What only the whole vector can tell.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::{Mistake, Reader};
use crate::grammar::Flaw;
use crate::limits;
use crate::script::{ActionRef, Content, Knob, Line, Place, SweepValues};

impl Reader {
    /// Looks for mistakes between lines. What depends on lines that were not understood is not looked at.
    pub(super) fn check(&mut self) {
        self.check_counts();
        self.check_points();
        self.check_policies();
        if self.mistakes.is_empty() {
            self.check_slots();
            self.check_images();
            self.check_references();
        }
    }

    fn wrong(&mut self, span: &Range<usize>, message: String, label: &str, help: &str) {
        let flaw = Flaw::part("", 0, message).label(label);
        let flaw = if help.is_empty() { flaw } else { flaw.help(help) };
        self.mistakes.push(Mistake { span: span.clone(), flaw });
    }

    fn check_counts(&mut self) {
        let drives = usize::try_from(limits::DRIVES).unwrap_or(usize::MAX);
        let draft = &self.draft;
        let over = [
            (beyond(&draft.drives, drives), "drives", drives),
            (beyond(&draft.loads, limits::LOADS), "loads", limits::LOADS),
            (beyond(&draft.sweeps, limits::SWEEPS), "sweeps", limits::SWEEPS),
            (beyond(&draft.statements, limits::STATEMENTS), "statements", limits::STATEMENTS),
            (beyond(&draft.expectations, limits::STATEMENTS), "expectations", limits::STATEMENTS),
        ];
        for (span, what, most) in over {
            if let Some(span) = span {
                let label = format!("at most {most} are read");
                self.wrong(&span, format!("too many {what}"), &label, "split the vector");
            }
        }
    }

    fn check_points(&mut self) {
        let mut points = 1_u64;
        let mut open = false;
        let mut found = Vec::new();
        for line in &self.draft.sweeps {
            let this_open = matches!(line.value.values, SweepValues::Every { .. });
            if this_open && open {
                found.push((
                    line.span.clone(),
                    String::from("a second sweep over commands"),
                    "how many points there are shows only when the vector runs",
                    "make two vectors of it",
                ));
            }
            open |= this_open;
            let before = points;
            points = points.saturating_mul(line.value.count().unwrap_or(1).max(1));
            if points > limits::POINTS && before <= limits::POINTS {
                found.push((
                    line.span.clone(),
                    format!("the sweeps have {points} points"),
                    "too many points",
                    "at most 10000000 points: write a larger `step`, or split the vector",
                ));
            }
        }
        for (span, message, label, help) in found {
            self.wrong(&span, message, label, help);
        }
    }

    fn check_policies(&mut self) {
        let mut seen: Vec<Knob> = Vec::new();
        let mut again = Vec::new();
        for line in &self.draft.policy {
            let knobs = line.value.iter().map(|setting| setting.knob);
            again.extend(
                knobs
                    .clone()
                    .filter(|knob| seen.contains(knob))
                    .map(|knob| (line.span.clone(), knob)),
            );
            seen.extend(knobs);
        }
        for (span, knob) in again {
            let message = format!("`{}` is given twice", knob.name());
            self.wrong(&span, message, "again", "keep one of them, or change it under a trigger");
        }
    }

    fn check_slots(&mut self) {
        let Some(array) = &self.draft.array else {
            return;
        };
        let members = usize::from(array.value.members);
        let in_slots = |line: &&Line<_>| member(line);
        let count = self.draft.drives.iter().filter(in_slots).count();
        if count < members {
            let span = array.span.clone();
            let message = format!("{count} drives for {members} slots");
            let help = "declare more drives, or write a smaller `members=`";
            self.wrong(&span, message, "slots without a drive", help);
        } else if let Some(extra) = self.draft.drives.iter().filter(in_slots).nth(members) {
            let message = format!("no slot is left for `{}`", extra.value.name.as_str());
            let label = format!("the array has {members} slots");
            let help = "add `shelf` or `spare`, or write a larger `members=`";
            self.wrong(&extra.span.clone(), message, &label, help);
        }
    }

    fn check_images(&mut self) {
        let Some(array) = self.draft.array.as_ref().filter(|array| array.value.from.is_some())
        else {
            return;
        };
        if self.draft.drives.iter().all(|line| line.value.content != Content::Image) {
            let span = array.span.clone();
            let message = String::from("no drive begins with an image");
            let help = "add `image` to the drives that begin as the images of their names";
            self.wrong(&span, message, "images for no drive", help);
        }
    }

    fn check_references(&mut self) {
        let statements = &self.draft.statements;
        let never = |(_, named): &&(Range<usize>, ActionRef)| {
            !statements.iter().any(|line| line.value.action.may_be(named))
        };
        let never: Vec<_> = self.references.iter().filter(never).cloned().collect();
        for (span, named) in never {
            let message = format!("no statement does `{named}`");
            let help = "name the action of a statement: its verb, and the same drive or slot";
            self.wrong(&span, message, "never happens", help);
        }
    }
}

fn member(line: &Line<crate::script::DriveSpec>) -> bool {
    line.value.place == Place::Member
}

/// Where the first line beyond a limit is.
fn beyond<T>(lines: &[Line<T>], limit: usize) -> Option<Range<usize>> {
    lines.get(limit).map(|line| line.span.clone())
}
