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
    let modules = ["pkg/index.js", "pkg/worker.js", "pkg/page-file.js"];
    // Where the page itself works, it imports the worker's script by an address that bundlers follow.
    let apart = ["--format=esm", "--outdir=pkg/dist", "--external:./worker.js"];
    bundle(root, &[&modules[..], &apart].concat())?;
    // What an element needs only now and then is a file of its own, fetched then.
    bundle(
        root,
        &[
            "pkg/elements.js",
            "--format=esm",
            "--outdir=pkg/dist",
            "--splitting",
            "--chunk-names=elements-[name]-[hash]",
            "--external:./index.js",
            "--external:openchemlib",
            "--define:PACKAGED=true",
        ],
    )?;
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
    )?;
    ["page", "molecules"].iter().try_for_each(|name| template(root, name))
}

/// Libraries inside the package's command.
const INSIDE: [&str; 3] = ["fast-png", "fflate", "iobuffer"];

/// Bundles the package's command, `npx heatlens page`, with the licences of what is in it. It runs the package itself;
/// openchemlib is fetched where it is installed.
fn command(root: &Path) -> Result<()> {
    let apart = ["--external:heatlens", "--external:openchemlib", "--define:PACKAGED=true"];
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

/// The template of a page that is saved as one file (`pkg/page/template.html`), for molecules with openchemlib inside.
fn template(root: &Path, name: &str) -> Result<()> {
    let script = format!("pkg/generated/{name}.js");
    bundle(
        root,
        &[
            &format!("pkg/page/{name}.js"),
            "--format=iife",
            "--define:import.meta.url=undefined",
            "--define:PACKAGED=true",
            &format!("--outfile={script}"),
        ],
    )?;
    let wasm = Build::Simd.module(root).display().to_string();
    let file = if name == "page" { "page.html".into() } else { format!("page-{name}.html") };
    let out = format!("pkg/dist/{file}");
    run(root, "node", &["scripts/page-template.mjs", &script, &wasm, &out])
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
