//! What operators are given: the inputs and the attributes of their node.

use super::GraphBuilder;
use crate::onnx::proto::Part;
use crate::onnx::value::Value;

impl<'g> GraphBuilder<'g, '_> {
    /// How many inputs there are, with those that are left out.
    pub fn input_count(&self) -> usize {
        self.inputs.len()
    }

    /// Whether an input is there.
    #[inline(never)]
    pub fn has(&self, i: usize) -> bool {
        self.inputs.get(i).is_some_and(Option::is_some)
    }

    #[inline(never)]
    pub fn input(&self, i: usize) -> Value {
        match self.inputs.get(i) {
            Some(Some(value)) => *value,
            _ => self.shape_error(&format_args!("input {i} is missing")),
        }
    }

    /// An input that the network computes.
    #[inline(never)]
    pub fn activation(&self, i: usize) -> Value {
        let value = self.input(i);
        match self.node(value) {
            Some(_) => value,
            None => self.unsupported(&format_args!("input {i} is a constant")),
        }
    }

    /// An input that is known when the file is read.
    #[inline(never)]
    pub fn known(&self, i: usize) -> Value {
        let value = self.input(i);
        match self.node(value) {
            None => value,
            Some(_) => self.unsupported(&format_args!("input {i} is not a constant")),
        }
    }

    /// A constant input as the network takes it; empty if it is left out.
    #[inline(never)]
    pub fn floats(&self, i: usize) -> Vec<f32> {
        if self.has(i) { self.weights(self.known(i)) } else { Vec::new() }
    }

    /// The only number of a constant input; `default` if it is left out.
    #[inline(never)]
    pub fn number(&self, i: usize, default: f32) -> f32 {
        if !self.has(i) {
            return default;
        }
        match self.scalar(self.known(i)) {
            Some(number) => number as f32,
            None => self.shape_error(&format_args!("input {i} is not one number")),
        }
    }

    /// A list of whole numbers in an attribute or, since some operator set, in an input.
    #[inline(never)]
    pub fn list(&self, attribute: &str, input: usize) -> Option<Vec<i64>> {
        if let Some(attribute) = self.attribute(attribute) {
            return Some(attribute.ints());
        }
        if !self.has(input) {
            return None;
        }
        let value = self.known(input);
        if !self.is_whole(value) {
            return self.shape_error(&format_args!("input {input} holds no whole numbers"));
        }
        // The list, and another that its reader may make of it.
        self.budget.allocate(&[self.count(value)], 16);
        if self.is_refused() {
            return None;
        }
        Some(self.numbers(value).iter().map(|&n| n as i64).collect())
    }

    /// Such a list of counts that must be there.
    #[inline(never)]
    pub fn counts(&self, attribute: &str, input: usize) -> Vec<usize> {
        match self.list(attribute, input) {
            Some(list) => self.extents(&list, false),
            None => self.shape_error(&format_args!("{attribute} (input {input}) is missing")),
        }
    }

    /// Counts a list of this shape, of so many bytes for each entry, against the budget.
    pub fn allocate(&self, dims: &[usize], bytes: u64) -> usize {
        self.budget.allocate(dims, bytes)
    }

    #[inline(never)]
    pub fn attribute(&self, name: &str) -> Option<Part<'g>> {
        let attributes = &self.call()?.attributes;
        let found = attributes.iter().find(|attribute| attribute.name == name);
        found.map(|attribute| attribute.on(self.budget))
    }

    #[inline(never)]
    pub fn int(&self, name: &str, default: i64) -> i64 {
        self.attribute(name).map_or(default, |attribute| attribute.int())
    }

    /// Whether an attribute that is a number is set.
    #[inline(never)]
    pub fn flag(&self, name: &str) -> bool {
        self.int(name, 0) != 0
    }

    #[inline(never)]
    pub fn float(&self, name: &str, default: f32) -> f32 {
        self.attribute(name).map_or(default, |attribute| attribute.float())
    }

    #[inline(never)]
    pub fn text(&self, name: &str, default: &'static str) -> &'g str {
        self.attribute(name).map_or(default, |attribute| attribute.text())
    }
}
