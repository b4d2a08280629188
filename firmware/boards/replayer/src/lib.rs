//! Replays vectors on a machine that can read a file and print: the part that every board shares.
//!
//! [`run`] reads a vector, plays it, and prints its trace to the standard output and the verdicts to the
//! standard error output, as `raid10 replay --trace -` does on the host. Boards pass its [`Exit`] on as
//! their exit code. [`run_list`] replays many vectors and prints one line of each: to start a machine takes longer
//! than most replays.
#![no_std]

extern crate alloc;

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use sim_world::images::Images;
use sim_world::plan::Plan;
use sim_world::{Options, replay};
use vector_language::{Script, parse_bytes};

mod judge;
mod list;
mod printer;
mod report;

use judge::Belief;
pub use list::{Summary, run_list, summary};
use printer::Printer;

/// What a machine must be able to do.
pub trait Console {
    /// Reads a whole file. The error says what is wrong, without the path.
    ///
    /// # Errors
    ///
    /// Why the file cannot be read.
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String>;

    /// Reads the images that the array of the vector at `path` begins with, from a folder as seen from there.
    ///
    /// # Errors
    ///
    /// Why they cannot be read. Where nothing else is said, they do not fit into the machine's memory.
    fn images(&mut self, path: &str, folder: &str) -> Result<Arc<Images>, Failure> {
        let _ = (path, folder);
        let message = String::from("images of drives do not fit into the memory of this machine");
        Err(Failure { exit: Exit::DoesNotFit, message })
    }

    /// Prints a piece of the trace: to the standard output.
    fn trace(&mut self, text: &str);

    /// Prints the verdicts, or what is wrong with the vector: to the standard error output.
    fn report(&mut self, text: &str);
}

/// How a replay ended; the numbers are exit codes, the same as those of `raid10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Every promise held and every expectation was met.
    Held = 0,
    /// A promise or an expectation did not hold.
    Broken = 1,
    /// The vector is wrong, or cannot be read.
    BadInput = 2,
    /// The machine has too little memory for the vector.
    DoesNotFit = 3,
}

impl Exit {
    /// The exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

/// Why nothing is replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The exit code that it asks for.
    pub exit: Exit,
    /// The reason, as lines for the user.
    pub message: String,
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self { exit: Exit::BadInput, message }
    }
}

/// Replays the vector at `path`; `point` chooses a point of its sweeps, such as `p=37%,who=d0`.
pub fn run(path: &str, point: Option<&str>, console: &mut dyn Console) -> Exit {
    match play(path, point, console) {
        Ok(exit) => exit,
        Err(Failure { exit, message }) => {
            console.report(&message);
            exit
        }
    }
}

fn play(path: &str, point: Option<&str>, console: &mut dyn Console) -> Result<Exit, Failure> {
    let (plan, belief) = prepare(path, point, console)?;
    let mut printer = Printer::new(console);
    let outcome = replay(&plan, &Options::default(), &mut printer);
    printer.flush();
    let outcome = outcome.map_err(|why| complaint(path, &why))?;
    console.report(&report::text(&outcome, belief));
    Ok(judge::exit(&outcome, belief))
}

/// Reads a vector, and makes the plan of a point of its sweeps.
fn prepare(
    path: &str,
    point: Option<&str>,
    console: &mut dyn Console,
) -> Result<(Plan, Belief), Failure> {
    let bytes = console.read(path).map_err(|why| alloc::format!("error: {path}: {why}\n"))?;
    let script = read(path, &bytes)?;
    let bound = bound(path, &script, point)?;
    let source = core::str::from_utf8(&bytes).unwrap_or_default();
    let mut plan = Plan::of(&bound, source).map_err(|why| complaint(path, &why))?;
    if let Some(folder) = &script.array.value.from {
        let images = console
            .images(path, folder)
            .map_err(|why| Failure { message: complaint(path, &why.message), ..why })?;
        plan.images = Some(images);
    }
    Ok((plan, Belief::of(&script)))
}

fn read(path: &str, bytes: &[u8]) -> Result<Script, String> {
    parse_bytes(bytes).map_err(|mistakes| {
        let text = String::from_utf8_lossy(bytes);
        mistakes.iter().map(|mistake| mistake.render(path, &text)).collect()
    })
}

/// Puts the values of the point in place of the swept names.
fn bound(path: &str, script: &Script, point: Option<&str>) -> Result<Script, String> {
    if point.is_none() && !script.sweeps.is_empty() {
        return Err(complaint(path, &"the vector has sweeps: name a point of them"));
    }
    let point = script.parse_point(point.unwrap_or("")).map_err(|why| complaint(path, &why))?;
    Ok(script.bind(&point))
}

fn complaint(path: &str, why: &dyn ToString) -> String {
    alloc::format!("error: {path}: {}\n", why.to_string())
}

#[cfg(test)]
mod tests;
