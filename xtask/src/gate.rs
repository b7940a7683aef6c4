//! What the shipped module must be: small, with SIMD, without what browsers still refuse.

use crate::{Result, wasm};
use std::fs;
use std::path::Path;
use std::process::Command;
use wasmparser::{Validator, WasmFeatures};

/// Largest module, in bytes as they are. A ratchet just above what there is: the aim is 200,000.
const RAW_BUDGET: usize = 399_000;
/// Largest module, in bytes after brotli. The aim is 80,000.
const BROTLI_BUDGET: usize = 150_000;

/// Node has the compressors that servers use, so xtask needs none of its own.
const SIZES: &str = "
const { readFileSync, existsSync } = require('node:fs');
const { gzipSync, brotliCompressSync } = require('node:zlib');
for (const file of process.argv.slice(1).filter(existsSync)) {
  const bytes = readFileSync(file);
  console.log(bytes.length, gzipSync(bytes).length, brotliCompressSync(bytes).length, file);
}";

/// Prints the sizes of what is shipped and refuses a module over the budget.
pub fn check(root: &Path) -> Result<()> {
    let module = wasm::generated(root).join("heatlens_bg.wasm");
    features(&fs::read(&module)?)?;
    let dist = root.join("pkg/dist");
    let files =
        [module, dist.join("index.js"), dist.join("worker.js"), dist.join("heatlens.iife.js")];
    let output = Command::new("node").arg("-e").arg(SIZES).args(&files).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    println!("{:>10} {:>10} {:>10}  bytes", "raw", "gzip", "brotli");
    let mut verdict = Ok(());
    for (index, line) in String::from_utf8(output.stdout)?.lines().enumerate() {
        let mut words = line.splitn(4, ' ');
        let mut size = || words.next().unwrap_or_default().parse::<usize>();
        let (raw, gzip, brotli) = (size()?, size()?, size()?);
        let name = Path::new(words.next().unwrap_or_default()).strip_prefix(root)?.display();
        println!("{raw:>10} {gzip:>10} {brotli:>10}  {name}");
        if index == 0 && (raw > RAW_BUDGET || brotli > BROTLI_BUDGET) {
            verdict = Err(format!(
                "{name} is over its budget of {RAW_BUDGET} bytes raw, {BROTLI_BUDGET} brotli"
            )
            .into());
        }
    }
    verdict
}

/// The module must need SIMD (a build without the flag is five times slower and looks the same) and
/// must not need relaxed SIMD (Safari and Node 20 refuse the whole module) or anything newer.
fn features(module: &[u8]) -> Result<()> {
    let shipped = WasmFeatures::WASM2;
    Validator::new_with_features(shipped)
        .validate_all(module)
        .map_err(|error| format!("the module needs more than WebAssembly 2: {error}"))?;
    if Validator::new_with_features(shipped.difference(WasmFeatures::SIMD))
        .validate_all(module)
        .is_ok()
    {
        return Err(
            "the module has no SIMD: was it built without -Ctarget-feature=+simd128?".into()
        );
    }
    Ok(())
}
