//! How far explanations miss the sum that their method promises.

use super::Mean;
use crate::error::{Code, Error, Result};
use crate::explanation::Explanation;

/// The gaps |Σ R − promised| / |promised| of one method over a data set. For integrated gradients the promise is
/// f(x) − f(x₀) (Sundararajan et al. 2017, axiom of completeness).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Completeness {
    gaps: Vec<f64>,
}

impl Completeness {
    /// Counts an explanation; an error where its method promises no sum. A promise of 0 that is kept is no gap,
    /// one that is not is an infinite one.
    pub fn add(&mut self, explanation: &Explanation) -> Result<()> {
        let promised = explanation.expected.ok_or_else(|| {
            let message = format!("'{}' promises no sum", explanation.method);
            Error::new(Code::NotApplicable, message)
        })?;
        let gap = (explanation.sum() - promised).abs();
        self.gaps.push(if gap == 0.0 { 0.0 } else { gap / promised.abs() });
        Ok(())
    }

    /// Mean gap.
    pub fn gap(&self) -> Mean {
        Mean::of(&self.gaps)
    }

    /// Largest gap.
    pub fn largest(&self) -> f64 {
        self.gaps.iter().copied().fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::{Baseline, DeepLift, Gradient, Method, Target, explain};
    use crate::network::{Builder, Operation, OutputActivation};
    use ndarray::array;

    #[test]
    fn gaps_are_shares_of_what_was_promised() {
        let mut b = Builder::new();
        let x = b.input("x", &[2]).unwrap();
        let dense = Operation::Dense { weight: vec![3.0, 1.0], outputs: 1, bias: vec![0.0] };
        let y = b.push("y", dense, &[x]).unwrap();
        let network = b.finish(vec![("y".into(), y, OutputActivation::Identity)]).unwrap();
        let ask = |x: [f32; 2], method: &dyn Method| {
            let x = array![x].into_dyn();
            explain(&network, &[x.view()], method, &Target::Top, None, &mut |_, _| true).unwrap()
        };
        let deeplift = DeepLift { baseline: Baseline::Constant(0.0) };
        let mut completeness = Completeness::default();
        completeness.add(&ask([1.0, 1.0], &deeplift)).unwrap();
        assert_eq!((completeness.gap().mean, completeness.largest()), (0.0, 0.0));
        let mut missing = ask([1.0, 1.0], &deeplift);
        missing.relevance[[0]] = 2.0;
        completeness.add(&missing).unwrap();
        assert_eq!((completeness.gap().mean, completeness.largest()), (0.125, 0.25));
        let mut broken = ask([0.0, 0.0], &deeplift);
        completeness.add(&broken).unwrap();
        assert_eq!(completeness.largest(), 0.25);
        broken.relevance[[1]] = 1e-3;
        completeness.add(&broken).unwrap();
        assert_eq!(completeness.largest(), f64::INFINITY);
        let error = completeness.add(&ask([1.0, 1.0], &Gradient)).unwrap_err();
        assert!(error.message().contains("'gradient' promises no sum"), "{error}");
    }
}
