//! One input in, all effects out.

use raid10_engine::{BufferId, Command, Engine, HostRequest, IoOp, Refusal, RequestId};

use crate::machine::{Input, Machine};

/// How many effects one input had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Drive commands.
    pub commands: u32,
    /// Replies to the host.
    pub replies: u32,
    /// Events.
    pub events: u32,
}

/// Hands one input to the engine and carries out what follows.
pub fn deliver<const DRIVES: usize, M: Machine>(
    engine: &mut Engine<DRIVES>,
    machine: &mut M,
    input: Input,
) -> Effects {
    let now = machine.now();
    match input {
        Input::Drive(drive, change) => engine.handle_drive(now, drive, change),
        Input::Completion(id, outcome) => match engine.metadata_read(id) {
            Some(buffer) => engine.handle_metadata(now, id, outcome, machine.metadata(buffer)),
            None => engine.handle_completion(now, id, outcome),
        },
        Input::Timeout => engine.handle_timeout(now),
    }
    drain(engine, machine)
}

/// Submits a host request and carries out what follows.
///
/// # Errors
///
/// The engine's refusal. [`Machine::accepted`] was not called then.
pub fn submit<const DRIVES: usize, M: Machine>(
    engine: &mut Engine<DRIVES>,
    machine: &mut M,
    request: HostRequest,
) -> (Result<RequestId, Refusal>, Effects) {
    let accepted = engine.submit(machine.now(), request);
    if let Ok(id) = accepted {
        machine.accepted(id, &request);
    }
    (accepted, drain(engine, machine))
}

/// Gives the engine an operator's command and carries out what follows.
///
/// # Errors
///
/// The engine's refusal.
pub fn command<const DRIVES: usize, M: Machine>(
    engine: &mut Engine<DRIVES>,
    machine: &mut M,
    command: Command,
) -> (Result<(), Refusal>, Effects) {
    let accepted = engine.command(machine.now(), command);
    (accepted, drain(engine, machine))
}

fn drain<const DRIVES: usize, M: Machine>(engine: &mut Engine<DRIVES>, machine: &mut M) -> Effects {
    let mut effects = Effects::default();
    while let Some(command) = engine.poll_io() {
        if let IoOp::Write(_, buffer) | IoOp::WriteDurable(_, buffer) = command.op
            && let BufferId::Metadata(index) = buffer.id
        {
            engine.fill_metadata(&command, machine.metadata(index));
        }
        machine.start(command);
        effects.commands += 1;
    }
    while let Some(reply) = engine.poll_reply() {
        machine.reply(reply);
        effects.replies += 1;
    }
    while let Some(event) = engine.poll_event() {
        machine.event(event);
        effects.events += 1;
    }
    machine.arm(engine.poll_deadline());
    effects
}
