//! Models written by a test, read and run.

use super::files::difference;
use super::onnx_writer::Model;
use heatlens::network::Class;
use heatlens::onnx::{self, Options};
use ndarray::{ArrayD, IxDyn};

/// float32 rounding of a few operations.
const ROUNDING: f32 = 3e-6;

pub fn read(model: &Model) -> onnx::Model {
    onnx::read(&model.bytes(), &Options::default()).unwrap()
}

/// Classes of the layers, without the input.
pub fn classes(model: &onnx::Model) -> Vec<Class> {
    model.network.nodes().iter().skip(1).map(|n| n.layer.class()).collect()
}

pub fn run(model: &onnx::Model, shape: &[usize], x: &[f32]) -> ArrayD<f32> {
    let x = ArrayD::from_shape_vec(IxDyn(shape), x.to_vec()).unwrap();
    model.network.predict(&[x.view()]).unwrap().remove(0)
}

#[track_caller]
pub fn gives(model: &onnx::Model, shape: &[usize], x: &[f32], expected: &[f32]) {
    let y = run(model, shape, x);
    let d = difference(&y.iter().copied().collect::<Vec<_>>(), expected);
    assert!(d < ROUNDING, "{d}: {y:?} for {expected:?}");
}
