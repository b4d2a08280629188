//! The grammar of one line.

pub(crate) use self::action::VERBS;
pub(crate) use self::context::Context;
pub(crate) use self::flaw::Flaw;
pub(crate) use self::machine::{drive_names, split_number};
pub(crate) use self::sweep::{sweep_literal, sweep_name as declared_sweep_name};
pub(crate) use self::token::{at_end, word};

use self::token::Parsed;
use crate::script::{
    Array, DriveSpec, Expectation, FinalStep, Heading, LoadSpec, Promise, Setting, Statement, Sweep,
};

mod action;
mod array;
mod condition;
mod context;
mod event;
mod expectation;
mod fault;
mod flaw;
mod header;
mod insert;
mod load;
mod machine;
mod options;
mod order;
mod policy;
mod power;
mod range;
mod survival;
mod sweep;
mod token;
mod trigger;
mod unit;
mod value;

/// The words of the language and what they stand for, for the printer too.
pub(crate) mod tables {
    pub(crate) use super::condition::SIGNS;
    pub(crate) use super::machine::{CACHES, MODELS, SYNCS};
    pub(crate) use super::policy::{SALVAGES, SWITCHES};
    pub(crate) use super::trigger::{ACTIVITIES, CLASSES, OPS, STEPS};
}

/// What a line says.
pub(crate) enum Item {
    Vector(Heading),
    Format(u64),
    Source(alloc::string::String),
    Tags(alloc::vec::Vec<alloc::string::String>),
    Promise(Promise),
    Array(Array),
    Drives(alloc::vec::Vec<DriveSpec>),
    Policy(alloc::vec::Vec<Setting>),
    Load(LoadSpec),
    Sweep(Sweep),
    Statement(Statement),
    Expectation(Expectation),
    Finally(alloc::vec::Vec<FinalStep>),
}

/// The words that a line may start with.
pub(crate) const STARTS: &[&str] = &[
    "vector", "format", "source", "tags", "promise", "array", "drive", "policy", "load", "sweep",
    "at", "when", "on", "after", "hold", "expect", "finally",
];

/// One line without its comment.
pub(crate) fn line<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Item> {
    let (rest, first) = token::require(word(input), input, "a statement")?;
    let (rest, item) = match first {
        "vector" => header::vector(rest).map(|(rest, it)| (rest, Item::Vector(it))),
        "format" => header::format(context, rest).map(|(rest, it)| (rest, Item::Format(it))),
        "source" => token::quoted(rest).map(|(rest, it)| (rest, Item::Source(it))),
        "tags" => header::tags(rest).map(|(rest, it)| (rest, Item::Tags(it))),
        "promise" => header::promise(rest).map(|(rest, it)| (rest, Item::Promise(it))),
        "array" => array::array(context, rest).map(|(rest, it)| (rest, Item::Array(it))),
        "drive" => machine::drives(context, rest).map(|(rest, it)| (rest, Item::Drives(it))),
        "policy" => policy::settings(context, rest).map(|(rest, it)| (rest, Item::Policy(it))),
        "load" => load::load(context, rest).map(|(rest, it)| (rest, Item::Load(it))),
        "sweep" => sweep::sweep(context, rest).map(|(rest, it)| (rest, Item::Sweep(it))),
        "expect" => {
            expectation::expectation(context, rest).map(|(rest, it)| (rest, Item::Expectation(it)))
        }
        "finally" => header::finally(context, rest).map(|(rest, it)| (rest, Item::Finally(it))),
        _ => action::statement(context, input).map(|(rest, it)| (rest, Item::Statement(it))),
    }?;
    if at_end(rest) { Ok((rest, item)) } else { Flaw::expected(rest, "the end of the line").fail() }
}
