//! The swarm: the power goes under writes, and while the copies are made equal drives come and go at random.
//!
//! A seed makes a vector, which is text like any other: what fails is stored as text, not as a seed. Members leave at any moment
//! of the levelling, several at a time, and are all back at the end; in between the host reads, writes and flushes. So whatever
//! was flushed must be there again.

use core::fmt::Write as _;

/// Copies and members of the arrays. In most of them copies rotate.
const SHAPES: [(u64, u64); 8] = [(2, 2), (2, 3), (2, 3), (2, 4), (2, 5), (3, 3), (3, 4), (3, 5)];
/// Sectors of a request.
const LENGTHS: [u64; 4] = [8, 64, 256, 1024];
/// Sectors in a mebibyte.
const MEBIBYTE: u64 = 2048;
/// When the power goes at the earliest, in milliseconds.
const CUT: u64 = 20_005;
/// For how long it is gone, and a while for the start.
const START: u64 = 1_050;

/// Whether drives have a volatile cache, which is lost when they are pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caches {
    /// None has: what a drive has completed is durable.
    None,
    /// All have, and a flush may fail and drop what it was to make durable.
    Volatile,
}

/// Numbers from a seed (splitmix64, Steele, Lea and Flood 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    /// A number from `low` on, below `high`.
    fn within(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low).max(1)
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.within(0, of.len() as u64) as usize]
    }
}

/// A vector under way.
struct Swarm {
    dice: Dice,
    text: String,
    capacity: u64,
    members: u64,
    caches: Caches,
    pattern: u64,
    away: Vec<u64>,
}

/// The vector of a seed.
#[must_use]
pub fn vector(seed: u64, caches: Caches) -> String {
    let mut dice = Dice(seed);
    let (copies, members) = dice.one_of(&SHAPES);
    let size = dice.one_of(&[2, 4, 8]);
    let capacity = size * MEBIBYTE * members / copies / 128 * 128;
    let model = dice.one_of(&["hdd", "ssd"]);
    let cache = if caches == Caches::None { " cache=none" } else { "" };
    let rebuild = dice.one_of(&["on", "off"]);
    let rate = dice.one_of(&["200kB/s", "1MB/s", "50MB/s"]);
    let text = format!(
        "vector swarm-{seed} \"Drives come and go while copies are made equal\"\nformat 1\ntags swarm\n\n\
         array near={copies} members={members} chunk=64KiB\n\
         drive d0..d{} size={size}MiB model={model}{cache}\n\
         policy auto-rebuild={rebuild} rebuild-max={rate}\n\n\
         at 0s write all pattern=1\nat 5s flush\n",
        members - 1
    );
    let mut swarm = Swarm { dice, text, capacity, members, caches, pattern: 1, away: Vec::new() };
    swarm.cut();
    swarm.text
}

impl Swarm {
    fn say(&mut self, at: u64, what: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "at {at}ms {what}");
    }

    fn range(&mut self) -> String {
        let length = self.dice.one_of(&LENGTHS);
        let start = self.dice.within(0, self.capacity - length) / 8 * 8;
        format!("{start}..{}", start + length)
    }

    fn write(&mut self, at: u64) {
        self.pattern += 1;
        let what = format!("write {} pattern={}", self.range(), self.pattern);
        self.say(at, &what);
    }

    /// The power goes under writes; then come the events, and at last all drives are back.
    fn cut(&mut self) {
        for _ in 0..self.dice.within(3, 12) {
            let at = self.dice.within(CUT - 5, CUT + 55);
            self.write(at);
        }
        let cut = self.dice.within(CUT, CUT + 195);
        let survives = self.dice.one_of(&["", "all ", "first:5 ", "torn:3 "]);
        self.say(cut, &format!("power-cut {survives}lasting 1s"));
        let begin = cut + self.dice.within(START, START + 550);
        let end = begin + self.dice.within(200, 6000);
        let mut moments: Vec<u64> =
            (0..self.dice.within(2, 14)).map(|_| self.dice.within(begin, end)).collect();
        moments.sort_unstable();
        for at in moments {
            self.event(at);
        }
        let pause = self.dice.one_of(&[10, 1000, 8000]);
        for (number, drive) in (1..).zip(core::mem::take(&mut self.away)) {
            self.say(end + number * pause, &format!("insert d{drive}"));
        }
        self.text += "\nfinally quiesce ; read all\n";
    }

    fn event(&mut self, at: u64) {
        match self.dice.within(0, 100) {
            0..35 => self.pull(at),
            35..65 => self.insert(at),
            65..80 => {
                let what = format!("read {}", self.range());
                self.say(at, &what);
            }
            80..90 => self.write(at),
            90..93 => self.say(at, "flush"),
            93..96 if self.caches == Caches::Volatile => {
                let drive = self.dice.within(0, self.members);
                self.say(at, &format!("fail-flush d{drive} times=1 drop"));
            }
            _ => self.say(at, "read all"),
        }
    }

    fn pull(&mut self, at: u64) {
        let drive = self.dice.within(0, self.members);
        if !self.away.contains(&drive) {
            self.away.push(drive);
            self.say(at, &format!("pull d{drive}"));
        }
    }

    fn insert(&mut self, at: u64) {
        if !self.away.is_empty() {
            let which = self.dice.within(0, self.away.len() as u64) as usize;
            let drive = self.away.remove(which);
            self.say(at, &format!("insert d{drive}"));
        }
    }
}
