//! Entries of a golden case that are no map: Shapley values of groups, sufficient input subsets, pixel flipping.

use super::golden_case::{Case, largest, tolerance};
use super::golden_network::list;
use super::safetensors::Tensor;
use heatlens::evaluate::{Curve, Flipping, Order, pixel_flipping};
use heatlens::methods::{Baseline, Segments, Shapley, SufficientInputSubsets, Target};
use serde_json::Value as Json;

impl Case {
    pub fn check_groups(&mut self, entry: &Json) {
        let groups: Vec<usize> = self.tensors[entry["params"]["groups"].as_str().unwrap()]
            .f32()
            .iter()
            .map(|&group| group as usize)
            .collect();
        let method = Shapley {
            baseline: Baseline::Constant(0.0),
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

    pub fn check_sis(&mut self, entry: &Json) {
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
        let method = SufficientInputSubsets {
            threshold: params["threshold"].as_f64().unwrap(),
            mask: Baseline::Constant(mask),
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

    pub fn check_flipping(&mut self, entry: &Json) {
        let name = entry["name"].as_str().unwrap().to_string();
        let params = &entry["params"];
        let order_from = format!("attr/{}", params["order_from"].as_str().unwrap());
        let flipping = Flipping {
            order: match params["order"].as_str() {
                Some("ascending") => Order::LeastRelevantFirst,
                _ => Order::MostRelevantFirst,
            },
            block: params["block"].as_u64().unwrap_or(1) as usize,
            replacement: Baseline::Constant(params["replacement"].as_f64().unwrap() as f32),
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
}
