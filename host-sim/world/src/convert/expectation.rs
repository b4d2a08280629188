//! Expectations.

use alloc::string::ToString;
use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::{ArrayState, MemberState};
use vector_language::script as text;

use super::{Cause, Converter, Result, activity_of, duration, slot_of, value};
use crate::plan::{Expectation, Expected, Moment, Window};

const ARRAY: [ArrayState; 7] = [
    ArrayState::Optimal,
    ArrayState::PartiallyDegraded,
    ArrayState::Degraded,
    ArrayState::Failed,
    ArrayState::Waiting,
    ArrayState::Refused,
    ArrayState::Stopped,
];

const MEMBER: [MemberState; 8] = [
    MemberState::Online,
    MemberState::Replacing,
    MemberState::Resyncing,
    MemberState::Rebuilding,
    MemberState::Missing,
    MemberState::Failed,
    MemberState::Ejected,
    MemberState::Quarantined,
];

impl Converter<'_> {
    pub(super) fn expectation(&self, line: &text::Line<text::Expectation>) -> Result<Expectation> {
        Ok(Expectation {
            what: self.expected(&line.value.claim)?,
            line: self.line_of(&line.span),
            text: self.source.get(line.span.clone()).unwrap_or_default().trim().to_string(),
        })
    }

    fn expected(&self, claim: &text::Claim) -> Result<Expected> {
        Ok(match claim {
            text::Claim::Array { state, within } => {
                let found = ARRAY.into_iter().find(|found| found.name() == *state);
                Expected::Array(found.ok_or(Cause::Word(state))?, self.window(within.as_ref())?)
            }
            text::Claim::Member { slot, state, within } => {
                let found = MEMBER.into_iter().find(|found| found.name() == *state);
                let found = found.ok_or(Cause::Word(state))?;
                Expected::Member(slot_of(slot)?, found, self.window(within.as_ref())?)
            }
            text::Claim::Event { pattern, when } => {
                Expected::Event(self.event(pattern)?, self.moment(when)?)
            }
            text::Claim::Never(pattern) => Expected::Never(self.event(pattern)?),
            text::Claim::Lost(text::LostClaim::None) => Expected::LostNone,
            text::Claim::Lost(text::LostClaim::Computed) => Expected::LostComputed,
            text::Claim::Lost(text::LostClaim::Ranges(ranges)) => {
                Expected::Lost(self.ranges(ranges)?)
            }
            text::Claim::Intact(ranges) => Expected::Intact(self.ranges(ranges)?),
            text::Claim::Duration { activity, slot, limit } => {
                Expected::Duration(activity_of(*activity), slot_of(slot)?, duration(limit)?)
            }
            text::Claim::Copied { drive, limit } => {
                Expected::Copied(self.drive(drive)?, value(limit)?)
            }
            text::Claim::Pull { slot, safe, within } => {
                Expected::Pull(slot_of(slot)?, *safe, self.window(within.as_ref())?)
            }
        })
    }

    fn ranges(&self, ranges: &[text::Sectors]) -> Result<Vec<Range<u64>>> {
        ranges.iter().map(|range| self.range_in(range, self.capacity)).collect()
    }

    fn moment(&self, when: &text::When) -> Result<Moment> {
        Ok(match when {
            text::When::Anytime => Moment::Any,
            text::When::Within(within) => Moment::Within(self.window_of(within)?),
            text::When::Before(pattern) => Moment::Before(self.event(pattern)?),
            text::When::After(pattern) => Moment::After(self.event(pattern)?),
        })
    }

    fn window(&self, within: Option<&text::Within>) -> Result<Option<Window>> {
        within.map(|within| self.window_of(within)).transpose()
    }

    fn window_of(&self, within: &text::Within) -> Result<Window> {
        Ok(Window {
            from: within.of.as_ref().map(|trigger| self.trigger(trigger)).transpose()?,
            span: duration(&within.time)?,
        })
    }
}
