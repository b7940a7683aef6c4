//! Bounds on what a file may ask for, and the budget that counts it.

use super::refusal::{Kind, Refusal, error};
use crate::error::{Code, Result};
use std::cell::Cell;
use std::fmt::Display;

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

/// What has been used of the [`Limits`] so far, and what went wrong.
#[derive(Debug)]
pub(super) struct Budget<'l> {
    pub refusal: Refusal,
    limits: &'l Limits,
    items: Cell<usize>,
    memory: Cell<u64>,
    work: Cell<u64>,
}

impl<'l> Budget<'l> {
    pub fn new(limits: &'l Limits) -> Self {
        Budget {
            refusal: Refusal::default(),
            limits,
            items: Cell::new(0),
            memory: Cell::new(0),
            work: Cell::new(0),
        }
    }

    pub fn limits(&self) -> &'l Limits {
        self.limits
    }

    /// Refuses the file with this code and message, unless `ok`.
    #[inline(never)]
    pub fn demand(&self, ok: bool, code: Code, why: &dyn Display) {
        if !ok {
            self.refusal.keep(Kind::Broken, error(code, why));
        }
    }

    /// The result, unless something went wrong.
    pub fn settle<T>(&self, result: T) -> Result<T> {
        match self.refusal.take() {
            None => Ok(result),
            Some((_, error)) => Err(error),
        }
    }

    /// Counts one entry of a list.
    #[inline(never)]
    pub fn item(&self) {
        self.items.set(self.items.get().saturating_add(1));
        let most = self.limits.items;
        self.demand(
            self.items.get() <= most,
            Code::Limit,
            &format_args!("the file has more than {most} names, attributes and dimensions"),
        );
    }

    /// Counts the numbers of a shape before they are allocated, and says how many there are; none once
    /// something went wrong.
    #[inline(never)]
    pub fn allocate(&self, dims: &[usize]) -> usize {
        let Limits { rank, elements, memory, .. } = *self.limits;
        let mut count = 1u64;
        for &n in dims {
            count = count.saturating_mul(n as u64);
        }
        let used = self.memory.get().saturating_add(count.saturating_mul(4));
        let len = usize::try_from(count);
        let why: &dyn Display = if dims.len() > rank {
            &format_args!("a tensor of {} axes; the limit is {rank}", dims.len())
        } else if count > elements || len.is_err() {
            &format_args!("a tensor of {count} elements; the limit is {elements}")
        } else {
            &format_args!("the model needs more than {memory} bytes of memory")
        };
        let fits = dims.len() <= rank && count <= elements && used <= memory && len.is_ok();
        self.demand(fits, Code::Limit, why);
        if !self.refusal.is_none() {
            return 0;
        }
        self.memory.set(used);
        len.unwrap_or(0)
    }

    /// Counts operations of one forward pass.
    #[inline(never)]
    pub fn work(&self, operations: u64) {
        self.work.set(self.work.get().saturating_add(operations));
        let most = self.limits.work;
        self.demand(
            self.work.get() <= most,
            Code::Limit,
            &format_args!("one example costs more than {most} operations"),
        );
    }
}
