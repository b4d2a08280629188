//! What survives a loss of power.

use core::fmt::{self, Display, Formatter};

use crate::script::{PowerLoss, Survival, Writes};

/// With a blank in front, if there is anything to say.
impl Display for PowerLoss {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        unless_none(f, &self.all)?;
        self.but.iter().try_for_each(|(drive, own)| write!(f, " {drive}={own}"))
    }
}

/// What survives, with a blank in front, if anything does.
pub(super) fn unless_none(f: &mut Formatter<'_>, survival: &Survival) -> fmt::Result {
    match survival {
        Survival::None => Ok(()),
        some => write!(f, " {some}"),
    }
}

impl Display for Survival {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::All => f.write_str("all"),
            Self::First(count) => write!(f, "first:{count}"),
            Self::Torn(count) => write!(f, "torn:{count}"),
            Self::Only(list) => {
                for (index, writes) in list.iter().enumerate() {
                    f.write_str(if index == 0 { "only:" } else { "," })?;
                    writes.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}

impl Display for Writes {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(number) => number.fmt(f),
            Self::Range { first, end } => write!(f, "{first}..{end}"),
        }
    }
}
