//! What the edges of the graph carry, and the few ways of making one value from another.
//!
//! Operators do not ask whether a value is a constant or an activation: [`Import::reshape`],
//! [`Import::take`], [`Import::transpose`], [`Import::concat`] and [`Import::expand`] compute the
//! former and build layers for the latter. Axes and shapes are those of the file; that a batched
//! activation has no batch axis in the network is known here alone.

use super::decode::Floats;
use super::import::Import;
use super::numbers::{Numbers, Source};
use super::tensor::{BATCH, Shape, Tensor, product};
use crate::error::Result;
use crate::network::{NodeId, Operation};
use std::cell::{Cell, OnceCell};
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

/// A constant or an activation.
#[derive(Clone, Debug, Default)]
pub(super) struct Item<'a> {
    /// As the file means it: a batched activation has [`BATCH`] in front.
    shape: Shape,
    /// Whether the file says that the numbers are integers.
    whole: bool,
    /// The node of the network that computes it; `None` for a constant.
    node: Option<NodeId>,
    /// The numbers of a constant.
    numbers: Rc<Numbers<'a>>,
    /// How many inputs of nodes and of the graph's outputs it still feeds.
    uses: usize,
    /// The node that was charged for reading the numbers last, counted from one.
    reader: Cell<usize>,
}

/// The numbers 0, 1, 2 … below `n`, which has been counted.
#[inline(never)]
pub(super) fn first(n: usize) -> Vec<usize> {
    (0..n).collect()
}

impl<'g> Import<'g, '_> {
    #[inline(never)]
    fn item(&self, value: Value) -> Option<&Item<'g>> {
        self.items.get((value.0.get() as usize).wrapping_sub(1))
    }

    #[inline(never)]
    fn item_mut(&mut self, value: Value) -> Option<&mut Item<'g>> {
        self.items.get_mut((value.0.get() as usize).wrapping_sub(1))
    }

    /// A new value; none once something went wrong.
    #[inline(never)]
    fn add(&mut self, item: Item<'g>) -> Value {
        if !self.budget.refusal.is_none() {
            return Value::default();
        }
        self.items.push(item);
        Value(NonZeroU32::new(self.items.len() as u32).unwrap_or(NonZeroU32::MIN))
    }

    /// The shape that the file means.
    #[inline(never)]
    pub fn shape(&self, value: Value) -> Shape {
        self.item(value).map_or(Shape::default(), |item| item.shape)
    }

    /// Number of axes.
    pub fn rank(&self, value: Value) -> usize {
        self.shape(value).len()
    }

    /// The node of the network that computes an activation.
    #[inline(never)]
    pub fn node(&self, value: Value) -> Option<NodeId> {
        self.item(value)?.node
    }

    /// How many numbers a constant has.
    #[inline(never)]
    pub fn count(&self, value: Value) -> usize {
        self.item(value).map_or(0, |item| item.numbers.len())
    }

    /// The numbers of a constant; none once something went wrong.
    #[inline(never)]
    pub fn numbers(&self, value: Value) -> &[f64] {
        let Some(Item { numbers, reader, .. }) = self.item(value) else { return &[] };
        // What an operator does with a constant takes as long as that is large.
        let node = self.current.wrapping_add(1);
        if reader.replace(node) != node {
            self.budget.fold(numbers.len());
        }
        if numbers.wide.get().is_none() {
            self.budget.allocate(&[numbers.len()], 8);
        }
        match self.budget.refusal.is_none() {
            true => numbers.wide.get_or_init(|| numbers.to_numbers()),
            false => &[],
        }
    }

    /// The numbers of a constant as the network takes them, which each layer keeps for itself; none once
    /// something went wrong.
    #[inline(never)]
    pub fn weights(&self, value: Value) -> Vec<f32> {
        let Some(Item { numbers, .. }) = self.item(value) else { return Vec::new() };
        self.budget.allocate(&[numbers.len()], 4);
        if !self.budget.refusal.is_none() {
            return Vec::new();
        }
        numbers.to_floats()
    }

    /// The only number of a constant that has one.
    #[inline(never)]
    pub fn scalar(&self, value: Value) -> Option<f64> {
        if self.count(value) != 1 {
            return None;
        }
        match *self.numbers(value) {
            [number] => Some(number),
            _ => None,
        }
    }

    /// Whether the numbers are integers.
    #[inline(never)]
    pub fn is_whole(&self, value: Value) -> bool {
        self.item(value).is_some_and(|item| item.whole)
    }

    /// The same value, said to hold integers or not.
    #[inline(never)]
    pub fn whole(&mut self, value: Value, whole: bool) -> Value {
        if let Some(item) = self.item_mut(value) {
            item.whole = whole;
        }
        value
    }

    /// Whether axis 0 is the batch.
    pub fn is_batched(&self, value: Value) -> bool {
        self.batched && self.node(value).is_some()
    }

    /// A constant.
    #[inline(never)]
    pub fn constant(&mut self, shape: Shape, whole: bool, numbers: Vec<f64>) -> Value {
        let numbers = Numbers { wide: numbers.into(), ..Numbers::default() };
        self.add(Item { shape, whole, numbers: Rc::new(numbers), ..Item::default() })
    }

    /// A constant of a number repeated.
    #[inline(never)]
    pub fn fill(&mut self, shape: Shape, whole: bool, number: f64) -> Value {
        let count = self.budget.allocate(&self.extents(&shape, false), 0);
        let numbers = Numbers { source: Source::Fill(number, count), wide: OnceCell::new() };
        self.add(Item { shape, whole, numbers: Rc::new(numbers), ..Item::default() })
    }

    /// A constant whose numbers are taken from the file.
    #[inline(never)]
    pub fn stored(&mut self, shape: Shape, stored: Floats<'g>) -> Value {
        let numbers = Numbers { source: Source::Stored(stored), wide: OnceCell::new() };
        self.nonfinite = self.nonfinite.saturating_add(stored.nonfinite());
        self.add(Item { shape, numbers: Rc::new(numbers), ..Item::default() })
    }

    /// A constant of the file, or given with the options.
    #[inline(never)]
    pub fn tensor(&mut self, tensor: Tensor) -> Value {
        let (shape, whole) = (Shape::new(tensor.dims()), tensor.is_whole());
        let numbers = tensor.into_numbers();
        if !whole {
            let broken = numbers.iter().filter(|n| !(**n as f32).is_finite()).count();
            self.nonfinite = self.nonfinite.saturating_add(broken);
        }
        self.constant(shape, whole, numbers)
    }

    /// A constant as others see it.
    pub fn to_tensor(&self, value: Value) -> Result<Tensor> {
        let (numbers, whole) = (self.numbers(value).to_vec(), self.is_whole(value));
        let extents: Vec<usize> = self.shape(value).iter().map(|&n| n as usize).collect();
        Tensor::new(&extents, numbers, whole)
    }

    /// What a node of the network computes.
    #[inline(never)]
    pub fn output(&mut self, id: NodeId) -> Value {
        let mut shape = Shape::default();
        if self.batched {
            shape.push(BATCH);
        }
        shape.extend(&Shape::new(self.builder.shape(id)));
        self.add(Item { shape, node: Some(id), ..Item::default() })
    }

    /// Counts uses of a value; after the last one the numbers of a constant are dropped.
    #[inline(never)]
    pub fn count_uses(&mut self, value: Value, more: usize, less: usize) {
        if let Some(item) = self.item_mut(value) {
            item.uses = item.uses.saturating_add(more).saturating_sub(less);
            if item.uses == 0 {
                item.numbers = Rc::default();
            }
        }
    }

    /// Drops the numbers of those of the newest values that nothing uses.
    pub fn drop_unused(&mut self, from: usize) {
        for item in self.items.iter_mut().skip(from) {
            if item.uses == 0 {
                item.numbers = Rc::default();
            }
        }
    }

    /// The extents of a shape: of one example if it is to be an activation's, with the batch in front.
    #[inline(never)]
    pub fn extents(&self, shape: &[i64], batched: bool) -> Vec<usize> {
        let shape = match shape {
            [BATCH, rest @ ..] if batched => rest,
            _ if batched => return self.mixes_batch(&"moves the batch axis"),
            _ => shape,
        };
        let mut extents = Vec::with_capacity(shape.len());
        for &n in shape {
            match usize::try_from(n) {
                Ok(n) => extents.push(n),
                // What is beyond usize is beyond the limit, too.
                Err(_) if n > 0 => extents.push(usize::MAX),
                Err(_) if n == BATCH => return self.mixes_batch(&"computes with the batch size"),
                Err(_) => return self.misshapen(&"such a shape cannot be"),
            }
        }
        extents
    }

    /// Counts the elements of a constant, or of a list of as many entries, against the budget.
    #[inline(never)]
    pub fn room(&self, shape: &[i64]) -> usize {
        let count = self.budget.allocate(&self.extents(shape, false), 8);
        self.budget.fold(count);
        if self.budget.refusal.is_none() { count } else { 0 }
    }

    /// `axis` counted from the front, of a shape of this many axes.
    #[inline(never)]
    pub fn axis_of(&self, axis: i64, rank: usize) -> usize {
        let from_front = if axis < 0 { axis.saturating_add(rank as i64) } else { axis };
        match usize::try_from(from_front) {
            Ok(index) if index < rank => index,
            _ => self.misshapen(&format_args!("there is no axis {axis} among {rank}")),
        }
    }

    /// The axis that an attribute or an input calls so.
    pub fn axis(&self, value: Value, axis: i64) -> usize {
        self.axis_of(axis, self.rank(value))
    }

    /// The example's axis that is the file's `axis` of an activation.
    #[inline(never)]
    pub fn example_axis(&self, axis: usize) -> usize {
        match axis.checked_sub(usize::from(self.batched)) {
            Some(axis) => axis,
            None => self.mixes_batch(&"works along the batch axis"),
        }
    }

    /// A layer that moves numbers and does not change them: what was whole stays whole.
    #[inline(never)]
    pub fn moved(&mut self, operation: Operation, values: &[Value]) -> Value {
        let whole = values.iter().all(|&value| self.is_whole(value));
        let value = self.layer(operation, values);
        self.whole(value, whole)
    }

    /// The same elements in another shape.
    #[inline(never)]
    pub fn reshape(&mut self, value: Value, shape: Shape) -> Value {
        if self.shape(value) == shape {
            return value;
        }
        let whole = self.is_whole(value);
        let extents = self.extents(&shape, self.is_batched(value));
        if self.node(value).is_some() {
            return self.moved(Operation::Reshape { shape: extents }, &[value]);
        }
        let numbers = self.item(value).map(|item| Rc::clone(&item.numbers)).unwrap_or_default();
        if product(&shape) != numbers.len() as i64 {
            return self.misshapen(&"another number of elements");
        }
        self.budget.allocate(&extents, 0);
        self.add(Item { shape, whole, numbers, ..Item::default() })
    }

    /// The elements at these positions of an axis: slices, repetitions, lookups.
    #[inline(never)]
    pub fn take(&mut self, value: Value, axis: usize, positions: Vec<usize>) -> Value {
        let whole = self.is_whole(value);
        let mut shape = self.shape(value);
        let extent = shape.count(axis);
        if shape.extent(axis) != BATCH && positions.iter().copied().eq(0..extent) {
            return value;
        }
        if self.node(value).is_some() {
            let axis = self.example_axis(axis);
            return self.moved(Operation::Take { axis, positions }, &[value]);
        }
        if let Some(slot) = shape.get_mut(axis) {
            *slot = positions.len() as i64;
        }
        let count = self.room(&shape);
        let mut list = Vec::with_capacity(count);
        let inner = self.inner(&shape, axis);
        let blocks = self.numbers(value).chunks(extent.saturating_mul(inner).max(1));
        for block in blocks.take(count) {
            for position in &positions {
                let start = position.saturating_mul(inner);
                list.extend_from_slice(
                    block.get(start..start.saturating_add(inner)).unwrap_or(&[]),
                );
            }
        }
        self.constant(shape, whole, list)
    }

    /// Consecutive elements per position of an axis.
    #[inline(never)]
    pub fn inner(&self, shape: &Shape, axis: usize) -> usize {
        let behind = shape.get(axis.saturating_add(1)..).unwrap_or(&[]);
        usize::try_from(product(behind)).unwrap_or(0)
    }

    /// Axes in another order: axis k of the result is axis `perm[k]`.
    #[inline(never)]
    pub fn transpose(&mut self, value: Value, perm: &[usize]) -> Value {
        let (have, whole) = (self.shape(value), self.is_whole(value));
        let in_order = first(have.len());
        if perm == in_order {
            return value;
        }
        if perm.len() != have.len() || !in_order.iter().all(|axis| perm.contains(axis)) {
            return self.misshapen(&"no order of the axes");
        }
        if self.node(value).is_some() {
            let mut list = perm.to_vec();
            if self.batched {
                if list.first() != Some(&0) {
                    return self.mixes_batch(&"moves the batch axis");
                }
                list.remove(0);
                list.iter_mut().for_each(|axis| *axis = axis.saturating_sub(1));
            }
            return self.moved(Operation::Transpose { perm: list }, &[value]);
        }
        let (mut shape, mut strides) = (Shape::default(), Vec::new());
        for &axis in perm {
            shape.push(have.extent(axis));
            strides.push(self.inner(&have, axis));
        }
        let count = self.room(&shape);
        let mut list = Vec::with_capacity(count);
        let (mut at, mut offset) = (Shape::default().padded(perm.len()), 0usize);
        at.fill(0);
        let numbers = self.numbers(value);
        for _ in 0..count {
            list.extend(numbers.get(offset));
            for ((at, &n), &stride) in at.iter_mut().zip(&*shape).zip(&strides).rev() {
                *at = at.saturating_add(1);
                offset = offset.saturating_add(stride);
                if *at < n {
                    break;
                }
                offset = offset.saturating_sub(stride.saturating_mul(*at as usize));
                *at = 0;
            }
        }
        self.constant(shape, whole, list)
    }
}
