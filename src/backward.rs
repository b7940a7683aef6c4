//! The backward pass: the only one. Gradients, deconvnet, guided backprop, LRP and DeepLIFT differ in
//! the seed, the table of rules and what is done with the result.
//!
//! ```text
//! adjoint[seed.node] = seed.values
//! for node from seed.node down to the source:
//!     adjoint[input] += rule(node)(adjoint[node])      for every input that depends on the source
//! ```

use crate::error::{Code, Error, Result, ensure};
use crate::kernels::relevance::{add_scaled, total};
use crate::network::{Layer, NodeId, Subnetwork, Tape, layer};
use crate::rules::{
    ActivationRule, Conservation, LinearRule, MaxPoolPass, NormalisationRule, ProductPass,
    Propagation, ProportionalRule, Rules, activation, add_share, average, max_pool, product,
    propagate,
};

/// Where the pass starts and with what: `values` is `[N, *shape of node]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Seed {
    /// The node.
    pub node: NodeId,
    /// Its adjoint.
    pub values: Vec<f32>,
}

/// Which adjoints are still there after the pass. The memory of all others is used again on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// That of the source.
    Source,
    /// All.
    All,
}

/// What the pass left at every node.
#[derive(Debug)]
pub struct Backward {
    /// The adjoint that arrived at each node's output, `[N, *shape]`; empty where none did or none was
    /// kept.
    pub adjoints: Vec<Vec<f32>>,
    /// What arrived at each node, what it handed on and what it took for itself, summed over the batch
    /// (LRP only).
    pub conservation: Vec<Option<Conservation>>,
}

/// The error where a adjoint arrives at an embedding.
pub(crate) fn no_gradient() -> Error {
    let message = "indices have no gradient; explain at this embedding or behind it";
    Error::new(Code::NotApplicable, message)
}

/// Runs the pass from `seed` to the subnetwork's source. `tape` is a recording of the subnetwork,
/// `reference` that of DeepLIFT's reference input with the same batch.
pub fn backward(
    subnetwork: &Subnetwork<'_>,
    tape: &Tape,
    reference: Option<&Tape>,
    rules: &Rules,
    seed: Seed,
    keep: Keep,
) -> Result<Backward> {
    let network = subnetwork.network();
    ensure(subnetwork.reaches(seed.node), Code::Request, || {
        format!(
            "'{}' does not depend on '{}', so nothing flows from one to the other",
            network.node(seed.node).name,
            network.node(subnetwork.source()).name
        )
    })?;
    let mut pass = Pass {
        subnetwork,
        tape,
        reference,
        rules,
        linear: rules.resolve(network, subnetwork.nodes()),
        memory: Propagation::default(),
        spare: Vec::new(),
        adjoints: vec![Vec::new(); network.nodes().len()],
        sums: vec![None; network.nodes().len()],
        conservation: vec![None; network.nodes().len()],
    };
    let last = seed.node;
    pass.adjoints[last] = seed.values;
    for &id in subnetwork.nodes().iter().rev().skip_while(|&&id| id > last) {
        if !pass.adjoints[id].is_empty() {
            let adjoint = std::mem::take(&mut pass.adjoints[id]);
            if keep == Keep::All {
                pass.adjoints[id].clone_from(&adjoint);
            }
            pass.step(id, adjoint)
                .map_err(|error| error.context(format_args!("node '{}'", network.node(id).name)))?;
        }
    }
    let source = &mut pass.adjoints[subnetwork.source()];
    if source.is_empty() {
        source.resize(tape.value(subnetwork.source()).len(), 0.0);
    }
    Ok(Backward { adjoints: pass.adjoints, conservation: pass.conservation })
}

struct Pass<'a> {
    subnetwork: &'a Subnetwork<'a>,
    tape: &'a Tape,
    reference: Option<&'a Tape>,
    rules: &'a Rules,
    linear: Vec<Option<LinearRule>>,
    memory: Propagation,
    /// Signals that have been handed on.
    spare: Vec<Vec<f32>>,
    adjoints: Vec<Vec<f32>>,
    /// Σ of each adjoint, where it is known without another look at it.
    sums: Vec<Option<f64>>,
    conservation: Vec<Option<Conservation>>,
}

impl Pass<'_> {
    /// Hands the adjoint of one node on to its inputs.
    fn step(&mut self, id: NodeId, adjoint: Vec<f32>) -> Result<()> {
        let node = self.subnetwork.network().node(id);
        let first = node.inputs[0];
        let passes = match node.layer {
            Layer::Reshape => true,
            Layer::Activation(_) => self.rules.activation == ActivationRule::Pass,
            _ => false,
        };
        if passes {
            let sum = self.record(id, Conservation::default(), &adjoint, None);
            self.accumulate(first, adjoint, sum);
            return Ok(());
        }
        self.propagate(id, &adjoint)?;
        self.spare.push(adjoint);
        Ok(())
    }

    /// The same for nodes that change the adjoint.
    fn propagate(&mut self, id: NodeId, g: &[f32]) -> Result<()> {
        let node = self.subnetwork.network().node(id);
        let first = node.inputs[0];
        let (x, z) = (self.tape.value(first), self.tape.value(id));
        let reference = self.reference.map(|tape| (tape.value(first), tape.value(id)));
        // Layers with several inputs hand each a buffer of its own.
        let mut r = match node.layer {
            Layer::Add | Layer::Product { .. } | Layer::Concat { .. } => Vec::new(),
            _ => self.buffer(x.len()),
        };
        let conservation = match &node.layer {
            Layer::Input | Layer::Reshape => Conservation::default(),
            Layer::Linear(linear) => {
                let rule = self.linear[id].as_ref().unwrap_or(&LinearRule::Gradient);
                propagate(linear, (rule, self.rules.bias), (x, z), g, &mut r, &mut self.memory)
            }
            Layer::AveragePool { geometry, divisors } => {
                average(geometry, divisors, self.rules.average, (x, z), g, &mut r)
            }
            Layer::MaxPool { geometry } => {
                let pass = MaxPoolPass { x, y: z, reference };
                max_pool(geometry, self.rules.max_pool, &pass, g, &mut r)
            }
            Layer::Add => {
                let (shares, mut conservation) = add_share(self.rules.add, z, g);
                for &input in &node.inputs {
                    let mut r = shares.clone();
                    if self.rules.add != ProportionalRule::Gradient {
                        for (r, x) in r.iter_mut().zip(self.tape.value(input)) {
                            *r *= x;
                        }
                    }
                    conservation.relevance_out += total(&r);
                    self.accumulate(input, r, None);
                }
                self.record(id, conservation, g, Some(&[]));
                return Ok(());
            }
            Layer::Product { extents } => {
                let [a, b] = [first, node.inputs[1]];
                let pass = ProductPass {
                    extents: *extents,
                    factors: [x, self.tape.value(b)],
                    reference: self.reference.map(|tape| [tape.value(a), tape.value(b)]),
                    z,
                    depends: [a, b].map(|input| self.subnetwork.reaches(input)),
                };
                let (received, conservation) = product(&pass, self.rules.product, g);
                for (input, r) in [a, b].into_iter().zip(received) {
                    r.into_iter().for_each(|r| self.accumulate(input, r, None));
                }
                self.record(id, conservation, g, Some(&[]));
                return Ok(());
            }
            Layer::Concat { chunks } => {
                let mut parts: Vec<Vec<f32>> =
                    node.inputs.iter().map(|&i| vec![0.0; self.tape.value(i).len()]).collect();
                layer::concat(chunks, g.len(), |input, from, to, len| {
                    parts[input][from..from + len].copy_from_slice(&g[to..to + len]);
                });
                for (&input, part) in node.inputs.iter().zip(parts) {
                    self.accumulate(input, part, None);
                }
                self.record(id, Conservation::default(), g, None);
                return Ok(());
            }
            Layer::Rearrange { map, input_len, .. } => {
                r.fill(0.0);
                for (r, g) in r.chunks_exact_mut(*input_len).zip(layer::rows(g, map.len())) {
                    for (&from, g) in map.iter().zip(g) {
                        if from != layer::NOWHERE {
                            r[from as usize] += g;
                        }
                    }
                }
                Conservation::default()
            }
            Layer::Activation(function) => {
                activation(*function, self.rules.activation, (x, z), reference, g, &mut r);
                Conservation::default()
            }
            Layer::Embedding { .. } => {
                return Err(no_gradient());
            }
            Layer::Softmax { n, inner } => {
                self.normalisation("an inner softmax", false)?;
                softmax(*n, *inner, z, g, &mut r);
                Conservation::default()
            }
            Layer::LocalResponseNorm { channels, inner, size, parameters } => {
                if self.normalisation("local response normalisation", true)? {
                    r.copy_from_slice(g);
                } else {
                    let len = (channels * inner).max(1);
                    for (i, r) in r.chunks_exact_mut(len).enumerate() {
                        let range = i * len..(i + 1) * len;
                        lrn(
                            (*channels, *inner, *size),
                            *parameters,
                            &x[range.clone()],
                            &g[range],
                            r,
                        );
                    }
                }
                Conservation::default()
            }
        };
        let passed = self.record(id, conservation, g, Some(&r));
        self.accumulate(first, r, passed);
        Ok(())
    }

    /// Memory for `len` numbers, which are whatever was there.
    fn buffer(&mut self, len: usize) -> Vec<f32> {
        match self.spare.iter().position(|spare| spare.len() >= len) {
            Some(at) => {
                let mut buffer = self.spare.swap_remove(at);
                buffer.truncate(len);
                buffer
            }
            None => vec![0.0; len],
        }
    }

    /// Notes what came to a node, what it took and what of it, besides `conservation.relevance_out`, it handed on; where
    /// the adjoint is relevance. Where `passed` is none, it is what came. Returns its sum.
    fn record(
        &mut self,
        id: NodeId,
        conservation: Conservation,
        g: &[f32],
        passed: Option<&[f32]>,
    ) -> Option<f64> {
        if self.rules.activation != ActivationRule::Pass {
            return None;
        }
        let arrived = self.sums[id].unwrap_or_else(|| total(g));
        let sum = passed.map_or(arrived, total);
        self.conservation[id] = Some(Conservation {
            relevance_in: arrived,
            relevance_out: conservation.relevance_out + sum,
            ..conservation
        });
        Some(sum)
    }

    /// Whether relevance passes unchanged through a layer whose outputs compete.
    fn normalisation(&self, what: &str, may_pass: bool) -> Result<bool> {
        match self.rules.normalisation {
            NormalisationRule::Gradient => Ok(false),
            NormalisationRule::Pass if may_pass => Ok(true),
            NormalisationRule::Pass | NormalisationRule::Undefined => {
                Err(Error::new(Code::NotApplicable, format!("this method has no rule for {what}")))
            }
        }
    }

    /// Adds to the adjoint of an input, if it depends on the source. `sum` is Σ r, if known.
    fn accumulate(&mut self, input: NodeId, r: Vec<f32>, sum: Option<f64>) {
        if !self.subnetwork.reaches(input) {
            return;
        }
        let adjoint = &mut self.adjoints[input];
        if adjoint.is_empty() {
            *adjoint = r;
            self.sums[input] = sum;
        } else {
            add_scaled(1.0, &r, adjoint);
            self.sums[input] = None;
        }
    }
}

/// r = y ⊙ (g − Σ g·y) along the middle axis of `[outer, n, inner]`.
fn softmax(n: usize, inner: usize, y: &[f32], g: &[f32], r: &mut [f32]) {
    let len = (n * inner).max(1);
    for (block, r) in r.chunks_exact_mut(len).enumerate() {
        let (y, g) = (&y[block * len..(block + 1) * len], &g[block * len..(block + 1) * len]);
        for i in 0..inner {
            let dot: f32 = (0..n).map(|k| y[k * inner + i] * g[k * inner + i]).sum();
            for k in 0..n {
                let at = k * inner + i;
                r[at] = y[at] * (g[at] - dot);
            }
        }
    }
}

/// The gradient of y_c = x_c·S_c^−β, S_c = k + α/size·Σ x².
fn lrn(
    (channels, inner, size): (usize, usize, usize),
    [alpha, beta, bias]: [f32; 3],
    x: &[f32],
    g: &[f32],
    r: &mut [f32],
) {
    let mut sums = vec![0.0; x.len()];
    layer::lrn_sums(channels, inner, size, [alpha, beta, bias], x, &mut sums);
    for ((r, g), sum) in r.iter_mut().zip(g).zip(&sums) {
        *r = g * libm::powf(*sum, -beta);
    }
    let factor = -2.0 * alpha * beta / size as f32;
    for c in 0..channels {
        for k in layer::lrn_window(channels, size, c) {
            for i in 0..inner {
                let (at, from) = (k * inner + i, c * inner + i);
                r[at] += factor * x[at] * g[from] * x[from] * libm::powf(sums[from], -beta - 1.0);
            }
        }
    }
}
