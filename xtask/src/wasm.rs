//! Rust to wasm with its JavaScript bindings.

use crate::{Result, run};
use std::env;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";

/// Where the bindings and the bound module go.
pub fn generated(root: &Path) -> PathBuf {
    root.join("pkg/generated")
}

/// Builds the module and binds it into `pkg/generated/`.
pub fn build(root: &Path) -> Result<()> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // Panics name source files: the same ones on every machine, so that the module is, too.
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")));
    let remap = home.map_or(String::new(), |home| {
        format!("target.{TARGET}.rustflags=['--remap-path-prefix={}=/cargo']", home.display())
    });
    let mut arguments = vec!["build", "--profile", "web", "--package", "heatlens-wasm"];
    arguments.extend(["--target", TARGET]);
    if !remap.is_empty() {
        arguments.extend(["--config", &remap]);
    }
    run(root, cargo, &arguments)?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    Bindgen::new()
        .input_path(root.join(target).join(TARGET).join("web/heatlens_wasm.wasm"))
        .out_name("heatlens")
        .web(true)?
        .typescript(true)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(generated(root))?;
    Ok(())
}
