//! The package's bundles.

use crate::wasm::Build;
use crate::{Result, run};
use std::fs;
use std::path::Path;

/// What the package is shipped under; npm takes only what lies in its folder.
const LICENCES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];

/// Bundles the package into `pkg/dist/`: `index.js` and `worker.js` (ES modules that find each other
/// and the wasm, of which there are two builds, by their own address), and `heatlens.iife.js`, one classic script with all inside.
pub fn package(root: &Path) -> Result<()> {
    let dist = root.join("pkg/dist");
    if dist.exists() {
        fs::remove_dir_all(&dist)?;
    }
    fs::create_dir_all(&dist)?;
    for build in Build::ALL {
        fs::copy(build.module(root), dist.join(build.file()))?;
    }
    for licence in LICENCES {
        fs::copy(root.join(licence), root.join("pkg").join(licence))?;
    }
    bundle(root, &["pkg/index.js", "pkg/worker.js", "--format=esm", "--outdir=pkg/dist"])?;
    bundle(
        root,
        &[
            "pkg/worker.js",
            "--format=iife",
            "--define:import.meta.url=undefined",
            "--outfile=pkg/generated/worker.txt",
        ],
    )?;
    bundle(
        root,
        &[
            "pkg/single.js",
            "--format=iife",
            "--global-name=heatlens",
            "--loader:.wasm=binary",
            "--define:import.meta.url=undefined",
            "--outfile=pkg/dist/heatlens.iife.js",
        ],
    )
}

/// Runs esbuild with these arguments and those that all bundles share.
pub fn bundle(root: &Path, arguments: &[&str]) -> Result<()> {
    let esbuild = root.join("node_modules/.bin/esbuild");
    if !esbuild.exists() {
        return Err("esbuild is missing: run `npm ci` first".into());
    }
    let common =
        ["--bundle", "--minify", "--target=es2022", "--legal-comments=none", "--log-level=warning"];
    run(root, &esbuild, &[&common[..], arguments].concat())
}
