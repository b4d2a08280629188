//! The commands in flight, and the order in which those not yet sent will be.

use heapless::Vec;

use crate::commit::Part;
use crate::config::IOS;
use crate::io::{IoId, Stretch};
use crate::units::{DriveId, Instant};

/// Places kept free for resets and isolations: without them a table full of commands that hang would
/// stay full for ever.
pub(crate) const LINK_RESERVE: usize = 4;

/// Who waits for a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    /// A segment of a host request.
    Segment(u8),
    /// A copy window.
    Window(u8),
    /// A host's flush.
    Flush(u8),
    /// The background flush of a drive that was written.
    Clean,
    /// The flush before a checkpoint of a drive's fill.
    Checkpoint,
    /// The proof of a spare.
    Proof,
    /// A look whether a drive still works.
    Probe,
    /// The reset or isolation of a drive.
    Link,
    /// A part of a commit, and the port's buffer that it is written from.
    Commit(Part, u8),
    /// The reading of a label, and the port's buffer.
    Label(u8),
}

/// What a command does, without its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Verb {
    Read,
    Write,
    WriteDurable,
    Compare,
    WriteZeroes,
    Unmap,
    Flush,
    Reset,
    Isolate,
}

/// How far a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// From one on, so that no command is zero.
pub(crate) enum Stage {
    /// Not sent yet.
    Queued = 1,
    /// With the drive.
    Sent,
    /// It took too long; an abort is to be sent.
    AbortDue,
    /// An abort was sent.
    Aborting,
    /// The abort took too long as well; the drive's reset or isolation will end it.
    Abandoned,
}

/// One command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct Io {
    pub(crate) stage: Stage,
    pub(crate) owner: Owner,
    pub(crate) verb: Verb,
    pub(crate) drive: DriveId,
    pub(crate) id: IoId,
    /// Sectors from the start of the owner's buffer.
    pub(crate) offset: u32,
    pub(crate) stretch: Stretch,
    /// When the present stage began. Meaningless while queued.
    pub(crate) since: Instant,
}

/// All commands in flight.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct IoTable {
    used: u8,
    /// Commands whose stage is [`Stage::AbortDue`].
    pub(crate) aborts_due: u8,
    sequence: u32,
    /// When a command may have taken too long: never later than the first that has, and found out anew when it has
    /// passed. So nothing is searched when a command is over.
    pub(crate) expiry: Instant,
    /// Indexes of queued commands, in order.
    queue: Vec<u8, IOS>,
    ios: [Option<Io>; IOS],
}

impl IoTable {
    /// Without a command. Its expiry is to be set.
    pub(crate) const UNUSED: Self = Self {
        ios: [const { None }; IOS],
        queue: Vec::new(),
        used: 0,
        sequence: 0,
        expiry: Instant(0),
        aborts_due: 0,
    };

    pub(crate) fn free(&self) -> usize {
        IOS - usize::from(self.used)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// Queues a command; [`Verb::Reset`] and [`Verb::Isolate`] go before all others. `None` if the table is full.
    pub(crate) fn queue(
        &mut self,
        drive: DriveId,
        owner: Owner,
        verb: Verb,
        stretch: Stretch,
        offset: u32,
    ) -> Option<IoId> {
        if owner != Owner::Link && self.free() <= LINK_RESERVE {
            return None;
        }
        let index = self.ios.iter().position(Option::is_none)?;
        self.sequence = self.sequence.wrapping_add(1);
        let id = IoId(self.sequence << 8 | index as u32);
        let (stage, since) = (Stage::Queued, Instant(0));
        let io = Io { id, stretch, offset, drive, owner, verb, stage, since };
        let first = matches!(verb, Verb::Reset | Verb::Isolate);
        let at = if first { 0 } else { self.queue.len() };
        self.queue.insert(at, index as u8).ok()?;
        self.ios[index] = Some(io);
        self.used += 1;
        Some(id)
    }

    /// The queued commands, in order.
    pub(crate) fn queued(&self) -> impl Iterator<Item = &Io> {
        self.queue.iter().filter_map(|&index| self.ios.get(usize::from(index))?.as_ref())
    }

    /// Takes a queued command off the queue; it stays in the table.
    pub(crate) fn dequeue(&mut self, id: IoId) {
        let index = (id.0 & 0xFF) as u8;
        if let Some(at) = self.queue.iter().position(|&queued| queued == index) {
            self.queue.remove(at);
        }
    }

    pub(crate) fn get(&self, id: IoId) -> Option<&Io> {
        self.ios.get((id.0 & 0xFF) as usize)?.as_ref().filter(|io| io.id == id)
    }

    /// A name for an abort, which has no place in the table.
    pub(crate) fn name_abort(&mut self) -> IoId {
        self.sequence = self.sequence.wrapping_add(1);
        IoId(self.sequence << 8 | 0xFF)
    }

    pub(crate) fn get_mut(&mut self, id: IoId) -> Option<&mut Io> {
        self.ios.get_mut((id.0 & 0xFF) as usize)?.as_mut().filter(|io| io.id == id)
    }

    /// Takes a command out of the table, of which the caller has a copy.
    pub(crate) fn remove(&mut self, io: &Io) {
        if let Some(place) = self.ios.get_mut((io.id.0 & 0xFF) as usize) {
            *place = None;
        }
        self.used -= 1;
        if io.stage == Stage::Queued {
            self.dequeue(io.id);
        }
        if io.stage == Stage::AbortDue {
            self.aborts_due -= 1;
        }
    }

    /// Every command in the table.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Io> {
        // Places are taken from the front: as a rule, few are looked at.
        self.ios.iter().filter_map(Option::as_ref).take(usize::from(self.used))
    }

    /// The first command of a drive for which `wanted` holds.
    pub(crate) fn find(&self, wanted: &dyn Fn(&Io) -> bool) -> Option<&Io> {
        self.iter().find(|io| wanted(io))
    }
}
