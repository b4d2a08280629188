use super::Archive;

/// Name, mode and content of each entry, read back by the description of the format.
fn entries(archive: &[u8]) -> Vec<(String, u32, Vec<u8>)> {
    let mut entries = Vec::new();
    let mut at = 0;
    while at < archive.len() {
        assert_eq!(&archive[at..at + 6], b"070701");
        let field = |index: usize| {
            let digits = &archive[at + 6 + 8 * index..at + 14 + 8 * index];
            u32::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap()
        };
        let (mode, size, name) = (field(1), field(6) as usize, field(11) as usize);
        let start = at + 110;
        let path = String::from_utf8(archive[start..start + name - 1].to_vec()).unwrap();
        assert_eq!(archive[start + name - 1], 0);
        let content = (start + name).next_multiple_of(4);
        entries.push((path, mode, archive[content..content + size].to_vec()));
        at = (content + size).next_multiple_of(4);
    }
    entries
}

#[test]
fn files_come_with_the_folders_in_which_they_lie() {
    let mut archive = Archive::default();
    archive.file("init", b"12345");
    archive.file("lib/deep/a.so", b"");
    archive.file("lib/deep/b.so", b"abcd");
    let found = entries(&archive.finish());
    let names: Vec<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["init", "lib", "lib/deep", "lib/deep/a.so", "lib/deep/b.so", "TRAILER!!!"]);
    assert_eq!((found[0].1, found[0].2.as_slice()), (0o100_755, &b"12345"[..]));
    assert_eq!((found[1].1, found[1].2.len()), (0o040_755, 0));
    assert_eq!(found[4].2, b"abcd");
}

#[test]
fn two_archives_in_a_row_start_where_the_kernel_looks() {
    let mut archive = Archive::default();
    archive.file("x", b"1");
    assert_eq!(archive.finish().len() % 4, 0);
}
