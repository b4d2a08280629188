//! Images as JSON. The names of the fields are documented in `raid10 inspect --help` and do not change; new ones may
//! come.

mod member;

use serde::Serialize;

use crate::image::finding::{Finding, Severity};
use crate::image::member::Member;
use crate::image::plan::Plan;
use crate::image::set::{Difference, SetView, SlotView};
use crate::render::json::FORMAT;
use member::MemberView;

/// All that one command saw.
#[derive(Debug, Serialize)]
pub(crate) struct Document {
    format: u32,
    images: Vec<ImageView>,
    sets: Vec<SetDocument>,
    plans: Vec<PlanView>,
    findings: Vec<FindingView>,
}

#[derive(Debug, Serialize)]
struct ImageView {
    file: String,
    bytes: u64,
    member: Option<MemberView>,
    content: Option<String>,
}

#[derive(Debug, Serialize)]
struct SetDocument {
    uuid: String,
    newest: String,
    complete: bool,
    members: Vec<SeatView>,
    slots: Vec<SlotDocument>,
    differences: Vec<DifferenceView>,
}

#[derive(Debug, Serialize)]
struct SeatView {
    file: String,
    number: u32,
    slot: Option<u16>,
    events: u64,
    standing: &'static str,
}

#[derive(Debug, Serialize)]
struct SlotDocument {
    slot: u16,
    claims: Vec<String>,
    in_sync: Vec<String>,
}

#[derive(Debug, Serialize)]
struct DifferenceView {
    field: &'static str,
    values: Vec<ValueView>,
}

#[derive(Debug, Serialize)]
struct ValueView {
    file: String,
    value: String,
}

#[derive(Debug, Serialize)]
struct PlanView {
    set: String,
    decision: &'static str,
    text: String,
    verdicts: Vec<VerdictView>,
}

#[derive(Debug, Serialize)]
struct VerdictView {
    file: String,
    text: String,
}

#[derive(Debug, Serialize)]
struct FindingView {
    severity: &'static str,
    file: Option<String>,
    byte: Option<u64>,
    text: String,
}

impl Document {
    pub(crate) fn new(
        members: &[Member],
        sets: &[SetView<'_>],
        plans: &[Plan],
        findings: &[Finding],
    ) -> Self {
        Self {
            format: FORMAT,
            images: members.iter().map(image).collect(),
            sets: sets.iter().map(set).collect(),
            plans: sets.iter().zip(plans).map(|(set, view)| plan(set, view, members)).collect(),
            findings: findings.iter().map(finding).collect(),
        }
    }
}

fn image(member: &Member) -> ImageView {
    ImageView {
        file: member.file.clone(),
        bytes: member.bytes,
        member: member.md.as_ref().map(MemberView::new),
        content: member.content.map(|content| content.to_string()),
    }
}

fn set(set: &SetView<'_>) -> SetDocument {
    let seats = set.seats.iter().map(|seat| SeatView {
        file: seat.file.to_owned(),
        number: seat.md.device.number,
        slot: seat.md.slot(),
        events: seat.md.state.events,
        standing: seat.standing.name(),
    });
    SetDocument {
        uuid: set.uuid.to_string(),
        newest: set.newest().file.to_owned(),
        complete: set.is_complete(),
        members: seats.collect(),
        slots: set.slots().iter().map(|view| slot(set, view)).collect(),
        differences: set.differences().iter().map(|view| difference(set, view)).collect(),
    }
}

fn slot(set: &SetView<'_>, view: &SlotView) -> SlotDocument {
    let files =
        |seats: &[usize]| seats.iter().map(|&seat| set.seats[seat].file.to_owned()).collect();
    SlotDocument { slot: view.slot, claims: files(&view.claims), in_sync: files(&view.in_sync) }
}

fn difference(set: &SetView<'_>, view: &Difference) -> DifferenceView {
    let pairs = set.seats.iter().zip(&view.values);
    let value =
        pairs.map(|(seat, value)| ValueView { file: seat.file.to_owned(), value: value.clone() });
    DifferenceView { field: view.field, values: value.collect() }
}

fn plan(set: &SetView<'_>, plan: &Plan, members: &[Member]) -> PlanView {
    let verdicts = members.iter().zip(&plan.verdicts);
    let verdict = verdicts.map(|(member, verdict)| VerdictView {
        file: member.file.clone(),
        text: verdict.to_string(),
    });
    PlanView {
        set: set.uuid.to_string(),
        decision: plan.name(),
        text: plan.words(),
        verdicts: verdict.collect(),
    }
}

fn finding(finding: &Finding) -> FindingView {
    FindingView {
        severity: match finding.severity {
            Severity::Wrong => "wrong",
            Severity::Note => "note",
        },
        file: finding.file.clone(),
        byte: finding.byte,
        text: finding.text.clone(),
    }
}
