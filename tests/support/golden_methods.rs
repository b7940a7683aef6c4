//! Which method with which parameters a golden entry stands for.

use super::golden_network::list;
use super::safetensors::Tensor;
use heatlens::methods::{
    Baseline, Coalitions, ExpectedGradients, KernelShap, Lime, Method, Noise, Options, Points,
    Segments, Shapley, SmoothGrad, Statistic, Value, method_from_options,
};
use heatlens::network::Network;
use heatlens::rules::{InputModifier, LinearRule, WeightModifier};
use ndarray::{ArrayD, IxDyn};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What the parameters of an entry refer to.
pub struct Context<'a> {
    pub tensors: &'a BTreeMap<String, Tensor>,
    /// Shape of the explained node, with the batch axis.
    pub shape: Vec<usize>,
    pub network: &'a Network,
}

impl<'a> Context<'a> {
    pub fn new(json: &Json, tensors: &'a BTreeMap<String, Tensor>, network: &'a Network) -> Self {
        let source = json["attribution_input"].as_str().unwrap();
        Context { tensors, shape: list(&json["node_shapes"][source]), network }
    }

    /// A tensor broadcast to the shape of the explained node.
    fn at_source(&self, tensor: &str) -> Vec<f32> {
        let tensor = &self.tensors[tensor];
        let array = ArrayD::from_shape_vec(IxDyn(&tensor.shape), tensor.f32()).unwrap();
        array.broadcast(IxDyn(&self.shape)).unwrap().iter().copied().collect()
    }
}

/// The catalogue's name and the method of an entry that consists of one map; none if the entry is
/// not understood.
pub fn method(entry: &Json, case: &Context<'_>) -> Option<(&'static str, Box<dyn Method>)> {
    let name = entry["name"].as_str().unwrap();
    let (name, bias) = match name.strip_suffix("_nobias") {
        Some(name) => (name, "ignore"),
        None => (name, "keep"),
    };
    let word = |text: &str| Value::Word(text.into());
    let baseline = || Value::Numbers(case.at_source("aux/baseline"));
    let from = |method: &'static str, options: Vec<(&str, Value)>| {
        let options: Options = options.into_iter().map(|(k, v)| (k.to_string(), v)).collect();
        Some((method, method_from_options(case.network, method, &options).unwrap()))
    };
    let ig =
        |quadrature: &str| vec![("steps", Value::Number(50.0)), ("quadrature", word(quadrature))];
    let lrp = |composite: &str, more: Vec<(&str, Value)>| {
        let bounds = [("low", case.at_source("aux/low")), ("high", case.at_source("aux/high"))];
        let mut options: Vec<(&str, Value)> =
            bounds.into_iter().map(|(k, v)| (k, Value::Numbers(v))).collect();
        options.extend([("composite", word(composite)), ("bias", word(bias))]);
        options.extend(more);
        from("lrp", options)
    };
    let cam = |relu: &str, layer: &str, upsample: &str| {
        vec![("relu", word(relu)), ("layer", word(layer)), ("upsample", word(upsample))]
    };
    let layer = entry["params"]["layer"].as_str().unwrap_or("");
    let noise = |name, statistic| {
        let noise = Noise::Given(case.tensors["aux/smoothgrad_noise"].f32());
        let method: Box<dyn Method> = Box::new(SmoothGrad { noise, statistic });
        Some((name, method))
    };
    let window = entry["params"]["window"][0].as_f64().unwrap_or(1.0);
    let number =
        |key: &str, default: f64| Value::Number(entry["params"][key].as_f64().unwrap_or(default));
    let occlusion = |map: &str| {
        let (stride, mask) = (number("stride", 1.0), number("mask", 0.0));
        vec![
            ("window", Value::Number(window)),
            ("map", word(map)),
            ("stride", stride),
            ("mask", mask),
        ]
    };
    let players = || match entry["params"]["baseline"].as_str().unwrap() {
        "zero" => Baseline::Constant(0.0),
        tensor => Baseline::Each(case.at_source(tensor)),
    };
    let coalitions = || match entry["params"]["coalitions"].as_str() {
        Some(tensor) => {
            Coalitions::Given(case.tensors[tensor].f32().iter().map(|&z| z != 0.0).collect())
        }
        None => Coalitions::All,
    };
    let segments = Segments::Blocks(1);
    match name {
        "grad" => from("gradient", vec![]),
        "saliency_abs" => from("saliency", vec![("norm", word("abs"))]),
        "saliency_linf" => from("saliency", vec![("norm", word("max"))]),
        "saliency_l2" => from("saliency", vec![("norm", word("l2"))]),
        "grad_x_input" => from("gradient-x-input", vec![]),
        "smoothgrad" => noise("smooth-grad", Statistic::Mean),
        "smoothgrad_squared" => noise("smooth-grad-squared", Statistic::MeanSquare),
        "vargrad" => noise("vargrad", Statistic::Variance),
        "ig_gl50" => from("integrated-gradients", ig("gauss-legendre")),
        "ig_mid50" => from("integrated-gradients", ig("midpoint")),
        "ig_trap50" => from("integrated-gradients", ig("trapezoid-captum")),
        "ig_gl50_base" => {
            let mut options = ig("gauss-legendre");
            options.push(("baseline", baseline()));
            from("integrated-gradients", options)
        }
        "expected_gradients" => {
            let points = case.tensors["aux/points"].f32();
            let points = points.chunks_exact(2).map(|p| (p[0] as usize, f64::from(p[1])));
            let baselines = Baseline::Each(case.tensors["aux/baselines"].f32());
            let points = Points::Given(points.collect());
            Some(("expected-gradients", Box::new(ExpectedGradients { baselines, points })))
        }
        "guided_backprop" => from("guided-backprop", vec![]),
        "deconvnet" => from("deconvnet", vec![]),
        "lrp_0" => lrp("zero", vec![]),
        "lrp_eps0.25" => lrp("epsilon", vec![("epsilon", Value::Number(0.25))]),
        "lrp_eps1e-6" => lrp("epsilon", vec![]),
        "lrp_gamma0.25" => lrp("gamma", vec![]),
        "lrp_ab10" => lrp("alpha1-beta0", vec![]),
        "lrp_ab21" => lrp("alpha-beta", vec![("beta", Value::Number(1.0))]),
        "lrp_zbox_first" => lrp("epsilon", vec![("first", word("z-box"))]),
        "lrp_wsquare_first" => lrp("epsilon", vec![("first", word("w-square"))]),
        "lrp_flat_first" => lrp("epsilon", vec![("first", word("flat"))]),
        "lrp_wsquare_all" => lrp("w-square", vec![]),
        "lrp_flat_all" => lrp("flat", vec![]),
        "composite_epsilon_plus" => lrp("epsilon-plus", vec![]),
        "composite_epsilon_plus_flat" => lrp("epsilon-plus-flat", vec![]),
        "composite_epsilon_gamma_box" => lrp("epsilon-gamma-box", vec![]),
        "composite_epsilon_alpha2_beta1" => lrp("epsilon-alpha2-beta1", vec![]),
        "composite_epsilon_alpha2_beta1_flat" => lrp("epsilon-alpha2-beta1-flat", vec![]),
        "composite_excitation" => lrp("excitation-backprop", vec![]),
        "deeplift_zero" => from("deeplift", vec![]),
        "deeplift_base" => {
            let options = vec![("baseline", baseline())];
            from("deeplift", options)
        }
        "gradcam_conv_raw" | "gradcam_act_raw" => from("grad-cam", cam("no", layer, "none")),
        "gradcam_conv_relu" | "gradcam_act_relu" => from("grad-cam", cam("yes", layer, "none")),
        "gradcam_conv_relu_nearest" => from("grad-cam", cam("yes", layer, "nearest")),
        "gradcam_conv_relu_bilinear" => from("grad-cam", cam("yes", layer, "bilinear")),
        "guided_gradcam" => from("guided-grad-cam", vec![("layer", word(layer))]),
        "occlusion_3" | "ablation" | "occlusion_word" => from("occlusion", occlusion("mean")),
        "occlusion_3_windows" => from("occlusion", occlusion("windows")),
        _ if name.starts_with("occlusion_w") => from("occlusion", occlusion("mean")),
        "shapley_zero" | "shapley_base" => {
            Some(("shapley", Box::new(Shapley { baseline: players(), segments })))
        }
        "kernelshap_all_zero" | "kernelshap_all_base" | "kernelshap_sampled_zero" => {
            let coalitions = coalitions();
            let baseline = players();
            Some(("kernel-shap", Box::new(KernelShap { baseline, segments, coalitions })))
        }
        "lime_zero" => Some((
            "lime",
            Box::new(Lime {
                baseline: players(),
                segments,
                coalitions: coalitions(),
                width: entry["params"]["kernel_width"].as_f64(),
                ridge: entry["params"]["ridge"].as_f64().unwrap(),
            }),
        )),
        _ => None,
    }
}

/// A rule as the golden files name it.
pub fn describe(rule: &LinearRule) -> &'static str {
    match rule {
        LinearRule::Gradient => "gradient",
        LinearRule::Epsilon { epsilon: 0.0, .. } => "zero",
        LinearRule::Epsilon { .. } => "epsilon",
        LinearRule::Gamma { .. } => "gamma",
        LinearRule::AlphaBeta { .. } => "alpha_beta",
        LinearRule::ZBox { .. } => "zbox",
        LinearRule::WSquare => "wsquare",
        LinearRule::Flat => "flat",
        // What the composed rule is equal to.
        LinearRule::Custom(rule) => match (rule.weight, rule.input, rule.stabilizer) {
            (WeightModifier::Plain, InputModifier::Plain, 0.0) => "zero",
            (WeightModifier::Plain, InputModifier::Plain, _) => "epsilon",
            (WeightModifier::Squared, InputModifier::Ones, _) => "wsquare",
            (WeightModifier::Ones, InputModifier::Ones, _) => "flat",
            _ => "",
        },
    }
}
