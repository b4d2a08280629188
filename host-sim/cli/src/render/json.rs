//! A replay as JSON. The names of the fields are documented in `raid10 replay --help` and do not change;
//! new ones may come.

use std::collections::BTreeMap;

use serde::Serialize;
use sim_world::{FillTime, Judged, LostRange, Outcome, StateTime, Verdict};

use crate::exit::Exit;
use crate::judge::{Believed, SECTOR_BYTES};
use crate::run::Run;
use crate::timeline::{NewsKind, Row, Timeline, Traffic};
use crate::vector::Vector;

/// The version of the JSON documents.
pub(crate) const FORMAT: u32 = 1;

/// All replays of one command.
#[derive(Debug, Serialize)]
pub(crate) struct Document {
    format: u32,
    replays: Vec<Replay>,
}

impl Document {
    pub(crate) const fn new(replays: Vec<Replay>) -> Self {
        Self { format: FORMAT, replays }
    }

    /// Leaves out the replays in which all held.
    pub(crate) fn keep_failed(&mut self) {
        self.replays.retain(|replay| !replay.held);
    }
}

/// One replay.
#[derive(Debug, Serialize)]
pub(crate) struct Replay {
    file: String,
    vector: String,
    title: String,
    point: String,
    held: bool,
    replay: String,
    promises: Vec<PromiseView>,
    expectations: Vec<Judged>,
    belief: Option<Believed>,
    unfired: Vec<u32>,
    lost: Lost,
    state: &'static str,
    states: Vec<StateView>,
    fills: Vec<FillView>,
    commands: BTreeMap<String, u64>,
    copied: BTreeMap<String, u64>,
    requests: Requests,
    events: u64,
    end_us: u64,
    digest: Option<String>,
    timeline: Vec<RowView>,
}

#[derive(Debug, Serialize)]
struct PromiseView {
    promise: &'static str,
    name: &'static str,
    status: &'static str,
    checks: u64,
    violations: u64,
    detail: Option<String>,
}

#[derive(Debug, Serialize)]
struct Lost {
    sectors: u64,
    bytes: u64,
    ranges: Vec<LostRange>,
}

#[derive(Debug, Serialize)]
struct StateView {
    state: &'static str,
    us: u64,
}

#[derive(Debug, Serialize)]
struct FillView {
    activity: &'static str,
    slot: u8,
    from_us: u64,
    to_us: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Requests {
    ended: u64,
    failed: u64,
    refused: u64,
}

#[derive(Debug, Serialize)]
struct RowView {
    at_us: u64,
    folded: u32,
    drives: BTreeMap<String, String>,
    host: TrafficView,
    array: &'static str,
    what: Vec<NewsView>,
}

#[derive(Debug, Serialize)]
struct TrafficView {
    reads: u64,
    writes: u64,
    flushes: u64,
    failed: u64,
    refused: u64,
}

#[derive(Debug, Serialize)]
struct NewsView {
    kind: NewsKind,
    text: String,
    count: u32,
}

impl Replay {
    pub(crate) fn new(vector: &Vector, run: &Run) -> Self {
        let outcome = &run.outcome;
        let names = run.timeline.names();
        let name = |drive: usize| names.drive(drive as u8).to_string();
        let commands = outcome.commands.iter().enumerate();
        Self {
            file: vector.file(),
            vector: vector.name().to_string(),
            title: vector.script.vector.value.title.clone(),
            point: run.point.to_string(),
            held: run.exit() == Exit::Held,
            replay: run.replay_line(vector),
            promises: outcome.verdicts.iter().map(promise_view).collect(),
            expectations: outcome.expectations.clone(),
            belief: run.belief.clone(),
            unfired: outcome.unfired.clone(),
            lost: lost(outcome),
            state: outcome.state.name(),
            states: outcome.states.iter().map(state_view).collect(),
            fills: outcome.fills.iter().map(fill_view).collect(),
            commands: commands.map(|(drive, &count)| (name(drive), count)).collect(),
            copied: outcome
                .copied
                .iter()
                .enumerate()
                .map(|(drive, &sectors)| (name(drive), sectors))
                .collect(),
            requests: Requests {
                ended: outcome.requests,
                failed: outcome.failed_requests,
                refused: outcome.refused_requests,
            },
            events: outcome.events,
            end_us: outcome.end.0,
            digest: outcome.digest.map(|digest| format!("{digest:016x}")),
            timeline: rows(&run.timeline),
        }
    }
}

fn promise_view(verdict: &Verdict) -> PromiseView {
    PromiseView {
        promise: verdict.promise.number(),
        name: verdict.promise.name(),
        status: match (verdict.held(), verdict.exercised()) {
            (false, _) => "broken",
            (true, true) => "held",
            (true, false) => "not-exercised",
        },
        checks: verdict.checks,
        violations: verdict.violations,
        detail: verdict.detail.clone(),
    }
}

fn lost(outcome: &Outcome) -> Lost {
    let sectors = outcome.lost_sectors();
    Lost { sectors, bytes: sectors * SECTOR_BYTES, ranges: outcome.lost.clone() }
}

const fn state_view(state: &StateTime) -> StateView {
    StateView { state: state.state.name(), us: state.time.0 }
}

fn fill_view(fill: &FillTime) -> FillView {
    FillView {
        activity: fill.activity.name(),
        slot: fill.slot.0,
        from_us: fill.from.0,
        to_us: fill.to.map(|to| to.0),
    }
}

fn rows(timeline: &Timeline) -> Vec<RowView> {
    let names = timeline.names();
    let drives = |row: &Row| {
        let words = (0..).zip(&row.drives);
        words.map(|(drive, word)| (names.drive(drive).to_string(), word.to_string())).collect()
    };
    let view = |row: &Row| RowView {
        at_us: row.at.0,
        folded: row.folded,
        drives: drives(row),
        host: traffic(&row.host),
        array: row.array,
        what: row
            .what
            .iter()
            .map(|news| NewsView { kind: news.kind, text: news.text.clone(), count: news.count })
            .collect(),
    };
    timeline.rows().iter().map(view).collect()
}

const fn traffic(host: &Traffic) -> TrafficView {
    let Traffic { reads, writes, flushes, failed, refused } = *host;
    TrafficView { reads, writes, flushes, failed, refused }
}
