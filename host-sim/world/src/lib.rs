//! A deterministic world for the engine: virtual time, virtual drives with faults, a host with a workload, and
//! an oracle that knows what must be lost.
//!
//! [`plan`] turns a bound script into a [`Plan`](plan::Plan), [`replay()`] plays it and gives an
//! [`Outcome`]. All of it is one thread with one total order of events and one pinned generator of
//! random numbers: a plan has the same trace on every machine, byte for byte.
#![cfg_attr(not(test), no_std)]
#![cfg_attr(
    test,
    allow(clippy::single_range_in_vec_init, reason = "sets of sectors are lists of ranges here")
)]

extern crate alloc;

mod anatomy;
mod buffers;
mod content;
mod contract;
mod convert;
pub mod cuts;
mod drive;
mod generations;
mod host;
pub mod images;
mod knob;
mod layout;
mod line;
mod names;
mod oracle;
mod outcome;
pub mod plan;
mod ranges;
mod record;
mod remains;
mod replay;
mod rng;
mod statistics;
mod store;
mod subject;
mod time;
mod trace;
mod verdict;
mod watch;
mod world;

pub use convert::PlanError;
pub use drive::{Figures, Survival};
pub use knob::Knob;
pub use names::Names;
pub use outcome::{Judged, LostRange, Outcome, StateTime};
pub use record::{Discard, Record, Sink, What, class_name, op_name, outcome_name};
pub use remains::{Content, DriveRemains, Remains, Whereabouts};
pub use replay::{Options, SetupError, check, replay, replay_to_images};
pub use statistics::FillTime;
pub use subject::{Subject, subjects};
pub use verdict::{Promise, Seconds, Verdict};
pub use world::CutSeen;
