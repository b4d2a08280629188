//! What `--cuts` means.

use sim_world::cuts::Search;

/// Deeper searches would not end.
const DEPTH_MAX: u8 = 4;

/// Which cuts of the power are tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cuts {
    /// None.
    None,
    /// Those at every write.
    Search(Search),
    /// Those of these names; the drives in them are the vector's.
    Named(Vec<String>),
}

/// Reads the value of `--cuts`.
pub(super) fn parse(text: &str) -> Result<Cuts, String> {
    Ok(match text.split_once('=').unwrap_or((text, "1")) {
        ("none", "1") => Cuts::None,
        ("linear", "1") => Cuts::Search(Search::Linear),
        ("exhaustive", depth) => match depth.parse() {
            Ok(depth @ 1..=DEPTH_MAX) => Cuts::Search(Search::Exhaustive(depth)),
            _ => return Err(format!("the depth is 1 to {DEPTH_MAX}")),
        },
        _ if text.starts_with(|c: char| c.is_ascii_digit()) => {
            Cuts::Named(text.split(';').map(|name| name.trim().to_string()).collect())
        }
        _ => {
            return Err(String::from("expected none, linear, exhaustive, or names such as 17:all"));
        }
    })
}
