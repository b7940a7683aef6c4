//! Pixel flipping (Bach et al. 2015; Samek et al. 2017): replace positions in the order that an
//! explanation gives and watch the score.

use crate::error::{Code, Result, ensure};
use crate::methods::{
    Baseline, Layout, Objective, Progress, Target, Windows, channels, finite, go_on, prepare,
    replaceable,
};
use crate::network::{MaskedInputs, Network, NetworkRef, NodeId, Precision};
use ndarray::ArrayViewD;
use std::collections::BinaryHeap;

/// Which positions go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Most relevant first (MoRF).
    MostRelevantFirst,
    /// Least relevant first (LeRF).
    LeastRelevantFirst,
}

/// How positions are replaced.
#[derive(Clone, Debug, PartialEq)]
pub struct Flipping {
    /// Which positions go first. Ties: lowest index.
    pub order: Order,
    /// Side of the blocks that are replaced at once, on a grid from the first corner; their score is
    /// the sum of the relevance in them.
    pub block: usize,
    /// What replaces them.
    pub replacement: Baseline,
    /// Most steps; the curve has one more entry.
    pub steps: usize,
}

/// Scores after k steps; entry 0 is the unchanged input.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The blocks (positions, where a block is one position) in the order of replacement.
    pub order: Vec<usize>,
    /// The explained logit (or difference of logits).
    pub logit: Vec<f64>,
    /// Its probability, where the network's outputs have one.
    pub probability: Option<Vec<f64>>,
}

impl Curve {
    /// AOPC(L) = 1/(L+1) · Σ_{k=0..L} (`curve[0]` − `curve[k]`) (Samek et al. 2017, eq. 12).
    pub fn aopc(curve: &[f64], steps: usize) -> f64 {
        let part = &curve[..curve.len().min(steps.saturating_add(1))];
        part.iter().map(|value| curve[0] - value).sum::<f64>() / part.len().max(1) as f64
    }
}

/// The curve of one example under an explanation: `relevance` has one number per element or per
/// position of the explained node.
pub fn pixel_flipping(
    network: &Network,
    inputs: &[ArrayViewD<'_, f32>],
    (target, at): (&Target, Option<NodeId>),
    relevance: &[f32],
    flipping: &Flipping,
    progress: Progress<'_>,
) -> Result<Curve> {
    let (subnetwork, tape) = prepare(NetworkRef::Borrowed(network), inputs, at)?;
    let layout = channels(&subnetwork);
    let len = subnetwork.x().len();
    let per_position = if relevance.len() == layout.positions() {
        relevance.to_vec()
    } else {
        ensure(relevance.len() == len, Code::Request, || {
            format!("{} relevances for an input of {len}", relevance.len())
        })?;
        layout.join(relevance, |sum, r| sum + r)
    };
    ensure(flipping.block > 0, Code::Request, || "blocks of extent 0".into())?;
    let order = order(&layout, &per_position, flipping);
    let fill = flipping.replacement.values(len)?;
    let steps = flipping.steps.min(order.len());
    let blocks = Windows::new(&subnetwork, &layout, flipping.block, flipping.block);
    let objective = Objective::new(&subnetwork, &tape, target)?;
    replaceable(&subnetwork, objective.node(), "mask", &flipping.replacement)?;
    let mut masked_inputs = MaskedInputs::new(
        &subnetwork,
        objective.node(),
        &mut blocks.regions(),
        fill,
        Precision::Exact,
    )?;
    let (mut logit, mut probability) = (Vec::new(), Vec::new());
    for step in 0..=steps {
        go_on(progress, step, steps)?;
        if let Some(&block) = step.checked_sub(1).and_then(|last| order.get(last)) {
            let flipped = masked_inputs.masked_input(blocks.region(block)?)?;
            masked_inputs.commit(&flipped, &[])?;
        }
        logit.push(objective.score(masked_inputs.base(), 0));
        probability.push(objective.probability(masked_inputs.base(), 0));
        finite(logit[step])?;
    }
    Ok(Curve { order, logit, probability: probability.into_iter().collect() })
}

/// The order in which blocks are replaced.
fn order(layout: &Layout, relevance: &[f32], flipping: &Flipping) -> Vec<usize> {
    let (blocks, count) = layout.blocks(flipping.block);
    let mut sums = vec![0.0f32; count];
    for (&block, relevance) in blocks.iter().zip(relevance) {
        sums[block] += relevance;
    }
    let key = |sum: f32| match flipping.order {
        Order::MostRelevantFirst => !ordered(sum),
        Order::LeastRelevantFirst => ordered(sum),
    };
    let keyed = sums.iter().enumerate().map(|(block, &sum)| (key(sum), block));
    // Half the code of a sort.
    let sorted = keyed.collect::<BinaryHeap<(i32, usize)>>().into_sorted_vec();
    sorted.into_iter().map(|(_, block)| block).collect()
}

/// A whole number that orders as [`f32::total_cmp`] does.
fn ordered(value: f32) -> i32 {
    let bits = value.to_bits() as i32;
    bits ^ (((bits >> 31) as u32) >> 1) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_order_as_numbers_do() {
        let values = [f32::NEG_INFINITY, -2.5, -1e-40, -0.0, 0.0, 1e-40, 3.0, f32::INFINITY];
        assert!(values.windows(2).all(|pair| ordered(pair[0]) < ordered(pair[1])));
        assert!(values.windows(2).all(|pair| !ordered(pair[0]) > !ordered(pair[1])));
    }

    #[test]
    fn aopc_counts_step_zero_as_nothing() {
        assert_eq!(Curve::aopc(&[3.0, 2.0, 1.0], 2), 1.0);
        assert_eq!(Curve::aopc(&[3.0, 2.0, 1.0], 0), 0.0);
    }
}
