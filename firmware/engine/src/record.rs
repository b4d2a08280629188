//! The one commit point: whatever must outlive the controller passes through here.
//!
//! A change of state that must be durable is *recorded*; what depends on it (a write to a region, the
//! acknowledgement of a write that a member missed, the promotion of a target) waits until the record is
//! durable. On drives with labels it is durable when a [commit](crate::commit) that began after it has ended. In an array
//! without labels the medium is the controller's memory, where a record is durable when the input that made it has been
//! handled. Either way it is never durable at the moment it is made, so nothing can come to rely on that.

/// Names a state of the record: it is durable, or it is not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RecordId(u32);

/// A fact that must outlive the controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Fact {
    /// A region is about to be written.
    Dirty,
    /// A drive missed a write, failed, or left.
    Degraded,
    /// A drive was given a role, or lost it.
    Roles,
    /// A target durably holds everything below a place.
    Checkpoint,
    /// All copies are there, and are equal but for what was written just now.
    Whole,
    /// Nothing is being written.
    Clean,
}

/// How far the record has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Record {
    made: u32,
    durable: u32,
}

impl Record {
    pub(crate) const fn new() -> Self {
        Self { made: 0, durable: 0 }
    }

    /// Records a fact. What depends on it must wait for the returned state to be durable.
    pub(crate) fn commit(&mut self, _fact: Fact) -> RecordId {
        self.made = self.made.wrapping_add(1);
        RecordId(self.made)
    }

    pub(crate) fn is_durable(&self, id: RecordId) -> bool {
        self.durable.wrapping_sub(id.0) < u32::MAX / 2
    }

    pub(crate) const fn is_settled(&self) -> bool {
        self.made == self.durable
    }

    /// The last state recorded.
    pub(crate) const fn made(&self) -> u32 {
        self.made
    }

    /// The name of the last state recorded.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) const fn latest(&self) -> RecordId {
        RecordId(self.made)
    }

    /// A state that is durable.
    pub(crate) const fn reached(&self) -> RecordId {
        RecordId(self.durable)
    }

    /// Everything up to a state is durable.
    pub(crate) const fn reach(&mut self, state: u32) {
        self.durable = state;
    }

    /// Makes everything recorded so far durable. Returns whether something was not.
    pub(crate) fn settle(&mut self) -> bool {
        core::mem::replace(&mut self.durable, self.made) != self.made
    }
}
