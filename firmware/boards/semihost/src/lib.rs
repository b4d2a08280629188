//! What the QEMU machines have in common: a console, a heap and an end, through semihosting.
//!
//! On a host the crate is empty, so that the whole workspace builds there.
#![cfg_attr(target_os = "none", no_std)]

#[cfg(target_os = "none")]
extern crate alloc;

#[cfg(target_os = "none")]
mod arguments;
#[cfg(target_os = "none")]
mod console;
#[cfg(target_os = "none")]
mod heap;

#[cfg(target_os = "none")]
pub use heap::Heap;

/// Replays the vector that the command line names and ends the machine with the exit code of the replay.
#[cfg(target_os = "none")]
pub fn run() -> ! {
    let mut console = console::Semihosting::new();
    let exit = match arguments::Arguments::read() {
        Ok(arguments) => {
            raid10_replayer::run(&arguments.path, arguments.point.as_deref(), &mut console)
        }
        Err(message) => {
            semihosting::eprintln!("error: {message}");
            raid10_replayer::Exit::BadInput
        }
    };
    semihosting::process::exit(i32::from(exit.code()))
}

/// What a board's panic handler does: prints the panic and ends the machine with exit code 101, as on a
/// host.
#[cfg(target_os = "none")]
pub fn panicked(info: &core::panic::PanicInfo<'_>) -> ! {
    semihosting::eprintln!("{info}");
    semihosting::process::exit(101)
}

/// What a board's handler of exceptions does: names the exception and ends the machine with exit code
/// 102.
#[cfg(target_os = "none")]
pub fn faulted(what: &dyn core::fmt::Debug) -> ! {
    semihosting::eprintln!("the core took an exception: {what:?}");
    semihosting::process::exit(102)
}
