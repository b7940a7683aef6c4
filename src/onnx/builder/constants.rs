//! Constants: their numbers, and what is computed of them.

use super::GraphBuilder;
use crate::error::Result;
use crate::onnx::decode::Floats;
use crate::onnx::numbers::{Numbers, Source};
use crate::onnx::tensor::{BATCH, Shape, Tensor};
use crate::onnx::value::{Item, Value};
use std::cell::OnceCell;
use std::rc::Rc;

impl<'g> GraphBuilder<'g, '_> {
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
        if self.is_refused() { &[] } else { numbers.wide.get_or_init(|| numbers.to_numbers()) }
    }

    /// The numbers of a constant as the network takes them, which each layer keeps for itself; none once
    /// something went wrong.
    #[inline(never)]
    pub fn weights(&self, value: Value) -> Vec<f32> {
        let Some(Item { numbers, .. }) = self.item(value) else { return Vec::new() };
        self.budget.allocate(&[numbers.len()], 4);
        if self.is_refused() {
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
        let numbers = Numbers { source: Source::Baseline(number, count), wide: OnceCell::new() };
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

    /// A function of every number of a constant.
    #[inline(never)]
    pub fn map(&mut self, x: Value, function: &dyn Fn(f64) -> f64) -> Value {
        let shape = self.shape(x);
        let mut list = Vec::with_capacity(self.room(&shape));
        for &n in self.numbers(x) {
            if n == BATCH as f64 {
                return self.mixes_batch(&"computes with the batch size");
            }
            list.push(function(n));
        }
        let whole = self.is_whole(x);
        self.constant(shape, whole, list)
    }
}
