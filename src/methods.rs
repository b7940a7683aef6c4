//! Explanation methods and the one function that runs them, [`explain`].
//!
//! Every method sees the network as a [`Subnetwork`]: a function of the values at one node, the input
//! or an inner one. White-box methods are a seed, a table of rules and a finisher round the one
//! backward pass; black-box methods need batched prediction alone.

mod ascent;
mod baseline;
mod catalog;
mod coalition;
mod deconvnet;
mod deeplift;
mod descriptor;
mod expected_gradients;
mod features;
mod grad_cam;
mod gradient;
mod gradient_x_input;
mod guided_backprop;
mod guided_grad_cam;
mod indices;
mod integrated_gradients;
mod kernel_shap;
mod lime;
mod lrp;
mod notes;
mod objective;
mod occlusion;
mod options;
mod pass;
mod quadrature;
mod regression;
mod saliency;
mod shapley;
mod share;
mod sis;
mod smooth_grad;
mod support;
mod target;
mod trace;
mod windows;

pub use ascent::{ActivationMaximization, MaximizedActivation, maximize_activation};
pub use baseline::Baseline;
pub use catalog::{CATALOG, method_from_options};
pub use coalition::Coalitions;
pub use deconvnet::Deconvnet;
pub use deeplift::DeepLift;
pub use descriptor::{Contrast, Descriptor, Kind, Need, Param};
pub use expected_gradients::{ExpectedGradients, Points};
pub use features::Segments;
pub(crate) use features::{Layout, channels, finite};
pub use grad_cam::{CamLayer, GradCam, Upsample};
pub use gradient::Gradient;
pub use gradient_x_input::GradientXInput;
pub use guided_backprop::GuidedBackprop;
pub use guided_grad_cam::GuidedGradCam;
pub(crate) use indices::replaceable;
pub use integrated_gradients::{IntegratedGradients, Quadrature};
pub use kernel_shap::KernelShap;
pub use lime::Lime;
pub use lrp::{COMPOSITES, Composite, InputLayer, Lrp, NamedComposite};
pub(crate) use objective::Objective;
pub use occlusion::{Occlusion, OcclusionMap};
pub use options::Reader;
pub use pass::Pass;
pub use saliency::{Norm, Saliency};
pub use shapley::Shapley;
use share::Sampled;
pub use share::{Outcome, PIECES, Share};
pub use sis::{Proposal, Search, SufficientInputSubsets};
pub use smooth_grad::{Noise, SmoothGrad, Statistic};
pub use support::{NodeSupport, node_support};
pub use target::{ClassName, Target};
pub use trace::{Neuron, Term, Trace, neuron, trace};
pub(crate) use windows::Windows;

use crate::error::{Code, Error, Number, Result, ensure};
use crate::explanation::Explanation;
use crate::kernels::relevance;
use crate::network::{Network, NetworkRef, NodeId, Subnetwork, Tape};
pub use crate::parameters::{Options, Parameters, Value};
use ndarray::ArrayViewD;
use std::sync::Arc;

/// An explanation method with its parameters.
pub trait Method: std::any::Any + Send + Sync {
    /// What is known of it whatever its parameters.
    fn descriptor(&self) -> &'static Descriptor;

    /// Does the job's share of the work. `score` is that of its example.
    fn run(&self, job: &mut Job<'_, '_>, score: f64) -> Result<Outcome>;

    /// What replaces parts of the input, and the name of that parameter.
    fn replacement(&self) -> Option<(&'static str, &Baseline)> {
        None
    }

    /// Which elements are switched together, where the method has such features.
    fn segments(&mut self) -> Option<&mut Segments> {
        None
    }

    /// The method as one backward pass over the example; an error if it is more than that.
    fn pass(&self, _: &mut Job<'_, '_>) -> Result<Pass> {
        let message = "gradient, deconvnet, guided-backprop and lrp are one backward pass; other methods are not";
        Err(Error::new(Code::NotApplicable, message))
    }

    /// Begins the `share` (number, of how many) of a search in steps; an error if the method is none.
    fn search<'n>(&self, _: &Job<'_, 'n>, _: (usize, usize)) -> Result<Search<'n>> {
        Err(Error::new(Code::Request, "only sufficient input subsets are searched for"))
    }
}

/// Its name. A derived `Debug` of every method would bring the formatting of floating-point numbers into the module.
impl std::fmt::Debug for dyn Method {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.descriptor().name)
    }
}

/// Called during long work with (done, total); returns whether to go on.
pub type Progress<'p> = &'p mut dyn FnMut(usize, usize) -> bool;

/// Explains one example. `inputs[i]` is `[1, *shape of input i]`; `at` is the node whose values are
/// explained (none: the first input).
pub fn explain(
    network: &Network,
    inputs: &[ArrayViewD<'_, f32>],
    method: &dyn Method,
    target: &Target,
    at: Option<NodeId>,
    progress: Progress<'_>,
) -> Result<Explanation> {
    explain_share(network, inputs, method, target, at, Share::Whole, progress)?.explanation()
}

/// Does one share of [`explain`]'s work.
pub fn explain_share(
    network: &Network,
    inputs: &[ArrayViewD<'_, f32>],
    method: &dyn Method,
    target: &Target,
    at: Option<NodeId>,
    share: Share,
    progress: Progress<'_>,
) -> Result<Outcome> {
    let (subnetwork, tape) = prepare(NetworkRef::Borrowed(network), inputs, at)?;
    let mut job = Job::new(&subnetwork, tape, target, progress)?;
    job.share = share;
    let score = job.score()?;
    indices::check(&job, method)?;
    method.run(&mut job, score)
}

/// Begins the `share` (number, of how many) of [`explain`]'s work for a method that searches in steps.
pub fn search(
    network: Arc<Network>,
    inputs: &[ArrayViewD<'_, f32>],
    method: &dyn Method,
    target: &Target,
    at: Option<NodeId>,
    share: (usize, usize),
) -> Result<Search<'static>> {
    let (subnetwork, tape) = prepare(NetworkRef::Shared(network), inputs, at)?;
    let progress = &mut |_, _| true;
    let job = Job::new(&subnetwork, tape, target, progress)?;
    indices::check(&job, method)?;
    method.search(&job, share)
}

/// The subnetwork from the explained node on (none: the first input), its values checked, and the
/// example's recording.
pub(crate) fn prepare<'n>(
    network: NetworkRef<'n>,
    inputs: &[ArrayViewD<'_, f32>],
    at: Option<NodeId>,
) -> Result<(Subnetwork<'n>, Tape)> {
    let source = at.or(network.inputs().first().copied()).unwrap_or(0);
    let (subnetwork, tape) = Subnetwork::new(network, inputs, source)?;
    check_finite(subnetwork.x(), &"the explained values contain")?;
    Ok((subnetwork, tape))
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

/// Reports progress; an error if the caller wants to stop.
pub(crate) fn go_on(progress: Progress<'_>, done: usize, total: usize) -> Result<()> {
    if progress(done, total) {
        Ok(())
    } else {
        Err(Error::new(Code::Cancelled, "the explanation was cancelled"))
    }
}

/// What every method works with: the subnetwork around one example, its recording, what is explained,
/// and whom to tell how far the work is.
pub struct Job<'j, 'n> {
    pub(crate) subnetwork: &'j Subnetwork<'n>,
    pub(crate) tape: Tape,
    pub(crate) objective: Objective,
    pub(crate) progress: &'j mut dyn FnMut(usize, usize) -> bool,
    pub(crate) share: Share,
    /// Steps of progress that solving takes behind the samples.
    pub(crate) solving: usize,
    /// Samples done, and samples to do, with the steps behind them.
    work: (usize, usize),
}

impl<'j, 'n> Job<'j, 'n> {
    /// Resolves the target; `tape` is the recorded example.
    pub(crate) fn new(
        subnetwork: &'j Subnetwork<'n>,
        tape: Tape,
        target: &Target,
        progress: &'j mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Self> {
        let objective = Objective::new(subnetwork, &tape, target)?;
        Ok(Job {
            subnetwork,
            tape,
            objective,
            progress,
            share: Share::Whole,
            solving: 0,
            work: (0, 0),
        })
    }

    /// The example's score.
    pub(crate) fn score(&self) -> Result<f64> {
        let score = self.objective.score(&self.tape, 0);
        ensure(score.is_finite(), Code::Nonfinite, || {
            format!("the network's score is {}", Number(score))
        })?;
        Ok(score)
    }

    /// An explanation of the example's shape without anything further; an error if a number is not finite.
    pub(crate) fn result(
        &self,
        method: &'static str,
        relevance: Vec<f32>,
        score: f64,
        expected: Option<f64>,
    ) -> Result<Explanation> {
        self.shaped(method, relevance, self.subnetwork.shape(), score, expected)
    }

    /// The same with another shape.
    pub(crate) fn shaped(
        &self,
        method: &'static str,
        relevance: Vec<f32>,
        shape: &[usize],
        score: f64,
        expected: Option<f64>,
    ) -> Result<Explanation> {
        let mut explanation =
            self.objective.explanation(self.subnetwork, method, relevance, shape, score)?;
        explanation.expected = expected;
        Ok(explanation)
    }
}
