//! The bays: which drive is in which, and what is on it.

use alloc::vec::Vec;

use raid10_engine::{Content, DriveChange, DriveId, DriveInfo, Duration, Instant, MemberLba, Slot};
use raid10_port::Input;

use super::{Happening, World};
use crate::anatomy::Anatomy;
use crate::content;
use crate::drive::Drive;
use crate::drive::faults::Behaviour;
use crate::plan::{Arrival, Place, Plan};

/// Sectors that a drive of unknown content has filled with something.
const NOISE_SECTORS: u64 = 1 << 17;
/// Sectors that another owner has written.
const FOREIGN_SECTORS: u64 = 64;

/// What the world knows of a drive besides its mechanics.
#[derive(Clone, Debug, Default)]
pub(super) struct Plugged {
    /// The engine was told that it is there.
    pub(super) told: bool,
    /// It bears a label of the array, where that is no more than a look at it.
    pub(super) ours: bool,
    /// It holds something of another owner.
    pub(super) foreign: bool,
    /// It is in a bay and waits for the power.
    pub(super) waits: bool,
    /// The vector did something to it since the power went.
    pub(super) touched: bool,
    /// It has lost what it said that it holds.
    pub(super) lies: bool,
    /// It may be taken for another drive, or for itself at another time.
    pub(super) odd: bool,
    /// It holds all that another drive held, its label included.
    pub(super) clone_of: Option<u8>,
    /// It was without power since the engine saw it last.
    pub(super) power_cycled: bool,
    /// The bay it was in last.
    pub(super) bay: Option<Slot>,
    /// Numbers its hangs and stalls, so that an old end does not end a new one.
    pub(super) hang: u32,
    pub(super) stall: u32,
    /// When its hanging ends by itself.
    pub(super) hang_end: Option<Instant>,
    /// When its link comes back, if that is down.
    pub(super) link_back: Option<Instant>,
    /// How long it stalls, and how often.
    pub(super) stalls: Option<(Duration, Duration)>,
    /// It was wiped since the engine saw it last.
    pub(super) wiped: bool,
}

impl World<'_> {
    /// Plugs in everything that is there at the start.
    pub(crate) fn plug_all(&mut self) {
        for index in 0..self.drives.len() {
            let slot = match self.plan.drives[index].place {
                Place::Member(slot) => Some(slot),
                Place::Spare(slot) => slot,
                Place::Shelf => continue,
            };
            self.plug(index as u8, slot);
        }
    }

    /// Puts everything into its bay that is there at the start, and leaves the power off.
    pub(crate) fn fill_bays(&mut self) {
        self.power.begins_off();
        self.plug_all();
    }

    /// The drive with this number, as the engine is to be told of it.
    fn info(&self, drive: u8) -> DriveInfo {
        let index = usize::from(drive);
        let plugged = &self.plugged[index];
        let labelled =
            if self.plan.metadata { self.drives[index].is_labelled() } else { plugged.ours };
        let content = match (labelled, plugged.foreign) {
            (true, _) => Content::Ours,
            (false, true) => Content::Foreign,
            (false, false) => Content::Blank,
        };
        DriveInfo {
            size: self.drives[index].total,
            physical: self.drives[index].physical,
            volatile_cache: self.drives[index].figures().volatile_cache,
            power_cycled: plugged.power_cycled,
            bay: plugged.bay,
            content,
        }
    }

    /// Whether a drive may be written by what it bears and where it is. The copy of a member is none as long as that member
    /// is there.
    pub(super) fn is_writable(&self, drive: u8, info: &DriveInfo) -> bool {
        let doubled = self.plugged[usize::from(drive)]
            .clone_of
            .is_some_and(|original| self.plugged[usize::from(original)].told);
        match info.content {
            Content::Ours => !doubled,
            Content::Blank => info.bay.is_some(),
            Content::Foreign => false,
        }
    }

    /// A drive has left: what is a copy of it may be taken in its place.
    pub(super) fn release_copies_of(&mut self, drive: u8) {
        let copies = (0_u8..).zip(&self.plugged).filter(|(_, copy)| copy.clone_of == Some(drive));
        copies.for_each(|(index, _)| self.contract.given(index));
    }

    pub(super) fn plug(&mut self, drive: u8, bay: Option<Slot>) {
        let index = usize::from(drive);
        self.plugged[index].link_back = None;
        self.plugged[index].bay = bay.or(self.plugged[index].bay);
        if !self.power.is_on() {
            self.plugged[index].waits = true;
            return;
        }
        self.drives[index].plug();
        let info = self.info(drive);
        self.inputs.push_back(Input::Drive(DriveId(drive), DriveChange::Arrived(info)));
        self.agenda.enter(self.now, Happening::Wake(drive));
    }

    /// The drive bears the array's label from now on.
    pub(crate) fn label(&mut self, drive: u8) {
        self.plugged[usize::from(drive)].ours = true;
    }

    /// The slot that a drive is of, by its bay.
    pub(crate) fn slot_hint(&self, drive: u8) -> Option<Slot> {
        self.plugged[usize::from(drive)].bay
    }

    pub(super) fn insert(&mut self, drive: u8, slot: Option<Slot>, arrival: Arrival) {
        let index = usize::from(drive);
        self.pull(drive);
        match arrival {
            Arrival::AsItWas => {}
            Arrival::Blank => self.wipe(index),
            Arrival::Foreign => {
                self.wipe(index);
                make_foreign(&mut self.drives[index], drive);
                self.plugged[index].foreign = true;
            }
            Arrival::Stale => {
                self.wipe(index);
                self.drives[index].restore_image();
                self.plugged[index].odd = true;
            }
            Arrival::Clone(other) => {
                self.wipe(index);
                self.plugged[index].clone_of = Some(other);
                let other = self.drives[usize::from(other)].clone();
                self.drives[index].copy_of(&other);
                self.contract.laid_out(drive, self.drives[index].front());
                self.plugged[index].odd = true;
            }
            Arrival::Dead => self.behave(drive, Behaviour::Failed),
        }
        self.plug(drive, slot);
    }

    /// Nothing is left on a drive of what was on it.
    fn wipe(&mut self, index: usize) {
        self.drives[index].wipe();
        let plugged = &mut self.plugged[index];
        plugged.ours = false;
        plugged.foreign = false;
        plugged.odd = false;
        plugged.clone_of = None;
        plugged.wiped = true;
    }

    /// Two bays exchange their drives.
    pub(super) fn swap(&mut self, a: Slot, b: Slot) {
        let in_bay = |this: &Self, slot: Slot| {
            let found = |index: &usize| {
                let there = this.drives[*index].plugged || this.plugged[*index].waits;
                there && this.plugged[*index].bay == Some(slot)
            };
            (0..this.drives.len()).find(found).map(|index| index as u8)
        };
        let (first, second) = (in_bay(self, a), in_bay(self, b));
        let moves: Vec<(u8, Slot)> = [(first, b), (second, a)]
            .into_iter()
            .filter_map(|(drive, slot)| Some((drive?, slot)))
            .collect();
        moves.iter().for_each(|&(drive, _)| self.pull(drive));
        moves.iter().for_each(|&(drive, slot)| self.plug(drive, Some(slot)));
    }
}

pub(super) fn new_drive(plan: &Plan, index: usize) -> Drive {
    let spec = &plan.drives[index];
    let number = index as u8;
    let image = plan.image(index);
    let anatomy = if let Some(image) = image {
        Anatomy { total: image.total, front: image.data_offset }
    } else if plan.metadata {
        Anatomy::labelled(spec.size, plan.shape.chunk)
    } else {
        Anatomy::bare(spec.size)
    };
    let mut drive = Drive::new(number, spec.size, spec.physical, spec.figures).with(anatomy);
    if plan.may_spare_writes() {
        drive.keep_writes();
    }
    if let Some(image) = image {
        drive.begin_as(image);
    } else if spec.foreign {
        make_foreign(&mut drive, number);
    } else if plan.differing && matches!(spec.place, Place::Member(_)) {
        drive.fill(NOISE_SECTORS, |sector| content::noise(number, MemberLba(sector)));
    }
    drive
}

/// Puts something of another owner on a drive.
fn make_foreign(drive: &mut Drive, number: u8) {
    drive.fill(FOREIGN_SECTORS, |sector| content::foreign(number, MemberLba(sector)));
}
