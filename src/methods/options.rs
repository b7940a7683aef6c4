//! Methods by name with parameters by name, as CLI, page and address have them, checked against
//! [`CATALOG`].

use super::catalog::{CATALOG, Entry, Kind, Param};
use super::{
    CamLayer, Coalitions, Composite, Fill, FirstLayer, Lrp, Method, Noise, Norm, OcclusionMap,
    Quadrature, Segments, Statistic, Upsample,
};
use crate::error::{Code, Error, Number, Result, ensure};
use crate::network::{Layer, Network, NodeId};
use crate::parameters::{Options, Parameters, Value};
use crate::rules::{BiasRule, LinearRule};

/// The method of this name with these parameters. Nodes are looked up in `network`.
pub fn method_from_options(network: &Network, name: &str, options: &Options) -> Result<Method> {
    let entry = Entry::find(name)?;
    for (key, _) in options.iter() {
        ensure(entry.params.iter().any(|param| param.name == key), Code::Request, || {
            let known: Vec<&str> = entry.params.iter().map(|param| param.name).collect();
            format!("'{name}' has no parameter '{key}'; it has: {}", known.join(", "))
        })?;
    }
    let read = Reader { entry, options, network };
    Ok(match name {
        "gradient" => Method::Gradient,
        "saliency" => Method::Saliency {
            norm: match read.word("norm")? {
                "abs" => Norm::Abs,
                "l2" => Norm::L2,
                _ => Norm::Max,
            },
        },
        "gradient-x-input" => Method::GradientXInput,
        "smooth-grad" => read.smooth_grad(Statistic::Mean)?,
        "smooth-grad-squared" => read.smooth_grad(Statistic::MeanSquare)?,
        "vargrad" => read.smooth_grad(Statistic::Variance)?,
        "integrated-gradients" => Method::IntegratedGradients {
            steps: read.integer("steps")?,
            quadrature: match read.word("quadrature")? {
                "midpoint" => Quadrature::Midpoint,
                "trapezoid" => Quadrature::Trapezoid,
                "trapezoid-captum" => Quadrature::TrapezoidCaptum,
                _ => Quadrature::GaussLegendre,
            },
            baseline: read.fill("baseline")?,
        },
        "deconvnet" => Method::Deconvnet,
        "guided-backprop" => Method::GuidedBackprop,
        "lrp" => Method::Lrp(read.lrp()?),
        "deeplift" => Method::DeepLift { baseline: read.fill("baseline")? },
        "grad-cam" => Method::GradCam {
            layer: read.layer()?,
            relu: read.word("relu")? == "yes",
            upsample: match read.word("upsample")? {
                "none" => Upsample::None,
                "nearest" => Upsample::Nearest,
                _ => Upsample::Bilinear,
            },
        },
        "guided-grad-cam" => Method::GuidedGradCam { layer: read.layer()? },
        "occlusion" => Method::Occlusion {
            window: read.integer("window")?,
            stride: read.integer("stride")?,
            mask: read.fill("mask")?,
            map: match read.word("map")? {
                "windows" => OcclusionMap::Windows,
                _ => OcclusionMap::Mean,
            },
        },
        "sis" => Method::Sis {
            threshold: read.number("threshold")?,
            mask: read.fill("mask")?,
            sets: read.integer("sets")?,
        },
        "shapley" => {
            Method::Shapley { baseline: read.fill("baseline")?, segments: read.segments()? }
        }
        "kernel-shap" => Method::KernelShap {
            baseline: read.fill("baseline")?,
            segments: read.segments()?,
            coalitions: read.coalitions()?,
        },
        "lime" => Method::Lime {
            baseline: read.fill("baseline")?,
            segments: read.segments()?,
            coalitions: read.coalitions()?,
            width: Some(read.number("width")?).filter(|&width| width > 0.0),
            ridge: read.number("ridge")?,
        },
        _ => return Err(Error::new(Code::Request, format!("no method is named '{name}'"))),
    })
}

impl Entry {
    /// Every parameter: the given value or the default.
    pub fn parameters(&self, given: &Options) -> Parameters {
        let value = |param: &Param| {
            let given = given.get(param.name).cloned();
            (param.name, given.unwrap_or_else(|| param.kind.default()))
        };
        Parameters(self.params.iter().map(value).collect())
    }

    /// The catalogue's entry of this name.
    pub fn find(name: &str) -> Result<&'static Entry> {
        CATALOG.iter().find(|entry| entry.name == name).ok_or_else(|| {
            let known: Vec<&str> = CATALOG.iter().map(|entry| entry.name).collect();
            Error::new(
                Code::Request,
                format!("no method is named '{name}'; there are: {}", known.join(", ")),
            )
        })
    }
}

/// Reads parameters of one method, with their defaults and ranges from the catalogue.
struct Reader<'a> {
    entry: &'static Entry,
    options: &'a Options,
    network: &'a Network,
}

impl<'a> Reader<'a> {
    fn kind(&self, name: &str) -> Result<&'static Kind> {
        let param = self.entry.params.iter().find(|param| param.name == name);
        // A name that the catalogue lacks is a mistake of this file, which a test would find.
        param.map(|param| &param.kind).ok_or_else(|| self.wrong(name, "is not in the catalogue"))
    }

    fn wrong(&self, name: &str, why: &str) -> Error {
        Error::new(Code::Request, format!("{}: '{name}' {why}", self.entry.name))
    }

    fn number(&self, name: &str) -> Result<f64> {
        let Kind::Number { min, max, default, .. } = *self.kind(name)? else {
            return Err(self.wrong(name, "is not a number"));
        };
        match self.options.get(name) {
            None => Ok(default),
            Some(Value::Number(value)) if (min..=max).contains(value) => Ok(*value),
            Some(_) => Err(self
                .wrong(name, &format!("must be a number from {} to {}", Number(min), Number(max)))),
        }
    }

    fn integer(&self, name: &str) -> Result<usize> {
        let Kind::Integer { min, max, default } = *self.kind(name)? else {
            return Err(self.wrong(name, "is not a whole number"));
        };
        match self.options.get(name) {
            None => Ok(default as usize),
            Some(Value::Number(value))
                if value.fract() == 0.0 && (min as f64..=max as f64).contains(value) =>
            {
                Ok(*value as usize)
            }
            Some(_) => {
                Err(self.wrong(name, &format!("must be a whole number from {min} to {max}")))
            }
        }
    }

    fn word(&self, name: &str) -> Result<&'a str> {
        let Kind::Choice { choices, default } = self.kind(name)? else {
            return Err(self.wrong(name, "is not a choice"));
        };
        match self.options.get(name) {
            None => Ok(default),
            Some(Value::Word(word)) if choices.contains(&word.as_str()) => Ok(word),
            Some(_) => Err(self.wrong(name, &format!("must be one of {}", choices.join(", ")))),
        }
    }

    fn fill(&self, name: &str) -> Result<Fill> {
        let Kind::Fill { default } = *self.kind(name)? else {
            return Err(self.wrong(name, "is not a fill"));
        };
        match self.options.get(name) {
            None => Ok(Fill::Constant(default)),
            Some(Value::Number(value)) if value.is_finite() => Ok(Fill::Constant(*value as f32)),
            Some(Value::Numbers(values)) => Ok(Fill::Each(values.clone())),
            Some(_) => Err(self.wrong(name, "must be a number, or one number per input element")),
        }
    }

    fn layer(&self) -> Result<CamLayer> {
        match self.options.get("layer") {
            None => Ok(CamLayer::LastConvolution),
            Some(Value::Word(word)) if word == "last-conv" => Ok(CamLayer::LastConvolution),
            Some(Value::Word(word)) if word == "last-activation" => Ok(CamLayer::LastActivation),
            Some(Value::Word(word)) => self.network.find(word).map(CamLayer::Node),
            Some(_) => Err(self.wrong("layer", "must be the name of a node")),
        }
    }

    fn smooth_grad(&self, statistic: Statistic) -> Result<Method> {
        let noise = Noise::Gaussian {
            samples: self.integer("samples")?,
            level: self.number("noise")? as f32,
            seed: self.integer("seed")? as u64,
        };
        Ok(Method::SmoothGrad { noise, statistic })
    }

    fn segments(&self) -> Result<Segments> {
        Ok(Segments::Blocks(self.integer("segment")?))
    }

    fn coalitions(&self) -> Result<Coalitions> {
        let samples = self.integer("samples")?;
        Ok(match samples {
            0 => Coalitions::All,
            _ => Coalitions::Sampled { samples, seed: self.integer("seed")? as u64 },
        })
    }

    /// `NODE=RULE,…`: the layers with a rule of their own.
    fn rules(
        &self,
        rule: impl Fn(&str) -> Option<LinearRule>,
    ) -> Result<Vec<(NodeId, LinearRule)>> {
        let text = match self.options.get("rules") {
            None => "",
            Some(Value::Word(text)) => text,
            Some(_) => return Err(self.wrong("rules", "must be NODE=RULE with commas between")),
        };
        let mut rules = Vec::new();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            // Names of nodes may have a '=', names of rules have none.
            let (node, name) = part.rsplit_once('=').unwrap_or((part, ""));
            let rule = rule(name).ok_or_else(|| {
                self.wrong("rules", &format!("wants NODE=RULE, with a rule it knows, not '{part}'"))
            })?;
            let id = self.network.find(node)?;
            ensure(matches!(self.network.node(id).layer, Layer::Linear(_)), Code::Request, || {
                format!("'{node}' has no weights, so it takes no rule")
            })?;
            rules.push((id, rule));
        }
        Ok(rules)
    }

    fn lrp(&self) -> Result<Lrp> {
        let epsilon = self.number("epsilon")? as f32;
        let gamma = self.number("gamma")? as f32;
        let beta = self.number("beta")? as f32;
        let rms = self.word("stabilizer")? == "rms";
        let rule = |name: &str| match name {
            "zero" => Some(LinearRule::ZERO),
            "epsilon" => Some(LinearRule::Epsilon { epsilon, rms }),
            "gamma" => Some(LinearRule::Gamma { gamma }),
            "plus" | "alpha1-beta0" => Some(LinearRule::Z_PLUS),
            "alpha2-beta1" => Some(LinearRule::ALPHA2_BETA1),
            "alpha-beta" => Some(LinearRule::AlphaBeta { alpha: 1.0 + beta, beta }),
            "w-square" => Some(LinearRule::WSquare),
            "flat" => Some(LinearRule::Flat),
            _ => None,
        };
        let composite = match self.word("composite")? {
            "epsilon-plus" => Composite::EpsilonPlus,
            "epsilon-gamma-box" => Composite::EpsilonGammaBox,
            "epsilon-alpha2-beta1" => Composite::EpsilonAlpha2Beta1,
            "epsilon-alpha2-beta1-flat" => Composite::EpsilonAlpha2Beta1Flat,
            word => rule(word).map_or(Composite::EpsilonPlusFlat, Composite::Uniform),
        };
        Ok(Lrp {
            epsilon,
            rms,
            gamma,
            bias: match self.word("bias")? {
                "ignore" => BiasRule::Ignore,
                _ => BiasRule::Keep,
            },
            first: match self.word("first")? {
                "z-box" => FirstLayer::ZBox,
                "w-square" => FirstLayer::WSquare,
                "flat" => FirstLayer::Flat,
                _ => FirstLayer::Composite,
            },
            low: self.fill("low")?,
            high: self.fill("high")?,
            split_ties: self.word("ties")? == "equal",
            layers: self.rules(rule)?,
            ..Lrp::new(composite)
        })
    }
}
