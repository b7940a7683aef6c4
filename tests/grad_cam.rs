//! Which layer Grad-CAM weights: by default the last convolution with more than one position, and the
//! activation that follows it where that is asked for; the result names the node.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::error::{Code, Error};
use heatlens::explanation::Explanation;
use heatlens::methods::{Options, Value, explain, method_from_options};
use heatlens::network::{
    Activation, Builder, Network, NodeId, Operation, OutputActivation, Window,
};
use heatlens::random::Random;
use ndarray::ArrayD;
use support::cases::Case;
use support::files::difference;
use support::networks::{class, conv, dense, image};

fn ask(
    network: &Network,
    x: &ArrayD<f32>,
    name: &str,
    options: &[(&str, &str)],
) -> Result<Explanation, Error> {
    let word = |&(key, value): &(&str, &str)| (key.to_string(), Value::Word(value.into()));
    let options: Options = options.iter().map(word).collect();
    let method = method_from_options(network, name, &options)?;
    explain(network, &[x.view()], &*method, &class(1), None, &mut |_, _| true)
}

#[test]
fn a_classifier_of_one_position_is_not_the_last_convolution() {
    let case = Case::read("gradcam_conv_head");
    let map = ask(&case.model.network, &case.x, "grad-cam", &[]).unwrap();
    let d = difference(map.relevance.as_slice().unwrap(), &case.numbers("expected"));
    assert!(d < 2e-6, "{d}");
}

/// A network under construction whose nodes are named; units are ReLU where nothing else is said.
struct Chain<'r> {
    b: Builder,
    random: &'r mut Random,
}

impl Chain<'_> {
    fn conv(&mut self, name: &str, at: NodeId, outputs: usize, kernel: usize) -> NodeId {
        let window = Window::new(&[kernel, kernel]).padding(&[kernel / 2, kernel / 2]);
        let channels = self.b.shape(at)[0];
        let layer = conv(self.random, channels, outputs, window);
        self.b.push(name, layer, &[at]).unwrap()
    }

    fn unit(&mut self, name: &str, at: NodeId) -> NodeId {
        self.b.push(name, Operation::Activation(Activation::Relu), &[at]).unwrap()
    }

    fn scale(&mut self, name: &str, at: NodeId) -> NodeId {
        let [channels, h, w] = self.b.shape(at)[..] else { panic!("an image") };
        let (scale, shift) = (self.random.vec(channels), self.random.vec(channels));
        self.b.push(name, Operation::Scale { scale, shift, inner: h * w }, &[at]).unwrap()
    }

    fn add(&mut self, name: &str, at: [NodeId; 2]) -> NodeId {
        self.b.push(name, Operation::Add, &at).unwrap()
    }

    /// Global average pooling and two classes.
    fn finish(mut self, at: NodeId) -> Network {
        let window = Window::new(&self.b.shape(at)[1..]);
        let mean = Operation::AveragePool { window, ceil: false, count_include_pad: false };
        let pooled = self.b.push("gap", mean, &[at]).unwrap();
        let channels = self.b.shape(pooled)[0];
        let flat = Operation::Reshape { shape: vec![channels] };
        let flat = self.b.push("flat", flat, &[pooled]).unwrap();
        let fc = dense(self.random, channels, 2);
        let fc = self.b.push("fc", fc, &[flat]).unwrap();
        self.b.finish(vec![("y".into(), fc, OutputActivation::Identity)]).unwrap()
    }
}

fn build(seed: u64, make: impl FnOnce(&mut Chain<'_>, NodeId) -> NodeId) -> (Network, ArrayD<f32>) {
    let mut random = Random::new(seed);
    let x = image(&mut random, &[2, 6, 6]);
    let mut chain = Chain { b: Builder::new(), random: &mut random };
    let input = chain.b.input("x", &[2, 6, 6]).unwrap();
    let last = make(&mut chain, input);
    (chain.finish(last), x)
}

fn layer_of(network: &Network, x: &ArrayD<f32>, word: &str) -> Result<String, Error> {
    let mut names = Vec::new();
    for method in ["grad-cam", "guided-grad-cam"] {
        let explanation = ask(network, x, method, &[("layer", word)])?;
        names.push(explanation.layer.unwrap());
    }
    assert_eq!(names[0], names[1]);
    Ok(names.remove(0))
}

#[test]
fn the_result_names_the_node_that_was_used() {
    let case = Case::read("gradcam_conv_head");
    let network = &case.model.network;
    let named = ask(network, &case.x, "grad-cam", &[]).unwrap().layer.unwrap();
    let place = network.find(&named).unwrap();
    assert_eq!(network.node(place).shape, [4, 6, 6]);
    let same = ask(network, &case.x, "grad-cam", &[("layer", &named)]).unwrap();
    assert_eq!(same.layer, Some(named));
    assert_eq!(ask(network, &case.x, "gradient", &[]).unwrap().layer, None);
    for method in ["grad-cam", "guided-grad-cam"] {
        let explanation = ask(network, &case.x, method, &[("layer", "last-activation")]).unwrap();
        let node = network.node(network.find(&explanation.layer.unwrap()).unwrap());
        assert_eq!((&node.shape[..], node.inputs.as_slice()), (&[4, 6, 6][..], &[place][..]));
    }
}

#[test]
fn the_activation_is_found_behind_batch_norm_sums_pooling_and_concatenation() {
    let direct = build(91, |c, x| {
        let conv = c.conv("conv", x, 3, 3);
        c.unit("act", conv)
    });
    let norm = build(92, |c, x| {
        let conv = c.conv("conv", x, 3, 3);
        let norm = c.scale("norm", conv);
        c.unit("act", norm)
    });
    // A residual block: conv, ReLU, conv, batch norm, + identity, ReLU.
    let residual = build(93, |c, x| {
        let stem = c.conv("stem", x, 3, 3);
        let stem = c.unit("stem act", stem);
        let inner = c.conv("inner", stem, 3, 3);
        let inner = c.unit("inner act", inner);
        let conv = c.conv("conv", inner, 3, 3);
        let norm = c.scale("norm", conv);
        let sum = c.add("sum", [norm, stem]);
        c.unit("act", sum)
    });
    let pooled = build(94, |c, x| {
        let conv = c.conv("conv", x, 3, 3);
        let window = Window::new(&[2, 2]).stride(&[2, 2]);
        let pool = Operation::MaxPool { window, ceil: false };
        let pool = c.b.push("pool", pool, &[conv]).unwrap();
        c.unit("act", pool)
    });
    let dense = build(95, |c, x| {
        let stem = c.conv("stem", x, 3, 3);
        let conv = c.conv("conv", stem, 2, 3);
        let joined = c.b.push("joined", Operation::Concat { axis: 0 }, &[stem, conv]).unwrap();
        let norm = c.scale("norm", joined);
        c.unit("act", norm)
    });
    for (network, x) in [direct, norm, residual, pooled, dense] {
        assert_eq!(layer_of(&network, &x, "last-conv").unwrap(), "conv");
        assert_eq!(layer_of(&network, &x, "last-activation").unwrap(), "act");
        for layer in ["last-conv", "last-activation"] {
            let said = ask(&network, &x, "guided-grad-cam", &[("layer", layer)]).unwrap().notes;
            assert_eq!(said, [""; 0]);
        }
    }
}

#[test]
fn where_no_single_activation_follows_the_error_says_what_there_is() {
    let bare = build(96, |c, x| {
        let first = c.conv("first", x, 3, 3);
        let first = c.unit("first act", first);
        c.conv("conv", first, 3, 3)
    });
    let forked = build(97, |c, x| {
        let first = c.conv("first", x, 3, 3);
        let first = c.unit("first act", first);
        let conv = c.conv("conv", first, 3, 3);
        let (left, right) = (c.unit("left", conv), c.unit("right", conv));
        c.add("sum", [left, right])
    });
    for (network, x) in [bare, forked] {
        let error = layer_of(&network, &x, "last-activation").unwrap_err();
        assert_eq!(error.code(), Code::Request);
        for word in ["'conv'", "last-conv", "'first act'"] {
            assert!(error.message().contains(word), "{error}");
        }
        assert_eq!(layer_of(&network, &x, "last-conv").unwrap(), "conv");
        let said = ask(&network, &x, "guided-grad-cam", &[]).unwrap().notes;
        assert!(said[0].contains("no single activation follows"), "{said:?}");
    }
}

#[test]
fn only_convolutions_on_the_way_to_the_target_count() {
    let (network, x) = build(98, |c, x| {
        let own = c.conv("own", x, 3, 3);
        let act = c.unit("act", own);
        // Later in the file, and no part of what is explained.
        c.conv("other", own, 3, 3);
        act
    });
    assert_eq!(layer_of(&network, &x, "last-conv").unwrap(), "own");
    assert_eq!(layer_of(&network, &x, "last-activation").unwrap(), "act");
    let error = layer_of(&network, &x, "other").unwrap_err();
    assert!(error.message().contains("does not depend on 'other'"), "{error}");
}

#[test]
fn a_network_without_feature_maps_is_refused_in_words() {
    let mut random = Random::new(99);
    let mut b = Builder::new();
    let x = b.input("x", &[3, 1, 1]).unwrap();
    let point = conv(&mut random, 3, 4, Window::new(&[1, 1]));
    let point = b.push("point", point, &[x]).unwrap();
    let flat = b.push("flat", Operation::Reshape { shape: vec![4] }, &[point]).unwrap();
    let network = b.finish(vec![("y".into(), flat, OutputActivation::Identity)]).unwrap();
    let x = image(&mut random, &[3, 1, 1]);
    for word in ["last-conv", "last-activation"] {
        let error = layer_of(&network, &x, word).unwrap_err();
        assert_eq!(error.code(), Code::NotApplicable);
        assert!(error.message().contains("with more than one position"), "{error}");
        let behind = network.find("flat").unwrap();
        let options = [("layer".to_string(), Value::Word(word.into()))].into_iter().collect();
        let method = method_from_options(&network, "grad-cam", &options).unwrap();
        let go_on = &mut |_, _| true;
        let error = explain(&network, &[x.view()], &*method, &class(1), Some(behind), go_on);
        let error = error.unwrap_err();
        assert!(error.message().contains("needs a convolution, and"), "{error}");
    }
}

#[test]
fn a_map_that_is_nothing_behind_its_relu_says_so() {
    let mut random = Random::new(100);
    let mut b = Builder::new();
    let x = b.input("x", &[2, 6, 6]).unwrap();
    let layer = conv(&mut random, 2, 3, Window::new(&[3, 3]));
    let layer = b.push("conv", layer, &[x]).unwrap();
    let act = b.push("act", Operation::Activation(Activation::Relu), &[layer]).unwrap();
    let flat = b.push("flat", Operation::Reshape { shape: vec![48] }, &[act]).unwrap();
    // Whatever is active speaks for class 0 and against class 1.
    let weight = [[1.0; 48], [-1.0; 48]].concat();
    let fc = Operation::Dense { weight, outputs: 2, bias: vec![] };
    let fc = b.push("fc", fc, &[flat]).unwrap();
    let network = b.finish(vec![("y".into(), fc, OutputActivation::Identity)]).unwrap();
    let x = image(&mut random, &[2, 6, 6]);
    let of = |class: usize, relu: &str| {
        let words =
            [("layer", "act"), ("relu", relu)].map(|(k, v)| (k.into(), Value::Word(v.into())));
        let method =
            method_from_options(&network, "grad-cam", &words.into_iter().collect()).unwrap();
        let target = heatlens::methods::Target::Class { output: 0, class };
        explain(&network, &[x.view()], &*method, &target, None, &mut |_, _| true).unwrap()
    };
    let against = of(1, "yes");
    assert!(against.relevance.iter().all(|&r| r == 0.0));
    assert!(against.notes.len() == 1 && against.notes[0].contains("nothing is left"));
    for explanation in [of(0, "yes"), of(1, "no")] {
        assert!(explanation.relevance.iter().any(|&r| r != 0.0) && explanation.notes.is_empty());
    }
}

#[test]
fn indices_have_feature_maps_too() {
    let mut random = Random::new(101);
    let mut b = Builder::new();
    let x = b.input("x", &[7]).unwrap();
    let table = Operation::Embedding { table: random.vec(10 * 4), width: 4 };
    let words = b.push("words", table, &[x]).unwrap();
    let turned = b.push("turned", Operation::Transpose { perm: vec![1, 0] }, &[words]).unwrap();
    let conv = conv(&mut random, 4, 3, Window::new(&[3]));
    let conv = b.push("conv", conv, &[turned]).unwrap();
    let flat = b.push("flat", Operation::Reshape { shape: vec![15] }, &[conv]).unwrap();
    let fc = dense(&mut random, 15, 2);
    let fc = b.push("fc", fc, &[flat]).unwrap();
    let network = b.finish(vec![("y".into(), fc, OutputActivation::Identity)]).unwrap();
    let ids = ndarray::array![[1.0f32, 2.0, 9.0, 0.0, 4.0, 4.0, 7.0]].into_dyn();
    let at_ids = ask(&network, &ids, "grad-cam", &[]).unwrap();
    assert_eq!((at_ids.relevance.shape(), at_ids.layer), (&[7][..], Some("conv".to_string())));
    let method = method_from_options(&network, "grad-cam", &Options::new()).unwrap();
    let go_on = &mut |_, _| true;
    let at_words = explain(&network, &[ids.view()], &*method, &class(1), Some(words), go_on);
    assert_eq!(at_words.unwrap().relevance, at_ids.relevance);
    let error = ask(&network, &ids, "guided-grad-cam", &[]).unwrap_err();
    assert!(error.message().contains("indices have no gradient"), "{error}");
    // The maps of an embedding are its columns.
    let words = ask(&network, &ids, "grad-cam", &[("layer", "words"), ("relu", "no")]).unwrap();
    let method = method_from_options(&network, "gradient", &Options::new()).unwrap();
    let at = network.find("words").unwrap();
    let gradient = explain(&network, &[ids.view()], &*method, &class(1), Some(at), go_on).unwrap();
    let tape = network.record(&[ids.view()]).unwrap();
    for (position, value) in words.relevance.iter().enumerate() {
        let expected: f32 = (0..4)
            .map(|k| {
                let column: f32 = (0..7).map(|p| gradient.relevance[[p, k]]).sum();
                column / 7.0 * tape.value(at)[position * 4 + k]
            })
            .sum();
        assert!((value - expected).abs() < 1e-5, "{position}: {value} {expected}");
    }
}
