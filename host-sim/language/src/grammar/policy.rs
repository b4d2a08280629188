//! Policies.

use alloc::format;
use alloc::vec::Vec;

use super::context::Context;
use super::flaw::Flaw;
use super::options::key;
use super::token::{Parsed, at_end, choose, keyword, skip};
use super::{unit, value};
use crate::nearest::nearest;
use crate::script::{Knob, KnobKind, KnobValue, Rate, Salvage, Setting, Time};

/// The words for what a failed array still does.
pub(crate) const SALVAGES: [(&str, Salvage); 3] =
    [("none", Salvage::None), ("read-only", Salvage::ReadOnly), ("read-write", Salvage::ReadWrite)];
/// The words for switches.
pub(crate) const SWITCHES: [(&str, bool); 2] = [("on", true), ("off", false)];

/// `KNOB=VALUE …`
pub(crate) fn settings<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Vec<Setting>> {
    let mut settings: Vec<Setting> = Vec::new();
    let mut rest = input;
    while !at_end(rest) {
        let start = skip(rest);
        let (after, setting) = setting(context, rest)?;
        if settings.iter().any(|other| other.knob == setting.knob) {
            let name = setting.knob.name();
            let flaw = Flaw::part(start, name.len(), format!("`{name}` is given twice"));
            context.report(flaw.label("again").help("keep one of them"));
        }
        settings.push(setting);
        rest = after;
    }
    if settings.is_empty() {
        return Flaw::expected(rest, "a policy").help("for instance `rebuild-rate=100%`").fail();
    }
    Ok((rest, settings))
}

fn setting<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Setting> {
    let Some((rest, key)) = key(input) else {
        return Flaw::expected(input, "a policy").fail();
    };
    let Some(knob) = Knob::ALL.iter().find(|knob| knob.name() == key.name).copied() else {
        let names = Knob::ALL.iter().map(|knob| knob.name());
        let help = nearest(key.name, names.clone());
        let flaw = Flaw::unknown(input, key.name, "policy", names);
        return match help {
            Some(_) => flaw.fail(),
            None => flaw.help("the policies are listed in the language reference").fail(),
        };
    };
    if !key.valued {
        let flaw = Flaw::part(key.input, key.name.len(), format!("`{}` needs a value", key.name));
        return flaw.help(format!("write `{}=…` without blanks", key.name)).fail();
    }
    let (rest, value) = knob_value(context, knob, rest)?;
    Ok((rest, Setting { knob, value }))
}

fn knob_value<'a>(context: &Context<'_>, knob: Knob, input: &'a str) -> Parsed<'a, KnobValue> {
    match knob.kind() {
        KnobKind::Time(least) => value::time_from(context, Time(least), input)
            .map(|(rest, it)| (rest, KnobValue::Time(it))),
        KnobKind::Percent => {
            value::whole_percent(context, input).map(|(rest, it)| (rest, KnobValue::Percent(it)))
        }
        KnobKind::Rate(least) => {
            rate(context, least, input).map(|(rest, it)| (rest, KnobValue::Rate(it)))
        }
        KnobKind::Number(least, most) => value::number(context, least, most, input)
            .map(|(rest, it)| (rest, KnobValue::Number(it))),
        KnobKind::Switch => choose(input, "switch", SWITCHES.into_iter())
            .map(|(rest, it)| (rest, KnobValue::Switch(it))),
        KnobKind::Salvage => choose(input, "salvage policy", SALVAGES.into_iter())
            .map(|(rest, it)| (rest, KnobValue::Salvage(it))),
    }
}

fn rate<'a>(context: &Context<'_>, least: u64, input: &'a str) -> Parsed<'a, Rate> {
    if let Some(rest) = keyword("unlimited", input) {
        return Ok((rest, Rate::UNLIMITED));
    }
    let before = context.reported();
    let (rest, rate) = unit::rate(context, input)?;
    if rate.0 < least && context.reported() == before {
        let text = &input[..input.len() - rest.len()];
        let flaw = Flaw::part(input, text.len(), format!("`{text}` is out of range"));
        context.report(flaw.label(format!("expected at least {}, or `unlimited`", Rate(least))));
    }
    Ok((rest, rate))
}
