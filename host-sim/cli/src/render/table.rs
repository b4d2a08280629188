//! Text in columns.

use std::fmt::{self, Write};

use anstyle::Style;

use super::style::{PLAIN, Painted};

/// One cell: what is written, and in which style.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) style: Style,
}

impl Cell {
    pub(crate) fn new(style: Style, text: impl fmt::Display) -> Self {
        Self { text: text.to_string(), style }
    }

    pub(crate) fn plain(text: impl fmt::Display) -> Self {
        Self::new(PLAIN, text)
    }
}

/// On which side of its column a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// Rows of cells; the columns are as wide as their widest cell.
pub(crate) struct Table {
    sides: Vec<Side>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    pub(crate) const fn new(sides: Vec<Side>) -> Self {
        Self { sides, rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.text.chars().count()).max().unwrap_or(0)
    }
}

/// Two blanks between columns, none at the end of a line.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths: Vec<usize> = (0..self.sides.len()).map(|column| self.width(column)).collect();
        for row in &self.rows {
            let last = row.iter().rposition(|cell| !cell.text.is_empty());
            for (column, cell) in row.iter().enumerate().take(last.map_or(0, |last| last + 1)) {
                f.write_str(if column > 0 { "  " } else { "" })?;
                let room = widths[column] - cell.text.chars().count();
                let (before, after) = match self.sides[column] {
                    Side::Left if Some(column) == last => (0, 0),
                    Side::Left => (0, room),
                    Side::Right => (room, 0),
                };
                write!(f, "{:before$}{}{:after$}", "", Painted(cell.style, &cell.text), "")?;
            }
            f.write_char('\n')?;
        }
        Ok(())
    }
}
