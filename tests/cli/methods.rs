//! What the program says of a result beside its numbers: notes, Grad-CAM's layer, what is missing of a sum.

use crate::onnx_writer::{Model, floats, node};
use crate::program::{CNN, Folder, digit, fails, stdout};
use serde_json::Value;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/");
const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden-own/");

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&stdout(arguments)).unwrap()
}

/// An input of so many numbers as a file.
fn input(folder: &Folder, shape: &[usize]) -> String {
    let len: usize = shape.iter().product();
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape:?}, }}");
    let header = header.replace('[', "(").replace(']', ")");
    let mut npy = b"\x93NUMPY\x01\x00".to_vec();
    npy.extend_from_slice(&(header.len() as u16).to_le_bytes());
    npy.extend_from_slice(header.as_bytes());
    npy.extend((0..len).flat_map(|i| ((i * 7 % 11) as f32 / 5.0 - 1.0).to_le_bytes()));
    folder.write("input.npy", &npy)
}

#[test]
fn grad_cam_names_its_layer() {
    let folder = Folder::new("cam");
    let (model, file) = (format!("{CASES}gradcam_conv_head.onnx"), input(&folder, &[3, 8, 8]));
    for method in ["grad-cam", "guided-grad-cam"] {
        let start = ["explain", &model, "--input", &file, "--method", method];
        let result = json(&[&start[..], &["--out", "-"]].concat());
        assert_eq!(result["layer"], "features", "{method}");
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&stdout(&start)).contains("layer features"));
        let behind = [&start[..], &["--set", "layer=last-activation", "--out", "-"]].concat();
        assert_ne!(json(&behind)["layer"], "features");
    }
    let gradient = ["explain", &model, "--input", &file, "--method", "gradient", "--out", "-"];
    assert_eq!(json(&gradient)["layer"], Value::Null);
    let bare = format!("{OWN}own05_bare.onnx");
    let digit = folder.digit();
    let ask = ["explain", &bare, "--input", &digit, "--method", "grad-cam"];
    let refused = [&ask[..], &["--set", "layer=last-activation"]].concat();
    fails(&refused, 2, &["no single activation follows", "layer=last-conv", "E_REQUEST"]);
    assert!(stdout(&ask).contains("no single activation follows that convolution"));
}

#[test]
fn notes_are_rows_and_json() {
    let folder = Folder::new("notes");
    let model = format!("{OWN}own04_rectifiers.onnx");
    let file = input(&folder, &[2, 9, 9]);
    for (method, title) in [("deconvnet", "deconvnet"), ("guided-backprop", "guided backprop")] {
        let start = ["explain", &model, "--input", &file, "--method", method];
        let note = format!(
            "where a unit is no ReLU (1 SiLU, 1 leaky ReLU, 1 clip) {title} is the plain gradient"
        );
        let result = json(&[&start[..], &["--out", "-"]].concat());
        assert_eq!(result["notes"], serde_json::json!([note]));
        assert!(stdout(&start).contains(&note));
    }
    let digit = folder.digit();
    let lrp = ["explain", CNN, "--input", &digit, "--method", "lrp", "--out", "-"];
    assert_eq!(json(&lrp)["notes"], serde_json::json!([]));
}

#[test]
fn biases_can_be_left_out_of_denominators() {
    let folder = Folder::new("bias");
    let digit = folder.digit();
    let ask = |bias: &str| {
        let bias = format!("bias={bias}");
        let start = ["explain", CNN, "--input", &digit, "--method", "lrp", "--out", "-", "--set"];
        json(&[&start[..], &["composite=epsilon", "--set", &bias]].concat())
    };
    let (kept, left) = (ask("keep"), ask("ignore"));
    let biases = |result: &Value| -> f64 {
        let layers = result["layers"].as_array().unwrap();
        layers.iter().map(|layer| layer["bias"].as_f64().unwrap().abs()).sum()
    };
    assert!(biases(&kept) > 0.1);
    assert_eq!(biases(&left), 0.0);
    assert_ne!(kept["relevance"], left["relevance"]);
    assert_eq!(left["parameters"]["bias"], "ignore");
}

#[test]
fn completeness_is_measured_for_methods_that_promise_a_sum() {
    let folder = Folder::new("complete");
    let bytes: Vec<u8> = digit().iter().map(|&x| (x * 255.0) as u8).collect();
    let mut images = vec![0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28];
    (0..2).for_each(|_| images.extend_from_slice(&bytes));
    let images = folder.write("images", &images);
    let labels = folder.write("labels", &[0, 0, 8, 1, 0, 0, 0, 2, 7, 7]);
    let start = ["evaluate", CNN, "--images", &images, "--labels", &labels, "--completeness"];
    let methods = "integrated-gradients:steps=20:quadrature=midpoint,deeplift";
    let result = json(&[&start[..], &[methods, "--json"]].concat());
    let row = |k: usize, key: &str| result["completeness"][k][key].as_f64().unwrap();
    // The same digit twice.
    assert!(row(0, "mean") > 0.0 && (row(0, "mean") - row(0, "largest")).abs() < 1e-12);
    assert!(row(1, "largest") < 1e-4 && row(1, "largest") < row(0, "largest"));
    let explain = ["explain", CNN, "--input", &folder.digit(), "--method", "integrated-gradients"];
    let sets = ["--set", "steps=20", "--set", "quadrature=midpoint", "--out", "-"];
    let one = json(&[&explain[..], &sets].concat());
    let [sum, expected] = ["sum", "expected"].map(|key| one[key].as_f64().unwrap());
    // Bytes round the strokes a little.
    assert!(((sum - expected).abs() / expected.abs() - row(0, "mean")).abs() < 0.02);
    let text = stdout(&[&start[..], &[methods]].concat());
    assert!(text.contains("Missing from the sum") && text.contains("deeplift"));
    fails(&[&start[..], &["gradient"]].concat(), 2, &["promises no sum", "E_NOT_APPLICABLE"]);
}

#[test]
fn where_an_output_is_no_number_no_class_is_on_top() {
    let folder = Folder::new("nan");
    let weights = floats("w", &[1, 3], &[1.0, -1.0, 3.0]);
    let nodes = vec![node("MatMul", "x w", "z", &[]), node("Sqrt", "z", "y", &[])];
    let model = Model::new(&[-1, 1], nodes, vec![weights]).bytes();
    let (model, file) = (folder.write("nan.onnx", &model), folder.write("x.json", b"[1]"));
    for command in [&["predict"][..], &["explain", "--method", "gradient"]] {
        let arguments = [&command[..1], &[&model, "--input", &file], &command[1..]].concat();
        fails(&arguments, 2, &["contains NaN", "E_NONFINITE"]);
    }
}
