//! A scenario on its way.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use super::content::{self, Content, SECTOR};
use super::kernel_step::Linux;
use super::ours::{self, Program};
use super::plan::Part;
use super::protocol::Outcome;
use super::scenario::{Facts, Scenario, Set, Source, Step};
use super::{folder, grub};
use crate::workspace;

/// A scenario, and how far it has come.
pub(crate) struct Running {
    scenario: Scenario,
    folder: PathBuf,
    /// What is known.
    pub(crate) facts: Facts,
    /// The next step.
    at: usize,
    failure: Option<String>,
}

impl Running {
    /// Makes the drives of a scenario.
    pub(crate) fn start(scenario: Scenario, folder: PathBuf, program: &Program) -> Self {
        let mut running = Self { scenario, folder, facts: Facts::default(), at: 0, failure: None };
        match running.prepare(program) {
            Ok(facts) => running.facts = facts,
            Err(error) => running.fail(format!("its drives: {error:#}")),
        }
        running
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.scenario.name
    }

    /// Why it failed, if it did.
    pub(crate) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Notes that it failed; it goes no further.
    pub(crate) fn fail(&mut self, why: String) {
        self.failure = Some(why);
    }

    /// Whether Linux may write to the drives for good.
    pub(crate) const fn keeps_images(&self) -> bool {
        !matches!(self.scenario.source, Source::Files(_))
    }

    fn prepare(&self, program: &Program) -> Result<Facts> {
        fs::create_dir_all(&self.folder)?;
        match &self.scenario.source {
            Source::Ours(set) => program.create(set, &self.folder),
            Source::Blank { drives, mib } => {
                let images = ours::images(&self.folder, *drives);
                ours::blank(&images, *mib)?;
                Ok(Facts { images, ..Facts::default() })
            }
            Source::Replay(name) => {
                let vector = workspace::root().join("vectors/linux").join(name);
                let folder = self.folder.join("images");
                program.replay(&vector.with_added_extension("vec"), &folder)?;
                facts(folder::set(&folder)?)
            }
            Source::Files(set) => facts(set.clone()),
        }
    }

    /// Takes the steps that need no Linux, up to the next that does.
    pub(crate) fn take_own_steps(&mut self, program: &Program) {
        while self.failure.is_none() {
            let Some(step) = self.scenario.steps.get(self.at) else {
                return;
            };
            let facts = &mut self.facts;
            let taken = match step {
                Step::Linux(_) => return,
                Step::Inspect(standings) => program.standings(facts, standings),
                Step::Unclean => program.unclean(facts),
                Step::Logged => program.logged(facts),
                Step::Extract(choice) => program.extract(facts, choice, &self.folder),
                Step::Grub(choice) => grub::compare(facts, choice),
            };
            if let Err(error) = taken.with_context(|| format!("step {}", self.at)) {
                self.fail(format!("{error:#}"));
            }
            self.at += 1;
        }
    }

    /// Whether the next step is one of Linux.
    pub(crate) fn waits_for_linux(&self) -> bool {
        self.failure.is_none() && !self.part().steps.is_empty()
    }

    /// Whether the power is to be cut behind the next steps.
    pub(crate) fn ends_in_a_cut(&self) -> bool {
        matches!(self.part().steps.last(), Some(Linux::Storm))
    }

    /// The next steps, as far as Linux takes them without a cut.
    pub(crate) fn part(&self) -> Part<'_> {
        let mut steps = Vec::new();
        for step in &self.scenario.steps[self.at..] {
            let Step::Linux(step) = step else {
                break;
            };
            steps.push(step);
            if matches!(step, Linux::Storm) {
                break;
            }
        }
        Part { steps, facts: &self.facts }
    }

    /// Compares what Linux told of the next steps with what it should tell.
    pub(crate) fn judge(&mut self, machine: &str, outcomes: &[Outcome]) {
        let steps: Vec<Linux> = self.part().steps.into_iter().cloned().collect();
        for (index, step) in steps.iter().enumerate() {
            let judged = match outcomes.get(index) {
                Some(Ok(value)) => step.judge(value, &mut self.facts),
                Some(Err(why)) => Err(format!("did not work: {why}")),
                None => {
                    Err(format!("machine {machine} did not come to it, see console-{machine}.log"))
                }
            };
            if let Err(why) = judged {
                let line = step.line(&self.facts);
                self.fail(format!("step {}, `{line}` under Linux: {why}", self.at + index));
                break;
            }
        }
        self.at += steps.len();
    }
}

/// What is known of drives and of what they hold.
fn facts(set: Set) -> Result<Facts> {
    let Set { images, content, lost, unreadable, .. } = set;
    let bytes = content.metadata()?.len();
    ensure!(bytes % SECTOR == 0, "{}: no whole sectors", content.display());
    let sectors = bytes / SECTOR;
    let ranges = content::kept(sectors, &lost);
    let sum = content::sum(&content, &ranges)?;
    let content = Some(Content { sum, sectors });
    Ok(Facts { images, unreadable, lost, ranges, content, ..Facts::default() })
}
