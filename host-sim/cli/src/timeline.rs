//! The story of a replay in rows: what happened, and what every drive, the host and the array were then.
//!
//! A row is one instant. Rows in which only routine events were logged and no state changed are folded into one
//! that counts them and shows the last of their states.

use std::collections::BTreeMap;

use raid10_engine::{
    ArrayState, EventKind, HostError, HostOp, Instant, Outcome, RequestId, Severity,
};
use serde::Serialize;
use sim_world::plan::Plan;
use sim_world::{Names, Record, Subject, What, subjects};

mod drives;
mod host;
mod word;

use self::drives::Drives;
pub(crate) use self::host::Traffic;
pub(crate) use self::word::Word;

/// The rows of a replay.
#[derive(Debug)]
pub(crate) struct Timeline {
    names: Names,
    drives: Drives,
    array: &'static str,
    salvage: bool,
    traffic: Traffic,
    requests: BTreeMap<RequestId, HostOp>,
    /// What happened at `at` so far.
    news: Vec<News>,
    at: Instant,
    rows: Vec<Row>,
}

/// One row.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// When; of folded rows the last.
    pub(crate) at: Instant,
    /// Instants that were folded into it, beyond its own.
    pub(crate) folded: u32,
    /// The state of each drive.
    pub(crate) drives: Vec<Word>,
    /// What the host completed since the row before.
    pub(crate) host: Traffic,
    /// The state of the array.
    pub(crate) array: &'static str,
    /// What happened.
    pub(crate) what: Vec<News>,
}

/// Something that happened, once or several times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct News {
    pub(crate) kind: NewsKind,
    /// The whole text; of several, without what differs.
    pub(crate) text: String,
    pub(crate) count: u32,
    /// The text without numbers: what is counted together.
    key: String,
}

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum NewsKind {
    /// A fault of the vector.
    Fault,
    /// A command of the operator.
    Order,
    /// An event for the record.
    Info,
    /// An event that needs a look.
    Warning,
    /// An event: redundancy is gone.
    Critical,
    /// An event: data are gone.
    Fatal,
    /// A promise did not hold.
    Broken,
    /// The replay starts or ends.
    Mark,
}

impl Timeline {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            names: plan.names.clone(),
            drives: Drives::new(plan),
            array: ArrayState::Optimal.name(),
            salvage: false,
            traffic: Traffic::default(),
            requests: BTreeMap::new(),
            news: vec![News::mark("start")],
            at: Instant(0),
            rows: Vec::new(),
        }
    }

    /// The drives' names: the columns.
    pub(crate) const fn names(&self) -> &Names {
        &self.names
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Takes note of a record.
    pub(crate) fn record(&mut self, record: &Record<'_>) {
        if record.at != self.at {
            self.close_row();
        }
        match record.what {
            What::Host(Ok(id), request) => _ = self.requests.insert(id, request.op),
            What::Reply(id, result) => self.reply(id, result),
            What::Host(Err(_), _) => self.traffic.refused += 1,
            What::Done(command, Outcome::Done) => self.drives.done(&command),
            What::Io(_) | What::Done(..) => {}
            What::Event(event) => {
                // The set-up is known from the vector.
                let set_up = matches!(event.kind, EventKind::DriveArrived { .. });
                if !(set_up && record.at == Instant(0)) {
                    self.news(record, kind_of(event.kind.severity()));
                }
                self.event(&event.kind);
            }
            What::Fault(step) => {
                self.news(record, NewsKind::Fault);
                self.drives.fault(&step.action, record.at);
            }
            What::Order(step, result) => {
                self.news(record, NewsKind::Order);
                if result.is_ok() {
                    self.drives.order(&step.action);
                }
            }
            What::Power(word) => {
                self.news(record, NewsKind::Mark);
                self.power(word);
            }
            What::Verdict(..) => self.news(record, NewsKind::Broken),
        }
    }

    /// The replay is over.
    pub(crate) fn end(&mut self, at: Instant) {
        self.close_row();
        self.at = at;
        self.news.push(News::mark("end"));
        self.close_row();
    }

    fn reply(&mut self, id: RequestId, result: Result<(), HostError>) {
        if let Some(op) = self.requests.remove(&id) {
            self.traffic.count(op, result);
        }
    }

    fn event(&mut self, kind: &EventKind) {
        match kind {
            EventKind::ArrayOptimal => self.is(ArrayState::Optimal),
            EventKind::ArrayPartiallyDegraded => self.is(ArrayState::PartiallyDegraded),
            EventKind::ArrayDegraded => self.is(ArrayState::Degraded),
            EventKind::ArrayFailed => self.is(ArrayState::Failed),
            EventKind::ArrayWaiting => self.is(ArrayState::Waiting),
            EventKind::AssemblyRefused { .. } => self.is(ArrayState::Refused),
            EventKind::ArrayStopped => self.is(ArrayState::Stopped),
            EventKind::SalvageEntered => self.salvage = true,
            EventKind::SalvageLeft => self.salvage = false,
            _ => self.drives.event(kind),
        }
    }

    fn is(&mut self, state: ArrayState) {
        self.array = state.name();
    }

    /// The controller's power went or came back: then it knows nothing yet.
    fn power(&mut self, word: &'static str) {
        self.salvage = false;
        self.requests.clear();
        if word == "on" {
            self.is(ArrayState::Waiting);
            return;
        }
        self.array = word;
        self.drives.unpowered();
    }

    fn news(&mut self, record: &Record<'_>, kind: NewsKind) {
        self.at = record.at;
        let text = text_of(record);
        let key = match record.what {
            What::Event(event) => key_of(&event.kind, record.names),
            _ => text.clone(),
        };
        add(&mut self.news, News { kind, text, count: 1, key });
    }

    fn close_row(&mut self) {
        if self.news.is_empty() {
            return;
        }
        let row = Row {
            at: self.at,
            folded: 0,
            drives: self.drives.words(self.at),
            host: std::mem::take(&mut self.traffic),
            array: if self.salvage { "salvage" } else { self.array },
            what: std::mem::take(&mut self.news),
        };
        self.push(row);
    }

    fn push(&mut self, row: Row) {
        let foldable = |row: &Row, before: &Row| {
            row.is_routine() && before.array == row.array && before.same_words(row)
        };
        match self.rows.as_mut_slice() {
            // The row before must itself be one of nothing but routine: it loses its own states.
            [.., before, last] if foldable(&row, last) && foldable(last, before) => last.fold(row),
            _ => self.rows.push(row),
        }
    }
}

impl News {
    fn mark(text: &str) -> Self {
        Self { kind: NewsKind::Mark, text: text.to_string(), count: 1, key: text.to_string() }
    }
}

impl Row {
    /// Nothing but events that are no news in themselves.
    fn is_routine(&self) -> bool {
        let routine = |news: &News| matches!(news.kind, NewsKind::Info | NewsKind::Warning);
        self.what.iter().all(routine)
    }

    fn same_words(&self, other: &Self) -> bool {
        self.drives.iter().zip(&other.drives).all(|(one, other)| one.is_like(*other))
    }

    fn fold(&mut self, next: Self) {
        self.at = next.at;
        self.folded += next.folded + 1;
        self.drives = next.drives;
        self.host += next.host;
        next.what.into_iter().for_each(|news| add(&mut self.what, news));
    }
}

fn add(list: &mut Vec<News>, news: News) {
    match list.iter_mut().find(|known| known.key == news.key && known.kind == news.kind) {
        Some(known) => {
            known.count += news.count;
            known.text.clone_from(&known.key);
        }
        None => list.push(news),
    }
}

const fn kind_of(severity: Severity) -> NewsKind {
    match severity {
        Severity::Info => NewsKind::Info,
        Severity::Warning => NewsKind::Warning,
        Severity::Critical => NewsKind::Critical,
        Severity::Fatal => NewsKind::Fatal,
    }
}

/// The trace's text without the time, the kind, and an event's numbers in the log.
fn text_of(record: &Record<'_>) -> String {
    let line = record.to_string();
    let text = line.split_once(record.what.kind()).map_or("", |parts| parts.1).trim();
    match record.what {
        What::Power(word) => format!("power {word}"),
        What::Event(_) => text.split(" #").next().unwrap_or(text).to_string(),
        _ => text.to_string(),
    }
}

/// An event without its numbers.
fn key_of(kind: &EventKind, names: &Names) -> String {
    let words: Vec<String> = subjects(kind)
        .into_iter()
        .flatten()
        .filter_map(|subject| match subject {
            Subject::Slot(slot) => Some(slot.to_string()),
            Subject::Drive(drive) => Some(names.drive(drive).to_string()),
            Subject::Word(word) => Some(word.to_string()),
            Subject::Number(_) => None,
        })
        .collect();
    if words.is_empty() {
        kind.name().to_string()
    } else {
        format!("{}({})", kind.name(), words.join(", "))
    }
}

#[cfg(test)]
mod tests;
