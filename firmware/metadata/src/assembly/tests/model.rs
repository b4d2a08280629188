//! A tiny array that has superblocks and, for each mirror set, the number of the last write in place of data. It starts
//! with what the plan says and nothing else, so a wrong plan becomes part of its history.

use super::*;
use crate::superblock::Recovery;
use crate::units::{ArraySector, DataSector};

/// A drive: its superblock, and for each mirror set the last write that it has and the bit of its bitmap.
#[derive(Clone)]
pub(super) struct Drive {
    pub(super) facts: Facts,
    pub(super) data: Vec<u64>,
    pub(super) bits: Vec<bool>,
}

/// A running member.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Running {
    drive: usize,
    slot: u16,
    /// What still has to be copied to it.
    lacks: Option<CatchUp>,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A write of everything that has a copy, acknowledged.
    Write,
    /// No writes for a while: the array becomes clean, and bits are cleared if it is whole.
    Idle,
    /// The holder of a slot fails.
    Fail(u16),
    /// The holder of a slot fails, and power fails when so many survivors know of it, from the lowest slot.
    FailAndCut(u16, usize),
    /// Power fails, and the last write reached one copy only.
    Cut,
    /// A clean stop.
    Stop,
    /// A drive without a role becomes the holder of a vacant slot.
    Rebuild,
    /// All that is missing somewhere has been copied.
    Finish,
    /// A clean stop; then Linux assembles what ran, writes, and stops.
    Linux,
    /// Power comes, and these drives are there, as bits.
    Boot(u8),
}

/// The array, running or not, and what the host knows.
#[derive(Clone)]
pub(super) struct Model {
    shape: Shape,
    pub(super) drives: Vec<Drive>,
    running: Vec<Running>,
    /// The last write of each mirror set that was acknowledged.
    pub(super) acknowledged: Vec<u64>,
    /// The drives without which the host's data are not all there: those in sync when it last stopped.
    pub(super) last: Vec<usize>,
    /// Whether power failed in the middle of an update: some drives may know more than others.
    pub(super) torn: bool,
    /// Whether members ever went on without a copy of something: they may know more than the last copy does.
    pub(super) bereft: bool,
    on: bool,
    dirty: bool,
    writes: u64,
    events: u64,
    generation: u64,
    cleared: u64,
}

impl Model {
    /// A whole array, stopped clean, with spares behind it.
    pub(super) fn new(slots: u16, copies: u16, spares: u16) -> Self {
        let shape = Shape { slots, copies, ..member(0).shape };
        let sets = slots::mirrors(slots, copies).count();
        let drive = |number: u16| {
            let role = if number < slots { Role::Slot(number) } else { Role::Spare };
            let holders = held_by(&(0..slots).map(Some).collect::<Vec<_>>());
            let facts = Facts { shape, role, holders, ..member(number) };
            Drive { facts, data: std::vec![1; sets], bits: std::vec![false; sets] }
        };
        Self {
            shape,
            drives: (0..slots + spares).map(drive).collect(),
            running: Vec::new(),
            acknowledged: std::vec![1; sets],
            last: (0..usize::from(slots)).collect(),
            torn: false,
            bereft: false,
            on: false,
            dirty: false,
            writes: 1,
            events: 20,
            generation: 20,
            cleared: 10,
        }
    }

    pub(super) const fn is_on(&self) -> bool {
        self.on
    }

    fn mirrors(&self) -> Vec<Slots> {
        slots::mirrors(self.shape.slots, self.shape.copies).collect()
    }

    fn is_whole(&self) -> bool {
        let synced = self.running.iter().filter(|it| it.lacks.is_none()).count();
        synced == usize::from(self.shape.slots)
    }

    /// Does one step; says whether it could be done.
    pub(super) fn step(&mut self, step: Step) -> bool {
        match step {
            Step::Boot(drives) if !self.on => return self.boot(drives),
            _ if !self.on => return false,
            Step::Boot(_) => return false,
            Step::Write => self.write(),
            Step::Idle => self.idle(),
            Step::Fail(slot) => return self.fail(slot, None),
            Step::FailAndCut(slot, told) => return self.fail(slot, Some(told)),
            Step::Cut => self.cut(),
            Step::Stop => {
                self.idle();
                self.on = false;
            }
            Step::Rebuild => return self.rebuild(),
            Step::Finish => self.finish(),
            Step::Linux => return self.linux(),
        }
        true
    }

    /// Writes the superblocks of the running members, in the order of their slots, as far as `reached` of them.
    fn commit(&mut self, reached: usize) {
        self.events += 1;
        self.generation += 1;
        let synced = self.running.iter().filter(|it| it.lacks.is_none());
        let held = synced.fold(Slots::EMPTY, |held, it| held.with(it.slot));
        self.bereft |= self.mirrors().iter().any(|mirror| mirror.and(held).is_empty());
        if self.is_whole() && !self.dirty {
            self.cleared = self.events;
        }
        for running in self.running.clone().into_iter().take(reached) {
            self.update(running);
        }
        let spares = self.running.iter().map(|it| it.drive).collect::<Vec<_>>();
        let next = (self.events, self.generation, self.holders());
        for (index, drive) in self.drives.iter_mut().enumerate() {
            let waits = drive.facts.role == Role::Spare && !spares.contains(&index);
            if waits && reached == usize::MAX {
                let (events, generation, holders) = next;
                drive.facts = Facts { events, generation: Ok(generation), holders, ..drive.facts };
            }
        }
        if reached == usize::MAX {
            let synced = self.running.iter().filter(|it| it.lacks.is_none());
            self.last = synced.map(|it| it.drive).collect();
            self.torn = false;
        }
    }

    fn holders(&self) -> Holders {
        self.running.iter().fold(Holders::NOBODY, |holders, it| {
            holders.with(it.slot, self.drives[it.drive].facts.number).expect("room")
        })
    }

    fn update(&mut self, running: Running) {
        let recovery = Recovery { offset: DataSector(0), by_bitmap: false };
        let holders = self.holders();
        let lacking = self.running.iter().filter(|it| it.lacks.is_some());
        let building = lacking.fold(Slots::EMPTY, |slots, it| slots.with(it.slot));
        let replaces = self.rival(running).is_some();
        let facts = &mut self.drives[running.drive].facts;
        facts.building = building;
        facts.events = self.events;
        facts.generation = Ok(self.generation);
        facts.role = Role::Slot(running.slot);
        facts.holders = holders;
        facts.recovery = running.lacks.map(|_| recovery);
        facts.replacement = replaces;
        facts.resync = if self.dirty { Resync::From(ArraySector(0)) } else { Resync::Done };
        facts.bitmap = Some(BitmapFacts { events_cleared: self.cleared, current: true });
    }

    /// Of one that is filled from nothing: the former member of its slot that is back.
    fn rival(&self, of: Running) -> Option<Running> {
        let is_other = |it: &&Running| it.slot == of.slot && it.drive != of.drive;
        let from_nothing = of.lacks == Some(CatchUp::Full);
        self.running.iter().find(is_other).copied().filter(|_| from_nothing)
    }

    fn write(&mut self) {
        if !self.dirty {
            self.dirty = true;
            self.commit(usize::MAX);
        }
        self.put();
    }

    /// New data in every mirror set that has a copy.
    fn put(&mut self) {
        for (set, mirror) in self.mirrors().into_iter().enumerate() {
            let held = |it: &&Running| mirror.contains(it.slot) && it.lacks.is_none();
            let copies: Vec<usize> = self.running.iter().filter(held).map(|it| it.drive).collect();
            for running in &self.running {
                self.drives[running.drive].bits[set] = true;
            }
            self.writes += 1;
            for &drive in &copies {
                self.drives[drive].data[set] = self.writes;
            }
            if !copies.is_empty() {
                self.acknowledged[set] = self.writes;
            }
        }
    }

    fn idle(&mut self) {
        if !self.dirty {
            return;
        }
        self.dirty = false;
        let whole = self.is_whole();
        self.commit(usize::MAX);
        for running in self.running.iter().filter(|_| whole) {
            self.drives[running.drive].bits.fill(false);
        }
    }

    fn fail(&mut self, slot: u16, told: Option<usize>) -> bool {
        let before = self.running.len();
        self.running.retain(|it| it.slot != slot);
        if self.running.len() == before || self.running.is_empty() {
            self.on = !self.running.is_empty();
            return self.running.len() != before;
        }
        self.commit(told.unwrap_or(usize::MAX));
        if told.is_some() {
            self.torn = true;
            self.on = false;
        }
        true
    }

    /// The first copy of the first mirror set has a write that nobody heard of.
    fn cut(&mut self) {
        if self.dirty {
            self.writes += 1;
            if let Some(first) = self.running.iter().find(|it| it.lacks.is_none()) {
                let mirrors = self.mirrors();
                let set = mirrors.iter().position(|mirror| mirror.contains(first.slot));
                let set = set.expect("each slot is in a mirror set");
                self.drives[first.drive].data[set] = self.writes;
                for running in self.running.clone() {
                    self.drives[running.drive].bits[set] = true;
                }
            }
        }
        self.on = false;
    }

    fn rebuild(&mut self) -> bool {
        let taken = |slot: &u16| self.running.iter().any(|it| it.slot == *slot);
        let vacant = (0..self.shape.slots).find(|slot| !taken(slot));
        let spare = self.drives.iter().position(|drive| drive.facts.role == Role::Spare);
        let (Some(slot), Some(drive)) = (vacant, spare) else {
            return false;
        };
        self.running.push(Running { drive, slot, lacks: Some(CatchUp::Full) });
        self.running.sort_by_key(|it| it.slot);
        self.commit(usize::MAX);
        true
    }

    /// Copies, from members that are in sync, what the plan said must be copied.
    fn finish(&mut self) {
        let mirrors = self.mirrors();
        let synced: Vec<Running> =
            self.running.iter().copied().filter(|it| it.lacks.is_none()).collect();
        for index in 0..self.running.len() {
            let running = self.running[index];
            let Running { drive, slot, lacks: Some(catch_up) } = running else { continue };
            if self.rival(running).is_some() {
                continue;
            }
            let mut complete = true;
            for (set, mirror) in mirrors.iter().enumerate().filter(|it| it.1.contains(slot)) {
                let source = synced.iter().find(|it| mirror.contains(it.slot));
                let Some(source) = source.map(|it| it.drive) else {
                    complete = false;
                    continue;
                };
                if catch_up == CatchUp::Full || self.drives[source].bits[set] {
                    self.drives[drive].data[set] = self.drives[source].data[set];
                }
            }
            if complete {
                self.running[index].lacks = None;
            }
        }
        self.cancel_needless();
        self.commit(usize::MAX);
    }

    /// Who was filled for a slot whose member is back and complete is a spare again.
    fn cancel_needless(&mut self) {
        let needless = |it: &Running| self.rival(*it).is_some_and(|rival| rival.lacks.is_none());
        let (gone, kept) = self.running.iter().partition(|it| needless(it));
        self.running = kept;
        let gone: Vec<Running> = gone;
        for Running { drive, .. } in gone {
            let facts = &mut self.drives[drive].facts;
            facts.role = Role::Spare;
            (facts.recovery, facts.replacement) = (None, false);
        }
    }

    /// Linux counts up when it writes, and back when it is done; then it leaves spares as they were. If the array is
    /// degraded it never counts back, and writes spares too.
    fn linux(&mut self) -> bool {
        self.idle();
        self.put();
        let (whole, old) = (self.is_whole(), self.events);
        self.events += if whole { 0 } else { 2 };
        let running: Vec<usize> = self.running.iter().map(|it| it.drive).collect();
        for (index, drive) in self.drives.iter_mut().enumerate() {
            let runs = running.contains(&index);
            let facts = &mut drive.facts;
            if runs || !whole && facts.role == Role::Spare {
                let updated = Timestamp { seconds: 1_704_067_212, micros: 1 };
                facts.generation = Err(Void::OtherState { events: old, updated });
                facts.events = self.events;
            }
            if runs && whole {
                drive.bits.fill(false);
            }
        }
        self.on = false;
        true
    }

    pub(super) fn found(&self, drives: u8) -> Vec<usize> {
        (0..self.drives.len()).filter(|&index| drives >> index & 1 != 0).collect()
    }

    pub(super) fn candidates(&self, found: &[usize]) -> Vec<Candidate> {
        found.iter().map(|&index| Candidate::Member(self.drives[index].facts)).collect()
    }

    /// Starts with what the plan says; `false` if it says not to.
    fn boot(&mut self, drives: u8) -> bool {
        let found = self.found(drives);
        let candidates = self.candidates(&found);
        let assembly = Assembly::new(&candidates, SETTLED);
        let Decision::Start { equalise, .. } = assembly.decision() else {
            return false;
        };
        let running =
            found.iter().enumerate().filter_map(|(index, &drive)| match assembly.verdict(index) {
                Verdict::Current { slot } => Some(Running { drive, slot, lacks: None }),
                Verdict::Building { slot, .. } | Verdict::Replacement { slot, .. } => {
                    Some(Running { drive, slot, lacks: Some(CatchUp::Full) })
                }
                Verdict::Behind { slot, catch_up } => {
                    Some(Running { drive, slot, lacks: Some(catch_up) })
                }
                _ => None,
            });
        self.running = running.collect();
        self.running.sort_by_key(|it| it.slot);
        let next = assembly.next();
        (self.events, self.generation) = (next.events - 1, next.generation - 1);
        let synced = |it: &Running| it.lacks.is_none().then_some(it.drive);
        let cleared = self.running.iter().filter_map(synced).filter_map(|drive| {
            self.drives[drive].facts.bitmap.map(|bitmap| bitmap.events_cleared)
        });
        self.cleared = cleared.max().unwrap_or(0);
        self.settle(equalise);
        self.on = true;
        self.dirty = false;
        self.commit(usize::MAX);
        true
    }

    /// Makes equal what the plan says, and gives all members the same bits.
    fn settle(&mut self, equalise: Equalise) {
        let mirrors = self.mirrors();
        for (set, mirror) in mirrors.into_iter().enumerate() {
            let synced = self.running.iter().filter(|it| it.lacks.is_none());
            let synced: Vec<Running> = synced.copied().collect();
            let marked = synced.iter().any(|it| self.drives[it.drive].bits[set]);
            for running in &self.running {
                self.drives[running.drive].bits[set] = marked;
            }
            let copies: Vec<usize> =
                synced.iter().filter(|it| mirror.contains(it.slot)).map(|it| it.drive).collect();
            let copied = match equalise {
                Equalise::Nothing => false,
                Equalise::ByBitmap => marked,
                Equalise::From(_) => true,
            };
            for &copy in copies.iter().filter(|_| copied) {
                self.drives[copy].data[set] = self.drives[copies[0]].data[set];
            }
        }
    }
}
