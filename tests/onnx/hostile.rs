//! Reads files that may be hostile: soon and in little memory, whatever they are.

use crate::cpu::soon;
use crate::memory::peak;
use crate::support::onnx_writer::{Message, Model, node};
use heatlens::error::{Code, Error};
use heatlens::onnx::{self, Options};
use std::path::Path;
use std::time::{Duration, Instant};

/// No file of a few kilobytes, or of little more than names, may take longer.
pub const SOON: Duration = Duration::from_secs(3);
/// Memory of a reader that refuses: four times the file and 16 MB.
const SPARE: usize = 16 << 20;

/// A model of the golden cases.
pub fn golden(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    std::fs::read(folder.join(name).with_extension("onnx")).unwrap()
}

/// What the importer says of a file.
#[track_caller]
pub fn read(bytes: &[u8]) -> Result<onnx::Model, Error> {
    let start = Instant::now();
    let mut result = None;
    let held = peak(|| result = Some(onnx::read(bytes, &Options::default())));
    let result = result.unwrap();
    let again = || drop(onnx::read(bytes, &Options::default()));
    soon(&format!("{} bytes", bytes.len()), SOON, start.elapsed(), again);
    if result.is_err() {
        assert!(held <= 4 * bytes.len() + SPARE, "{held} bytes for a file of {}", bytes.len());
    }
    result
}

/// The file must be refused with this code and these words.
#[track_caller]
pub fn refused(bytes: &[u8], code: Code, names: &str) {
    let error = read(bytes).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains(names), "{error}");
}

/// x → Relu → y over `[N, 4]`.
pub fn relu() -> Model {
    Model::new(&[-1, 4], vec![node("Relu", "x", "y", &[])], vec![])
}

/// x·w → y over `[N, 4]` with weights of this tensor.
pub fn with_weights(weights: Message) -> Vec<u8> {
    Model::new(&[-1, 4], vec![node("MatMul", "x w", "y", &[])], vec![weights]).bytes()
}
