//! The commands, a file each.

use crate::args::{Args, Task};
use crate::exit::Exit;
use crate::output::Out;

mod assemble;
mod check;
mod create;
mod cuts;
mod fmt;
mod inspect;
mod list;
mod pages;
mod replay;
mod sweep;

/// Does what the command line says.
pub(crate) fn run(args: &Args, out: &mut Out) -> Exit {
    match &args.task {
        Task::Replay(args) => replay::run(args, out),
        Task::Sweep(args) => sweep::run(args, out),
        Task::Check(args) => check::run(args, out),
        Task::Fmt(args) => fmt::run(args, out),
        Task::List(args) => list::run(args, out),
        Task::Inspect(args) => inspect::run(args, out),
        Task::Assemble(args) => assemble::run(args, out),
        Task::Create(args) => create::run(args, out),
        Task::Completions { shell } => pages::completions(*shell, out),
        Task::Man { dir } => pages::man(dir.as_deref(), out),
    }
}

/// Prints a JSON document.
fn print_json(document: &impl serde::Serialize, out: &mut Out) -> Exit {
    match serde_json::to_string_pretty(document) {
        Ok(text) => {
            out.print(format_args!("{text}\n"));
            Exit::Held
        }
        Err(why) => {
            out.error(format_args!("the report cannot be written as JSON: {why}"));
            Exit::BadInput
        }
    }
}
