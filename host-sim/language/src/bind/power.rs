//! Losses of power at a point.

use super::Bind;
use crate::script::{Point, PowerLoss, Survival, Writes};

impl Bind for PowerLoss {
    fn bind(&self, point: &Point) -> Self {
        let but = self.but.iter();
        Self {
            all: self.all.bind(point),
            but: but.map(|(drive, own)| (drive.bind(point), own.bind(point))).collect(),
        }
    }
}

impl Bind for Survival {
    fn bind(&self, point: &Point) -> Self {
        match self {
            Self::None => Self::None,
            Self::All => Self::All,
            Self::First(count) => Self::First(count.bind(point)),
            Self::Only(list) => Self::only(list.bind(point)),
            Self::Torn(count) => Self::Torn(count.bind(point)),
        }
    }
}

impl Bind for Writes {
    fn bind(&self, point: &Point) -> Self {
        match self {
            Self::One(number) => Self::One(number.bind(point)),
            Self::Range { first, end } => {
                Self::Range { first: first.bind(point), end: end.bind(point) }
            }
        }
    }
}
