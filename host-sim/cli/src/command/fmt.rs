//! `raid10 fmt`.

use std::fs;

use crate::args::FmtArgs;
use crate::exit::Exit;
use crate::files;
use crate::output::Out;
use crate::vector::Vector;

pub(crate) fn run(args: &FmtArgs, out: &mut Out) -> Exit {
    let (vectors, mut worst) = Vector::load_all(&args.files, out);
    for vector in &vectors {
        worst = worst.max(format_one(vector, args, out));
    }
    worst
}

fn format_one(vector: &Vector, args: &FmtArgs, out: &mut Out) -> Exit {
    let canonical = vector.script.to_string();
    if args.check {
        if canonical == vector.text {
            return Exit::Held;
        }
        out.print(format_args!("{}\n", vector.file()));
        return Exit::Broken;
    }
    if args.stdout || files::is_stdin(&vector.path) {
        out.print(canonical);
        return Exit::Held;
    }
    if canonical == vector.text {
        return Exit::Held;
    }
    match fs::write(&vector.path, canonical) {
        Ok(()) => Exit::Held,
        Err(why) => {
            out.error(format_args!("{}: cannot be written: {why}", vector.file()));
            Exit::BadInput
        }
    }
}
