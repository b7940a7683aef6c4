//! A rule that its caller composes out of the modifiers of the others, to try one that has no name yet.

use super::linear::{Group, InputModifier};
use crate::error::Number;
use crate::network::WeightModifier;
use std::fmt;

/// R_i = x'_i Σ_j w'_ij R_j / stabilised (Σ_i x'_i w'_ij + b'_j), with x', w' and b' modified copies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CustomRule {
    /// x'.
    pub input: InputModifier,
    /// w', and b', which is 0 where weights are 1.
    pub weight: WeightModifier,
    /// ε, added to the denominator with its sign.
    pub stabilizer: f32,
}

/// The words for modifiers of the input.
const INPUTS: [(&str, InputModifier); 4] = [
    ("plain", InputModifier::Plain),
    ("positive", InputModifier::Positive),
    ("negative", InputModifier::Negative),
    ("ones", InputModifier::Ones),
];

/// The words for modifiers of the weights; `gamma:NUMBER` is another.
const WEIGHTS: [(&str, WeightModifier); 5] = [
    ("plain", WeightModifier::Plain),
    ("positive", WeightModifier::Positive),
    ("negative", WeightModifier::Negative),
    ("squared", WeightModifier::Squared),
    ("ones", WeightModifier::Ones),
];

impl CustomRule {
    /// `WEIGHT/INPUT/STABILIZER`, the last of which is a number from 0 on.
    pub fn parse(text: &str) -> Option<CustomRule> {
        let mut parts = text.split('/');
        let (weight, input, stabilizer) = (parts.next()?, parts.next()?, parts.next()?);
        let number = |text: &str| text.parse().ok().filter(|n: &f32| n.is_finite() && *n >= 0.0);
        let weight = match weight.strip_prefix("gamma:") {
            Some(gamma) => WeightModifier::GammaPositive(number(gamma)?),
            None => WEIGHTS.iter().find(|(word, _)| *word == weight)?.1,
        };
        let input = INPUTS.iter().find(|(word, _)| *word == input)?.1;
        let rule = CustomRule { input, weight, stabilizer: number(stabilizer)? };
        parts.next().is_none().then_some(rule)
    }

    pub(super) fn group(self) -> Group<'static> {
        let bias = match self.weight {
            WeightModifier::Ones => WeightModifier::Zero,
            weight => weight,
        };
        let mut group = Group::new(&[(self.input, self.weight)], bias);
        group.epsilon = self.stabilizer;
        group
    }
}

/// As it is written.
impl fmt::Display for CustomRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.weight {
            WeightModifier::GammaPositive(gamma) => write!(f, "gamma:{}", Number(gamma.into()))?,
            weight => {
                let word = WEIGHTS.iter().find(|(_, modifier)| *modifier == weight);
                f.write_str(word.map_or("", |(word, _)| word))?;
            }
        }
        let input = INPUTS.iter().find(|(_, modifier)| *modifier == self.input);
        let stabilizer = Number(self.stabilizer.into());
        write!(f, "/{}/{stabilizer}", input.map_or("", |(word, _)| word))
    }
}
