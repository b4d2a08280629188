//! One image as text.

use std::fmt;
use std::ops::Range;

use raid10_metadata::Resync;
use raid10_metadata::private::Void;

use super::role;
use crate::image::area::{Bitmap, Log, Private, describe};
use crate::image::file::SECTOR;
use crate::image::member::{Md, Member, version};
use crate::image::set::text;
use crate::render::quantity::{Bytes, Count, plural};
use crate::render::style::{DIM, Painted, TITLE};
use crate::render::time::utc;

/// Ranges that are shown.
const RANGES_SHOWN: usize = 8;

pub(super) fn write(f: &mut fmt::Formatter<'_>, member: &Member) -> fmt::Result {
    write!(f, "{}  {}", Painted(TITLE, &member.file), Bytes(member.bytes))?;
    let Some(md) = &member.md else {
        return writeln!(f, ", no superblock that can be used\n");
    };
    writeln!(f, ", MD {} at sector {}", version(md.minor), md.start.0)?;
    let lines = [
        ("set", set(md)),
        ("array", array(md)),
        ("member", identity(md)),
        ("state", state(md)),
        ("data", data(md)),
        ("bitmap", bitmap(md)),
        ("bad blocks", bad_blocks(md.log.as_ref())),
        ("private", private(&md.private)),
    ];
    for (title, text) in lines {
        let title = format!("{title:<10}");
        writeln!(f, "  {}  {text}", Painted(DIM, title))?;
    }
    writeln!(f)
}

fn set(md: &Md) -> String {
    format!("{}, {}, made {}", md.set.uuid, text(&md.set.name), utc(md.set.created))
}

fn array(md: &Md) -> String {
    let set = &md.set;
    format!(
        "{}: {} slots, {} copies, chunk {}, {} of each member",
        Bytes(md.array_sectors * SECTOR),
        set.raid_disks,
        set.near_copies,
        Bytes(u64::from(set.chunk) * SECTOR),
        Bytes(set.size * SECTOR)
    )
}

fn identity(md: &Md) -> String {
    let (uuid, number) = (md.device.uuid, md.device.number);
    format!("{uuid}, number {number}, {}", role(md.role))
}

fn state(md: &Md) -> String {
    let clean = match md.state.resync {
        Resync::Done => "clean".to_owned(),
        Resync::From(sector) => format!("not clean from array sector {} on", sector.0),
    };
    let recovery = md.recovery.map_or_else(String::new, |recovery| {
        let verb = if md.is_replacement() { "replacing" } else { "being built" };
        let how = if recovery.by_bitmap { " by the bitmap" } else { "" };
        format!(", {verb}{how}: data below data sector {}", recovery.offset.0)
    });
    let (events, updated) = (md.state.events, utc(md.state.updated));
    let corrected = match md.corrected_reads {
        0 => String::new(),
        sectors => format!(", {sectors} sectors corrected"),
    };
    let table = md.array_state();
    format!("{clean}{recovery}, events {events}, written {updated}, slots {table}{corrected}")
}

fn data(md: &Md) -> String {
    let start = md.device.data_offset.0;
    let end = start.saturating_add(md.device.data_size);
    format!("sectors {start}..{end}, {}", Bytes(md.device.data_size.saturating_mul(SECTOR)))
}

fn bitmap(md: &Md) -> String {
    let Some(area) = &md.bitmap else {
        return "none".to_owned();
    };
    let start = area.start.0;
    match &area.bitmap {
        Ok(bitmap) => format!("at sector {start}: {}", bits(bitmap)),
        Err(why) => format!("at sector {start}, not usable: {why}"),
    }
}

fn bits(bitmap: &Bitmap) -> String {
    let header = &bitmap.header;
    let each = Bytes(SECTOR << header.shift);
    let mut text = format!(
        "{} of {each}, {} set, events {}, cleared {}",
        plural(bitmap.bits, "bit"),
        Count(bitmap.set),
        header.events,
        header.events_cleared
    );
    if bitmap.set > 0 {
        text += ": array sectors ";
        text += &ranges(bitmap.ranges.iter().cloned(), bitmap.more);
    }
    text
}

fn bad_blocks(log: Option<&Log>) -> String {
    let Some(log) = log else {
        return "no log".to_owned();
    };
    let entries = u64::from(log.area.sectors) * 64;
    let place = format!("log of {entries} entries at sector {}", log.area.start.0);
    if log.bad.is_empty() {
        return format!("none, {place}");
    }
    let bad = log.bad.iter().map(|bad| bad.start.0..bad.start.0.saturating_add(bad.sectors));
    format!("drive sectors {}, {place}", ranges(bad, 0))
}

/// The first ranges, and how many there are besides.
fn ranges(all: impl ExactSizeIterator<Item = Range<u64>>, left_out: u64) -> String {
    let hidden = left_out + all.len().saturating_sub(RANGES_SHOWN) as u64;
    let shown: Vec<String> =
        all.take(RANGES_SHOWN).map(|range| format!("{}..{}", range.start, range.end)).collect();
    let rest = if hidden > 0 { format!(" and {hidden} more") } else { String::new() };
    shown.join(", ") + &rest
}

fn private(private: &Private) -> String {
    match private {
        Private::NoRoom => "no room for it".to_owned(),
        Private::Copies { copies, newest: Some(newest) } => {
            let copy = copies.get(*newest);
            let frame = copy.and_then(|copy| Some((copy.start.0, copy.frame.ok()?)));
            let Some((start, (generation, bytes))) = frame else {
                return "none".to_owned();
            };
            format!("generation {generation}, {} at sector {start}", plural(bytes as u64, "byte"))
        }
        Private::Copies { copies, newest: None } => {
            let voids: Vec<Void> = copies.iter().filter_map(|copy| copy.frame.err()).collect();
            match voids.as_slice() {
                [Void::Absent, Void::Absent] => "none".to_owned(),
                [a, b] if a == b => format!("void: {}", describe(a)),
                [a, b] => format!("void: {}; {}", describe(a), describe(b)),
                _ => "none".to_owned(),
            }
        }
    }
}
