//! What the shipped modules must be: small, with SIMD, without what browsers refuse.

use crate::Result;
use crate::wasm::Build;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use wasmparser::{Validator, WasmFeatures};

/// Largest module, in bytes as they are. A ratchet just above what there is: the aim is 200,000. It was 422,000 before
/// outputs had activations and sides, a model its recipe, every extent, name and text of a file its bound, LIME a
/// second system of equations, the support report LRP's rules, texts their normal form, what a word
/// that is left out changes its own arithmetic, and results one vocabulary: serde and serde-wasm-bindgen are 17,000 of it;
/// that every method runs by itself, with its descriptor, is 9,000, expected gradients and composed rules are 5,000, boxes
/// in place of lists and weights that are kept once 3,300, pictures (palettes, full colour, painter, `ImageData`) 12,600.
const RAW_BUDGET: usize = 509_500;
/// Largest module, in bytes after brotli. The aim is 80,000.
const BROTLI_BUDGET: usize = 192_000;
/// The elements beside the package itself, in bytes after brotli: 20 KB.
const ELEMENTS_BUDGET: usize = 20 * 1024;

/// Node has the compressors that servers use, so xtask needs none of its own.
const SIZES: &str = "
const { readFileSync, existsSync } = require('node:fs');
const { gzipSync, brotliCompressSync } = require('node:zlib');
for (const file of process.argv.slice(1).filter(existsSync)) {
  const bytes = readFileSync(file);
  console.log(bytes.length, gzipSync(bytes).length, brotliCompressSync(bytes).length, file);
}";

/// Bytes of one file.
struct Size {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Sizes of files, those that exist, printed.
fn sizes(root: &Path, files: &[PathBuf]) -> Result<Vec<Size>> {
    let output = Command::new("node").arg("-e").arg(SIZES).args(files).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let mut sizes = Vec::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let mut words = line.splitn(4, ' ');
        let mut size = || words.next().unwrap_or_default().parse::<usize>();
        let (raw, gzip, brotli) = (size()?, size()?, size()?);
        let name = Path::new(words.next().unwrap_or_default()).strip_prefix(root)?.display();
        println!("{raw:>10} {gzip:>10} {brotli:>10}  {name}");
        sizes.push(Size { raw, gzip, brotli });
    }
    Ok(sizes)
}

/// Prints the sizes of what is shipped and refuses a module or the elements over their budget.
pub fn check(root: &Path) -> Result<()> {
    let dist = root.join("pkg/dist");
    let modules = Build::ALL.map(|build| dist.join(build.file()));
    for (build, module) in Build::ALL.into_iter().zip(&modules) {
        features(build, &fs::read(module)?)?;
    }
    println!("{:>10} {:>10} {:>10}  bytes", "raw", "gzip", "brotli");
    for (size, module) in sizes(root, &modules)?.iter().zip(&modules) {
        if size.raw > RAW_BUDGET || size.brotli > BROTLI_BUDGET {
            return Err(format!(
                "{} is over its budget of {RAW_BUDGET} bytes raw, {BROTLI_BUDGET} brotli",
                module.display()
            )
            .into());
        }
    }
    sizes(root, &["index.js", "worker.js", "heatlens.iife.js"].map(|name| dist.join(name)))?;
    elements(root, &dist)
}

/// The elements must be small: the file that a page names and those that it imports at once. What it fetches on demand is
/// printed, too, and does not count.
fn elements(root: &Path, dist: &Path) -> Result<()> {
    let mut at_once = vec![dist.join("elements.js")];
    let mut next = 0;
    while let Some(file) = at_once.get(next) {
        for name in imports(&fs::read_to_string(file)?) {
            let file = dist.join(name);
            if name.starts_with("elements") && !at_once.contains(&file) {
                at_once.push(file);
            }
        }
        next += 1;
    }
    let (mut raw, mut gzip, mut brotli) = (0, 0, 0);
    for size in sizes(root, &at_once)? {
        raw += size.raw;
        gzip += size.gzip;
        brotli += size.brotli;
    }
    println!("{raw:>10} {gzip:>10} {brotli:>10}  elements at once; on demand:");
    let mut on_demand = Vec::new();
    for file in fs::read_dir(dist)? {
        let file = file?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("elements") && !at_once.contains(&file) {
            on_demand.push(file);
        }
    }
    on_demand.sort();
    sizes(root, &on_demand)?;
    if brotli > ELEMENTS_BUDGET {
        return Err(format!(
            "the elements are over their budget of {ELEMENTS_BUDGET} bytes brotli"
        )
        .into());
    }
    Ok(())
}

/// Files beside a minified module that it imports; not those of `import(…)`, which come on demand.
fn imports(script: &str) -> Vec<&str> {
    script
        .match_indices("\"./")
        .filter(|(at, _)| ["from", "import"].iter().any(|word| script[..*at].ends_with(word)))
        .filter_map(|(at, quote)| script[at + quote.len()..].split('"').next())
        .collect()
}

/// Each module must need what it was built for: without the flag it is slower and looks the same. And
/// nothing newer: engines refuse the whole module, the one with relaxed SIMD for instance in Node 20.
fn features(build: Build, module: &[u8]) -> Result<()> {
    let (enough, needed) = match build {
        Build::Simd => (WasmFeatures::WASM2, WasmFeatures::SIMD),
        Build::Relaxed => {
            (WasmFeatures::WASM2.union(WasmFeatures::RELAXED_SIMD), WasmFeatures::RELAXED_SIMD)
        }
    };
    let name = build.file();
    Validator::new_with_features(enough)
        .validate_all(module)
        .map_err(|error| format!("{name} needs more than it may: {error}"))?;
    if Validator::new_with_features(enough.difference(needed)).validate_all(module).is_ok() {
        return Err(format!("{name} has no instruction of {needed:?}: was it built for it?").into());
    }
    Ok(())
}
