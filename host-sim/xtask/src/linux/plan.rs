//! The plan of one machine: a shell script with the steps of several scenarios.

use super::kernel_step::Linux;
use super::scenario::Facts;

/// The steps of one scenario, as long as only Linux takes them.
pub(crate) struct Part<'s> {
    /// The steps.
    pub(crate) steps: Vec<&'s Linux>,
    /// What is known of it.
    pub(crate) facts: &'s Facts,
}

/// The script; a scenario's target is its place in the list.
pub(crate) fn script(parts: &[Part<'_>]) -> String {
    let mut text = String::new();
    let mut cut = false;
    for (target, part) in parts.iter().enumerate() {
        text += &format!("scenario {target}\n");
        for (number, step) in part.steps.iter().enumerate() {
            text += &format!("step {number} {}\n", step.line(part.facts));
        }
        // What is being written when the power is cut must not be stopped before.
        let storm = matches!(part.steps.last(), Some(Linux::Storm));
        text += if storm { "say end $target\n" } else { "finish\n" };
        cut |= storm;
    }
    if cut {
        text += "while :; do sleep 1; done\n";
    }
    text
}

#[cfg(test)]
mod tests;
