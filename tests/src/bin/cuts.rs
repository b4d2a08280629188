//! Cuts the power in vectors: `cargo xtask cuts` is the way to call it.
//!
//! `cuts POINTS WRITES DEPTH FILE…`: so many points of each vector, so many writes of each point, 0 standing for all; and
//! cuts exhaustive to a depth, 0 standing for linear.

use std::path::PathBuf;
use std::process::ExitCode;

use raid10_tests::campaign::{Extent, Report, run};
use sim_world::cuts::{Search, Tried};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some((extent, files)) = read(&words) else {
        eprintln!("error: cuts POINTS WRITES DEPTH FILE...: see cargo xtask cuts --help");
        return ExitCode::from(2);
    };
    let mut reports = Vec::new();
    for file in files {
        match run(&file, extent) {
            Ok(report) => {
                println!("{report}");
                reports.push(report);
            }
            Err(why) => {
                eprintln!("error: {why}");
                return ExitCode::from(2);
            }
        }
    }
    sum_up(&reports)
}

fn read(words: &[String]) -> Option<(Extent, Vec<PathBuf>)> {
    let [points, writes, depth, files @ ..] = words else { return None };
    let most = |word: &String| word.parse().ok().map(|most: usize| (most > 0).then_some(most));
    let search = match depth.parse().ok()? {
        0 => Search::Linear,
        depth => Search::Exhaustive(depth),
    };
    let extent = Extent { points: most(points)?, writes: most(writes)?, search };
    (!files.is_empty()).then(|| (extent, files.iter().map(PathBuf::from).collect()))
}

fn sum_up(reports: &[Report]) -> ExitCode {
    let mut total = Tried::default();
    for report in reports {
        total.add(report.tried.clone().unwrap_or_default());
    }
    let vectors = reports.iter().filter(|report| report.tried.is_some()).count();
    let (cuts, replays, down) = (total.points, total.images, total.stayed_down);
    let broken = total.broken.len();
    println!(
        "{vectors} vectors: power cut at {cuts} writes, {replays} replays, not up again by itself after {down}, \
         {broken} broken promises"
    );
    if broken > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
