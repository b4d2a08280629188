//! The manifest of a set: what mdadm and the kernel said about it.

use std::collections::BTreeMap;

/// What a manifest says.
pub(crate) struct Manifest {
    pub(crate) name: String,
    pub(crate) array_sectors: u64,
    /// SHA-256 of the array, as the kernel read it from the members.
    pub(crate) content: String,
    /// Pieces of 64 KiB that the kernel could not read, and that count as zeros.
    pub(crate) unreadable: Vec<u64>,
    /// Who held which slot in the kernel, and how far a rebuild had got: by member.
    pub(crate) kernel: BTreeMap<usize, (u16, Option<u64>)>,
    pub(crate) members: Vec<MemberManifest>,
}

/// What it says of a member.
pub(crate) struct MemberManifest {
    pub(crate) file: String,
    pub(crate) size: usize,
    pub(crate) sha256: String,
    /// The lines of `mdadm --examine`.
    pub(crate) examine: BTreeMap<String, String>,
    /// The lines of `mdadm --examine-bitmap`.
    pub(crate) bitmap: BTreeMap<String, String>,
    /// Starts and lengths that `mdadm --examine-badblocks` printed.
    pub(crate) bad_blocks: Vec<(u64, u64)>,
}

impl Manifest {
    /// Reads a manifest; one with less in it than there must be is an error of the checkout.
    pub(crate) fn parse(text: &str) -> Self {
        let mut sections = text.split("\n--- ");
        let head = sections.next().expect("a head");
        let sections: BTreeMap<&str, &str> =
            sections.map(|section| section.split_once('\n').expect("a title")).collect();
        let value = |key: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
            let value = line.unwrap_or_else(|| panic!("no {key} in the manifest"));
            value.split_whitespace().next().expect("a value").to_owned()
        };
        let kernel = sections.get("assembled --readonly").expect("the kernel's view");
        let members: Vec<MemberManifest> = head
            .lines()
            .filter_map(|line| line.strip_prefix("member "))
            .enumerate()
            .map(|(index, line)| member(index, line, &sections))
            .collect();
        assert!(!members.is_empty(), "a manifest without members");
        Self {
            name: value("name"),
            array_sectors: value("array-sectors").parse().expect("a number"),
            content: value("content-sha256"),
            unreadable: unreadable(kernel),
            kernel: holders(kernel),
            members,
        }
    }
}

/// `N: FILE size=BYTES sha256=DIGITS`, and the member's three sections.
fn member(index: usize, line: &str, sections: &BTreeMap<&str, &str>) -> MemberManifest {
    let line = line.strip_prefix(&format!("{index}: ")).expect("members in order");
    let words: Vec<&str> = line.split_whitespace().collect();
    let [file, size, sha256] = words[..] else {
        panic!("a member is a file, its size and its sum: {line}");
    };
    let section = |tool: &str| {
        let title = format!("member {index}: mdadm {tool}");
        *sections.get(title.as_str()).unwrap_or_else(|| panic!("no section {title}"))
    };
    MemberManifest {
        file: file.to_owned(),
        size: size.strip_prefix("size=").expect("a size").parse().expect("a number"),
        sha256: sha256.strip_prefix("sha256=").expect("a sum").to_owned(),
        examine: lines(section("--examine")),
        bitmap: lines(section("--examine-bitmap")),
        bad_blocks: bad_blocks(section("--examine-badblocks")),
    }
}

/// Lines `KEY : VALUE`, without the name of the file and without what stands in brackets behind a value.
fn lines(section: &str) -> BTreeMap<String, String> {
    let pairs = section.lines().filter_map(|line| line.split_once(" : "));
    let pairs = pairs.map(|(key, value)| (key.trim(), value.trim()));
    let pairs = pairs.filter(|(key, _)| *key != "Filename").map(|(key, value)| {
        let plain = value.split(" (").next().expect("a value");
        let value = if key == "Bitmap" { value } else { plain };
        (key.to_owned(), value.to_owned())
    });
    pairs.collect()
}

/// Lines `START for LENGTH sectors`, or a line that says that there are none.
fn bad_blocks(section: &str) -> Vec<(u64, u64)> {
    if section.starts_with("Bad-blocks list is empty") {
        return Vec::new();
    }
    let mut lines = section.lines();
    assert!(lines.next().is_some_and(|line| line.starts_with("Bad-blocks on ")), "{section}");
    let ranges: Vec<(u64, u64)> = lines
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [start, "for", length, "sectors"] = words[..] else {
                panic!("no range of bad blocks: {line}");
            };
            (start.parse().expect("a number"), length.parse().expect("a number"))
        })
        .collect();
    assert!(!ranges.is_empty(), "{section}");
    ranges
}

/// The line `read N chunks: M fail: A B …`.
fn unreadable(kernel: &str) -> Vec<u64> {
    let line = kernel.lines().find(|line| line.trim().starts_with("read ")).expect("a count");
    let (_, rest) = line.split_once("chunks: ").expect("a count");
    let count = rest.split_whitespace().next().expect("a count");
    let list = rest.split_once("fail: ").map_or("", |(_, list)| list);
    let chunks: Vec<u64> =
        list.split_whitespace().map(|chunk| chunk.parse().expect("a number")).collect();
    assert_eq!(count.parse(), Ok(chunks.len()), "{line}");
    chunks
}

/// Words `vdX:slot=N,STATE,rec=SECTOR`, X being the member's letter.
fn holders(kernel: &str) -> BTreeMap<usize, (u16, Option<u64>)> {
    let line = kernel.lines().find(|line| line.contains("array_state=")).expect("a state");
    let words = line.split_whitespace().filter_map(|word| word.strip_prefix("vd"));
    let holders: BTreeMap<_, _> = words
        .map(|word| {
            let (letter, rest) = word.split_once(":slot=").expect("a slot");
            let parts: Vec<&str> = rest.split(',').collect();
            let [slot, state, recovery] = parts[..] else { panic!("no holder: {word}") };
            let recovery = recovery.strip_prefix("rec=").expect("a recovery");
            let recovery = (recovery != "none").then(|| recovery.parse().expect("a number"));
            assert_eq!(recovery.is_none(), state == "in_sync", "{word}");
            let member = usize::from(letter.as_bytes()[0] - b'a');
            (member, (slot.parse().expect("a number"), recovery))
        })
        .collect();
    assert!(!holders.is_empty(), "{line}");
    holders
}
