//! The engine's knobs by name.

use raid10_engine::{Duration, Policy, Salvage};

macro_rules! knobs {
    ($($(#[$doc:meta])* $variant:ident($type:ty) = $name:literal, $field:ident;)*) => {
        /// One knob of the policy and a value for it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Knob {
            $($(#[$doc])* $variant($type),)*
        }

        impl Knob {
            /// The knob's name in vectors.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)* }
            }

            /// Turns the knob.
            pub const fn turn(&self, policy: &mut Policy) {
                match *self { $(Self::$variant(value) => policy.$field = value,)* }
            }
        }
    };
}

knobs! {
    /// See [`Policy::command_timeout`].
    CommandTimeout(Duration) = "command-timeout", command_timeout;
    /// See [`Policy::abort_timeout`].
    AbortTimeout(Duration) = "abort-timeout", abort_timeout;
    /// See [`Policy::rebuild_rate`].
    RebuildRate(u8) = "rebuild-rate", rebuild_rate;
    /// See [`Policy::rebuild_min`].
    RebuildMin(u64) = "rebuild-min", rebuild_min;
    /// See [`Policy::rebuild_max`].
    RebuildMax(u64) = "rebuild-max", rebuild_max;
    /// See [`Policy::salvage`].
    Salvage(Salvage) = "salvage", salvage;
    /// See [`Policy::auto_rebuild`].
    AutoRebuild(bool) = "auto-rebuild", auto_rebuild;
    /// See [`Policy::auto_replace`].
    AutoReplace(bool) = "auto-replace", auto_replace;
    /// See [`Policy::error_limit`].
    ErrorLimit(u16) = "error-limit", error_limit;
    /// See [`Policy::error_half_life`].
    ErrorHalfLife(Duration) = "error-half-life", error_half_life;
    /// See [`Policy::limp_ratio`].
    LimpRatio(u16) = "limp-ratio", limp_ratio;
    /// See [`Policy::limp_time`].
    LimpTime(Duration) = "limp-time", limp_time;
    /// See [`Policy::flap_limit`].
    FlapLimit(u8) = "flap-limit", flap_limit;
    /// See [`Policy::quarantine`].
    Quarantine(Duration) = "quarantine", quarantine;
    /// See [`Policy::clean_interval`].
    CleanInterval(Duration) = "clean-interval", clean_interval;
    /// See [`Policy::proof_interval`].
    ProofInterval(Duration) = "proof-interval", proof_interval;
    /// See [`Policy::settle_time`].
    SettleTime(Duration) = "settle-time", settle_time;
    /// See [`Policy::clean_delay`].
    CleanDelay(Duration) = "clean-delay", clean_delay;
}
