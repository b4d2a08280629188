//! Images of drives that were changed here and there: an engine that starts with them keeps its hands off what is not its
//! own. `RAID10_IMAGES` is how many are tried; the program `mutate` tries as many as are asked for.

use raid10_tests::hostile_bench::Bench;
use raid10_tests::hostile_images::{boot, seeds, sets};
use raid10_tests::mutation::metadata::Kind;
use raid10_tests::mutation::on_all_cores;

#[test]
fn no_images_make_an_engine_write_to_what_is_not_ours() {
    let count = std::env::var("RAID10_IMAGES").ok().and_then(|count| count.parse().ok());
    let (count, seeds) = (count.unwrap_or(300), seeds());
    let started = on_all_cores(count, 1, |random| Kind::Images.try_one(&seeds, random));
    // Most of what is changed is noticed and does without, and much of it stops nothing.
    assert!(started > count / 4 && started < count, "{started} of {count} start");
}

#[test]
fn good_images_start() {
    for set in 0..sets().len() as u8 {
        for plan in [0, 4] {
            assert!(boot(&[set, plan]), "set {set}");
        }
    }
}

#[test]
#[should_panic(expected = "a write to a drive that is not ours")]
fn a_write_to_what_is_not_ours_is_noticed() {
    let fronts = sets()[0].clone();
    let mut bench = Bench::assemble(fronts);
    bench.plug_at_once(&[0, 1, 2], core::array::from_fn(|drive| drive == 0));
}
