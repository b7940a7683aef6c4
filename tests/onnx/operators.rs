//! The ONNX project's own operator tests: every test of a supported operator passes, once with its
//! tensors as inputs of a network and, where constants can be computed, once more with all of them
//! bound as constants.

use crate::support::files::data;
use heatlens::error::{Code, Error};
use heatlens::network::OutputActivation;
use heatlens::onnx::{self, Limits, Options, Signature, Tensor};
use ndarray::{ArrayD, IxDyn};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// Tolerances of the ONNX project's own runner.
const RELATIVE: f32 = 1e-3;
const ABSOLUTE: f32 = 1e-5;

/// Tests of supported operators that use them in a way that is not supported, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("test_ReflectionPad2d", "reflecting border"),
    ("test_ReplicationPad2d", "repeating border"),
    ("test_dropout_default_mask", "the mask is an output"),
    ("test_dropout_default_mask_ratio", "the mask is an output"),
    ("test_edge_pad", "repeating border"),
    ("test_maxpool_with_argmax_2d_precomputed_pads", "the indices are an output"),
    ("test_maxpool_with_argmax_2d_precomputed_strides", "the indices are an output"),
    ("test_operator_pad", "reflecting border"),
    ("test_prelu_broadcast", "slopes differ"),
    ("test_prelu_example", "slopes differ"),
    ("test_reflect_pad", "reflecting border"),
];

/// Operators that are the same in operator sets 1 and 6; their tests say 1.
const UNCHANGED: &[&str] = &["GlobalAveragePool", "GlobalMaxPool", "Softplus", "Softsign"];

/// A test: its model, its inputs and its outputs.
#[derive(Default)]
struct Case {
    model: Vec<u8>,
    inputs: BTreeMap<usize, Vec<u8>>,
    outputs: BTreeMap<usize, Vec<u8>>,
}

/// Why a case did not pass: it was refused, or a value is wrong.
#[derive(Debug)]
enum Failure {
    Refused(Error),
    Wrong(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Refused(error)
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Failure::Wrong(text)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Refused(error) => error.fmt(f),
            Failure::Wrong(text) => text.fmt(f),
        }
    }
}

fn cases() -> Option<BTreeMap<String, Case>> {
    let file = std::fs::File::open(data("onnx")?.join("op-tests.tar.gz")).unwrap();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let mut cases: BTreeMap<String, Case> = BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_string_lossy().into_owned();
        let parts: Vec<&str> = path.split('/').collect();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        let case = match parts[..] {
            [_, name, ..] if !name.is_empty() => cases.entry(name.to_string()).or_default(),
            _ => continue,
        };
        let index = |name: &str| -> Option<usize> {
            name.trim_end_matches(".pb").rsplit('_').next()?.parse().ok()
        };
        match parts.last() {
            Some(&"model.onnx") => case.model = bytes,
            Some(name) if name.starts_with("input_") => {
                case.inputs.insert(index(name).unwrap(), bytes);
            }
            Some(name) if name.starts_with("output_") => {
                case.outputs.insert(index(name).unwrap(), bytes);
            }
            _ => {}
        }
    }
    Some(cases)
}

fn tensor(bytes: &[u8]) -> Tensor {
    Tensor::from_protobuf(bytes, &Limits::default()).unwrap()
}

fn same(have: &[f32], expected: &[f32]) -> Result<(), String> {
    if have.len() != expected.len() {
        return Err(format!("{} values for {}", have.len(), expected.len()));
    }
    for (i, (a, b)) in have.iter().zip(expected).enumerate() {
        let close = (a - b).abs() <= ABSOLUTE + RELATIVE * b.abs();
        if !(close || a == b || (a.is_nan() && b.is_nan())) {
            return Err(format!("element {i}: {a} for {b}"));
        }
    }
    Ok(())
}

/// The model with operator set 6 in place of 1.
fn lift(bytes: &mut [u8]) {
    let import = |bytes: &[u8]| bytes == [0x42, 0x04, 0x0a, 0x00, 0x10, 0x01];
    if let Some(at) = bytes.windows(6).position(import) {
        bytes[at + 5] = 6;
    }
}

/// Runs a case with `dynamic` of its inputs (by index) left open.
fn run(case: &Case, names: &Signature, dynamic: &BTreeSet<usize>) -> Result<(), Failure> {
    let mut options = Options::default();
    for (i, name) in names.inputs.iter().enumerate() {
        if !dynamic.contains(&i) && case.inputs.contains_key(&i) {
            options.constants.insert(name.clone(), tensor(&case.inputs[&i]));
        }
    }
    let outputs = names.outputs.iter().zip(case.outputs.values());
    let outputs: BTreeMap<&str, Tensor> =
        outputs.map(|(name, bytes)| (name.as_str(), tensor(bytes))).collect();
    if dynamic.is_empty() {
        let have = onnx::evaluate(&case.model, &options)?;
        for (name, have) in &have {
            let expected = &outputs[name.as_str()];
            if have.dims() != expected.dims() {
                return Err(format!("shape {:?} for {:?}", have.dims(), expected.dims()).into());
            }
            same(&have.to_floats(), &expected.to_floats())?;
        }
        return if have.is_empty() { Err("no constant output".to_string().into()) } else { Ok(()) };
    }
    let model = onnx::read(&case.model, &options)?;
    let arrays: Vec<ArrayD<f32>> = dynamic
        .iter()
        .map(|i| {
            let x = tensor(&case.inputs[i]);
            let mut shape = x.dims().to_vec();
            if !model.batched {
                shape.insert(0, 1);
            }
            ArrayD::from_shape_vec(IxDyn(&shape), x.to_floats()).unwrap()
        })
        .collect();
    let views: Vec<_> = arrays.iter().map(|x| x.view()).collect();
    let have = model.network.predict(&views)?;
    let logarithm = model.report.iter().any(|row| row.operator == "LogSoftmax");
    for (have, output) in have.iter().zip(model.network.outputs()) {
        let expected = &outputs[output.name.as_str()];
        let row = have.shape().last().copied().unwrap_or(1).max(1);
        let flat: Vec<f32> = have.iter().copied().collect();
        let flat: Vec<f32> = match output.activation {
            OutputActivation::Unknown => flat,
            activation => flat
                .chunks(row)
                .flat_map(|row| activation.apply(row))
                .map(|p| if logarithm { p.ln() as f32 } else { p as f32 })
                .collect(),
        };
        same(&flat, &expected.to_floats())?;
        let skip = usize::from(!model.batched);
        if output.activation == OutputActivation::Unknown
            && have.shape()[skip..] != *expected.dims()
        {
            let text = format!("shape {:?} for {:?}", have.shape(), expected.dims());
            return Err(text.into());
        }
    }
    Ok(())
}

/// Names of inputs and outputs, and the operators of a model.
fn describe(bytes: &[u8]) -> (Signature, BTreeSet<String>) {
    let rows = onnx::support(bytes, &Options::default());
    let operators = rows.map(|rows| rows.into_iter().map(|row| row.operator).collect());
    (onnx::signature(bytes, &Limits::default()).unwrap(), operators.unwrap_or_default())
}

#[test]
fn every_test_of_a_supported_operator_passes() {
    let Some(mut cases) = cases() else { return };
    for case in cases.values_mut() {
        let text = String::from_utf8_lossy(&case.model).into_owned();
        if UNCHANGED.iter().any(|op| text.contains(op)) {
            lift(&mut case.model);
        }
    }
    let supported: BTreeSet<&str> = onnx::supported().collect();
    let mut passed: BTreeMap<String, usize> = BTreeMap::new();
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    let (mut networks, mut constants) = (0, 0);
    for (name, case) in &cases {
        let (names, operators) = describe(&case.model);
        if let Some(operator) = operators.iter().find(|op| !supported.contains(op.as_str())) {
            *refused.entry(operator.clone()).or_default() += 1;
            let error = onnx::read(&case.model, &Options::default()).unwrap_err();
            let named = error.code() != Code::Unsupported || error.message().contains(operator);
            assert!(named, "{name}: {error}");
            continue;
        }
        let all: BTreeSet<usize> =
            (0..names.inputs.len()).filter(|i| case.inputs.contains_key(i)).collect();
        // The first input, each other input, all of them: one way must work, and none may be wrong.
        let mut choices: Vec<BTreeSet<usize>> = all.iter().map(|&i| BTreeSet::from([i])).collect();
        choices.push(all.clone());
        let mut outcomes: Vec<_> = choices
            .iter()
            .filter(|choice| !choice.is_empty())
            .map(|choice| run(case, &names, choice))
            .collect();
        networks += usize::from(outcomes.iter().any(Result::is_ok));
        let constant = run(case, &names, &BTreeSet::new());
        constants += usize::from(constant.is_ok());
        outcomes.push(constant);
        let wrong = outcomes.iter().find_map(|outcome| match outcome {
            Err(Failure::Wrong(text)) => Some(text.clone()),
            _ => None,
        });
        let any = outcomes.iter().any(Result::is_ok);
        let excused = EXCEPTIONS.iter().any(|(excused, _)| excused == name);
        match wrong {
            Some(text) => failures.push(format!("{name}: {text}")),
            None if any && excused => failures.push(format!("{name}: is no exception")),
            None if any => {
                for operator in operators {
                    *passed.entry(operator).or_default() += 1;
                }
            }
            None if excused => {}
            None => {
                let first = outcomes.iter().find_map(|outcome| outcome.as_ref().err());
                failures.push(first.map_or_else(String::new, |why| format!("{name}: {why}")));
            }
        }
    }
    let list = |map: &BTreeMap<String, usize>| {
        map.iter().map(|(op, n)| format!("{op} {n}")).collect::<Vec<_>>().join(", ")
    };
    println!("passed: {}", list(&passed));
    println!("refused: {}", list(&refused));
    println!("{} cases, {networks} as networks, {constants} as constants", cases.len());
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}
