//! Explanation methods and the one function that runs them, [`explain`].
//!
//! Every method sees the network as a [`Section`]: a function of the values at one node, the input
//! or an inner one. White-box methods are a seed, a table of rules and a finisher round the one
//! backward pass; black-box methods need batched prediction alone.

mod ascent;
mod catalog;
mod coalition;
mod features;
mod fill;
mod grad_cam;
mod indices;
mod integrated_gradients;
mod lime;
mod lrp;
mod notes;
mod objective;
mod occlusion;
mod options;
mod quadrature;
mod regression;
mod shapley;
mod share;
mod sis;
mod smooth_grad;
mod support;
mod target;
mod trace;
mod white_box;

pub use ascent::{Ascent, Climb, ascend};
pub use catalog::{CATALOG, Contrast, Entry, Kind, Param};
pub use coalition::Coalitions;
pub use features::Segments;
pub(crate) use features::{Layout, channels, finite, regions};
pub use fill::Fill;
pub use grad_cam::{CamLayer, Upsample};
pub(crate) use indices::replaceable;
pub use integrated_gradients::Quadrature;
pub use lrp::{Composite, FirstLayer, Lrp};
pub(crate) use objective::Objective;
pub use occlusion::OcclusionMap;
pub use options::method_from_options;
pub use share::{PIECES, Share};
pub use sis::{Proposal, Search};
pub use smooth_grad::{Noise, Statistic};
pub use support::{NodeSupport, node_support};
pub use target::{ClassName, Target};
pub use trace::{Neuron, Term, Trace, neuron, trace};
pub use white_box::Norm;

use crate::error::{Code, Error, Number, Result, ensure};
use crate::explanation::Explanation;
use crate::kernels::relevance;
use crate::network::{Held, Network, NodeId, Section, Tape};
pub use crate::parameters::{Options, Parameters, Value};
use crate::rules::Rules;
use ndarray::ArrayViewD;
use std::sync::Arc;

/// A method with its parameters. [`CATALOG`] describes each.
#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    /// ∂f/∂x.
    Gradient,
    /// |∂f/∂x|, or a norm of it over the channels.
    Saliency {
        /// How channels are joined.
        norm: Norm,
    },
    /// x ⊙ ∂f/∂x.
    GradientXInput,
    /// Gradients at noisy copies of the input, averaged in one way or another.
    SmoothGrad {
        /// The copies.
        noise: Noise,
        /// Mean, mean square or variance.
        statistic: Statistic,
    },
    /// (x − x₀) ⊙ ∫ ∂f/∂x along the straight line from x₀ to x.
    IntegratedGradients {
        /// Number of points on the line.
        steps: usize,
        /// Where the points are and what they weigh.
        quadrature: Quadrature,
        /// x₀.
        baseline: Fill,
    },
    /// Deconvolution network.
    Deconvnet,
    /// Guided backpropagation.
    GuidedBackprop,
    /// Layer-wise relevance propagation.
    Lrp(Lrp),
    /// DeepLIFT, rescale rule.
    DeepLift {
        /// The reference input.
        baseline: Fill,
    },
    /// Gradient-weighted class activation map.
    GradCam {
        /// The layer whose maps are weighted.
        layer: CamLayer,
        /// Keep the positive part only.
        relu: bool,
        /// Bring the map to the input's size.
        upsample: Upsample,
    },
    /// Guided backpropagation ⊙ Grad-CAM.
    GuidedGradCam {
        /// The layer whose maps are weighted.
        layer: CamLayer,
    },
    /// Score drop when a sliding window is masked.
    Occlusion {
        /// Extent of the window along each spatial axis.
        window: usize,
        /// Step of the window.
        stride: usize,
        /// What replaces the window.
        mask: Fill,
        /// A value per position or per window.
        map: OcclusionMap,
    },
    /// Sufficient input subsets.
    Sis {
        /// τ, on the probability of the target.
        threshold: f64,
        /// What replaces masked features.
        mask: Fill,
        /// Most subsets to look for.
        sets: usize,
    },
    /// Exact Shapley values by enumeration.
    Shapley {
        /// What replaces absent features.
        baseline: Fill,
        /// Which elements form a feature.
        segments: Segments,
    },
    /// Kernel SHAP: Shapley values by weighted least squares.
    KernelShap {
        /// What replaces absent features.
        baseline: Fill,
        /// Which elements form a feature.
        segments: Segments,
        /// The coalitions to evaluate.
        coalitions: Coalitions,
    },
    /// LIME: weighted ridge regression on coalitions.
    Lime {
        /// What replaces absent features.
        baseline: Fill,
        /// Which elements form a feature.
        segments: Segments,
        /// The coalitions to evaluate.
        coalitions: Coalitions,
        /// Width of the exponential kernel; none = ¾·√features.
        width: Option<f64>,
        /// Penalty on squared coefficients.
        ridge: f64,
    },
}

/// Called during long work with (done, total); returns whether to go on.
pub type Progress<'p> = &'p mut dyn FnMut(usize, usize) -> bool;

/// Explains one example. `inputs[i]` is `[1, *shape of input i]`; `at` is the node whose values are
/// explained (none: the first input).
pub fn explain(
    network: &Network,
    inputs: &[ArrayViewD<'_, f32>],
    method: &Method,
    target: &Target,
    at: Option<NodeId>,
    progress: Progress<'_>,
) -> Result<Explanation> {
    let mut whole = Share::Whole;
    explain_share(network, inputs, method, target, at, &mut whole, progress)
}

/// Does one share of [`explain`]'s work. After a [`Share::Piece`] `share` holds the numbers of that
/// piece, and what is returned is an error with [`Code::Cancelled`].
pub fn explain_share(
    network: &Network,
    inputs: &[ArrayViewD<'_, f32>],
    method: &Method,
    target: &Target,
    at: Option<NodeId>,
    share: &mut Share,
    progress: Progress<'_>,
) -> Result<Explanation> {
    let (section, tape) = prepare(Held::Borrowed(network), inputs, at)?;
    let mut job = Job::new(&section, tape, target, progress)?;
    std::mem::swap(&mut job.share, share);
    let result = run(&mut job, method);
    std::mem::swap(&mut job.share, share);
    result
}

/// Begins the `share` (number, of how many) of [`explain`]'s work for [`Method::Sis`].
pub fn search(
    network: Arc<Network>,
    inputs: &[ArrayViewD<'_, f32>],
    method: &Method,
    target: &Target,
    at: Option<NodeId>,
    share: (usize, usize),
) -> Result<Search<'static>> {
    let Method::Sis { threshold, mask, sets } = method else {
        return Err(Error::new(Code::Request, "only sufficient input subsets are searched for"));
    };
    let (section, tape) = prepare(Held::Shared(network), inputs, at)?;
    let progress = &mut |_, _| true;
    let job = Job::new(&section, tape, target, progress)?;
    indices::check(&job, method)?;
    Search::new(&job, *threshold, mask, *sets, share)
}

/// The section from the explained node on (none: the first input), its values checked, and the
/// example's recording.
pub(crate) fn prepare<'n>(
    network: Held<'n>,
    inputs: &[ArrayViewD<'_, f32>],
    at: Option<NodeId>,
) -> Result<(Section<'n>, Tape)> {
    let source = at.or(network.inputs().first().copied()).unwrap_or(0);
    let (section, tape) = Section::new(network, inputs, source)?;
    check_finite(section.x(), &"the explained values contain")?;
    Ok((section, tape))
}

/// An error that says `what` contains it (the verb included), if one of the values is NaN or infinite.
pub(crate) fn check_finite(values: &[f32], what: &dyn std::fmt::Display) -> Result<()> {
    // A sum in f64 of finite f32 cannot overflow.
    if relevance::total(values).is_finite() {
        return Ok(());
    }
    match values.iter().find(|value| !value.is_finite()) {
        Some(&value) => {
            Err(Error::new(Code::Nonfinite, format!("{what} {}", Number(value.into()))))
        }
        None => Ok(()),
    }
}

fn run(job: &mut Job<'_, '_>, method: &Method) -> Result<Explanation> {
    let score = job.score()?;
    indices::check(job, method)?;
    match method {
        Method::Gradient => white_box::signal_map(job, "gradient", &Rules::gradient(), score),
        Method::Saliency { norm } => white_box::saliency(job, *norm, score),
        Method::GradientXInput => white_box::gradient_x_input(job, score),
        Method::SmoothGrad { noise, statistic } => {
            smooth_grad::explain(job, noise, *statistic, score)
        }
        Method::IntegratedGradients { steps, quadrature, baseline } => {
            integrated_gradients::explain(job, *steps, *quadrature, baseline, score)
        }
        Method::Deconvnet => {
            white_box::rectified(job, ("deconvnet", "deconvnet"), &Rules::deconvnet(), score)
        }
        Method::GuidedBackprop => {
            let names = ("guided-backprop", "guided backprop");
            white_box::rectified(job, names, &Rules::guided(), score)
        }
        Method::Lrp(lrp) => lrp::explain(job, lrp, score),
        Method::DeepLift { baseline } => white_box::deeplift(job, baseline, score),
        Method::GradCam { layer, relu, upsample } => {
            grad_cam::explain(job, *layer, *relu, *upsample, score)
        }
        Method::GuidedGradCam { layer } => grad_cam::guided(job, *layer, score),
        Method::Occlusion { window, stride, mask, map } => {
            occlusion::explain(job, (*window, *stride), mask, *map, score)
        }
        Method::Sis { threshold, mask, sets } => sis::explain(job, *threshold, mask, *sets),
        Method::Shapley { baseline, segments } => shapley::exact(job, baseline, segments, score),
        Method::KernelShap { baseline, segments, coalitions } => {
            shapley::kernel(job, baseline, segments, coalitions, score)
        }
        Method::Lime { baseline, segments, coalitions, width, ridge } => {
            lime::explain(job, baseline, segments, coalitions, (*width, *ridge), score)
        }
    }
}

/// Reports progress; an error if the caller wants to stop.
pub(crate) fn go_on(progress: Progress<'_>, done: usize, total: usize) -> Result<()> {
    if progress(done, total) {
        Ok(())
    } else {
        Err(Error::new(Code::Cancelled, "the explanation was cancelled"))
    }
}

/// What every method works with: the section around one example, its recording, what is explained,
/// and whom to tell how far the work is.
pub(crate) struct Job<'j, 'n> {
    pub section: &'j Section<'n>,
    pub tape: Tape,
    pub objective: Objective,
    pub progress: &'j mut dyn FnMut(usize, usize) -> bool,
    pub share: Share,
    /// Steps of progress that solving takes behind the samples.
    pub solving: usize,
    /// Samples done, and samples to do, with the steps behind them.
    work: (usize, usize),
}

impl<'j, 'n> Job<'j, 'n> {
    /// Resolves the target; `tape` is the recorded example.
    pub fn new(
        section: &'j Section<'n>,
        tape: Tape,
        target: &Target,
        progress: &'j mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Self> {
        let objective = Objective::new(section, &tape, target)?;
        Ok(Job {
            section,
            tape,
            objective,
            progress,
            share: Share::Whole,
            solving: 0,
            work: (0, 0),
        })
    }

    /// The example's score.
    pub fn score(&self) -> Result<f64> {
        let score = self.objective.score(&self.tape, 0);
        ensure(score.is_finite(), Code::Nonfinite, || {
            format!("the network's score is {}", Number(score))
        })?;
        Ok(score)
    }

    /// An explanation of the example's shape without anything further; an error if a number is not finite.
    pub fn result(
        &self,
        method: &'static str,
        relevance: Vec<f32>,
        score: f64,
        expected: Option<f64>,
    ) -> Result<Explanation> {
        self.shaped(method, relevance, self.section.shape(), score, expected)
    }

    /// The same with another shape.
    pub fn shaped(
        &self,
        method: &'static str,
        relevance: Vec<f32>,
        shape: &[usize],
        score: f64,
        expected: Option<f64>,
    ) -> Result<Explanation> {
        let mut explanation =
            self.objective.explanation(self.section, method, relevance, shape, score)?;
        explanation.expected = expected;
        Ok(explanation)
    }
}
