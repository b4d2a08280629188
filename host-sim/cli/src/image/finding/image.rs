//! What is to be said of one image.

use raid10_metadata::private::Void;
use raid10_metadata::{Resync, Role};

use super::{Finding, Severity};
use crate::image::area::{Private, describe};
use crate::image::file::SECTOR;
use crate::image::member::{Md, Member, Other, Why, version};
use crate::render::quantity::plural;

pub(super) fn findings(member: &Member) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        member.others.iter().map(|other| of_other(member, other)).collect();
    if let Some(content) = member.content {
        let text = format!("no member of an array of Linux: there is {content}");
        findings.push(Finding::of_image(Severity::Wrong, &member.file, None, text));
    }
    let rest = member.bytes % SECTOR;
    if rest != 0 {
        let text = format!("the last {rest} bytes are no whole sector: they do not count");
        let byte = Some(member.bytes - rest);
        findings.push(Finding::of_image(Severity::Note, &member.file, byte, text));
    }
    if let Some(md) = &member.md {
        findings.extend(of_md(md).map(|(severity, byte, text)| {
            Finding::of_image(severity, &member.file, Some(byte), text)
        }));
    }
    findings
}

fn of_other(member: &Member, other: &Other) -> Finding {
    let byte = Some(other.start.0 * SECTOR);
    let place = version(other.minor);
    let (severity, text) = match &other.why {
        Why::Refused(why) => (Severity::Wrong, format!("at the place of version {place}: {why}")),
        Why::NoMagic(found) => (
            Severity::Wrong,
            format!(
                "at the place of version {place}: all but the magic number of a superblock, \
                 {found:#010x} stands in its place"
            ),
        ),
        Why::Older => (
            Severity::Note,
            format!("another superblock, version {place}, of an array that was made earlier"),
        ),
    };
    Finding::of_image(severity, &member.file, byte, text)
}

/// Severity, byte and text of what is to be said of a superblock and of what it leads to.
fn of_md(md: &Md) -> impl Iterator<Item = (Severity, u64, String)> {
    let all = [too_much(md), bitmap(md), bad_blocks(md), log_format(md), unclean(md), role(md)];
    all.into_iter().flatten().chain(private(md))
}

/// A good superblock of an array with more than the engine has.
fn too_much(md: &Md) -> Option<(Severity, u64, String)> {
    let refusal = md.facts.err()?;
    Some((Severity::Wrong, md.byte(), refusal.to_string()))
}

fn bitmap(md: &Md) -> Option<(Severity, u64, String)> {
    let area = md.bitmap.as_ref()?;
    let byte = area.start.0 * SECTOR;
    match &area.bitmap {
        Err(why) => {
            let text = format!("{why}: all copies may differ after an unclean stop");
            Some((Severity::Wrong, byte, text))
        }
        Ok(bitmap) if !bitmap.header.is_current(md.state.events) => {
            let text = format!(
                "the bitmap is out of date: it belongs to events {}, state {:#x}; each bit counts as set",
                bitmap.header.events, bitmap.header.state
            );
            Some((Severity::Note, byte, text))
        }
        Ok(_) => None,
    }
}

fn bad_blocks(md: &Md) -> Option<(Severity, u64, String)> {
    let log = md.log.as_ref()?;
    let sectors: u64 = log.bad.iter().map(|bad| bad.sectors).sum();
    let byte = log.area.start.0 * SECTOR;
    let text = format!("{sectors} sectors are logged as bad: they hold nothing");
    (sectors > 0).then_some((Severity::Wrong, byte, text))
}

fn log_format(md: &Md) -> Option<(Severity, u64, String)> {
    let log = md.log.as_ref()?;
    let index = log.empty_entry?;
    let byte = log.area.start.0 * SECTOR + 8 * index as u64;
    let text = "an entry of the log of bad blocks has no length: Linux 6.12 refuses the member";
    Some((Severity::Wrong, byte, text.to_owned()))
}

fn unclean(md: &Md) -> Option<(Severity, u64, String)> {
    let Resync::From(sector) = md.state.resync else {
        return None;
    };
    md.slot()?;
    let text = match md.bits() {
        Some(bitmap) if bitmap.header.is_current(md.state.events) => {
            let (set, bits) = (bitmap.set, plural(bitmap.bits, "bit"));
            format!("not clean: the copies may differ where the bitmap says, by {set} of {bits}")
        }
        _ => format!("not clean: the copies may differ from array sector {} on", sector.0),
    };
    Some((Severity::Note, md.byte(), text))
}

fn role(md: &Md) -> Option<(Severity, u64, String)> {
    let text = match (md.role, &md.recovery) {
        (Role::Faulty, _) => "the member says of itself that it failed".to_owned(),
        (Role::Slot(_), Some(recovery)) => {
            let verb = if md.is_replacement() { "replacing another member" } else { "being built" };
            let offset = recovery.offset.0;
            format!("{verb}: it holds its data below data sector {offset} of {}", md.set.size)
        }
        _ => return None,
    };
    Some((Severity::Note, md.byte(), text))
}

/// A private area that is there, but does not count.
fn private(md: &Md) -> Option<(Severity, u64, String)> {
    let Private::Copies { copies, newest: None } = &md.private else {
        return None;
    };
    let void = copies.iter().find_map(|copy| {
        let void = copy.frame.err().filter(|void| *void != Void::Absent)?;
        Some((copy.start.0 * SECTOR, describe(&void)))
    });
    void.map(|(byte, why)| (Severity::Note, byte, format!("the private area is void: {why}")))
}
