use std::path::{Path, PathBuf};

use super::{below, order};

fn loaded(wanted: &[&str], builtin: &str) -> anyhow::Result<Vec<String>> {
    let files = ["k/a.ko", "k/b-c.ko", "k/d.ko", "k/notes.txt"].map(PathBuf::from);
    let modules = below(&files);
    let read = |file: &Path| {
        let depends = match file.to_str() {
            Some("k/a.ko") => "b-c,d",
            Some("k/b-c.ko") => "d,e",
            _ => "",
        };
        Ok(format!("ELF\0license=GPL\0depends={depends}\0name=x\0").into_bytes())
    };
    let order = order(wanted, &modules, builtin, read)?;
    Ok(order.iter().map(|file| file.display().to_string()).collect())
}

#[test]
fn each_module_comes_behind_what_it_needs_and_once() {
    let order = loaded(&["a", "d"], "kernel/e.ko\n").unwrap();
    assert_eq!(order, ["k/d.ko", "k/b-c.ko", "k/a.ko"]);
    assert!(loaded(&["e"], "kernel/e.ko\n").unwrap().is_empty());
}

#[test]
fn what_is_neither_a_module_nor_built_in_is_named() {
    let error = loaded(&["a"], "").unwrap_err();
    assert_eq!(error.to_string(), "the kernel has no module e");
}

#[test]
fn what_is_no_module_is_refused() {
    let files = [PathBuf::from("k/a.ko")];
    let modules = below(&files);
    let error = order(&["a"], &modules, "", |_| Ok(b"text".to_vec())).unwrap_err();
    assert_eq!(error.to_string(), "k/a.ko");
}
