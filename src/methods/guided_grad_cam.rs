//! Guided Grad-CAM (Selvaraju et al. 2017): guided backpropagation, element by element times the positive part of Grad-CAM.

use super::descriptor::LAYER;
use super::features::channels;
use super::grad_cam::{nearest, resolve, weighted_maps};
use super::{CamLayer, Contrast, Descriptor, Job, Method, Need, Outcome, Reader, notes, pass};
use crate::error::Result;
use crate::rules::Rules;

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    summary: "Guided backprop, cut to where Grad-CAM lights up.",
    source: "Selvaraju et al. 2017",
    contrast: Contrast::Propagated,
    params: &[LAYER],
    needs: &[Need::Gradients, Need::Convolution],
    ..Descriptor::new("guided-grad-cam", "Guided Grad-CAM", read)
};

fn read(read: &Reader<'_>) -> Result<Box<dyn Method>> {
    Ok(Box::new(GuidedGradCam { layer: read.layer()? }))
}

/// Guided backpropagation ⊙ Grad-CAM.
#[derive(Clone, Copy, Debug)]
pub struct GuidedGradCam {
    /// The layer whose maps are weighted.
    pub layer: CamLayer,
}

impl Method for GuidedGradCam {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn run(&self, job: &mut Job<'_, '_>, score: f64) -> Result<Outcome> {
        let (layer, mut sentences) = resolve(job, self.layer)?;
        let (map, from) = weighted_maps(job, layer, true)?;
        let layout = channels(job.subnetwork);
        let map = layout.spread(&nearest(&map, &from, &layout.space)?);
        let mut relevance = pass::adjoint(job, &Rules::guided())?;
        for (r, m) in relevance.iter_mut().zip(&map) {
            *r *= m;
        }
        let mut explanation = job.result("guided-grad-cam", relevance, score, None)?;
        sentences.extend(notes::activations(job, "guided backprop"));
        explanation.layer = Some(job.subnetwork.network().node(layer).name.clone());
        explanation.notes = sentences;
        Ok(explanation.into())
    }
}
