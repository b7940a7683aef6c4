//! Layer by layer: what every node computed, and what one backward pass left there.

use super::{Job, Method, Pass, Target, lrp, prepare};
use crate::backward::{Backward, Keep, Seed, backward};
use crate::error::{Code, Error, Result, ensure};
use crate::explanation::LayerSum;
use crate::network::{Layer, Network, NetworkRef, NodeId, Tape};
use crate::rules::Rules;
use ndarray::ArrayViewD;

/// A method's backward pass with all that it met on its way. Lists are in the order of
/// [`Network::nodes`].
#[derive(Debug)]
pub struct Trace {
    /// What is explained: the target's logit, or the difference of two.
    pub score: f64,
    /// The values of each node, `[1, *shape]`.
    pub tape: Tape,
    /// The adjoint that arrived at each node, derivative or relevance; empty where none did.
    pub adjoints: Vec<Vec<f32>>,
    /// Where relevance went, from the output down (LRP only).
    pub layers: Vec<LayerSum>,
    /// As in [`Explanation::notes`](crate::explanation::Explanation::notes).
    pub notes: Vec<String>,
}

/// The pass of a method that is one backward pass: gradient, deconvnet, guided backprop, LRP. Arguments
/// as for [`explain`](super::explain).
pub fn trace(
    network: &Network,
    inputs: &[ArrayViewD<'_, f32>],
    method: &dyn Method,
    target: &Target,
    at: Option<NodeId>,
) -> Result<Trace> {
    let (subnetwork, tape) = prepare(NetworkRef::Borrowed(network), inputs, at)?;
    let progress = &mut |_, _| true;
    let mut job = Job::new(&subnetwork, tape, target, progress)?;
    let score = job.score()?;
    let (pass, backward) = run(&mut job, method)?;
    let layers = lrp::report(&job, &pass.rules, &backward);
    Ok(Trace { score, adjoints: backward.adjoints, layers, notes: pass.notes, tape: job.tape })
}

fn run(job: &mut Job<'_, '_>, method: &dyn Method) -> Result<(Pass, Backward)> {
    let pass = method.pass(job)?;
    let seed = job.objective.seed(&job.tape, pass.start);
    let result = backward(job.subnetwork, &job.tape, None, &pass.rules, seed, Keep::All)?;
    Ok((pass, result))
}

/// One neuron of a layer with weights: what it got, and what it hands back.
#[derive(Clone, Debug, PartialEq)]
pub struct Neuron {
    /// What it put out before any activation, z_j = Σ_i z_ij + b_j.
    pub output: f32,
    /// b_j
    pub bias: f32,
    /// The adjoint that arrived, R_j for LRP.
    pub relevance_in: f32,
    /// The inputs that it has a weight other than 0 for.
    pub terms: Vec<Term>,
}

/// One input of a neuron.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// Flat index in the node below.
    pub input: usize,
    /// x_i
    pub value: f32,
    /// w_ij
    pub weight: f32,
    /// What the neuron hands back to it of its R_j.
    pub relevance: f32,
}

/// Looks at element `index` of `node` during a method's backward pass; the other arguments as for
/// [`trace`].
pub fn neuron(
    network: &Network,
    inputs: &[ArrayViewD<'_, f32>],
    method: &dyn Method,
    target: &Target,
    (node, index): (NodeId, usize),
) -> Result<Neuron> {
    let (subnetwork, tape) = prepare(NetworkRef::Borrowed(network), inputs, None)?;
    let progress = &mut |_, _| true;
    let mut job = Job::new(&subnetwork, tape, target, progress)?;
    let (Pass { rules, .. }, pass) = run(&mut job, method)?;
    let refuse =
        |why: &str| Error::new(Code::Request, format!("'{}' {why}", network.node(node).name));
    let Layer::Linear(linear) = &network.node(node).layer else {
        return Err(refuse("has no weights"));
    };
    ensure(index < network.node(node).len(), Code::Request, || {
        format!("'{}' has no element {index}", network.node(node).name)
    })?;
    let below = network.node(node).inputs[0];
    ensure(subnetwork.reaches(below), Code::Request, || {
        format!("'{}' does not depend on the input", network.node(node).name)
    })?;
    let relevance_in = pass.adjoints[node].get(index).copied().unwrap_or(0.0);
    // What one element of the node hands to the node below.
    let handed = |rules: &Rules, value: f32| -> Result<Vec<f32>> {
        let mut values = vec![0.0; network.node(node).len()];
        values[index] = value;
        let mut pass =
            backward(&subnetwork, &job.tape, None, rules, Seed { node, values }, Keep::All)?;
        Ok(std::mem::take(&mut pass.adjoints[below]))
    };
    let weights = handed(&Rules::gradient(), 1.0)?;
    let relevance = handed(&rules, relevance_in)?;
    let x = job.tape.value(below);
    let biases = linear.bias().iter().copied();
    let terms = (0..x.len()).filter(|&i| weights[i] != 0.0).map(|input| Term {
        input,
        value: x[input],
        weight: weights[input],
        relevance: relevance[input],
    });
    Ok(Neuron {
        output: job.tape.value(node)[index],
        bias: biases.cycle().nth(index / linear.bias_run()).unwrap_or(0.0),
        relevance_in,
        terms: terms.collect(),
    })
}
