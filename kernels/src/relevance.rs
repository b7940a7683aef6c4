//! What relevance propagation does to whole layers element by element, and sums over them in f64.
//!
//! The sums run in four lanes, which is four times as fast as one after the other.

use super::lanes::dispatch;

/// Which outputs take part in a group of terms, by the sign of z.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gate {
    /// All.
    All,
    /// Those with z > 0.
    Positive,
    /// Those with z < 0.
    Negative,
}

impl Gate {
    /// Whether all are let through, and else what z must have the sign of.
    #[inline(always)]
    fn sides(self) -> (bool, f32) {
        match self {
            Gate::All => (true, 0.0),
            Gate::Positive => (false, 1.0),
            Gate::Negative => (false, -1.0),
        }
    }
}

/// `r = R` where the gate lets z through, else 0.
#[inline(never)]
pub fn gated(gate: Gate, z: &[f32], relevance: &[f32], r: &mut [f32]) {
    let (all, side) = gate.sides();
    for ((r, z), relevance) in r.iter_mut().zip(z).zip(relevance) {
        *r = if all | (side * z > 0.0) { *relevance } else { 0.0 };
    }
}

/// v + ε·sign(v), with sign(0) = +1.
#[inline(always)]
pub fn stabilize(v: f32, epsilon: f32) -> f32 {
    if v >= 0.0 { v + epsilon } else { v - epsilon }
}

/// Elements that [`ratios`] divides before it adds them up.
const BLOCK: usize = 64;

/// What [`ratios`] adds up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shares {
    /// What the stabiliser takes, with all that met an empty denominator.
    pub taken: f64,
    /// Σ s.
    pub total: f64,
}

/// `s = factor · R / stabilised denominator` where the gate lets z through, R is not 0 and the
/// denominator not empty; else 0.
#[inline(never)]
pub fn ratios(
    (gate, z): (Gate, &[f32]),
    (factor, relevance): (f32, &[f32]),
    (denominator, epsilon): (&[f32], f32),
    s: &mut [f32],
) -> Shares {
    let whole = (factor, relevance);
    dispatch!(_simd => ratios_with((gate, z), whole, (denominator, epsilon), s))
}

#[inline(always)]
fn ratios_with(
    (gate, z): (Gate, &[f32]),
    (factor, relevance): (f32, &[f32]),
    (denominator, epsilon): (&[f32], f32),
    s: &mut [f32],
) -> Shares {
    let len = s.len();
    let (z, relevance, denominator) = (&z[..len], &relevance[..len], &denominator[..len]);
    let (all, side) = gate.sides();
    let mut sums = Shares::default();
    // What is kept for the sums stays in the first-level cache.
    let mut kept = [0.0; BLOCK];
    for start in (0..len).step_by(BLOCK) {
        let end = len.min(start + BLOCK);
        let (z, relevance, denominator) =
            (&z[start..end], &relevance[start..end], &denominator[start..end]);
        let (s, kept) = (&mut s[start..end], &mut kept[..end - start]);
        // Without short circuits, so that the compiler vectorises.
        for i in 0..s.len() {
            let open = all | (side * z[i] > 0.0);
            let stable = stabilize(denominator[i], epsilon);
            let whole = factor * relevance[i];
            let share = whole / stable;
            s[i] = if open & (relevance[i] != 0.0) & (stable != 0.0) { share } else { 0.0 };
            kept[i] = stable - denominator[i];
        }
        sums.total += sum(s, |_, share| f64::from(share));
        sums.taken += sum(s, |i, share| f64::from(share) * f64::from(kept[i]));
    }
    if epsilon == 0.0 {
        let lost = |i: usize| (denominator[i] == 0.0) & (all | (side * z[i] > 0.0));
        sums.taken += sum(
            relevance,
            |i, relevance| {
                if lost(i) { f64::from(factor * relevance) } else { 0.0 }
            },
        );
    }
    sums
}

/// Σ v.
#[inline(never)]
pub fn total(values: &[f32]) -> f64 {
    dispatch!(_simd => sum(values, |_, value| f64::from(value)))
}

/// Σ a·b.
#[inline(never)]
pub fn dot(a: &[f32], b: &[f32]) -> f64 {
    let b = &b[..a.len()];
    sum(a, |i, a| f64::from(a) * f64::from(b[i]))
}

/// Σ f(i, values[i]), in four lanes.
#[inline(always)]
fn sum(values: &[f32], f: impl Fn(usize, f32) -> f64) -> f64 {
    let (fours, rest) = values.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (k, four) in fours.iter().enumerate() {
        for lane in 0..4 {
            sums[lane] += f(4 * k + lane, four[lane]);
        }
    }
    for (lane, &value) in rest.iter().enumerate() {
        sums[lane] += f(4 * fours.len() + lane, value);
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// `r += factor · x ⊙ y`.
#[inline(never)]
pub fn add_product(factor: f32, x: &[f32], y: &[f32], r: &mut [f32]) {
    for ((r, x), y) in r.iter_mut().zip(x).zip(y) {
        *r += factor * x * y;
    }
}

/// `r += factor · x`.
#[inline(never)]
pub fn add_scaled(factor: f32, x: &[f32], r: &mut [f32]) {
    for (r, x) in r.iter_mut().zip(x) {
        *r += factor * x;
    }
}

/// `y = max(x, 0)`.
#[inline(never)]
pub fn positive_part(x: &[f32], y: &mut [f32]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y = if x > 0.0 { x } else { 0.0 };
    }
}

/// `y = min(x, 0)`.
#[inline(never)]
pub fn negative_part(x: &[f32], y: &mut [f32]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y = if x < 0.0 { x } else { 0.0 };
    }
}

/// Whether no value is negative or NaN.
#[inline(never)]
pub fn nonnegative(values: &[f32]) -> bool {
    values.chunks(64).all(|values| values.iter().fold(true, |all, &value| all & (value >= 0.0)))
}
