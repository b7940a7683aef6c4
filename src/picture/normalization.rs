//! Which value gets full colour.

/// What is said where there is no value at full colour.
pub const ALL_ZERO: &str = "all values are 0";
/// What is said where the percentile is 0 and other values are not.
pub const MISSED: &str = "full colour = max |R| (99th percentile is 0)";

/// The rule that finds the value at full colour (`vmax`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalization {
    /// max |R|.
    Max,
    /// The 99th percentile of |R|; larger values are clipped.
    Percentile99,
    /// 10·(mean |R|³)^⅓, as in heatmapping.org's tutorial; larger values are clipped.
    CubicMean,
}

impl Normalization {
    /// Every rule.
    pub const ALL: [Normalization; 3] =
        [Normalization::Max, Normalization::Percentile99, Normalization::CubicMean];

    /// The word for this rule.
    pub fn name(self) -> &'static str {
        match self {
            Normalization::Max => "max",
            Normalization::Percentile99 => "p99",
            Normalization::CubicMean => "cubic",
        }
    }

    /// Its title in lists.
    pub fn title(self) -> &'static str {
        match self {
            Normalization::Max => "largest value",
            Normalization::Percentile99 => "99th percentile",
            Normalization::CubicMean => "cubic mean",
        }
    }

    /// The rule in words, under a picture.
    pub fn rule(self) -> &'static str {
        match self {
            Normalization::Max => "full colour = max |R|",
            Normalization::Percentile99 => "full colour = 99th percentile of |R|",
            Normalization::CubicMean => "full colour = 10 × cubic mean of |R|",
        }
    }

    /// The rule of this name.
    pub fn find(name: &str) -> Option<Normalization> {
        Normalization::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// The value at full colour, and the rule in words. Numbers that are not finite do not count; 0 if there
    /// is nothing but zeros, and never more than the largest f32. So few numbers other than 0 that the
    /// percentile misses them get the maximum. The page has the same rules (`www/kit/color/scale.js`;
    /// `tests/scale.json` holds both to it), and like this rounds to f32 at the end.
    pub fn vmax(self, values: &[f32]) -> (f32, &'static str) {
        let sizes: Vec<f32> =
            values.iter().filter(|value| value.is_finite()).map(|value| value.abs()).collect();
        let largest = sizes.iter().copied().fold(0.0, f32::max);
        if largest == 0.0 {
            return (0.0, ALL_ZERO);
        }
        let value = match self {
            Normalization::Max => largest,
            Normalization::Percentile99 => match percentile(&sizes, 0.99) {
                0.0 => return (largest, MISSED),
                value => value,
            },
            Normalization::CubicMean => {
                let cube = |size: &f32| f64::from(*size) * f64::from(*size) * f64::from(*size);
                let mean = sizes.iter().map(cube).sum::<f64>() / sizes.len() as f64;
                (10.0 * libm::cbrt(mean)).min(f64::from(f32::MAX)) as f32
            }
        };
        (value, self.rule())
    }
}

/// The size below which `share` of the sizes lie, linear between neighbours. By bisection and not by sorting, which would
/// be 5 KB of a page's module: numbers that are not negative are ordered as their bits are.
fn percentile(sizes: &[f32], share: f64) -> f32 {
    let last = sizes.len().saturating_sub(1);
    let ordered = |place: usize| {
        let (mut low, mut high) = (0, f32::MAX.to_bits());
        while low < high {
            let middle = low + (high - low) / 2;
            if sizes.iter().filter(|size| size.to_bits() <= middle).count() > place {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        f64::from(f32::from_bits(low))
    };
    let place = share * last as f64;
    let below = place as usize;
    let (low, high) = (ordered(below), ordered((below + 1).min(last)));
    (low + (high - low) * (place - below as f64)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_is_its_formula() {
        let values: Vec<f32> = (-50..=50).map(|i| i as f32).collect();
        assert_eq!(Normalization::Max.vmax(&values).0, 50.0);
        // |R| sorted: 0, 1, 1, 2, 2, … 50, 50; place 0.99·100 = 99 is the first of the two 50s.
        assert_eq!(Normalization::Percentile99.vmax(&values).0, 50.0);
        assert_eq!(Normalization::Percentile99.vmax(&[0.0, 1.0]).0, 0.99);
        let mean = (1..=50).map(|i: i32| 2.0 * f64::from(i).powi(3)).sum::<f64>() / 101.0;
        let expected = (10.0 * mean.cbrt()) as f32;
        assert!((Normalization::CubicMean.vmax(&values).0 - expected).abs() < 1e-4);
    }

    #[test]
    fn odd_values_give_a_finite_scale() {
        for rule in Normalization::ALL {
            assert_eq!(rule.vmax(&[]).0, 0.0);
            assert_eq!(rule.vmax(&[f32::NAN, f32::INFINITY]).0, 0.0);
            assert!(rule.vmax(&[f32::MAX, f32::MIN]).0.is_finite());
            assert_eq!(Normalization::find(rule.name()), Some(rule));
        }
    }
}
