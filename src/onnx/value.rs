//! What the edges of the graph carry.

use super::numbers::Numbers;
use super::tensor::Shape;
use crate::network::NodeId;
use std::cell::Cell;
use std::num::NonZeroU32;
use std::rc::Rc;

/// What an edge of the graph carries: the number of an [`Item`], counted from one.
///
/// The default is none of them: it has no axes and no numbers, and stands for what was refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Value(NonZeroU32);

impl Default for Value {
    fn default() -> Self {
        Value(NonZeroU32::MAX)
    }
}

impl Value {
    /// The value whose item is the last of so many.
    pub fn last_of(items: usize) -> Self {
        Value(NonZeroU32::new(items as u32).unwrap_or(NonZeroU32::MIN))
    }

    /// The place of its item in the list of all.
    pub fn index(self) -> usize {
        (self.0.get() as usize).wrapping_sub(1)
    }
}

/// A constant or an activation.
#[derive(Clone, Debug, Default)]
pub(super) struct Item<'a> {
    /// As the file means it: a batched activation has [`BATCH`](super::tensor::BATCH) in front.
    pub shape: Shape,
    /// Whether the file says that the numbers are integers.
    pub whole: bool,
    /// The node of the network that computes it; `None` for a constant.
    pub node: Option<NodeId>,
    /// The numbers of a constant.
    pub numbers: Rc<Numbers<'a>>,
    /// How many inputs of nodes and of the graph's outputs it still feeds.
    pub uses: usize,
    /// The node that was charged for reading the numbers last, counted from one.
    pub reader: Cell<usize>,
}

/// The numbers 0, 1, 2 … below `n`, which has been counted.
#[inline(never)]
pub(super) fn first(n: usize) -> Vec<usize> {
    (0..n).collect()
}
