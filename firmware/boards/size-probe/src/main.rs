//! An image for a Cortex-M3 that uses all of the engine for eight drives, to measure it. Built by `cargo xtask size` with the profile
//! `size`; it is never run. What it needs beyond the empty image (`empty.rs`) and the calls themselves (`calls.rs`) is the engine.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(target_os = "none")]
mod program;

#[cfg(target_os = "none")]
mod subject {
    use core::sync::atomic::AtomicU8;

    pub(crate) use raid10_engine::Engine;

    use crate::program::DRIVES;

    /// As large as the engine: `cargo xtask size` reads the size of this symbol.
    /// Atomic, so that it lies in RAM and not among the constants.
    pub(crate) static ENGINE_RAM: [AtomicU8; size_of::<Engine<DRIVES>>()] =
        [const { AtomicU8::new(0) }; size_of::<Engine<DRIVES>>()];
}

#[cfg(not(target_os = "none"))]
fn main() {
    eprintln!("this is firmware: cargo xtask size");
    std::process::exit(2);
}
