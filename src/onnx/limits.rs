//! Bounds on what a file may ask for, and the budget that counts it.

use super::diagnostic::{Diagnostic, Kind, error};
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
    /// Bytes of all constants, weights and lists that the network keeps or is made from, and of one
    /// example's activations, together.
    pub memory: u64,
    /// Multiplications and comparisons that one example may cost.
    pub work: u64,
    /// Numbers that operators may read and write while constants are computed, besides 16 for each byte of
    /// the file.
    pub folding: u64,
    /// Bytes of one name: of a node, a value, an attribute, an axis, a metadata key, a class.
    pub name: usize,
    /// Bytes of all names, metadata and labels that a model keeps, with 64 more for each.
    pub text: u64,
    /// Elements of all results together: classes.
    pub results: u64,
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
            folding: 1 << 21,
            name: 4096,
            text: 12 << 20,
            results: 1 << 21,
        }
    }
}

/// Numbers that computing constants may read and write for each byte of the file: a float16 weight may pass
/// through a few operators.
const FOLDING: u64 = 16;
/// Bytes that a text takes beside its own, here and in a page.
const PLACE: u64 = 64;
/// Most places beside an axis without elements.
const EMPTY: u64 = 1 << 16;

/// What has been used of the [`Limits`] so far, and what went wrong.
#[derive(Debug)]
pub(super) struct Budget<'l> {
    pub diagnostic: Diagnostic,
    limits: &'l Limits,
    items: Cell<usize>,
    memory: Cell<u64>,
    work: Cell<u64>,
    /// What is left of the numbers for computing constants.
    folding: Cell<u64>,
    text: Cell<u64>,
}

impl<'l> Budget<'l> {
    /// Nothing used yet, for a file of this many bytes.
    pub fn new(limits: &'l Limits, file: usize) -> Self {
        let more = (file as u64).saturating_mul(FOLDING);
        Budget {
            diagnostic: Diagnostic::default(),
            limits,
            items: Cell::new(0),
            memory: Cell::new(0),
            work: Cell::new(0),
            folding: Cell::new(limits.folding.saturating_add(more)),
            text: Cell::new(0),
        }
    }

    pub fn limits(&self) -> &'l Limits {
        self.limits
    }

    /// Refuses the file with this code and message, unless `ok`.
    #[inline(never)]
    pub fn require(&self, ok: bool, code: Code, why: &dyn Display) {
        if !ok && self.diagnostic.is_none() {
            self.diagnostic.record(Kind::Broken, error(code, why));
        }
    }

    /// The result, unless something went wrong.
    pub fn resolve<T>(&self, result: T) -> Result<T> {
        match self.diagnostic.take() {
            None => Ok(result),
            Some((_, error)) => Err(error),
        }
    }

    /// Counts one entry of a list, or one as large as a few.
    #[inline(never)]
    pub fn item(&self, size: usize) {
        self.items.set(self.items.get().saturating_add(size));
        let most = self.limits.items;
        self.require(
            self.items.get() <= most,
            Code::Limit,
            &format_args!("the file has more than {most} names, attributes and dimensions"),
        );
    }

    /// Counts the numbers of a shape, of so many bytes each, before they are allocated, and says how many
    /// there are; none once something went wrong.
    #[inline(never)]
    pub fn allocate(&self, dims: &[usize], bytes: u64) -> usize {
        let Limits { rank, elements, memory, .. } = *self.limits;
        // An axis without elements does not excuse the others: loops run over them, too.
        let (mut count, mut places) = (1u64, 1u64);
        for &n in dims {
            count = count.saturating_mul(n as u64);
            places = places.saturating_mul(n.max(1) as u64);
        }
        let used = self.memory.get().saturating_add(places.saturating_mul(bytes));
        let len = usize::try_from(count);
        let few = places <= if count == 0 { EMPTY } else { elements };
        let why: &dyn Display = if dims.len() > rank {
            &format_args!("a tensor of {} axes; the limit is {rank}", dims.len())
        } else if count == 0 && !few {
            &format_args!("a tensor without elements of {places} places; the limit is {EMPTY}")
        } else if !few || len.is_err() {
            &format_args!("a tensor of {count} elements; the limit is {elements}")
        } else {
            &format_args!("the model needs more than {memory} bytes of memory")
        };
        let fits = dims.len() <= rank && few && used <= memory && len.is_ok();
        self.require(fits, Code::Limit, why);
        if !self.diagnostic.is_none() {
            return 0;
        }
        self.memory.set(used);
        len.unwrap_or(0)
    }

    /// How many things of so many bytes there is room for.
    pub fn room(&self, bytes: u64) -> usize {
        let left = self.limits.memory.saturating_sub(self.memory.get());
        usize::try_from(left.checked_div(bytes).unwrap_or(0)).unwrap_or(usize::MAX)
    }

    /// Counts numbers that are read or written while constants are computed.
    #[inline(never)]
    pub fn fold(&self, numbers: usize) {
        let left = self.folding.get().checked_sub(numbers as u64);
        let why = "computing the constants takes too long for a file of this size";
        self.require(left.is_some(), Code::Limit, &why);
        self.folding.set(left.unwrap_or(0));
    }

    /// Counts a text of so many bytes before it is kept.
    #[inline(never)]
    pub fn text(&self, len: usize) {
        let used = self.text.get().saturating_add(len as u64).saturating_add(PLACE);
        let most = self.limits.text;
        let why = format_args!("names, labels and metadata take more than {most} bytes");
        self.require(used <= most, Code::Limit, &why);
        self.text.set(used);
    }

    /// Counts operations of one forward pass.
    #[inline(never)]
    pub fn work(&self, operations: u64) {
        self.work.set(self.work.get().saturating_add(operations));
        let most = self.limits.work;
        self.require(
            self.work.get() <= most,
            Code::Limit,
            &format_args!("one example costs more than {most} operations"),
        );
    }
}
