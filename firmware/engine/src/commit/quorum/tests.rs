extern crate std;

use std::vec::Vec;

use crate::rig::Rig;
use crate::{ArrayState, Command, Content, Duration, EventKind, HostError, MemberState};

fn back(rig: &mut Rig, drive: u8) {
    rig.arrive(drive, Content::Ours, None);
    rig.pass(Duration::millis(100));
}

fn gone(rig: &mut Rig, drive: u8) {
    rig.pull(drive);
    rig.pass(Duration::millis(100));
}

#[test]
fn of_two_who_left_after_each_other_the_first_does_not_go_on() {
    let mut rig = Rig::labelled(2, 2, 0);
    rig.write(0, 1, 7).unwrap();
    gone(&mut rig, 0);
    gone(&mut rig, 1);
    back(&mut rig, 0);
    assert_eq!(rig.engine.array_state(), ArrayState::Failed);
    assert_eq!(rig.read(0, 1), Ok(std::vec![7]));
    assert_eq!(rig.write(0, 1, 8), Err(HostError::ReadOnly));
    assert!(rig.manifest().is_empty());
    back(&mut rig, 1);
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
    rig.write(0, 1, 8).unwrap();
}

#[test]
fn of_two_who_left_after_each_other_the_second_goes_on() {
    let mut rig = Rig::labelled(2, 2, 0);
    gone(&mut rig, 0);
    gone(&mut rig, 1);
    back(&mut rig, 1);
    assert_eq!(rig.engine.array_state(), ArrayState::Degraded);
    rig.write(0, 1, 8).unwrap();
}

#[test]
fn of_two_who_left_at_once_either_goes_on() {
    for first in [0, 1] {
        let mut rig = Rig::labelled(2, 2, 0);
        rig.pull(0);
        rig.pull(1);
        back(&mut rig, first);
        rig.write(0, 1, 8).unwrap();
    }
}

#[test]
fn with_another_mirror_whole_who_left_first_goes_on() {
    let mut rig = Rig::labelled(2, 4, 0);
    gone(&mut rig, 0);
    gone(&mut rig, 1);
    back(&mut rig, 0);
    assert_eq!(rig.engine.array_state(), ArrayState::Degraded);
    rig.write(0, 1, 8).unwrap();
}

#[test]
fn an_order_has_the_first_go_on() {
    let mut rig = Rig::labelled(2, 2, 0);
    gone(&mut rig, 0);
    gone(&mut rig, 1);
    back(&mut rig, 0);
    rig.command(Command::AcceptLosses).unwrap();
    rig.pass(Duration::millis(100));
    assert_eq!(rig.engine.array_state(), ArrayState::Degraded);
    rig.write(0, 1, 8).unwrap();
}

#[test]
fn one_that_is_replaced_is_told_so() {
    let mut rig = Rig::labelled(2, 2, 1);
    rig.add_spare(2);
    rig.pass(Duration::secs(1));
    rig.command(Command::Replace { slot: crate::Slot(1), with: None }).unwrap();
    rig.pull(0);
    rig.pass(Duration::secs(600));
    assert_eq!(rig.state(1), MemberState::Online);
    assert_ne!(rig.engine.array_state(), ArrayState::Failed);
    rig.pull(2);
    rig.reboot(true);
    rig.pass(Duration::secs(60));
    assert_eq!(rig.engine.array_state(), ArrayState::Refused);
}

/// It takes requests.
fn runs(rig: &Rig) -> bool {
    use ArrayState::{Refused, Stopped, Waiting};
    !matches!(rig.engine.array_state(), Waiting | Refused | Stopped)
}

/// A history of an array: what was acknowledged, and what was tried.
#[derive(Clone)]
struct History {
    rig: Rig,
    members: u8,
    /// Of a sector of each chunk: the last value that was acknowledged.
    acknowledged: Vec<u64>,
    tried: u64,
}

impl History {
    fn new(copies: u8, members: u8) -> Self {
        let rig = Rig::labelled(copies, members, 0);
        let mut this = Self { rig, members, acknowledged: std::vec![0; 3], tried: 0 };
        this.write();
        assert_eq!(this.acknowledged, [1; 3]);
        this
    }

    /// Writes what the array takes.
    fn write(&mut self) {
        self.tried += 1;
        if !runs(&self.rig) {
            return;
        }
        for (at, value) in self.acknowledged.iter_mut().enumerate() {
            let done = self.rig.write(at as u64 * 8, 1, self.tried);
            if done.and_then(|()| self.rig.flush()).is_ok() {
                *value = self.tried;
            }
        }
    }

    /// A drive leaves, or is back; beyond the last one the controller starts anew.
    fn turn(&mut self, which: u8, writes: bool) {
        if which == self.members {
            self.rig.reboot(true);
            self.rig.pass(Duration::secs(30));
        } else if self.rig.drives[usize::from(which)].present {
            gone(&mut self.rig, which);
        } else {
            back(&mut self.rig, which);
        }
        if writes {
            self.write();
        }
    }

    /// No group of the drives that starts by itself is stale.
    fn check(&self) {
        for group in 1..1_u8 << self.members {
            let mut rig = self.rig.clone();
            rig.go_down(true);
            for (index, drive) in rig.drives.iter_mut().enumerate() {
                drive.present = group >> index & 1 == 1;
            }
            rig.come_up();
            rig.pass(Duration::secs(30));
            let known = || self.acknowledged.iter().enumerate().filter(|_| runs(&rig));
            for (at, value) in known().collect::<Vec<_>>() {
                if let Ok(read) = rig.read(at as u64 * 8, 1) {
                    let known = *value..=self.tried;
                    assert!(known.contains(&read[0]), "group {group:b}: {} for {value}", read[0]);
                }
            }
        }
    }

    /// With all drives there nothing stands in the way, but that one may have been told by itself that it is behind: then it is as if
    /// it had gone on. Returns whether one was.
    fn ends_with_one_aside(mut self) -> bool {
        for index in 0..self.members {
            if !self.rig.drives[usize::from(index)].present {
                back(&mut self.rig, index);
            }
        }
        self.rig.pass(Duration::secs(600));
        let aside = self.rig.saw(|kind| matches!(kind, EventKind::DriveSetAside { .. })) > 0;
        let state = self.rig.engine.array_state();
        assert_eq!(state == ArrayState::Optimal, !aside, "{state:?}");
        aside
    }
}

/// Plays all orders of so many turns. Returns how many, and how many ended with a drive that was set aside.
fn all_orders(history: &History, turns: u8, path: &mut Vec<(u8, bool)>) -> (usize, usize) {
    if turns == 0 {
        std::println!("{path:?}");
        history.check();
        return (1, usize::from(history.clone().ends_with_one_aside()));
    }
    let mut count = (0, 0);
    for which in 0..=history.members {
        for writes in [false, true] {
            let mut next = history.clone();
            next.turn(which, writes);
            path.push((which, writes));
            let (all, aside) = all_orders(&next, turns - 1, path);
            count = (count.0 + all, count.1 + aside);
            path.pop();
        }
    }
    count
}

#[test]
fn however_drives_come_and_go_no_group_of_them_is_stale() {
    for (copies, members, turns) in [(2, 2, 5), (2, 3, 4), (3, 3, 4), (2, 4, 3)] {
        let (orders, _) = all_orders(&History::new(copies, members), turns, &mut Vec::new());
        assert_eq!(orders, (2 * (usize::from(members) + 1)).pow(turns.into()));
    }
}
