//! `cargo xtask`: the only code that runs cargo, QEMU and the tools around them.

mod bench;
mod bless;
mod ci;
mod cli;
mod compare;
mod cuts;
mod fuzz;
mod image;
mod linux;
mod machine;
mod qemu;
mod sabotage;
mod setup;
mod shell;
mod size;
mod totals;
mod vectors;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use crate::cli::{Cli, Qemu, Task};

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode> {
    let task = task.seen_from(&std::env::current_dir()?, &workspace::root());
    std::env::set_current_dir(workspace::root())?;
    match task {
        Task::Setup => setup::run()?,
        Task::Ci => ci::run()?,
        Task::Qemu(Qemu::Replay(what)) => return qemu::replay(&what),
        Task::Qemu(Qemu::Compare { files, sample }) => {
            compare::run(&files, sample.map(usize::from))?;
        }
        Task::Size { check } => size::run(check)?,
        Task::Sabotage { names, search } => sabotage::run(&names, search)?,
        Task::Bless => bless::run()?,
        Task::Bench { arguments } => bench::run(&arguments)?,
        Task::Linux { names, images } => linux::run(&names, &images)?,
        Task::Cuts(what) => cuts::run(&what)?,
        Task::Fuzz(what) => fuzz::run(&what)?,
    }
    Ok(ExitCode::SUCCESS)
}
