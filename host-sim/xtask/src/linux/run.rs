//! Takes all scenarios through their steps. Steps of Linux are gathered, so that few machines have to be started.

use std::fs;
use std::path::PathBuf;
use std::slice;
use std::thread;

use anyhow::Result;

use super::boot::{Boot, Drive};
use super::content;
use super::initramfs::Base;
use super::ours::Program;
use super::plan::{self, Part};
use super::protocol::Report;
use super::running::Running;
use super::scenario::Scenario;

/// Machines that run at the same time, besides the one whose power is cut.
const MACHINES: usize = 2;

/// What Linux writes: more than any array holds that it fills.
const PATTERN: &str = "pattern.img";
const PATTERN_SECTORS: u64 = 48 << 11;

/// What scenarios need.
pub(crate) struct Lab {
    /// Where they work.
    pub(crate) folder: PathBuf,
    /// The file system of the machines.
    pub(crate) base: Base,
    /// The program `raid10`.
    pub(crate) program: Program,
}

/// Some scenarios that wait for a machine, and what it said.
struct Batch<'r> {
    name: String,
    running: Vec<&'r mut Running>,
    report: Result<Report>,
}

impl Lab {
    /// Takes scenarios to their end.
    pub(crate) fn run(&self, scenarios: Vec<Scenario>) -> Result<Vec<Running>> {
        let folder = self.folder.join("run");
        if folder.is_dir() {
            fs::remove_dir_all(&folder)?;
        }
        content::make(
            &self.folder.join(PATTERN),
            PATTERN_SECTORS,
            slice::from_ref(&(0..PATTERN_SECTORS)),
        )?;
        let start = |(number, scenario)| {
            Running::start(scenario, folder.join(format!("{number:02}")), &self.program)
        };
        let mut running: Vec<Running> = scenarios.into_iter().enumerate().map(start).collect();
        for round in 1.. {
            for one in &mut running {
                one.take_own_steps(&self.program);
            }
            let waiting: Vec<&mut Running> =
                running.iter_mut().filter(|one| one.waits_for_linux()).collect();
            if waiting.is_empty() {
                break;
            }
            let mut batches = batches(round, waiting);
            thread::scope(|scope| {
                for batch in &mut batches {
                    scope.spawn(|| batch.report = self.boot(&batch.name, &batch.running));
                }
            });
            for batch in batches {
                batch.judge();
            }
        }
        Ok(running)
    }

    fn boot(&self, name: &str, running: &[&mut Running]) -> Result<Report> {
        let parts: Vec<Part<'_>> = running.iter().map(|one| one.part()).collect();
        let mut drives = Vec::new();
        for (target, one) in running.iter().enumerate() {
            let images = one.facts.images.iter().enumerate();
            let keep = one.keeps_images();
            drives.extend(images.map(|(lun, image)| Drive {
                target,
                lun,
                image: image.clone(),
                keep,
            }));
        }
        let pattern = running.len();
        let image = self.folder.join(PATTERN);
        drives.push(Drive { target: pattern, lun: 0, image, keep: false });
        let initramfs = self.folder.join(format!("initramfs-{name}.img"));
        self.base.write(&initramfs, &plan::script(&parts), drives.len(), pattern)?;
        let cut = running.first().is_some_and(|one| one.ends_in_a_cut());
        Boot {
            kernel: &self.base.kernel,
            initramfs: &initramfs,
            console: &self.folder.join(format!("console-{name}.log")),
            drives: &drives,
            cut_after: cut.then_some(running.len()),
        }
        .run()
    }
}

/// The scenarios whose power is cut have a machine of their own; the others are dealt out.
fn batches(round: usize, waiting: Vec<&mut Running>) -> Vec<Batch<'_>> {
    let (cut, others): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|one| one.ends_in_a_cut());
    let mut hands: Vec<Vec<&mut Running>> = (0..MACHINES).map(|_| Vec::new()).collect();
    for (number, one) in others.into_iter().enumerate() {
        hands[number % MACHINES].push(one);
    }
    hands.push(cut);
    let batch = |(number, running)| Batch {
        name: format!("{round}-{number}"),
        running,
        report: Ok(Report::default()),
    };
    let some = hands.into_iter().filter(|running| !running.is_empty());
    some.enumerate().map(batch).collect()
}

impl Batch<'_> {
    fn judge(self) {
        for (target, one) in self.running.into_iter().enumerate() {
            match &self.report {
                Ok(report) => {
                    let outcomes = report.outcomes.get(&target).map_or(&[][..], Vec::as_slice);
                    one.judge(&self.name, outcomes);
                }
                Err(error) => one.fail(format!("machine {}: {error:#}", self.name)),
            }
        }
    }
}
