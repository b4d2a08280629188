//! The calls of `size-probe` without an engine behind them: what its own program needs is not the engine's. Built by `cargo xtask size`;
//! it is never run.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(target_os = "none")]
mod program;

#[cfg(target_os = "none")]
mod subject {
    use core::hint::black_box;

    use raid10_engine::{
        ArrayLba, ArrayState, Command, DriveChange, DriveId, DriveView, Event, Geometry,
        HostRequest, Identity, Instant, IoCommand, IoId, Loss, Outcome, Policy, Progress, PullRisk,
        Refusal, Reply, RequestId, SectorCount, Shape, ShapeError, Slot, SlotView,
    };

    use crate::program::given;

    /// Nothing that needs RAM.
    pub(crate) static ENGINE_RAM: () = ();

    /// As large as an engine, and does nothing.
    pub(crate) struct Engine<const DRIVES: usize> {
        _place: raid10_engine::Engine<DRIVES>,
    }

    /// A function that takes what the engine's takes, and gives what the compiler does not know.
    macro_rules! subject {
        ($name:ident($($argument:tt)*) -> $answer:ty, [$($given:tt),*]) => {
            #[inline(never)]
            pub(crate) fn $name($($argument)*) -> $answer {
                black_box(($($given,)*));
                given(None)
            }
        };
    }

    impl<const DRIVES: usize> Engine<DRIVES> {
        subject!(new(shape: Shape, policy: Policy) -> Result<Self, ShapeError>, [shape, policy]);
        subject!(assemble(policy: Policy, set: Option<[u8; 16]>, epoch: u64) -> Self, [policy, set, epoch]);
        subject!(labelled(self, identity: Identity) -> Self, [self, identity]);
        subject!(handle_drive(&mut self, now: Instant, drive: DriveId, change: DriveChange) -> (), [self, now, drive, change]);
        subject!(handle_completion(&mut self, now: Instant, id: IoId, outcome: Outcome) -> (), [self, now, id, outcome]);
        subject!(handle_metadata(&mut self, now: Instant, id: IoId, outcome: Outcome, bytes: &[u8]) -> (), [self, now, id, outcome, bytes]);
        subject!(handle_timeout(&mut self, now: Instant) -> (), [self, now]);
        subject!(submit(&mut self, now: Instant, request: HostRequest) -> Result<RequestId, Refusal>, [self, now, request]);
        subject!(command(&mut self, now: Instant, command: Command) -> Result<(), Refusal>, [self, now, command]);
        subject!(poll_io(&mut self) -> Option<IoCommand>, [self]);
        subject!(fill_metadata(&self, command: &IoCommand, bytes: &mut [u8]) -> (), [self, command, bytes]);
        subject!(metadata_read(&self, id: IoId) -> Option<u8>, [self, id]);
        subject!(poll_reply(&mut self) -> Option<Reply>, [self]);
        subject!(poll_event(&mut self) -> Option<Event>, [self]);
        subject!(poll_deadline(&self) -> Option<Instant>, [self]);
        subject!(array_state(&self) -> ArrayState, [self]);
        subject!(in_salvage(&self) -> bool, [self]);
        subject!(capacity(&self) -> SectorCount, [self]);
        subject!(geometry(&self) -> &Geometry, [self]);
        subject!(policy(&self) -> &Policy, [self]);
        subject!(slot(&self, slot: Slot) -> Option<SlotView>, [self, slot]);
        subject!(drive(&self, drive: DriveId) -> Option<DriveView>, [self, drive]);
        subject!(progress(&self, slot: Slot) -> Option<Progress>, [self, slot]);
        subject!(next_loss(&self, from: ArrayLba) -> Option<Loss>, [self, from]);
        subject!(lost_sectors(&self) -> SectorCount, [self]);
        subject!(can_pull(&self, slot: Slot) -> Result<(), PullRisk>, [self, slot]);
        subject!(region_sectors(&self) -> SectorCount, [self]);
        subject!(is_idle(&self) -> bool, [self]);
    }
}

#[cfg(not(target_os = "none"))]
fn main() {
    eprintln!("this is firmware: cargo xtask size");
    std::process::exit(2);
}
