//! `raid10 replay --cuts`: the power is cut at every write.

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use sim_world::cuts::{Search, Tried, parse, try_at, try_these};
use sim_world::plan::{Cut, Plan};
use vector_language::Point;

use super::print_json;
use crate::args::{Cuts, Format, ReplayArgs};
use crate::exit::Exit;
use crate::output::Out;
use crate::render::cuts::{Document, Report, Searched};
use crate::run::WITHOUT_RECORDS;
use crate::vector::Vector;

/// Writes at which the power is cut at once, before it is looked whether there were so many.
const BATCH: u64 = 64;

/// Searches all vectors.
pub(super) fn run(args: &ReplayArgs, out: &mut Out) -> Exit {
    let (vectors, mut worst) = Vector::load_all(&args.files, out);
    if args.trace.is_some() {
        out.error("`--trace` is for one replay: name one cut, such as `--cuts 17:all`");
        return Exit::BadInput;
    }
    if args.save_images.is_some() {
        out.error("`--save-images` is for one replay: name one cut, such as `--cuts 17:all`");
        return Exit::BadInput;
    }
    let mut documents = Vec::new();
    for vector in &vectors {
        match search(vector, args) {
            Ok((point, plan, tried)) => {
                let searched =
                    Searched { vector, point: &point, names: &plan.names, tried: &tried };
                let held = tried.broken.is_empty();
                worst = worst.max(if held { Exit::Held } else { Exit::Broken });
                match args.format {
                    Format::Text => out.print(Report(searched)),
                    Format::Json => documents.push(searched.view()),
                }
            }
            Err(why) => {
                out.error(format_args!("{}: {why}", vector.file()));
                worst = Exit::BadInput;
            }
        }
    }
    if args.format == Format::Json {
        worst = worst.max(print_json(&Document::new(documents), out));
    }
    worst
}

fn search(vector: &Vector, args: &ReplayArgs) -> Result<(Point, Plan, Tried), String> {
    let point = super::replay::point_of(vector, args.at.as_deref())?;
    let plan = vector.plan(&point)?;
    if !plan.metadata {
        return Err(WITHOUT_RECORDS.into());
    }
    let tried = match &args.cuts {
        Cuts::Search(search) => each_write(&plan, *search)?,
        Cuts::Named(names) => these(&plan, names)?,
        Cuts::None => Tried::default(),
    };
    Ok((point, plan, tried))
}

/// The cuts of a name.
pub(super) fn named(plan: &Plan, name: &str) -> Result<Vec<Cut>, String> {
    parse(name, &plan.names).map_err(|why| why.to_string())
}

fn these(plan: &Plan, names: &[String]) -> Result<Tried, String> {
    let mut total = Tried::default();
    for name in names {
        let tried = try_these(plan, &named(plan, name)?).map_err(|why| why.to_string())?;
        if tried.images == 0 {
            return Err(format!("there are not so many writes: --cuts {name}"));
        }
        total.add(tried);
    }
    Ok(total)
}

/// Cuts the power at each write, as long as there are writes.
fn each_write(plan: &Plan, search: Search) -> Result<Tried, String> {
    let bar = bar();
    let mut total = Tried::default();
    for first in (1..).step_by(BATCH as usize) {
        let play = |write: u64| {
            let tried = try_at(plan, search, write);
            bar.inc(1);
            tried
        };
        let batch: Result<Vec<Option<Tried>>, _> =
            (first..first + BATCH).into_par_iter().map(play).collect();
        let batch = batch.map_err(|why| why.to_string())?;
        let over = batch.contains(&None);
        batch.into_iter().flatten().for_each(|tried| total.add(tried));
        if over {
            break;
        }
    }
    bar.finish_and_clear();
    Ok(total)
}

/// The progress on the standard error output; nothing if that is no terminal.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    match ProgressStyle::with_template("{spinner} {pos} writes in {elapsed}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
