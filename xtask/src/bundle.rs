//! The package's bundles and the site's folder.

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
    let modules = ["pkg/index.js", "pkg/worker.js", "pkg/page-file.js"];
    bundle(root, &[&modules[..], &["--format=esm", "--outdir=pkg/dist"]].concat())?;
    command(root)?;
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

/// Libraries inside the package's command.
const INSIDE: [&str; 3] = ["fast-png", "fflate", "iobuffer"];

/// Bundles the package's command, `npx heatlens page`, with the licences of what is in it. It runs the package itself;
/// openchemlib is fetched where it is installed.
fn command(root: &Path) -> Result<()> {
    let apart = ["--external:heatlens", "--external:openchemlib", "--external:../vendor/*"];
    let node =
        ["pkg/bin/heatlens.js", "--platform=node", "--format=esm", "--outfile=pkg/dist/bin.js"];
    bundle(root, &[&node[..], &apart].concat())?;
    let mut licences = String::new();
    for name in INSIDE {
        let text = fs::read_to_string(root.join("node_modules").join(name).join("LICENSE"))?;
        licences += &format!("{name}\n\n{text}\n");
    }
    Ok(fs::write(root.join("pkg/dist/bin.LICENSE.txt"), licences)?)
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

/// Libraries that pages fetch when they need them, below `node_modules/`: module and licence.
const VENDOR: [(&str, &str, &str); 1] =
    [("openchemlib", "openchemlib/dist/openchemlib.js", "openchemlib/LICENSE")];

/// What a page fetches, each in one piece: a browser learns of a module's or a style sheet's imports only
/// when it has it. What runs first is apart from the rest.
const PARTS: [&str; 3] = ["first.js", "main.js", "style.css"];

/// Lays out `dist/site/` as a static server serves it: the pages with their parts, the package under
/// `pkg/`, other libraries under `vendor/`.
pub fn site(root: &Path) -> Result<()> {
    let site = root.join("dist/site");
    if site.exists() {
        fs::remove_dir_all(&site)?;
    }
    let www = root.join("www");
    copy(&www, &site)?;
    for folder in fs::read_dir(&www)? {
        let folder = folder?;
        for part in PARTS {
            let file = folder.path().join(part);
            if !file.exists() {
                continue;
            }
            let file = file.display().to_string();
            let out = format!("--outdir={}", site.join(folder.file_name()).display());
            let whole = ["--format=esm", "--allow-overwrite"];
            let apart = ["*/pkg/index.js", "../vendor/*", "./first.js"]
                .map(|module| format!("--external:{module}"));
            let apart = apart.each_ref().map(String::as_str);
            bundle(root, &[&[file.as_str(), &out], &whole[..], &apart].concat())?;
        }
    }
    let (modules, vendor) = (root.join("node_modules"), site.join("vendor"));
    fs::create_dir_all(&vendor)?;
    for (name, module, licence) in VENDOR {
        fs::copy(modules.join(module), vendor.join(format!("{name}.js")))?;
        fs::copy(modules.join(licence), vendor.join(format!("{name}.LICENSE.txt")))?;
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
