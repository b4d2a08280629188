//! What we read, in the words of mdadm 4.2.

use std::collections::BTreeMap;

use raid10_metadata::bitmap::{Bits, Header};
use raid10_metadata::{Features, Minor, Resync, Role, Superblock, Timestamp, badblocks};

use super::images::Member;

/// Sectors behind the start of a superblock that mdadm never counts as unused.
const KEPT: u64 = 72;

/// As `mdadm --examine`.
pub(crate) fn examine(member: &Member) -> BTreeMap<String, String> {
    let superblock = member.superblock();
    let mut lines = set_lines(&superblock);
    lines.extend(device_lines(&superblock));
    lines.extend(place_lines(member, &superblock));
    if let Some(recovery) = superblock.recovery() {
        lines.insert("Recovery Offset".into(), format!("{} sectors", recovery.offset.0));
    }
    lines
}

fn map<const N: usize>(lines: [(&str, String); N]) -> BTreeMap<String, String> {
    lines.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn set_lines(superblock: &Superblock<'_>) -> BTreeMap<String, String> {
    let (set, state) = (superblock.set(), superblock.state());
    let minor = match superblock.minor() {
        Minor::V1_0 => "1.0",
        Minor::V1_1 => "1.1",
        Minor::V1_2 => "1.2",
    };
    let clean = if state.resync == Resync::Done { "clean" } else { "active" };
    map([
        ("Magic", "a92b4efc".into()),
        ("Version", minor.into()),
        ("Array UUID", set.uuid.to_string()),
        ("Name", String::from_utf8_lossy(set.name.as_bytes()).into_owned()),
        ("Creation Time", date(set.created)),
        ("Raid Level", "raid10".into()),
        ("Raid Devices", set.raid_disks.to_string()),
        ("Array Size", format!("{} KiB", superblock.array_sectors() / 2)),
        ("State", clean.into()),
        ("Update Time", date(state.updated)),
        ("Events", state.events.to_string()),
        ("Layout", format!("near={}", set.near_copies)),
        ("Chunk Size", format!("{}K", set.chunk / 2)),
        ("Array State", array_state(superblock)),
    ])
}

fn device_lines(superblock: &Superblock<'_>) -> BTreeMap<String, String> {
    let device = superblock.device();
    let role = match superblock.own_role() {
        Role::Slot(slot) => format!("Active device {slot}"),
        Role::Spare => "spare".into(),
        role => format!("{role:?}"),
    };
    map([
        ("Feature Map", format!("{:#x}", superblock.features().bits())),
        ("Device UUID", device.uuid.to_string()),
        ("Checksum", format!("{:x} - correct", superblock.checksum())),
        ("Device Role", role),
    ])
}

fn place_lines(member: &Member, superblock: &Superblock<'_>) -> BTreeMap<String, String> {
    let device = superblock.device();
    let log = superblock.log_area().expect("a log");
    let present = superblock.features().contains(Features::BAD_BLOCKS);
    let present = if present { " - bad blocks present." } else { "" };
    let offset = log.start.0 - superblock.start().0;
    let entries = u64::from(log.sectors) * 64;
    let (start, bits) = bits(member, superblock);
    let used =
        [superblock.start().0 + KEPT, start + bits.sectors(), log.start.0 + u64::from(log.sectors)];
    let before = device.data_offset.0 - used.into_iter().max().expect("three ends");
    let after = device.data_size - superblock.set().size;
    map([
        ("Avail Dev Size", format!("{} sectors", device.data_size)),
        ("Data Offset", format!("{} sectors", device.data_offset.0)),
        ("Super Offset", format!("{} sectors", superblock.start().0)),
        ("Unused Space", format!("before={before} sectors, after={after} sectors")),
        ("Internal Bitmap", format!("{} sectors from superblock", start - superblock.start().0)),
        (
            "Bad Block Log",
            format!("{entries} entries available at offset {offset} sectors{present}"),
        ),
    ])
}

/// The number of holders of each slot, as letters.
fn array_state(superblock: &Superblock<'_>) -> String {
    let roles: Vec<Role> =
        (0..u32::from(superblock.device().roles)).map(|number| superblock.role(number)).collect();
    let letter = |slot: u32| {
        let holders = roles.iter().filter(|&&role| role == Role::Slot(slot as u16)).count();
        ['.', 'A', 'R'][holders.min(2)]
    };
    (0..superblock.raid_disks()).map(letter).collect()
}

/// Where the bitmap starts, and its bits.
pub(crate) fn bits(member: &Member, superblock: &Superblock<'_>) -> (u64, Bits) {
    let start = superblock.bitmap_start().expect("a bitmap").0;
    let header = Header::parse(member.block(start), superblock.set().uuid).expect("a good bitmap");
    (start, Bits::new(header.shift, header.sync_size))
}

/// As `mdadm --examine-bitmap`.
pub(crate) fn bitmap(member: &Member) -> BTreeMap<String, String> {
    let superblock = member.superblock();
    let (start, bits) = bits(member, &superblock);
    let set = superblock.set().uuid;
    let header = Header::parse(member.block(start), set).expect("a good bitmap");
    let dirty: u32 = (0..bits.blocks())
        .map(|index| bits.count_set(member.block(start + index * 8), index))
        .sum();
    let percent = f64::from(dirty) * 100.0 / bits.count() as f64;
    let state = if header.state == 0 { "OK" } else { "Out of date" };
    map([
        ("Magic", "6d746962".into()),
        ("Version", "4".into()),
        ("UUID", set.to_string()),
        ("Events", header.events.to_string()),
        ("Events Cleared", header.events_cleared.to_string()),
        ("State", state.into()),
        ("Chunksize", format!("{} KB", (1_u64 << header.shift) / 2)),
        ("Daemon", format!("{}s flush period", header.daemon_sleep)),
        ("Write Mode", if header.write_behind == 0 { "Normal".into() } else { "Behind".into() }),
        ("Sync Size", (header.sync_size / 2).to_string()),
        ("Bitmap", format!("{} bits (chunks), {dirty} dirty ({percent:.1}%)", bits.count())),
    ])
}

/// As `mdadm --examine-badblocks`.
pub(crate) fn bad_blocks(member: &Member) -> Vec<(u64, u64)> {
    let superblock = member.superblock();
    let log = superblock.log_area().expect("a log");
    if !log.in_use {
        return Vec::new();
    }
    let ranges = badblocks::decode(member.block(log.start.0), log.sectors, log.shift);
    ranges.map(|range| (range.start.0, range.sectors)).collect()
}

/// A time as the C library prints it, in UTC.
fn date(time: Timestamp) -> String {
    const MONTHS: [(&str, u64); 12] = [
        ("Jan", 31),
        ("Feb", 28),
        ("Mar", 31),
        ("Apr", 30),
        ("May", 31),
        ("Jun", 30),
        ("Jul", 31),
        ("Aug", 31),
        ("Sep", 30),
        ("Oct", 31),
        ("Nov", 30),
        ("Dec", 31),
    ];
    const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let leap = |year: u64| {
        u64::from(year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)))
    };
    let (mut day, second) = (time.seconds / 86_400, time.seconds % 86_400);
    let weekday = WEEKDAYS[(day % 7) as usize];
    let mut year = 1970;
    while day >= 365 + leap(year) {
        day -= 365 + leap(year);
        year += 1;
    }
    let mut month = 0;
    let days = |month: usize| MONTHS[month].1 + if month == 1 { leap(year) } else { 0 };
    while day >= days(month) {
        day -= days(month);
        month += 1;
    }
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let (name, day) = (MONTHS[month].0, day + 1);
    format!("{weekday} {name} {day:2} {hour:02}:{minute:02}:{second:02} {year}")
}
