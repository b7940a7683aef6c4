//! Versions of one example in which a small part of the source is masked.
//!
//! Masking a pixel changes only what lies in reach of it. Nodes whose changed part is a small box are
//! *local*: of them just the box is computed ([`Parts`]), bit-equal to the whole forward pass. The
//! nodes behind, where everything mixes, run as a batch of variants.
//!
//! 1. The values of a variant's boxes are kept. When another variant becomes the base, only what lies
//!    in both their boxes is computed anew.
//! 2. A dense layer right behind local nodes costs most of what is left. Its change `W·Δ` is kept,
//!    too ([`Sums`]), and added to the base's: an *estimate*, equal up to rounding. Exact rows run it whole.
//! 3. A maximum over all positions (global max pooling, max over time) changes only where a box holds
//!    a larger value or covers the largest one.

use super::local::{Parts, affected, axes, needed};
use super::peaks::Peaks;
use super::sums::Sums;
use super::{Layer, NodeId, Section, Tape, Unit};
use crate::error::Result;
use crate::kernels::pointwise;
use crate::kernels::region::{self, Axes, Region};

/// A local node, together with one in front whose values nobody else reads.
struct Local {
    id: NodeId,
    /// An element-wise function of this node …
    head: NodeId,
    /// … or the node itself.
    unit: Option<Unit>,
    axes: Axes,
    /// Its values in the base, with some of one variant's written over them while that is computed.
    work: Vec<f32>,
    /// Where these are.
    written: Option<Region>,
}

/// The nodes behind the local ones that a score needs, and the local ones that they read.
struct Rest {
    nodes: Vec<NodeId>,
    reads: Vec<usize>,
}

/// What variants are evaluated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Exactly only.
    Exact,
    /// By estimates, too, which variants then keep ready.
    Estimates,
}

/// One version of the example: its masked part and what that reaches.
pub struct Variant {
    /// By local node; none where nothing changes.
    parts: Vec<Option<Region>>,
    /// By local node: values of the part, row-major.
    values: Vec<Vec<f32>>,
    /// By dense layer behind local nodes: change of its sums.
    changes: Vec<Vec<f32>>,
}

impl Variant {
    /// Values that it keeps.
    pub fn size(&self) -> usize {
        self.values.iter().chain(&self.changes).map(Vec::len).sum()
    }
}

/// One example (the *base*) and what it takes to evaluate versions of it.
pub struct Variants<'n> {
    section: Section<'n>,
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

impl<'n> Variants<'n> {
    /// Prepares for variants whose masked part is one of `features`, boxes in the source; `goal` is
    /// the node to be read. The base is the example.
    pub fn new(
        section: &Section<'n>,
        goal: NodeId,
        features: &[Region],
        fill: Vec<f32>,
        precision: Precision,
    ) -> Result<Self> {
        let network = section.network();
        let count = network.nodes().len();
        let mut slot = vec![None; count];
        // By node: the part that each feature reaches. Only local nodes have any.
        let mut parts: Vec<Vec<Option<Region>>> = vec![Vec::new(); count];
        parts[section.source()] = features.iter().copied().map(Some).collect();
        slot[section.source()] = Some(0);
        let mut locals = vec![(section.source(), section.source(), None)];
        let mut readers = vec![0; count];
        for &id in section.nodes() {
            for &i in &network.node(id).inputs {
                readers[i] += 1;
            }
        }
        readers[goal] += 1;
        for &id in section.nodes() {
            let node = network.node(id);
            if node.inputs.iter().any(|&i| section.reaches(i) && slot[i].is_none()) {
                continue;
            }
            let reached: Vec<Option<Region>> = (0..features.len())
                .map(|f| affected(network, id, &|i| parts[i].get(f).copied().flatten()))
                .collect();
            // Half of a node is not worth the copying.
            if reached.iter().flatten().all(|part| 2 * part.volume() <= node.len()) {
                let before = node.inputs[0];
                let last = locals.len() - 1;
                if let Layer::Unit(unit) = node.layer
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
                parts[id] = reached;
            }
        }
        let kept = section.nodes().iter().filter(|_| precision == Precision::Estimates);
        let sums: Vec<Sums> = kept.filter_map(|&id| Sums::find(network, id, &slot)).collect();
        let peaks: Vec<Peaks> =
            section.nodes().iter().filter_map(|&id| Peaks::find(network, id, &slot)).collect();
        let rest = |skipped: &dyn Fn(NodeId) -> bool| {
            let mut needed = vec![false; count];
            needed[goal] = true;
            let mut rest = Rest { nodes: Vec::new(), reads: Vec::new() };
            for id in (0..=goal).rev().filter(|&id| section.reaches(id)) {
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
        let (base, rows) = (section.tape(), section.tape());
        let parts = Parts::default();
        let mut variants = Variants {
            section: section.clone(),
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
        variants.reset(section.x())?;
        Ok(variants)
    }

    /// Makes these values at the source the base.
    pub fn reset(&mut self, x: &[f32]) -> Result<()> {
        self.section.record(x, &mut self.base)?;
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
    pub fn variant(&mut self, feature: Region) -> Result<Variant> {
        let network = self.section.network();
        let mut by_node: Vec<Option<Region>> = vec![None; network.nodes().len()];
        by_node[self.section.source()] = Some(feature);
        for local in self.locals.iter().skip(1) {
            by_node[local.id] = affected(network, local.head, &|i| by_node[i]);
        }
        let parts: Vec<Option<Region>> = self.locals.iter().map(|l| by_node[l.id]).collect();
        let len = |part: &Option<Region>| vec![0.0; part.map_or(0, |part| part.volume())];
        let mut variant = Variant {
            values: parts.iter().map(len).collect(),
            changes: self.sums.iter().map(|sums| vec![0.0; sums.kept(network)]).collect(),
            parts: parts.clone(),
        };
        region::read(&self.fill, self.locals[0].axes, &feature, &mut variant.values[0]);
        self.compute(&mut variant, &parts)?;
        Ok(variant)
    }

    /// Computes a variant anew where `adopted`, which has become the base, changed what it rests on.
    pub fn refresh(&mut self, variant: &mut Variant, adopted: &Variant) -> Result<()> {
        let meet = |(mine, other): (&Option<Region>, &Option<Region>)| {
            mine.as_ref()?.meet(other.as_ref()?)
        };
        let shared: Vec<Option<Region>> =
            variant.parts.iter().zip(&adopted.parts).map(meet).collect();
        if shared.iter().any(Option::is_some) { self.compute(variant, &shared) } else { Ok(()) }
    }

    /// Computes these parts of a variant.
    fn compute(&mut self, variant: &mut Variant, parts: &[Option<Region>]) -> Result<()> {
        let network = self.section.network();
        for (k, part) in parts.iter().enumerate().skip(1) {
            let (Some(part), Some(whole)) = (part, &variant.parts[k]) else { continue };
            let (before, rest) = self.locals.split_at_mut(k);
            let local = &mut rest[0];
            let node = network.node(local.head);
            for (own, input) in before.iter_mut().enumerate() {
                if node.inputs.contains(&input.id)
                    && let Some(own_part) = &variant.parts[own]
                    && let Some(seen) = needed(network, local.head, input.id, part)
                    && let Some(both) = seen.meet(own_part)
                {
                    let values = &variant.values[own];
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
                &mut variant.values[k],
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
            if let (Some(_), Some(whole)) = (&parts[sums.local], &variant.parts[sums.local]) {
                let local = &self.locals[sums.local];
                let (elements, deltas) = &mut self.delta;
                let base = self.base.value(local.id);
                let part = (whole, variant.values[sums.local].as_slice());
                region::differences(base, local.axes, part, (elements, deltas));
                sums.change(network, &self.base, (elements, deltas), &mut variant.changes[k]);
            }
        }
        Ok(())
    }

    /// What the last call of [`exact`](Self::exact) computed for one variant behind the local nodes.
    pub fn row(&self, row: usize) -> Vec<f32> {
        let mut values = Vec::new();
        for &id in &self.whole.nodes {
            let len = self.section.network().node(id).len();
            values.extend_from_slice(&self.rows.value(id)[row * len..(row + 1) * len]);
        }
        values
    }

    /// Makes a variant the base. `row` is its [`row`](Self::row), or empty: then it is computed.
    pub fn adopt(&mut self, variant: &Variant, row: &[f32]) -> Result<()> {
        for (k, local) in self.locals.iter_mut().enumerate() {
            if let Some(part) = &variant.parts[k] {
                region::write(&mut local.work, local.axes, part, &variant.values[k]);
                region::write(self.base.buffer(local.id), local.axes, part, &variant.values[k]);
            }
        }
        let network = self.section.network();
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

    /// One row per variant, the goal and what it needs computed: as the whole forward pass would.
    pub fn exact(&mut self, variants: &[&Variant]) -> Result<&Tape> {
        self.evaluate(variants, true)
    }

    /// The same up to rounding, for less work.
    pub fn estimate(&mut self, variants: &[&Variant]) -> Result<&Tape> {
        self.evaluate(variants, false)
    }

    fn evaluate(&mut self, variants: &[&Variant], exact: bool) -> Result<&Tape> {
        let (base, rows) = (&self.base, &mut self.rows);
        rows.set_batch(variants.len());
        self.section.freeze(rows);
        let rest = if exact { &self.exact } else { &self.estimate };
        for &k in &rest.reads {
            let local = &self.locals[k];
            let (values, buffer) = (base.value(local.id), rows.buffer(local.id));
            buffer.clear();
            for variant in variants {
                let start = buffer.len();
                buffer.extend_from_slice(values);
                if let Some(part) = &variant.parts[k] {
                    region::write(&mut buffer[start..], local.axes, part, &variant.values[k]);
                }
            }
        }
        for peaks in &self.peaks {
            let local = &self.locals[peaks.local];
            let (values, buffer) = (base.value(local.id), rows.buffer(peaks.id));
            buffer.clear();
            for variant in variants {
                if let Some(part) = &variant.parts[peaks.local] {
                    let part = (part, variant.values[peaks.local].as_slice());
                    region::replaced_peaks(values, local.axes, &peaks.at, part, buffer);
                } else {
                    buffer.extend(peaks.at.iter().map(|&i| values[i]));
                }
            }
        }
        for (k, sums) in self.sums.iter().enumerate().filter(|_| !exact) {
            let buffer = rows.buffer(sums.id);
            buffer.clear();
            let kept = variants.iter().map(|variant| variant.changes[k].as_slice());
            sums.estimate(self.section.network(), base, kept, buffer);
        }
        rows.compute(self.section.network(), &rest.nodes)?;
        Ok(rows)
    }
}
