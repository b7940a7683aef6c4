//! Test data beside the repository, and comparing outputs.

use std::path::PathBuf;

/// A folder of test data, below the one that `HEATLENS_DATA` names or `../shared/data`. The data are
/// not part of the project. Where they are absent this says that the test did not run, and with
/// `HEATLENS_REQUIRE_DATA=1` that is a failure.
pub fn data(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("HEATLENS_DATA")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"));
    let path = root.join(folder);
    if path.is_dir() {
        return Some(path);
    }
    let notice = format!("NOT RUN: there is no folder {}", path.display());
    assert!(std::env::var("HEATLENS_REQUIRE_DATA").as_deref() != Ok("1"), "{notice}");
    eprintln!("{notice}");
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
