//! The manifest of a set: what was written to the array, and what mdadm and the kernel said of its drives.

use std::collections::BTreeMap;

use sim_world::images::Fill;

/// Sectors of the pieces in which the array was read.
pub(crate) const PIECE: u64 = 128;
/// The largest array, in sectors.
const ARRAY_MAX: u64 = 1 << 24;

/// What a manifest says.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    /// Sectors of the array.
    pub(crate) array_sectors: u64,
    /// The passes of the pattern, the oldest first.
    pub(crate) fills: Vec<Fill>,
    /// SHA-256 of the array as it was read.
    pub(crate) content: String,
    /// Pieces that could not be read, and count as zeros.
    pub(crate) unread: Vec<u64>,
    pub(crate) members: Vec<Member>,
}

/// What it says of a member.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) file: String,
    /// Bytes of the drive.
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    /// Sectors in front of its data.
    pub(crate) data_offset: u64,
    /// The slot that it was given last, if any.
    pub(crate) slot: Option<u8>,
    /// The kernel took it: for good, or up to this sector of its data.
    pub(crate) taken: Option<Taken>,
    /// Bad blocks: start and length in sectors of the drive.
    pub(crate) bad: Vec<(u64, u64)>,
}

/// How the kernel took a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// In sync in this slot.
    InSync(u8),
    /// Built up to this sector.
    Building(u8, u64),
}

/// What is wrong, in words.
type Parsed<T> = Result<T, String>;

impl Manifest {
    /// Reads a manifest.
    pub(crate) fn parse(text: &str) -> Parsed<Self> {
        let mut sections = text.split("\n--- ");
        let head = sections.next().unwrap_or_default();
        let sections: BTreeMap<&str, &str> =
            sections.map(|section| section.split_once('\n').unwrap_or((section, ""))).collect();
        let array_sectors = number(value(head, "array-sectors")?)?;
        if array_sectors > ARRAY_MAX {
            return Err(format!(
                "`array-sectors: {array_sectors}` is too large: {ARRAY_MAX} at most"
            ));
        }
        let kernel = section(&sections, "assembled --readonly")?;
        let lines = head.lines().filter_map(|line| line.strip_prefix("member "));
        let members = lines.enumerate().map(|(index, line)| member(index, line, &sections, kernel));
        Ok(Self {
            array_sectors,
            fills: fills(head)?,
            content: value(head, "content-sha256")?.to_owned(),
            unread: unread(kernel)?,
            members: members.collect::<Parsed<_>>()?,
        })
    }
}

/// The first word behind `KEY: `.
fn value<'t>(head: &'t str, key: &str) -> Parsed<&'t str> {
    let line = head.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
    let word = line.and_then(|line| line.split_whitespace().next());
    word.ok_or_else(|| format!("there is no line `{key}: …`"))
}

fn section<'t>(sections: &BTreeMap<&str, &'t str>, title: &str) -> Parsed<&'t str> {
    sections.get(title).copied().ok_or_else(|| format!("there is no section `--- {title}`"))
}

fn number<N: std::str::FromStr>(word: &str) -> Parsed<N> {
    word.parse().map_err(|_| format!("`{word}` is no number, or too large"))
}

/// `content: pat_fill seed=S M=N …`, and `content: then … of pat_fill seed=S M=N in flight …`.
fn fills(head: &str) -> Parsed<Vec<Fill>> {
    let mut fills: Vec<Fill> = Vec::new();
    for line in head.lines().filter_map(|line| line.strip_prefix("content: ")) {
        let behind = line.split_once("pat_fill ").map(|(_, behind)| behind);
        let part = |key| {
            let words = behind.into_iter().flat_map(str::split_whitespace);
            let word = words.into_iter().find_map(|word| word.strip_prefix(key));
            word.ok_or_else(|| format!("`content: {line}` has no `pat_fill seed=… M=…`"))
        };
        let fill = Fill {
            seed: number(part("seed=")?)?,
            modulus: number(part("M=")?)?,
            in_flight: line.contains("in flight"),
        };
        if fill.modulus == 0 || fills.iter().any(|other| other.seed == fill.seed) {
            return Err(format!("`content: {line}`: `M` is not 0, and no seed comes twice"));
        }
        fills.push(fill);
    }
    Ok(fills)
}

/// `N: FILE size=BYTES sha256=DIGITS`, and the member's sections.
fn member(
    index: usize,
    line: &str,
    sections: &BTreeMap<&str, &str>,
    kernel: &str,
) -> Parsed<Member> {
    let form = || format!("`member {line}`: expected `member {index}: FILE size=BYTES sha256=SUM`");
    let words = line.strip_prefix(&format!("{index}: ")).ok_or_else(form)?;
    let words: Vec<&str> = words.split_whitespace().collect();
    let [file, size, sha256] = words[..] else { return Err(form()) };
    if file.contains(['/', '\\']) {
        return Err(format!("`{file}` is not the name of a file in the same folder"));
    }
    let examine = section(sections, &format!("member {index}: mdadm --examine"))?;
    let bad = section(sections, &format!("member {index}: mdadm --examine-badblocks"))?;
    let data_offset = examined(examine, "Data Offset").ok_or_else(|| {
        format!("the section `member {index}: mdadm --examine` has no line `Data Offset : …`")
    })?;
    let role = examine.lines().find_map(|line| line.split_once("Device Role : Active device "));
    Ok(Member {
        file: file.to_owned(),
        bytes: number(size.strip_prefix("size=").ok_or_else(form)?)?,
        sha256: sha256.strip_prefix("sha256=").ok_or_else(form)?.to_owned(),
        data_offset: number(data_offset)?,
        slot: role.map(|(_, slot)| number(slot.trim())).transpose()?,
        taken: taken(kernel, index)?,
        bad: bad
            .lines()
            .filter(|line| line.contains(" for "))
            .map(bad_blocks)
            .collect::<Parsed<_>>()?,
    })
}

/// The first word behind `KEY : `.
fn examined<'t>(section: &'t str, key: &str) -> Option<&'t str> {
    let line =
        section.lines().find_map(|line| line.trim().strip_prefix(key)?.trim().strip_prefix(':'));
    line?.split_whitespace().next()
}

/// `START for LENGTH sectors`
fn bad_blocks(line: &str) -> Parsed<(u64, u64)> {
    match line.split_whitespace().collect::<Vec<&str>>()[..] {
        [start, "for", length, "sectors"] => Ok((number(start)?, number(length)?)),
        _ => Err(format!("`{line}` is no range of bad blocks")),
    }
}

/// A word `vdX:slot=N,STATE,rec=SECTOR`, X being the member's letter, in the line with the array's state.
fn taken(kernel: &str, index: usize) -> Parsed<Option<Taken>> {
    let line = kernel.lines().find(|line| line.contains("array_state="));
    let line = line.ok_or("the section `assembled --readonly` has no line with `array_state=`")?;
    let letter =
        u8::try_from(index).ok().filter(|index| *index < 26).map(|index| (b'a' + index) as char);
    let letter = letter.ok_or("a set has 26 members at most")?;
    let prefix = format!("vd{letter}:slot=");
    let Some(word) = line.split_whitespace().find_map(|word| word.strip_prefix(&prefix)) else {
        return Ok(None);
    };
    let parts: Vec<&str> = word.split(',').collect();
    let [slot, state, recovery] = parts[..] else {
        return Err(format!("`{prefix}{word}`: expected a slot, a state, and `rec=`"));
    };
    let slot = number(slot)?;
    Ok(Some(match (state, recovery.strip_prefix("rec=")) {
        ("in_sync", Some("none")) => Taken::InSync(slot),
        (_, Some(sector)) if sector != "none" => Taken::Building(slot, number(sector)?),
        _ => return Err(format!("`{prefix}{word}`: in sync, or how far it was built?")),
    }))
}

/// The line `read N chunks: M fail: A B …`.
fn unread(kernel: &str) -> Parsed<Vec<u64>> {
    let line = kernel.lines().find(|line| line.trim().starts_with("read "));
    let line = line.ok_or("the section `assembled --readonly` has no line `read N chunks: …`")?;
    let list = line.split_once("fail:").map_or("", |(_, list)| list);
    list.split_whitespace().map(number).collect()
}

#[cfg(test)]
mod tests;
