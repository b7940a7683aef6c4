//! ONNX files that others made give the outputs that others computed.

use crate::support::files::{data, difference};
use crate::support::safetensors;
use heatlens::network::{Network, OutputActivation};
use heatlens::onnx::{self, Limits, Model, Options, Status, Tensor};
use ndarray::{ArrayD, IxDyn};
use std::io::Read;
use std::path::Path;

/// float32 sums in another order.
const ROUNDING: f32 = 1e-5;

fn read(path: &Path) -> Model {
    let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    onnx::read(&bytes, &Options::default()).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn array(shape: &[usize], values: Vec<f32>) -> ArrayD<f32> {
    ArrayD::from_shape_vec(IxDyn(shape), values).unwrap()
}

/// Raw outputs for one input.
fn predict(network: &Network, x: &ArrayD<f32>) -> Vec<ArrayD<f32>> {
    network.predict(&[x.view()]).unwrap()
}

fn flat(array: &ArrayD<f32>) -> Vec<f32> {
    array.iter().copied().collect()
}

/// The output as the file defines it: with the output activation applied to every row of the last axis.
fn activated(link: OutputActivation, raw: &ArrayD<f32>) -> Vec<f32> {
    let row = raw.shape().last().copied().unwrap_or(1).max(1);
    let apply = |row: &[f32]| link.apply(row).into_iter().map(|p| p as f32).collect::<Vec<_>>();
    flat(raw).chunks(row).flat_map(apply).collect()
}

#[test]
fn golden_networks_give_the_golden_logits() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "onnx") {
            continue;
        }
        let model = read(&path);
        let tensors = safetensors::read(&path.with_extension("safetensors"));
        let x = &tensors["input"];
        let y = predict(&model.network, &array(&x.shape, x.f32()));
        let d = difference(&flat(&y[0]), &tensors["logits"].f32());
        println!("{}: {d:e}", path.file_name().unwrap().to_string_lossy());
        assert!(d < ROUNDING, "{}: {d}", path.display());
        assert!(model.batched && model.opset == 17 && model.nonfinite_weights == 0);
        count += 1;
    }
    assert_eq!(count, 13);
}

/// A tensor file.
fn protobuf(path: &Path) -> Tensor {
    Tensor::from_protobuf(&std::fs::read(path).unwrap(), &Limits::default()).unwrap()
}

#[test]
fn mnist_gives_the_outputs_of_its_test_data() {
    let Some(folder) = data("onnx") else { return };
    let test = folder.join("mnist-7_test_data_set_0");
    let (x, y) = (protobuf(&test.join("input_0.pb")), protobuf(&test.join("output_0.pb")));
    for name in ["mnist-7.onnx", "mnist-opt.onnx"] {
        let model = read(&folder.join(name));
        let have = predict(&model.network, &array(x.dims(), x.to_floats()));
        let d = difference(&flat(&have[0]), &y.to_floats());
        println!("{name}: {d:e}");
        assert!(d < ROUNDING, "{name}: {d}");
        // Constant addends are part of the convolutions and the dense layer.
        let kinds: Vec<String> =
            model.network.nodes().iter().map(|n| format!("{:?}", n.layer.class())).collect();
        assert_eq!(
            kinds,
            [
                "Input",
                "Conv",
                "Activation",
                "MaxPool",
                "Conv",
                "Activation",
                "MaxPool",
                "Structure",
                "Dense"
            ]
        );
    }
}

#[test]
fn squeezenet_gives_its_expected_logits() {
    let Some(folder) = data("onnx") else { return };
    let expected =
        std::fs::read(folder.join("squeezenet1.0-deepcompressed.expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_slice(&expected).unwrap();
    let list = expected["formula_logits"].as_array().unwrap();
    let logits: Vec<f32> = list.iter().map(|v| v.as_f64().unwrap() as f32).collect();
    let model = read(&folder.join("squeezenet1.0-deepcompressed.onnx"));
    let x = (0..3 * 227 * 227).map(|i| ((i * 7919) % 256) as f32 - 128.0).collect();
    let y = predict(&model.network, &array(&[1, 3, 227, 227], x));
    // The file has five decimals.
    let d = difference(&flat(&y[0]), &logits);
    println!("squeezenet: {d:e}");
    assert!(d < 1e-4, "{d}");
}

/// Scores and boxes of a few anchors for the formula input, by ONNX Runtime 1.31.
const FACES: [(usize, f32, [f32; 4]); 4] = [
    (0, 0.071_250_83, [0.004_703_380_6, 0.008_961_689, 0.019_125_447, 0.029_095_747]),
    (1000, 0.050_936_21, [0.318_807_7, 0.245_335_44, 0.361_401_53, 0.310_433_98]),
    (2500, 0.053_436_447, [0.817_104_46, 0.648_542_3, 0.857_521_4, 0.714_104_9]),
    (4419, 0.030_592_183, [0.572_825_2, 0.396_740_35, 1.194_343_1, 1.256_010_2]),
];

#[test]
fn the_face_detector_gives_scores_and_boxes() {
    let Some(folder) = data("onnx") else { return };
    let model = read(&folder.join("version-RFB-320.onnx"));
    let x = (0..3 * 240 * 320).map(|i| (((i * 37) % 256) as f32 - 127.0) / 128.0).collect();
    let y = predict(&model.network, &array(&[1, 3, 240, 320], x));
    let outputs = model.network.outputs();
    assert_eq!(
        (outputs[0].name.as_str(), outputs[0].activation),
        ("scores", OutputActivation::Softmax)
    );
    assert_eq!(
        (outputs[1].name.as_str(), outputs[1].activation),
        ("boxes", OutputActivation::Unknown)
    );
    assert_eq!((y[0].shape(), y[1].shape()), (&[1, 4420, 2][..], &[1, 4420, 4][..]));
    let (scores, boxes) = (activated(OutputActivation::Softmax, &y[0]), flat(&y[1]));
    for (anchor, score, corners) in FACES {
        assert!((scores[2 * anchor + 1] - score).abs() < 1e-4, "{anchor}");
        assert!(difference(&boxes[4 * anchor..4 * anchor + 4], &corners) < 1e-4, "{anchor}");
    }
    let sum = |list: &[f32]| list.iter().map(|&v| f64::from(v)).sum::<f64>();
    let faces: Vec<f32> = scores.iter().skip(1).step_by(2).copied().collect();
    assert!((sum(&faces) - 224.082_890).abs() < 0.01, "{}", sum(&faces));
    assert!((sum(&boxes) - 8_821.830_495).abs() < 0.1, "{}", sum(&boxes));
    // Batch norms are folded, and every row of the report leads to a node or says why not.
    for row in &model.report {
        let known = row.node.is_some() || matches!(row.status, Status::Constant);
        assert!(known, "{row}");
    }
    assert!(model.network.nodes().iter().all(|n| !n.name.contains("BatchNorm")));
}

#[test]
fn light_models_give_their_stored_outputs() {
    let Some(folder) = data("onnx") else { return };
    let file = std::fs::File::open(folder.join("light-models.tar.gz")).unwrap();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let mut files = std::collections::BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().to_string_lossy().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        files.insert(name, bytes);
    }
    // VGG-19 alone has 574 MB of weights.
    let limits = Limits { memory: 4 << 30, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let mut count = 0;
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".onnx")) {
        let start = std::time::Instant::now();
        let model = onnx::read(bytes, &options).unwrap_or_else(|e| panic!("{name}: {e}"));
        let read = start.elapsed();
        let stored = &files[&name.replace(".onnx", "_output_0.pb")];
        let stored = Tensor::from_protobuf(stored, &Limits::default()).unwrap();
        let n = 3 * 224 * 224;
        let x = (0..n).map(|i| i as f32 / n as f32).collect();
        let y = predict(&model.network, &array(&[1, 3, 224, 224], x)).remove(0);
        let y = activated(model.network.outputs()[0].activation, &y);
        let d = difference(&y, &stored.to_floats());
        println!("{name}: {d:e}, read in {read:?}, run in {:?}", start.elapsed() - read);
        assert!(d < 1e-3, "{name}: {d}");
        count += 1;
    }
    assert_eq!(count, 9);
}

#[test]
fn models_of_the_site_load_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/models");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "onnx") {
            let model = read(&path);
            let refused = |row: &onnx::ReportRow| matches!(row.status, Status::Refused(_));
            assert!(!model.report.iter().any(refused) && model.batched, "{}", path.display());
            count += 1;
        }
    }
    assert!(count > 0);
}
