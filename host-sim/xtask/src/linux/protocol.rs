//! What the machine says on its second serial port: lines of words, each with the same mark in front.
//!
//! * `raid10 ready KERNEL`
//! * `raid10 step TARGET NUMBER ok VALUE`, or `failed REASON`
//! * `raid10 end TARGET`
//! * `raid10 done`
//! * `raid10 broken REASON`
//!
//! Anything else is an error: nobody but the plan writes there.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};

/// What a step came to: its value, or why it failed.
pub(crate) type Outcome = Result<String, String>;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The machine runs this kernel.
    Ready(String),
    /// A step of the scenario behind a target is over.
    Step {
        /// The target.
        target: usize,
        /// The step's number in the plan.
        number: usize,
        /// What it came to.
        outcome: Outcome,
    },
    /// All steps of a target are over.
    End(usize),
    /// The plan is over.
    Done,
    /// The machine cannot do its work.
    Broken(String),
}

impl Line {
    /// Reads a line.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        // The port is a terminal, which puts a carriage return in front of the line's end.
        let text = text.trim_end_matches('\r');
        Self::parse_words(text).with_context(|| format!("the machine said `{text}`"))
    }

    fn parse_words(text: &str) -> Result<Self> {
        let rest = text.strip_prefix("raid10 ").context("no line of the protocol")?;
        let (word, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        Ok(match word {
            "ready" if !rest.is_empty() => Self::Ready(rest.to_owned()),
            "step" => Self::parse_step(rest)?,
            "end" => Self::End(rest.parse().context("no target")?),
            "done" if rest.is_empty() => Self::Done,
            "broken" => Self::Broken(rest.to_owned()),
            _ => bail!("no line of the protocol"),
        })
    }

    fn parse_step(rest: &str) -> Result<Self> {
        let mut words = rest.splitn(4, ' ');
        let mut number = |what: &'static str| -> Result<usize> {
            words.next().and_then(|word| word.parse().ok()).context(what)
        };
        let (target, number) = (number("no target")?, number("no number of a step")?);
        let outcome = words.next().context("no outcome")?;
        let value = words.next().unwrap_or("").trim().to_owned();
        let outcome = match outcome {
            "ok" => Ok(value),
            "failed" => Err(value),
            _ => bail!("neither ok nor failed"),
        };
        Ok(Self::Step { target, number, outcome })
    }
}

/// All that a machine said.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Its kernel.
    pub(crate) kernel: String,
    /// What the steps came to, by target, in the order of the plan.
    pub(crate) outcomes: BTreeMap<usize, Vec<Outcome>>,
    /// The targets whose steps are over.
    pub(crate) ended: Vec<usize>,
    /// Whether the plan is over.
    pub(crate) done: bool,
}

impl Report {
    /// Adds a line. The steps of a target must come in order, none may be missing.
    pub(crate) fn add(&mut self, line: Line) -> Result<()> {
        ensure!(!self.done, "the machine goes on behind the end of its plan");
        match line {
            Line::Ready(kernel) => self.kernel = kernel,
            Line::Step { target, number, outcome } => {
                let outcomes = self.outcomes.entry(target).or_default();
                let next = outcomes.len();
                ensure!(number == next, "target {target}: step {number} in the place of {next}");
                outcomes.push(outcome);
            }
            Line::End(target) => self.ended.push(target),
            Line::Done => self.done = true,
            Line::Broken(why) => bail!("the machine cannot do its work: {why}"),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
