//! `raid10 list`.

use serde::Serialize;
use vector_language::Script;

use super::print_json;
use crate::args::{Format, ListArgs};
use crate::exit::Exit;
use crate::output::Out;
use crate::render::style::{DIM, TITLE};
use crate::render::table::{Cell, Side, Table};
use crate::vector::Vector;

/// One vector in the list.
#[derive(Debug, Serialize)]
struct Entry {
    file: String,
    name: String,
    title: String,
    tags: Vec<String>,
    sources: Vec<String>,
    sweeps: Vec<String>,
    identity: String,
}

pub(crate) fn run(args: &ListArgs, out: &mut Out) -> Exit {
    let (vectors, worst) = Vector::load_all(&args.files, out);
    let wanted = |entry: &Entry| args.tag.iter().all(|tag| entry.tags.contains(tag));
    let entries: Vec<Entry> = vectors.iter().map(entry).filter(wanted).collect();
    match args.format {
        Format::Json => worst.max(print_json(&entries, out)),
        Format::Text => {
            out.print(table(&entries));
            worst
        }
    }
}

fn entry(vector: &Vector) -> Entry {
    let script: &Script = &vector.script;
    Entry {
        file: vector.file(),
        name: vector.name().to_string(),
        title: script.vector.value.title.clone(),
        tags: script.tags.as_ref().map(|line| line.value.clone()).unwrap_or_default(),
        sources: script.sources.iter().map(|line| line.value.clone()).collect(),
        sweeps: script.sweeps.iter().map(|line| line.value.name.0.clone()).collect(),
        identity: format!("{:016x}", script.identity()),
    }
}

fn table(entries: &[Entry]) -> Table {
    let mut table = Table::new(vec![Side::Left; 4]);
    if !entries.is_empty() {
        let heads = ["name", "tags", "title", "source"];
        table.row(heads.iter().map(|head| Cell::new(TITLE, head)).collect());
    }
    for entry in entries {
        table.row(vec![
            Cell::plain(&entry.name),
            Cell::plain(entry.tags.join(" ")),
            Cell::plain(&entry.title),
            Cell::new(DIM, entry.sources.join(" ")),
        ]);
    }
    table
}
