//! One golden case: its activations and its maps. Subsets, flipping and groups are in `golden_searches.rs`.

use super::golden_methods::{Context, describe, method};
use super::golden_network::build;
use super::safetensors::{self, Tensor};
use heatlens::explanation::Explanation;
use heatlens::methods::{Gradient, Lrp, Method, Target, explain};
use heatlens::network::{Network, NodeId};
use heatlens::rules::Bound;
use ndarray::{ArrayD, IxDyn};
use serde_json::Value as Json;
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Activations: f32 against rounded f64, as a share of the largest value.
const ACTIVATION_TOLERANCE: f64 = 5e-6;

/// A network with its input and all that is expected of it.
pub struct Case {
    pub name: String,
    pub json: Json,
    pub tensors: BTreeMap<String, Tensor>,
    /// Tensors that some check has read.
    pub read: BTreeSet<String>,
    /// As described, and with batch norm folded (for LRP).
    pub plain: Network,
    pub folded: Network,
    /// Catalogue names that were tested.
    pub methods: BTreeSet<&'static str>,
    pub failures: Vec<String>,
}

impl Case {
    pub fn read(folder: &Path, name: &str) -> Case {
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
    pub fn check(&mut self, usual: &[&str]) -> usize {
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
        for name in usual {
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

    pub fn check_activations(&mut self) {
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

    pub fn check_entry(&mut self, entry: &Json) {
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
                        self.check_map(entry, &*method);
                    }
                    None => self.fail(name, "is not understood"),
                }
            }
        }
    }

    /// Computes an entry's map and compares it, its sum, its per-word sums and its rules.
    pub fn check_map(&mut self, entry: &Json, method: &dyn Method) {
        let name = entry["name"].as_str().unwrap();
        let lrp = (method as &dyn Any).downcast_ref::<Lrp>();
        let network = if lrp.is_some() { &self.folded } else { &self.plain };
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
        if let Some(lrp) = lrp {
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
    pub fn check_conservation(&mut self, name: &str, explanation: &Explanation) {
        for layer in &explanation.layers {
            // α − β = 1 in all rules here, so the parts of every layer add up to what arrived.
            let parts = layer.relevance_out + layer.bias + layer.stabilizer;
            let scale = layer.relevance_in.abs().max(layer.bias.abs()).max(1.0);
            if (layer.relevance_in - parts).abs() > 2e-4 * scale {
                let node = &layer.node;
                self.fail(name, &format!("'{node}' does not conserve: {layer:?}"));
            }
        }
    }

    pub fn check_jacobian(&mut self, entry: &Json) {
        let classes = self.tensors["logits"].f32().len();
        let mut rows = Vec::new();
        for class in 0..classes {
            let target = Target::Class { output: 0, class };
            let row = self.explain(&self.plain, &Gradient, target, "input");
            rows.extend(row.relevance.iter().copied());
        }
        let expected = self.expected(entry, "");
        self.compare("grad_all", &rows, &expected, tolerance(entry, &expected));
    }

    pub fn explain(
        &self,
        network: &Network,
        method: &dyn Method,
        target: Target,
        input: &str,
    ) -> Explanation {
        let at = network.find(self.source()).unwrap();
        let x = self.input(input);
        explain(network, &[x.view()], method, &target, Some(at), &mut |_, _| true)
            .unwrap_or_else(|e| panic!("{}: {method:?}: {e}", self.name))
    }

    pub fn source(&self) -> &str {
        self.json["attribution_input"].as_str().unwrap()
    }

    pub fn channels_last(&self) -> bool {
        self.json["norm_axis"].as_u64() == Some(2)
    }

    pub fn target(&self) -> Target {
        Target::Class { output: 0, class: self.json["target"].as_u64().unwrap() as usize }
    }

    pub fn input(&self, tensor: &str) -> ArrayD<f32> {
        let tensor = &self.tensors[tensor];
        ArrayD::from_shape_vec(IxDyn(&tensor.shape), tensor.f32()).unwrap()
    }

    /// The expected tensor of an entry, marked as read.
    pub fn expected(&mut self, entry: &Json, suffix: &str) -> Vec<f32> {
        let key = format!("{}{suffix}", entry["tensor"].as_str().unwrap());
        let tensor =
            self.tensors.get(&key).unwrap_or_else(|| panic!("{}: no tensor {key}", self.name));
        self.read.insert(key);
        tensor.f32()
    }

    pub fn compare(&mut self, name: &str, ours: &[f32], expected: &[f32], tolerance: f64) {
        match difference(ours, expected) {
            Some(worst) if worst <= tolerance => {}
            Some(worst) => self.fail(name, &format!("differs by {worst:e}, allowed {tolerance:e}")),
            None => self.fail(name, &format!("{} values, not {}", ours.len(), expected.len())),
        }
    }

    pub fn fail(&mut self, name: &str, why: &str) {
        self.failures.push(format!("{}: {name}: {why}", self.name));
    }
}

/// 20·f32_noise + 2e-6·max_abs; 1e-4·max_abs where the noise was not measured.
pub fn tolerance(entry: &Json, expected: &[f32]) -> f64 {
    let scale = entry["max_abs"].as_f64().unwrap_or_else(|| largest(expected));
    match entry["f32_noise"].as_f64() {
        Some(noise) => 20.0 * noise + 2e-6 * scale,
        None => 1e-4 * scale,
    }
}

pub fn largest(values: &[f32]) -> f64 {
    values.iter().map(|&v| f64::from(v.abs())).fold(0.0, f64::max)
}

/// Largest difference; none where the lengths differ or a value is not finite.
pub fn difference(ours: &[f32], expected: &[f32]) -> Option<f64> {
    let fits = ours.len() == expected.len() && ours.iter().all(|v| v.is_finite());
    fits.then(|| {
        let pairs = ours.iter().zip(expected);
        pairs.map(|(a, b)| (f64::from(*a) - f64::from(*b)).abs()).fold(0.0, f64::max)
    })
}
