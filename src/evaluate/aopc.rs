//! Pixel flipping over a data set: mean curves and the area over them.

use super::{Curve, Flipping, pixel_flipping};
use crate::error::Result;
use crate::methods::{Method, Progress, Target, explain};
use crate::network::Network;
use crate::random::Random;
use ndarray::ArrayViewD;
use std::sync::Arc;

/// What gives the order in which positions are replaced.
#[derive(Clone)]
pub enum Ranking {
    /// An explanation.
    Method(Arc<dyn Method>),
    /// The values of the input themselves: the object's place, which knows nothing of the network.
    Segmentation,
    /// Chance: the control that an explanation has to beat.
    Random {
        /// Seed; every example draws from it and its own number.
        seed: u64,
    },
}

impl Ranking {
    /// The curve of one example, the `index`th of its data set, whose `target` is explained.
    /// `inputs[i]` is `[1, *shape of input i]`.
    pub fn curve(
        &self,
        network: &Network,
        inputs: &[ArrayViewD<'_, f32>],
        (index, target): (usize, &Target),
        flipping: &Flipping,
        progress: Progress<'_>,
    ) -> Result<Curve> {
        let relevance = match self {
            Ranking::Method(method) => explain(network, inputs, &**method, target, None, progress)?
                .relevance
                .iter()
                .copied()
                .collect(),
            Ranking::Segmentation => {
                inputs.first().map_or_else(Vec::new, |input| input.iter().copied().collect())
            }
            Ranking::Random { seed } => {
                let len = inputs.first().map_or(0, |input| input.len());
                // An odd factor keeps the seeds of different examples apart.
                let own = (index as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                Random::new(seed ^ own).vec(len)
            }
        };
        pixel_flipping(network, inputs, (target, None), &relevance, flipping, progress)
    }
}

/// Mean and standard error of a number over examples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mean {
    /// Number of examples.
    pub examples: usize,
    /// Mean.
    pub mean: f64,
    /// Standard deviation (n − 1) / √n; 0 for fewer than two examples.
    pub standard_error: f64,
}

impl Mean {
    /// Mean and standard error of these numbers.
    pub fn of(values: &[f64]) -> Mean {
        let examples = values.len();
        let n = examples.max(1) as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let variance = if examples > 1 { squares / (n - 1.0) } else { 0.0 };
        Mean { examples, mean, standard_error: (variance / n).sqrt() }
    }
}

/// The curves of one ranking over a data set. Logits and probabilities are of the predicted class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Aopc {
    logit: Vec<f64>,
    /// Empty where there are no probabilities.
    probability: Vec<f64>,
    sums: Vec<(f64, f64)>,
}

impl Aopc {
    /// Counts the curve of one example, up to `steps`.
    pub fn add(&mut self, curve: &Curve, steps: usize) {
        self.logit.push(Curve::aopc(&curve.logit, steps));
        let nothing = Vec::new();
        let probability = curve.probability.as_ref().unwrap_or(&nothing);
        if curve.probability.is_some() {
            self.probability.push(Curve::aopc(probability, steps));
        }
        self.sums.resize(self.sums.len().max(curve.logit.len()), (0.0, 0.0));
        for (k, sum) in self.sums.iter_mut().enumerate().take(curve.logit.len()) {
            sum.0 += curve.logit[k];
            sum.1 += probability.get(k).copied().unwrap_or(0.0);
        }
    }

    /// AOPC of the logit.
    pub fn logit(&self) -> Mean {
        Mean::of(&self.logit)
    }

    /// AOPC of the probability, where there is one.
    pub fn probability(&self) -> Option<Mean> {
        (!self.probability.is_empty()).then(|| Mean::of(&self.probability))
    }

    /// AOPC of each example, of the logit and of the probability (where there is one): what two rankings
    /// are compared by in pairs.
    pub fn examples(&self) -> (&[f64], &[f64]) {
        (&self.logit, &self.probability)
    }

    /// Mean logit and, where there is one, mean probability after k steps; entry 0 is the unchanged input.
    pub fn curve(&self) -> Vec<(f64, Option<f64>)> {
        let n = self.logit.len().max(1) as f64;
        let is = !self.probability.is_empty();
        self.sums.iter().map(|sum| (sum.0 / n, is.then(|| sum.1 / n))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Order;
    use crate::methods::Baseline;
    use crate::methods::GradientXInput;
    use crate::network::{Builder, Operation, OutputActivation};
    use ndarray::array;

    #[test]
    fn standard_error_is_its_formula() {
        let mean = Mean::of(&[1.0, 2.0, 3.0, 6.0]);
        assert_eq!((mean.examples, mean.mean), (4, 3.0));
        assert!((mean.standard_error - (14.0f64 / 3.0 / 4.0).sqrt()).abs() < 1e-15);
        assert_eq!(Mean::of(&[]), Mean::default());
        assert_eq!(Mean::of(&[5.0]).standard_error, 0.0);
    }

    #[test]
    fn the_true_order_beats_chance_on_a_linear_network() {
        let mut b = Builder::new();
        let x = b.input("x", &[4]).unwrap();
        let weight = vec![4.0, 1.0, 3.0, 2.0, 0.0, 0.0, 0.0, 0.0];
        let y = b.push("y", Operation::Dense { weight, outputs: 2, bias: vec![] }, &[x]).unwrap();
        let network = b.finish(vec![("y".into(), y, OutputActivation::Softmax)]).unwrap();
        let flipping = Flipping {
            order: Order::MostRelevantFirst,
            block: 1,
            replacement: Baseline::Constant(0.0),
            steps: 4,
        };
        let input = array![[1.0, 1.0, 1.0, 1.0]].into_dyn();
        let target = Target::Class { output: 0, class: 0 };
        let run = |ranking: &Ranking, index| {
            ranking
                .curve(&network, &[input.view()], (index, &target), &flipping, &mut |_, _| true)
                .unwrap()
        };
        let best = run(&Ranking::Method(Arc::new(GradientXInput)), 0);
        assert_eq!(best.logit, [10.0, 6.0, 3.0, 1.0, 0.0]);
        let mut chance = Aopc::default();
        for index in 0..32 {
            chance.add(&run(&Ranking::Random { seed: 1 }, index), 4);
        }
        let best = Curve::aopc(&best.logit, 4);
        assert!(chance.logit().mean < best && chance.logit().standard_error > 0.0);
        assert_eq!(chance.logit(), Mean::of(chance.examples().0));
        assert_eq!(chance.curve().len(), 5);
        assert_eq!(chance.curve()[0].0, 10.0);
        // The same seed and example, the same order; another example, another order somewhere.
        let order = |index| run(&Ranking::Random { seed: 1 }, index).order;
        assert_eq!(order(3), order(3));
        assert!((0..8).any(|index| order(index) != order(index + 1)));
    }
}
