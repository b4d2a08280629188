//! A plan as a table.

use std::fmt;

use crate::image::member::Member;
use crate::image::plan::Plan;
use crate::render::style::{DIM, GOOD, Painted, TITLE, WARN};
use crate::render::table::{Cell, Side, Table};

pub(super) fn write(f: &mut fmt::Formatter<'_>, plan: &Plan, members: &[Member]) -> fmt::Result {
    let style = if plan.is_whole() { GOOD } else { WARN };
    let title = Painted(TITLE, "plan of the engine, nothing written:");
    writeln!(f, "{title} {}", Painted(style, plan.words()))?;
    let mut table = Table::new(vec![Side::Left; 3]);
    for (index, (member, verdict)) in members.iter().zip(&plan.verdicts).enumerate() {
        table.row(vec![
            Cell::new(DIM, format_args!("drive {index}")),
            Cell::plain(&member.file),
            Cell::plain(verdict),
        ]);
    }
    writeln!(f, "{table}")
}
