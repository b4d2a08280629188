//! Triggers: what is waited for, and what follows.

use alloc::vec::Vec;

use raid10_engine::{EventKind, Instant, IoClass, IoCommand, IoOp, Step};

use crate::drive::{extent_of, is_of_front, span};
use crate::plan::{Action, EventMatch, Fault, OpKind, OpMatch, Plan, Trigger};
use crate::subject::subjects;

/// Something that is waited for: its place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WatchId(pub(crate) usize);

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consequence {
    /// A statement is executed.
    Step(usize),
    /// Another watch fires later.
    Later(WatchId, raid10_engine::Duration),
    /// The command that fired it is kept back: the place of its `hold` in the schedule.
    Hold(usize),
    /// The command of a `hold` is let go.
    Release(usize),
}

/// What is waited for.
#[derive(Clone, Debug)]
enum Kind {
    /// The runner fires it: a time, a statement, the end of a delay.
    Called,
    Progress(Trigger),
    Op(OpMatch),
    Records(Step, Option<u8>, u32),
    Event(EventMatch),
}

#[derive(Clone, Debug)]
struct Watch {
    kind: Kind,
    count: u32,
    fired: Option<Instant>,
    consequences: Vec<Consequence>,
}

/// Everything that is waited for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watches {
    list: Vec<Watch>,
    /// The watch of each statement of the schedule, fired when the statement is executed.
    steps: Vec<WatchId>,
    /// Watches for drive commands that have not fired.
    ops: Vec<WatchId>,
    events: Vec<WatchId>,
    progress: Vec<WatchId>,
    /// Watches for a time, to be entered in the agenda.
    pub(crate) times: Vec<(WatchId, Instant)>,
}

impl Watches {
    /// Watches for all statements of a plan.
    pub(crate) fn new(plan: &Plan) -> Self {
        let mut this = Self::default();
        for _ in &plan.steps {
            let step = this.add(Kind::Called);
            this.steps.push(step);
        }
        for (index, step) in plan.steps.iter().enumerate() {
            if let Action::Fault(Fault::Hold(until)) = &step.action {
                let held = this.watch(&step.trigger);
                this.then(held, Consequence::Hold(index));
                let until = this.watch(until);
                this.then(until, Consequence::Release(index));
            } else {
                let watch = this.watch(&step.trigger);
                this.then(watch, Consequence::Step(index));
            }
        }
        this
    }

    /// Waits for a trigger.
    pub(crate) fn watch(&mut self, trigger: &Trigger) -> WatchId {
        match trigger {
            Trigger::At(time) => {
                let watch = self.add(Kind::Called);
                self.times.push((watch, Instant(0) + *time));
                watch
            }
            Trigger::Progress { .. } => {
                let watch = self.add(Kind::Progress(trigger.clone()));
                self.progress.push(watch);
                watch
            }
            Trigger::Op(op) => {
                let watch = self.add(Kind::Op(op.clone()));
                self.ops.push(watch);
                watch
            }
            Trigger::Records { step, drive, count } => {
                let watch = self.add(Kind::Records(*step, *drive, *count));
                self.ops.push(watch);
                watch
            }
            Trigger::Event(event) => {
                let watch = self.add(Kind::Event(event.clone()));
                self.events.push(watch);
                watch
            }
            Trigger::After(base, delay) => {
                let base = self.watch(base);
                let watch = self.add(Kind::Called);
                self.then(base, Consequence::Later(watch, *delay));
                watch
            }
            Trigger::Step(step) => self.steps[*step],
        }
    }

    /// When a watch fired.
    pub(crate) fn fired(&self, watch: WatchId) -> Option<Instant> {
        self.list[watch.0].fired
    }

    /// When a statement of the schedule was executed.
    pub(crate) fn step_fired(&self, step: usize) -> Option<Instant> {
        self.fired(self.steps[step])
    }

    /// The watch of a statement.
    pub(crate) fn step(&self, step: usize) -> WatchId {
        self.steps[step]
    }

    /// Fires a watch, once. Returns what follows.
    pub(crate) fn fire(&mut self, watch: WatchId, now: Instant) -> &[Consequence] {
        let entry = &mut self.list[watch.0];
        if entry.fired.is_some() {
            return &[];
        }
        entry.fired = Some(now);
        &entry.consequences
    }

    /// The watches that a drive command fires.
    pub(crate) fn on_op(&mut self, command: &IoCommand, fired: &mut Vec<WatchId>) {
        let list = &mut self.list;
        self.ops.retain(|&id| {
            let watch = &mut list[id.0];
            let (meant, count) = match &watch.kind {
                Kind::Op(op) => (is_op(op, command), op.count),
                Kind::Records(step, drive, count) => {
                    let here = drive.is_none_or(|drive| drive == command.drive.0);
                    (here && command.step == Some(*step), *count)
                }
                Kind::Called | Kind::Progress(_) | Kind::Event(_) => return false,
            };
            watch.count += u32::from(meant);
            let fires = watch.count == count;
            if fires {
                fired.push(id);
            }
            !fires
        });
    }

    /// The watches that an event fires.
    pub(crate) fn on_event(&mut self, kind: &EventKind, fired: &mut Vec<WatchId>) {
        let list = &mut self.list;
        self.events.retain(|&id| {
            let watch = &mut list[id.0];
            let Kind::Event(event) = &watch.kind else {
                return false;
            };
            watch.count += u32::from(is_event(event, kind));
            let fires = watch.count == event.count;
            if fires {
                fired.push(id);
            }
            !fires
        });
    }

    /// The watches for progress that `reached` says are fired.
    pub(crate) fn on_progress(
        &mut self,
        mut reached: impl FnMut(&Trigger) -> bool,
        fired: &mut Vec<WatchId>,
    ) {
        let list = &self.list;
        self.progress.retain(|&id| {
            let Kind::Progress(trigger) = &list[id.0].kind else {
                return false;
            };
            let fires = reached(trigger);
            if fires {
                fired.push(id);
            }
            !fires
        });
    }

    /// True if progress is waited for.
    pub(crate) const fn wants_progress(&self) -> bool {
        !self.progress.is_empty()
    }

    fn add(&mut self, kind: Kind) -> WatchId {
        self.list.push(Watch { kind, count: 0, fired: None, consequences: Vec::new() });
        WatchId(self.list.len() - 1)
    }

    fn then(&mut self, watch: WatchId, consequence: Consequence) {
        self.list[watch.0].consequences.push(consequence);
    }
}

fn is_op(op: &OpMatch, command: &IoCommand) -> bool {
    let kind = match command.op {
        IoOp::Read(..) => OpKind::Read,
        IoOp::Write(..) | IoOp::WriteDurable(..) | IoOp::WriteZeroes { .. } => OpKind::Write,
        IoOp::Compare(..) => OpKind::Compare,
        IoOp::Flush => OpKind::Flush,
        IoOp::Abort(_) | IoOp::Reset | IoOp::Isolate => return false,
    };
    let touches = |range: &core::ops::Range<u64>| {
        !is_of_front(&command.op)
            && extent_of(&command.op).is_some_and(|extent| {
                let sectors = span(extent);
                sectors.start < range.end && range.start < sectors.end
            })
    };
    op.drive == command.drive.0
        && op.op.is_none_or(|wanted| wanted == kind)
        && op.class.map_or(command.class != IoClass::Metadata, |wanted| wanted == command.class)
        && op.range.as_ref().is_none_or(touches)
}

/// Whether an event is meant.
pub(crate) fn is_event(event: &EventMatch, kind: &EventKind) -> bool {
    let found = subjects(kind);
    event.name == kind.name()
        && event.subjects.len() <= found.len()
        && event
            .subjects
            .iter()
            .zip(found)
            .all(|(wanted, found)| wanted.is_none() || found == *wanted)
}
