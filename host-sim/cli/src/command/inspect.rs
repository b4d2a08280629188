//! `raid10 inspect`.

use super::print_json;
use crate::args::{Format, InspectArgs};
use crate::exit::Exit;
use crate::image::finding::{self, Severity};
use crate::image::member::Member;
use crate::image::{plan, set};
use crate::output::Out;
use crate::render::inspect::Report;
use crate::render::inspect::json::Document;

pub(crate) fn run(args: &InspectArgs, out: &mut Out) -> Exit {
    let mut exit = Exit::Held;
    let mut members = Vec::new();
    for path in &args.images {
        match Member::read(path) {
            Ok(member) => members.push(member),
            Err(why) => {
                out.error(why);
                exit = Exit::BadInput;
            }
        }
    }
    let sets = set::sets(&members);
    let plans = plan::plans(&members, sets.iter().map(|set| set.uuid));
    let findings = finding::findings(&members, &sets, &plans);
    if findings.iter().any(|finding| finding.severity == Severity::Wrong) {
        exit = exit.max(Exit::Broken);
    }
    match args.format {
        Format::Text => {
            let all_read = members.len() == args.images.len();
            out.print(Report {
                members: &members,
                sets: &sets,
                plans: &plans,
                findings: &findings,
                all_read,
            });
            exit
        }
        Format::Json => {
            exit.max(print_json(&Document::new(&members, &sets, &plans, &findings), out))
        }
    }
}
