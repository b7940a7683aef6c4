//! Points and weights of quadratures on [0, 1].

/// Gauss and Legendre's rule with `n` points: nodes are the zeros of the Legendre polynomial P_n,
/// found by Newton's method in f64.
pub(super) fn gauss_legendre(n: usize) -> Vec<(f64, f64)> {
    (0..n)
        .rev()
        .map(|k| {
            let mut t = cosine(std::f64::consts::PI * (k as f64 + 0.75) / (n as f64 + 0.5));
            let mut slope = 1.0;
            for _ in 0..100 {
                let (p, dp) = legendre(n, t);
                slope = dp;
                let step = p / dp;
                t -= step;
                if step.abs() < 1e-16 {
                    break;
                }
            }
            ((1.0 + t) / 2.0, 1.0 / ((1.0 - t * t) * slope * slope))
        })
        .collect()
}

/// cos x for 0 ≤ x ≤ π by its power series: a start for Newton's method.
fn cosine(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1..14 {
        term *= -x * x / f64::from(2 * k * (2 * k - 1));
        sum += term;
    }
    sum
}

/// P_n(t) and its derivative, by the three-term recurrence.
fn legendre(n: usize, t: f64) -> (f64, f64) {
    let (mut before, mut p) = (0.0, 1.0);
    for k in 1..=n {
        let k = k as f64;
        (before, p) = (p, ((2.0 * k - 1.0) * t * p - (k - 1.0) * before) / k);
    }
    (p, n as f64 * (t * p - before) / (t * t - 1.0))
}

/// The middles of `n` equal parts.
pub(super) fn midpoint(n: usize) -> Vec<(f64, f64)> {
    (0..n).map(|k| ((k as f64 + 0.5) / n as f64, 1.0 / n as f64)).collect()
}

/// `n` points from 0 to 1, both ends with half the weight of the others; weights sum to 1. There are
/// always two ends.
pub(super) fn trapezoid(n: usize) -> Vec<(f64, f64)> {
    ends_halved(n, 1.0 / (n.max(2) - 1) as f64)
}

/// Captum's `riemann_trapezoid`: the same points with weights 1/n, half at the ends, which sum to
/// (n − 1)/n. Captum refuses n = 1; here that is both ends with ½.
pub(super) fn trapezoid_captum(n: usize) -> Vec<(f64, f64)> {
    ends_halved(n, 1.0 / n as f64)
}

fn ends_halved(n: usize, weight: f64) -> Vec<(f64, f64)> {
    let last = n.max(2) - 1;
    (0..=last)
        .map(|k| {
            let end = k == 0 || k == last;
            (k as f64 / last as f64, if end { weight / 2.0 } else { weight })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gauss_legendre_integrates_polynomials_exactly() {
        for n in [1, 2, 5, 50, 300] {
            let points = gauss_legendre(n);
            for power in [0, 1, 2 * n - 1] {
                let sum: f64 = points.iter().map(|(a, w)| w * a.powi(power as i32)).sum();
                assert!((sum - 1.0 / (power as f64 + 1.0)).abs() < 1e-12, "{n} {power} {sum}");
            }
        }
    }

    #[test]
    fn weights_sum_to_one_except_captums() {
        for rule in [midpoint, trapezoid, gauss_legendre] {
            assert!((rule(50).iter().map(|(_, w)| w).sum::<f64>() - 1.0).abs() < 1e-12);
        }
        let captum: f64 = trapezoid_captum(50).iter().map(|(_, w)| w).sum();
        assert!((captum - 0.98).abs() < 1e-12);
    }
}
