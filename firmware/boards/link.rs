//! Hands a board's memory map to the linker: the build script of every board.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=memory.x");
    if env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("none") {
        return;
    }
    let here = env::var("CARGO_MANIFEST_DIR").expect("cargo sets the package's folder");
    println!("cargo::rustc-link-search={here}");
    let arm = env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("arm");
    // The script of cortex-m-rt includes the memory map, that of riscv-rt wants it beforehand.
    let arguments = if arm { ["-Tlink.x", "--nmagic"] } else { ["-Tmemory.x", "-Tlink.x"] };
    // Functions that came out alike are one: nothing here compares their addresses.
    for argument in arguments.into_iter().chain(["--icf=all"]) {
        println!("cargo::rustc-link-arg-bins={argument}");
    }
}
