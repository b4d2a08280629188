//! `raid10 completions` and `raid10 man`.

use std::fs;
use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::args::Args;
use crate::exit::Exit;
use crate::output::Out;

pub(crate) fn completions(shell: Shell, out: &mut Out) -> Exit {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "raid10", &mut text);
    out.print(String::from_utf8_lossy(&text));
    Exit::Held
}

pub(crate) fn man(dir: Option<&Path>, out: &mut Out) -> Exit {
    let result = match dir {
        Some(dir) => fs::create_dir_all(dir)
            .and_then(|()| clap_mangen::generate_to(Args::command(), dir))
            .map_err(|why| format!("{}: cannot be written: {why}", dir.display())),
        None => {
            let mut text = Vec::new();
            let rendered = Man::new(Args::command()).render(&mut text);
            out.print(String::from_utf8_lossy(&text));
            rendered.map_err(|why| why.to_string())
        }
    };
    match result {
        Ok(()) => Exit::Held,
        Err(why) => {
            out.error(why);
            Exit::BadInput
        }
    }
}
