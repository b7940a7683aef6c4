//! Test data beside the repository, and comparing outputs.

use std::path::PathBuf;

/// A folder of test data beside the repository (or the one that `HEATLENS_DATA` names). If it is not
/// there, says so: the test did not run.
pub fn data(folder: &str) -> Option<PathBuf> {
    let root = match std::env::var_os("HEATLENS_DATA") {
        Some(root) => PathBuf::from(root),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"),
    };
    let path = root.join(folder);
    if path.is_dir() {
        Some(path)
    } else {
        eprintln!("NOT RUN: there is no folder {}", path.display());
        None
    }
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
