//! Rust to wasm with its JavaScript bindings.

use crate::{Result, run};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";
/// What wasm-bindgen calls the module and its glue.
const NAME: &str = "heatlens";

/// One of the two modules that are shipped.
#[derive(Clone, Copy, PartialEq)]
pub enum Build {
    /// simd128, for every browser.
    Simd,
    /// With fused multiply-add, for those that know relaxed SIMD.
    Relaxed,
}

impl Build {
    /// Both.
    pub const ALL: [Build; 2] = [Build::Simd, Build::Relaxed];

    /// The file's name in the package.
    pub fn file(self) -> &'static str {
        match self {
            Build::Simd => "heatlens_bg.wasm",
            Build::Relaxed => "heatlens_relaxed_bg.wasm",
        }
    }

    /// The bound module.
    pub fn module(self, root: &Path) -> PathBuf {
        self.folder(root).join("heatlens_bg.wasm")
    }

    fn folder(self, root: &Path) -> PathBuf {
        let generated = root.join("pkg/generated");
        if self == Build::Simd { generated } else { generated.join("relaxed") }
    }
}

/// Builds both modules and binds them into `pkg/generated/`, with one and the same glue.
pub fn build(root: &Path) -> Result<()> {
    for build in Build::ALL {
        compile(root, build)?;
    }
    // Names of imports and exports are in the glue: one that is the same fits both.
    let [simd, relaxed] = Build::ALL.map(|build| build.folder(root).join(format!("{NAME}.js")));
    if fs::read(&simd)? != fs::read(&relaxed)? {
        let (simd, relaxed) = (simd.display(), relaxed.display());
        return Err(format!("{simd} and {relaxed} differ: the modules need one glue").into());
    }
    Ok(())
}

fn compile(root: &Path, build: Build) -> Result<()> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // Panics name source files: the same ones on every machine, so that the module is, too.
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")));
    let mut flags = Vec::new();
    if let Some(home) = home {
        flags.push(format!("'--remap-path-prefix={}=/cargo'", home.display()));
    }
    let mut target = env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    if build == Build::Relaxed {
        flags.push("'-Ctarget-feature=+relaxed-simd'".into());
        // Beside the other one, or each build would throw away the other's.
        target.push("relaxed");
    }
    // Cargo adds them to those in .cargo/config.toml.
    let flags = format!("target.{TARGET}.rustflags=[{}]", flags.join(", "));
    let folder = target.display().to_string();
    let mut arguments = vec!["build", "--profile", "web", "--package", "heatlens-wasm"];
    arguments.extend(["--target", TARGET, "--target-dir", &folder, "--config", &flags]);
    run(root, cargo, &arguments)?;
    Bindgen::new()
        .input_path(root.join(target).join(TARGET).join("web/heatlens_wasm.wasm"))
        .out_name(NAME)
        .web(true)?
        .typescript(true)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(build.folder(root))?;
    Ok(())
}
