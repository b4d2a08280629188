//! Random histories with losses of power: every drive keeps its own choice of what it had not flushed.

extern crate std;

use std::collections::BTreeMap;
use std::vec::Vec;

use crate::rig::{Rig, Setup};
use crate::{ArrayState, AssemblyOrder, Command, Content, Duration, HostError, HostOp};

/// A generator with a period that is long enough.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }
}

/// What a sector may read as: exactly one of these.
type Legal = Vec<u64>;

struct History {
    seed: u64,
    rig: Rig,
    dice: Dice,
    sectors: BTreeMap<u64, Legal>,
    /// What was acknowledged and not flushed, with what may come back if the power goes.
    unflushed: BTreeMap<u64, Legal>,
    version: u64,
    away: Option<u8>,
    members: u8,
}

impl History {
    fn new(seed: u64) -> Self {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let shapes = [(2, 2), (2, 4), (2, 3), (2, 5), (3, 3), (3, 4)];
        let (copies, members) = shapes[dice.below(6) as usize];
        let mut rig =
            Setup { labelled: true, size: 512, chunk: 16, ..Setup::new(copies, members, 1) }
                .build();
        rig.run();
        let (sectors, unflushed) = (BTreeMap::new(), BTreeMap::new());
        Self { seed, rig, dice, sectors, unflushed, version: 0, away: None, members }
    }

    fn legal(&self, lba: u64) -> Legal {
        self.sectors.get(&lba).cloned().unwrap_or_else(|| std::vec![0])
    }

    fn extent(&mut self) -> (u64, u64) {
        let capacity = self.rig.engine.capacity().0;
        let lba = self.dice.below(capacity);
        (lba, (1 + self.dice.below(40)).min(capacity - lba))
    }

    /// A write; with `cut` it is under way when the power goes.
    fn write(&mut self, cut: bool) {
        let (lba, count) = self.extent();
        self.version += 1;
        let version = self.version;
        let id = self.rig.start_write(lba, count, version);
        if cut {
            for _ in 0..self.dice.below(60) {
                let Some(command) = self.rig.queue.pop_front() else { break };
                self.rig.answer(command);
            }
            if self.rig.result(id) != Some(Ok(())) {
                for at in lba..lba + count {
                    let mut legal = self.legal(at);
                    legal.push(version);
                    self.sectors.insert(at, legal);
                    self.unflushed.entry(at).and_modify(|legal| legal.push(version));
                }
                return self.cut();
            }
        } else if let Err(error) = self.rig.end(id) {
            panic!("seed {}: a write fails: {error:?}", self.seed);
        }
        for at in lba..lba + count {
            let mut before = self.unflushed.get(&at).cloned().unwrap_or_else(|| self.legal(at));
            before.push(version);
            self.unflushed.insert(at, before);
            self.sectors.insert(at, std::vec![version]);
        }
        if cut {
            self.cut();
        }
    }

    fn flush(&mut self) {
        assert_eq!(self.rig.flush(), Ok(()), "seed {}", self.seed);
        self.unflushed.clear();
    }

    fn read(&mut self, lba: u64, count: u64) {
        let id = self.rig.start(HostOp::Read, lba, count, u64::MAX);
        let result: Result<(), HostError> = self.rig.end(id);
        assert_eq!(result, Ok(()), "seed {}: {lba} +{count}: {:#?}", self.seed, self.rig.events);
        for (at, value) in (lba..).zip(self.rig.data(id)) {
            let legal = self.legal(at);
            assert!(
                legal.contains(&value),
                "seed {}: sector {at} reads {value}, not {legal:?}",
                self.seed
            );
            self.sectors.insert(at, std::vec![value]);
            // What was read stays, even if the power goes.
            if let Some(unflushed) = self.unflushed.get_mut(&at)
                && legal.len() > 1
            {
                *unflushed = std::vec![value];
            }
        }
    }

    /// Each drive keeps some of what it had not flushed, sector by sector.
    fn cut(&mut self) {
        self.rig.go_down(false);
        for drive in &mut self.rig.drives {
            let mode = self.dice.below(4);
            let mut keeps = || mode == 0 || mode > 1 && self.dice.below(2) == 0;
            drive.cached.retain(|_, _| !keeps());
            drive.front_cached.retain(|_, _| !keeps());
            drive.lose_power();
        }
        for (at, legal) in core::mem::take(&mut self.unflushed) {
            self.sectors.insert(at, legal);
        }
        if let Some(drive) = self.away
            && self.dice.below(2) == 0
        {
            self.rig.drives[usize::from(drive)].present = true;
            self.away = None;
        }
        self.rig.come_up();
        if self.dice.below(3) == 0 {
            // The power goes again, at once or a little later.
            for _ in 0..self.dice.below(40) {
                let Some(command) = self.rig.queue.pop_front() else { break };
                self.rig.answer(command);
            }
            return self.cut();
        }
        self.rig.pass(Duration::secs(15));
        let members = self.rig.drives.iter().take(usize::from(self.members));
        let changed = self.away.is_some() || members.clone().any(|drive| drive.front.is_empty());
        if self.rig.engine.array_state() == ArrayState::Refused && changed {
            // Nobody had time to record that a drive left, or was wiped: the operator knows better.
            let order = Command::Assemble(AssemblyOrder::Degraded);
            self.rig.command(order).unwrap();
            self.rig.pass(Duration::millis(1));
        }
        let state = self.rig.engine.array_state();
        assert!(state.is_running(), "seed {}: {state:?} {:#?}", self.seed, self.rig.events);
    }

    fn change_drives(&mut self) {
        match self.away {
            None if self.rig.engine.array_state() == ArrayState::Optimal
                && !self.rig.engine.is_uneven() =>
            {
                let drive = self.dice.below(u64::from(self.members)) as u8;
                self.rig.pull(drive);
                self.away = Some(drive);
            }
            None => {}
            Some(drive) => {
                if self.dice.below(2) == 0 {
                    self.rig.insert(drive);
                } else {
                    self.rig.arrive(drive, Content::Blank, Some(drive));
                }
                self.away = None;
            }
        }
    }

    fn run(mut self) {
        for _ in 0..60 {
            match self.dice.below(12) {
                0..=4 => self.write(false),
                5 | 6 => self.flush(),
                7 => {
                    let (lba, count) = self.extent();
                    self.read(lba, count);
                }
                8 => self.write(true),
                9 => self.change_drives(),
                10 => {
                    let span = [1, 300, 3_000, 30_000][self.dice.below(4) as usize];
                    self.rig.pass(Duration::millis(span));
                }
                _ => self.cut(),
            }
        }
        self.rig.pass(Duration::secs(200));
        for lba in 0..self.rig.engine.capacity().0 {
            self.read(lba, 1);
        }
    }
}

#[test]
fn no_history_loses_or_ages_what_was_flushed() {
    let from: u64 =
        std::env::var("RAID10_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let count: u64 =
        std::env::var("RAID10_SEEDS").ok().and_then(|count| count.parse().ok()).unwrap_or(150);
    for seed in from..from + count {
        History::new(seed).run();
    }
}
