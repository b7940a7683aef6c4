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
    bundle(root, &["pkg/index.js", "pkg/worker.js", "--format=esm", "--outdir=pkg/dist"])?;
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

/// The template of a page that is saved as one file (`docs/pages.md`), for molecules with openchemlib inside.
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
            let whole = ["--format=esm", "--allow-overwrite", "--define:PACKAGED=false"];
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
    copy(&root.join("pkg/dist"), &site.join("pkg"))?;
    // The landing page links them; as text, any host's type for them lets a browser show them.
    fs::copy(root.join("README.md"), site.join("README.txt"))?;
    fs::copy(root.join("pkg/README.md"), site.join("pkg/README.txt"))?;
    Ok(())
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
