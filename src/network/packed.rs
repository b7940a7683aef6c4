//! Weights in the order in which kernels read them.

use super::weights::WeightModifier;
use crate::kernels::conv;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

/// One copy of a layer's weights, packed for each direction when first used.
#[derive(Debug)]
pub struct Weights {
    source: Source,
    forward: OnceLock<Vec<f32>>,
    /// Of a dense layer its columns.
    pub(super) transposed: OnceLock<Vec<f32>>,
}

/// What weights are packed from. A convolution computes with packed weights alone; as the model has them they would lie in
/// memory once more for nothing.
#[derive(Debug)]
pub(super) enum Source {
    /// Those of dense layers and scalings, which compute with them as they are.
    Used(Vec<f32>),
    /// A convolution's; none when they are packed for the transpose, from which they can be read back.
    Packed(Mutex<Option<Vec<f32>>>),
    /// A convolution's modified copy: made of the model's weights whenever it is packed.
    Modified(Arc<Weights>, WeightModifier),
}

impl Weights {
    pub(super) fn new(source: Source) -> Self {
        Weights { source, forward: OnceLock::new(), transposed: OnceLock::new() }
    }

    /// The weights of a dense layer or a scaling.
    pub(super) fn used(&self) -> &[f32] {
        match &self.source {
            Source::Used(weights) => weights,
            Source::Packed(_) | Source::Modified(..) => &[],
        }
    }

    /// Calls `read` with the weights as the model orders them.
    pub(super) fn read<T>(&self, plan: &conv::Plan, read: &dyn Fn(&[f32]) -> T) -> T {
        match &self.source {
            Source::Used(weights) => read(weights),
            Source::Packed(weights) => {
                if let Some(weights) = &*lock(weights) {
                    return read(weights);
                }
                // Whoever took them packs them, perhaps at this moment: that is waited for.
                read(&plan.unpack_transposed(self.transposed.get_or_init(Vec::new)))
            }
            Source::Modified(plain, modifier) => {
                let modified = |plain: &[f32]| plain.iter().map(|&w| modifier.apply(w)).collect();
                read(&plain.read::<Vec<f32>>(plan, &modified))
            }
        }
    }

    pub(super) fn packed(&self, plan: &conv::Plan) -> &[f32] {
        self.forward.get_or_init(|| self.read(plan, &|weights| plan.pack(weights)))
    }

    pub(super) fn packed_transposed(&self, plan: &conv::Plan) -> &[f32] {
        self.transposed.get_or_init(|| match &self.source {
            Source::Packed(weights) => {
                let weights = lock(weights).take();
                plan.pack_transposed(&weights.unwrap_or_default())
            }
            // Element by element where they lie; only ones would turn filling into weights.
            Source::Modified(plain, modifier) if *modifier != WeightModifier::Ones => {
                plain.packed_transposed(plan).iter().map(|&w| modifier.apply(w)).collect()
            }
            _ => self.read(plan, &|weights| plan.pack_transposed(weights)),
        })
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A poisoned lock only means that another thread panicked between two whole states.
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
