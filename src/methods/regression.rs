//! Weighted least squares over coalitions: ridge regression for LIME, and the solver that Kernel SHAP shares.

use super::Job;
use crate::error::{Code, Result, ensure};

/// Most entries of the coalitions as a matrix of samples × features, and of a system of equations: 16 MB and
/// at most 64 MB, and half a minute to solve.
pub(super) const ENTRIES: usize = 1 << 24;

/// Multiplications of a step of progress, which take about half a second. Tests have less to solve.
const STEP: usize = if cfg!(test) { 1 << 22 } else { 1 << 29 };

/// An error where so many coalitions of so many features are too many, which says what to do about it.
pub(super) fn bounded(samples: usize, features: usize, advice: &dyn Fn() -> String) -> Result<()> {
    let entries = samples.saturating_mul(features);
    ensure(entries <= ENTRIES, Code::Limit, || {
        format!(
            "{samples} coalitions of {features} features are {entries} entries; the limit is {ENTRIES}: {}",
            advice()
        )
    })
}

/// Steps of progress that assembling and solving a system of `unknowns` from `samples` coalitions takes.
pub(super) fn steps(samples: usize, unknowns: usize) -> usize {
    taken(unknowns, samples as f64 / 4.0)
}

/// The same for [`Sample::ridge`].
pub(super) fn ridge_steps(samples: usize, features: usize) -> usize {
    if samples < features {
        return taken(samples, features.div_ceil(64) as f64);
    }
    steps(samples, features)
}

/// Steps for so many unknowns, whose pairs take so many multiplications each to assemble.
fn taken(unknowns: usize, each: f64) -> usize {
    let pairs = (unknowns * unknowns / 2) as f64;
    (pairs * (each + unknowns as f64 / 3.0) / STEP as f64) as usize
}

/// A symmetric matrix: its lower triangle, row by row.
pub(super) struct Symmetric {
    entries: Vec<f64>,
    /// Multiplications since the last step of progress.
    spent: usize,
}

impl Symmetric {
    /// Zeros; an error if there are too many.
    pub fn new(n: usize) -> Result<Self> {
        bounded(n, n, &|| "take larger segments or fewer coalitions".into())?;
        Ok(Symmetric { entries: vec![0.0; n * (n + 1) / 2], spent: 0 })
    }

    /// The row up to the diagonal.
    pub fn row(&mut self, i: usize) -> &mut [f64] {
        &mut self.entries[i * (i + 1) / 2..][..=i]
    }

    /// Adds `weight`·z·zᵀ, where z is 1 at these ascending places and else 0.
    pub fn add(&mut self, job: &mut Job<'_, '_>, places: &[usize], weight: f64) -> Result<()> {
        for (k, &i) in places.iter().enumerate() {
            let row = self.row(i);
            for &j in &places[..=k] {
                row[j] += weight;
            }
        }
        self.spend(job, places.len() * places.len() / 2)
    }

    /// x of `self`·x = `b`, for a positive semi-definite matrix, by Cholesky decomposition with a tiny ridge where
    /// a pivot vanishes (features that never vary).
    pub fn solve(mut self, job: &mut Job<'_, '_>, mut b: Vec<f64>) -> Result<Vec<f64>> {
        let n = b.len();
        let largest = (0..n).map(|i| self.row(i)[i]).fold(0.0, f64::max);
        let floor = largest * 1e-13 + f64::MIN_POSITIVE;
        for i in 0..n {
            let (above, below) = self.entries.split_at_mut(i * (i + 1) / 2);
            let row = &mut below[..=i];
            for j in 0..i {
                let other = &above[j * (j + 1) / 2..][..=j];
                row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
            }
            row[i] = libm::sqrt((row[i] - dot(&row[..i], &row[..i])).max(floor));
            b[i] = (b[i] - dot(&row[..i], &b[..i])) / row[i];
            self.spend(job, i * i / 2)?;
        }
        for i in (0..n).rev() {
            let row = self.row(i);
            b[i] /= row[i];
            let known = b[i];
            for (b, factor) in b.iter_mut().zip(&row[..i]) {
                *b -= factor * known;
            }
        }
        Ok(b)
    }

    fn spend(&mut self, job: &mut Job<'_, '_>, multiplications: usize) -> Result<()> {
        self.spent += multiplications;
        while self.spent >= STEP {
            self.spent -= STEP;
            job.solved()?;
        }
        Ok(())
    }
}

/// Σ aᵢ·bᵢ in four sums, which do not wait for each other.
#[inline(never)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    for (a, b) in a.chunks(4).zip(b.chunks(4)) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// The features that are in a coalition, or those that are not.
#[inline(never)]
pub(super) fn places(row: &[bool], there: bool) -> Vec<usize> {
    (0..row.len()).filter(|&f| row[f] == there).collect()
}

/// Coalitions with what each is worth.
pub(super) struct Sample<'s> {
    /// `[samples, features]`
    pub rows: &'s [bool],
    /// Number of features.
    pub features: usize,
    /// `[samples]`
    pub values: &'s [f64],
    /// `[samples]`
    pub weights: &'s [f64],
}

/// The weighted means of what a sample says.
struct Means {
    features: Vec<f64>,
    value: f64,
    total: f64,
}

impl Sample<'_> {
    /// The features that are in coalition `k`.
    fn present(&self, k: usize) -> Vec<usize> {
        places(&self.rows[k * self.features..][..self.features], true)
    }

    fn means(&self) -> Means {
        let total = self.weights.iter().sum();
        let mut means = Means { features: vec![0.0; self.features], value: 0.0, total };
        for (k, weight) in self.weights.iter().enumerate() {
            self.present(k).into_iter().for_each(|f| means.features[f] += weight / total);
            means.value += weight / total * self.values[k];
        }
        means
    }

    /// Coefficients β and intercept of the ridge regression: least Σ w·(v − β₀ − z·β)² + `ridge`·Σβ², with
    /// whichever of the two systems of equations below has fewer unknowns.
    pub fn ridge(&self, job: &mut Job<'_, '_>, ridge: f64) -> Result<(Vec<f64>, f64)> {
        let means = self.means();
        let coefficients = if self.values.len() < self.features {
            self.by_samples(job, &means, ridge)?
        } else {
            self.by_features(job, &means, ridge)?
        };
        let intercept = means.value - dot(&coefficients, &means.features);
        Ok((coefficients, intercept))
    }

    /// β = (AᵀA + λ)⁻¹ Aᵀu with A = √w·(z − z̄), u = √w·(v − v̄): weighted means taken off, so that the
    /// intercept stays out of the penalty.
    fn by_features(&self, job: &mut Job<'_, '_>, means: &Means, ridge: f64) -> Result<Vec<f64>> {
        let mut system = Symmetric::new(self.features)?;
        let mut right = vec![0.0; self.features];
        for (k, weight) in self.weights.iter().enumerate() {
            let present = self.present(k);
            system.add(job, &present, *weight)?;
            present.into_iter().for_each(|f| right[f] += weight * (self.values[k] - means.value));
        }
        for (i, mean) in means.features.iter().enumerate() {
            let row = system.row(i);
            for (entry, other) in row.iter_mut().zip(&means.features) {
                *entry -= means.total * mean * other;
            }
            row[i] += ridge;
        }
        system.solve(job, right)
    }

    /// β = Aᵀ (AAᵀ + λ)⁻¹ u, the same in dual variables (Saunders et al. 1998): as many unknowns as samples.
    fn by_samples(&self, job: &mut Job<'_, '_>, means: &Means, ridge: f64) -> Result<Vec<f64>> {
        let roots: Vec<f64> = self.weights.iter().map(|&weight| libm::sqrt(weight)).collect();
        let squares = dot(&means.features, &means.features);
        // Sets as bits: how many features two of them share is counted 64 at a time.
        let words = self.features.div_ceil(64);
        let mut sets = vec![0u64; words * roots.len()];
        let mut along = vec![0.0; roots.len()];
        let mut system = Symmetric::new(roots.len())?;
        let mut right = vec![0.0; roots.len()];
        for (k, root) in roots.iter().enumerate() {
            for f in self.present(k) {
                sets[k * words + f / 64] |= 1 << (f % 64);
                along[k] += means.features[f];
            }
            let (others, set) = sets.split_at(k * words);
            let shared = |other: &[u64]| -> u32 {
                set.iter().zip(other).map(|(a, b)| (a & b).count_ones()).sum()
            };
            let row = system.row(k);
            for (l, other) in others.chunks_exact(words).chain([&set[..words]]).enumerate() {
                let product = f64::from(shared(other)) - along[k] - along[l] + squares;
                row[l] = root * roots[l] * product;
            }
            row[k] += ridge;
            right[k] = root * (self.values[k] - means.value);
            system.spend(job, (k + 1) * words)?;
        }
        let mut coefficients = vec![0.0; self.features];
        for (k, solution) in system.solve(job, right)?.into_iter().enumerate() {
            let scaled = solution * roots[k];
            self.present(k).into_iter().for_each(|f| coefficients[f] += scaled);
            coefficients.iter_mut().zip(&means.features).for_each(|(b, mean)| *b -= mean * scaled);
        }
        Ok(coefficients)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::{Target, prepare};
    use crate::network::{Builder, Network, NetworkRef, Operation, OutputActivation};
    use crate::random::Random;
    use ndarray::{ArrayD, IxDyn};

    fn network() -> Network {
        let mut b = Builder::new();
        let x = b.input("x", &[1]).unwrap();
        let dense = Operation::Dense { weight: vec![1.0], outputs: 1, bias: vec![] };
        let y = b.push("y", dense, &[x]).unwrap();
        b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap()
    }

    /// Calls `work` with a job that counts the steps of progress, and stops after `most`.
    fn with_job<T>(
        most: usize,
        work: impl FnOnce(&mut Job<'_, '_>) -> T,
    ) -> (T, Vec<(usize, usize)>) {
        let (network, x) = (network(), ArrayD::from_elem(IxDyn(&[1, 1]), 1.0));
        let (subnetwork, tape) =
            prepare(NetworkRef::Borrowed(&network), &[x.view()], None).unwrap();
        let mut steps = Vec::new();
        let mut progress = |done, total| {
            steps.push((done, total));
            steps.len() < most
        };
        let mut job = Job::new(&subnetwork, tape, &Target::Top, &mut progress).unwrap();
        let result = work(&mut job);
        drop(job);
        (result, steps)
    }

    /// Rows, values and weights.
    fn sample(
        random: &mut Random,
        samples: usize,
        features: usize,
    ) -> (Vec<bool>, Vec<f64>, Vec<f64>) {
        let rows = (0..samples * features).map(|_| random.below(2) == 1).collect();
        let mut numbers =
            |low: f64| (0..samples).map(|_| low + f64::from(random.unit())).collect::<Vec<f64>>();
        (rows, numbers(-0.5), numbers(0.01))
    }

    /// The minimum of Σ w·(v − β₀ − z·β)² + λ·Σβ² from its normal equations, the intercept among the unknowns,
    /// by Gaussian elimination.
    fn textbook(sample: &Sample<'_>, ridge: f64) -> (Vec<f64>, f64) {
        let n = sample.features + 1;
        let mut a = vec![vec![0.0; n + 1]; n];
        for ((row, value), weight) in
            sample.rows.chunks_exact(n - 1).zip(sample.values).zip(sample.weights)
        {
            let z = row.iter().map(|&there| f64::from(u8::from(there)));
            let z: Vec<f64> = z.chain([1.0, *value]).collect();
            for i in 0..n {
                for j in 0..=n {
                    a[i][j] += weight * z[i] * z[j];
                }
            }
        }
        (0..n - 1).for_each(|i| a[i][i] += ridge);
        for i in 0..n {
            let pivot = (i..n).max_by(|&p, &q| a[p][i].abs().total_cmp(&a[q][i].abs())).unwrap();
            a.swap(i, pivot);
            let above = a[i].clone();
            for (_, row) in a.iter_mut().enumerate().filter(|(k, _)| *k != i) {
                let factor = row[i] / above[i];
                row.iter_mut().zip(&above).for_each(|(entry, above)| *entry -= factor * above);
            }
        }
        let mut beta: Vec<f64> = (0..n).map(|i| a[i][n] / a[i][i]).collect();
        let intercept = beta.pop().unwrap();
        (beta, intercept)
    }

    #[test]
    fn both_systems_of_equations_give_the_textbooks_coefficients() {
        let mut random = Random::new(31);
        let sizes = [(2, 1), (3, 8), (8, 3), (20, 20), (60, 130), (130, 60), (40, 200)];
        for ((samples, features), ridge) in
            sizes.iter().flat_map(|&size| [0.1, 10.0].map(|r| (size, r)))
        {
            let (rows, values, weights) = sample(&mut random, samples, features);
            let sample = Sample { rows: &rows, features, values: &values, weights: &weights };
            let ((chosen, [a, b]), _) = with_job(usize::MAX, |job| {
                let means = sample.means();
                let a = sample.by_features(job, &means, ridge).unwrap();
                let b = sample.by_samples(job, &means, ridge).unwrap();
                (sample.ridge(job, ridge).unwrap(), [a, b])
            });
            let (beta, intercept) = textbook(&sample, ridge);
            assert_eq!(chosen.0, if samples < features { b.clone() } else { a.clone() });
            assert!((chosen.1 - intercept).abs() < 1e-10, "{} {intercept}", chosen.1);
            for (beta, (a, b)) in beta.iter().zip(a.iter().zip(&b)) {
                let what = format!("{samples} × {features}, {ridge}: {beta} {a} {b}");
                assert!((a - beta).abs() < 1e-10 && (b - beta).abs() < 1e-10, "{what}");
            }
        }
    }

    #[test]
    fn without_a_penalty_few_samples_are_met_by_the_smallest_coefficients() {
        let mut random = Random::new(32);
        let (rows, values, weights) = sample(&mut random, 12, 50);
        let sample = Sample { rows: &rows, features: 50, values: &values, weights: &weights };
        let ((none, tiny), _) = with_job(usize::MAX, |job| {
            (sample.ridge(job, 0.0).unwrap(), sample.ridge(job, 1e-7).unwrap())
        });
        for (a, b) in none.0.iter().zip(&tiny.0) {
            assert!((a - b).abs() < 1e-5, "{a} {b}");
        }
        for (row, value) in rows.chunks_exact(50).zip(&values) {
            let said: f64 = row.iter().zip(&none.0).filter(|(z, _)| **z).map(|(_, b)| b).sum();
            assert!((said + none.1 - value).abs() < 1e-6, "{said} {value}");
        }
    }

    #[test]
    fn long_assembling_and_solving_tell_and_can_be_stopped() {
        let mut random = Random::new(33);
        for (samples, features) in [(1_000, 400), (400, 1_000)] {
            let (rows, values, weights) = sample(&mut random, samples, features);
            let sample = Sample { rows: &rows, features, values: &values, weights: &weights };
            let expected = steps(samples, samples.min(features));
            let (result, told) = with_job(usize::MAX, |job| {
                job.work = (0, expected);
                sample.ridge(job, 0.1)
            });
            assert!(result.is_ok() && told.len() > 1 && expected > 1, "{told:?} {expected}");
            assert!(told.iter().all(|&(done, total)| done <= total && total == expected));
            for most in 1..told.len() {
                let (result, told) = with_job(most, |job| sample.ridge(job, 0.1));
                assert_eq!(result.unwrap_err().code(), Code::Cancelled);
                assert_eq!(told.len(), most);
            }
        }
    }

    #[test]
    fn what_would_not_fit_is_refused() {
        for (samples, features) in
            [(100_000, 784), (usize::MAX, 2), (1 << 20, 1 << 20), (4097, 4097)]
        {
            let error = bounded(samples, features, &|| "take less".into()).unwrap_err();
            assert_eq!(error.code(), Code::Limit);
            assert!(error.message().contains("limit is 16777216: take less"), "{error}");
        }
        assert!(bounded(60, 50_176, &String::new).is_ok() && Symmetric::new(1 << 16).is_err());
    }
}
