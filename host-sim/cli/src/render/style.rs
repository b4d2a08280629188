//! Colours. They are always written, and taken out on the way to where they are not wanted.

use std::fmt;

use anstyle::{AnsiColor, Style};

/// All is well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Needs a look.
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default();
/// Is wrong.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Work in progress.
pub(crate) const BUSY: Style = AnsiColor::Cyan.on_default();
/// What somebody did.
pub(crate) const DEED: Style = AnsiColor::Magenta.on_default().bold();
/// Of less interest.
pub(crate) const DIM: Style = Style::new().dimmed();
/// Titles.
pub(crate) const TITLE: Style = Style::new().bold();
/// As it is.
pub(crate) const PLAIN: Style = Style::new();

/// Something in a style.
pub(crate) struct Painted<T>(pub(crate) Style, pub(crate) T);

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.render())?;
        self.1.fmt(f)?;
        write!(f, "{}", self.0.render_reset())
    }
}
