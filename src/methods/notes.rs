//! What a result says of itself in words.

use super::Job;
use crate::network::Layer;
use crate::rules::{ActivationKind, activation_kind};

/// Where a method whose rule is stated for ReLU, deconvnet or guided backprop, is the plain gradient.
pub(super) fn activations(job: &Job<'_, '_>, title: &str) -> Option<String> {
    let network = job.subnetwork.network();
    let (mut rectifies, mut others) = (false, Vec::<(&str, usize)>::new());
    for id in job.subnetwork.path(job.objective.node()) {
        let Layer::Activation(function) = network.node(id).layer else { continue };
        match activation_kind(function) {
            ActivationKind::Rectifier => rectifies = true,
            ActivationKind::Arithmetic => {}
            ActivationKind::Activation(name) => {
                match others.iter_mut().find(|other| other.0 == name) {
                    Some((_, count)) => *count += 1,
                    None => others.push((name, 1)),
                }
            }
        }
    }
    let list: Vec<String> = others.iter().map(|(name, count)| format!("{count} {name}")).collect();
    let list = list.join(", ");
    match (rectifies, list.is_empty()) {
        (true, true) => None,
        (true, false) => {
            Some(format!("where a unit is no ReLU ({list}) {title} is the plain gradient"))
        }
        (false, true) => {
            Some(format!("there is no ReLU on the way: {title} is the plain gradient"))
        }
        (false, false) => {
            Some(format!("there is no ReLU on the way, only {list}: {title} is the plain gradient"))
        }
    }
}
