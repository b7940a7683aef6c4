//! A model is one recipe: every network that is made of it, at whatever size of its open axes, has its options and edits.

#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::network::Edit;
use heatlens::onnx::{self, Activations};
use heatlens::random::Random;
use heatlens::recipe::Recipe;
use heatlens::text::{Reader, tokenize};
use ndarray::{ArrayD, IxDyn};
use support::onnx_writer::{Attribute, Model, floats, ints, node, open};

/// A model for texts is made anew for every length; nothing that was asked for gets lost on the way.
#[test]
fn a_text_is_read_by_the_network_that_was_asked_for() {
    let bytes = std::fs::read("www/models/text-cnn.onnx").unwrap();
    let text: Vec<u16> = "the shuttle is in orbit around the moon".encode_utf16().collect();
    let tokens = tokenize(&text);
    let mut seen: Vec<Vec<f32>> = Vec::new();
    for (edits, activation) in [
        (vec![], None),
        (vec![Edit::Randomize { layers: 1, seed: 1 }], None),
        (vec![Edit::Randomize { layers: 3, seed: 2 }], Some("sigmoid")),
    ] {
        let mut recipe = Recipe::new(&bytes);
        recipe.edits = edits;
        recipe.options.activations = activation.map(|text| Activations::parse(text).unwrap());
        let model = recipe.model().unwrap();
        let mut reader = Reader::new(&model, &recipe).unwrap().unwrap();
        let encoded = reader.encode(&model, &tokens).unwrap();
        let read = encoded.predict(&[&vec![false; tokens.len()]]).unwrap().remove(0);
        // The same ids by the network of the recipe.
        let len = encoded.network().node(encoded.network().inputs()[0]).len();
        let mut ids = vec![0.0; len];
        for (id, word) in ids.iter_mut().zip(encoded.words()) {
            *id = word.map_or(0.0, |word| (word + 1) as f32);
        }
        let network = recipe.at("words", len).unwrap();
        let ids = ArrayD::from_shape_vec(IxDyn(&[1, len]), ids).unwrap();
        let logits = network.predict(&[ids.view()]).unwrap().remove(0);
        assert_eq!(read.logits, logits.as_slice().unwrap());
        let shares = network.probabilities(&network.outputs()[0], &read.logits);
        assert_eq!(read.probabilities, shares);
        assert_eq!(activation.is_some(), (shares.unwrap().iter().sum::<f64>() - 1.0).abs() > 1e-6);
        assert!(seen.iter().all(|other| *other != read.logits), "the weights were not drawn anew");
        seen.push(read.logits);
    }
}

/// A second open axis keeps the size that the caller gave it, at every length of the text.
#[test]
fn other_open_axes_stay_bound() {
    let mut file = Model::new(
        &[-1, 8],
        vec![
            node("Gather", "table x", "e", &[("axis", Attribute::Int(0))]),
            node("ReduceSum", "e axes", "s", &[("keepdims", Attribute::Int(0))]),
            node("MatMul", "s w", "a", &[]),
            node("ReduceMax", "m axes", "b", &[("keepdims", Attribute::Int(0))]),
            node("Add", "a b", "y", &[]),
        ],
        vec![
            floats("table", &[4, 3], &[0., 0., 0., 1., 0., 0., 0., 1., 0., 0., 0., 1.]),
            floats("w", &[3, 2], &Random::new(5).vec(6)),
            ints("axes", &[1], &[1]),
        ],
    );
    file.inputs = vec![open("x", 7, &["N", "words"])];
    file.inputs.push(open("m", 1, &["N", "other", "2"]));
    file.metadata = [
        ("heatlens.text", "ids"),
        ("heatlens.vocabulary", "a\nb\nc"),
        ("heatlens.text.padding", "0"),
        ("heatlens.axis.words", "4"),
    ]
    .map(|(k, v)| (k.to_string(), v.to_string()))
    .to_vec();
    let bytes = file.bytes();
    let mut recipe = Recipe::new(&bytes);
    recipe.options.dimensions.insert("other".into(), 5);
    let network = recipe.at("words", 64).unwrap();
    let shapes: Vec<_> =
        network.inputs().iter().map(|&id| network.node(id).shape.clone()).collect();
    assert_eq!(shapes, [vec![64], vec![5, 2]]);
    assert!(onnx::read(&bytes, &onnx::Options::default()).is_err());
}
