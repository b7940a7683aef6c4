//! Versions of one example in which a small part of the source is masked (drawings in `docs/masked-inputs.md`).
//!
//! Masking a pixel changes only what lies in reach of it. Nodes whose changed part is a small box are
//! *local*: of them just the box is computed ([`Parts`]), bit-equal to the whole forward pass. The
//! nodes behind, where everything mixes, run as a batch of masked inputs.
//!
//! 1. The values of a masked input's boxes are kept. When another masked input becomes the base, only what lies
//!    in both their boxes is computed anew.
//! 2. A dense layer right behind local nodes costs most of what is left. Its change `W·Δ` is kept,
//!    too ([`Sums`]), and added to the base's: an *estimate*, equal up to rounding. Exact rows run it whole.
//! 3. A maximum over all positions (global max pooling, max over time) changes only where a box holds
//!    a larger value or covers the largest one.

use super::local::{Parts, axes, local_nodes, projective_field, receptive_field};
use super::peaks::Peaks;
use super::sums::Sums;
use super::{Activation, Layer, NodeId, Subnetwork, Tape};
use crate::error::Result;
use crate::kernels::pointwise;
use crate::kernels::region::{self, Axes, Region};

/// A local node, together with one in front whose values nobody else reads.
struct Local {
    id: NodeId,
    /// An element-wise function of this node …
    head: NodeId,
    /// … or the node itself.
    unit: Option<Activation>,
    axes: Axes,
    /// Its values in the base, with some of one masked input's written over them while that is computed.
    work: Vec<f32>,
    /// Where these are.
    written: Option<Region>,
}

/// The nodes behind the local ones that a score needs, and the local ones that they read.
struct Rest {
    nodes: Vec<NodeId>,
    reads: Vec<usize>,
}

/// What masked inputs are evaluated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Exactly only.
    Exact,
    /// By estimates, too, which masked inputs then keep ready.
    Estimates,
}

/// One version of the example: its masked part and what that reaches.
pub struct MaskedInput {
    /// By local node; none where nothing changes.
    parts: Vec<Option<Region>>,
    /// By local node: values of the part, row-major.
    values: Vec<Vec<f32>>,
    /// By dense layer behind local nodes: change of its sums.
    changes: Vec<Vec<f32>>,
}

impl MaskedInput {
    /// Bytes that it keeps: values, and on large inputs hardly less for where they lie.
    pub fn size(&self) -> usize {
        let lists = self.values.iter().chain(&self.changes);
        let list = |list: &Vec<f32>| size_of_val(list) + size_of_val(list.as_slice());
        size_of_val(self.parts.as_slice()) + lists.map(list).sum::<usize>()
    }
}

/// One example (the *base*) and what it takes to evaluate versions of it.
pub struct MaskedInputs<'n> {
    subnetwork: Subnetwork<'n>,
    /// What stands in for masked values, one per element of the source.
    fill: Vec<f32>,
    locals: Vec<Local>,
    sums: Vec<Sums>,
    peaks: Vec<Peaks>,
    /// For the base, for exact rows, for estimated ones.
    whole: Rest,
    exact: Rest,
    estimate: Rest,
    base: Tape,
    rows: Tape,
    parts: Parts,
    head: Vec<f32>,
    values: Vec<f32>,
    delta: (Vec<u32>, Vec<f32>),
}

impl<'n> MaskedInputs<'n> {
    /// Prepares for masked inputs whose masked part is one of `features`, boxes in the source, which are looked at
    /// once and not kept; `readout` is the node to be read. The base is the example.
    pub fn new(
        subnetwork: &Subnetwork<'n>,
        readout: NodeId,
        features: &mut dyn Iterator<Item = Result<Region>>,
        fill: Vec<f32>,
        precision: Precision,
    ) -> Result<Self> {
        let network = subnetwork.network();
        let count = network.nodes().len();
        let mut slot = vec![None; count];
        slot[subnetwork.source()] = Some(0);
        let mut locals = vec![(subnetwork.source(), subnetwork.source(), None)];
        let mut readers = vec![0; count];
        for &id in subnetwork.nodes() {
            for &i in &network.node(id).inputs {
                readers[i] += 1;
            }
        }
        readers[readout] += 1;
        let is_local = local_nodes(subnetwork, features)?;
        for &id in subnetwork.nodes().iter().filter(|&&id| is_local[id]) {
            let node = network.node(id);
            let before = node.inputs[0];
            let last = locals.len() - 1;
            if let Layer::Activation(unit) = node.layer
                && (readers[before], slot[before]) == (1, Some(last))
                && locals[last].2.is_none()
                && last > 0
            {
                locals[last] = (id, before, Some(unit));
                (slot[before], slot[id]) = (None, Some(last));
            } else {
                slot[id] = Some(locals.len());
                locals.push((id, id, None));
            }
        }
        let kept = subnetwork.nodes().iter().filter(|_| precision == Precision::Estimates);
        let sums: Vec<Sums> = kept.filter_map(|&id| Sums::find(network, id, &slot)).collect();
        let peaks: Vec<Peaks> =
            subnetwork.nodes().iter().filter_map(|&id| Peaks::find(network, id, &slot)).collect();
        let rest = |skipped: &dyn Fn(NodeId) -> bool| {
            let mut needed = vec![false; count];
            needed[readout] = true;
            let mut rest = Rest { nodes: Vec::new(), reads: Vec::new() };
            for id in (0..=readout).rev().filter(|&id| subnetwork.reaches(id)) {
                if !needed[id] {
                } else if let Some(local) = slot[id] {
                    rest.reads.push(local);
                } else if !skipped(id) {
                    rest.nodes.push(id);
                    for &i in &network.node(id).inputs {
                        needed[i] = true;
                    }
                }
            }
            rest.nodes.reverse();
            rest
        };
        let is_peak = |id: NodeId| peaks.iter().any(|peaks| peaks.id == id);
        let is_sum = |id: NodeId| sums.iter().any(|sums| sums.id == id);
        let (whole, exact) = (rest(&|_| false), rest(&is_peak));
        let estimate = rest(&|id| is_peak(id) || is_sum(id));
        let locals = locals
            .into_iter()
            .map(|(id, head, unit)| Local {
                id,
                head,
                unit,
                axes: axes(&network.node(id).shape),
                work: Vec::new(),
                written: None,
            })
            .collect();
        let (base, rows) = (subnetwork.tape(), subnetwork.tape());
        let parts = Parts::default();
        let mut masked_inputs = MaskedInputs {
            subnetwork: subnetwork.clone(),
            fill,
            locals,
            sums,
            peaks,
            whole,
            exact,
            estimate,
            base,
            rows,
            parts,
            head: Vec::new(),
            values: Vec::new(),
            delta: Default::default(),
        };
        masked_inputs.reset(subnetwork.x())?;
        Ok(masked_inputs)
    }

    /// Makes these values at the source the base.
    pub fn reset(&mut self, x: &[f32]) -> Result<()> {
        self.subnetwork.record(x, &mut self.base)?;
        for local in &mut self.locals {
            local.work.clear();
            local.work.extend_from_slice(self.base.value(local.id));
        }
        self.find_peaks();
        Ok(())
    }

    fn find_peaks(&mut self) {
        for peaks in &mut self.peaks {
            let local = &self.locals[peaks.local];
            region::peaks(self.base.value(local.id), local.axes, &mut peaks.at);
        }
    }

    /// The base, one row.
    pub fn base(&self) -> &Tape {
        &self.base
    }

    /// The base with `feature`, a box in the source, masked.
    pub fn masked_input(&mut self, feature: Region) -> Result<MaskedInput> {
        let network = self.subnetwork.network();
        let mut by_node: Vec<Option<Region>> = vec![None; network.nodes().len()];
        by_node[self.subnetwork.source()] = Some(feature);
        for local in self.locals.iter().skip(1) {
            by_node[local.id] = projective_field(network, local.head, &|i| by_node[i]);
        }
        let parts: Vec<Option<Region>> = self.locals.iter().map(|l| by_node[l.id]).collect();
        let len = |part: &Option<Region>| vec![0.0; part.map_or(0, |part| part.volume())];
        let mut masked_input = MaskedInput {
            values: parts.iter().map(len).collect(),
            changes: self.sums.iter().map(|sums| vec![0.0; sums.kept(network)]).collect(),
            parts: parts.clone(),
        };
        region::read(&self.fill, self.locals[0].axes, &feature, &mut masked_input.values[0]);
        self.compute(&mut masked_input, &parts)?;
        Ok(masked_input)
    }

    /// Computes a masked input anew where `adopted`, which has become the base, changed what it rests on.
    pub fn update(&mut self, masked_input: &mut MaskedInput, adopted: &MaskedInput) -> Result<()> {
        let meet = |(mine, other): (&Option<Region>, &Option<Region>)| {
            mine.as_ref()?.meet(other.as_ref()?)
        };
        let shared: Vec<Option<Region>> =
            masked_input.parts.iter().zip(&adopted.parts).map(meet).collect();
        if shared.iter().any(Option::is_some) {
            self.compute(masked_input, &shared)
        } else {
            Ok(())
        }
    }

    /// Computes these parts of a masked input.
    fn compute(&mut self, masked_input: &mut MaskedInput, parts: &[Option<Region>]) -> Result<()> {
        let network = self.subnetwork.network();
        for (k, part) in parts.iter().enumerate().skip(1) {
            let (Some(part), Some(whole)) = (part, &masked_input.parts[k]) else { continue };
            let (before, rest) = self.locals.split_at_mut(k);
            let local = &mut rest[0];
            let node = network.node(local.head);
            for (own, input) in before.iter_mut().enumerate() {
                if node.inputs.contains(&input.id)
                    && let Some(own_part) = &masked_input.parts[own]
                    && let Some(seen) = receptive_field(network, local.head, input.id, part)
                    && let Some(both) = seen.meet(own_part)
                {
                    let values = &masked_input.values[own];
                    region::write_part(&mut input.work, input.axes, &both, own_part, values);
                    input.written = Some(input.written.map_or(both, |other| other.join(&both)));
                }
            }
            let base = &self.base;
            let value = |&i: &NodeId| match before.iter().find(|local| local.id == i) {
                Some(local) => local.work.as_slice(),
                None => base.value(i),
            };
            let inputs: Vec<&[f32]> = node.inputs.iter().map(value).collect();
            self.parts.forward(network, local.head, part, &inputs, &mut self.values)?;
            if let Some(unit) = local.unit {
                self.head.clone_from(&self.values);
                pointwise::forward(unit, &self.head, &mut self.values);
            }
            region::write(
                &mut masked_input.values[k],
                whole.extent(),
                &part.within(whole),
                &self.values,
            );
        }
        for local in &mut self.locals {
            if let Some(part) = local.written.take() {
                region::copy(self.base.value(local.id), &mut local.work, local.axes, &part);
            }
        }
        for (k, sums) in self.sums.iter().enumerate() {
            if let (Some(_), Some(whole)) = (&parts[sums.local], &masked_input.parts[sums.local]) {
                let local = &self.locals[sums.local];
                let (elements, deltas) = &mut self.delta;
                let base = self.base.value(local.id);
                let part = (whole, masked_input.values[sums.local].as_slice());
                region::differences(base, local.axes, part, (elements, deltas));
                sums.change(network, &self.base, (elements, deltas), &mut masked_input.changes[k]);
            }
        }
        Ok(())
    }

    /// What the last call of [`exact`](Self::exact) computed for one masked input behind the local nodes.
    pub fn row(&self, row: usize) -> Vec<f32> {
        let mut values = Vec::new();
        for &id in &self.whole.nodes {
            let len = self.subnetwork.network().node(id).len();
            values.extend_from_slice(&self.rows.value(id)[row * len..(row + 1) * len]);
        }
        values
    }

    /// Makes a masked input the base. `row` is its [`row`](Self::row), or empty: then it is computed.
    pub fn commit(&mut self, masked_input: &MaskedInput, row: &[f32]) -> Result<()> {
        for (k, local) in self.locals.iter_mut().enumerate() {
            if let Some(part) = &masked_input.parts[k] {
                region::write(&mut local.work, local.axes, part, &masked_input.values[k]);
                region::write(
                    self.base.buffer(local.id),
                    local.axes,
                    part,
                    &masked_input.values[k],
                );
            }
        }
        let network = self.subnetwork.network();
        let len = |&id: &NodeId| network.node(id).len();
        if row.len() == self.whole.nodes.iter().map(len).sum() {
            let mut row = row;
            for id in &self.whole.nodes {
                let (own, rest) = row.split_at(len(id));
                row = rest;
                let buffer = self.base.buffer(*id);
                buffer.clear();
                buffer.extend_from_slice(own);
            }
        } else {
            self.base.compute(network, &self.whole.nodes)?;
        }
        self.find_peaks();
        Ok(())
    }

    /// One row per masked input, the readout and what it needs computed: as the whole forward pass would.
    pub fn exact(&mut self, masked_inputs: &[&MaskedInput]) -> Result<&Tape> {
        self.evaluate(masked_inputs, true)
    }

    /// The same up to rounding, for less work.
    pub fn estimate(&mut self, masked_inputs: &[&MaskedInput]) -> Result<&Tape> {
        self.evaluate(masked_inputs, false)
    }

    fn evaluate(&mut self, masked_inputs: &[&MaskedInput], exact: bool) -> Result<&Tape> {
        let (base, rows) = (&self.base, &mut self.rows);
        rows.set_batch(masked_inputs.len());
        self.subnetwork.freeze(rows);
        let rest = if exact { &self.exact } else { &self.estimate };
        for &k in &rest.reads {
            let local = &self.locals[k];
            let (values, buffer) = (base.value(local.id), rows.buffer(local.id));
            buffer.clear();
            for masked_input in masked_inputs {
                let start = buffer.len();
                buffer.extend_from_slice(values);
                if let Some(part) = &masked_input.parts[k] {
                    region::write(&mut buffer[start..], local.axes, part, &masked_input.values[k]);
                }
            }
        }
        for peaks in &self.peaks {
            let local = &self.locals[peaks.local];
            let (values, buffer) = (base.value(local.id), rows.buffer(peaks.id));
            buffer.clear();
            for masked_input in masked_inputs {
                if let Some(part) = &masked_input.parts[peaks.local] {
                    let part = (part, masked_input.values[peaks.local].as_slice());
                    region::replaced_peaks(values, local.axes, &peaks.at, part, buffer);
                } else {
                    buffer.extend(peaks.at.iter().map(|&i| values[i]));
                }
            }
        }
        for (k, sums) in self.sums.iter().enumerate().filter(|_| !exact) {
            let buffer = rows.buffer(sums.id);
            buffer.clear();
            let kept = masked_inputs.iter().map(|masked_input| masked_input.changes[k].as_slice());
            sums.estimate(self.subnetwork.network(), base, kept, buffer);
        }
        rows.compute(self.subnetwork.network(), &rest.nodes)?;
        Ok(rows)
    }
}
