//! The engine: all state behind one `&mut`, and the loop contract.

use raid10_metadata::assembly::{Candidate, Left};
use raid10_metadata::bitmap::Bits;
use raid10_metadata::{Name, Set, Timestamp, Uuid, place};

use crate::boot::Boot;
use crate::commit::Commit;
use crate::config::{RANGES, REGIONS, REQUESTS, SEGMENTS, SYNC_WINDOWS};
use crate::dirty::Dirty;
use crate::drive::Drive;
use crate::drive_set::DriveSet;
use crate::event::{DriveEvent, Event, EventKind, Invariant, SlotEvent};
use crate::geometry::{Geometry, Shape, ShapeError};
use crate::identity::Identity;
use crate::io_table::IoTable;
use crate::label::{Label, Labels};
use crate::lock::Ticket;
use crate::log::EventLog;
use crate::policy::Policy;
use crate::ranges::RangeTable;
use crate::record::{Record, RecordId};
use crate::request::{Replies, Request, Segment};
use crate::slot::SlotRecord;
use crate::sole::SoleWrites;
use crate::status::ArrayState;
use crate::units::{DriveId, Instant, SECTOR_BYTES, SectorCount, Slot, lower, raise};
use crate::window::Window;

/// What the next maintenance has to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::struct_excessive_bools, reason = "independent to-do marks, not a state")]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct Work {
    /// What is lost may have changed.
    pub(crate) losses: bool,
    /// Drives, roles or health changed: states, spares and fills must be looked at.
    pub(crate) topology: bool,
    /// There are holes that a repair may fill.
    pub(crate) repairs: bool,
    /// Requests or windows wait for a range or a place in a table.
    pub(crate) blocked: bool,
    /// A range or a place in a table was freed.
    pub(crate) freed: bool,
    /// Some drive may have a fill.
    pub(crate) fills: bool,
    /// When something is due without anything having happened must be found out anew.
    pub(crate) house: bool,
}

impl Work {
    const NOTHING: Self = Self {
        topology: false,
        losses: false,
        repairs: false,
        blocked: false,
        freed: false,
        fills: false,
        house: false,
    };
}

/// A RAID 10 array of up to 32 members, with spares, on at most `DRIVES` drives (62 at the most).
///
/// The engine performs no I/O, reads no clock, draws no random numbers, allocates nothing and holds no user data. The caller
/// drives it with four classes of methods:
///
/// * **events in**: [`handle_completion`](Self::handle_completion), [`handle_drive`](Self::handle_drive),
///   [`handle_timeout`](Self::handle_timeout), each with the time;
/// * **commands in**: [`submit`](Self::submit) for the host, [`command`](Self::command) for the operator;
/// * **effects out**: [`poll_io`](Self::poll_io), [`poll_reply`](Self::poll_reply), [`poll_event`](Self::poll_event),
///   [`poll_deadline`](Self::poll_deadline), to be drained after each input; what is left undrained waits, except that the
///   oldest events are dropped when more than [`EVENTS`](crate::config::EVENTS) wait;
/// * **questions**: `&self`, no side effect.
///
/// Every call does a bounded amount of work. After each input a fixed, idempotent series of checks runs
/// (`maintain`), so nobody has to remember to go on with a rebuild.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub struct Engine<const DRIVES: usize> {
    pub(crate) created: bool,
    pub(crate) salvage: bool,
    pub(crate) state: ArrayState,
    /// Requests that are not over.
    pub(crate) open_requests: u8,
    /// An invariant broke: no writes any more.
    pub(crate) latched: bool,
    /// Windows that are not over.
    pub(crate) open_windows: u8,
    /// The array's records are kept on its drives: there are `labels`.
    pub(crate) labelled: bool,
    pub(crate) work: Work,
    pub(crate) geometry: Geometry,
    pub(crate) record: Record,
    /// Slots whose copies may lead where copies differ, a bit each.
    pub(crate) leaders: u32,
    /// Those of them that have their drive, as far as that was looked at.
    pub(crate) leading: u32,
    /// Slots whose drive was away since copies may differ.
    pub(crate) have_left: u32,
    pub(crate) region_shift: u32,
    /// The event that is being dealt with, as the cause of those that follow.
    pub(crate) cause: Option<u32>,
    pub(crate) request_sequence: u32,
    /// The array's physical sector: the largest of the drives that it was made of.
    pub(crate) granule: u32,
    /// Orders requests and windows that overlap.
    pub(crate) last_ticket: Ticket,
    /// Drives to be looked at whether they still work.
    pub(crate) probes: DriveSet,
    /// Drives to be reset or isolated.
    pub(crate) resets: DriveSet,
    /// Drives whose commands are over without an answer.
    pub(crate) voids: DriveSet,
    pub(crate) policy: Policy,
    pub(crate) slots: [SlotRecord; DRIVES],
    pub(crate) lost: SectorCount,
    pub(crate) next_clean: Instant,
    /// Acknowledged writes may be gone, and no flush of the host has told so yet.
    pub(crate) flush_fails: bool,
    /// When the next housekeeping is due.
    pub(crate) house_at: Instant,
    /// Until when the host counts as active.
    pub(crate) host_active_until: Instant,
    pub(crate) now: Instant,
    /// The record of the last of them that left.
    pub(crate) left_record: RecordId,
    pub(crate) commit: Commit,
    /// Who the array is, if its records are kept on its drives.
    pub(crate) labels: Labels,
    pub(crate) boot: Boot,
    pub(crate) dirty: Dirty,
    /// How members were last written, as the frame told it from which the array started, and its generation.
    pub(crate) left: (Left, u64),
    pub(crate) sole: SoleWrites,
    pub(crate) windows: [Option<Window>; SYNC_WINDOWS],
    pub(crate) ranges: RangeTable,
    pub(crate) segments: [Option<Segment>; SEGMENTS],
    pub(crate) requests: [Option<Request>; REQUESTS],
    pub(crate) replies: Replies,
    /// What each drive says of itself.
    pub(crate) candidates: [Candidate; DRIVES],
    pub(crate) ios: IoTable,
    pub(crate) log: EventLog,
    pub(crate) drives: [Drive; DRIVES],
    /// The label that is being read.
    pub(crate) label: Option<Label>,
    /// When its superblock was written.
    pub(crate) label_updated: Timestamp,
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// An engine for arrays of one shape, without drives and without an array.
    ///
    /// Next: [`handle_drive`](Self::handle_drive) for every drive that is there, then
    /// [`Command::Create`](crate::Command::Create).
    ///
    /// # Errors
    ///
    /// The reason why there is no array of that shape, or not with so few `DRIVES`.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn new(shape: Shape, policy: Policy) -> Result<Self, ShapeError> {
        const { assert!(DRIVES <= DriveSet::CAPACITY && DRIVES + 2 <= RANGES) };
        let geometry = Geometry::new(shape)?;
        if usize::from(shape.members) > DRIVES {
            return Err(ShapeError::Members);
        }
        Ok(Self::with(geometry, policy))
    }

    /// All zero, and so made in one piece; [`with`](Self::with) sets what is not.
    const NOTHING: Self = Self {
        geometry: Geometry::NOTHING,
        policy: Policy::NOTHING,
        now: Instant(0),
        created: false,
        latched: false,
        drives: [Drive::NOTHING; DRIVES],
        slots: [SlotRecord::NOBODY; DRIVES],
        ranges: RangeTable::new(),
        sole: SoleWrites::new(),
        requests: [const { None }; REQUESTS],
        open_requests: 0,
        segments: [const { None }; SEGMENTS],
        windows: [const { None }; SYNC_WINDOWS],
        open_windows: 0,
        ios: IoTable::UNUSED,
        log: EventLog::new(),
        replies: Replies::new(),
        record: Record::new(),
        labelled: false,
        labels: Labels::NOTHING,
        commit: Commit::new(),
        dirty: Dirty::new(),
        boot: Boot::new(),
        label: None,
        label_updated: Timestamp { seconds: 0, micros: 0 },
        candidates: [Candidate::Blank; DRIVES],
        leaders: 0,
        leading: 0,
        have_left: 0,
        left: (Left::NOBODY, 0),
        left_record: Record::new().latest(),
        work: Work::NOTHING,
        probes: DriveSet::EMPTY,
        resets: DriveSet::EMPTY,
        voids: DriveSet::EMPTY,
        last_ticket: Ticket::FIRST,
        request_sequence: 0,
        state: ArrayState::Optimal,
        salvage: false,
        lost: SectorCount::ZERO,
        granule: 0,
        region_shift: 0,
        host_active_until: Instant(0),
        next_clean: Instant(0),
        flush_fails: false,
        house_at: Instant(0),
        cause: None,
    };

    fn with(geometry: Geometry, policy: Policy) -> Self {
        let mut this = Self::NOTHING;
        this.policy = policy;
        this.drives.iter_mut().for_each(Drive::begin);
        this.ios.expiry = Instant::NEVER;
        this.house_at = Instant::NEVER;
        this.boot.settle_at = Instant::NEVER;
        this.granule = 1;
        this.set_geometry(&geometry);
        this
    }

    /// The same engine, for an array whose records are kept on its drives. Next: as for [`new`](Self::new).
    #[must_use]
    pub fn labelled(mut self, identity: Identity) -> Self {
        let shape = self.geometry.shape();
        let seconds = identity.epoch / 1_000_000;
        let micros = (identity.epoch % 1_000_000) as u32;
        let set = Set {
            uuid: Uuid(identity.set),
            name: Name(identity.name),
            created: Timestamp { seconds, micros },
            near_copies: shape.copies,
            raid_disks: u32::from(shape.members),
            chunk: shape.chunk.0 as u32,
            size: self.geometry.member_sectors().0,
            logical_block_size: 0,
        };
        self.labelled = true;
        self.begin_labels(set, identity.epoch);
        self.dirty.bits = Some(self.new_bits());
        self
    }

    /// How the bits of a new array lie: one for a region, as far as there is room, but for 64 MiB at most.
    fn new_bits(&self) -> Bits {
        let capacity = self.geometry.capacity().0;
        let (_, span) = self.geometry.array_span(0, self.region_start(1));
        // The smallest room that a drive keeps free, less the header.
        let most = (place::bitmap_room(self.member_sectors()).max(8) * SECTOR_BYTES - 256) * 8;
        let span = span.min(1 << place::BITMAP_SHIFT) as u32;
        let mut shift = span.max(8).ilog2() as u8;
        while Bits::new(shift, capacity).count() > most {
            shift += 1;
        }
        Bits::new(shift, capacity)
    }

    /// An engine without a shape, that puts an array together from the labels of its drives. Next:
    /// [`handle_drive`](Self::handle_drive) for every drive that is there. The array starts by itself as soon as its members
    /// have come, or [`Policy::settle_time`] after the first; [`Command::Assemble`](crate::Command::Assemble) starts one that
    /// does not.
    ///
    /// `set` names the array where the drives may belong to several; `epoch` is that of [`Identity::epoch`].
    #[must_use]
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn assemble(policy: Policy, set: Option<[u8; 16]>, epoch: u64) -> Self {
        let mut this = Self::with(Geometry::LEAST, policy);
        this.labelled = true;
        this.labels.epoch = epoch;
        this.boot.assembling = true;
        this.boot.wanted = set.map(Uuid);
        this
    }

    /// Takes over the geometry of an array that is put together.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn set_geometry(&mut self, geometry: &Geometry) {
        self.geometry = *geometry;
        self.region_shift = region_shift(geometry);
    }

    /// The array is made of the members that it has now.
    pub(crate) fn note_granule(&mut self) {
        let mut granule = 1;
        for index in 0..DRIVES {
            if let Some(member) = self.member_in(Slot(index as u8)) {
                granule = granule.max(self.drive_ref(member).physical);
            }
        }
        self.granule = u32::from(granule);
    }

    /// The next event of the log.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn poll_event(&mut self) -> Option<Event> {
        self.log.pop(self.now)
    }

    /// Lets the clock go on; it never goes back, and stops before [`Instant::NEVER`].
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn advance(&mut self, now: Instant) {
        raise(&mut self.now.0, now.0);
        lower(&mut self.now.0, u64::MAX - 1);
        self.cause = None;
    }

    /// Logs an event, with the one that is being dealt with as its cause.
    pub(crate) fn emit(&mut self, kind: EventKind) -> u32 {
        self.log.push(self.now, self.cause, kind)
    }

    /// Logs an event that causes the ones that follow until the next input.
    pub(crate) fn emit_cause(&mut self, kind: EventKind) {
        self.cause = Some(self.emit(kind));
    }

    /// Logs what happened to a drive.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn emit_drive(&mut self, drive: DriveId, event: DriveEvent) -> u32 {
        self.emit(event.of(drive))
    }

    /// As [`emit_drive`](Self::emit_drive), where that causes the events that follow until the next input.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn emit_drive_cause(&mut self, drive: DriveId, event: DriveEvent) {
        self.cause = Some(self.emit_drive(drive, event));
    }

    /// Logs what happened to a slot.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn emit_slot(&mut self, slot: Slot, event: SlotEvent) -> u32 {
        self.emit(event.of(slot))
    }

    /// Two of our own decisions contradict each other: stop writing rather than guess.
    pub(crate) fn broken(&mut self, which: Invariant) {
        self.latched = true;
        self.emit(EventKind::InvariantBroken { which });
        debug_assert!(false, "invariant broken: {which:?}");
    }

    pub(crate) fn ticket(&mut self) -> Ticket {
        self.last_ticket = self.last_ticket.next();
        self.last_ticket
    }

    pub(crate) fn member_sectors(&self) -> u64 {
        self.geometry.member_sectors().0
    }

    /// The slots of the array.
    pub(crate) fn members(&self) -> usize {
        usize::from(self.geometry.shape().members)
    }

    /// A drive of the table. Its numbers come from the table, so they lie in it.
    pub(crate) fn drive_ref(&self, id: DriveId) -> &Drive {
        &self.drives[id.index()]
    }

    /// As [`drive_ref`](Self::drive_ref).
    pub(crate) fn drive_mut(&mut self, id: DriveId) -> &mut Drive {
        &mut self.drives[id.index()]
    }

    /// A slot of the array.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn slot_ref(&self, slot: Slot) -> &SlotRecord {
        &self.slots[slot.index()]
    }

    /// The drive that has a slot.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn member_in(&self, slot: Slot) -> Option<DriveId> {
        self.slot_ref(slot).member
    }

    /// As [`slot_ref`](Self::slot_ref).
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn slot_mut(&mut self, slot: Slot) -> &mut SlotRecord {
        &mut self.slots[slot.index()]
    }

    /// True if a drive can be read.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn answers(&self, id: DriveId) -> bool {
        self.drive_ref(id).answers()
    }

    /// True if a drive takes part in the array's writes.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn serves(&self, id: DriveId) -> bool {
        self.drive_ref(id).in_service()
    }

    /// True if there is a drive, and it takes part in the array's writes.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn is_served(&self, by: Option<DriveId>) -> bool {
        by.is_some_and(|id| self.serves(id))
    }

    /// True if the member of a slot takes part in the array's writes.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn has_member(&self, slot: Slot) -> bool {
        self.is_served(self.slot_ref(slot).member)
    }

    /// A request that is not over, by its place.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn request_ref(&self, index: usize) -> Option<&Request> {
        self.requests.get(index)?.as_ref()
    }

    /// As [`request_ref`](Self::request_ref).
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn request_mut(&mut self, index: usize) -> Option<&mut Request> {
        self.requests.get_mut(index)?.as_mut()
    }

    /// A segment that is not over, by its place.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn segment_ref(&self, index: usize) -> Option<&Segment> {
        self.segments.get(index)?.as_ref()
    }

    /// As [`segment_ref`](Self::segment_ref).
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn segment_mut(&mut self, index: usize) -> Option<&mut Segment> {
        self.segments.get_mut(index)?.as_mut()
    }

    /// A window that is not over, by its place.
    pub(crate) fn window_ref(&self, index: usize) -> Option<&Window> {
        self.windows.get(index)?.as_ref()
    }

    /// A drive of the caller's, which may not lie in the table.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn known_drive(&self, id: DriveId) -> Option<&Drive> {
        self.drives.get(id.index())
    }
}

/// log2 of the sectors of a region.
fn region_shift(geometry: &Geometry) -> u32 {
    let mut shift = 3;
    while (REGIONS as u64) << shift < geometry.member_sectors().0 {
        shift += 1;
    }
    shift
}
