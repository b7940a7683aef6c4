//! Products of two activations: matrix times matrix, or element by element.
//!
//! A factor that does not depend on what is explained (an adjacency matrix, a mask: structure and not
//! adjoint) is a constant; the product is then linear in the other factor and the ordinary rule holds.

use super::{Conservation, ProportionalRule, add_share};
use crate::kernels::product::{self, Extents};

/// A product in the recorded pass.
pub(crate) struct ProductPass<'a> {
    pub extents: Extents,
    /// The factors.
    pub factors: [&'a [f32]; 2],
    /// The factors for DeepLIFT's reference input.
    pub reference: Option<[&'a [f32]; 2]>,
    /// The product.
    pub z: &'a [f32],
    /// Which factors depend on what is explained.
    pub depends: [bool; 2],
}

/// What each factor receives of `g`; nothing for one that does not depend on what is explained.
///
/// - Gradient: g·bᵀ and aᵀ·g.
/// - DeepLIFT: the same with the factors' means of input and reference. Then Δ(a·b) is explained in
///   full, and of Δa·Δb each side gets half: the Shapley value of the two changes.
/// - LRP: in proportion to the terms a_ik·b_kj; where both factors depend on what is explained, each
///   side gets half of every term (R. Achtibat et al., AttnLRP, ICML 2024, matrix products).
pub(crate) fn product(
    pass: &ProductPass<'_>,
    rule: ProportionalRule,
    g: &[f32],
) -> ([Option<Vec<f32>>; 2], Conservation) {
    let (mut shares, mut conservation) = add_share(rule, pass.z, g);
    let relevance = rule != ProportionalRule::Gradient;
    if relevance && pass.depends == [true, true] {
        shares.iter_mut().for_each(|share| *share *= 0.5);
    }
    let mut received = [None, None];
    for side in 0..2 {
        if !pass.depends[side] {
            continue;
        }
        let mut other = pass.factors[1 - side].to_vec();
        if let Some(reference) = pass.reference {
            for (other, reference) in other.iter_mut().zip(reference[1 - side]) {
                *other = 0.5 * (*other + reference);
            }
        }
        let x = pass.factors[side];
        let mut r = vec![0.0; x.len()];
        if side == 0 {
            product::to_left(pass.extents, &shares, &other, &mut r);
        } else {
            product::to_right(pass.extents, &other, &shares, &mut r);
        }
        if relevance {
            r.iter_mut().zip(x).for_each(|(r, x)| *r *= x);
        }
        conservation.relevance_out += r.iter().map(|&r| f64::from(r)).sum::<f64>();
        received[side] = Some(r);
    }
    (received, conservation)
}
