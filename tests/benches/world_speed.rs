//! How fast the simulated world is: drive commands and replays per second of real time.
//!
//! The commands of one replay are counted once, before the measurement; divan then prints items per second, and an
//! item is one drive command (`commands_…`) or one replay (`replay_…`).

#![allow(missing_docs, reason = "the benchmark macros make undocumented items")]

use divan::Bencher;
use divan::counter::ItemsCount;
use raid10_tests::run::{Nothing, read};
use sim_world::plan::Plan;
use sim_world::{Options, Outcome, replay};

/// Eight requests in flight on four flash drives, two thirds of them reads.
const FLASH_LOAD: &str = r#"
vector flash-load "A busy array of flash drives"
array near=2 members=4 chunk=64KiB
drive d0..d3 size=64MiB model=ssd
load w seed=1 read=66% size=4KiB..16KiB queue=8 flush=64
at 0s start w
at 5s stop w
expect lost none
finally quiesce
"#;

/// The same under a rebuild and with a fault, so that the oracle has something to remember.
const FAULTY_LOAD: &str = r#"
vector faulty-load "A busy array of flash drives that is rebuilt"
array near=2 members=4 chunk=64KiB
drive d0..d3 size=64MiB model=ssd
drive s0 size=64MiB model=ssd shelf
load w seed=1 read=66% size=4KiB..16KiB queue=8 flush=64
at 0s start w
at 1s unreadable d0 4MiB +8
at 1s pull d1
at 2s insert s0 slot=1
at 5s stop w
expect lost computed
finally quiesce
"#;

/// What a test that is swept over thousands of points looks like.
const SMALL: &str = r#"
vector small "One drive dies, another takes over"
array near=2 members=4 chunk=64KiB
drive d0..d3 size=1MiB model=hdd
drive s0 size=1MiB model=hdd spare
at 0s write all pattern=1
at 2s fail d1
expect event rebuilt(1)
expect lost none
"#;

const CLICKY: &str = include_str!("../../vectors/incidents/clicky-2015.vec");

fn main() {
    divan::main();
}

fn plan(text: &str) -> Plan {
    let script = read("benchmark", text).expect("a good vector");
    let point = script.points().next().expect("a point");
    Plan::of(&script.bind(&point), text).expect("a plan")
}

fn run(plan: &Plan, digest: bool) -> Outcome {
    let options = Options { digest, ..Options::default() };
    let outcome = replay(plan, &options, &mut Nothing).expect("an array");
    assert!(outcome.promises_held());
    outcome
}

fn bench_commands(bencher: Bencher, text: &str, digest: bool) {
    let plan = plan(text);
    let commands: u64 = run(&plan, digest).commands.iter().sum();
    bencher.counter(ItemsCount::new(commands)).bench(|| run(&plan, digest));
}

fn bench_replay(bencher: Bencher, text: &str) {
    let plan = plan(text);
    bencher.counter(ItemsCount::new(1_u32)).bench(|| run(&plan, true));
}

#[divan::bench(args = [false, true], sample_count = 10)]
fn commands_flash_load(bencher: Bencher, digest: bool) {
    bench_commands(bencher, FLASH_LOAD, digest);
}

#[divan::bench(args = [false, true], sample_count = 10)]
fn commands_flash_load_with_a_rebuild(bencher: Bencher, digest: bool) {
    bench_commands(bencher, FAULTY_LOAD, digest);
}

#[divan::bench]
fn replay_clicky(bencher: Bencher) {
    bench_replay(bencher, CLICKY);
}

#[divan::bench]
fn replay_small(bencher: Bencher) {
    bench_replay(bencher, SMALL);
}
