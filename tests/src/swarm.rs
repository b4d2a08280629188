//! The swarm: the power goes under writes, and while the copies are made equal drives come and go at random.
//!
//! A seed makes a vector, which is text like any other: what fails is stored as text, not as a seed. Members leave at any moment
//! of the levelling, several at a time, and are all back at the end; in between the host reads, writes and flushes. So whatever
//! was flushed must be there again. In [`Kind::Orders`] there are spares and orders, drives that keep other writes than their
//! neighbours do, unreadable sectors and a second loss of power, too; in [`Kind::Outages`] moreover caches, resets of the controller,
//! and links and single drives whose power fails.

use core::fmt::{self, Write as _};

/// Copies and members of the arrays. In most of them copies rotate.
const SHAPES: [(u64, u64); 8] = [(2, 2), (2, 3), (2, 3), (2, 4), (2, 5), (3, 3), (3, 4), (3, 5)];
/// Sectors of a request.
const LENGTHS: [u64; 4] = [8, 64, 256, 1024];
/// When the power goes at the earliest, in milliseconds.
const CUT: u64 = 20_005;
/// For how long it is gone, and a while for the start.
const START: u64 = 1_050;

/// What may happen beside drives that come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing. No drive has a cache: what it has completed is durable.
    Plain,
    /// All drives have a volatile cache, which is lost when they are pulled, and a flush may fail and drop what it was to make durable.
    Volatile,
    /// Orders of the operator, unreadable sectors, and another loss of power.
    Orders,
    /// All of that with volatile caches; moreover the controller is reset, links fail, drives stall, and some lose their power alone.
    Outages,
}

impl Kind {
    const fn has_caches(self) -> bool {
        matches!(self, Self::Volatile | Self::Outages)
    }

    const fn has_orders(self) -> bool {
        matches!(self, Self::Orders | Self::Outages)
    }
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

/// A drive of an array, or its spare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Drive {
    Member(u64),
    Spare,
}

impl fmt::Display for Drive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(number) => write!(f, "d{number}"),
            Self::Spare => f.write_str("s0"),
        }
    }
}

/// A vector under way.
struct Swarm {
    dice: Dice,
    text: String,
    capacity: u64,
    members: u64,
    kind: Kind,
    pattern: u64,
    away: Vec<Drive>,
}

/// The vector of a seed.
#[must_use]
pub fn vector(seed: u64, kind: Kind) -> String {
    let mut dice = Dice(seed);
    let (copies, members) = dice.one_of(&SHAPES);
    let orders = kind.has_orders();
    let size = dice.one_of(if orders { &[2, 8, 64] } else { &[2, 4, 8] });
    let model = dice.one_of(&["hdd", "ssd"]);
    let cache = if kind.has_caches() { "" } else { " cache=none" };
    let rebuild = dice.one_of(&["on", "off"]);
    let rate = dice.one_of(&["200kB/s", "1MB/s", "50MB/s"]);
    let chunk = if orders { dice.one_of(&[16, 64, 1024]) } else { 64 };
    let capacity = size * 1024 / chunk * members / copies * chunk * 2;
    let spare = if orders {
        format!("drive s0 size={size}MiB model={model} shelf{cache}\n")
    } else {
        String::new()
    };
    let text = format!(
        "vector swarm-{seed} \"Drives come and go while copies are made equal\"\nformat 1\ntags swarm\n\n\
         array near={copies} members={members} chunk={chunk}KiB\n\
         drive d0..d{} size={size}MiB model={model}{cache}\n{spare}\
         policy auto-rebuild={rebuild} rebuild-max={rate}\n\n\
         at 0s write all pattern=1\nat 5s flush\n",
        members - 1
    );
    let away = if orders { vec![Drive::Spare] } else { Vec::new() };
    let mut swarm = Swarm { dice, text, capacity, members, kind, pattern: 1, away };
    swarm.play();
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
    fn play(&mut self) {
        let mut cut = self.cut(CUT);
        if self.kind.has_orders() && self.dice.within(0, 3) == 0 {
            let end = self.events(cut);
            cut = self.cut(end + 1000);
        }
        let end = self.events(cut);
        let pause = self.dice.one_of(&[10, 1000, 8000]);
        for (number, drive) in (1..).zip(core::mem::take(&mut self.away)) {
            self.say(end + number * pause, &format!("insert {drive}"));
        }
        if self.kind.has_orders() {
            for slot in 0..self.members {
                self.say(end + 60_000, &format!("rebuild resume {slot}"));
            }
        }
        self.text += "\nfinally quiesce ; read all\n";
    }

    /// The power goes under writes, not long behind a moment. Returns when.
    fn cut(&mut self, at: u64) -> u64 {
        for _ in 0..self.dice.within(3, 12) {
            let at = self.dice.within(at - 5, at + 55);
            self.write(at);
        }
        let cut = self.dice.within(at, at + 195);
        let mut survives = self.dice.one_of(&["", "all ", "first:5 ", "torn:3 "]).to_owned();
        if self.kind.has_orders() {
            for drive in 0..self.members {
                if self.dice.within(0, 2) == 0 {
                    let own = self.dice.one_of(&["none", "all", "first:2", "torn:1"]);
                    survives += &format!("d{drive}={own} ");
                }
            }
        }
        self.say(cut, &format!("power-cut {survives}lasting 1s"));
        cut
    }

    /// Events behind a loss of power. Returns when they end.
    fn events(&mut self, cut: u64) -> u64 {
        let begin = cut + self.dice.within(START, START + 550);
        let end = begin + self.dice.within(200, 6000);
        let mut moments: Vec<u64> =
            (0..self.dice.within(2, 14)).map(|_| self.dice.within(begin, end)).collect();
        moments.sort_unstable();
        for at in moments {
            if self.kind == Kind::Outages && self.dice.within(0, 5) == 0 {
                self.outage(at);
            } else if self.kind.has_orders() && self.dice.within(0, 3) == 0 {
                self.order(at);
            } else {
                self.event(at);
            }
        }
        end
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
            93..96 if self.kind.has_caches() => {
                let drive = self.dice.within(0, self.members);
                self.say(at, &format!("fail-flush d{drive} times=1 drop"));
            }
            _ => self.say(at, "read all"),
        }
    }

    /// What fails for a while.
    fn outage(&mut self, at: u64) {
        let drive = self.dice.within(0, self.members);
        let other = (drive + self.dice.within(1, self.members)) % self.members;
        let span = self.dice.one_of(&[1, 20, 500, 2500]);
        let what = match self.dice.within(0, 100) {
            0..35 => format!("reset lasting {span}ms"),
            35..60 => format!("glitch d{drive} for {span}ms"),
            60..70 => format!("glitch d{drive} d{other} for {span}ms"),
            70..80 => format!("brown-out d{drive} lasting {span}ms"),
            80..85 => format!("brown-out d{drive} all lasting {span}ms"),
            _ => format!("stall d{drive} {span}ms"),
        };
        self.say(at, &what);
    }

    /// What the operator does, or a sector that is not read.
    fn order(&mut self, at: u64) {
        let slot = self.dice.within(0, self.members);
        let what = match self.dice.within(0, 100) {
            0..25 => format!("replace {slot} with s0"),
            25..40 => format!("replace cancel {slot}"),
            40..55 => format!("rebuild pause {slot}"),
            55..65 => format!("rebuild resume {slot}"),
            65..70 => "spare add s0".to_owned(),
            _ => {
                let start = self.dice.within(0, 2048) / 8 * 8;
                format!("unreadable d{slot} {start}..{} once", start + 8)
            }
        };
        self.say(at, &what);
    }

    fn pull(&mut self, at: u64) {
        let number = self.dice.within(0, self.members);
        let spare = self.kind.has_orders() && self.dice.within(0, 6) == 0;
        let drive = if spare { Drive::Spare } else { Drive::Member(number) };
        if !self.away.contains(&drive) {
            self.away.push(drive);
            self.say(at, &format!("pull {drive}"));
        }
    }

    fn insert(&mut self, at: u64) {
        if !self.away.is_empty() {
            let which = self.dice.within(0, self.away.len() as u64) as usize;
            let drive = self.away.remove(which);
            self.say(at, &format!("insert {drive}"));
        }
    }
}
