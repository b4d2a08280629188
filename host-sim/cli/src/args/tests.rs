use clap::{CommandFactory, Parser};

use sim_world::cuts::Search;

use super::{Args, Color, Cuts, Format, Task};

fn parse(line: &str) -> Result<Args, clap::Error> {
    Args::try_parse_from(line.split(' '))
}

#[test]
fn the_definition_is_sound() {
    Args::command().debug_assert();
}

#[test]
fn colour_may_stand_anywhere() {
    for line in ["raid10 --color never check a.vec", "raid10 check a.vec --color never"] {
        assert_eq!(parse(line).expect("a good line").color, Color::Never);
    }
}

#[test]
fn replay_takes_many_files_and_its_options() {
    let args = parse("raid10 replay a.vec b.vec --at p=1% --trace - --format json -q");
    let Task::Replay(replay) = args.expect("a good line").task else { panic!("no replay") };
    assert_eq!(replay.files.len(), 2);
    assert_eq!(replay.at.as_deref(), Some("p=1%"));
    assert_eq!(replay.format, Format::Json);
    assert!(replay.quiet && replay.trace.is_some());
}

#[test]
fn cuts_are_searched_for_or_named() {
    for (word, expected) in [
        ("none", Cuts::None),
        ("linear", Cuts::Search(Search::Linear)),
        ("exhaustive", Cuts::Search(Search::Exhaustive(1))),
        ("exhaustive=2", Cuts::Search(Search::Exhaustive(2))),
        ("17:none+d1=all;4", Cuts::Named(vec!["17:none+d1=all".into(), "4".into()])),
    ] {
        let args = parse(&format!("raid10 replay a.vec --cuts {word}")).expect(word);
        let Task::Replay(replay) = args.task else { panic!("no replay") };
        assert_eq!(replay.cuts, expected);
    }
}

#[test]
fn wrong_lines_are_refused() {
    let lines = [
        "raid10",
        "raid10 replay",
        "raid10 replay a.vec --cuts all",
        "raid10 replay a.vec --cuts exhaustive=9",
        "raid10 sweep a.vec b.vec",
        "raid10 sweep a.vec --jobs 0",
        "raid10 fmt a.vec --check --stdout",
        "raid10 completions no-such-shell",
    ];
    for line in lines {
        assert!(parse(line).is_err(), "{line}");
    }
}

#[test]
fn every_command_tells_its_exit_status() {
    for mut command in Args::command().get_subcommands().cloned() {
        if matches!(command.get_name(), "completions" | "man" | "help") {
            continue;
        }
        let help = command.render_long_help().to_string();
        assert!(help.contains("EXIT STATUS"), "{}", command.get_name());
    }
}
