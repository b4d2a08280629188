//! Replays vectors on a 32-bit RISC-V core of QEMU's virt machine. Wiring only: `cargo xtask qemu replay
//! FILE --machine rv32-virt` builds and runs it.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(target_os = "none")]
mod board {
    // Linked for its critical section: the heap needs one.
    use riscv as _;
    use riscv_rt::{TrapFrame, entry};

    /// The memory behind that of the linker script.
    const REST: (usize, usize) = (0x8100_0000, 48 << 20);

    #[entry]
    fn main() -> ! {
        #[expect(unsafe_code, reason = "the heap cannot know that its memory is free")]
        // SAFETY: the linker script ends where this begins, and this is the first statement.
        unsafe {
            raid10_semihost::run(REST.0, REST.1);
        }
    }

    #[expect(unsafe_code, reason = "the runtime finds the handler by its symbol")]
    // SAFETY: this is the one function of that name, and has the type that the runtime calls.
    #[unsafe(export_name = "ExceptionHandler")]
    fn exception(frame: &TrapFrame) -> ! {
        raid10_semihost::faulted(frame)
    }
}

#[cfg(not(target_os = "none"))]
fn main() {
    raid10_semihost::wrong_machine("rv32-virt");
}
