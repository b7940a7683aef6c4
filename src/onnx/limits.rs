//! Bounds on what a file may ask for, and the budget that counts it.

use super::refusal::{ensure, error};
use crate::error::{Code, Result};
use std::cell::Cell;

/// Bounds on a model file; reaching one is an error with code `E_LIMIT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub file: u64,
    /// Nodes of the graph.
    pub nodes: usize,
    /// Entries of all lists of the file together: names, attributes, dimensions, metadata.
    pub items: usize,
    /// Elements of one tensor or activation.
    pub elements: u64,
    /// Axes of a tensor.
    pub rank: usize,
    /// Bytes of all constants and of one example's activations together.
    pub memory: u64,
    /// Multiplications and comparisons that one example may cost.
    pub work: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            file: 256 << 20,
            nodes: 10_000,
            items: 1_000_000,
            elements: 1 << 28,
            rank: 8,
            memory: 512 << 20,
            work: 1 << 38,
        }
    }
}

/// What has been used of the [`Limits`] so far.
#[derive(Debug)]
pub(super) struct Budget<'l> {
    limits: &'l Limits,
    items: Cell<usize>,
    memory: Cell<u64>,
    work: Cell<u64>,
}

impl<'l> Budget<'l> {
    pub fn new(limits: &'l Limits) -> Self {
        Budget { limits, items: Cell::new(0), memory: Cell::new(0), work: Cell::new(0) }
    }

    pub fn limits(&self) -> &'l Limits {
        self.limits
    }

    /// Counts one entry of a list.
    #[inline(never)]
    pub fn item(&self) -> Result<()> {
        self.items.set(self.items.get().saturating_add(1));
        ensure(
            self.items.get() <= self.limits.items,
            Code::Limit,
            &format_args!(
                "the file has more than {} names, attributes and dimensions",
                self.limits.items
            ),
        )
    }

    /// Counts `elements` of `bytes` each, before they are allocated.
    #[inline(never)]
    pub fn allocate(&self, elements: u64, bytes: u64) -> Result<usize> {
        ensure(
            elements <= self.limits.elements,
            Code::Limit,
            &format_args!("a tensor of {elements} elements; the limit is {}", self.limits.elements),
        )?;
        let memory = self.memory.get().saturating_add(elements.saturating_mul(bytes));
        self.memory.set(memory);
        ensure(
            memory <= self.limits.memory,
            Code::Limit,
            &format_args!("the model needs more than {} bytes of memory", self.limits.memory),
        )?;
        usize::try_from(elements).map_err(|_| error(Code::Limit, &"a tensor too large"))
    }

    /// Counts operations of one forward pass.
    #[inline(never)]
    pub fn work(&self, operations: u64) -> Result<()> {
        self.work.set(self.work.get().saturating_add(operations));
        ensure(
            self.work.get() <= self.limits.work,
            Code::Limit,
            &format_args!("one example costs more than {} operations", self.limits.work),
        )
    }
}

/// Number of elements of a shape; an error if it overflows or is above the limit.
#[inline(never)]
pub(super) fn elements(dims: &[usize], limits: &Limits) -> Result<u64> {
    ensure(
        dims.len() <= limits.rank,
        Code::Limit,
        &format_args!("a tensor of {} axes; the limit is {}", dims.len(), limits.rank),
    )?;
    dims.iter()
        .try_fold(1u64, |product, &n| product.checked_mul(u64::try_from(n).ok()?))
        .filter(|&n| n <= limits.elements)
        .ok_or_else(|| {
            error(
                Code::Limit,
                &format_args!("shape {dims:?} has more than {} elements", limits.elements),
            )
        })
}
