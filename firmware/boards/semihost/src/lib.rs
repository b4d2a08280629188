//! What the QEMU machines have in common: a console, a heap and an end, through semihosting.
//!
//! On a host the crate says how to run a board, and the whole workspace builds there.
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
use arguments::Arguments;

/// The heap of every board: it has no memory before [`run`].
#[cfg(target_os = "none")]
#[global_allocator]
static HEAP: heap::Heap = heap::Heap::new();

/// Replays what the command line names and ends the machine with the exit code of that. `start` and `size` are the
/// memory for the heap, in bytes.
///
/// # Safety
///
/// That must be memory which nothing else uses, and this the first thing that a board does.
#[cfg(target_os = "none")]
#[expect(unsafe_code, reason = "only the board knows which memory is free")]
pub unsafe fn run(start: usize, size: usize) -> ! {
    // SAFETY: the caller's word.
    unsafe { HEAP.take(start, size) };
    let mut console = console::Semihosting::new();
    let exit = match Arguments::read() {
        Ok(Arguments::Replay { path, point }) => {
            raid10_replayer::run(&path, point.as_deref(), &mut console)
        }
        Ok(Arguments::List { path }) => raid10_replayer::run_list(&path, &mut console),
        Err(message) => {
            semihosting::eprintln!("error: {message}");
            raid10_replayer::Exit::BadInput
        }
    };
    semihosting::process::exit(i32::from(exit.code()))
}

/// Prints a panic and ends the machine with exit code 101, as on a host.
#[cfg(target_os = "none")]
#[panic_handler]
fn panicked(info: &core::panic::PanicInfo<'_>) -> ! {
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

/// What a board's program does on a host: says how to run it, with exit code 2.
#[cfg(not(target_os = "none"))]
pub fn wrong_machine(machine: &str) -> ! {
    eprintln!("this is firmware: cargo xtask qemu replay FILE --machine {machine}");
    std::process::exit(2)
}
