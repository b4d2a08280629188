//! What may survive a cut: which of the writes that the drives had not flushed.

use alloc::vec::Vec;
use core::ops::Range;

use crate::drive::Survival;
use crate::rng::{Rng, Stream};

/// Up to so many sets of surviving writes all are tried.
pub const IMAGES_MAX: u64 = 4096;
/// Of more than that so many are drawn.
const DRAWN: usize = 256;

/// What survives on each drive.
type Image = Vec<Survival>;

/// All, or half of what each drive was at: by turns.
pub(super) fn few(unflushed: &[u64], write: u64) -> Vec<Image> {
    let image = if write.is_multiple_of(2) {
        unflushed.iter().map(|&count| Survival::Torn(count)).collect()
    } else {
        alloc::vec![Survival::All; unflushed.len()]
    };
    alloc::vec![image]
}

/// Every set of writes that may survive but the empty one, and every write torn; or of too many those at the edges and
/// some that are drawn. Says which of the two it is.
pub(super) fn many(unflushed: &[u64], seed: u64) -> (Vec<Image>, bool) {
    let total: u64 = unflushed.iter().sum();
    let all = total < u64::from(u64::BITS) && 1 << total <= IMAGES_MAX;
    let mut images = if all { sets(unflushed, 1 << total) } else { edges(unflushed) };
    if !all {
        images.extend(drawn(unflushed, seed));
    }
    images.extend(torn(unflushed));
    (images, all)
}

fn sets(unflushed: &[u64], count: u64) -> Vec<Image> {
    (1..count)
        .map(|mut mask| {
            let mut take = |count: u64| {
                let survives = |number: u64| mask >> number & 1 == 1;
                let survival = of_writes(count, survives);
                mask >>= count;
                survival
            };
            unflushed.iter().map(|&count| take(count)).collect()
        })
        .collect()
}

/// All; and each drive alone keeps everything, nothing, its oldest and all but its oldest.
fn edges(unflushed: &[u64]) -> Vec<Image> {
    let mut images = alloc::vec![alloc::vec![Survival::All; unflushed.len()]];
    for (drive, &count) in unflushed.iter().enumerate().filter(|(_, count)| **count > 0) {
        let own = [
            (Survival::None, Survival::All),
            (Survival::None, Survival::First(1)),
            (Survival::None, of_writes(count, |number| number > 0)),
            (Survival::All, Survival::None),
        ];
        for (others, survival) in own {
            let mut image = alloc::vec![others; unflushed.len()];
            image[drive] = survival;
            images.push(image);
        }
    }
    images
}

fn drawn(unflushed: &[u64], seed: u64) -> Vec<Image> {
    let mut rng = Rng::new(seed, Stream::Images);
    let mut draw = |count: u64| {
        // Few, half or most of them.
        let share = 1 + rng.below(7);
        let kept: Vec<bool> = (0..count).map(|_| rng.below(8) < share).collect();
        of_writes(count, |number| kept[number as usize])
    };
    (0..DRAWN).map(|_| unflushed.iter().map(|&count| draw(count)).collect()).collect()
}

/// Each write of each drive torn, with nothing else surviving, and with all of the other drives'.
fn torn(unflushed: &[u64]) -> Vec<Image> {
    let mut images = Vec::new();
    for (drive, &count) in unflushed.iter().enumerate() {
        for number in 0..=count {
            for others in [Survival::None, Survival::All] {
                let mut image = alloc::vec![others; unflushed.len()];
                image[drive] = Survival::Torn(number);
                images.push(image);
            }
        }
    }
    images
}

/// Those writes of so many that survive.
fn of_writes(count: u64, survives: impl Fn(u64) -> bool) -> Survival {
    let mut ranges: Vec<Range<u64>> = Vec::new();
    for number in (0..count).filter(|&number| survives(number)) {
        match ranges.last_mut() {
            Some(last) if last.end == number => last.end += 1,
            _ => ranges.push(number..number + 1),
        }
    }
    match ranges.as_slice() {
        [] => Survival::None,
        [all] if *all == (0..count) => Survival::All,
        [first] if first.start == 0 => Survival::First(first.end),
        _ => Survival::Only(ranges),
    }
}

#[cfg(test)]
mod tests;
