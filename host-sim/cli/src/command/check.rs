//! `raid10 check`.

use crate::args::CheckArgs;
use crate::exit::Exit;
use crate::output::Out;
use crate::render::quantity::plural;
use crate::vector::Vector;

pub(crate) fn run(args: &CheckArgs, out: &mut Out) -> Exit {
    let (vectors, worst) = Vector::load_all(&args.files, out);
    let good = vectors.len() as u64;
    if !args.quiet && good > 0 {
        let verb = if good == 1 { "is" } else { "are" };
        out.print(format_args!("{} {verb} good\n", plural(good, "vector")));
    }
    worst
}
