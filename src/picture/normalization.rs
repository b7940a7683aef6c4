//! Which value gets full colour.

/// The rule that finds the value at full colour.
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
            Normalization::Percentile99 => "percentile99",
            Normalization::CubicMean => "cubic-mean",
        }
    }

    /// The rule of this name.
    pub fn find(name: &str) -> Option<Normalization> {
        Normalization::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// The value at full colour, and the rule in words. Numbers that are not finite do not count; 0 if there
    /// is nothing but zeros, and never more than the largest f32. So few numbers other than 0 that the
    /// percentile misses them get the maximum. The page has the same rules and words
    /// (`www/shared/scale.js`; `tests/scale.json` holds both to it).
    pub fn full_scale(self, values: &[f32]) -> (f32, &'static str) {
        let mut sizes: Vec<f32> =
            values.iter().filter(|value| value.is_finite()).map(|value| value.abs()).collect();
        let largest = sizes.iter().copied().fold(0.0, f32::max);
        if largest == 0.0 {
            return (0.0, "all values are 0");
        }
        match self {
            Normalization::Max => (largest, "full colour = max |R|"),
            Normalization::Percentile99 => match percentile(&mut sizes, 0.99) {
                0.0 => (largest, "full colour = max |R| (99th percentile is 0)"),
                value => (value, "full colour = 99th percentile of |R|"),
            },
            Normalization::CubicMean => {
                let cubes: f64 = sizes.iter().map(|&size| f64::from(size).powi(3)).sum();
                let mean = cubes / sizes.len() as f64;
                let value = (10.0 * libm::cbrt(mean)).min(f64::from(f32::MAX)) as f32;
                (value, "full colour = 10 × cubic mean of |R|")
            }
        }
    }
}

/// The value below which `share` of the values lie, linear between neighbours; sorts them.
fn percentile(values: &mut [f32], share: f64) -> f32 {
    let Some(last) = values.len().checked_sub(1) else {
        return 0.0;
    };
    values.sort_by(f32::total_cmp);
    let place = share * last as f64;
    let below = place as usize;
    let (low, high) = (f64::from(values[below]), f64::from(values[(below + 1).min(last)]));
    (low + (high - low) * (place - below as f64)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_is_its_formula() {
        let values: Vec<f32> = (-50..=50).map(|i| i as f32).collect();
        assert_eq!(Normalization::Max.full_scale(&values).0, 50.0);
        // |R| sorted: 0, 1, 1, 2, 2, … 50, 50; place 0.99·100 = 99 is the first of the two 50s.
        assert_eq!(Normalization::Percentile99.full_scale(&values).0, 50.0);
        assert_eq!(Normalization::Percentile99.full_scale(&[0.0, 1.0]).0, 0.99);
        let mean = (1..=50).map(|i: i32| 2.0 * f64::from(i).powi(3)).sum::<f64>() / 101.0;
        let expected = (10.0 * mean.cbrt()) as f32;
        assert!((Normalization::CubicMean.full_scale(&values).0 - expected).abs() < 1e-4);
    }

    #[test]
    fn odd_values_give_a_finite_scale() {
        for rule in Normalization::ALL {
            assert_eq!(rule.full_scale(&[]).0, 0.0);
            assert_eq!(rule.full_scale(&[f32::NAN, f32::INFINITY]).0, 0.0);
            assert!(rule.full_scale(&[f32::MAX, f32::MIN]).0.is_finite());
            assert_eq!(Normalization::find(rule.name()), Some(rule));
        }
    }
}
