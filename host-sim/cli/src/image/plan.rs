//! What the engine would do with the images: its plan, made as a dry run.

use raid10_metadata::Uuid;
use raid10_metadata::assembly::{
    Assembly, Candidate, Decision, Equalise, Facts, FrameFacts, Order, Request, Slots, Verdict,
};
use raid10_metadata::{Refusal, Superblock};

use super::area::{Bitmap, Private};
use super::member::{Member, Why};
use super::signature::Content;

/// A plan.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) decision: Decision,
    /// What becomes of each image, in order.
    pub(crate) verdicts: Vec<Verdict>,
}

/// The plans for sets, if no other image is to be expected and nothing was ordered.
pub(crate) fn plans(members: &[Member], sets: impl Iterator<Item = Uuid>) -> Vec<Plan> {
    let request = |set| Request { set: Some(set), order: Order::Nothing, settled: true };
    sets.map(|set| plan(members, request(set))).collect()
}

/// The plan for a request.
pub(crate) fn plan(members: &[Member], request: Request) -> Plan {
    let candidates: Vec<Candidate> = members.iter().map(candidate).collect();
    let assembly = Assembly::new(&candidates, request);
    let verdicts = (0..candidates.len()).map(|index| assembly.verdict(index)).collect();
    Plan { decision: assembly.decision(), verdicts }
}

/// Whether content may be read from an image.
pub(crate) const fn is_source(verdict: &Verdict) -> bool {
    matches!(
        verdict,
        Verdict::Current { .. }
            | Verdict::Accepted { .. }
            | Verdict::Building { .. }
            | Verdict::Replacement { .. }
    )
}

/// An image as the plan sees it.
fn candidate(member: &Member) -> Candidate {
    if let Some(md) = &member.md {
        return match md.facts {
            Ok(facts) => Candidate::Member(facts),
            Err(refusal) => Candidate::Refused(refusal),
        };
    }
    let refusal = member.others.iter().find_map(|other| match other.why {
        Why::Refused(refusal) => Some(refusal),
        Why::NoMagic(_) | Why::Older => None,
    });
    match (refusal, member.content) {
        (Some(refusal), _) => Candidate::Refused(refusal),
        (None, Some(Content::Zeros)) => Candidate::Blank,
        (None, _) => Candidate::Foreign,
    }
}

/// What a member tells the plan.
///
/// Which slots were being rebuilt, and who left with all that counts, only the content of the private area says, which is not
/// looked at here. The plan is then the more careful one.
pub(super) fn facts(
    superblock: &Superblock<'_>,
    bitmap: Option<&Bitmap>,
    private: &Private,
) -> Result<Facts, Refusal> {
    let frame = private.generation().map(FrameFacts::of);
    Facts::of(superblock, bitmap.map(|bitmap| &bitmap.header), frame)
}

impl Plan {
    /// Whether the set starts, and with all of its slots.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self.decision, Decision::Start { vacant, .. } if vacant.is_empty())
    }

    /// The decision in words.
    pub(crate) fn words(&self) -> String {
        match self.decision {
            Decision::Start { equalise, vacant } => {
                let with = if vacant.is_empty() {
                    "it starts with all slots".to_owned()
                } else {
                    format!("it starts degraded, without {}", named(vacant))
                };
                format!("{with}; {}", equalised(equalise))
            }
            Decision::Wait(slots) => format!("it waits for {}", named(slots)),
            Decision::Refuse(reason) => format!("it does not start: {reason}"),
        }
    }

    /// The decision in words, and which image is which drive.
    pub(crate) fn words_with_files(&self, members: &[Member]) -> String {
        let files = members.iter().enumerate();
        let files: Vec<String> =
            files.map(|(index, member)| format!("drive {index} is {}", member.file)).collect();
        format!("{} ({})", self.words(), files.join(", "))
    }

    /// The decision in a word.
    pub(crate) const fn name(&self) -> &'static str {
        match self.decision {
            Decision::Start { .. } => "start",
            Decision::Wait(_) => "wait",
            Decision::Refuse(_) => "refuse",
        }
    }
}

fn named(slots: Slots) -> String {
    let what = if slots.iter().count() == 1 { "slot" } else { "slots" };
    format!("{what} {slots}")
}

fn equalised(equalise: Equalise) -> String {
    match equalise {
        Equalise::Nothing => "the copies are equal".to_owned(),
        Equalise::ByBitmap => "the copies are made equal where a bitmap marks them".to_owned(),
        Equalise::From(sector) => {
            format!("the copies are made equal from array sector {} on", sector.0)
        }
    }
}
