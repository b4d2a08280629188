//! What the engine costs, in instructions (callgrind), from submit to reply.
//!
//! The drives answer at once and store nothing: only the engine is measured, with the caller's few instructions for
//! handing its commands back.

#![allow(missing_docs, reason = "the benchmark macros make undocumented items")]

use gungraun::{library_benchmark, library_benchmark_group, main};
use raid10_tests::bare::Bare;

/// An optimal array of four members, warm: some requests have gone through it.
fn optimal() -> Box<Bare> {
    let mut bare = Box::new(Bare::new(0));
    bare.warm_up();
    bare
}

/// As [`optimal`], with records on its drives. The array is active, and the bit of what is written next is set on all
/// drives: the warm-up has seen to both.
fn recorded() -> Box<Bare> {
    let mut bare = Box::new(Bare::recorded());
    bare.warm_up();
    bare
}

/// A degraded array whose rebuild has just begun and is held before its next window.
fn rebuilding() -> Box<Bare> {
    let mut bare = Box::new(Bare::new(1));
    bare.warm_up();
    bare.start_rebuild();
    bare
}

#[library_benchmark]
#[bench::four_kib(optimal())]
fn read(mut bare: Box<Bare>) -> Box<Bare> {
    bare.read(4096 / 512);
    bare
}

#[library_benchmark]
#[bench::four_kib(optimal())]
fn mirrored_write(mut bare: Box<Bare>) -> Box<Bare> {
    bare.write(4096 / 512);
    bare
}

// `cargo xtask bench` compares it with `mirrored_write`.
#[library_benchmark]
#[bench::four_kib(recorded())]
fn recorded_write(mut bare: Box<Bare>) -> Box<Bare> {
    bare.write(4096 / 512);
    bare
}

#[library_benchmark]
#[bench::sixty_four_kib(rebuilding())]
fn rebuild_window(mut bare: Box<Bare>) -> Box<Bare> {
    bare.copy_one_window();
    bare
}

library_benchmark_group!(
    name = cost,
    benchmarks = [read, mirrored_write, recorded_write, rebuild_window]
);
main!(library_benchmark_groups = cost);
