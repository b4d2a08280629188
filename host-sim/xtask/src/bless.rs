//! `cargo xtask bless`: records the snapshots of all tests anew.

use anyhow::Result;

use crate::shell;

/// Runs the tests so that each snapshot becomes what was seen.
pub(crate) fn run() -> Result<()> {
    shell::run(shell::cargo(["test", "--workspace", "--quiet"]).env("INSTA_UPDATE", "always"))
}
