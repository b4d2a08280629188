use super::{ToolchainFile, missing};

#[test]
fn only_what_is_not_installed_is_missing() {
    let wanted = ["rustfmt", "clippy", "rust-src"].map(str::to_string);
    let installed = "clippy-x86_64-unknown-linux-gnu\nrust-std-thumbv7m-none-eabi\nrustfmt\n";
    assert_eq!(missing(&wanted, installed), ["rust-src"]);
    assert!(missing(&[], "").is_empty());
}

#[test]
fn the_toolchain_file_names_targets_and_components() {
    let file: ToolchainFile =
        toml::from_str(include_str!("../../../../rust-toolchain.toml")).unwrap();
    assert!(file.toolchain.targets.iter().any(|target| target == "thumbv7m-none-eabi"));
    assert!(file.toolchain.components.iter().any(|component| component == "clippy"));
}
