//! Every entry of every golden case: the network's activations and all attributions, computed by the
//! field's Python implementations.
//!
//! The folder is `$HEATLENS_GOLDEN`, by default `tests/golden`. A case without its files, an entry
//! that is not understood, a tensor that no entry reads, a usual entry that a case lacks and a method
//! of the catalogue that no entry tests are failures.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::evaluate::{Curve, Flipping, Order, pixel_flipping};
use heatlens::explanation::Explanation;
use heatlens::methods::{CATALOG, Fill, Method, Segments, Target, explain};
use heatlens::network::{Network, NodeId};
use heatlens::rules::Bound;
use ndarray::{ArrayD, IxDyn};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use support::golden_methods::{Context, describe, method};
use support::golden_network::{build, list};
use support::safetensors::{self, Tensor};

/// Entries that every case has.
const USUAL: &[&str] = &[
    "grad_all",
    "grad",
    "saliency_abs",
    "grad_x_input",
    "smoothgrad",
    "smoothgrad_squared",
    "vargrad",
    "ig_gl50",
    "ig_mid50",
    "ig_trap50",
    "ig_gl50_base",
    "guided_backprop",
    "deconvnet",
    "lrp_0",
    "lrp_eps0.25",
    "lrp_eps1e-6",
    "lrp_gamma0.25",
    "lrp_ab10",
    "lrp_ab21",
    "lrp_zbox_first",
    "lrp_wsquare_first",
    "lrp_flat_first",
    "lrp_wsquare_all",
    "lrp_flat_all",
    "composite_epsilon_plus",
    "composite_epsilon_plus_flat",
    "composite_epsilon_gamma_box",
    "composite_epsilon_alpha2_beta1",
    "composite_epsilon_alpha2_beta1_flat",
    "deeplift_zero",
    "deeplift_base",
];

/// Activations: f32 against rounded f64, as a share of the largest value.
const ACTIVATION_TOLERANCE: f64 = 5e-6;

#[test]
fn every_entry_agrees() {
    let folder = std::env::var_os("HEATLENS_GOLDEN")
        .map(PathBuf::from)
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden"));
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .filter_map(|entry| {
            let path = entry.unwrap().path();
            let extension = path.extension()?.to_str()?.to_string();
            let stem = path.file_stem()?.to_str()?.to_string();
            ["json", "safetensors", "onnx"].contains(&extension.as_str()).then_some(stem)
        })
        .collect();
    names.sort();
    names.dedup();
    assert!(!names.is_empty(), "no cases in {}", folder.display());
    let mut tested = BTreeSet::new();
    let (mut failures, mut checked) = (Vec::new(), 0);
    for name in &names {
        let mut case = Case::read(&folder, name);
        checked += case.check();
        tested.append(&mut case.methods);
        failures.extend(case.failures);
    }
    for entry in CATALOG {
        if !tested.contains(entry.name) {
            failures.push(format!("the catalogue's '{}' is tested by no entry", entry.name));
        }
    }
    println!("{checked} entries of {} golden cases checked", names.len());
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

struct Case {
    name: String,
    json: Json,
    tensors: BTreeMap<String, Tensor>,
    /// Tensors that some check has read.
    read: BTreeSet<String>,
    /// As described, and with batch norm folded (for LRP).
    plain: Network,
    folded: Network,
    /// Catalogue names that were tested.
    methods: BTreeSet<&'static str>,
    failures: Vec<String>,
}

impl Case {
    fn read(folder: &Path, name: &str) -> Case {
        let text = std::fs::read_to_string(folder.join(format!("{name}.json")))
            .unwrap_or_else(|e| panic!("{name}.json: {e}"));
        let json: Json = serde_json::from_str(&text).unwrap();
        let tensors = safetensors::read(&folder.join(format!("{name}.safetensors")));
        assert!(folder.join(format!("{name}.onnx")).exists(), "{name}.onnx is missing");
        let plain = build(&json, &tensors);
        let folded = build(&json, &tensors).fold().0;
        Case {
            name: name.into(),
            json,
            tensors,
            read: BTreeSet::new(),
            plain,
            folded,
            methods: BTreeSet::new(),
            failures: Vec::new(),
        }
    }

    /// Checks everything; returns the number of entries.
    fn check(&mut self) -> usize {
        self.check_activations();
        let entries = self.json["attributions"].as_array().unwrap().clone();
        let mut names = BTreeSet::new();
        for entry in &entries {
            let name = entry["name"].as_str().unwrap();
            if !names.insert(name) {
                self.fail(name, "appears twice");
            }
            self.check_entry(entry);
        }
        for name in USUAL {
            if !names.contains(name) {
                self.fail(name, "is missing");
            }
        }
        for tensor in self.tensors.keys().filter(|tensor| tensor.starts_with("attr/")) {
            if !self.read.contains(tensor) {
                self.failures.push(format!("{}: tensor '{tensor}' is read by no entry", self.name));
            }
        }
        entries.len()
    }

    fn check_activations(&mut self) {
        let x = self.input("input");
        let tape = self.plain.record(&[x.view()]).unwrap();
        for (id, node) in self.plain.nodes().iter().enumerate().skip(1) {
            let Some(expected) = self.tensors.get(&format!("act/{}", node.name)) else {
                self.failures.push(format!("{}: no activations of '{}'", self.name, node.name));
                continue;
            };
            let expected = expected.f32();
            let scale = largest(&expected);
            let worst = difference(tape.value(id), &expected);
            if worst.is_none_or(|worst| worst > ACTIVATION_TOLERANCE * scale) {
                self.failures
                    .push(format!("{}: activations of '{}': {worst:?}", self.name, node.name));
            }
        }
        let logits = self.tensors["logits"].f32();
        let probabilities = self.plain.outputs()[0].activation.apply(&logits);
        let expected = self.tensors["probs"].f32();
        let worst = probabilities.iter().zip(&expected).map(|(a, b)| (a - f64::from(*b)).abs());
        assert!(worst.fold(0.0, f64::max) < 1e-6, "{}: probabilities", self.name);
    }

    fn check_entry(&mut self, entry: &Json) {
        let name = entry["name"].as_str().unwrap();
        match name {
            "grad_all" => self.check_jacobian(entry),
            "shapley_grouped_zero" => self.check_groups(entry),
            _ if name.starts_with("sis_") => self.check_sis(entry),
            _ if name.starts_with("flip_") => self.check_flipping(entry),
            _ => {
                let context = Context::new(&self.json, &self.tensors, &self.plain);
                match method(entry, &context) {
                    Some((catalog_name, method)) => {
                        self.methods.insert(catalog_name);
                        self.check_map(entry, &method);
                    }
                    None => self.fail(name, "is not understood"),
                }
            }
        }
    }

    /// Computes an entry's map and compares it, its sum, its per-word sums and its rules.
    fn check_map(&mut self, entry: &Json, method: &Method) {
        let name = entry["name"].as_str().unwrap();
        let lrp = matches!(method, Method::Lrp(_));
        let network = if lrp { &self.folded } else { &self.plain };
        let explanation = self.explain(network, method, self.target(), "input");
        let expected = self.expected(entry, "");
        let relevance: Vec<f32> = explanation.relevance.iter().copied().collect();
        // One number per position stands for all channels.
        let repeat = expected.len() / relevance.len().max(1);
        let spread = match (repeat, self.channels_last()) {
            (0 | 1, _) => relevance.clone(),
            (_, true) => relevance.iter().flat_map(|&r| vec![r; repeat]).collect(),
            (_, false) => relevance.repeat(repeat),
        };
        let tolerance = tolerance(entry, &expected);
        self.compare(name, &spread, &expected, tolerance);
        let key = format!("{}.per_word", entry["tensor"].as_str().unwrap());
        if self.tensors.contains_key(&key) {
            let words = self.expected(entry, ".per_word");
            let width = relevance.len() / words.len();
            let sums: Vec<f32> = relevance
                .chunks_exact(width)
                .map(|word| word.iter().map(|&r| f64::from(r)).sum::<f64>() as f32)
                .collect();
            self.compare(&format!("{name} per word"), &sums, &words, tolerance * width as f64);
        }
        if let Some(delta) = entry["delta_logit"].as_f64() {
            let promised = explanation.expected.unwrap();
            if (promised - delta).abs() > 1e-5 * delta.abs().max(1.0) {
                self.fail(name, &format!("promises a sum of {promised}, not {delta}"));
            }
        }
        if let Some(intercept) = entry["params"]["intercept"].as_f64() {
            let ours = explanation.extra[0].1;
            if (ours - intercept).abs() > 1e-5 {
                self.fail(name, &format!("intercept {ours}, not {intercept}"));
            }
        }
        if let Method::Lrp(lrp) = method {
            let rules = lrp.rules((Bound::Constant(0.0), Bound::Constant(0.0)));
            let source = self.folded.find(self.source()).unwrap();
            let nodes: Vec<NodeId> = (source + 1..self.folded.nodes().len()).collect();
            let resolved = rules.resolve(&self.folded, &nodes).into_iter().enumerate();
            for (id, rule) in resolved.filter_map(|(id, rule)| Some((id, rule?))) {
                let node = &self.folded.node(id).name;
                let expected = &entry["layer_rules"][node];
                if describe(&rule) != expected["rule"].as_str().unwrap_or("") {
                    self.fail(name, &format!("'{node}' gets {rule:?}, not {expected}"));
                }
            }
            self.check_conservation(name, &explanation);
        }
    }

    /// At every layer what arrived is what was handed on plus what bias and ε took.
    fn check_conservation(&mut self, name: &str, explanation: &Explanation) {
        for layer in &explanation.layers {
            // α − β = 1 in all rules here, so the parts of every layer add up to what arrived.
            let parts = layer.passed + layer.bias + layer.stabilizer;
            let scale = layer.arrived.abs().max(layer.bias.abs()).max(1.0);
            if (layer.arrived - parts).abs() > 2e-4 * scale {
                let node = &self.folded.node(layer.node).name;
                self.fail(name, &format!("'{node}' does not conserve: {layer:?}"));
            }
        }
    }

    fn check_jacobian(&mut self, entry: &Json) {
        let classes = self.tensors["logits"].f32().len();
        let mut rows = Vec::new();
        for class in 0..classes {
            let target = Target::Class { output: 0, class };
            let row = self.explain(&self.plain, &Method::Gradient, target, "input");
            rows.extend(row.relevance.iter().copied());
        }
        let expected = self.expected(entry, "");
        self.compare("grad_all", &rows, &expected, tolerance(entry, &expected));
    }

    fn check_groups(&mut self, entry: &Json) {
        let groups: Vec<usize> = self.tensors[entry["params"]["groups"].as_str().unwrap()]
            .f32()
            .iter()
            .map(|&group| group as usize)
            .collect();
        let method = Method::Shapley {
            baseline: Fill::Constant(0.0),
            segments: Segments::Each(groups.iter().copied().map(Some).collect()),
        };
        let explanation = self.explain(&self.plain, &method, self.target(), "input");
        let expected = self.expected(entry, "");
        let mut sums = vec![0.0; expected.len()];
        for (r, &group) in explanation.relevance.iter().zip(&groups) {
            sums[group] += r;
        }
        self.compare("shapley_grouped_zero", &sums, &expected, tolerance(entry, &expected));
    }

    fn check_sis(&mut self, entry: &Json) {
        self.methods.insert("sis");
        let name = entry["name"].as_str().unwrap().to_string();
        let params = &entry["params"];
        let mask = params["mask"].as_str().unwrap();
        let mask = match mask.rsplit_once("set to ") {
            Some((_, value)) => value.parse().unwrap(),
            None => {
                assert_eq!(mask, "zero");
                0.0
            }
        };
        let method = Method::Sis {
            threshold: params["threshold"].as_f64().unwrap(),
            mask: Fill::Constant(mask),
            sets: 1000,
        };
        let input = match params["input"].as_str().unwrap() {
            tensor if tensor.starts_with("aux/") => tensor.to_string(),
            _ => "input".into(),
        };
        let target =
            Target::Class { output: 0, class: params["target"].as_u64().unwrap() as usize };
        let explanation = self.explain(&self.plain, &method, target, &input);
        let sis = explanation.sis.unwrap();
        let sizes: Vec<usize> = sis.sets.iter().map(|set| set.features.len()).collect();
        if sizes != list(&entry["sis_sizes"]) {
            self.fail(&name, &format!("sizes {sizes:?}"));
        }
        for (k, set) in sis.sets.iter().enumerate() {
            let stem = entry["tensor"].as_str().unwrap().trim_end_matches(".order0").to_string();
            let mut whole = |part: &str| -> Vec<usize> {
                let key = format!("{stem}.{part}{k}");
                self.read.insert(key.clone());
                self.tensors
                    .get(&key)
                    .map_or(Vec::new(), |t| t.f32().iter().map(|&i| i as usize).collect())
            };
            let (order, features) = (whole("order"), whole("sis"));
            if set.order != order {
                self.fail(&name, &format!("order {k}: {:?}, not {order:?}", set.order));
            }
            if set.features != features {
                self.fail(&name, &format!("set {k}: {:?}, not {features:?}", set.features));
            }
            if set.score < sis.threshold {
                self.fail(&name, &format!("set {k} alone scores {}", set.score));
            }
            let key = format!("{stem}.values{k}");
            self.read.insert(key.clone());
            let expected = self.tensors[&key].f32();
            let values: Vec<f32> = set.values.iter().map(|&value| value as f32).collect();
            self.compare(
                &format!("{name} values {k}"),
                &values,
                &expected,
                1e-4 * largest(&expected),
            );
        }
    }

    fn check_flipping(&mut self, entry: &Json) {
        let name = entry["name"].as_str().unwrap().to_string();
        let params = &entry["params"];
        let order_from = format!("attr/{}", params["order_from"].as_str().unwrap());
        let flipping = Flipping {
            order: match params["order"].as_str() {
                Some("ascending") => Order::LeastRelevantFirst,
                _ => Order::MostRelevantFirst,
            },
            block: params["block"].as_u64().unwrap_or(1) as usize,
            replacement: Fill::Constant(params["replacement"].as_f64().unwrap() as f32),
            steps: usize::MAX - 1,
        };
        let x = self.input("input");
        let relevance = self.tensors[&order_from].f32();
        let target = self.target();
        let curve = pixel_flipping(
            &self.plain,
            &[x.view()],
            (&target, None),
            &relevance,
            &flipping,
            &mut |_, _| true,
        )
        .unwrap();
        let stem = entry["tensor"].as_str().unwrap().trim_end_matches(".logit").to_string();
        let order: Vec<usize> =
            self.tensors[&format!("{stem}.order")].f32().iter().map(|&i| i as usize).collect();
        self.read.insert(format!("{stem}.order"));
        if curve.order != order {
            self.fail(&name, &format!("order {:?}, not {order:?}", curve.order));
        }
        let probability = curve.probability.unwrap_or_default();
        for (part, values) in [("logit", &curve.logit), ("prob", &probability)] {
            let key = format!("{stem}.{part}");
            let Some(expected) = self.tensors.get(&key).map(Tensor::f32) else { continue };
            self.read.insert(key);
            let floats: Vec<f32> = values.iter().map(|&value| value as f32).collect();
            self.compare(&format!("{name} {part}"), &floats, &expected, 1e-4 * largest(&expected));
            let aopc = &params[format!("aopc_{part}")];
            let lengths = match params["aopc_L"].as_array() {
                Some(_) => list(&params["aopc_L"]),
                None => vec![expected.len() - 1],
            };
            for (k, &length) in lengths.iter().enumerate() {
                let expected = aopc.get(k).unwrap_or(aopc).as_f64().unwrap();
                let ours = Curve::aopc(values, length);
                if (ours - expected).abs() > 1e-5 * expected.abs().max(1.0) {
                    self.fail(
                        &name,
                        &format!("AOPC({length}) of {part} is {ours}, not {expected}"),
                    );
                }
            }
        }
    }

    fn explain(
        &self,
        network: &Network,
        method: &Method,
        target: Target,
        input: &str,
    ) -> Explanation {
        let at = network.find(self.source()).unwrap();
        let x = self.input(input);
        explain(network, &[x.view()], method, &target, Some(at), &mut |_, _| true)
            .unwrap_or_else(|e| panic!("{}: {method:?}: {e}", self.name))
    }

    fn source(&self) -> &str {
        self.json["attribution_input"].as_str().unwrap()
    }

    fn channels_last(&self) -> bool {
        self.json["norm_axis"].as_u64() == Some(2)
    }

    fn target(&self) -> Target {
        Target::Class { output: 0, class: self.json["target"].as_u64().unwrap() as usize }
    }

    fn input(&self, tensor: &str) -> ArrayD<f32> {
        let tensor = &self.tensors[tensor];
        ArrayD::from_shape_vec(IxDyn(&tensor.shape), tensor.f32()).unwrap()
    }

    /// The expected tensor of an entry, marked as read.
    fn expected(&mut self, entry: &Json, suffix: &str) -> Vec<f32> {
        let key = format!("{}{suffix}", entry["tensor"].as_str().unwrap());
        let tensor =
            self.tensors.get(&key).unwrap_or_else(|| panic!("{}: no tensor {key}", self.name));
        self.read.insert(key);
        tensor.f32()
    }

    fn compare(&mut self, name: &str, ours: &[f32], expected: &[f32], tolerance: f64) {
        match difference(ours, expected) {
            Some(worst) if worst <= tolerance => {}
            Some(worst) => self.fail(name, &format!("differs by {worst:e}, allowed {tolerance:e}")),
            None => self.fail(name, &format!("{} values, not {}", ours.len(), expected.len())),
        }
    }

    fn fail(&mut self, name: &str, why: &str) {
        self.failures.push(format!("{}: {name}: {why}", self.name));
    }
}

/// 20·f32_noise + 2e-6·max_abs; 1e-4·max_abs where the noise was not measured.
fn tolerance(entry: &Json, expected: &[f32]) -> f64 {
    let scale = entry["max_abs"].as_f64().unwrap_or_else(|| largest(expected));
    match entry["f32_noise"].as_f64() {
        Some(noise) => 20.0 * noise + 2e-6 * scale,
        None => 1e-4 * scale,
    }
}

fn largest(values: &[f32]) -> f64 {
    values.iter().map(|&v| f64::from(v.abs())).fold(0.0, f64::max)
}

/// Largest difference; none where the lengths differ or a value is not finite.
fn difference(ours: &[f32], expected: &[f32]) -> Option<f64> {
    let fits = ours.len() == expected.len() && ours.iter().all(|v| v.is_finite());
    fits.then(|| {
        let pairs = ours.iter().zip(expected);
        pairs.map(|(a, b)| (f64::from(*a) - f64::from(*b)).abs()).fold(0.0, f64::max)
    })
}
