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

/// Work that took `clock` must be done within `most`. What is late by the clock is done again, by the time on the
/// processor: was it the work, or was the machine busy?
#[track_caller]
pub fn soon(what: &str, most: Duration, clock: Duration, again: impl FnMut()) {
    if clock > most {
        let took = least(2, again);
        assert!(took < most, "{what}: {took:?}");
    }
}

/// The least of a few runs.
pub fn least(runs: usize, mut work: impl FnMut()) -> Duration {
    (0..runs).map(|_| time(&mut work)).min().unwrap_or_default()
}
