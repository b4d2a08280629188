//! A replay: set-up, schedule, end, verdict.

use alloc::boxed::Box;
use alloc::vec::Vec;

use raid10_engine::config::{EVENTS, IOS, REQUESTS};
use raid10_engine::{
    Command, DriveId, Duration, Engine, HostOp, Instant, MemberState, Policy, Refusal, Slot,
};
use raid10_port::{Effects, Machine};

use crate::host::Host;
use crate::images::Mismatch;
use crate::layout::Layout;
use crate::oracle::{Oracle, Patience, View};
use crate::outcome::Outcome;
use crate::plan::{Plan, Trigger};
use crate::ranges::Ranges;
use crate::record::Sink;
use crate::remains::Remains;
use crate::trace::Tracer;
use crate::verdict::Promise;
use crate::world::{Happening, World};

mod audit;
mod claims;
mod create;
mod execute;
mod expect;
mod finish;
mod livelock;
mod named;
mod power;
mod progress;
mod remains;
mod rest;
mod setup;

use named::named;
pub use remains::replay_to_images;
pub use setup::{SetupError, check};

/// Drives of the engine that most replays need.
const DRIVES_FEW: usize = 12;
/// Drives that there can be: places of the largest engine here.
const DRIVES_MAX: usize = 40;

/// How a replay is run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Make a digest of the trace; costs time.
    pub digest: bool,
    /// Simulated time after which a replay is given up. Default 30 days.
    pub limit: Duration,
    /// The drives are wanted as they are when the power is gone at the end, or behind the last of the plan's cuts.
    pub remains: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { digest: true, limit: Duration::secs(30 * 24 * 3600), remains: false }
    }
}

/// Plays a plan and tells what came of it.
///
/// # Errors
///
/// The reason why the array of the plan cannot be made.
pub fn replay(plan: &Plan, options: &Options, sink: &mut dyn Sink) -> Result<Outcome, SetupError> {
    Ok(begin(plan, options, sink)?.play_out())
}

/// Makes the array of a plan, in an engine that is as small as can be.
fn begin<'a>(
    plan: &'a Plan,
    options: &'a Options,
    sink: &'a mut dyn Sink,
) -> Result<Box<dyn Play + 'a>, SetupError> {
    let drives = plan.drives.len();
    if drives > DRIVES_MAX {
        Err(SetupError::Drives)
    } else if drives > DRIVES_FEW {
        Ok(Box::new(Runner::<DRIVES_MAX>::new(plan, options, sink)?))
    } else {
        Ok(Box::new(Runner::<DRIVES_FEW>::new(plan, options, sink)?))
    }
}

/// A replay whose array has been made.
trait Play {
    /// Plays all of it.
    fn play_out(&mut self) -> Outcome;
    /// What is left on the drives.
    fn remains(&mut self) -> Remains;
}

impl<const DRIVES: usize> Play for Runner<'_, DRIVES> {
    fn play_out(&mut self) -> Outcome {
        self.play();
        if !self.is_cut_off() {
            self.finish();
        }
        self.outcome()
    }

    fn remains(&mut self) -> Remains {
        self.left()
    }
}

/// An engine in its world.
struct Runner<'a, const DRIVES: usize> {
    plan: &'a Plan,
    options: &'a Options,
    engine: Engine<DRIVES>,
    world: World<'a>,
    host: Host<'a>,
    policy: Policy,
    /// When the power last came back.
    booted_at: Instant,
    /// Since when the array is at rest.
    rest_since: Option<Instant>,
    /// When a request last ended, or a statement was executed.
    progressed_at: Instant,
    /// Drive commands when time last moved on, to see livelocks.
    commands: u64,
    /// How often it did not move on although it should have.
    standstill: u32,
    /// How much had happened beyond the host's requests when drive commands were last counted, and how many there were.
    news: (usize, u64),
    expectations: expect::Seen,
    /// The loss manifest, when it was last walked.
    manifest: Ranges,
    /// What no drive held when they were last looked at.
    gone: Ranges,
    /// What was lost when the controller last lost its power.
    lost_at_cut: Ranges,
}

impl<'a, const DRIVES: usize> Runner<'a, DRIVES> {
    fn new(
        plan: &'a Plan,
        options: &'a Options,
        sink: &'a mut dyn Sink,
    ) -> Result<Self, SetupError> {
        if plan.from_images {
            let images = plan.images.as_ref().ok_or(SetupError::Images(Mismatch::NotRead))?;
            images.check(plan).map_err(SetupError::Images)?;
        }
        let engine = Engine::new(plan.shape, plan.policy).map_err(SetupError::Shape)?;
        let engine = if plan.metadata { engine.labelled(power::identity()) } else { engine };
        if engine.capacity().0 > setup::ARRAY_MAX {
            return Err(SetupError::TooLarge);
        }
        let shape = plan.shape;
        let layout = Layout::new(shape.copies, shape.members, shape.chunk.0, shape.member_size.0);
        let region = engine.region_sectors().0;
        let patience = Patience::new(&plan.policy, shape.chunk);
        let mut oracle = Oracle::new(layout, region, plan.drives.len(), plan.differing, patience);
        if plan.stops_controller() || options.remains {
            oracle.expect_power_losses();
        }
        let tracer = Tracer::new(sink, &plan.names, options.digest);
        let mut world = World::new(plan, oracle, tracer);
        let expectations = expect::Seen::new(plan, &mut world.watches);
        world.enter_times();
        let mut this = Self {
            plan,
            options,
            host: Host::new(&plan.loads, engine.capacity().0),
            engine,
            world,
            policy: plan.policy,
            booted_at: Instant(0),
            rest_since: None,
            progressed_at: Instant(0),
            commands: 0,
            standstill: 0,
            news: (0, 0),
            expectations,
            manifest: Ranges::new(),
            gone: Ranges::new(),
            lost_at_cut: Ranges::new(),
        };
        match &plan.images {
            Some(images) if plan.from_images => this.power_up(images),
            _ => this.set_up()?,
        }
        Ok(this)
    }

    /// Runs until every statement has been executed, or nothing more can happen.
    fn play(&mut self) {
        loop {
            self.settle();
            let done = self.schedule_is_done() && self.host.script_is_done();
            if done || self.is_cut_off() || self.world.now.0 > self.options.limit.0 {
                return;
            }
            if self.nothing_more_can_fire() || self.leads_nowhere() || !self.advance() {
                return;
            }
        }
    }

    fn schedule_is_done(&self) -> bool {
        (0..self.plan.steps.len()).all(|step| self.world.watches.step_fired(step).is_some())
    }

    /// True if all statements left wait for something that will not come: the array is at rest or busy with itself
    /// for longer than it may be, no load runs, and no time is waited for.
    fn nothing_more_can_fire(&self) -> bool {
        let waits_for_time = self.waits_for_time();
        let heals = self.faults_end().is_some();
        let loaded = self.host.is_loaded() && self.serves();
        let waits = waits_for_time || heals || self.world.has_pending_watch() || loaded;
        let idle = || self.world.now.since(self.progressed_at);
        !waits && (self.has_rested(Duration::secs(30)) || idle() > self.patience())
    }

    /// A statement waits for a point of time.
    fn waits_for_time(&self) -> bool {
        self.plan.steps.iter().enumerate().any(|(index, step)| {
            matches!(step.trigger, Trigger::At(_)) && self.world.watches.step_fired(index).is_none()
        })
    }

    /// Does everything that is to be done now.
    fn settle(&mut self) {
        loop {
            self.renew();
            if self.is_cut_off() {
                return;
            }
            if self.world.has_input() {
                self.deliver_all();
            } else if !self.world.due.is_empty() {
                self.execute_due();
            } else if !self.feed() {
                self.note_rest();
                return;
            }
        }
    }

    fn deliver_all(&mut self) {
        while let Some(input) = self.world.next_input() {
            self.world.oracle.input_begins();
            let effects = raid10_port::deliver(&mut self.engine, &mut self.world, input);
            self.after_input(effects);
        }
    }

    fn command(&mut self, command: Command) -> Result<(), Refusal> {
        for drive in named(&command) {
            self.world.contract.given(drive.0);
        }
        self.world.oracle.input_begins();
        let (result, effects) = raid10_port::command(&mut self.engine, &mut self.world, command);
        self.after_input(effects);
        result
    }

    /// Looks at what one input did.
    fn after_input(&mut self, effects: Effects) {
        self.renew();
        let world = &mut self.world;
        let bounded = effects.commands as usize <= 2 * IOS
            && effects.replies as usize <= REQUESTS
            && effects.events as usize <= EVENTS;
        let now = world.now;
        world.verdicts.check(
            Promise::Bounded,
            now,
            bounded,
            format_args!("one input had {effects:?}"),
        );
        if core::mem::replace(&mut world.news, false) {
            self.follow();
        }
        self.check_start(false);
        while let Some(reply) = self.world.replies.pop_front() {
            let now = self.world.now;
            let due = self.host.replied(reply.request, now);
            self.enter_load(due);
            self.progressed_at = now;
            self.check_refused(reply);
        }
        if self.world.oracle.was_acknowledged() {
            self.check_rival();
        }
        if self.world.watches.wants_progress() && self.serves() {
            self.watch_progress();
        }
        self.world.show_broken();
    }

    /// A load's next request is due later.
    fn enter_load(&mut self, due: Option<(usize, Instant)>) {
        if let Some((load, at)) = due {
            self.world.agenda.enter(at, Happening::Load(load));
        }
    }

    /// Takes note of what the engine says of itself.
    fn follow(&mut self) {
        let members = self.plan.shape.members;
        let view = View {
            slots: (0..members).filter_map(|slot| self.engine.slot(Slot(slot))).collect(),
            drives: (0..self.plan.drives.len())
                .filter_map(|drive| self.engine.drive(DriveId(drive as u8)))
                .collect(),
        };
        let now = self.world.now;
        if !self.serves() {
            self.world.statistics.states(now, self.engine.array_state(), &[]);
            return;
        }
        let states: Vec<MemberState> = view.slots.iter().map(|slot| slot.state).collect();
        self.world.statistics.states(now, self.engine.array_state(), &states);
        self.world.oracle.follow(now, view, &self.world.drives, &mut self.world.verdicts);
        self.check_progress();
        let engine = &self.engine;
        self.expectations.sample(now, |slot| expect::is_safe(engine.can_pull(slot)));
    }

    /// When the next thing happens.
    fn next_at(&self) -> Option<Instant> {
        let agenda = self.world.agenda.next_at();
        agenda.into_iter().chain(self.world.deadline).min()
    }

    /// Lets time go on to the next thing that happens. Returns false if nothing ever will.
    fn advance(&mut self) -> bool {
        let Some(next) = self.next_at() else {
            return false;
        };
        self.check_livelock(next);
        if self.stands_still(next) {
            return false;
        }
        self.world.now = self.world.now.max(next);
        let now = self.world.now;
        while let Some(happening) = self.world.agenda.take_due(now) {
            if let Happening::Load(load) = happening {
                if let Some(at) = self.host.load_due(load, now) {
                    self.world.agenda.enter(at, Happening::Load(load));
                }
            } else {
                self.world.happen(happening);
            }
        }
        if self.world.deadline.is_some_and(|deadline| deadline <= now) {
            self.world.time_out();
        }
        true
    }
}

/// What reads the array at the end.
const READ: HostOp = HostOp::Read;

#[cfg(test)]
mod tests;
