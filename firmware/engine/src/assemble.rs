//! From labels to an array: the decision, what is loaded before the start, and the start.
//!
//! The decision is [`raid10_metadata::assembly`]'s, one pure function of what was read; nothing is written before it is
//! made. Before the array starts its records are taken over from the drives:
//!
//! | load | from | what |
//! | --- | --- | --- |
//! | set | a current member | what all members have in common |
//! | frame | the newest current member, unless Linux has written since | what each drive lacks, exactly |
//! | own frame | each member that was away | what it lacked when it was last written |
//! | bits | each current member | the regions that may differ; a bit set on any of them counts |
//! | log | each member, where no frame tells | what it must not be asked for |
//!
//! Failure edges: a frame or log that cannot be read makes its drive one that is copied in full; bits that cannot be read
//! count as set. A drive that leaves meanwhile starts the decision anew.

use raid10_metadata::assembly::{
    Assembly, Candidate, CatchUp, Decision, Equalise, Order, Reason, Request, Verdict,
};
use raid10_metadata::badblocks;
use raid10_metadata::bitmap::{Bits, Header};
use raid10_metadata::private;
use raid10_metadata::{ArraySector, BLOCK_SECTORS, Minor, Superblock};

use crate::Engine;
use crate::bitmap::Bitmap;
use crate::boot::{Reading, What, block_of};
use crate::command::AssemblyOrder;
use crate::config::{METADATA_SECTORS, REGIONS};
use crate::event::{AssemblyObstacle, EventKind, SetAside};
use crate::fill::{Fill, FillKind};
use crate::geometry::{Geometry, Shape};
use crate::host::Refusal;
use crate::label::Labels;
use crate::payload::{self, Entry, Place};
use crate::ranges::{Kind, Range};
use crate::record::Fact;
use crate::status::{ArrayState, Health, Role};
use crate::units::{DriveId, MemberLba, SectorCount, Slot};

/// What is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Load {
    /// The superblock of a member, for what all have in common.
    Set,
    /// The frame that speaks for the array.
    Frame,
    /// A member's own frame.
    OwnFrame,
    /// A block of a member's bitmap.
    Bits(u64),
    /// A member's log of bad blocks.
    Log,
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Carries out the operator's order to put the array together.
    pub(crate) fn order_assembly(&mut self, order: AssemblyOrder) -> Result<(), Refusal> {
        if !self.boot.assembling {
            return Err(Refusal::WrongState);
        }
        if let AssemblyOrder::Accept(id) | AssemblyOrder::Choose(id) = order
            && self.known_drive(id).is_none_or(|drive| !drive.present)
        {
            return Err(Refusal::NoSuchDrive);
        }
        self.boot.order = Some(order);
        self.decide();
        Ok(())
    }

    fn request(&self) -> Request {
        let order = match self.boot.order {
            None | Some(AssemblyOrder::Now) => Order::Nothing,
            Some(AssemblyOrder::Degraded) => Order::Degraded,
            Some(AssemblyOrder::Accept(id)) => Order::Accept(id.index()),
            Some(AssemblyOrder::Choose(id)) => Order::Choose(id.index()),
        };
        let over = self.boot.settle_at.is_some_and(|at| at <= self.now);
        Request { set: self.boot.wanted, order, settled: over || self.boot.order.is_some() }
    }

    /// Decides what becomes of the array, once all labels are read.
    pub(crate) fn decide(&mut self) {
        if !self.boot.assembling || !self.boot.unread.is_empty() || self.boot.reading.is_some() {
            return;
        }
        let candidates = self.boot.candidates;
        let assembly = Assembly::new(&candidates, self.request());
        match assembly.decision() {
            Decision::Wait(_) => {
                self.tell_not_started(ArrayState::Waiting, EventKind::ArrayWaiting);
            }
            Decision::Refuse(reason) => {
                let why = obstacle_of(reason);
                self.tell_not_started(ArrayState::Refused, EventKind::AssemblyRefused { why });
                self.boot.order = None;
            }
            Decision::Start { .. } => self.load_first(&assembly),
        }
    }

    fn tell_not_started(&mut self, state: ArrayState, event: EventKind) {
        self.work.house = true;
        if core::mem::replace(&mut self.state, state) != state {
            self.emit(event);
        }
    }

    /// The time to wait for members is over, if it is.
    pub(crate) fn settle(&mut self) {
        if self.boot.settle_at.is_some_and(|at| at <= self.now) && self.state == ArrayState::Waiting
        {
            self.decide();
        }
    }

    fn load_first(&mut self, assembly: &Assembly<'_>) {
        let current = |&index: &usize| {
            matches!(assembly.verdict(index), Verdict::Current { .. } | Verdict::Accepted { .. })
        };
        let facts = |index: usize| self.boot.candidates.get(index).and_then(member);
        // Whoever has a frame that belongs to its superblock, at the highest count, knows everything.
        let newest = (0..DRIVES).filter(current).filter_map(|index| {
            let facts = facts(index)?;
            Some(((facts.events, facts.generation.ok(), core::cmp::Reverse(index)), index))
        });
        let Some((_, speaker)) = newest.max() else { return };
        let framed = facts(speaker).is_some_and(|facts| facts.generation.is_ok());
        let speaker = DriveId(speaker as u8);
        self.boot.speaker = framed.then_some(speaker);
        self.boot.framed = false;
        self.load(speaker, Load::Set);
    }

    fn load(&mut self, id: DriveId, load: Load) {
        self.boot.reading = Some(Reading::new(id, What::Load(load)));
        self.run_boot();
    }

    pub(crate) fn place_of_load(&self, id: DriveId, load: Load) -> Option<(u64, u64)> {
        let drive = self.drive_ref(id);
        let label = drive.label.as_ref()?;
        Some(match load {
            Load::Set => (label.superblock(drive.size), BLOCK_SECTORS),
            // The one that was found to belong to the superblock.
            Load::Frame | Load::OwnFrame => {
                (label.frames?[usize::from(label.turn ^ 1)], METADATA_SECTORS)
            }
            Load::Bits(block) => (label.bitmap(drive.size)? + block * BLOCK_SECTORS, BLOCK_SECTORS),
            Load::Log => (label.log(drive.size)?, BLOCK_SECTORS),
        })
    }

    /// Something was loaded, or cannot be.
    pub(crate) fn loaded(&mut self, id: DriveId, load: Load, bytes: Option<&[u8]>) {
        match load {
            Load::Set => {
                let minor = self.drive_ref(id).label.map_or(Minor::V1_2, |label| label.minor);
                let size = self.drive_ref(id).size.0;
                let set =
                    block_of(bytes).and_then(|block| Superblock::parse(block, minor, size).ok());
                match set.map(|superblock| superblock.set()) {
                    Some(set) if self.take_set(set) => {}
                    _ => {
                        // It was read before: the drive is about to fail.
                        self.boot.candidates[id.index()] = Candidate::Foreign;
                        return self.decide();
                    }
                }
                if let Some(speaker) = self.boot.speaker {
                    return self.load(speaker, Load::Frame);
                }
            }
            Load::Frame => {
                self.boot.framed = bytes.is_some_and(|bytes| self.take_frame(id, bytes, None));
                if !self.boot.framed {
                    self.boot.speaker = None;
                }
            }
            Load::OwnFrame => {
                let taken = bytes.is_some_and(|bytes| self.take_frame(id, bytes, Some(id)));
                if !taken {
                    self.forget_content(id);
                }
            }
            Load::Bits(block) => {
                let more = self.take_bits(id, block, block_of(bytes));
                if more {
                    return self.load(id, Load::Bits(block + 1));
                }
            }
            Load::Log => self.take_log(id, block_of(bytes)),
        }
        self.load_next(id, load);
    }

    /// What is loaded after something else, in the order of the table above.
    fn load_next(&mut self, id: DriveId, done: Load) {
        let candidates = self.boot.candidates;
        let assembly = Assembly::new(&candidates, self.request());
        let verdict = |index: usize| assembly.verdict(index);
        let own = |index: &usize| {
            let Verdict::Behind { catch_up: CatchUp::ByBitmap, .. } = verdict(*index) else {
                return false;
            };
            member(&candidates[*index]).is_some_and(|facts| facts.generation.is_ok())
        };
        let bits = |index: &usize| {
            matches!(verdict(*index), Verdict::Current { .. })
                && member(&candidates[*index]).is_some_and(|facts| facts.bitmap.is_some())
        };
        let framed = self.boot.framed;
        let log = |index: &usize| {
            let holds = matches!(
                verdict(*index),
                Verdict::Current { .. }
                    | Verdict::Accepted { .. }
                    | Verdict::Building { .. }
                    | Verdict::Replacement { .. }
            );
            !framed && holds && member(&candidates[*index]).is_some_and(|facts| facts.bad_blocks)
        };
        let from = |wanted: bool| if wanted { id.index() + 1 } else { 0 };
        let stage = match done {
            Load::Set | Load::Frame => 0,
            Load::OwnFrame => 1,
            Load::Bits(_) => 2,
            Load::Log => 3,
        };
        let next = |first: usize, wanted: &dyn Fn(&usize) -> bool| {
            (first..DRIVES).find(wanted).map(|index| DriveId(index as u8))
        };
        if stage <= 1
            && let Some(id) = next(from(stage == 1), &own)
        {
            return self.load(id, Load::OwnFrame);
        }
        if stage <= 2
            && let Some(id) = next(from(stage == 2), &bits)
        {
            return self.load(id, Load::Bits(0));
        }
        if let Some(id) = next(from(stage == 3), &log) {
            return self.load(id, Load::Log);
        }
        self.start(&assembly);
    }

    /// Takes over what all members have in common. False if there is no such array here.
    fn take_set(&mut self, set: raid10_metadata::Set) -> bool {
        let chunk = u64::from(set.chunk);
        let shape = Shape {
            copies: set.near_copies,
            members: u8::try_from(set.raid_disks).unwrap_or(u8::MAX),
            chunk: SectorCount(chunk),
            member_size: SectorCount(set.size),
        };
        let Ok(geometry) = Geometry::new(shape) else { return false };
        if usize::from(shape.members) > DRIVES {
            return false;
        }
        self.set_geometry(geometry);
        let epoch = self.labels.as_ref().map_or(0, |labels| labels.epoch);
        self.labels = Some(Labels { set, epoch, next_number: 0, whole: 0, whole_events: 0 });
        self.dirty = crate::dirty::Dirty::new();
        for index in 0..DRIVES {
            self.forget_records(DriveId(index as u8));
        }
        true
    }

    fn forget_records(&mut self, id: DriveId) {
        let drive = self.drive_mut(id);
        drive.stale = Bitmap::EMPTY;
        drive.uneven = Bitmap::EMPTY;
        drive.filled = MemberLba(0);
        drive.fill = None;
        drive.role = Role::Unassigned;
        self.ranges.clear(id);
    }

    /// Takes over what a frame says: of all drives, or of one only. False if it is none.
    fn take_frame(&mut self, id: DriveId, bytes: &[u8], only: Option<DriveId>) -> bool {
        let Some(set) = self.labels.as_ref().map(|labels| labels.set.uuid) else { return false };
        let (Some(label), Some(facts)) =
            (self.drive_ref(id).label, member(&self.boot.candidates[id.index()]))
        else {
            return false;
        };
        // Which frame belongs to the superblock was found out before: the one of this generation.
        let Some(frame) = private::frame_of(bytes, set, label.device.uuid) else { return false };
        if facts.generation != Ok(frame.generation) {
            return false;
        }
        let Some((head, mut reader)) = payload::Reader::new(frame.payload) else { return false };
        if u32::from(head.region_shift) != self.region_shift {
            return false;
        }
        for _ in 0..head.drives {
            let Some(entry) = reader.entry() else { return false };
            if let Some(drive) = self.numbered(entry.number)
                && only.is_none_or(|only| only == drive)
            {
                self.take_entry(drive, &entry);
            }
        }
        for _ in 0..head.ranges {
            let Some(exact) = reader.range() else { return false };
            let Some(drive) = self.numbered(exact.number) else { continue };
            if only.is_some_and(|only| only != drive) || exact.end > self.member_sectors() {
                continue;
            }
            if self.make_room(crate::room::Price::LastCopy) {
                let (start, end, kind) = (exact.start, exact.end, exact.kind);
                self.ranges.insert(Range { start, end, drive, kind });
            }
        }
        if only.is_none()
            && let Some(labels) = &mut self.labels
        {
            labels.whole = head.whole;
            labels.next_number = head.next_number;
        }
        true
    }

    fn take_entry(&mut self, id: DriveId, entry: &Entry) {
        let now = self.now;
        let drive = self.drive_mut(id);
        drive.stale.union(&entry.stale);
        drive.filled = MemberLba(entry.filled);
        drive.errors = entry.errors;
        drive.errors_decayed_at = now;
        // One that had failed is given another chance, and is watched.
        drive.health = entry.health.min(Health::Ailing);
        drive.role = match entry.place {
            Place::Spare(dedicated) => Role::Spare { dedicated },
            Place::Member(slot) => Role::Member(slot),
            Place::Target(slot) => Role::Target(slot),
        };
        drive.fill = entry.fill.map(|kind| Fill::new(kind, now));
    }

    /// Takes over a block of a bitmap. Returns whether there are more.
    fn take_bits(
        &mut self,
        id: DriveId,
        block: u64,
        bytes: Option<&raid10_metadata::Block>,
    ) -> bool {
        let capacity = self.geometry.capacity().0;
        let Some((set, facts)) = self
            .labels
            .as_ref()
            .map(|labels| labels.set.uuid)
            .zip(member(&self.boot.candidates[id.index()]))
        else {
            return false;
        };
        let current = facts.bitmap.is_some_and(|bitmap| bitmap.current);
        let Some(bytes) = bytes.filter(|_| current) else {
            // What cannot be read may be anything.
            self.dirty.set.set_range(0, self.region_of(self.member_sectors() - 1));
            return false;
        };
        if block == 0 {
            let Ok(header) = Header::parse(bytes, set) else {
                self.dirty.set.set_range(0, self.region_of(self.member_sectors() - 1));
                return false;
            };
            let bits = Bits::new(header.shift, capacity);
            if self.dirty.bits.is_some_and(|known| known != bits) {
                self.dirty.set.set_range(0, self.region_of(self.member_sectors() - 1));
                return false;
            }
            self.dirty.bits = Some(bits);
            if let Some(labels) = &mut self.labels {
                labels.whole_events = labels.whole_events.max(header.events_cleared);
            }
        }
        let Some(bits) = self.dirty.bits else { return false };
        let mut bit = bits.next_set(bytes, block, 0);
        while let Some(found) = bit {
            if let Some(span) = self.regions_of(found) {
                self.dirty.set.set_range(span.first, span.last);
            }
            bit = bits.next_set(bytes, block, found + 1);
        }
        block + 1 < bits.blocks()
    }

    fn take_log(&mut self, id: DriveId, bytes: Option<&raid10_metadata::Block>) {
        let Some(log) = self.drive_ref(id).label.and_then(|label| label.device.log) else { return };
        let Some(bytes) = bytes else {
            return self.forget_content(id);
        };
        let (origin, size) = (self.origin(id).0, self.member_sectors());
        for bad in badblocks::decode(bytes, log.sectors.min(8) as u8, log.shift) {
            let start = bad.start.0.saturating_sub(origin);
            let end = (bad.start.0 + bad.sectors).saturating_sub(origin).min(size);
            if start < end && self.make_room(crate::room::Price::LastCopy) {
                // Linux does not say whether it could not be read, or was not written.
                self.ranges.insert(Range { start, end, drive: id, kind: Kind::Missed });
            }
        }
    }

    /// Everything is known: the array starts.
    fn start(&mut self, assembly: &Assembly<'_>) {
        let Decision::Start { equalise, .. } = assembly.decision() else { return };
        if self.dirty.bits.is_none() && equalise != Equalise::Nothing {
            self.dirty.set.set_range(0, self.region_of(self.member_sectors() - 1));
        }
        self.slots = [crate::engine::SlotRecord::default(); DRIVES];
        self.leaders = 0;
        for index in 0..DRIVES {
            self.take_role(DriveId(index as u8), assembly.verdict(index));
        }
        let next = assembly.next();
        self.commit.events = next.events - 1;
        self.commit.generation = next.generation - 1;
        self.settle_numbers(next.generation);
        let members = self.slots[..self.members()].iter().filter_map(|record| record.member);
        let physical = members.map(|id| self.drive_ref(id).physical).max();
        self.granule = u64::from(physical.unwrap_or(1));
        self.level(equalise);
        self.dirty.touch_all();
        self.boot.assembling = false;
        self.boot.starting = true;
        self.boot.order = None;
        self.created = true;
        self.next_clean = self.now + self.policy.clean_interval;
        self.work.topology = true;
        self.work.losses = true;
        self.work.fills = true;
        self.work.repairs = true;
        self.record.commit(Fact::Roles);
        self.emit_cause(EventKind::ArrayAssembled);
    }

    fn settle_numbers(&mut self, generation: u64) {
        let highest =
            self.boot.candidates.iter().filter_map(member).map(|facts| facts.number).max();
        let known = highest.map_or(0, |number| number + 1);
        let framed = self.boot.framed;
        if let Some(labels) = &mut self.labels {
            labels.next_number = labels.next_number.max(known);
            if !framed {
                labels.whole = generation;
            }
        }
    }

    /// A drive becomes what the verdict says.
    fn take_role(&mut self, id: DriveId, verdict: Verdict) {
        if !self.drive_ref(id).present {
            self.drive_mut(id).label = None;
            return;
        }
        let slot = |slot: u16| Slot(slot as u8);
        match verdict {
            Verdict::Current { slot: number } => {
                self.take_slot(id, slot(number));
                self.leaders |= 1 << number;
            }
            Verdict::Accepted { slot: number } => {
                self.take_slot(id, slot(number));
                self.adopt(id);
                self.leaders |= 1 << number;
            }
            Verdict::Behind { slot: number, catch_up } => {
                self.take_slot(id, slot(number));
                self.fall_behind(id, catch_up);
            }
            Verdict::Building { slot: number, done } => {
                let kept = self.boot.framed && self.drive_ref(id).slot() == Some(slot(number));
                if !kept {
                    self.lack_from(id, done.offset.0, done.by_bitmap);
                }
                let stays = matches!(self.drive_ref(id).role, Role::Member(_)) || done.by_bitmap;
                if stays {
                    self.take_slot(id, slot(number));
                } else {
                    self.take_target(id, slot(number), FillKind::Rebuild);
                }
            }
            Verdict::Replacement { slot: number, done } => {
                let kept =
                    self.boot.framed && self.drive_ref(id).role == Role::Target(slot(number));
                if !kept {
                    self.lack_from(id, done.map_or(0, |done| done.offset.0), false);
                }
                self.take_target(id, slot(number), FillKind::Replace);
            }
            Verdict::Spare => {
                let drive = self.drive_mut(id);
                if !matches!(drive.role, Role::Spare { .. }) {
                    drive.role = Role::Spare { dedicated: None };
                }
            }
            Verdict::Blank => self.drive_mut(id).label = None,
            Verdict::Foreign => self.set_aside(id, None),
            other => self.set_aside(id, Some(aside_of(&other))),
        }
    }

    fn take_slot(&mut self, id: DriveId, slot: Slot) {
        let now = self.now;
        let drive = self.drive_mut(id);
        drive.role = Role::Member(slot);
        drive.fill = (!drive.stale.is_empty()).then(|| Fill::new(FillKind::Resync, now));
        self.slots[slot.index()].member = Some(id);
        self.resume_fill(id);
    }

    fn take_target(&mut self, id: DriveId, slot: Slot, kind: FillKind) {
        let now = self.now;
        let drive = self.drive_mut(id);
        drive.role = Role::Target(slot);
        drive.fill = Some(Fill::new(kind, now));
        self.slots[slot.index()].target = Some(id);
        self.resume_fill(id);
    }

    /// A fill goes on where it was: everything before the first stale region is held.
    fn resume_fill(&mut self, id: DriveId) {
        let (size, drive) = (self.member_sectors(), self.drive_ref(id));
        let region = drive.stale.next(0, true);
        let start = if region >= REGIONS { size } else { self.region_start(region).min(size) };
        let filled = drive.filled.0;
        let inside = filled > start && self.region_of(filled - 1) == region;
        let front = if inside { filled } else { start };
        if !inside {
            self.drive_mut(id).filled = MemberLba(0);
        }
        if let Some(fill) = self.fill_mut(id) {
            fill.front = front;
            fill.next = front;
            fill.durable = front;
        }
    }

    /// A member that was away lacks what the bits tell, or everything.
    pub(crate) fn fall_behind(&mut self, id: DriveId, catch_up: CatchUp) {
        match catch_up {
            CatchUp::Full => self.forget_content(id),
            CatchUp::ByBitmap => {
                let dirty = self.dirty.set;
                let drive = self.drive_mut(id);
                drive.stale.union(&dirty);
                drive.uneven = Bitmap::EMPTY;
                drive.filled = MemberLba(0);
                // What it was said to hold within them may be older now.
                self.ranges.clear_kind(id, Kind::Fresh);
            }
        }
        let now = self.now;
        let drive = self.drive_mut(id);
        drive.fill = (!drive.stale.is_empty()).then(|| Fill::new(FillKind::Resync, now));
        self.resume_fill(id);
    }

    /// What a drive holds ends at a sector: of what lies above it lacks everything, or what the bits tell.
    fn lack_from(&mut self, id: DriveId, offset: u64, by_bitmap: bool) {
        let size = self.member_sectors();
        let offset = offset.min(size);
        let (first, last) = (self.region_of(offset), self.region_of(size - 1));
        let dirty = self.dirty.set;
        let drive = self.drive_mut(id);
        drive.stale = Bitmap::EMPTY;
        if offset < size {
            drive.stale.set_range(first, last);
        }
        if by_bitmap {
            drive.stale = dirty;
        }
        drive.filled = MemberLba(if by_bitmap { 0 } else { offset });
    }

    /// Copies may differ where writes were under way.
    fn level(&mut self, equalise: Equalise) {
        let first = match equalise {
            Equalise::Nothing => return,
            _ if raid10_metadata::bug!("taken-for-equal") => return,
            Equalise::ByBitmap => 0,
            Equalise::From(ArraySector(sector)) => {
                self.region_of(self.geometry.member_span(sector, sector + 1).0)
            }
        };
        let mut region = self.dirty.set.next(first, true);
        while region < REGIONS {
            self.make_uneven(region);
            region = self.dirty.set.next(region + 1, true);
        }
        for index in 0..DRIVES {
            let id = DriveId(index as u8);
            self.doubt_fresh(id);
            self.resume_fill(id);
        }
    }

    /// A drive is left alone.
    pub(crate) fn set_aside(&mut self, id: DriveId, why: Option<SetAside>) {
        let drive = self.drive_mut(id);
        drive.label = None;
        drive.role = Role::Unassigned;
        drive.foreign = true;
        self.emit(match why {
            Some(why) => EventKind::DriveSetAside { drive: id, why },
            None => EventKind::DriveForeign { drive: id },
        });
    }
}

pub(crate) const fn member(candidate: &Candidate) -> Option<&raid10_metadata::assembly::Facts> {
    match candidate {
        Candidate::Member(facts) => Some(facts),
        Candidate::Blank | Candidate::Foreign | Candidate::Refused(_) => None,
    }
}

const fn obstacle_of(reason: Reason) -> AssemblyObstacle {
    match reason {
        Reason::NoMembers => AssemblyObstacle::NoMembers,
        Reason::SeveralSets => AssemblyObstacle::SeveralSets,
        Reason::TooManyDrives => AssemblyObstacle::TooManyDrives,
        Reason::NotAMember(_) => AssemblyObstacle::NotAMember,
        Reason::SplitBrain(..) => AssemblyObstacle::SplitBrain,
        Reason::Clones(..) => AssemblyObstacle::Clones,
        Reason::Contested(_) => AssemblyObstacle::Contested,
        Reason::NoCurrentCopy { .. } => AssemblyObstacle::NoCurrentCopy,
        Reason::MayBeStale(_) => AssemblyObstacle::MayBeStale,
    }
}

pub(crate) const fn aside_of(verdict: &Verdict) -> SetAside {
    match verdict {
        Verdict::Former => SetAside::Former,
        Verdict::Ejected => SetAside::Ejected,
        Verdict::Clone { .. } => SetAside::Clone,
        Verdict::Diverged => SetAside::Diverged,
        Verdict::Newer => SetAside::Newer,
        Verdict::OtherShape => SetAside::OtherShape,
        Verdict::OtherSet => SetAside::OtherSet,
        Verdict::Undecided => SetAside::Undecided,
        _ => SetAside::Refused,
    }
}

#[cfg(test)]
mod tests;
