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
    /// Bytes of all constants and of one example's activations together, four per number.
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

    /// Counts the numbers of a shape before they are allocated, and says how many there are.
    #[inline(never)]
    pub fn allocate(&self, dims: &[usize]) -> Result<usize> {
        let Limits { rank, elements, memory, .. } = *self.limits;
        ensure(
            dims.len() <= rank,
            Code::Limit,
            &format_args!("a tensor of {} axes; the limit is {rank}", dims.len()),
        )?;
        let mut count = 1u64;
        for &n in dims {
            count = count.saturating_mul(n as u64);
        }
        let why = format_args!("a tensor of {count} elements; the limit is {elements}");
        let fits = usize::try_from(count).ok().filter(|_| count <= elements);
        let len = fits.ok_or_else(|| error(Code::Limit, &why))?;
        let used = self.memory.get().saturating_add(count.saturating_mul(4));
        self.memory.set(used);
        ensure(
            used <= memory,
            Code::Limit,
            &format_args!("the model needs more than {memory} bytes of memory"),
        )?;
        Ok(len)
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
