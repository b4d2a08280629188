//! `cargo xtask size`: what the engine needs on a Cortex-M3, and whether the budget has room for it.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::image::Image;
use crate::{shell, workspace};

/// The core that the engine is measured on.
const CORE: &str = "thumbv7m-none-eabi";
/// The profile that it is built with.
const PROFILE: &str = "size";
/// How many of the largest functions are shown.
const SHOWN: usize = 12;

/// `firmware/budget.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Budget {
    engine: Needs,
}

/// Bytes that the engine needs, or may need.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Needs {
    /// Code and constants.
    code: u64,
    /// One engine for eight drives.
    ram: u64,
}

/// Prints the sizes; with `check`, fails above the budget.
pub(crate) fn run(check: bool) -> Result<()> {
    let text = fs::read_to_string("firmware/budget.toml").context("firmware/budget.toml")?;
    let budget: Budget = toml::from_str(&text).context("firmware/budget.toml")?;
    shell::run(&mut shell::cargo([
        "build",
        "--quiet",
        "--profile",
        PROFILE,
        "--package",
        "size-probe",
        "--target",
        CORE,
    ]))?;
    let probe = image("size-probe")?;
    let calls = calls(&probe, &image("size-calls")?);
    let needs = measured(&probe, &image("size-empty")?, calls)?;
    println!("The engine for 8 drives and 32 requests on {CORE}, profile `{PROFILE}`, in bytes:");
    println!("{}", line("code and constants", needs.code, budget.engine.code));
    println!("{:>8}  the compiler's runtime library, which every program has once", probe.runtime);
    println!("{calls:>8}  the calls of whoever owns the engine, in this image");
    println!("{}", line("RAM", needs.ram, budget.engine.ram));
    println!("By crate, as far as functions are not inlined into others:");
    for (name, size) in largest(by_crate(&probe.functions)) {
        println!("{size:>8}  {name}");
    }
    println!("The largest functions:");
    for (name, size) in largest(probe.functions.clone()) {
        println!("{size:>8}  {name}");
    }
    if check && !fits(needs, budget.engine) {
        bail!("the engine is over its budget in firmware/budget.toml");
    }
    Ok(())
}

fn image(name: &str) -> Result<Image> {
    Image::read(&workspace::target().join(CORE).join(PROFILE).join(name))
}

/// What the probe needs for its own calls: as much as the same program around an engine that does nothing, and where its inputs come from.
fn calls(probe: &Image, calls: &Image) -> u64 {
    let named = |image: &Image, end: &str| -> u64 {
        image.functions.iter().filter(|(name, _)| name.ends_with(end)).map(|(_, size)| size).sum()
    };
    named(calls, "::program::__cortex_m_rt_main") + named(probe, "::program::given")
}

/// The engine is what the probe needs beyond an empty image, its own calls and the compiler's runtime library.
fn measured(probe: &Image, empty: &Image, calls: u64) -> Result<Needs> {
    let ram = probe
        .variables
        .iter()
        .find(|(name, _)| name.ends_with("::ENGINE_RAM"))
        .map(|(_, size)| *size)
        .context("the probe has no ENGINE_RAM")?;
    let own = |image: &Image| image.flash.saturating_sub(image.runtime);
    Ok(Needs { code: own(probe).saturating_sub(own(empty) + calls), ram })
}

const fn fits(needs: Needs, budget: Needs) -> bool {
    needs.code <= budget.code && needs.ram <= budget.ram
}

fn line(what: &str, needs: u64, budget: u64) -> String {
    let word = if needs <= budget { "fits" } else { "OVER" };
    format!("{needs:>8}  {what}: {word}, budget {budget}, {} %", needs * 100 / budget.max(1))
}

fn by_crate(functions: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let mut crates = BTreeMap::new();
    for (name, size) in functions {
        let path = name.trim_start_matches(['<', '&', '(']);
        let owner = path.split("::").next().unwrap_or(path);
        *crates.entry(owner.to_string()).or_insert(0) += size;
    }
    crates
}

fn largest(sizes: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut sizes: Vec<_> = sizes.into_iter().filter(|(_, size)| *size > 0).collect();
    sizes.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    sizes.truncate(SHOWN);
    sizes
}

#[cfg(test)]
mod tests;
