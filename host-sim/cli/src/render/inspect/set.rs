//! A set as a table.

use std::fmt;

use super::role;
use crate::image::set::{Seat, SetView, text};
use crate::image::standing::Standing;
use crate::render::style::{BAD, BUSY, DIM, GOOD, Painted, TITLE};
use crate::render::table::{Cell, Side, Table};

const HEADS: [&str; 6] = ["image", "number", "role", "events", "generation", "standing"];

pub(super) fn write(f: &mut fmt::Formatter<'_>, set: &SetView<'_>) -> fmt::Result {
    let name = text(&set.newest().md.set.name);
    writeln!(f, "{} {}", Painted(TITLE, name), Painted(DIM, set.uuid))?;
    let sides = [Side::Left, Side::Right, Side::Left, Side::Right, Side::Right, Side::Left];
    let mut table = Table::new(sides.to_vec());
    table.row(HEADS.iter().map(|head| Cell::new(TITLE, head)).collect());
    for seat in &set.seats {
        table.row(row(seat));
    }
    writeln!(f, "{table}")
}

fn row(seat: &Seat<'_>) -> Vec<Cell> {
    let style = match seat.standing {
        Standing::InSync => GOOD,
        Standing::Building(_) => BUSY,
        Standing::Spare => DIM,
        Standing::Faulty | Standing::Stale(_) | Standing::Ejected | Standing::Moved(_) => BAD,
    };
    let generation = seat.md.generation();
    vec![
        Cell::plain(seat.file),
        Cell::plain(seat.md.device.number),
        Cell::plain(role(seat.md.role)),
        Cell::plain(seat.md.state.events),
        Cell::plain(generation.map_or_else(|| "-".to_owned(), |count| count.to_string())),
        Cell::new(style, seat.standing),
    ]
}
