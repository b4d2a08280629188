use std::collections::BTreeMap;

use super::{Budget, Needs, by_crate, calls, fits, largest, line, measured};
use crate::image::Image;

fn image(flash: u64, variables: &[(&str, u64)]) -> Image {
    Image { flash, runtime: 0, functions: BTreeMap::new(), variables: map(variables) }
}

fn map(sizes: &[(&str, u64)]) -> BTreeMap<String, u64> {
    sizes.iter().map(|(name, size)| ((*name).to_string(), *size)).collect()
}

#[test]
fn the_engine_is_the_difference_to_the_empty_image() {
    let probe = image(5000, &[("probe::OTHER", 1), ("size_probe::probe::ENGINE_RAM", 700)]);
    let needs = measured(&probe, &image(1100, &[]), 200).unwrap();
    assert_eq!((needs.code, needs.ram), (3700, 700));
    assert!(measured(&image(5000, &[]), &image(1100, &[]), 200).is_err());
}

/// What of the engine lies within the probe's own program is the engine's; what the other image has in place of an engine is nobody's.
#[test]
fn the_calls_are_those_of_the_same_program_without_an_engine() {
    let with = |functions: &[(&str, u64)]| Image { functions: map(functions), ..image(0, &[]) };
    let program = "::program::__cortex_m_rt_main";
    let probe = with(&[("size_probe::program::given", 30), (&format!("size_probe{program}"), 900)]);
    let alone = with(&[
        ("size_calls::program::given", 70),
        (&format!("size_calls{program}"), 500),
        ("size_calls::subject::Engine<_>::submit", 40),
    ]);
    assert_eq!(calls(&probe, &alone), 530);
}

/// Neither image may be charged for it: the empty one may well need some of it.
#[test]
fn the_runtime_library_is_not_the_engine() {
    let probe = Image { runtime: 900, ..image(5000, &[("ENGINE_RAM", 0), ("a::ENGINE_RAM", 7)]) };
    let empty = Image { runtime: 40, ..image(1100, &[]) };
    assert_eq!(measured(&probe, &empty, 0).unwrap().code, 5000 - 900 - (1100 - 40));
}

#[test]
fn a_budget_is_kept_up_to_its_last_byte() {
    let budget = Needs { code: 100, ram: 50 };
    assert!(fits(Needs { code: 100, ram: 50 }, budget));
    assert!(!fits(Needs { code: 101, ram: 50 }, budget));
    assert!(!fits(Needs { code: 100, ram: 51 }, budget));
    assert_eq!(line("RAM", 51, 50), "      51  RAM: OVER, budget 50, 102 %");
    assert_eq!(line("RAM", 25, 50), "      25  RAM: fits, budget 50, 50 %");
}

#[test]
fn a_word_that_the_budget_does_not_know_is_an_error() {
    assert!(toml::from_str::<Budget>("[engine]\ncode = 40_960\nram = 12_288\n").is_ok());
    assert!(toml::from_str::<Budget>("[engine]\ncode = 1\nram = 1\nstack = 1\n").is_err());
}

#[test]
fn functions_are_added_up_by_crate() {
    let functions = map(&[
        ("raid10_engine::read::go", 10),
        ("<raid10_engine::Engine<_> as core::clone::Clone>::clone", 5),
        ("core::slice::sort", 7),
    ]);
    let crates = largest(by_crate(&functions));
    assert_eq!(crates, [("raid10_engine".to_string(), 15), ("core".to_string(), 7)]);
}
