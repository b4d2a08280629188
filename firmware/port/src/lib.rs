//! What a machine must give the engine, and the pump that every machine shares.
//!
//! A machine has drives, a clock and buffers: [`Machine`]. The pump hands one input to the engine and then
//! drains all that the engine wants done, in a fixed order: drive commands, replies, events, the deadline.
//! Boards, the emulator and the simulator use the same pump, so that an order of effects which works in
//! one works in all. [`Blocking`] is a front for machines that do one thing at a time.
#![no_std]

mod blocking;
mod machine;
mod pump;

pub use blocking::{Blocking, BlockingError, HostBuffers};
pub use machine::{Input, Machine};
pub use pump::{Effects, command, deliver, submit};
