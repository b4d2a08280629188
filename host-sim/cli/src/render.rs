//! Results as text and as JSON.

pub(crate) mod assemble;
pub(crate) mod create;
pub(crate) mod cuts;
pub(crate) mod diagnostic;
pub(crate) mod inspect;
pub(crate) mod json;
pub(crate) mod losses;
pub(crate) mod matrix;
pub(crate) mod quantity;
pub(crate) mod style;
pub(crate) mod sweep_json;
pub(crate) mod table;
pub(crate) mod time;
pub(crate) mod timeline;
pub(crate) mod verdicts;
