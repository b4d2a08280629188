//! `raid10 replay`.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;

use vector_language::Point;

use super::{cuts, print_json};
use crate::args::{Cuts, Format, ReplayArgs};
use crate::exit::Exit;
use crate::files;
use crate::output::Out;
use crate::render::json::{Document, Replay};
use crate::render::style::{DIM, Painted, TITLE};
use crate::render::timeline;
use crate::render::verdicts::Report;
use crate::run::{Run, Wanted};
use crate::saved::{self, Folder};
use crate::vector::Vector;

pub(crate) fn run(args: &ReplayArgs, out: &mut Out) -> Exit {
    if trace_has_stdout(args) && args.format == Format::Json {
        out.error("`--trace -` and `--format json` both want the standard output: name a file");
        return Exit::BadInput;
    }
    if searches(args) {
        return cuts::run(args, out);
    }
    let (vectors, mut worst) = Vector::load_all(&args.files, out);
    let for_one = args.at.is_some() || args.trace.is_some() || args.save_images.is_some();
    if vectors.len() > 1 && for_one {
        out.error("`--at`, `--trace` and `--save-images` are for one vector: name just one file");
        return Exit::BadInput;
    }
    let mut trace = match args.trace.as_deref().map(open).transpose() {
        Ok(trace) => trace,
        Err(why) => {
            out.error(why);
            return Exit::BadInput;
        }
    };
    let mut replays = Vec::new();
    for vector in &vectors {
        match play(vector, args, trace.as_deref_mut()) {
            Ok(run) => {
                worst = worst.max(run.exit());
                match args.format {
                    Format::Text => report(vector, &run, args, out),
                    Format::Json => replays.push(Replay::new(vector, &run)),
                }
            }
            Err(why) => {
                out.error(format_args!("{}: {why}", vector.file()));
                worst = Exit::BadInput;
            }
        }
    }
    if args.format == Format::Json {
        worst = worst.max(finish_json(Document::new(replays), args, out));
    }
    worst
}

/// Plays a vector, and says what to type if it cannot be played as it is.
fn play<'t>(
    vector: &Vector,
    args: &ReplayArgs,
    trace: Option<&'t mut (dyn Write + 'static)>,
) -> Result<Run, String> {
    let point = point_of(vector, args.at.as_deref())?;
    let Some(path) = &args.save_images else {
        return play_point(vector, point, &args.cuts, trace, false);
    };
    let plan = vector.plan(&point)?;
    saved::check(&plan)?;
    let mut folder = Folder::open(path)?;
    let mut run =
        play_point(vector, point, &args.cuts, trace, true).inspect_err(|_| folder.give_up())?;
    if let Some(remains) = run.remains.take() {
        folder.save(&run.replay_line(vector), &plan, &remains)?;
    }
    Ok(run)
}

fn play_point(
    vector: &Vector,
    point: Point,
    cuts: &Cuts,
    mut trace: Option<&mut (dyn Write + 'static)>,
    remains: bool,
) -> Result<Run, String> {
    let wanted =
        Wanted { trace: trace.as_deref_mut().map(|trace| trace as &mut dyn Write), remains };
    let run = match cuts {
        Cuts::Named(names) => {
            let cuts = cuts::named(&vector.plan(&point)?, &names.join(";"))?;
            Run::cut(vector, point, &cuts, wanted)?
        }
        Cuts::None | Cuts::Search(_) => Run::of(vector, point, wanted)?,
    };
    match trace.map_or(Ok(()), |trace| trace.flush()) {
        Err(why) if why.kind() != ErrorKind::BrokenPipe => {
            Err(format!("the trace cannot be written: {why}"))
        }
        _ => Ok(run),
    }
}

/// True if there is more than one replay a vector, and so no timeline.
fn searches(args: &ReplayArgs) -> bool {
    match &args.cuts {
        Cuts::None => false,
        Cuts::Search(_) => true,
        Cuts::Named(names) => names.len() > 1,
    }
}

pub(super) fn point_of(vector: &Vector, at: Option<&str>) -> Result<Point, String> {
    match at {
        Some(at) => vector.script.parse_point(at).map_err(|why| why.to_string()),
        None if vector.script.sweeps.is_empty() => Ok(Point::default()),
        None => {
            let file = vector.path.display();
            let first = vector.script.points().next().unwrap_or_default();
            Err(format!(
                "it has sweeps: play all points, or one of them\n  raid10 sweep {file}\n  {}",
                vector.replay_line(&first)
            ))
        }
    }
}

fn open(path: &Path) -> Result<Box<dyn Write>, String> {
    if files::is_stdin(path) {
        return Ok(Box::new(Forgiving(BufWriter::new(io::stdout()))));
    }
    match File::create(path) {
        Ok(file) => Ok(Box::new(BufWriter::new(file))),
        Err(why) => Err(format!("{}: cannot be written: {why}", path.display())),
    }
}

/// Takes everything once its reader is gone, so that the verdict is still reached.
struct Forgiving<W>(W);

impl<W: Write> Write for Forgiving<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        forgive(self.0.write(bytes), bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        forgive(self.0.flush(), ())
    }
}

fn forgive<T>(result: io::Result<T>, instead: T) -> io::Result<T> {
    match result {
        Err(why) if why.kind() == ErrorKind::BrokenPipe => Ok(instead),
        result => result,
    }
}

/// True if the standard output belongs to the trace.
fn trace_has_stdout(args: &ReplayArgs) -> bool {
    args.trace.as_deref().is_some_and(files::is_stdin)
}

fn report(vector: &Vector, run: &Run, args: &ReplayArgs, out: &mut Out) {
    let heading = &vector.script.vector.value;
    let id = vector.script.point_id(&run.point);
    let report = Report { vector, run, quiet: args.quiet };
    let text = if args.quiet {
        report.to_string()
    } else {
        let title = Painted(TITLE, &heading.title);
        let timeline = timeline::text(&run.timeline);
        format!("{}  {title}\n\n{timeline}{report}\n", Painted(DIM, id))
    };
    if trace_has_stdout(args) {
        out.note(text);
    } else {
        out.print(text);
    }
}

fn finish_json(mut document: Document, args: &ReplayArgs, out: &mut Out) -> Exit {
    if args.quiet {
        document.keep_failed();
    }
    print_json(&document, out)
}
