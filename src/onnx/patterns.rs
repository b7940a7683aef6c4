//! Activation functions that exporters write as several nodes, recognised from the layers built so
//! far when the product that completes them arrives.
//!
//! Nearly all of them are x·g(x) with a gate g. With s = x/d for some number d:
//!
//! | product or quotient | is |
//! |---|---|
//! | x·x | x² |
//! | x·sigmoid(s) | d·silu(s) |
//! | x·α(erf(s) + 1) | √2·α·d·gelu(√2·s) |
//! | x·α·hardsigmoid(s) with slope 1/6 | α·d·hardswish(s) |
//! | x·α·clip(s + 3, 0, 6) | 6·α·d·hardswish(s) |
//! | x / (1 + \|s\|) | d·softsign(s) |
//!
//! Scalings by one number cancel where they meet, so that ½·x·(1 + erf(x/√2)) becomes one layer
//! whatever the order of its factors. The nodes of the parts then lead nowhere and are pruned.

use super::import::Import;
use super::refusal::Outcome;
use crate::network::{Layer, LinearShape, NodeId, Operation, Unit};

/// Factors closer to one than this (relatively) are one: exporters round √2 to f32.
const ONE: f32 = 1e-6;

fn close(a: f32, b: f32) -> bool {
    (a - b).abs() <= ONE * b.abs()
}

/// The input of a scaling by one number, the factor and the shift.
fn step(import: &Import<'_, '_>, id: NodeId) -> Option<(NodeId, f32, f32)> {
    let (Layer::Linear(linear), input) = import.producer(id)? else { return None };
    match (linear.shape(), linear.weight(), linear.bias()) {
        (LinearShape::Scale { .. }, [factor], [shift]) => Some((input, *factor, *shift)),
        _ => None,
    }
}

/// Longest run of scalings that is looked through.
const STEPS: usize = 8;

/// Nodes x, factors and shifts with `id` = factor·x + shift: `id` itself, what it scales, and so on.
#[inline(never)]
fn affine(
    import: &Import<'_, '_>,
    id: NodeId,
) -> impl DoubleEndedIterator<Item = (NodeId, f32, f32)> + use<> {
    let mut forms = vec![(id, 1.0, 0.0)];
    let (mut at, mut factor, mut shift) = (id, 1.0, 0.0);
    while let Some((input, inner_factor, inner_shift)) = step(import, at)
        && forms.len() <= STEPS
    {
        shift += factor * inner_shift;
        (at, factor) = (input, factor * inner_factor);
        forms.push((at, factor, shift));
    }
    forms.into_iter()
}

/// The deepest node of which `id` is a multiple, and the factor.
#[inline(never)]
fn multiple(import: &Import<'_, '_>, id: NodeId) -> (NodeId, f32) {
    let pure = affine(import, id).rfind(|&(_, _, shift)| shift == 0.0);
    pure.map_or((id, 1.0), |(node, factor, _)| (node, factor))
}

/// d with `x` = d·`s`, if both are multiples of one node.
#[inline(never)]
fn ratio(import: &Import<'_, '_>, x: NodeId, s: NodeId) -> Option<f32> {
    if x == s {
        return Some(1.0);
    }
    let ((x, dx), (s, ds)) = (multiple(import, x), multiple(import, s));
    (x == s && ds != 0.0).then_some(dx / ds)
}

/// The gate of a product: function, its argument s, and α, β of α·f(s) + β.
fn gate(import: &Import<'_, '_>, id: NodeId) -> Option<(Unit, NodeId, f32, f32)> {
    affine(import, id).find_map(|(inner, factor, shift)| match import.producer(inner)? {
        (Layer::Unit(unit), source) => Some((*unit, source, factor, shift)),
        _ => None,
    })
}

/// `factor`·`id`, joined with a scaling that is there already; `id` itself if nothing remains.
#[inline(never)]
pub(super) fn scaled(import: &mut Import<'_, '_>, id: NodeId, factor: f32) -> Outcome<NodeId> {
    let (base, have) = multiple(import, id);
    let total = factor * have;
    if close(total, 1.0) {
        import.folded();
        return Ok(base);
    }
    let len = import.shape(base).iter().product();
    let operation = Operation::Scale { scale: vec![total], shift: vec![0.0], inner: len };
    import.push(operation, &[base])
}

/// The product of two activations, if it is one of the forms above.
pub(super) fn product(
    import: &mut Import<'_, '_>,
    a: NodeId,
    b: NodeId,
) -> Outcome<Option<NodeId>> {
    if a == b {
        return import.push(Operation::Unit(Unit::Power { exponent: 2.0 }), &[a]).map(Some);
    }
    for (x, g) in [(a, b), (b, a)] {
        let Some((unit, s, factor, shift)) = gate(import, g) else { continue };
        if let Some(d) = ratio(import, x, s) {
            let (unit, argument, factor) = match unit {
                Unit::Sigmoid if shift == 0.0 => (Unit::Silu, 1.0, factor),
                Unit::Erf if close(factor, shift) => {
                    let root = std::f32::consts::SQRT_2;
                    (Unit::Gelu, root, root * factor)
                }
                Unit::HardSigmoid { alpha, beta: 0.5 }
                    if close(alpha, 1.0 / 6.0) && shift == 0.0 =>
                {
                    (Unit::HardSwish, 1.0, factor)
                }
                _ => continue,
            };
            let s = scaled(import, s, argument)?;
            let y = import.push(Operation::Unit(unit), &[s])?;
            return scaled(import, y, factor * d).map(Some);
        }
        // The clip form looks through the shift by three.
        let three = affine(import, s)
            .filter(|&(_, _, by)| by == 3.0)
            .find_map(|(s, inner, _)| Some((s, inner, ratio(import, x, s)?)));
        if let (Unit::Clip { low: 0.0, high: 6.0 }, Some((s, inner, d)), 0.0) = (unit, three, shift)
        {
            let s = scaled(import, s, inner)?;
            let y = import.push(Operation::Unit(Unit::HardSwish), &[s])?;
            return scaled(import, y, 6.0 * factor * d / inner).map(Some);
        }
    }
    Ok(None)
}

/// The quotient of two activations, if it is the form above.
pub(super) fn quotient(
    import: &mut Import<'_, '_>,
    x: NodeId,
    divisor: NodeId,
) -> Outcome<Option<NodeId>> {
    let Some((Unit::Abs, s, 1.0, 1.0)) = gate(import, divisor) else { return Ok(None) };
    let Some(d) = ratio(import, x, s) else { return Ok(None) };
    let y = import.push(Operation::Unit(Unit::Softsign), &[s])?;
    scaled(import, y, d).map(Some)
}
