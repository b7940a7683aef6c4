//! Test data beside the repository, and comparing outputs.

use std::io::Write;
use std::panic::Location;
use std::path::PathBuf;

/// A folder or file of test data, below the folder that `HEATLENS_DATA` names or `../shared/data`. The data are
/// not part of the project. Where they are absent the calling test is skipped, which `build.sh test` reports by its name;
/// with `HEATLENS_REQUIRE_DATA=1` that is a failure.
#[track_caller]
pub fn data(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("HEATLENS_DATA")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"));
    let path = root.join(folder);
    if path.exists() {
        return Some(path);
    }
    let notice = format!("NOT RUN: there is no {}", path.display());
    assert!(std::env::var("HEATLENS_REQUIRE_DATA").as_deref() != Ok("1"), "{notice}");
    eprintln!("{notice}");
    if let Some(list) = std::env::var_os("HEATLENS_SKIPPED") {
        // The harness names a test's thread after it, but for one thread alone.
        let (thread, place) = (std::thread::current(), Location::caller());
        let name = thread.name().filter(|name| *name != "main").map(str::to_owned);
        let name = name.unwrap_or_else(|| format!("{}:{}", place.file(), place.line()));
        let target = if cfg!(target_family = "wasm") { "as WebAssembly, " } else { "" };
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(list).unwrap();
        // In one piece: tests run beside each other.
        file.write_all(format!("{target}{name}: no {folder}\n").as_bytes()).unwrap();
    }
    None
}

/// The largest difference, relative to the largest value expected (at least 1e-3).
pub fn difference(have: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(have.len(), expected.len(), "lengths differ");
    let scale = expected.iter().fold(1e-3f32, |scale, value| scale.max(value.abs()));
    have.iter().zip(expected).fold(0.0, |worst, (a, b)| {
        let d = (a - b).abs() / scale;
        if d.is_nan() { f32::INFINITY } else { d.max(worst) }
    })
}
