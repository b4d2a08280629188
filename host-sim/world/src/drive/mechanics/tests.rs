use raid10_engine::{Duration, Instant};

use super::{Figures, Mechanics, Work};

const SIZE: u64 = 1 << 24;

fn read_all(mut mechanics: Mechanics, count: u64, step: u64) -> u64 {
    let mut now = Instant(0);
    for at in 0..count {
        now = mechanics.serve(now, Work::Read { start: at * step, count: 128 }, 1);
    }
    now.0
}

#[test]
fn sequential_reads_run_at_the_media_rate() {
    let figures = Figures::HDD;
    let micros = read_all(Mechanics::new(figures, SIZE), 1000, 128);
    assert_eq!(micros, 1000 * 65_536 * 1_000_000 / figures.read_rate);
}

#[test]
fn random_places_cost_the_access_time_on_average() {
    let mut mechanics = Mechanics::new(Figures::HDD, SIZE);
    let mut rng = crate::rng::Rng::new(1, crate::rng::Stream::Load(0));
    let mut total = 0;
    for _ in 0..10_000 {
        mechanics.head = rng.below(SIZE);
        total += mechanics.position(rng.below(SIZE), Figures::HDD.read_rate);
    }
    let mean = total / 10_000;
    assert!((11_500..12_500).contains(&mean), "{mean}");
}

#[test]
fn a_short_way_forward_is_passed_over() {
    let mut mechanics = Mechanics::new(Figures::HDD, SIZE);
    mechanics.head = 1000;
    assert_eq!(mechanics.position(1128, 180_000_000), 364);
    assert!(mechanics.position(872, 180_000_000) > 3000);
}

#[test]
fn lanes_hide_the_access_but_share_the_rate() {
    let mut mechanics = Mechanics::new(Figures::SSD, SIZE);
    let mut last = Instant(0);
    for lane in 0..8 {
        last = mechanics.serve(Instant(0), Work::Read { start: lane * 1000, count: 128 }, 1);
    }
    assert_eq!(last.since(Instant(80)), Duration(8 * 65_536 * 1000 / 500_000));
}

#[test]
fn limping_multiplies_everything() {
    let serve = |limp| {
        let mut mechanics = Mechanics::new(Figures::HDD, SIZE);
        mechanics.serve(Instant(0), Work::Read { start: 5000, count: 9000 }, limp).0
    };
    assert_eq!(serve(40), 40 * serve(1));
}
