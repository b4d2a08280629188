//! The machine's side of the engine's contract.

use raid10_engine::{
    DriveChange, DriveId, Event, HostRequest, Instant, IoCommand, IoId, Outcome, Reply, RequestId,
};

/// Something that happened to the machine and that the engine must be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A drive came or went.
    Drive(DriveId, DriveChange),
    /// A drive command ended.
    Completion(IoId, Outcome),
    /// The deadline that was armed last has passed.
    Timeout,
}

/// Drives, a clock and buffers.
///
/// None of the methods may call back into the engine: what happens meanwhile waits until
/// [`next_input`](Self::next_input) asks for it.
pub trait Machine {
    /// The monotonic clock.
    fn now(&self) -> Instant;

    /// Starts a drive command. Its end comes later as [`Input::Completion`]; the contract is in
    /// [`IoCommand`]'s module.
    fn start(&mut self, command: IoCommand);

    /// A host request was accepted under this name; its buffer must be ready when this returns, as drive
    /// commands that use it follow.
    fn accepted(&mut self, id: RequestId, request: &HostRequest);

    /// A host request ended; its buffer is the host's again.
    fn reply(&mut self, reply: Reply);

    /// The engine logged something.
    fn event(&mut self, event: Event);

    /// A buffer for the engine's own records: [`METADATA_SECTORS`](raid10_engine::config::METADATA_SECTORS) sectors. The
    /// pump fills it before it starts a write from it, and hands its bytes to the engine when a read into it has ended.
    fn metadata(&mut self, buffer: u8) -> &mut [u8];

    /// Replaces the armed deadline. When it has passed, the next input is [`Input::Timeout`].
    fn arm(&mut self, deadline: Option<Instant>);

    /// The oldest thing that happened and was not handed out yet.
    fn next_input(&mut self) -> Option<Input>;
}
