//! Reads sizes out of a linked image.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use object::{Object, ObjectSection, ObjectSymbol, SectionKind, SymbolKind};

/// What an image needs.
pub(crate) struct Image {
    /// Bytes of code and constants.
    pub(crate) flash: u64,
    /// Bytes of it that are the compiler's runtime library: copying and filling memory, 64-bit division and shifts.
    pub(crate) runtime: u64,
    /// Bytes by the function's demangled name, without the hash.
    pub(crate) functions: BTreeMap<String, u64>,
    /// Bytes by the variable's demangled name.
    pub(crate) variables: BTreeMap<String, u64>,
}

impl Image {
    /// Reads an ELF file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file = object::File::parse(&*bytes).with_context(|| path.display().to_string())?;
        let in_flash = |kind| {
            matches!(
                kind,
                SectionKind::Text
                    | SectionKind::Data
                    | SectionKind::ReadOnlyData
                    | SectionKind::ReadOnlyString
            )
        };
        let flash = file.sections().filter(|it| in_flash(it.kind())).map(|it| it.size()).sum();
        Ok(Self {
            flash,
            runtime: runtime(&file),
            functions: sizes(&file, SymbolKind::Text),
            variables: sizes(&file, SymbolKind::Data),
        })
    }
}

/// Functions with two names lie at one address, and are counted once.
fn runtime(file: &object::File<'_>) -> u64 {
    let functions = file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text);
    let called = functions.filter(|symbol| symbol.name().is_ok_and(is_runtime));
    let by_address: BTreeMap<u64, u64> =
        called.map(|symbol| (symbol.address(), symbol.size())).collect();
    by_address.values().sum()
}

/// True for what the compiler calls by itself, and every program has once.
fn is_runtime(name: &str) -> bool {
    let name = format!("{:#}", rustc_demangle::demangle(name));
    let known =
        ["compiler_builtins::", "__aeabi_", "__udiv", "memcpy", "memmove", "memset", "memcmp"];
    known.iter().any(|start| name.starts_with(start))
}

fn sizes(file: &object::File<'_>, kind: SymbolKind) -> BTreeMap<String, u64> {
    let mut sizes = BTreeMap::new();
    for symbol in file.symbols().filter(|symbol| symbol.kind() == kind) {
        if let Ok(name) = symbol.name() {
            let name = format!("{:#}", rustc_demangle::demangle(name));
            *sizes.entry(name).or_insert(0) += symbol.size();
        }
    }
    sizes
}
