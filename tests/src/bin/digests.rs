//! `cargo run --release -p raid10-tests --bin digests -- FILE…`: what each vector comes to at each point of its
//! sweeps, on this computer, as a board tells it of a list: `EXIT LINES DIGEST FILE` or `EXIT LINES DIGEST FILE POINT`.

use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::{env, fs, thread};

use raid10_replayer::{Console, Failure, summary};
use raid10_tests::run::{Happened, each_point, read};
use sim_world::images::Images;

/// This computer, as a machine that replays one vector at all its points.
#[derive(Default)]
struct Host {
    /// The images that its array begins with, once they were read.
    images: Option<Arc<Images>>,
}

impl Console for Host {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        fs::read(path).map_err(|why| why.to_string())
    }

    fn images(&mut self, path: &str, folder: &str) -> Result<Arc<Images>, Failure> {
        if let Some(images) = &self.images {
            return Ok(Arc::clone(images));
        }
        let folder = Path::new(path).parent().unwrap_or(Path::new("")).join(folder);
        let images = drive_images::load(&folder).map_err(|why| Failure::from(why.to_string()))?;
        Ok(Arc::clone(self.images.insert(Arc::new(images))))
    }

    fn trace(&mut self, text: &str) {
        print!("{text}");
    }

    fn report(&mut self, text: &str) {
        eprint!("{text}");
    }
}

fn main() -> ExitCode {
    let files: Vec<String> = env::args().skip(1).collect();
    let (next, texts) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(file) = files.get(index) else { return };
        let text = digests(file);
        if let Ok(mut texts) = texts.lock() {
            texts.push((index, text));
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut texts = texts.into_inner().unwrap_or_default();
    texts.sort_unstable_by_key(|(index, _)| *index);
    let mut exit = ExitCode::SUCCESS;
    for (_, text) in texts {
        match text {
            Ok(text) => print!("{text}"),
            Err(why) => {
                eprint!("{why}");
                exit = ExitCode::from(2);
            }
        }
    }
    exit
}

/// The lines of one vector, or what is wrong with it.
fn digests(file: &str) -> Result<String, String> {
    let text = fs::read_to_string(file).map_err(|why| format!("error: {file}: {why}\n"))?;
    let script = read(file, &text)?;
    let swept = !script.sweeps.is_empty();
    let (mut lines, mut host) = (String::new(), Host::default());
    let mut wrong = None;
    each_point(
        &script,
        |point| {
            let at = swept.then(|| point.to_string());
            let played = summary(file, at.as_deref(), &mut host);
            let whole = played.as_ref().is_ok_and(|summary| summary.executed);
            (played, if whole { Happened::Yes } else { Happened::NotAll })
        },
        |point, played| match played {
            Ok(summary) if swept => lines += &format!("{summary} {file} {point}\n"),
            Ok(summary) => lines += &format!("{summary} {file}\n"),
            Err(why) => wrong = Some(why.message),
        },
    );
    wrong.map_or(Ok(lines), Err)
}
