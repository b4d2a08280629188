//! The image of a Cortex-M3 that does nothing: what `size-probe` needs beyond it is the engine.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(target_os = "none")]
mod empty {
    use core::panic::PanicInfo;

    use cortex_m_rt::entry;

    #[entry]
    fn main() -> ! {
        loop {
            cortex_m::asm::nop();
        }
    }

    #[panic_handler]
    fn panic(_: &PanicInfo<'_>) -> ! {
        loop {
            cortex_m::asm::nop();
        }
    }
}

#[cfg(not(target_os = "none"))]
fn main() {
    eprintln!("this is firmware: cargo xtask size");
    std::process::exit(2);
}
