//! The program `raid10`: replays failure vectors against the engine, checks, formats and lists them; and reads and makes
//! the images of an array's drives.

use std::process::ExitCode;

use clap::Parser;

mod args;
mod command;
mod exit;
mod files;
mod image;
mod judge;
mod output;
mod render;
mod run;
mod saved;
mod sweep;
mod timeline;
mod vector;

fn main() -> ExitCode {
    let args = args::Args::parse();
    let mut out = output::Out::new(args.color);
    let exit = command::run(&args, &mut out);
    out.finish(exit).into()
}
