//! One replay with everything that a report needs.

use std::io::{self, Write};

use sim_world::plan::{Cut, Plan};
use sim_world::{Options, Outcome, Record, Remains, Sink, cuts, replay, replay_to_images};
use vector_language::Point;

use crate::exit::Exit;
use crate::judge::{self, Believed};
use crate::timeline::Timeline;
use crate::vector::Vector;

/// Why the power of such an array is not cut.
pub(crate) const WITHOUT_RECORDS: &str =
    "with metadata=off nothing is left of the array when the power is cut";

/// What came of a replay.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) point: Point,
    /// The name of the cuts of the power that are none of the vector's.
    pub(crate) cuts: Option<String>,
    pub(crate) outcome: Outcome,
    pub(crate) belief: Option<Believed>,
    pub(crate) timeline: Timeline,
    /// What is on the drives at the end, if that was wanted.
    pub(crate) remains: Option<Remains>,
}

/// What is wanted of a replay besides its report.
#[derive(Default)]
pub(crate) struct Wanted<'t> {
    /// The trace, written to this.
    pub(crate) trace: Option<&'t mut dyn Write>,
    /// What is on the drives at the end.
    pub(crate) remains: bool,
}

impl Run {
    /// Replays a vector at a point.
    pub(crate) fn of(vector: &Vector, point: Point, wanted: Wanted<'_>) -> Result<Self, String> {
        let plan = vector.plan(&point)?;
        Self::play(vector, point, &plan, wanted)
    }

    /// Replays a vector at a point with cuts of the power that it knows nothing of. What it expects is of another story:
    /// only the promises count.
    pub(crate) fn cut(
        vector: &Vector,
        point: Point,
        cuts: &[Cut],
        wanted: Wanted<'_>,
    ) -> Result<Self, String> {
        let plan = vector.plan(&point)?;
        if !plan.metadata {
            return Err(String::from(WITHOUT_RECORDS));
        }
        let plan = Plan { cuts: cuts.to_vec(), expectations: Vec::new(), ..plan };
        let name = cuts::name(cuts, &plan.names);
        let mut run = Self::play(vector, point, &plan, wanted)?;
        if run.outcome.cuts.len() < cuts.len() {
            return Err(format!("there are not so many writes: --cuts {name}"));
        }
        run.outcome.unfired.clear();
        run.belief = None;
        run.cuts = Some(name);
        Ok(run)
    }

    fn play(
        vector: &Vector,
        point: Point,
        plan: &Plan,
        wanted: Wanted<'_>,
    ) -> Result<Self, String> {
        let mut sink =
            Recorder { timeline: Timeline::new(plan), trace: wanted.trace, failed: None };
        let options = Options::default();
        let played = if wanted.remains {
            replay_to_images(plan, &options, &mut sink).map(|(outcome, left)| (outcome, Some(left)))
        } else {
            replay(plan, &options, &mut sink).map(|outcome| (outcome, None))
        };
        let (outcome, remains) = played.map_err(|why| why.to_string())?;
        if let Some(why) = sink.failed {
            return Err(format!("the trace cannot be written: {why}"));
        }
        let mut timeline = sink.timeline;
        timeline.end(outcome.end);
        let swept = !vector.script.sweeps.is_empty();
        let promise = vector.script.promise.as_ref().map(|line| line.value);
        let belief = judge::belief(promise, swept, &outcome);
        Ok(Self { point, cuts: None, outcome, belief, timeline, remains })
    }

    /// The line of the shell that replays it.
    pub(crate) fn replay_line(&self, vector: &Vector) -> String {
        let line = vector.replay_line(&self.point);
        match &self.cuts {
            Some(cuts) => format!("{line} --cuts {cuts}"),
            None => line,
        }
    }

    /// The exit code that it asks for.
    pub(crate) fn exit(&self) -> Exit {
        judge::exit(&self.outcome, self.belief.as_ref())
    }
}

/// Takes the records of a replay for the timeline and the trace.
struct Recorder<'t> {
    timeline: Timeline,
    trace: Option<&'t mut dyn Write>,
    failed: Option<io::Error>,
}

impl Sink for Recorder<'_> {
    fn record(&mut self, record: &Record<'_>) {
        self.timeline.record(record);
        if let Some(trace) = &mut self.trace
            && self.failed.is_none()
        {
            self.failed = writeln!(trace, "{record}").err();
        }
    }
}
