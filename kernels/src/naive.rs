//! Every kernel as its textbook loop: the oracle for the fast ones. Kept for ever, used by tests and
//! benches only.

use super::geometry::{Geometry, volume};

/// `y[n, outputs] = x[n, inputs] · Wᵀ + b`, summed in f64; `bias` may be empty.
pub fn dense(
    weight: &[f32],
    bias: &[f32],
    inputs: usize,
    outputs: usize,
    x: &[f32],
    y: &mut [f32],
) {
    for n in 0..y.len() / outputs {
        for o in 0..outputs {
            let mut sum = 0.0;
            for i in 0..inputs {
                sum += f64::from(weight[o * inputs + i]) * f64::from(x[n * inputs + i]);
            }
            y[n * outputs + o] = sum as f32 + bias.get(o).copied().unwrap_or(0.0);
        }
    }
}

/// Convolution of one example, summed in f64: `weight[out, in / groups, *kernel]`.
pub fn conv(
    geometry: &Geometry,
    groups: usize,
    weight: &[f32],
    bias: &[f32],
    x: &[f32],
    y: &mut [f32],
) {
    let positions = volume(geometry.output);
    let mut sums = vec![0.0; y.len()];
    conv_terms(geometry, groups, x.len(), y.len(), |w, i, o| {
        sums[o] += f64::from(weight[w]) * f64::from(x[i]);
    });
    for (i, (y, sum)) in y.iter_mut().zip(sums).enumerate() {
        *y = (sum + f64::from(bias.get(i / positions).copied().unwrap_or(0.0))) as f32;
    }
}

/// `r = Wᵀ s` of one example, summed in f64.
pub fn conv_transposed(
    geometry: &Geometry,
    groups: usize,
    weight: &[f32],
    s: &[f32],
    r: &mut [f32],
) {
    let mut sums = vec![0.0; r.len()];
    conv_terms(geometry, groups, r.len(), s.len(), |w, i, o| {
        sums[i] += f64::from(weight[w]) * f64::from(s[o]);
    });
    for (r, sum) in r.iter_mut().zip(sums) {
        *r = sum as f32;
    }
}

/// Calls `visit(weight, input, output)` for every product of the convolution.
pub fn conv_terms(
    geometry: &Geometry,
    groups: usize,
    input_len: usize,
    output_len: usize,
    mut visit: impl FnMut(usize, usize, usize),
) {
    let (space, positions) = (volume(geometry.input), volume(geometry.output));
    if space == 0 || positions == 0 {
        return;
    }
    let (inputs, outputs) = (input_len / space / groups, output_len / positions / groups);
    let [kd, kh, kw] = geometry.kernel;
    for g in 0..groups {
        for o in 0..outputs {
            for c in 0..inputs {
                for p in 0..positions {
                    for t in 0..kd * kh * kw {
                        let tap = [t / (kh * kw), t / kw % kh, t % kw];
                        if let Some(i) = at(geometry, p, tap) {
                            visit(
                                ((g * outputs + o) * inputs + c) * kd * kh * kw + t,
                                (g * inputs + c) * space + i,
                                (g * outputs + o) * positions + p,
                            );
                        }
                    }
                }
            }
        }
    }
}

/// Flat input position under tap `tap` of the window at flat output position `p`, unless padding.
fn at(geometry: &Geometry, p: usize, tap: [usize; 3]) -> Option<usize> {
    let [_, oh, ow] = geometry.output;
    let position = [p / (oh * ow), p / ow % oh, p % ow];
    let mut flat = 0;
    for d in 0..3 {
        let i = (position[d] * geometry.stride[d] + tap[d] * geometry.dilation[d])
            .checked_sub(geometry.pad_begin[d])
            .filter(|&i| i < geometry.input[d])?;
        flat = flat * geometry.input[d] + i;
    }
    Some(flat)
}

/// Largest value of each window over one plane, and the first position that has it.
pub fn max_pool(geometry: &Geometry, x: &[f32]) -> Vec<(f32, Option<usize>)> {
    let [kd, kh, kw] = geometry.kernel;
    (0..volume(geometry.output))
        .map(|p| {
            let mut best: (f32, Option<usize>) = (f32::NEG_INFINITY, None);
            for t in 0..kd * kh * kw {
                if let Some(i) = at(geometry, p, [t / (kh * kw), t / kw % kh, t % kw])
                    && (best.1.is_none() || x[i] > best.0)
                {
                    best = (x[i], Some(i));
                }
            }
            best
        })
        .collect()
}

/// Mean of each window over one plane. With `count_include_pad` the divisor counts the padding that
/// belongs to the input, else the elements of the input alone.
pub fn average_pool(geometry: &Geometry, count_include_pad: bool, x: &[f32]) -> Vec<f32> {
    let [kd, kh, kw] = geometry.kernel;
    let [_, oh, ow] = geometry.output;
    (0..volume(geometry.output))
        .map(|p| {
            let position = [p / (oh * ow), p / ow % oh, p % ow];
            let (mut sum, mut count) = (0.0, 0);
            for t in 0..kd * kh * kw {
                let tap = [t / (kh * kw), t / kw % kh, t % kw];
                let inside = at(geometry, p, tap);
                sum += inside.map_or(0.0, |i| x[i]);
                let padded = (0..3).all(|d| {
                    position[d] * geometry.stride[d] + tap[d] * geometry.dilation[d]
                        < geometry.pad_begin[d] + geometry.input[d] + geometry.pad_end[d]
                });
                count += usize::from(if count_include_pad { padded } else { inside.is_some() });
            }
            if count == 0 { 0.0 } else { sum / count as f32 }
        })
        .collect()
}
