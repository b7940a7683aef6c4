//! How raw outputs are read: who says so, probabilities, the two sides of a single sigmoid.

#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::error::{Code, Error};
use heatlens::evaluate::{Accuracy, Flipping, Order, pixel_flipping};
use heatlens::explanation::Explanation;
use heatlens::methods::{self, Baseline, ClassName, Options, Target, Value, method_from_options};
use heatlens::network::{Network, OutputActivation, Side};
use heatlens::onnx::Activations;
use heatlens::random::Random;
use heatlens::recipe::Recipe;
use ndarray::{ArrayD, IxDyn};
use std::sync::Arc;
use support::onnx_writer::{Attribute, Model, floats, ints, node, value};

const KEY: &str = "heatlens.output-activation";
const OLD_KEY: &str = "heatlens.link";

fn weights(seed: u64, len: usize) -> Vec<f32> {
    Random::new(seed).vec(len).iter().map(|v| 3.0 * v).collect()
}

/// Eight inputs, a hidden layer, `outputs` raw outputs; `last` is the operator at the end, if there is one.
fn model(outputs: usize, last: Option<&str>) -> Model {
    let mut nodes = vec![
        node("Gemm", "x w1 b1", "h", &[]),
        node("Relu", "h", "r", &[]),
        node("Gemm", "r w2", if last.is_some() { "z" } else { "y" }, &[]),
    ];
    nodes.extend(last.map(|op| node(op, "z", "y", &[])));
    let constants = vec![
        floats("w1", &[8, 6], &weights(1, 48)),
        floats("b1", &[6], &weights(2, 6)),
        floats("w2", &[6, outputs as i64], &weights(3, 6 * outputs)),
    ];
    Model::new(&[-1, 8], nodes, constants)
}

/// A classifier `y` of five classes and beside it one number, `age`.
fn two_headed() -> Model {
    let mut model = model(5, None);
    model.nodes.push(node("Gemm", "r w3", "age", &[]));
    model.initializers.push(floats("w3", &[6, 1], &weights(4, 6)));
    model.outputs.push(value("age", 1, &[-1, 1]));
    model
}

/// Two rows of three classes.
fn two_rows() -> Model {
    let mut model = model(6, None);
    model.nodes[2] = node("Gemm", "r w2", "z", &[]);
    model.nodes.push(node("Reshape", "z s", "y", &[]));
    model.initializers.push(ints("s", &[3], &[-1, 2, 3]));
    model.outputs = vec![value("y", 1, &[-1, 2, 3])];
    model
}

fn with(model: &Model, metadata: &[(&str, &str)]) -> Vec<u8> {
    let metadata = metadata.iter().map(|&(k, v)| (k.to_string(), v.to_string())).collect();
    Model { metadata, ..model.clone() }.bytes()
}

fn read(bytes: &[u8], activation: Option<&str>) -> Result<Arc<Network>, Error> {
    let mut recipe = Recipe::new(bytes);
    recipe.options.activations = activation.map(|text| Activations::parse(text).unwrap());
    recipe.model().map(|model| model.network)
}

fn activations(bytes: &[u8], activation: Option<&str>) -> Vec<Option<&'static str>> {
    let network = read(bytes, activation).unwrap();
    network.outputs().iter().map(|output| output.activation.name()).collect()
}

fn x() -> ArrayD<f32> {
    ArrayD::from_shape_vec(IxDyn(&[1, 8]), weights(7, 8)).unwrap()
}

fn explain(
    network: &Network,
    method: &str,
    options: &[(&str, Value)],
    target: &Target,
) -> Result<Explanation, Error> {
    let options: Options =
        options.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
    let method = method_from_options(network, method, &options)?;
    methods::explain(network, &[x().view()], &*method, target, None, &mut |_, _| true)
}

fn sis(network: &Network, threshold: f64, target: &Target) -> Result<Explanation, Error> {
    explain(network, "sis", &[("threshold", Value::Number(threshold))], target)
}

#[test]
fn the_option_goes_before_the_metadata_and_these_before_the_files_end() {
    let (open, closed) = (model(5, None), model(5, Some("Softmax")));
    assert_eq!(activations(&with(&open, &[]), None), [None]);
    assert_eq!(activations(&with(&closed, &[]), None), [Some("softmax")]);
    let end = activations(&with(&model(5, Some("Sigmoid")), &[]), None);
    assert_eq!(end, [Some("sigmoid")]);
    for key in [KEY, OLD_KEY] {
        for file in [&open, &closed] {
            let bytes = with(file, &[(key, "sigmoid")]);
            assert_eq!(activations(&bytes, None), [Some("sigmoid")], "{key}");
            assert_eq!(activations(&bytes, Some("identity")), [Some("identity")], "{key}");
            assert_eq!(activations(&bytes, Some("y=softmax")), [Some("softmax")], "{key}");
        }
    }
    for pair in [[(KEY, "softmax"), (OLD_KEY, "sigmoid")], [(OLD_KEY, "sigmoid"), (KEY, "softmax")]]
    {
        assert_eq!(activations(&with(&open, &pair), None), [Some("softmax")]);
    }
}

#[test]
fn every_output_has_its_own() {
    let bare = with(&two_headed(), &[]);
    assert_eq!(activations(&bare, None), [None, None]);
    // Said of all, softmax is not meant for a single number; sigmoid may be.
    assert_eq!(activations(&bare, Some("softmax")), [Some("softmax"), None]);
    assert_eq!(activations(&bare, Some("sigmoid")), [Some("sigmoid"), Some("sigmoid")]);
    let each = "y=softmax,age=identity";
    let expected = [Some("softmax"), Some("identity")];
    assert_eq!(activations(&bare, Some(each)), expected);
    for text in [each, "age=identity\ny=softmax"] {
        assert_eq!(activations(&with(&two_headed(), &[(KEY, text)]), None), expected);
    }
    // As a script writes lines.
    let lines = "y=softmax\nage=identity\n";
    assert_eq!(activations(&with(&two_headed(), &[(KEY, lines)]), None), expected);
    let one = with(&two_headed(), &[(KEY, "age=sigmoid")]);
    assert_eq!(activations(&one, None), [None, Some("sigmoid")]);
    assert_eq!(activations(&one, Some("y=softmax")), [Some("softmax"), Some("sigmoid")]);
}

#[test]
fn what_cannot_be_is_refused_by_whoever_said_it() {
    let bytes = with(&two_headed(), &[]);
    for (text, word) in [("z=softmax", "y, age"), ("age=softmax", "always 1")] {
        let error = read(&bytes, Some(text)).unwrap_err();
        assert_eq!(error.code(), Code::Request, "{text}");
        assert!(error.message().contains(word), "{error}");
        let error = read(&with(&two_headed(), &[(KEY, text)]), None).unwrap_err();
        assert_eq!(error.code(), Code::Malformed, "{text}");
    }
    for text in ["", "sofmax", "y", "y=", "=", "y=softmax,age", "y=Softmax"] {
        assert_eq!(Activations::parse(text), None, "{text}");
        let error = read(&with(&two_headed(), &[(KEY, text)]), None).unwrap_err();
        assert_eq!(error.code(), Code::Malformed, "{text}");
        assert!(error.message().contains(KEY), "{error}");
    }
    let error = read(&with(&model(1, None), &[]), Some("softmax")).unwrap_err();
    assert!(error.message().contains("sigmoid and identity are possible"), "{error}");
}

#[test]
fn a_network_that_ends_in_logits_explains_like_the_same_with_its_softmax() {
    let closed = read(&with(&model(5, Some("Softmax")), &[]), None).unwrap();
    let by_option = read(&with(&model(5, None), &[]), Some("softmax")).unwrap();
    let by_file = read(&with(&model(5, None), &[(KEY, "softmax")]), None).unwrap();
    for target in [Target::Top, Target::Class { output: 0, class: 2 }] {
        // The node of the target is the one before the softmax, or the last one.
        let node = |node: &str, found| Explanation { node: node.into(), ..found };
        let expected = node("y", sis(&closed, 0.4, &target).unwrap());
        for network in [&by_option, &by_file] {
            assert_eq!(node("y", sis(network, 0.4, &target).unwrap()), expected);
        }
    }
    let logits = closed.predict(&[x().view()]).unwrap().remove(0);
    let logits = logits.as_slice().unwrap();
    let shares = closed.probabilities(&closed.outputs()[0], logits);
    assert!((shares.as_ref().unwrap().iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert_eq!(by_option.probabilities(&by_option.outputs()[0], logits), shares);
}

#[test]
fn without_a_known_activation_nothing_is_called_a_probability() {
    let bare = read(&with(&model(5, None), &[]), None).unwrap();
    assert_eq!(bare.probabilities(&bare.outputs()[0], &[0.1, 0.2, 0.3, 0.2, 0.2]), None);
    let error = sis(&bare, 0.7, &Target::Top).unwrap_err();
    assert_eq!(error.code(), Code::NotApplicable);
    assert!(error.message().contains("output activation"), "{error}");
    let flipping = Flipping {
        order: Order::MostRelevantFirst,
        block: 1,
        replacement: Baseline::Constant(0.0),
        steps: 4,
    };
    let flip = |network: &Network| {
        let target = (&Target::Top, None);
        pixel_flipping(network, &[x().view()], target, &[1.0; 8], &flipping, &mut |_, _| true)
            .unwrap()
    };
    assert_eq!(flip(&bare).probability, None);
    let known = read(&with(&model(5, None), &[]), Some("softmax")).unwrap();
    assert_eq!(flip(&known).logit, flip(&bare).logit);
    assert!(flip(&known).probability.unwrap().iter().all(|p| (0.0..=1.0).contains(p)));
    // The answer itself: no probability, but what a threshold is compared with.
    let told = read(&with(&model(5, None), &[]), Some("identity")).unwrap();
    assert_eq!(told.probabilities(&told.outputs()[0], &[0.5; 5]), None);
    let found = sis(&told, 0.0, &Target::Top).unwrap();
    assert_eq!(found.sis.unwrap().initial, found.score);
}

/// Rows of classes: softmax is taken over each row, whoever asks.
#[test]
fn classes_compete_along_the_last_axis_only() {
    let network = read(&with(&two_rows(), &[]), Some("softmax")).unwrap();
    let output = &network.outputs()[0];
    let logits = network.predict(&[x().view()]).unwrap().remove(0);
    let logits = logits.as_slice().unwrap();
    let shares = network.probabilities(output, logits).unwrap();
    for (row, logits) in shares.chunks(3).zip(logits.chunks(3)) {
        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(row, OutputActivation::Softmax.apply(logits));
    }
    for (class, share) in shares.iter().enumerate() {
        let target = Target::Class { output: 0, class };
        let found = sis(&network, 0.01, &target).unwrap().sis.unwrap();
        assert!((found.initial - share).abs() < 1e-12, "{class}");
    }
    let across = Target::Contrast { output: 0, class: 1, against: 4 };
    assert_eq!(sis(&network, 0.1, &across).unwrap_err().code(), Code::NotApplicable);
    let within = Target::Contrast { output: 0, class: 3, against: 4 };
    assert!(sis(&network, 0.1, &within).is_ok());
}

#[test]
fn the_softmax_of_a_single_number_is_no_way_to_read_it() {
    let mut file = model(5, None);
    file.nodes[2] = node("Gemm", "r w2", "z", &[]);
    file.nodes.push(node("Reshape", "z s", "c", &[]));
    file.nodes.push(node("Softmax", "c", "y", &[("axis", Attribute::Int(-1))]));
    file.initializers.push(ints("s", &[3], &[-1, 5, 1]));
    file.outputs = vec![value("y", 1, &[-1, 5, 1])];
    let network = read(&with(&file, &[]), None).unwrap();
    assert_eq!(network.outputs()[0].activation, OutputActivation::Unknown);
    let ones = network.predict(&[x().view()]).unwrap().remove(0);
    assert!(ones.iter().all(|&y| y == 1.0), "{ones}");
}

#[test]
fn classes_of_different_rows_have_no_probability_against_each_other() {
    let network = read(&with(&two_rows(), &[]), Some("softmax")).unwrap();
    for (against, known) in [(2, true), (4, false)] {
        let target = Target::Contrast { output: 0, class: 1, against };
        let flipping = Flipping {
            order: Order::MostRelevantFirst,
            block: 1,
            replacement: Baseline::Constant(0.0),
            steps: 3,
        };
        let relevance: Vec<f32> = weights(5, 8);
        let curve = pixel_flipping(
            &network,
            &[x().view()],
            (&target, None),
            &relevance,
            &flipping,
            &mut |_, _| true,
        );
        assert_eq!(curve.unwrap().probability.is_some(), known, "against {against}");
    }
}

fn binary() -> Arc<Network> {
    read(&with(&model(1, Some("Sigmoid")), &[]), None).unwrap()
}

const YES: Target = Target::Class { output: 0, class: 0 };
const NO: Target = Target::Complement { output: 0 };

#[test]
fn the_two_sides_of_a_sigmoid_are_each_others_negative() {
    let network = binary();
    let z = f64::from(network.predict(&[x().view()]).unwrap()[0][[0, 0]]);
    for method in
        ["gradient", "gradient-x-input", "lrp", "deeplift", "integrated-gradients", "occlusion"]
    {
        let options: &[(&str, Value)] = match method {
            "occlusion" => &[("window", Value::Number(1.0)), ("stride", Value::Number(1.0))],
            _ => &[],
        };
        let [yes, no] = [&YES, &NO].map(|side| explain(&network, method, options, side).unwrap());
        assert_eq!((yes.score, no.score), (z, -z), "{method}");
        assert_eq!((yes.side, no.side), (Some(Side::Yes), Some(Side::No)));
        assert_eq!((yes.target, no.target), (0, 0));
        assert!(yes.relevance.iter().any(|&r| r != 0.0));
        assert_eq!(no.relevance, -&yes.relevance, "{method}");
    }
    // What clamps its signal starts from the other sign.
    let [yes, no] =
        [&YES, &NO].map(|side| explain(&network, "deconvnet", &[], side).unwrap().relevance);
    assert_ne!(no, -yes);
}

#[test]
fn subsets_are_sufficient_for_either_side() {
    let network = binary();
    let z = f64::from(network.predict(&[x().view()]).unwrap()[0][[0, 0]]);
    let p = 1.0 / (1.0 + (-z).exp());
    for (side, own) in [(&YES, p), (&NO, 1.0 - p)] {
        let found = sis(&network, 0.9 * own, side).unwrap().sis.unwrap();
        assert!((found.initial - own).abs() < 1e-12);
        let set = &found.sets[0];
        let mut kept = ArrayD::zeros(IxDyn(&[1, 8]));
        for &feature in &set.features {
            kept[[0, feature]] = x()[[0, feature]];
        }
        let z = f64::from(network.predict(&[kept.view()]).unwrap()[0][[0, 0]]);
        let yes = 1.0 / (1.0 + (-z).exp());
        let score = if side == &YES { yes } else { 1.0 - yes };
        assert!((set.score - score).abs() < 1e-12 && score >= 0.9 * own);
    }
}

#[test]
fn classes_are_named_by_number_label_or_side() {
    let (network, labels) = (binary(), ["toxic".to_string(), "harmless".to_string()]);
    let named = |class, against| Target::of_class(&network, &labels, 0, class, against);
    use ClassName::{Number, Word};
    for class in [Number(0), Word("yes"), Word("toxic")] {
        assert_eq!(named(class, None).unwrap(), YES);
        assert_eq!(named(class, Some(Word("no"))).unwrap(), YES);
        assert!(named(class, Some(Word("yes"))).is_err());
    }
    for class in [Word("no"), Word("harmless")] {
        assert_eq!(named(class, None).unwrap(), NO);
        assert_eq!(named(class, Some(Number(0))).unwrap(), NO);
    }
    let error = named(Number(1), None).unwrap_err();
    assert_eq!(error.code(), Code::Request);
    assert!(error.message().contains("'yes' (class 0) and 'no'"), "{error}");
    assert!(error.message().contains("toxic, harmless"), "{error}");
    // Words that mean a side do so whatever the labels are.
    let turned = ["no".to_string(), "yes".to_string()];
    assert_eq!(Target::of_class(&network, &turned, 0, Word("yes"), None).unwrap(), YES);
    let five = read(&with(&model(5, None), &[]), Some("sigmoid")).unwrap();
    let five = |class| Target::of_class(&five, &labels, 0, class, None);
    assert_eq!(five(Word("harmless")).unwrap(), Target::Class { output: 0, class: 1 });
    for class in [Word("yes"), Word("no"), Number(5), Word("0")] {
        assert_eq!(five(class).unwrap_err().code(), Code::Request);
    }
    let error = explain(&read(&with(&model(5, None), &[]), None).unwrap(), "lrp", &[], &NO);
    assert!(error.unwrap_err().message().contains("no other side"));
}

#[test]
fn a_single_sigmoid_is_right_on_either_side() {
    let network = binary();
    let inputs = ArrayD::from_shape_vec(IxDyn(&[20, 8]), weights(9, 160)).unwrap();
    let logits = network.predict(&[inputs.view()]).unwrap().remove(0);
    let labels: Vec<usize> = logits.iter().map(|&z| usize::from(z > 0.0)).collect();
    assert!(labels.contains(&0) && labels.contains(&1));
    let mut accuracy = Accuracy::new(&network);
    accuracy.add(&network, &[inputs.view()], &labels).unwrap();
    assert_eq!((accuracy.classes, accuracy.share()), (2, 1.0));
    for (row, label) in logits.iter().zip(labels) {
        let predicted = Target::predicted(&network, &[*row]);
        assert_eq!(predicted, if label == 1 { YES } else { NO });
    }
}
