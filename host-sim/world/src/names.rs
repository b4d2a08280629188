//! The names of drives.

use alloc::string::String;
use alloc::vec::Vec;

/// The drives' names, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    drives: Vec<String>,
}

impl Names {
    /// The names in the order of the drives.
    #[must_use]
    pub const fn new(drives: Vec<String>) -> Self {
        Self { drives }
    }

    /// The name of a drive; `?` for a number that no drive has.
    #[must_use]
    pub fn drive(&self, index: u8) -> &str {
        self.drives.get(usize::from(index)).map_or("?", String::as_str)
    }

    /// The number of a name.
    #[must_use]
    pub fn index(&self, name: &str) -> Option<u8> {
        self.drives.iter().position(|drive| drive == name).map(|index| index as u8)
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.drives.len()
    }

    /// True if there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.drives.is_empty()
    }
}
