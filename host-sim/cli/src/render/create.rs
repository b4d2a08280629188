//! A set that was made.

use std::fmt;

use raid10_metadata::Uuid;

use super::quantity::{Bytes, plural};
use super::style::{DIM, Painted, TITLE};
use super::table::{Cell, Side, Table};
use crate::image::create::Layout;
use crate::image::file::SECTOR;
use crate::image::set::text;

/// A set and its members: name, bytes and identity, by slot.
pub(crate) struct Created {
    pub(crate) layout: Layout,
    pub(crate) members: Vec<((String, u64), Uuid)>,
}

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (layout, set) = (&self.layout, &self.layout.set);
        writeln!(f, "{} {}", Painted(TITLE, text(&set.name)), Painted(DIM, set.uuid))?;
        writeln!(
            f,
            "  {} on {}: {} copies, chunk {}, {} of each member",
            Bytes(layout.array_sectors() * SECTOR),
            plural(self.members.len() as u64, "member"),
            set.near_copies,
            Bytes(u64::from(set.chunk) * SECTOR),
            Bytes(set.size * SECTOR),
        )?;
        writeln!(
            f,
            "  bitmap of {}; data from sector {}",
            plural(layout.bits.count(), "bit"),
            layout.data_offset.0
        )?;
        let told = if layout.clean {
            "  the copies count as equal"
        } else {
            "  the copies will be made equal when it is first assembled"
        };
        writeln!(f, "{told}")?;
        let mut table = Table::new(vec![Side::Left, Side::Left, Side::Right, Side::Left]);
        for (slot, ((file, bytes), device)) in self.members.iter().enumerate() {
            table.row(vec![
                Cell::plain(format_args!("  slot {slot}")),
                Cell::plain(file),
                Cell::plain(Bytes(*bytes)),
                Cell::new(DIM, device),
            ]);
        }
        write!(f, "{table}")
    }
}
