//! Knobs and their values.

use alloc::vec::Vec;

use raid10_engine::Duration;
use vector_language::script as text;

use super::{Cause, Result, value};
use crate::knob::Knob;

/// A knob of the engine with its value.
fn knob(setting: &text::Setting) -> Result<Knob> {
    use text::KnobValue as V;
    let wrong = || Cause::Word(setting.knob.name());
    let number = match &setting.value {
        V::Time(time) => value(time)?.0,
        V::Percent(percent) => u64::from(value(percent)?.0 / 100),
        V::Rate(rate) => rate.0,
        V::Number(number) => value(number)?,
        V::Switch(on) => u64::from(*on),
        V::Salvage(_) => 0,
    };
    let small = || u16::try_from(number).map_err(|_| wrong());
    let byte = || u8::try_from(number).map_err(|_| wrong());
    Ok(match setting.knob {
        text::Knob::CommandTimeout => Knob::CommandTimeout(Duration(number)),
        text::Knob::AbortTimeout => Knob::AbortTimeout(Duration(number)),
        text::Knob::RebuildRate => Knob::RebuildRate(byte()?),
        text::Knob::RebuildMin => Knob::RebuildMin(number),
        text::Knob::RebuildMax => Knob::RebuildMax(number),
        text::Knob::Salvage => match &setting.value {
            V::Salvage(salvage) => Knob::Salvage(salvage_of(*salvage)),
            _ => return Err(wrong()),
        },
        text::Knob::AutoRebuild => Knob::AutoRebuild(number != 0),
        text::Knob::AutoReplace => Knob::AutoReplace(number != 0),
        text::Knob::ErrorLimit => Knob::ErrorLimit(small()?),
        text::Knob::ErrorHalfLife => Knob::ErrorHalfLife(Duration(number)),
        text::Knob::LimpRatio => Knob::LimpRatio(small()?),
        text::Knob::LimpTime => Knob::LimpTime(Duration(number)),
        text::Knob::FlapLimit => Knob::FlapLimit(byte()?),
        text::Knob::Quarantine => Knob::Quarantine(Duration(number)),
        text::Knob::CleanInterval => Knob::CleanInterval(Duration(number)),
        text::Knob::SettleTime => Knob::SettleTime(Duration(number)),
        text::Knob::CleanDelay => Knob::CleanDelay(Duration(number)),
        text::Knob::ProofInterval => Knob::ProofInterval(Duration(number)),
    })
}

const fn salvage_of(salvage: text::Salvage) -> raid10_engine::Salvage {
    match salvage {
        text::Salvage::None => raid10_engine::Salvage::None,
        text::Salvage::ReadOnly => raid10_engine::Salvage::ReadOnly,
        text::Salvage::ReadWrite => raid10_engine::Salvage::ReadWrite,
    }
}

/// The knobs of a statement.
pub(super) fn knobs(settings: &[text::Setting]) -> Result<Vec<Knob>> {
    settings.iter().map(knob).collect()
}
