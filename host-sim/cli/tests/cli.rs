//! The program as it is called: exit codes, streams, files.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const SMALL: &str = "\
vector small \"A small machine\"
format 1

array near=2 members=4 chunk=64KiB
drive d0..d3 size=1MiB model=hdd

at 0s write all
";

/// A directory for one test, empty.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a new directory");
    path
}

fn raid10(directory: &Path, line: &str) -> Output {
    raid10_fed(directory, line, "")
}

fn raid10_fed(directory: &Path, line: &str, input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_raid10"))
        .args(line.split_whitespace())
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // The program may end without reading its input.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn assert_exit(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}{}", out(output), err(output));
}

#[test]
fn images_that_cannot_be_used_are_told_with_place_and_remedy() {
    let directory = directory("images-of-nobody");
    let array = "array near=2 members=4 chunk=64KiB from=\"nowhere\"";
    let vector = SMALL.replace("array near=2 members=4 chunk=64KiB", array);
    let vector = vector.replace("model=hdd", "model=hdd image");
    fs::write(directory.join("small.vec"), vector).expect("written");
    for command in ["check", "replay"] {
        let output = raid10(&directory, &format!("{command} small.vec"));
        assert_exit(&output, 2);
        let told = err(&output);
        let parts =
            ["nowhere: there is no such folder", "small.vec:4:1", "as seen from the vector"];
        parts.iter().for_each(|part| assert!(told.contains(part), "{part}: {told}"));
    }
}

#[test]
fn what_holds_is_0_what_does_not_is_1_what_is_wrong_is_2() {
    let dir = directory("exit");
    let write = |name: &str, more: &str| {
        fs::write(dir.join(name), format!("{SMALL}{more}")).expect("a file");
    };
    write("held.vec", "expect array optimal\n");
    write("broken.vec", "expect array failed\n");
    write("belief.vec", "promise beyond\n");
    write("never.vec", "when rebuild(1) >= 50% fail d0\n");
    write("mistake.vec", "at 1s frobnicate d0\n");
    write("swept.vec", "sweep who = d0 d1\nat 1s fail who\n");
    let codes = [
        ("held.vec", 0),
        ("broken.vec", 1),
        ("belief.vec", 1),
        ("never.vec", 2),
        ("mistake.vec", 2),
        ("swept.vec", 2),
        ("swept.vec --at who=d1", 0),
        ("swept.vec --at who=d9", 2),
        ("absent.vec", 2),
        ("held.vec broken.vec", 1),
        ("mistake.vec broken.vec held.vec", 2),
        ("held.vec broken.vec --trace x", 2),
        ("held.vec --trace - --format json", 2),
        ("held.vec --trace absent/x", 2),
    ];
    for (line, code) in codes {
        let output = raid10(&dir, &format!("replay {line}"));
        assert_eq!(output.status.code(), Some(code), "replay {line}: {}", err(&output));
    }
}

#[test]
fn the_power_is_cut_at_every_write() {
    let dir = directory("cuts");
    fs::write(dir.join("small.vec"), SMALL).expect("a file");
    let off = SMALL.replace("chunk=64KiB", "chunk=64KiB metadata=off");
    fs::write(dir.join("off.vec"), off).expect("a file");
    let searched = raid10(&dir, "replay small.vec --cuts linear");
    assert_exit(&searched, 0);
    assert!(out(&searched).contains("all promises held"), "{}", out(&searched));
    let json = out(&raid10(&dir, "replay small.vec --cuts linear --format json"));
    assert!(json.contains("\"held\": true") && json.contains("\"broken\": []"), "{json}");
    let one = raid10(&dir, "replay small.vec --cuts 40:none+d1=first:2");
    assert_exit(&one, 0);
    assert!(out(&one).contains("replay: raid10 replay small.vec --cuts 40:none+d1=first:2"));
    assert_exit(&raid10(&dir, "replay small.vec --cuts 40;41:all"), 0);
    for (line, words) in [
        ("small.vec --cuts 99999", "there are not so many writes"),
        ("small.vec --cuts 40:none+d9=all", "there is no such drive"),
        ("small.vec --cuts linear --trace -", "`--trace` is for one replay"),
        ("off.vec --cuts linear", "metadata=off"),
        ("off.vec --cuts 4", "metadata=off"),
        ("small.vec --cuts most", "expected none, linear, exhaustive, or names"),
    ] {
        let output = raid10(&dir, &format!("replay {line}"));
        assert_exit(&output, 2);
        assert!(err(&output).contains(words), "{line}: {}", err(&output));
    }
}

/// What is to end a load never comes: the replay ends all the same, and says so.
#[test]
fn a_load_that_nothing_ends_is_ended() {
    let dir = directory("endless");
    let endless = "load db seed=1 read=50% size=4KiB span=all queue=8\nat 1s start db\n\
                   after event rebuilt(1) + 1s stop db\n";
    fs::write(dir.join("endless.vec"), format!("{SMALL}{endless}")).expect("a file");
    let output = raid10(&dir, "replay endless.vec");
    assert_exit(&output, 2);
    assert!(out(&output).contains("a statement was never executed"), "{}", out(&output));
}

#[test]
fn a_sweep_has_the_exit_code_of_its_worst_point() {
    let dir = directory("sweep");
    let write = |name: &str, more: &str| {
        fs::write(dir.join(name), format!("{SMALL}{more}")).expect("a file");
    };
    write("held.vec", "sweep who = d0 d1\nat 1s fail who\n");
    write("broken.vec", "sweep who = d0 d1\nat 1s pull who\nexpect member 0 online\n");
    write("never.vec", "sweep who = d0 d1\nwhen rebuild(1) >= 50% fail who\n");
    write("none.vec", "");
    for (name, code) in [("held", 0), ("broken", 1), ("never", 2), ("none", 2)] {
        assert_exit(&raid10(&dir, &format!("sweep {name}.vec")), code);
    }
    let failed = out(&raid10(&dir, "sweep broken.vec --only-failed --jobs 1"));
    assert!(failed.contains("who=d0") && !failed.contains("who=d1"), "{failed}");
    assert!(failed.contains("raid10 replay broken.vec --at who=d0"), "{failed}");
}

#[test]
fn what_replay_refuses_check_refuses_with_the_same_words() {
    let dir = directory("refused");
    let many = format!("{SMALL}drive e0..e35 size=1MiB shelf\ndrive e36 size=1MiB shelf\n");
    let large = SMALL.replace("1MiB", "17TiB");
    let odd = SMALL.replace("members=4", "members=3 sync=initial").replace("d0..d3", "d0..d2");
    let unnamed = format!("{SMALL}sweep who = d0 d1\nat 1s fail who\nafter fail d1 + 1s flush\n");
    for (name, text, place) in [
        ("many.vec", many, "many.vec:9:1"),
        ("large.vec", large, "large.vec:5:1"),
        ("odd.vec", odd, "odd.vec:4:1"),
        ("unnamed.vec", unnamed, "unnamed.vec:10:7"),
    ] {
        fs::write(dir.join(name), text).expect("a file");
        let told = raid10(&dir, &format!("check {name}"));
        assert_exit(&told, 2);
        assert!(err(&told).contains(place) && err(&told).contains("help"), "{}", err(&told));
        for command in ["replay", "sweep"] {
            let refused = raid10(&dir, &format!("{command} {name}"));
            assert_exit(&refused, 2);
            assert_eq!(err(&refused), err(&told));
        }
    }
}

#[test]
fn check_tells_all_mistakes_with_their_places() {
    let dir = directory("check");
    let wrong = SMALL.replace("model=hdd", "modl=hdd") + "at 2 pull d1\nat 3s pull d9\n";
    fs::write(dir.join("wrong.vec"), wrong).expect("a file");
    fs::write(dir.join("good.vec"), SMALL).expect("a file");
    let output = raid10(&dir, "check .");
    assert_exit(&output, 2);
    for place in ["wrong.vec:5:24", "wrong.vec:8:4", "wrong.vec:9:12"] {
        assert!(err(&output).contains(place), "{}", err(&output));
    }
    assert_eq!(out(&output), "1 vector is good\n");
    assert_exit(&raid10(&dir, "check good.vec"), 0);
}

#[test]
fn fmt_writes_the_canonical_form_once() {
    let dir = directory("fmt");
    let file = dir.join("a.vec");
    fs::write(&file, SMALL.replace("at 0s write", "at   0ms   write")).expect("a file");
    let check = raid10(&dir, "fmt --check a.vec");
    assert_exit(&check, 1);
    assert_eq!(out(&check), "a.vec\n");
    assert_eq!(out(&raid10(&dir, "fmt --stdout a.vec")), out(&raid10_fed(&dir, "fmt -", SMALL)));
    assert_exit(&raid10(&dir, "fmt a.vec"), 0);
    assert_exit(&raid10(&dir, "fmt --check a.vec"), 0);
    let wrong = "vector\n";
    fs::write(&file, wrong).expect("a file");
    assert_exit(&raid10(&dir, "fmt a.vec"), 2);
    assert_eq!(fs::read_to_string(&file).expect("a file"), wrong);
}

#[test]
fn directories_are_walked_in_order() {
    let dir = directory("walk");
    fs::create_dir_all(dir.join("b/c")).expect("a directory");
    fs::create_dir_all(dir.join("empty")).expect("a directory");
    for (path, name) in [("z.vec", "last"), ("a.vec", "first"), ("b/c/m.vec", "middle")] {
        fs::write(dir.join(path), SMALL.replace("vector small", &format!("vector {name}")))
            .expect("a file");
    }
    fs::write(dir.join("notes.txt"), "no vector").expect("a file");
    let list = out(&raid10(&dir, "list ."));
    let names: Vec<&str> =
        list.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["first", "middle", "last"]);
    assert_exit(&raid10(&dir, "check empty"), 2);
}

#[test]
fn the_trace_goes_where_it_is_wanted() {
    let dir = directory("trace");
    fs::write(dir.join("a.vec"), SMALL).expect("a file");
    assert_exit(&raid10(&dir, "replay a.vec --trace a.trace --quiet"), 0);
    let trace = fs::read_to_string(dir.join("a.trace")).expect("a trace");
    assert!(trace.lines().count() > 10 && trace.starts_with("0.000000 "), "{trace}");
    let output = raid10(&dir, "replay a.vec --trace -");
    assert_eq!(out(&output), trace);
    assert!(err(&output).contains("all held"));
}

#[test]
fn json_has_its_documented_fields() {
    let dir = directory("json");
    let text = format!("{SMALL}sweep who = d0 d1\nat 1s fail who\nat 9s flush\nexpect lost none\n");
    fs::write(dir.join("a.vec"), text).expect("a file");
    let output = raid10(&dir, "replay a.vec --at who=d1 --format json");
    assert_exit(&output, 0);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let replay = &document["replays"][0];
    assert_eq!(document["format"], 1);
    assert_eq!(replay["point"], "who=d1");
    assert_eq!(replay["held"], true);
    assert_eq!(replay["lost"]["bytes"], 0);
    assert_eq!(replay["expectations"][0]["met"], true);
    assert_eq!(replay["promises"][0]["status"], "held");
    let last = replay["timeline"].as_array().and_then(|rows| rows.last()).expect("rows");
    assert_eq!(last["drives"]["d1"], "fail");

    let output = raid10(&dir, "sweep a.vec --format json");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(document["totals"]["ok"], 2);
    assert_eq!(document["points"][1]["at"], "who=d1");
    assert_eq!(document["points"][1]["outcome"], "ok");
    assert_eq!(document["shares"][0]["values"][0]["ok"], 1);
}

#[test]
fn colour_is_by_choice() {
    let dir = directory("colour");
    fs::write(dir.join("a.vec"), SMALL).expect("a file");
    assert!(!out(&raid10(&dir, "replay a.vec")).contains('\x1b'));
    assert!(out(&raid10(&dir, "replay a.vec --color always")).contains('\x1b'));
    assert!(!err(&raid10(&dir, "replay absent.vec --color never")).contains('\x1b'));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let dir = directory("pipe");
    fs::write(dir.join("a.vec"), SMALL).expect("a file");
    for line in ["replay a.vec --trace -", "replay a.vec", "man", "completions zsh"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_raid10"))
            .args(line.split(' '))
            .current_dir(&dir)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the program ends");
        assert_exit(&output, 0);
        assert!(!err(&output).contains("panicked") && !err(&output).contains("error"), "{line}");
    }
}

#[test]
fn pages_are_made() {
    let dir = directory("pages");
    assert_exit(&raid10(&dir, "man --dir pages"), 0);
    for name in ["raid10.1", "raid10-replay.1", "raid10-sweep.1"] {
        let page = fs::read_to_string(dir.join("pages").join(name)).expect("a page");
        assert!(page.contains("EXIT STATUS"), "{name}");
    }
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(out(&raid10(&dir, &format!("completions {shell}"))).contains("raid10"), "{shell}");
    }
}

/// What `raid10 assemble` makes of the drives in a folder.
fn assembled(dir: &Path, images: &str) -> Vec<u8> {
    let drives = (0..4).map(|drive| format!(" {images}/d{drive}.img")).collect::<String>();
    let out_file = dir.join("assembled.img");
    let _ = fs::remove_file(&out_file);
    let output = raid10(dir, &format!("assemble --out assembled.img{drives}"));
    assert_exit(&output, 0);
    fs::read(out_file).expect("the content")
}

#[test]
fn what_a_replay_leaves_is_saved_as_images() {
    let dir = directory("saved");
    fs::write(dir.join("small.vec"), format!("{SMALL}finally quiesce ; stop\n")).expect("a file");
    assert_exit(&raid10(&dir, "replay small.vec --save-images new"), 0);
    let read = |name: &str| fs::read(dir.join("new").join(name)).expect(name);
    let content = read("content.img");
    assert_eq!(content.len(), 2 << 20);
    assert!(content.chunks(8).all(|word| word != [0; 8]));
    assert_eq!(assembled(&dir, "new"), content);
    assert_eq!((read("lost.txt").len(), read("open.txt").len()), (0, 0));
    let manifest = String::from_utf8(read("manifest.txt")).expect("text");
    let lines: Vec<&str> = manifest.lines().collect();
    assert_eq!(lines[0], "# raid10 replay small.vec");
    assert_eq!(
        lines[2..4],
        ["array near=2 members=4 chunk=128", "content file=content.img sectors=4096 lost=0 open=0",]
    );
    let drive = "drive d3 file=d3.img place=bay slot=3 serial=";
    assert!(
        lines[7].starts_with(drive) && lines[7].ends_with(" sectors=4096 data=2048"),
        "{manifest}"
    );
    assert_exit(&raid10(&dir, "inspect new/d0.img new/d1.img new/d2.img new/d3.img"), 0);
    // An empty folder is as good as a new one.
    fs::create_dir(dir.join("empty")).expect("a folder");
    assert_exit(&raid10(&dir, "replay small.vec --save-images empty"), 0);
    assert_eq!(fs::read(dir.join("empty/d0.img")).expect("an image"), read("d0.img"));
}

#[test]
fn images_are_saved_as_a_cut_leaves_them() {
    let dir = directory("saved-cut");
    fs::write(dir.join("small.vec"), SMALL).expect("a file");
    assert_exit(&raid10(&dir, "replay small.vec --cuts 1 --save-images first"), 0);
    // Nothing was on the drives yet.
    let first = fs::read(dir.join("first/d0.img")).expect("an image");
    assert!(first.iter().all(|&byte| byte == 0));
    assert_exit(&raid10(&dir, "replay small.vec --cuts 60:none+d1=all --save-images later"), 0);
    let content = fs::read(dir.join("later/content.img")).expect("the content");
    let open = fs::read_to_string(dir.join("later/open.txt")).expect("a list");
    assert!(!open.is_empty());
    assert_eq!(assembled(&dir, "later"), content);
    let manifest = fs::read_to_string(dir.join("later/manifest.txt")).expect("a manifest");
    assert!(
        manifest.starts_with("# raid10 replay small.vec --cuts 60:none+d1=all\n"),
        "{manifest}"
    );
}

#[test]
fn images_are_saved_into_nothing_that_is_there() {
    let dir = directory("not-saved");
    let write = |name: &str, text: &str| fs::write(dir.join(name), text).expect("a file");
    write("small.vec", SMALL);
    write("off.vec", &SMALL.replace("chunk=64KiB", "chunk=64KiB metadata=off"));
    write("named.vec", &format!("{SMALL}drive content size=1MiB shelf\n"));
    write("swept.vec", &format!("{SMALL}sweep who = d0 d1\nat 1s fail who\n"));
    fs::create_dir(dir.join("full")).expect("a folder");
    write("full/mine.txt", "mine");
    for (line, words) in [
        ("small.vec --save-images full", "is not empty"),
        ("small.vec --save-images small.vec", "no folder for images"),
        ("small.vec --save-images no/such", "cannot be made"),
        ("small.vec off.vec --save-images new", "name just one file"),
        ("swept.vec --save-images new", "it has sweeps"),
        ("small.vec --cuts linear --save-images new", "name one cut"),
        ("small.vec --cuts 1;2 --save-images new", "name one cut"),
        ("small.vec --cuts 99999 --save-images new", "there are not so many writes"),
        ("off.vec --save-images new", "metadata=off"),
        ("named.vec --save-images new", "give the drive another name"),
    ] {
        let output = raid10(&dir, &format!("replay {line}"));
        assert_exit(&output, 2);
        assert!(err(&output).contains(words), "{line}: {}", err(&output));
    }
    assert!(!dir.join("new").exists());
    let left: Vec<_> = fs::read_dir(dir.join("full")).expect("a folder").collect();
    assert_eq!(left.len(), 1);
}
