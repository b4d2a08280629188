//! Statements, orders and host requests, once their time has come.

use raid10_engine::{ArrayState, AssemblyOrder, Command, Duration, Refusal};

use super::Runner;
use crate::oracle::{Consent, Patience};
use crate::plan::{Action, Order, Step};
use crate::record::What;
use crate::world::Happening;

/// The engine of a stopped array is at its end: the controller makes another one to put the array together again, and
/// this is how long that takes.
const RESTART: Duration = Duration::millis(1);

impl<'a, const DRIVES: usize> Runner<'a, DRIVES> {
    pub(super) fn execute_due(&mut self) {
        self.world.run_faults();
        let Some(step) = self.world.due.pop_front() else {
            return;
        };
        let plan = self.plan;
        let (index, step) = (step, &plan.steps[step]);
        self.world.executed(index);
        self.progressed_at = self.world.now;
        match &step.action {
            Action::Host(op, range) => self.host.want(*op, range.clone()),
            Action::Start(load) => {
                let at = self.host.start(*load, self.world.now);
                self.world.agenda.enter(at, Happening::Load(*load));
            }
            Action::Stop(load) => self.host.stop(*load),
            Action::Order(order) => self.order(step, order),
            Action::Fault(_) => {}
        }
    }

    fn order(&mut self, step: &'a Step, order: &Order) {
        let command = match order {
            Order::Command(command) => *command,
            Order::Policy(knobs) => {
                knobs.iter().for_each(|knob| knob.turn(&mut self.policy));
                Command::SetPolicy(self.policy)
            }
        };
        if let Command::Fail(slot) = command {
            self.world.oracle.ejected(slot);
        }
        let now = self.world.now;
        let consent = match command {
            Command::AcceptLosses => Consent::Losses,
            _ => Consent::Release,
        };
        self.world.oracle.consent(consent);
        let on = self.world.power.is_on();
        let result = if on && command == Command::Assemble(AssemblyOrder::Now) && self.is_stopped()
        {
            self.world.reset(RESTART);
            Ok(())
        } else if on {
            self.command(command)
        } else {
            // There is nobody to give it to; knobs are turned all the same.
            Err(Refusal::WrongState)
        };
        self.follow();
        self.world.oracle.consent(Consent::None);
        match (command, result) {
            (Command::Assemble(order), Ok(())) => self.accept_old(order),
            (Command::AcceptLosses, Ok(())) => self.world.oracle.goes_on_alone(),
            _ => {}
        }
        if let (Command::SetPolicy(policy), Ok(())) = (command, result) {
            let patience = Patience::new(&policy, self.plan.shape.chunk);
            self.world.oracle.set_patience(patience);
        }
        self.world.tracer.record(now, What::Order(step, result));
    }

    fn is_stopped(&self) -> bool {
        self.engine.array_state() == ArrayState::Stopped
    }

    /// The operator had an array put together of what is there, old or not.
    fn accept_old(&mut self, order: AssemblyOrder) {
        let (of, everywhere) = match order {
            AssemblyOrder::Now => return,
            AssemblyOrder::Degraded => (None, false),
            AssemblyOrder::Accept(drive) => (Some(drive), false),
            AssemblyOrder::Choose(drive) => (Some(drive), true),
        };
        let world = &mut self.world;
        world.oracle.goes_on_alone();
        let of = of.and_then(|drive| Some((drive.0, world.slot_hint(drive.0)?)));
        world.oracle.accept_old(of, everywhere, &world.drives);
    }

    /// Submits a request of the host. Returns false if there is none, or no room for it.
    pub(super) fn feed(&mut self) -> bool {
        if !self.serves() {
            return false;
        }
        let Some(mut offer) = self.host.next() else {
            return false;
        };
        if offer.request.op.is_write() && offer.version.is_none() {
            offer.version = self.world.oracle.next_version();
            if offer.version.is_none() {
                let due = self.host.refused(self.world.now);
                self.enter_load(due);
                return true;
            }
        }
        self.world.staged.version = offer.version.unwrap_or(0);
        self.host.keep(offer);
        let (result, effects) =
            raid10_port::submit(&mut self.engine, &mut self.world, offer.request);
        match result {
            Ok(id) => self.host.accepted(id, self.world.now),
            Err(Refusal::Busy) => {}
            Err(why) => {
                let now = self.world.now;
                self.world.tracer.record(now, What::Host(Err(why), offer.request));
                let due = self.host.refused(now);
                self.enter_load(due);
            }
        }
        self.after_input(effects);
        !matches!(result, Err(Refusal::Busy))
    }
}
