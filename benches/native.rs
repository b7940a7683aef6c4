//! The library without WebAssembly, measured as the other systems are: answers each line of JSON on
//! standard input with one on standard output. `run.mjs` asks.
#![allow(clippy::unwrap_used, missing_docs)]

use heatlens::methods::{Options, Target, Value as Parameter, explain, method_from_options};
use heatlens::network::Network;
use heatlens::onnx;
use ndarray::{ArrayD, Axis, IxDyn};
use serde_json::{Value, json};
use std::fs;
use std::io::stdin;
use std::sync::Arc;
use std::time::Instant;

/// Milliseconds that are run before anything counts.
const WARM_UP: f64 = 100.0;
/// Least milliseconds of a group of calls that are timed together.
const SAMPLE: f64 = 2.0;

fn main() {
    let mut job: Option<Job> = None;
    for line in stdin().lines() {
        let request: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let answer = match request["action"].as_str().unwrap() {
            "open" => {
                job = Job::open(&request);
                json!(job.is_some())
            }
            "output" => json!(job.as_ref().unwrap().run()),
            "warm-up" => json!(samples(job.as_ref().unwrap(), WARM_UP).len()),
            "time" => {
                json!(samples(job.as_ref().unwrap(), request["milliseconds"].as_f64().unwrap()))
            }
            _ => {
                job = None;
                Value::Null
            }
        };
        println!("{answer}");
    }
}

struct Job {
    network: Arc<Network>,
    input: ArrayD<f32>,
    /// Method and parameters by name; none: the forward pass.
    method: Option<(&'static str, Options)>,
    target: Target,
}

impl Job {
    fn open(request: &Value) -> Option<Job> {
        let word = |name: &str| request[name].as_str().unwrap().to_string();
        let chosen = |method, name: &str, choice: &str| {
            let mut options = Options::new();
            options.insert(name.to_string(), Parameter::Word(choice.into()));
            Some((method, options))
        };
        let method = match word("task").as_str() {
            "forward" => None,
            "saliency" => chosen("saliency", "norm", "abs"),
            "guided" => Some(("guided-backprop", Options::new())),
            "lrp-epsilon" => chosen("lrp", "composite", "epsilon"),
            "lrp-plus-flat" => chosen("lrp", "composite", "epsilon-plus-flat"),
            "lrp-alpha2-beta1" => chosen("lrp", "composite", "epsilon-alpha2-beta1"),
            "sis" => {
                // With τ = 0 the first set is empty: one full backward selection, and nothing else.
                let mut options = Options::new();
                options.insert("threshold".into(), Parameter::Number(0.0));
                options.insert("sets".into(), Parameter::Number(1.0));
                Some(("sis", options))
            }
            _ => return None,
        };
        // Sets are sufficient for a probability; all else starts from logits.
        let ending = if word("task") == "sis" { ".softmax.onnx" } else { ".onnx" };
        let bytes = fs::read(word("files") + ending).unwrap();
        let network = onnx::read(&bytes, &onnx::Options::default()).unwrap().network;
        let batch = request["batch"].as_u64().unwrap() as usize;
        let mut shape = vec![batch];
        shape.extend_from_slice(&network.node(network.inputs()[0]).shape);
        let values: Vec<f32> = fs::read(format!("{}.input", word("files")))
            .unwrap()
            .chunks_exact(4)
            .take(shape.iter().product())
            .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
            .collect();
        let input = ArrayD::from_shape_vec(IxDyn(&shape), values).unwrap();
        let class = request["target"].as_u64().unwrap() as usize;
        Some(Job { network, input, method, target: Target::Class { output: 0, class } })
    }

    fn run(&self) -> Vec<f64> {
        let Some((name, options)) = &self.method else {
            let results = self.network.predict(&[self.input.view()]).unwrap();
            return results[0].iter().copied().map(f64::from).collect();
        };
        let method = method_from_options(&self.network, name, options).unwrap();
        let mut maps = Vec::with_capacity(self.input.len());
        // One example a call is all that the library offers.
        for x in self.input.axis_chunks_iter(Axis(0), 1) {
            let map = explain(&self.network, &[x], &*method, &self.target, None, &mut |_, _| true);
            let map = map.unwrap();
            match map.sis {
                None => maps.extend(map.relevance.iter().copied().map(f64::from)),
                Some(sis) => {
                    for set in sis.sets {
                        maps.extend(set.order.iter().map(|&feature| feature as f64));
                        maps.extend(set.values);
                    }
                }
            }
        }
        maps
    }
}

/// Milliseconds a call, group by group.
fn samples(job: &Job, milliseconds: f64) -> Vec<f64> {
    let mut samples = Vec::new();
    let mut spent = 0.0;
    while spent < milliseconds || samples.is_empty() {
        let (start, mut calls, mut time) = (Instant::now(), 0.0, 0.0);
        while time < SAMPLE {
            std::hint::black_box(job.run());
            calls += 1.0;
            time = start.elapsed().as_secs_f64() * 1e3;
        }
        samples.push(time / calls);
        spent += time;
    }
    samples
}
