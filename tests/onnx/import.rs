//! What the importer makes of models: layers, names, output activations, batch axis, report.

use crate::support::imported::{classes, gives, read, run};
use crate::support::onnx_writer::{Attribute, Model, floats, ints, node, value};
use heatlens::error::Code;
use heatlens::network::{Class, OutputActivation};
use heatlens::onnx::{self, Options, Status, Tensor};
use heatlens::random::Random;

#[test]
fn final_softmax_and_sigmoid_are_output_activations() {
    let weights = || floats("w", &[3, 6], &Random::new(2).vec(18));
    let gemm = || node("Gemm", "x w", "z", &[("transB", Attribute::Int(1))]);
    for (op, activation) in [
        ("Softmax", OutputActivation::Softmax),
        ("LogSoftmax", OutputActivation::Softmax),
        ("Sigmoid", OutputActivation::Sigmoid),
    ] {
        let model =
            read(&Model::new(&[-1, 6], vec![gemm(), node(op, "z", "y", &[])], vec![weights()]));
        assert_eq!(classes(&model), [Class::Dense]);
        assert_eq!(model.network.outputs()[0].activation, activation);
        assert_eq!(model.network.outputs()[0].name, "y");
        assert_eq!(model.report[1].status, Status::OutputActivation(activation));
    }
    // Used twice: then it is a layer.
    let mut both =
        Model::new(&[-1, 6], vec![gemm(), node("Softmax", "z", "y", &[])], vec![weights()]);
    both.nodes.push(node("Exp", "y", "e", &[]));
    both.outputs.push(value("e", 1, &[]));
    assert_eq!(classes(&read(&both)), [Class::Dense, Class::Normalisation, Class::Activation]);
    // Before operator set 13 softmax takes all axes from its axis on together.
    let mut old = Model::new(&[-1, 2, 3], vec![node("Softmax", "x", "y", &[])], vec![]);
    old.opset = 11;
    let model = read(&old);
    assert_eq!(run(&model, &[1, 2, 3], &[0.0; 6]).shape(), [1, 6]);
    old.nodes.push(node("Neg", "y", "z", &[]));
    old.outputs = vec![value("z", 1, &[])];
    gives(&read(&old), &[1, 2, 3], &[0.0; 6], &[-1.0 / 6.0; 6]);
    old.opset = 13;
    gives(&read(&old), &[1, 2, 3], &[0.0; 6], &[-1.0 / 3.0; 6]);
}

/// Shape → Gather → Unsqueeze → Concat → Reshape, as exporters write `x.view(x.size(0), -1)`.
fn view(batch: i64) -> Model {
    let nodes = vec![
        node("Shape", "x", "s", &[]),
        node("Gather", "s zero", "n", &[("axis", Attribute::Int(0))]),
        node("Unsqueeze", "n axes", "n1", &[]),
        node("Concat", "n1 rest", "to", &[("axis", Attribute::Int(0))]),
        node("Reshape", "x to", "y", &[]),
    ];
    let constants =
        vec![ints("zero", &[], &[0]), ints("axes", &[1], &[0]), ints("rest", &[1], &[-1])];
    Model::new(&[batch, 2, 3], nodes, constants)
}

#[test]
fn shape_arithmetic_with_an_open_batch_is_constant() {
    for batch in [-1, 1, 5] {
        let model = read(&view(batch));
        assert!(model.batched);
        assert_eq!(classes(&model), [Class::Structure]);
        assert_eq!(run(&model, &[4, 2, 3], &[1.0; 24]).shape(), [4, 6]);
        let constant = |row: &&onnx::ReportRow| row.status == Status::Constant;
        assert_eq!(model.report.iter().filter(constant).count(), 4);
    }
    // A traced batch of one in a model whose batch is open.
    for (to, batched) in
        [(vec![1, 6], true), (vec![0, -1], true), (vec![-1, 6], true), (vec![6], false)]
    {
        let shape = ints("to", &[to.len() as i64], &to);
        let nodes = vec![node("Reshape", "x to", "y", &[])];
        let model = read(&Model::new(&[-1, 2, 3], nodes, vec![shape]));
        assert_eq!(model.batched, batched, "{to:?}");
    }
}

#[test]
fn models_that_mix_the_batch_are_read_unbatched() {
    let x: Vec<f32> = (0..12).map(|i| i as f32).collect();
    let turn = node("Transpose", "x", "y", &[("perm", Attribute::Ints(&[1, 0]))]);
    let model = read(&Model::new(&[3, 4], vec![turn], vec![]));
    assert!(!model.batched);
    let expected: Vec<f32> = (0..12).map(|i| (i % 3 * 4 + i / 3) as f32).collect();
    gives(&model, &[1, 3, 4], &x, &expected);
    // A symbolic batch counts as one example of extent 1.
    let sum = node("ReduceSum", "x axes", "y", &[("keepdims", Attribute::Int(0))]);
    let model = read(&Model::new(&[-1, 12], vec![sum], vec![ints("axes", &[1], &[0])]));
    assert!(!model.batched);
    gives(&model, &[1, 1, 12], &x, &x);
    // Layers work on trailing axes, whatever is in front.
    let nodes = vec![
        node("Transpose", "x", "t", &[("perm", Attribute::Ints(&[1, 0, 2]))]),
        node("MatMul", "t w", "y", &[]),
    ];
    let weights = floats("w", &[2, 1], &[1.0, 10.0]);
    let model = read(&Model::new(&[2, 3, 2], nodes, vec![weights]));
    let y = run(&model, &[1, 2, 3, 2], &x);
    assert_eq!(y.shape(), [1, 3, 2, 1]);
    assert_eq!(y.iter().copied().collect::<Vec<_>>(), [10.0, 76.0, 32.0, 98.0, 54.0, 120.0]);
}

#[test]
fn scalings_are_folded_and_reported() {
    let mut random = Random::new(3);
    let nodes = vec![
        node("Conv", "x w", "a", &[]).text(3, "conv"),
        node("BatchNormalization", "a s b m v", "n", &[]).text(3, "norm"),
        node("Mul", "n c", "d", &[]).text(3, "mul"),
        node("Relu", "d", "r", &[]).text(3, "relu"),
        node("Identity", "r", "i", &[]).text(3, "same"),
        node("Exp", "x", "nowhere", &[]).text(3, "loose"),
        node("GlobalAveragePool", "i", "y", &[]).text(3, "pool"),
    ];
    let weights = vec![
        floats("w", &[2, 1, 2, 2], &random.vec(8)),
        floats("s", &[2], &[1.5, -0.5]),
        floats("b", &[2], &[0.1, 0.2]),
        floats("m", &[2], &[0.3, -0.4]),
        floats("v", &[2], &[0.9, 2.0]),
        floats("c", &[2, 1, 1], &[2.0, 3.0]),
    ];
    let model = Model::new(&[-1, 1, 5, 5], nodes, weights);
    let folded = read(&model);
    let names: Vec<&str> = folded.network.nodes().iter().map(|n| n.name.as_str()).collect();
    assert_eq!(names, ["x", "conv", "relu", "pool"]);
    let rows: Vec<(&str, &Status, Option<usize>)> =
        folded.report.iter().map(|r| (r.name.as_str(), &r.status, r.node)).collect();
    let into = Status::FoldedInto("conv".into());
    assert_eq!(
        rows,
        [
            ("conv", &Status::Recognised(Class::Conv), Some(1)),
            ("norm", &into, Some(1)),
            ("mul", &into, Some(1)),
            ("relu", &Status::Recognised(Class::Activation), Some(2)),
            ("same", &Status::Skipped, Some(2)),
            ("loose", &Status::Unused, None),
            ("pool", &Status::Recognised(Class::Average), Some(3)),
        ]
    );
    let options = Options { fold: false, ..Options::default() };
    let plain = onnx::read(&model.bytes(), &options).unwrap();
    assert_eq!(plain.network.nodes().len(), 6);
    assert_eq!(plain.report[1].status, Status::Recognised(Class::Scale));
    let x = random.vec(50);
    let expected = run(&plain, &[2, 1, 5, 5], &x);
    gives(&folded, &[2, 1, 5, 5], &x, &expected.iter().copied().collect::<Vec<_>>());
}

#[test]
fn borders_of_zeros_go_into_the_window_behind() {
    let pads = |list: &[i64]| ints("p", &[8], list);
    let conv = |extra: &[i64; 4]| {
        let attributes = [("pads", Attribute::Ints(extra))];
        vec![node("Pad", "x p", "a", &[]), node("Conv", "a w", "y", &attributes)]
    };
    let weights = floats("w", &[1, 1, 2, 2], &[1.0, 2.0, 3.0, 4.0]);
    let x = Random::new(5).vec(12);
    let around = [0, 0, 1, 0, 0, 0, 0, 2];
    let joined = read(&Model::new(
        &[-1, 1, 3, 4],
        conv(&[0, 1, 1, 0]),
        vec![pads(&around), weights.clone()],
    ));
    assert_eq!(classes(&joined), [Class::Conv]);
    assert!(matches!(&joined.report[0].status, Status::FoldedInto(name) if name == "y"));
    let direct = vec![node("Conv", "x w", "y", &[("pads", Attribute::Ints(&[1, 1, 1, 2]))])];
    let direct = read(&Model::new(&[-1, 1, 3, 4], direct, vec![weights.clone()]));
    let expected: Vec<f32> = run(&direct, &[1, 1, 3, 4], &x).iter().copied().collect();
    gives(&joined, &[1, 1, 3, 4], &x, &expected);
    // Channels or another value: the border stays.
    let channels = read(&Model::new(
        &[-1, 1, 3, 4],
        vec![node("Pad", "x p", "a", &[]), node("Conv", "a w", "y", &[])],
        vec![pads(&[0, 1, 1, 0, 0, 0, 0, 2]), floats("w", &[1, 2, 2, 2], &[1.0; 8])],
    ));
    assert_eq!(classes(&channels), [Class::Structure, Class::Conv]);
    let nodes = vec![node("Pad", "x p v", "a", &[]), node("Conv", "a w", "y", &[])];
    let ones = read(&Model::new(
        &[-1, 1, 3, 4],
        nodes,
        vec![pads(&around), floats("v", &[], &[1.0]), weights],
    ));
    assert_eq!(classes(&ones), [Class::Structure, Class::Conv]);
    // In an average the zeros count.
    let nodes = vec![
        node("Pad", "x p", "a", &[]),
        node("AveragePool", "a", "y", &[("kernel_shape", Attribute::Ints(&[2, 2]))]),
    ];
    let model = read(&Model::new(&[-1, 1, 1, 1], nodes, vec![pads(&[0, 0, 1, 1, 0, 0, 0, 0])]));
    assert_eq!(classes(&model), [Class::Average]);
    gives(&model, &[1, 1, 1, 1], &[8.0], &[2.0]);
}

#[test]
fn inputs_can_be_bound_and_axes_named() {
    let nodes = vec![node("MatMul", "x w", "y", &[])];
    let mut model = Model::new(&[-1, 2], nodes, vec![]);
    model.inputs.push(value("w", 1, &[2, 2]));
    let both = onnx::read(&model.bytes(), &Options::default()).unwrap();
    assert_eq!(both.network.inputs().len(), 2);
    assert_eq!(classes(&both), [Class::Input, Class::Product]);
    let mut options = Options::default();
    let w = Tensor::new(&[2, 2], vec![1.0, 2.0, 3.0, 4.0], false).unwrap();
    options.constants.insert("w".into(), w);
    let bound = onnx::read(&model.bytes(), &options).unwrap();
    assert_eq!(bound.network.inputs().len(), 1);
    gives(&bound, &[1, 2], &[1.0, 10.0], &[31.0, 42.0]);
    let signature = onnx::signature(&model.bytes(), &options.limits).unwrap();
    assert_eq!(
        (signature.inputs, signature.outputs),
        (vec!["x".into(), "w".into()], vec!["y".into()])
    );
    // An axis that is named and is not the batch needs a size.
    let tokens = Model {
        inputs: vec![value("x", 7, &[-1, -1])],
        ..Model::new(
            &[],
            vec![node("Gather", "t x", "y", &[])],
            vec![floats("t", &[3, 2], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0])],
        )
    };
    let error = onnx::read(&tokens.bytes(), &Options::default()).map(|_| ()).unwrap_err();
    assert!(error.code() == Code::Shape && error.message().contains("'N'"), "{error}");
    let mut options = Options::default();
    options.dimensions.insert("N".into(), 2);
    let model = onnx::read(&tokens.bytes(), &options).unwrap();
    gives(&model, &[1, 2], &[2.0, 0.0], &[4.0, 5.0, 0.0, 1.0]);
}

#[test]
fn an_initializer_that_is_also_an_input_is_a_constant() {
    let mut model = Model::new(
        &[-1, 2],
        vec![node("Add", "x c", "y", &[])],
        vec![floats("c", &[2], &[1.0, 2.0])],
    );
    model.inputs.push(value("c", 1, &[2]));
    model.metadata = vec![("heatlens.labels".into(), "a\nb".into())];
    let model = read(&model);
    assert_eq!(model.network.inputs().len(), 1);
    assert_eq!(model.metadata.get("heatlens.labels").unwrap(), "a\nb");
    assert_eq!((model.opset, model.producer.as_str()), (17, "heatlens tests"));
    gives(&model, &[1, 2], &[1.0, 1.0], &[2.0, 3.0]);
}

#[test]
fn names_stay_unique() {
    let named = |output: &str, input: &str| node("Exp", input, output, &[]).text(3, "x");
    let nodes =
        vec![named("a", "x"), named("b", "a"), node("Exp", "b", "x#2", &[]), named("y", "x#2")];
    let model = read(&Model::new(&[-1, 2], nodes, vec![]));
    let names: Vec<&str> = model.network.nodes().iter().map(|n| n.name.as_str()).collect();
    assert_eq!(names, ["x", "x#2", "x#3", "x#2#2", "x#4"]);
    assert!(model.report.iter().all(|row| matches!(row.status, Status::Recognised(_))));
}
