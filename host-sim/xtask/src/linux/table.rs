//! The scenarios.

mod from_linux;
mod from_ours;
mod power;
mod replayed;

use super::kernel_step::Linux;
use super::scenario::{Choice, Scenario, Source, Step};

/// All of them.
pub(crate) fn scenarios() -> Vec<Scenario> {
    let made = [from_ours::scenarios(), from_linux::scenarios(), power::scenarios()].concat();
    [replayed::scenarios(), made].concat()
}

fn scenario(name: &str, source: Source, steps: &[&[Step]]) -> Scenario {
    Scenario { name: name.to_owned(), source, steps: steps.concat() }
}

fn linux(steps: impl IntoIterator<Item = Linux>) -> Vec<Step> {
    steps.into_iter().map(Step::Linux).collect()
}

fn drives(drives: impl IntoIterator<Item = usize>) -> Choice {
    Choice::Drives(drives.into_iter().collect())
}

/// All of so many drives but one.
fn without(count: usize, drive: usize) -> Vec<usize> {
    (0..count).filter(|&other| other != drive).collect()
}

fn assemble(drives: impl IntoIterator<Item = usize>) -> Linux {
    Linux::Assemble { drives: drives.into_iter().collect(), readonly: false }
}

/// Writes a few pieces, so that there is something that a member can miss.
fn put(first: u32) -> Linux {
    Linux::Put { first, at: first % 41, pieces: 5 }
}

/// What all three must find on drives that have come to rest: the content that Linux read last.
fn at_rest(standings: &'static str, members: &[usize]) -> Vec<Step> {
    let all = Choice::Drives(members.to_vec());
    vec![Step::Inspect(standings), Step::Extract(all.clone()), Step::Grub(all)]
}
