//! Which modules of a kernel are needed, in the order in which they must be loaded.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// What the machine needs: its drives, and the array.
pub(crate) const WANTED: [&str; 4] = ["virtio_pci", "virtio_scsi", "sd_mod", "raid10"];

/// The modules below a folder, by name. A kernel's names have underscores where its files may have dashes.
pub(crate) fn below(files: &[PathBuf]) -> BTreeMap<String, &Path> {
    let name =
        |file: &Path| Some(file.file_name()?.to_str()?.strip_suffix(".ko")?.replace('-', "_"));
    files.iter().filter_map(|file| Some((name(file)?, file.as_path()))).collect()
}

/// The wanted modules and all that they depend on, each behind what it needs.
///
/// A module that is not there is part of the kernel, if `builtin` (the file `modules.builtin`) names it.
pub(crate) fn order<'m>(
    wanted: &[&str],
    modules: &'m BTreeMap<String, &'m Path>,
    builtin: &str,
    read: impl Fn(&Path) -> Result<Vec<u8>>,
) -> Result<Vec<&'m Path>> {
    let mut order: Vec<&Path> = Vec::new();
    let mut open: Vec<(String, bool)> =
        wanted.iter().rev().map(|name| ((*name).to_owned(), false)).collect();
    while let Some((name, ready)) = open.pop() {
        let Some(&file) = modules.get(&name) else {
            if builtin.replace('-', "_").contains(&format!("/{name}.ko")) {
                continue;
            }
            bail!("the kernel has no module {name}");
        };
        if order.contains(&file) {
            continue;
        }
        if ready {
            order.push(file);
            continue;
        }
        open.push((name, true));
        let needs = depends(&read(file)?).with_context(|| file.display().to_string())?;
        open.extend(needs.into_iter().map(|name| (name, false)));
    }
    Ok(order)
}

/// What a module says that it depends on: `depends=virtio,virtio_ring`, between bytes of zero.
fn depends(module: &[u8]) -> Result<Vec<String>> {
    const MARK: &[u8] = b"\0depends=";
    let start = module.windows(MARK.len()).position(|window| window == MARK);
    let start = start.context("no kernel module: it does not say what it depends on")?;
    let text = module[start + MARK.len()..].split(|&byte| byte == 0).next().unwrap_or_default();
    let text = str::from_utf8(text)?;
    let names = text.split(',').filter(|name| !name.is_empty());
    Ok(names.map(|name| name.replace('-', "_")).collect())
}

#[cfg(test)]
mod tests;
