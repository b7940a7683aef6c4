//! What relevance propagation does to whole layers element by element, and sums over them in f64.
//!
//! The sums run in four lanes, which is four times as fast as one after the other.

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

/// v + ε·sign(v), with sign(0) = +1.
#[inline(always)]
pub fn stabilize(v: f32, epsilon: f32) -> f32 {
    if v >= 0.0 { v + epsilon } else { v - epsilon }
}

/// `s = factor · R / stabilised denominator` where the gate lets z through, R is not 0 and the
/// denominator not empty; else 0. Returns what the stabiliser takes, with all that met an empty
/// denominator.
#[inline(never)]
pub fn shares(
    (gate, z): (Gate, &[f32]),
    (factor, relevance): (f32, &[f32]),
    (denominator, epsilon): (&[f32], f32),
    s: &mut [f32],
) -> f64 {
    let len = s.len();
    let (z, relevance, denominator) = (&z[..len], &relevance[..len], &denominator[..len]);
    let (all, side) = match gate {
        Gate::All => (true, 0.0),
        Gate::Positive => (false, 1.0),
        Gate::Negative => (false, -1.0),
    };
    // Without short circuits, so that the compiler vectorises.
    for i in 0..len {
        let open = all | (side * z[i] > 0.0);
        let stable = stabilize(denominator[i], epsilon);
        let share = factor * relevance[i] / stable;
        s[i] = if open & (relevance[i] != 0.0) & (stable != 0.0) { share } else { 0.0 };
    }
    sum(s, |i, share| {
        let stable = stabilize(denominator[i], epsilon);
        let lost = (stable == 0.0) & (all | (side * z[i] > 0.0));
        let taken = f64::from(share) * f64::from(stable - denominator[i]);
        if lost { f64::from(factor * relevance[i]) } else { taken }
    })
}

/// Σ v.
#[inline(never)]
pub fn total(values: &[f32]) -> f64 {
    sum(values, |_, value| f64::from(value))
}

/// Σ a·b.
#[inline(never)]
pub fn dot(a: &[f32], b: &[f32]) -> f64 {
    let b = &b[..a.len()];
    sum(a, |i, a| f64::from(a) * f64::from(b[i]))
}

/// Σ f(i, values[i]), in four lanes.
#[inline(always)]
pub(super) fn sum(values: &[f32], f: impl Fn(usize, f32) -> f64) -> f64 {
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
