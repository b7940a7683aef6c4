//! Element-wise functions and their derivatives. Transcendental functions come from `libm` on every
//! target, so that native and wasm agree bit for bit.
//!
//! At a kink the derivative is that of the negative side (ReLU'(0) = 0, LeakyReLU'(0) = α), at an upper bound that
//! beyond it (Clip and HardSigmoid 0, HardSwish 1), and |z|'(0) = 0.

/// A function applied to every element alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// max(z, 0)
    Relu,
    /// z where z > 0, else `alpha`·z
    LeakyRelu {
        /// Slope for z ≤ 0.
        alpha: f32,
    },
    /// z where z > 0, else `alpha`·(eᶻ − 1)
    Elu {
        /// Scale for z ≤ 0.
        alpha: f32,
    },
    /// `gamma`·z where z > 0, else `gamma`·`alpha`·(eᶻ − 1)
    Selu {
        /// Scale for z ≤ 0.
        alpha: f32,
        /// Scale overall.
        gamma: f32,
    },
    /// ln(1 + eᶻ)
    Softplus,
    /// z·Φ(z), with the error function
    Gelu,
    /// tanh z
    Tanh,
    /// 1 / (1 + e⁻ᶻ)
    Sigmoid,
    /// z clamped to [`low`, `high`] (ReLU6 is 0 to 6)
    Clip {
        /// Lower bound.
        low: f32,
        /// Upper bound.
        high: f32,
    },
    /// clamp(`alpha`·z + `beta`, 0, 1)
    HardSigmoid {
        /// Slope.
        alpha: f32,
        /// Offset.
        beta: f32,
    },
    /// z·clamp(z/6 + ½, 0, 1)
    HardSwish,
    /// z·sigmoid(z)
    Silu,
    /// z / (1 + |z|)
    Softsign,
    /// z where z > `alpha`, else 0
    ThresholdedRelu {
        /// Threshold.
        alpha: f32,
    },
    /// eᶻ
    Exp,
    /// ln z
    Log,
    /// √z
    Sqrt,
    /// 1/z
    Reciprocal,
    /// |z|
    Abs,
    /// erf z
    Erf,
    /// zᵖ
    Power {
        /// The exponent p.
        exponent: f32,
    },
}

impl Activation {
    /// f(z).
    pub fn value(self, z: f32) -> f32 {
        value(self, z)
    }

    /// f'(z); at a kink as the module says.
    pub fn derivative(self, z: f32) -> f32 {
        derivative(self, z)
    }
}

/// y = f(z), element by element.
#[inline(never)]
pub fn forward(unit: Activation, z: &[f32], y: &mut [f32]) {
    if let Activation::Relu = unit {
        // Written out so that the compiler vectorises it; a NaN passes through.
        for (y, &z) in y.iter_mut().zip(z) {
            *y = if z < 0.0 { 0.0 } else { z };
        }
    } else {
        for (y, &z) in y.iter_mut().zip(z) {
            *y = value(unit, z);
        }
    }
}

/// r = g·f'(z), element by element.
#[inline(never)]
pub fn gradient(unit: Activation, z: &[f32], g: &[f32], r: &mut [f32]) {
    if let Activation::Relu = unit {
        for ((r, &g), &z) in r.iter_mut().zip(g).zip(z) {
            *r = if z > 0.0 { g } else { 0.0 };
        }
    } else {
        for ((r, &g), &z) in r.iter_mut().zip(g).zip(z) {
            *r = g * derivative(unit, z);
        }
    }
}

/// r = max(g, 0)·f'(z), element by element, for functions that do not fall.
#[inline(never)]
pub fn guided(unit: Activation, z: &[f32], g: &[f32], r: &mut [f32]) {
    if let Activation::Relu = unit {
        for ((r, &g), &z) in r.iter_mut().zip(g).zip(z) {
            *r = if z > 0.0 && g > 0.0 { g } else { 0.0 };
        }
    } else {
        gradient(unit, z, g, r);
        for r in r {
            *r = if *r > 0.0 { *r } else { 0.0 };
        }
    }
}

/// f(z).
pub fn value(unit: Activation, z: f32) -> f32 {
    match unit {
        Activation::Relu => {
            if z < 0.0 {
                0.0
            } else {
                z
            }
        }
        Activation::LeakyRelu { alpha } => {
            if z > 0.0 {
                z
            } else {
                alpha * z
            }
        }
        Activation::Elu { alpha } => {
            if z > 0.0 {
                z
            } else {
                alpha * libm::expm1f(z)
            }
        }
        Activation::Selu { alpha, gamma } => {
            gamma * if z > 0.0 { z } else { alpha * libm::expm1f(z) }
        }
        Activation::Softplus => z.max(0.0) + libm::log1pf(libm::expf(-z.abs())),
        Activation::Gelu => 0.5 * z * (1.0 + libm::erff(z * std::f32::consts::FRAC_1_SQRT_2)),
        Activation::Tanh => libm::tanhf(z),
        Activation::Sigmoid => sigmoid(z),
        Activation::Clip { low, high } => clip(z, low, high),
        Activation::HardSigmoid { alpha, beta } => clip(alpha * z + beta, 0.0, 1.0),
        Activation::HardSwish => z * clip(z / 6.0 + 0.5, 0.0, 1.0),
        Activation::Silu => z * sigmoid(z),
        Activation::Softsign => z / (1.0 + z.abs()),
        Activation::ThresholdedRelu { alpha } => {
            if z > alpha {
                z
            } else {
                0.0
            }
        }
        Activation::Exp => libm::expf(z),
        Activation::Log => libm::logf(z),
        Activation::Sqrt => libm::sqrtf(z),
        Activation::Reciprocal => 1.0 / z,
        Activation::Abs => z.abs(),
        Activation::Erf => libm::erff(z),
        Activation::Power { exponent } => libm::powf(z, exponent),
    }
}

/// f'(z).
pub fn derivative(unit: Activation, z: f32) -> f32 {
    let step = |on: bool| if on { 1.0 } else { 0.0 };
    match unit {
        Activation::Relu => step(z > 0.0),
        Activation::LeakyRelu { alpha } => {
            if z > 0.0 {
                1.0
            } else {
                alpha
            }
        }
        Activation::Elu { alpha } => {
            if z > 0.0 {
                1.0
            } else {
                alpha * libm::expf(z)
            }
        }
        Activation::Selu { alpha, gamma } => {
            gamma * if z > 0.0 { 1.0 } else { alpha * libm::expf(z) }
        }
        Activation::Softplus => sigmoid(z),
        Activation::Gelu => {
            let density = libm::expf(-0.5 * z * z)
                * (0.5 * std::f32::consts::FRAC_2_SQRT_PI)
                * std::f32::consts::FRAC_1_SQRT_2;
            0.5 * (1.0 + libm::erff(z * std::f32::consts::FRAC_1_SQRT_2)) + z * density
        }
        Activation::Tanh => {
            let y = libm::tanhf(z);
            1.0 - y * y
        }
        Activation::Sigmoid => sigmoid(z) * sigmoid(-z),
        Activation::Clip { low, high } => step(z > low && z < high),
        Activation::HardSigmoid { alpha, beta } => {
            let line = alpha * z + beta;
            alpha * step(line > 0.0 && line < 1.0)
        }
        Activation::HardSwish => {
            if z <= -3.0 {
                0.0
            } else if z >= 3.0 {
                1.0
            } else {
                z / 3.0 + 0.5
            }
        }
        Activation::Silu => sigmoid(z) * (1.0 + z * sigmoid(-z)),
        Activation::Softsign => {
            let y = 1.0 / (1.0 + z.abs());
            y * y
        }
        Activation::ThresholdedRelu { alpha } => step(z > alpha),
        Activation::Exp => libm::expf(z),
        Activation::Log => 1.0 / z,
        Activation::Sqrt => 0.5 / libm::sqrtf(z),
        Activation::Reciprocal => -1.0 / (z * z),
        Activation::Abs => step(z > 0.0) - step(z < 0.0),
        Activation::Erf => std::f32::consts::FRAC_2_SQRT_PI * libm::expf(-z * z),
        Activation::Power { exponent } => exponent * libm::powf(z, exponent - 1.0),
    }
}

/// z within [low, high]; NaN stays. `f32::clamp` may panic, and the text of its panic brings the whole
/// formatting of floats into the module.
#[allow(clippy::manual_clamp)]
pub fn clip(z: f32, low: f32, high: f32) -> f32 {
    if z < low {
        low
    } else if z > high {
        high
    } else {
        z
    }
}

/// The logistic function, without overflow on either side.
pub fn sigmoid(z: f32) -> f32 {
    let e = libm::expf(-z.abs());
    if z >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Activation; 21] = [
        Activation::Relu,
        Activation::LeakyRelu { alpha: 0.1 },
        Activation::Elu { alpha: 1.3 },
        Activation::Selu { alpha: 1.67, gamma: 1.05 },
        Activation::Softplus,
        Activation::Gelu,
        Activation::Tanh,
        Activation::Sigmoid,
        Activation::Clip { low: -0.7, high: 6.0 },
        Activation::HardSigmoid { alpha: 0.2, beta: 0.5 },
        Activation::HardSwish,
        Activation::Silu,
        Activation::Softsign,
        Activation::ThresholdedRelu { alpha: 1.0 },
        Activation::Exp,
        Activation::Log,
        Activation::Sqrt,
        Activation::Reciprocal,
        Activation::Abs,
        Activation::Erf,
        Activation::Power { exponent: 3.0 },
    ];

    #[test]
    fn derivatives_agree_with_central_differences() {
        for unit in ALL {
            let positive =
                matches!(unit, Activation::Log | Activation::Sqrt | Activation::Reciprocal);
            for z in [-2.3f32, -1.1, -0.31, 0.47, 1.9, 2.6] {
                let z = if positive { z.abs() } else { z };
                let h = 1e-2;
                // Fourth-order difference: the step may be large enough for f32.
                let difference = (8.0 * (value(unit, z + h) - value(unit, z - h))
                    - (value(unit, z + 2.0 * h) - value(unit, z - 2.0 * h)))
                    / (12.0 * h);
                let exact = derivative(unit, z);
                let scale = exact.abs().max(1.0);
                assert!(
                    (difference - exact).abs() < 2e-3 * scale,
                    "{unit:?} at {z}: {difference} {exact}"
                );
            }
        }
    }

    #[test]
    fn kinks_are_where_and_as_the_module_says() {
        for (unit, z, slope) in [
            (Activation::Relu, 0.0, 0.0),
            (Activation::LeakyRelu { alpha: 0.1 }, 0.0, 0.1),
            (Activation::Elu { alpha: 1.5 }, 0.0, 1.5),
            (Activation::Clip { low: 0.0, high: 6.0 }, 0.0, 0.0),
            (Activation::Clip { low: 0.0, high: 6.0 }, 6.0, 0.0),
            (Activation::HardSigmoid { alpha: 0.25, beta: 0.5 }, -2.0, 0.0),
            (Activation::HardSigmoid { alpha: 0.25, beta: 0.5 }, 2.0, 0.0),
            (Activation::HardSwish, -3.0, 0.0),
            (Activation::HardSwish, 3.0, 1.0),
            (Activation::ThresholdedRelu { alpha: 1.0 }, 1.0, 0.0),
            (Activation::Abs, 0.0, 0.0),
        ] {
            assert_eq!(derivative(unit, z), slope, "{unit:?} at {z}");
            // It is a kink: the sides differ.
            let sides = [z - 1e-3, z + 1e-3].map(|z| derivative(unit, z));
            assert!((sides[0] - sides[1]).abs() > 0.2, "{unit:?} at {z}: {sides:?}");
        }
    }

    #[test]
    fn guided_signals_are_positive_gradients() {
        let mut random = crate::random::Random::new(5);
        let (z, g) = (random.vec(200), random.vec(200));
        for unit in [Activation::Relu, Activation::Clip { low: 0.0, high: 0.6 }] {
            let (mut plain, mut kept) = (vec![0.0; 200], vec![1.0; 200]);
            gradient(unit, &z, &g, &mut plain);
            guided(unit, &z, &g, &mut kept);
            let expected: Vec<f32> = plain.iter().map(|r| r.max(0.0)).collect();
            assert_eq!(kept, expected);
            assert!(kept.iter().filter(|r| **r > 0.0).count() > 10);
        }
    }

    #[test]
    fn far_from_zero_nothing_overflows() {
        for z in [-200.0f32, 200.0] {
            for unit in [
                Activation::Softplus,
                Activation::Sigmoid,
                Activation::Tanh,
                Activation::Gelu,
                Activation::Silu,
            ] {
                assert!(value(unit, z).is_finite() && derivative(unit, z).is_finite(), "{unit:?}");
            }
        }
        assert_eq!(derivative(Activation::Relu, 0.0), 0.0);
        assert!(value(Activation::Relu, f32::NAN).is_nan());
    }
}
