//! Values, their units, and the names that may stand for them.

use alloc::string::String;

use super::sweep::SweepValue;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub String);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(name.into())
            }
        }
    };
}

name! {
    /// The name of a drive.
    DriveName
}
name! {
    /// The name of a load.
    LoadName
}
name! {
    /// The name of a sweep, which stands for each of its values in turn.
    SweepName
}

/// A span of time, or a time since the start, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u64);

impl Time {
    /// So many seconds.
    #[must_use]
    pub const fn secs(seconds: u64) -> Self {
        Self(seconds * 1_000_000)
    }

    /// So many milliseconds.
    #[must_use]
    pub const fn millis(milliseconds: u64) -> Self {
        Self(milliseconds * 1000)
    }

    /// The time in microseconds.
    #[must_use]
    pub const fn micros(self) -> u64 {
        self.0
    }
}

/// A share in hundredths of a percent: 0 to 10,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(pub u16);

impl Percent {
    /// All of it.
    pub const FULL: Self = Self(10_000);

    /// So many whole percent.
    #[must_use]
    pub const fn whole(percent: u8) -> Self {
        Self(percent as u16 * 100)
    }

    /// True for a whole number of percent.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.0.is_multiple_of(100)
    }

    /// The share in hundredths of a percent.
    #[must_use]
    pub const fn hundredths(self) -> u16 {
        self.0
    }
}

/// A rate in bytes per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(pub u64);

impl Rate {
    /// No limit.
    pub const UNLIMITED: Self = Self(u64::MAX);
}

/// A value, or the name of the sweep that gives it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value<T> {
    /// Written out.
    Literal(T),
    /// Given by a sweep.
    Swept(SweepName),
}

impl<T> Value<T> {
    /// The value. A script that was bound to a point has no swept value left.
    ///
    /// # Errors
    ///
    /// [`Swept`] with the name if the value is still to be given by a sweep.
    pub fn get(&self) -> Result<&T, Swept> {
        match self {
            Self::Literal(value) => Ok(value),
            Self::Swept(name) => Err(Swept(name.clone())),
        }
    }

    /// The value, if it is written out.
    #[must_use]
    pub const fn literal(&self) -> Option<&T> {
        match self {
            Self::Literal(value) => Some(value),
            Self::Swept(_) => None,
        }
    }
}

impl<T> From<T> for Value<T> {
    fn from(value: T) -> Self {
        Self::Literal(value)
    }
}

/// A value was asked for that only a point of the sweeps can give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swept(pub SweepName);

impl core::fmt::Display for Swept {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "`{}` has no value before the script is bound to a point", self.0.0)
    }
}

impl core::error::Error for Swept {}

/// What a sweep can give a value for.
pub(crate) trait FromSweep: Sized + Clone {
    /// The value, if it is of the kind.
    fn from_sweep(value: &SweepValue) -> Option<Self>;
}

impl FromSweep for Time {
    fn from_sweep(value: &SweepValue) -> Option<Self> {
        match value {
            SweepValue::Time(time) => Some(*time),
            _ => None,
        }
    }
}

impl FromSweep for Percent {
    fn from_sweep(value: &SweepValue) -> Option<Self> {
        match value {
            SweepValue::Percent(percent) => Some(*percent),
            _ => None,
        }
    }
}

impl FromSweep for DriveName {
    fn from_sweep(value: &SweepValue) -> Option<Self> {
        match value {
            SweepValue::Drive(drive) => Some(drive.clone()),
            _ => None,
        }
    }
}

impl FromSweep for u64 {
    fn from_sweep(value: &SweepValue) -> Option<Self> {
        match value {
            SweepValue::Number(number) => Some(*number),
            _ => None,
        }
    }
}

impl FromSweep for u8 {
    fn from_sweep(value: &SweepValue) -> Option<Self> {
        u64::from_sweep(value).and_then(|number| Self::try_from(number).ok())
    }
}
