//! How long work keeps the processor, which other programs on the machine hardly change.
#![allow(dead_code, missing_docs)]

use std::time::{Duration, Instant};

/// The time that this thread has run, where the system tells.
fn run_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// Time on the processor that `work` took, or by the clock where the system does not tell.
pub fn time(work: impl FnOnce()) -> Duration {
    let (clock, before) = (Instant::now(), run_time());
    work();
    match (before, run_time()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => clock.elapsed(),
    }
}

/// The least of a few runs.
pub fn least(runs: usize, mut work: impl FnMut()) -> Duration {
    (0..runs).map(|_| time(&mut work)).min().unwrap_or_default()
}
