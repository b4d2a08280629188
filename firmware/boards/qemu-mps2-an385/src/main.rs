//! Replays vectors on the Cortex-M3 of QEMU's mps2-an385. Wiring only: `cargo xtask qemu replay FILE
//! --machine mps2-an385` builds and runs it.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(target_os = "none")]
mod board {
    // Linked for its critical section: the heap needs one.
    use cortex_m as _;
    use cortex_m_rt::{ExceptionFrame, entry, exception};

    /// The board's PSRAM, of which the linker knows nothing.
    const PSRAM: (usize, usize) = (0x2100_0000, 16 << 20);

    #[entry]
    fn main() -> ! {
        #[expect(unsafe_code, reason = "the heap cannot know that its memory is free")]
        // SAFETY: the linker script places nothing in the PSRAM, and this is the first statement.
        unsafe {
            raid10_semihost::run(PSRAM.0, PSRAM.1);
        }
    }

    #[allow(unsafe_code, reason = "the runtime wants this handler to be unsafe")]
    #[exception]
    unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
        raid10_semihost::faulted(frame)
    }
}

#[cfg(not(target_os = "none"))]
fn main() {
    raid10_semihost::wrong_machine("mps2-an385");
}
