//! Whether the vector's expectations were met.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::{Instant, PullRisk, Slot};

use super::Runner;
use crate::outcome::Judged;
use crate::plan::{Activity, EventMatch, Expected, Moment, Plan, Window};
use crate::ranges::Ranges;
use crate::verdict::{Promise, Seconds};
use crate::watch::{WatchId, Watches, is_event};

/// What is noted during the run for the judgement at its end.
pub(super) struct Seen {
    /// The watch of each expectation's window, if that has a beginning of its own.
    windows: Vec<Option<WatchId>>,
    /// Slots for which it is asked whether their drive may be pulled, and the answers over time.
    pulls: Vec<(Slot, Vec<(Instant, bool)>)>,
}

/// A window in time.
#[derive(Clone, Copy)]
struct Span {
    from: Instant,
    to: Instant,
}

/// A drive is safe to pull if no data are lost by it and no rebuild is stopped. That redundancy is lost goes
/// without saying.
pub(super) const fn is_safe(answer: Result<(), PullRisk>) -> bool {
    matches!(answer, Ok(()) | Err(PullRisk::LosesRedundancy))
}

/// Why an expectation was not met; `Ok` if it was.
type Finding = Result<(), String>;

impl Seen {
    pub(super) fn new(plan: &Plan, watches: &mut Watches) -> Self {
        let window = |expected: &Expected| match expected {
            Expected::Array(_, window)
            | Expected::Member(_, _, window)
            | Expected::Pull(_, _, window) => window.clone(),
            Expected::Event(_, Moment::Within(window)) => Some(window.clone()),
            _ => None,
        };
        let mut pulls: Vec<(Slot, Vec<(Instant, bool)>)> = Vec::new();
        for expectation in &plan.expectations {
            if let Expected::Pull(slot, ..) = expectation.what
                && pulls.iter().all(|entry| entry.0 != slot)
            {
                pulls.push((slot, Vec::new()));
            }
        }
        let windows = plan
            .expectations
            .iter()
            .map(|expectation| Some(watches.watch(&window(&expectation.what)?.from?)))
            .collect();
        Self { windows, pulls }
    }

    /// Notes the answers to the questions that the vector asks.
    pub(super) fn sample(&mut self, now: Instant, safe: impl Fn(Slot) -> bool) {
        for (slot, answers) in &mut self.pulls {
            answers.push((now, safe(*slot)));
        }
    }
}

impl<const DRIVES: usize> Runner<'_, DRIVES> {
    /// Judges all expectations.
    pub(super) fn judge_expectations(&self) -> Vec<Judged> {
        let judge = |(index, expectation): (usize, &crate::plan::Expectation)| {
            let finding = self.judge(index, &expectation.what);
            Judged {
                line: expectation.line,
                text: expectation.text.clone(),
                met: finding.is_ok(),
                seen: finding.err(),
            }
        };
        self.plan.expectations.iter().enumerate().map(judge).collect()
    }

    fn judge(&self, index: usize, expected: &Expected) -> Finding {
        match expected {
            Expected::Array(state, window) => {
                let history = &self.world.statistics.array;
                let history: Vec<_> = history.iter().map(|entry| (entry.0, entry.1)).collect();
                self.state_seen(index, window.as_ref(), &history, *state, |state| state.name())
            }
            Expected::Member(slot, state, window) => {
                let history = self.world.statistics.members.iter();
                let history = history.filter(|entry| entry.1 == *slot);
                let history: Vec<_> = history.map(|entry| (entry.0, entry.2)).collect();
                self.state_seen(index, window.as_ref(), &history, *state, |state| state.name())
            }
            Expected::Pull(slot, safe, window) => {
                let found = self.expectations.pulls.iter().find(|entry| entry.0 == *slot);
                let mut history = found.map(|entry| entry.1.clone()).unwrap_or_default();
                history.push((self.now(), is_safe(self.engine.can_pull(*slot))));
                let word = |safe| if safe { "safe" } else { "unsafe" };
                self.state_seen(index, window.as_ref(), &history, *safe, word)
            }
            Expected::Event(event, moment) => self.event_seen(index, event, moment),
            Expected::Never(event) => self
                .first(event)
                .map_or(Ok(()), |at| Err(format!("it was logged at {} s", Seconds(at)))),
            Expected::LostNone => self.lost_is(&[]),
            Expected::Lost(ranges) => self.lost_is(ranges),
            Expected::Intact(ranges) => self.intact(ranges),
            Expected::LostComputed => self.lost_computed(),
            Expected::Duration(activity, slot, limit) => self.duration(*activity, *slot, limit.0),
            Expected::Copied(drive, limit) => self.copied(*drive, *limit),
        }
    }

    fn span(&self, index: usize, window: &Window) -> Result<Span, String> {
        let from = match self.expectations.windows[index] {
            None => Some(Instant(0)),
            Some(watch) => self.world.watches.fired(watch),
        };
        let from = from.ok_or_else(|| String::from("what it counts from never happened"))?;
        Ok(Span { from, to: from + window.span })
    }

    fn state_seen<S: Copy + PartialEq>(
        &self,
        index: usize,
        window: Option<&Window>,
        history: &[(Instant, S)],
        wanted: S,
        word: impl Fn(S) -> &'static str,
    ) -> Finding {
        let Some(window) = window else {
            return match history.last() {
                Some(&(_, last)) if last == wanted => Ok(()),
                Some(&(_, last)) => Err(format!("it is {} at the end", word(last))),
                None => Err(String::from("nothing was seen")),
            };
        };
        let span = self.span(index, window)?;
        let mut during = Vec::new();
        for (place, &(from, state)) in history.iter().enumerate() {
            let to = history.get(place + 1).map_or(Instant(u64::MAX), |next| next.0);
            if from <= span.to && to > span.from {
                if state == wanted {
                    return Ok(());
                }
                during.push(word(state));
            }
        }
        Err(format!(
            "from {} s to {} s it was {}",
            Seconds(span.from),
            Seconds(span.to),
            during.join(", then ")
        ))
    }

    fn event_seen(&self, index: usize, event: &EventMatch, moment: &Moment) -> Finding {
        let mut times = self.times(event);
        let Some(first) = times.next() else {
            return Err(String::from("it was never logged"));
        };
        match moment {
            Moment::Any => Ok(()),
            Moment::Within(window) => {
                let span = self.span(index, window)?;
                let inside = |at: Instant| at >= span.from && at <= span.to;
                if inside(first) || times.any(inside) {
                    return Ok(());
                }
                Err(format!(
                    "it was logged at {} s, and not from {} s to {} s",
                    Seconds(first),
                    Seconds(span.from),
                    Seconds(span.to)
                ))
            }
            Moment::Before(other) => match self.first_place(other) {
                Some(place) if self.first_place(event) >= Some(place) => {
                    Err(format!("it was first logged at {} s, after the other", Seconds(first)))
                }
                _ => Ok(()),
            },
            Moment::After(other) => {
                let Some(place) = self.first_place(other) else {
                    return Err(format!("{} was never logged", other.name));
                };
                if self.last_place(event) > Some(place) {
                    return Ok(());
                }
                Err(String::from("it was logged only before the other"))
            }
        }
    }

    fn times<'s>(&'s self, event: &'s EventMatch) -> impl Iterator<Item = Instant> + 's {
        let events = self.world.statistics.events.iter();
        events.filter(|entry| is_event(event, &entry.1)).map(|entry| entry.0)
    }

    fn first(&self, event: &EventMatch) -> Option<Instant> {
        self.times(event).next()
    }

    fn first_place(&self, event: &EventMatch) -> Option<usize> {
        self.world.statistics.events.iter().position(|entry| is_event(event, &entry.1))
    }

    fn last_place(&self, event: &EventMatch) -> Option<usize> {
        self.world.statistics.events.iter().rposition(|entry| is_event(event, &entry.1))
    }

    fn lost_is(&self, expected: &[Range<u64>]) -> Finding {
        let expected: Ranges = expected.iter().cloned().collect();
        if expected == self.lost() {
            return Ok(());
        }
        Err(self.lost_words())
    }

    fn lost_words(&self) -> String {
        let lost = self.lost();
        match lost.iter().next() {
            None => String::from("nothing is lost"),
            Some(first) => format!(
                "{} sectors are lost, in {} ranges, the first of them {}..{}",
                lost.len(),
                lost.iter().count(),
                first.start,
                first.end
            ),
        }
    }

    fn intact(&self, ranges: &[Range<u64>]) -> Finding {
        let lost = self.lost();
        match ranges.iter().find(|range| lost.intersects(range)) {
            None => Ok(()),
            Some(range) => Err(format!(
                "some of {}..{} is lost: {}",
                range.start,
                range.end,
                self.lost_words()
            )),
        }
    }

    fn lost_computed(&self) -> Finding {
        let verdicts = self.world.verdicts.list();
        let verdict = verdicts.iter().find(|verdict| verdict.promise == Promise::LeastLoss);
        match verdict {
            Some(verdict) if !verdict.held() => {
                Err(verdict.detail.clone().unwrap_or_else(|| self.lost_words()))
            }
            _ => Ok(()),
        }
    }

    fn duration(&self, activity: Activity, slot: Slot, limit: u64) -> Finding {
        let fills = self.world.statistics.fills.iter();
        let mut fills =
            fills.filter(|fill| fill.activity == activity && fill.slot == slot).peekable();
        if fills.peek().is_none() {
            return Err(String::from("there was none, or it was given up"));
        }
        for fill in fills {
            let Some(to) = fill.to else {
                return Err(String::from("it never ended"));
            };
            let took = to.since(fill.from);
            if took.0 > limit {
                return Err(format!("it took {} s", Seconds(Instant(took.0))));
            }
        }
        Ok(())
    }

    fn copied(&self, drive: u8, limit: u64) -> Finding {
        let copied = self.world.statistics.copied[usize::from(drive)];
        if copied <= limit {
            return Ok(());
        }
        Err(format!("{copied} sectors were copied to it"))
    }
}
