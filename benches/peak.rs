//! What this processor can do at most, one thread: compiled by `run.mjs` for the processor it runs on.
//! Prints GFLOP/s of multiply and add, of fused multiply-add, and GB/s read.

use std::hint::black_box;
use std::time::Instant;

/// Operations on each value between load and store; neighbours run side by side.
const CHAIN: usize = 16;
/// Values that stay in the nearest cache.
const VALUES: usize = 2048;
const ROUNDS: usize = 1000;
const REPETITIONS: usize = 20;

fn main() {
    let mut values = vec![0.0_f32; VALUES];
    let flops = (ROUNDS * VALUES * CHAIN * 2) as f64;
    let (x, y) = (black_box(0.999_f32), black_box(0.001_f32));
    let separate = best(flops, || repeat(&mut values, |value| value * x + y));
    let fused = best(flops, || repeat(&mut values, |value| value.mul_add(x, y)));
    let memory = vec![1.0_f32; 1 << 24];
    let read = best((memory.len() * 4) as f64, || total(&memory));
    println!("{{\"mulAdd\": {separate}, \"fused\": {fused}, \"read\": {read}}}");
}

#[inline(always)]
fn repeat(values: &mut [f32], step: impl Fn(f32) -> f32) -> f32 {
    for _ in 0..ROUNDS {
        for value in black_box(&mut *values) {
            *value = (0..CHAIN).fold(*value, |value, _| step(value));
        }
    }
    values[0]
}

fn total(values: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 128];
    for chunk in values.chunks_exact(sums.len()) {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum += value;
        }
    }
    sums.iter().sum()
}

/// Units of `work` per nanosecond in the best of some runs.
fn best(work: f64, mut run: impl FnMut() -> f32) -> f64 {
    let times = (0..REPETITIONS).map(|_| {
        let start = Instant::now();
        black_box(run());
        start.elapsed().as_secs_f64()
    });
    work / times.fold(f64::INFINITY, f64::min) / 1e9
}
