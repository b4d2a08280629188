//! Results as text and as JSON.

pub(crate) mod diagnostic;
pub(crate) mod json;
pub(crate) mod losses;
pub(crate) mod matrix;
pub(crate) mod quantity;
pub(crate) mod style;
pub(crate) mod sweep_json;
pub(crate) mod table;
pub(crate) mod timeline;
pub(crate) mod verdicts;
