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
    /// `WEIGHT/INPUT/STABILIZER`, the last of which is a number from 0 on, like 0.25 or 1e-6.
    pub fn parse(text: &str) -> Option<CustomRule> {
        let mut parts = text.split('/');
        let (weight, input, stabilizer) = (parts.next()?, parts.next()?, parts.next()?);
        let number = |text: &str| decimal(text).map(|n| n as f32).filter(|n| n.is_finite());
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

/// A decimal number from 0 on, rounded as it should be: with digits below 2⁵³ and a power of ten up to 10²², which are
/// exact in f64, one multiplication or division rounds once (Clinger 1990). The standard library's parser takes all
/// others, too, by a table of powers that would be a tenth of the whole module.
fn decimal(text: &str) -> Option<f64> {
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = [whole, fraction].concat();
    let is_number = !all.is_empty() && all.bytes().all(|byte| byte.is_ascii_digit());
    let digits: u64 = all.parse().ok().filter(|&digits| is_number && digits < 1 << 53)?;
    let exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let power = (0..exponent.unsigned_abs()).take(23).fold(1.0, |power, _| 10.0 * power);
    match exponent {
        0..=22 => Some(digits as f64 * power),
        -22..0 => Some(digits as f64 / power),
        _ => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_the_standard_library_reads_them() {
        for text in [
            "0",
            "0.25",
            "1e-6",
            "1E-6",
            "3.5e2",
            ".5",
            "5.",
            "1e-7",
            "0.1",
            "12345.678e-9",
            "1e22",
        ] {
            assert_eq!(decimal(text), text.parse().ok(), "{text}");
        }
        for text in [
            "",
            ".",
            "-1",
            "+1",
            "1e",
            "1e400",
            "1e-400",
            "NaN",
            "inf",
            "1/2",
            "9007199254740993",
            "1 ",
        ] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn a_rule_is_written_as_it_is_read() {
        for text in ["plain/plain/0", "gamma:0.25/positive/0.25", "ones/negative/0.000001"] {
            assert_eq!(CustomRule::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "plain",
            "plain/plain",
            "plain/plain/x",
            "plain/plain/0/0",
            "other/plain/0",
            "plain/low/0",
            "zero/plain/0",
        ] {
            assert!(CustomRule::parse(text).is_none(), "{text}");
        }
    }
}
