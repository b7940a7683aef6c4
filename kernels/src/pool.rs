//! Max and average pooling over the planes of an example, forward and transposed.
//!
//! Padding never wins a maximum. Ties: the first maximum in row-major order is the winner, as in the
//! field's frameworks; who wants another convention asks for all winners.

use super::geometry::{Geometry, volume};

/// Largest value of each window, plane by plane: `x[planes, *input] → y[planes, *output]`.
#[inline(never)]
pub fn max_forward(geometry: &Geometry, x: &[f32], y: &mut [f32]) {
    let (space, positions) = (volume(geometry.input), volume(geometry.output));
    for (x, y) in x.chunks_exact(space.max(1)).zip(y.chunks_exact_mut(positions.max(1))) {
        y.fill(f32::NEG_INFINITY);
        geometry.visit(|o, i| {
            // A NaN wins, so that it is seen at the output.
            if x[i] > y[o] || x[i].is_nan() {
                y[o] = x[i];
            }
        });
    }
}

/// For one plane: the first position of each window's maximum (`usize::MAX` for an empty window) and
/// how many positions share it.
#[inline(never)]
pub fn winners(geometry: &Geometry, x: &[f32], first: &mut Vec<usize>, ties: &mut Vec<usize>) {
    let positions = volume(geometry.output);
    first.clear();
    first.resize(positions, usize::MAX);
    ties.clear();
    ties.resize(positions, 0);
    geometry.visit(|o, i| {
        if ties[o] == 0 || x[i] > x[first[o]] {
            (first[o], ties[o]) = (i, 1);
        } else if x[i] == x[first[o]] {
            ties[o] += 1;
        }
    });
}

/// Mean of each window, plane by plane; `divisors` from [`divisors`].
#[inline(never)]
pub fn average_forward(geometry: &Geometry, divisors: &[f32], x: &[f32], y: &mut [f32]) {
    let (space, positions) = (volume(geometry.input), volume(geometry.output));
    for (x, y) in x.chunks_exact(space.max(1)).zip(y.chunks_exact_mut(positions.max(1))) {
        y.fill(0.0);
        geometry.visit(|o, i| y[o] += x[i]);
        for (y, divisor) in y.iter_mut().zip(divisors) {
            *y /= divisor;
        }
    }
}

/// The transpose of [`average_forward`]: `r[i] = Σ_o s[o] / divisor[o]` over the windows o that
/// cover i.
#[inline(never)]
pub fn average_transposed(geometry: &Geometry, divisors: &[f32], s: &[f32], r: &mut [f32]) {
    let (space, positions) = (volume(geometry.input), volume(geometry.output));
    for (s, r) in s.chunks_exact(positions.max(1)).zip(r.chunks_exact_mut(space.max(1))) {
        r.fill(0.0);
        geometry.visit(|o, i| r[i] += s[o] / divisors[o]);
    }
}

/// The divisor of every window: elements of the input under it, or with `count_include_pad` also the
/// padding that belongs to the input. At least 1.
pub fn divisors(geometry: &Geometry, count_include_pad: bool) -> Vec<f32> {
    let widened = Geometry {
        input: std::array::from_fn(|d| {
            geometry.pad_begin[d] + geometry.input[d] + geometry.pad_end[d]
        }),
        pad_begin: [0; 3],
        pad_end: [0; 3],
        ..geometry.clone()
    };
    let counted = if count_include_pad { &widened } else { geometry };
    // A window is a box: its taps are the product of those along each axis.
    let [depth, height, width]: [Vec<usize>; 3] = std::array::from_fn(|d| {
        (0..geometry.output[d]).map(|o| counted.taps(d, o).len()).collect()
    });
    let mut divisors = Vec::with_capacity(volume(geometry.output));
    for z in &depth {
        for y in &height {
            divisors.extend(width.iter().map(|x| (z * y * x).max(1) as f32));
        }
    }
    divisors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::windows;
    use crate::naive;
    use crate::random::Random;

    fn random_geometry(random: &mut Random) -> Geometry {
        let kernel: [usize; 3] = std::array::from_fn(|_| 1 + random.below(3));
        let stride = std::array::from_fn(|_| 1 + random.below(2));
        let dilation = std::array::from_fn(|_| 1 + random.below(2));
        let pad: [usize; 3] = std::array::from_fn(|d| random.below(kernel[d]));
        let input = std::array::from_fn(|_| 4 + random.below(4));
        let ceil = random.below(2) == 1;
        let output = std::array::from_fn(|d| {
            windows(input[d], kernel[d], stride[d], dilation[d], (pad[d], pad[d]), ceil)
        });
        Geometry { input, output, kernel, stride, dilation, pad_begin: pad, pad_end: pad }
    }

    #[test]
    fn agree_with_the_textbook_loops() {
        let mut random = Random::new(5);
        let (mut first, mut ties) = (vec![3], vec![4]);
        for _ in 0..300 {
            let geometry = random_geometry(&mut random);
            let positions = volume(geometry.output);
            if positions == 0 {
                continue;
            }
            // Few distinct values, so that there are ties.
            let x: Vec<f32> = (0..volume(geometry.input)).map(|_| random.below(5) as f32).collect();
            let mut y = vec![f32::NAN; positions];
            max_forward(&geometry, &x, &mut y);
            winners(&geometry, &x, &mut first, &mut ties);
            for (o, (value, position)) in naive::max_pool(&geometry, &x).into_iter().enumerate() {
                assert_eq!((y[o], first[o]), (value, position.unwrap_or(usize::MAX)));
            }
            for include in [false, true] {
                let divisors = divisors(&geometry, include);
                average_forward(&geometry, &divisors, &x, &mut y);
                let expected = naive::average_pool(&geometry, include, &x);
                assert_eq!(y, expected, "{geometry:?} {include}");
                let s = random.vec(positions);
                let mut r = vec![f32::NAN; x.len()];
                average_transposed(&geometry, &divisors, &s, &mut r);
                let dot =
                    |a: &[f32], b: &[f32]| -> f32 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
                assert!((dot(&y, &s) - dot(&x, &r)).abs() < 1e-3);
            }
        }
    }
}
