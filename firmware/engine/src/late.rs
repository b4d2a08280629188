//! A drive that comes while the array runs: what its label says, against what the array knows of itself.
//!
//! The array takes part in the decision like a set of members, with the facts that its next superblocks would tell; so the
//! same function decides as at the start.

use raid10_metadata::assembly::{
    Assembly, BitmapFacts, Candidate, CatchUp, Facts, Holders, Left, Order, Request, Shape, Slots,
    Verdict,
};
use raid10_metadata::{ArraySector, Resync};

use crate::Engine;
use crate::assemble::aside_of;
use crate::commit::Claims;
use crate::drive::Drive;
use crate::event::{DriveEvent, SetAside};
use crate::io::Content;
use crate::label::Label;
use crate::record::Fact;
use crate::status::Role;
use crate::units::{DriveId, Slot, less};

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Decides what a drive is that came while the array runs.
    pub(crate) fn judge_late(&mut self, id: DriveId, label: Option<Label>) {
        self.work.topology = true;
        let content = match &self.candidates[id.index()] {
            Candidate::Blank => Some(Content::Blank),
            Candidate::Foreign => Some(Content::Foreign),
            Candidate::Member(facts) => self.is_as_left(id, facts).then_some(Content::Ours),
            Candidate::Refused(_) => None,
        };
        if content == Some(Content::Blank)
            && let Some(label) = &mut self.drive_mut(id).label
        {
            // What it bore is gone.
            label.claims = Claims::NONE;
        }
        if let Some(content) = content {
            return self.place_as(id, content);
        }
        if !matches!(self.drive_ref(id).role, Role::Unassigned) {
            self.vacate(id);
        }
        for index in 0..DRIVES {
            if index != id.index() {
                self.candidates[index] = self.own_facts(self.drive_ref(DriveId(index as u8)));
            }
        }
        let set = Some(self.labels.set.uuid);
        let request = Request { set, order: Order::Nothing, settled: true };
        let verdict = Assembly::new(&self.candidates, request).verdict(id.index());
        self.drive_mut(id).label = label;
        let (slot, catch_up) = match verdict {
            Verdict::Behind { slot, catch_up } => (slot, catch_up),
            Verdict::Current { slot } => (slot, CatchUp::ByBitmap),
            Verdict::Building { slot, .. } => (slot, CatchUp::Full),
            Verdict::Spare => {
                self.drive_mut(id).role = Role::Spare { dedicated: None };
                self.record.commit(Fact::Roles);
                self.emit_drive(id, DriveEvent::SpareAdded);
                return;
            }
            _ if raid10_metadata::bug!("undecided-taken") => {
                return self.place_as(id, Content::Blank);
            }
            other => return self.set_aside(id, Some(aside_of(&other))),
        };
        self.rejoin(id, slot, catch_up);
    }

    /// True if a drive is the one that left, and nobody has written its label since.
    fn is_as_left(&self, id: DriveId, facts: &Facts) -> bool {
        let drive = self.drive_ref(id);
        let same = |label: &Label| {
            let ours = self.labels.set.uuid == facts.set;
            ours && label.device.uuid == facts.device
                && (facts
                    .generation
                    .is_ok_and(|told| told == label.generation || told == label.sent)
                    || !label.framed)
        };
        drive.slot().is_some() && drive.label.as_ref().is_some_and(same)
    }

    /// A former member takes its slot again, if nobody else has it.
    fn rejoin(&mut self, id: DriveId, slot: u16, catch_up: CatchUp) {
        let slot = Slot(slot as u8);
        let Some(facts) = self.facts_of(id) else { return };
        if facts.events > self.commit.events {
            // It has been written since it left, and not by this array: nobody knows whose data are to be kept.
            return self.set_aside(id, Some(SetAside::Diverged));
        }
        // What it had holes in is told by its own frame, which is not looked at now.
        let whole = self.labels.whole;
        let exact = !facts.bad_blocks && facts.generation.is_ok_and(|told| told >= whole);
        let taken = slot.index() >= self.members() || self.member_in(slot).is_some();
        if taken || self.room(id) < self.geometry.member_sectors() {
            return self.set_aside(id, Some(SetAside::Former));
        }
        let catch_up = if exact { catch_up } else { CatchUp::Full };
        self.take_slot(id, slot);
        if !raid10_metadata::bug!("late-and-believed") {
            self.fall_behind(id, catch_up);
        }
        self.touch_bits();
        self.work.losses = true;
        self.work.fills = true;
        self.record.commit(Fact::Roles);
    }

    /// What the superblock of a drive of the array would tell now, if it is there.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn own_facts(&self, drive: &Drive) -> Candidate {
        let labels = &self.labels;
        let Some(label) = &drive.label else { return Candidate::Blank };
        if !(drive.present && drive.identified) || matches!(drive.role, Role::Unassigned) {
            return Candidate::Blank;
        }
        let role = drive.md_role(true);
        let shape = self.geometry.shape();
        let mut facts = Facts {
            set: labels.set.uuid,
            device: label.device.uuid,
            number: label.number(),
            role,
            holders: Holders::NOBODY,
            shape: Shape {
                created: labels.set.created,
                slots: u16::from(shape.members),
                copies: u16::from(shape.copies),
                chunk: shape.chunk.0 as u32,
                chunks: 0,
            },
            events: self.commit.events,
            generation: Ok(self.commit.generation),
            building: Slots::EMPTY,
            left: Left::NOBODY,
            resync: Resync::From(ArraySector(0)),
            recovery: None,
            replacement: false,
            bitmap: self
                .dirty
                .bits
                .map(|_| BitmapFacts { events_cleared: labels.whole_events, current: true }),
            bad_blocks: false,
        };
        // What must be found out first is put into its place at once: nothing has to be kept meanwhile.
        facts.building = self.building_slots();
        facts.shape.chunks = self.geometry.chunk_of(self.member_sectors());
        facts.replacement = self.replaces(drive);
        facts.recovery = self.recovery(drive);
        self.tell_left_at_start(&mut facts.left);
        for other in self.drives.iter().filter(|other| other.in_service()) {
            if let (Some(slot), Some(label)) = (other.slot(), &other.label)
                && !facts.holders.add(u16::from(slot.0), label.number())
            {
                return Candidate::Blank;
            }
        }
        Candidate::Member(facts)
    }

    /// How members were last written that were not there when the array started.
    fn tell_left_at_start(&self, left: &mut Left) {
        if !raid10_metadata::bug!("left-unknown-to-latecomers") {
            *left = self.left.0;
            left.age(less(self.commit.generation, self.left.1));
        }
    }

    /// As [`place`](Self::place), with what its label says instead of what the port has seen.
    fn place_as(&mut self, id: DriveId, content: Content) {
        let spare = matches!(self.drive_ref(id).role, Role::Spare { .. });
        // It may have what was lost without it.
        self.work.losses = true;
        if content != Content::Ours && !spare {
            self.drive_mut(id).label = None;
        }
        self.place(id, content);
        if self.drive_ref(id).slot().is_some() {
            self.touch_bits();
        }
        self.work.fills = true;
        self.record.commit(Fact::Roles);
    }
}
