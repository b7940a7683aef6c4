//! Accuracy of the shipped models, measured by this runtime on the 10,000 MNIST test images.
//!
//! The images are not part of the project. They are looked for in the folder that HEATLENS_DATA names,
//! or in `../shared/data`; where they are absent nothing is measured, and with HEATLENS_REQUIRE_DATA=1
//! that is a failure.
#![allow(clippy::panic, clippy::unwrap_used)]

// native only: build.sh does not run it as WebAssembly

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Difference from the accuracy in the model's metadata that rounding to four digits and another
/// order of sums may make: one image in 10,000.
const DIFFERENCE: f64 = 1e-4;

/// The folder with the test images, if it is there.
fn mnist() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = std::env::var_os("HEATLENS_DATA").map(PathBuf::from);
    let folder = data.unwrap_or_else(|| root.join("../shared/data")).join("mnist");
    if folder.join("t10k-images-idx3-ubyte.gz").is_file() {
        return Some(folder);
    }
    let missing = format!("accuracy was NOT measured: {} has no MNIST images", folder.display());
    assert!(std::env::var("HEATLENS_REQUIRE_DATA").as_deref() != Ok("1"), "{missing}");
    eprintln!("{missing}");
    None
}

fn measure(model: &str, least: f64) {
    let Some(folder) = mnist() else { return };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/models").join(model);
    let output = Command::new(env!("CARGO_BIN_EXE_heatlens"))
        .args(["evaluate", "--json"])
        .arg(&path)
        .arg("--images")
        .arg(folder.join("t10k-images-idx3-ubyte.gz"))
        .arg("--labels")
        .arg(folder.join("t10k-labels-idx1-ubyte.gz"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    let accuracy = result["accuracy"].as_f64().unwrap();
    eprintln!("{model}: accuracy {accuracy:.4} on {} images", result["examples"]);
    assert_eq!(result["examples"], 10_000);
    let count = |value: &Value| value.as_u64().unwrap();
    let confusion = result["confusion"].as_array().unwrap();
    let rows: Vec<u64> =
        confusion.iter().map(|row| row.as_array().unwrap().iter().map(count).sum()).collect();
    // The histogram of the test labels.
    assert_eq!(rows, [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    let diagonal: u64 = (0..10).map(|class| count(&confusion[class][class])).sum();
    assert_eq!(diagonal, count(&result["correct"]));
    assert!(accuracy >= least, "{model}: accuracy {accuracy}");
    let bytes = std::fs::read(&path).unwrap();
    let read = heatlens::onnx::read(&bytes, &heatlens::onnx::Options::default()).unwrap();
    let stated: f64 = read.metadata.get("heatlens.accuracy").unwrap().parse().unwrap();
    assert!((accuracy - stated).abs() <= DIFFERENCE + 1e-9, "{accuracy} measured, {stated} stated");
}

#[test]
fn the_convolutional_network_reads_digits() {
    measure("digits-cnn.onnx", 0.993);
}

#[test]
fn the_fully_connected_network_reads_digits() {
    measure("digits-mlp.onnx", 0.984);
}
