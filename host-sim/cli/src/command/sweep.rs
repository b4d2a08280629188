//! `raid10 sweep`.

use indicatif::{ProgressBar, ProgressStyle};
use rayon::ThreadPoolBuilder;

use super::print_json;
use crate::args::{Format, SweepArgs};
use crate::exit::Exit;
use crate::output::Out;
use crate::render::matrix::Report;
use crate::render::sweep_json::Document;
use crate::sweep::{self, Swept};
use crate::vector::Vector;

pub(crate) fn run(args: &SweepArgs, out: &mut Out) -> Exit {
    let vector = match Vector::load(&args.file, out) {
        Ok(vector) => vector,
        Err(exit) => return exit,
    };
    match sweep(&vector, args) {
        Ok(swept) => {
            let written = match args.format {
                Format::Json => print_json(&Document::new(&vector, &swept, args.only_failed), out),
                Format::Text => {
                    out.print(Report::new(&vector, &swept, args.only_failed));
                    Exit::Held
                }
            };
            written.max(swept.exit())
        }
        Err(why) => {
            out.error(format_args!("{}: {why}", vector.file()));
            Exit::BadInput
        }
    }
}

fn sweep(vector: &Vector, args: &SweepArgs) -> Result<Swept, String> {
    if vector.script.sweeps.is_empty() {
        let file = vector.path.display();
        return Err(format!("it has no sweeps, and so just one replay\n  raid10 replay {file}"));
    }
    let jobs = args.jobs.map_or(0, usize::from);
    let pool = ThreadPoolBuilder::new()
        .num_threads(jobs)
        .build()
        .map_err(|why| format!("the threads cannot be started: {why}"))?;
    let bar = bar(vector);
    let swept = pool.install(|| sweep::run(vector, &|| bar.inc(1)));
    bar.finish_and_clear();
    if swept.points.is_empty() {
        return Err("its sweeps have no points".to_string());
    }
    Ok(swept)
}

/// The progress on the standard error output; nothing if that is no terminal.
fn bar(vector: &Vector) -> ProgressBar {
    let points = vector.script.points();
    let (bar, template) = if points.is_open() {
        (ProgressBar::new_spinner(), "{spinner} {pos} points in {elapsed}")
    } else {
        let template = "{wide_bar} {pos}/{len} points, {eta} left";
        (ProgressBar::new(points.rows()), template)
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
