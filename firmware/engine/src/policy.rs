//! The knobs an operator may turn, each with its default.

use crate::units::Duration;

/// Policies of one array. [`Policy::default`] is what a careful operator would choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Policy {
    /// How long a drive may take over one command before the command is aborted. Default 7 s.
    pub command_timeout: Duration,
    /// How long a drive may take over an abort before it is reset, and over a reset before it is
    /// isolated. Default 2 s.
    pub abort_timeout: Duration,
    /// Percent of a target's time that rebuilds get while the host is active, 0 to 100. Default 30.
    /// An idle array is rebuilt at full speed; 0 leaves [`rebuild_min`](Self::rebuild_min).
    pub rebuild_rate: u8,
    /// Bytes per second that a rebuild makes at least, whatever the host does. Default 1 MiB/s.
    pub rebuild_min: u64,
    /// Bytes per second that a rebuild makes at most. Default unlimited ([`u64::MAX`]).
    pub rebuild_max: u64,
    /// What a failed array still does. Default [`Salvage::ReadOnly`].
    pub salvage: Salvage,
    /// Whether a missing or failed member is replaced by a spare, or by a blank drive that is put into
    /// its bay, without a command. Default true.
    pub auto_rebuild: bool,
    /// Whether an ailing member is copied to a spare without a command. Default true.
    pub auto_replace: bool,
    /// Errors after which a drive is ailing. Default 20.
    pub error_limit: u16,
    /// The time in which a drive's error count halves. Default 1 h.
    pub error_half_life: Duration,
    /// How many times slower than the median of its peers a drive is when it is called limping.
    /// Default 8; 0 turns the comparison off.
    pub limp_ratio: u16,
    /// For how long a drive limps before it is ailing. Default 10 s.
    pub limp_time: Duration,
    /// How many times a drive may leave before it is quarantined on its next return. Default 3.
    pub flap_limit: u8,
    /// How long the first quarantine lasts; each further one lasts twice as long. Default 60 s.
    pub quarantine: Duration,
    /// How often the members are flushed in the background so that regions become clean. Default 5 s.
    pub clean_interval: Duration,
    /// How often an idle spare is proven again. Default 1 h.
    pub proof_interval: Duration,
    /// For how long an array that is put together waits for absent members. Default 10 s.
    pub settle_time: Duration,
    /// After how long without writes the array is marked clean. Default 1 s.
    pub clean_delay: Duration,
}

impl Policy {
    /// Before one is chosen.
    pub(crate) const NOTHING: Self = Self {
        command_timeout: Duration(0),
        abort_timeout: Duration(0),
        rebuild_rate: 0,
        rebuild_min: 0,
        rebuild_max: 0,
        salvage: Salvage::None,
        auto_rebuild: false,
        auto_replace: false,
        error_limit: 0,
        error_half_life: Duration(0),
        limp_ratio: 0,
        limp_time: Duration(0),
        flap_limit: 0,
        quarantine: Duration(0),
        clean_interval: Duration(0),
        proof_interval: Duration(0),
        settle_time: Duration(0),
        clean_delay: Duration(0),
    };
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            command_timeout: Duration::secs(7),
            abort_timeout: Duration::secs(2),
            rebuild_rate: 30,
            rebuild_min: 1 << 20,
            rebuild_max: u64::MAX,
            salvage: Salvage::ReadOnly,
            auto_rebuild: true,
            auto_replace: true,
            error_limit: 20,
            error_half_life: Duration::secs(3600),
            limp_ratio: 8,
            limp_time: Duration::secs(10),
            flap_limit: 3,
            quarantine: Duration::secs(60),
            clean_interval: Duration::secs(5),
            proof_interval: Duration::secs(3600),
            settle_time: Duration::secs(10),
            clean_delay: Duration::secs(1),
        }
    }
}

/// What an array still does when no valid copy of some of it can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Salvage {
    /// Nothing.
    None,
    /// It reads what has a valid copy.
    ReadOnly,
    /// It reads what has a valid copy, and writes wherever a member can take the write; an overwritten
    /// lost sector is healed.
    ReadWrite,
}
