//! The timeline as a table: time, a column a drive, host, array, what happened.

use std::fmt::Display;

use anstyle::Style;

use super::quantity::{Count, Millis};
use super::style::{BAD, BUSY, DEED, DIM, GOOD, PLAIN, TITLE, WARN};
use super::table::{Cell, Side, Table};
use crate::timeline::{News, NewsKind, Row, Timeline, Word};

/// Things that are listed for one row.
const SHOWN: usize = 12;

/// The rows with their heading.
pub(crate) fn text(timeline: &Timeline) -> impl Display {
    let names = timeline.names();
    let drives = names.len();
    let mut sides = vec![Side::Left; drives + 4];
    sides[0] = Side::Right;
    let mut table = Table::new(sides);
    let columns = (0..drives).map(|drive| names.drive(drive as u8));
    let heads = ["time s"].into_iter().chain(columns).chain(["host", "array", "what"]);
    table.row(heads.map(|head| Cell::new(TITLE, head)).collect());
    for row in timeline.rows() {
        add(&mut table, row);
    }
    table
}

/// The states stand beside the first thing that happened, the others below it.
fn add(table: &mut Table, row: &Row) {
    let blank = row.drives.len() + 3;
    let mut cells = vec![Cell::plain(Millis(row.at))];
    cells.extend(row.drives.iter().map(|word| Cell::new(style_of(*word), word)));
    let host = if row.host.failed > 0 { BAD } else { PLAIN };
    cells.push(Cell::new(host, row.host));
    cells.push(Cell::new(array_style(row.array), row.array));
    for news in row.what.iter().take(SHOWN) {
        cells.push(news_cell(news));
        table.row(std::mem::replace(&mut cells, vec![Cell::plain(""); blank]));
    }
    if let Some(more) = row.what.len().checked_sub(SHOWN)
        && more > 0
    {
        cells.push(Cell::new(DIM, format_args!("and {more} more")));
        table.row(cells);
    }
}

fn news_cell(news: &News) -> Cell {
    let style = match news.kind {
        NewsKind::Fault | NewsKind::Order => DEED,
        NewsKind::Info => PLAIN,
        NewsKind::Warning => WARN,
        NewsKind::Critical | NewsKind::Fatal => BAD,
        NewsKind::Broken => BAD.invert(),
        NewsKind::Mark => DIM,
    };
    let prefix = match news.kind {
        NewsKind::Fault => "! ",
        NewsKind::Order => "> ",
        NewsKind::Broken => "BROKEN ",
        NewsKind::Info
        | NewsKind::Warning
        | NewsKind::Critical
        | NewsKind::Fatal
        | NewsKind::Mark => "",
    };
    let times = match news.count {
        1 => String::new(),
        count => format!(" x{}", Count(u64::from(count))),
    };
    Cell::new(style, format_args!("{prefix}{}{times}", news.text))
}

const fn style_of(word: Word) -> Style {
    match word {
        Word::Ok => GOOD,
        Word::Filling(..) => BUSY,
        Word::Shelf | Word::Free | Word::Spare => DIM,
        Word::Limp | Word::Suspect | Word::Ailing | Word::Bad | Word::Hung => WARN,
        Word::Away | Word::Failed | Word::Out | Word::Quarantined | Word::Dead => BAD,
    }
}

fn array_style(word: &str) -> Style {
    match word {
        "optimal" => GOOD,
        "failed" | "salvage" => BAD,
        _ => WARN,
    }
}
