//! What can happen in a random sequence, and to which arrays.

extern crate std;

use std::vec;

use proptest::prelude::*;

use crate::rig::Setup;
use crate::{Duration, HostOp, Initial, Policy, Salvage};

/// One step of a sequence. Numbers are taken modulo what there is.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Write(HostOp, u64, u64),
    Read(u64, u64),
    Flush,
    Pull(u8),
    Return {
        drive: u8,
        power_cycled: bool,
    },
    InsertBlank {
        drive: u8,
        bay: u8,
    },
    Kill(u8),
    Silence(u8),
    Unreadable(u8, u64),
    Unwritable(u8, u64),
    /// Many sectors that cannot be read, so far apart.
    Scratch(u8, u64),
    /// Many short writes, so far apart.
    Scatter(u64),
    FailFlush(u8),
    Heal(u8),
    Hold(u8),
    Release,
    Eject(u8),
    Remove(u8),
    AddSpare(u8),
    Replace(u8),
    CancelReplace(u8),
    Pause(u8),
    Resume(u8),
    AcceptLosses,
    Pass(u64),
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let drive = || 0..8_u8;
    let write = prop_oneof![
        4 => Just(HostOp::Write),
        1 => Just(HostOp::WriteDurable),
        1 => Just(HostOp::Trim),
        1 => Just(HostOp::WriteZeroes)
    ];
    prop_oneof![
        12 => (write, any::<u64>(), 1..40_u64).prop_map(|(op, lba, len)| Step::Write(op, lba, len)),
        6 => (any::<u64>(), 1..40_u64).prop_map(|(lba, len)| Step::Read(lba, len)),
        3 => Just(Step::Flush),
        4 => drive().prop_map(Step::Pull),
        5 => (drive(), any::<bool>())
            .prop_map(|(drive, power_cycled)| Step::Return { drive, power_cycled }),
        2 => (drive(), 0..6_u8).prop_map(|(drive, bay)| Step::InsertBlank { drive, bay }),
        1 => drive().prop_map(Step::Kill),
        1 => drive().prop_map(Step::Silence),
        3 => (drive(), any::<u64>()).prop_map(|(drive, lba)| Step::Unreadable(drive, lba)),
        3 => (drive(), any::<u64>()).prop_map(|(drive, lba)| Step::Unwritable(drive, lba)),
        1 => drive().prop_map(Step::FailFlush),
        2 => drive().prop_map(Step::Heal),
        3 => drive().prop_map(Step::Hold),
        4 => Just(Step::Release),
        1 => drive().prop_map(Step::Eject),
        1 => drive().prop_map(Step::Remove),
        3 => drive().prop_map(Step::AddSpare),
        2 => drive().prop_map(Step::Replace),
        1 => drive().prop_map(Step::CancelReplace),
        1 => drive().prop_map(Step::Pause),
        1 => drive().prop_map(Step::Resume),
        1 => Just(Step::AcceptLosses),
        5 => (1..10_000_u64).prop_map(Step::Pass),
    ]
}

/// A step on worn-out drives: much has to be recorded.
pub(super) fn worn_out_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => step(),
        1 => (0..8_u8, 2..60_u64).prop_map(|(drive, stride)| Step::Scratch(drive, stride)),
        1 => (2..60_u64).prop_map(Step::Scatter),
    ]
}

pub(super) fn setup() -> impl Strategy<Value = Setup> {
    let shape = (2..=3_u8, 0..4_u8, prop_oneof![Just(8_u64), Just(16), Just(64)]);
    let policy = (any::<bool>(), any::<bool>());
    (shape, policy, any::<bool>(), any::<bool>()).prop_map(
        |((copies, more, chunk), (read_write, slow), volatile, differing)| {
            let members = copies + more;
            let policy = Policy {
                salvage: if read_write { Salvage::ReadWrite } else { Salvage::ReadOnly },
                rebuild_max: if slow { 1 << 17 } else { u64::MAX },
                quarantine: Duration::secs(1),
                ..Policy::default()
            };
            let even = members.is_multiple_of(copies);
            let initial = if differing && even { Initial::Differing } else { Initial::Equal };
            let base = Setup::new(copies, members, 2);
            Setup { chunk, size: 256, volatile, initial, policy, ..base }
        },
    )
}
