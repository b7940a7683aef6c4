//! Accuracy of the shipped models, measured by this runtime on the 10,000 MNIST test images and the 7,532
//! test documents of 20 Newsgroups.
#![allow(clippy::panic, clippy::unwrap_used)]

// native only: build.sh does not run it as WebAssembly

mod support;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::files::data;

/// Difference from the accuracy in the model's metadata that rounding to four digits and another
/// order of sums may make: one image in 10,000.
const DIFFERENCE: f64 = 1e-4;

/// Measures a model on files given as options; `rows` is the histogram of the labels.
fn measure(model: &str, options: &[(&str, PathBuf)], rows: &[u64], least: f64) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/models").join(model);
    let mut command = Command::new(env!("CARGO_BIN_EXE_heatlens"));
    command.args(["evaluate", "--json"]).arg(&path);
    for (name, file) in options {
        command.arg(name).arg(file);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    let accuracy = result["accuracy"].as_f64().unwrap();
    eprintln!("{model}: accuracy {accuracy:.4} on {} examples", result["examples"]);
    assert_eq!(result["examples"], rows.iter().sum::<u64>());
    let count = |value: &Value| value.as_u64().unwrap();
    let confusion = result["confusion"].as_array().unwrap();
    let labels: Vec<u64> =
        confusion.iter().map(|row| row.as_array().unwrap().iter().map(count).sum()).collect();
    assert_eq!(labels, rows);
    let diagonal: u64 = (0..rows.len()).map(|class| count(&confusion[class][class])).sum();
    assert_eq!(diagonal, count(&result["correct"]));
    assert!(accuracy >= least, "{model}: accuracy {accuracy}");
    let bytes = std::fs::read(&path).unwrap();
    let read = heatlens::onnx::read(&bytes, &heatlens::onnx::Options::default()).unwrap();
    let stated: f64 = read.metadata.get("heatlens.accuracy").unwrap().parse().unwrap();
    assert!((accuracy - stated).abs() <= DIFFERENCE + 1e-9, "{accuracy} measured, {stated} stated");
}

fn digits(model: &str, least: f64) {
    let Some(images) = data("mnist/t10k-images-idx3-ubyte.gz") else { return };
    let labels = images.with_file_name("t10k-labels-idx1-ubyte.gz");
    let options = [("--images", images), ("--labels", labels)];
    measure(model, &options, &[980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], least);
}

fn newsgroups(model: &str, least: f64) {
    let Some(documents) = data("newsgroups20/test.jsonl.gz") else { return };
    let rows = [
        319, 389, 394, 392, 385, 395, 390, 396, 398, 397, 399, 396, 393, 396, 394, 398, 364, 376,
        310, 251,
    ];
    let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("www/models").join(model));
    assert!(bytes.unwrap().len() <= 3_000_000);
    measure(model, &[("--documents", documents)], &rows, least);
}

#[test]
fn the_convolutional_network_reads_digits() {
    digits("digits-cnn.onnx", 0.993);
}

#[test]
fn the_fully_connected_network_reads_digits() {
    digits("digits-mlp.onnx", 0.984);
}

#[test]
fn the_linear_model_reads_newsgroups() {
    newsgroups("text-linear.onnx", 0.794);
}

#[test]
fn the_convolutional_network_reads_newsgroups() {
    newsgroups("text-cnn.onnx", 0.78);
}
