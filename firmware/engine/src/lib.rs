//! A RAID 10 engine: mirrors, stripes, hot spares and a rebuild machine, for microcontrollers and for
//! everything larger.
//!
//! The crate is `no_std`, allocates nothing, contains no `unsafe` code and performs no I/O. All state lives in one
//! [`Engine`]; the caller tells it what happened and drains what it wants done. See there for the loop.
//!
//! The layout of the data is that of Linux MD RAID 10, near layout. A sector is 512 bytes.
#![no_std]

mod assemble;
mod bitmap;
mod boot;
mod command;
mod commit;
pub mod config;
mod dirty;
mod dispatch;
mod drive;
mod drive_set;
mod engine;
mod event;
mod fill;
mod flush;
mod geometry;
mod health;
mod host;
mod identity;
mod io;
mod io_table;
mod label;
mod late;
mod lock;
mod log;
mod loss;
mod maintain;
mod metadata;
mod operator;
mod payload;
mod policy;
mod presence;
mod ranges;
mod read;
mod record;
mod render;
mod repair;
mod request;
mod room;
mod slot;
mod sole;
mod spare;
mod status;
mod uneven;
mod units;
mod unsaid;
mod validity;
mod view;
mod window;
mod write;

pub use command::{AssemblyOrder, Command, Initial};
pub use engine::Engine;
pub use event::{AssemblyObstacle, Event, EventKind, Invariant, SetAside, Severity, SpareObstacle};
pub use geometry::{Geometry, Shape, ShapeError};
pub use host::{HostError, HostOp, HostRequest, Refusal, Reply, RequestId};
pub use identity::Identity;
pub use io::{
    Buffer, BufferId, Content, DriveChange, DriveInfo, Extent, IoClass, IoCommand, IoFault, IoId,
    IoOp, Outcome, Step,
};
pub use policy::{Policy, Salvage};
pub use status::{
    ArrayState, DriveView, Health, Loss, LossCause, MemberState, Progress, Proof, PullRisk, Role,
    SlotView,
};
pub use units::{ArrayLba, DriveId, Duration, Instant, MemberLba, SECTOR_BYTES, SectorCount, Slot};

#[cfg(test)]
mod rig;
#[cfg(test)]
mod tests;
