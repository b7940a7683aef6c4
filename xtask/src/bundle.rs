//! The package's bundles and the site's folder.

use crate::{Result, run, wasm};
use std::fs;
use std::path::Path;

/// Bundles the package into `pkg/dist/`: `index.js` and `worker.js` (ES modules that find each other
/// and the wasm by their own address), and `heatlens.iife.js`, one classic script with all inside.
pub fn package(root: &Path) -> Result<()> {
    let dist = root.join("pkg/dist");
    if dist.exists() {
        fs::remove_dir_all(&dist)?;
    }
    fs::create_dir_all(&dist)?;
    fs::copy(wasm::generated(root).join("heatlens_bg.wasm"), dist.join("heatlens_bg.wasm"))?;
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

fn bundle(root: &Path, arguments: &[&str]) -> Result<()> {
    let esbuild = root.join("node_modules/.bin/esbuild");
    if !esbuild.exists() {
        return Err("esbuild is missing: run `npm ci` first".into());
    }
    let common =
        ["--bundle", "--minify", "--target=es2022", "--legal-comments=none", "--log-level=warning"];
    run(root, &esbuild, &[&common[..], arguments].concat())
}

/// Lays out `dist/site/` as a static server serves it: the pages, each with one script instead of its
/// many modules (a browser learns of a module's imports only when it has it), and the package under `pkg/`.
pub fn site(root: &Path) -> Result<()> {
    let site = root.join("dist/site");
    if site.exists() {
        fs::remove_dir_all(&site)?;
    }
    let www = root.join("www");
    copy(&www, &site)?;
    for folder in fs::read_dir(&www)? {
        let main = folder?.path().join("main.js");
        if main.exists() {
            let out = site.join(main.strip_prefix(&www)?);
            let outfile = format!("--outfile={}", out.display());
            let main = main.display().to_string();
            bundle(
                root,
                &[
                    &main,
                    "--format=esm",
                    "--external:*/pkg/index.js",
                    "--allow-overwrite",
                    &outfile,
                ],
            )?;
        }
    }
    copy(&root.join("pkg/dist"), &site.join("pkg"))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
