//! One member as JSON.

use raid10_metadata::Resync;
use serde::Serialize;

use crate::image::area::{BitmapArea, Log, Private, PrivateCopy, describe};
use crate::image::member::{Md, version};
use crate::image::set::text;
use crate::render::inspect::role;
use crate::render::time::utc;

#[derive(Debug, Serialize)]
pub(super) struct MemberView {
    version: &'static str,
    superblock_sector: u64,
    checksum: u32,
    features: u32,
    set: SetFields,
    device_uuid: String,
    number: u32,
    role: String,
    slot: Option<u16>,
    table: Vec<String>,
    array_state: String,
    clean: bool,
    resync_from: Option<u64>,
    events: u64,
    updated: String,
    data_sector: u64,
    data_sectors: u64,
    corrected_reads: u32,
    recovery: Option<RecoveryView>,
    bitmap: Option<BitmapView>,
    bad_blocks: Option<LogView>,
    private: Option<PrivateView>,
}

#[derive(Debug, Serialize)]
struct SetFields {
    uuid: String,
    name: String,
    created: String,
    copies: u8,
    slots: u32,
    chunk_sectors: u32,
    member_sectors: u64,
    array_sectors: u64,
}

#[derive(Debug, Serialize)]
struct RecoveryView {
    below_data_sector: u64,
    by_bitmap: bool,
    replaces: bool,
}

#[derive(Debug, Default, Serialize)]
struct BitmapView {
    sector: u64,
    error: Option<String>,
    events: Option<u64>,
    events_cleared: Option<u64>,
    current: bool,
    bit_sectors: Option<u64>,
    bits: u64,
    set: u64,
    ranges: Vec<Range>,
    ranges_left_out: u64,
}

#[derive(Debug, Serialize)]
struct Range {
    start: u64,
    end: u64,
}

#[derive(Debug, Serialize)]
struct LogView {
    sector: u64,
    entries: u64,
    in_use: bool,
    ranges: Vec<BadView>,
}

#[derive(Debug, Serialize)]
struct BadView {
    sector: u64,
    sectors: u64,
}

#[derive(Debug, Serialize)]
struct PrivateView {
    generation: Option<u64>,
    copies: Vec<CopyView>,
}

#[derive(Debug, Serialize)]
struct CopyView {
    sector: u64,
    generation: Option<u64>,
    void: Option<String>,
}

impl MemberView {
    pub(super) fn new(md: &Md) -> Self {
        let resync_from = match md.state.resync {
            Resync::Done => None,
            Resync::From(sector) => Some(sector.0),
        };
        Self {
            version: version(md.minor),
            superblock_sector: md.start.0,
            checksum: md.checksum,
            features: md.features.bits(),
            set: set(md),
            device_uuid: md.device.uuid.to_string(),
            number: md.device.number,
            role: role(md.role),
            slot: md.slot(),
            table: md.roles.iter().map(|&entry| role(entry)).collect(),
            array_state: md.array_state(),
            clean: resync_from.is_none(),
            resync_from,
            events: md.state.events,
            updated: utc(md.state.updated),
            data_sector: md.device.data_offset.0,
            data_sectors: md.device.data_size,
            corrected_reads: md.corrected_reads,
            recovery: md.recovery.map(|recovery| RecoveryView {
                below_data_sector: recovery.offset.0,
                by_bitmap: recovery.by_bitmap,
                replaces: md.is_replacement(),
            }),
            bitmap: md.bitmap.as_ref().map(|area| bitmap(area, md)),
            bad_blocks: md.log.as_ref().map(log),
            private: private(md),
        }
    }
}

fn set(md: &Md) -> SetFields {
    SetFields {
        uuid: md.set.uuid.to_string(),
        name: text(&md.set.name),
        created: utc(md.set.created),
        copies: md.set.near_copies,
        slots: md.set.raid_disks,
        chunk_sectors: md.set.chunk,
        member_sectors: md.set.size,
        array_sectors: md.array_sectors,
    }
}

fn bitmap(area: &BitmapArea, md: &Md) -> BitmapView {
    let nothing = BitmapView { sector: area.start.0, ..BitmapView::default() };
    let bitmap = match &area.bitmap {
        Ok(bitmap) => bitmap,
        Err(why) => return BitmapView { error: Some(why.to_string()), ..nothing },
    };
    let ranges = bitmap.ranges.iter();
    BitmapView {
        events: Some(bitmap.header.events),
        events_cleared: Some(bitmap.header.events_cleared),
        current: bitmap.header.is_current(md.state.events),
        bit_sectors: Some(1 << bitmap.header.shift),
        bits: bitmap.bits,
        set: bitmap.set,
        ranges: ranges.map(|range| Range { start: range.start, end: range.end }).collect(),
        ranges_left_out: bitmap.more,
        ..nothing
    }
}

fn log(log: &Log) -> LogView {
    let bad = log.bad.iter();
    LogView {
        sector: log.area.start.0,
        entries: u64::from(log.area.sectors) * 64,
        in_use: log.area.in_use,
        ranges: bad.map(|bad| BadView { sector: bad.start.0, sectors: bad.sectors }).collect(),
    }
}

fn private(md: &Md) -> Option<PrivateView> {
    let Private::Copies { copies, .. } = &md.private else {
        return None;
    };
    let copy = |copy: &PrivateCopy| CopyView {
        sector: copy.start.0,
        generation: copy.frame.ok().map(|(generation, _)| generation),
        void: copy.frame.err().map(|void| describe(&void)),
    };
    Some(PrivateView { generation: md.generation(), copies: copies.iter().map(copy).collect() })
}
