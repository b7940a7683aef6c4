//! How often a network is right, and what it takes for what.

use crate::error::{Code, Result, ensure};
use crate::network::{Network, top};
use ndarray::ArrayViewD;

/// Counts over labelled examples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accuracy {
    /// Number of classes: elements of the first result; 2 where that is a single sigmoid, whose label 1 means yes.
    pub classes: usize,
    /// Elements of the first result.
    outputs: usize,
    /// Number of examples.
    pub examples: usize,
    /// Examples whose largest raw output is that of their label.
    pub correct: usize,
    /// `[classes, classes]`, row-major: examples by label (row) and prediction (column).
    pub confusion: Vec<usize>,
}

impl Accuracy {
    /// Nothing counted yet.
    pub fn new(network: &Network) -> Accuracy {
        let output = network.outputs().first();
        let outputs = output.map_or(0, |output| network.node(output.node).len());
        let binary = output.is_some_and(|output| network.is_binary(output));
        let classes = if binary { 2 } else { outputs };
        let confusion = vec![0; classes * classes];
        Accuracy { classes, outputs, examples: 0, correct: 0, confusion }
    }

    /// Predicts a batch and counts it. `inputs[i]` is `[N, *shape of input i]`, `labels` has N
    /// entries. A raw output that is not a number is an error, never a prediction.
    pub fn add(
        &mut self,
        network: &Network,
        inputs: &[ArrayViewD<'_, f32>],
        labels: &[usize],
    ) -> Result<()> {
        let outputs = network.predict(inputs)?;
        let logits: Vec<f32> =
            outputs.first().map_or_else(Vec::new, |output| output.iter().copied().collect());
        ensure(logits.len() == labels.len() * self.outputs, Code::Request, || {
            format!("{} labels for {} examples", labels.len(), logits.len() / self.outputs.max(1))
        })?;
        for (row, &label) in logits.chunks_exact(self.outputs.max(1)).zip(labels) {
            self.count(row, label)?;
        }
        Ok(())
    }

    /// Counts one example by its raw outputs.
    pub fn count(&mut self, logits: &[f32], label: usize) -> Result<()> {
        ensure(label < self.classes && logits.len() == self.outputs, Code::Request, || {
            format!("label {label}: the network has {} classes", self.classes)
        })?;
        ensure(logits.iter().all(|z| !z.is_nan()), Code::Nonfinite, || {
            "the network's output contains NaN".into()
        })?;
        let predicted = match logits {
            &[z] if self.classes == 2 => usize::from(z > 0.0),
            _ => top(logits),
        };
        self.examples += 1;
        self.correct += usize::from(predicted == label);
        self.confusion[label * self.classes + predicted] += 1;
        Ok(())
    }

    /// Share of examples that are right; 0 without examples.
    pub fn share(&self) -> f64 {
        self.correct as f64 / self.examples.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Builder, Operation, OutputActivation};
    use ndarray::array;

    #[test]
    fn counts_by_label_and_prediction() {
        let mut b = Builder::new();
        let x = b.input("x", &[2]).unwrap();
        let dense = Operation::Dense { weight: vec![1.0, 0.0, 0.0, 1.0], outputs: 2, bias: vec![] };
        let y = b.push("y", dense, &[x]).unwrap();
        let network = b.finish(vec![("y".into(), y, OutputActivation::Softmax)]).unwrap();
        let mut accuracy = Accuracy::new(&network);
        let x = array![[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]].into_dyn();
        accuracy.add(&network, &[x.view()], &[0, 0, 1]).unwrap();
        // The tie of the third example goes to class 0.
        assert_eq!(accuracy.confusion, [1, 1, 1, 0]);
        assert_eq!((accuracy.correct, accuracy.examples), (1, 3));
        assert!(accuracy.add(&network, &[x.view()], &[0, 0, 2]).is_err());
        assert!(accuracy.add(&network, &[x.view()], &[0]).is_err());
        let nan = array![[f32::NAN, 0.0]].into_dyn();
        let error = accuracy.add(&network, &[nan.view()], &[0]).unwrap_err();
        assert_eq!(error.code(), Code::Nonfinite);
    }
}
