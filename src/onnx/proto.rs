//! The messages of onnx.proto that matter here, as views that borrow from the file.
//!
//! Field numbers are those of onnx.proto (IR version 3 to 10). A view holds names; whatever else its
//! message says is read when somebody asks for it.

use super::limits::Budget;
use super::names::Names;
use super::refusal::{ensure, error};
use super::wire::{Field, Reader, Wire, malformed};
use crate::error::{Code, Result};

/// A file.
#[derive(Debug)]
pub(super) struct ModelProto<'a> {
    pub producer: &'a str,
    pub producer_version: &'a str,
    /// Version of the default operator set.
    pub opset: Option<i64>,
    /// Keys with values, in the order of the file.
    pub metadata: Vec<(&'a str, &'a str)>,
    pub graph: GraphProto<'a>,
}

/// Nodes with their constants, inputs and outputs.
#[derive(Debug)]
pub(super) struct GraphProto<'a> {
    pub nodes: Vec<NodeProto<'a>>,
    /// TensorProto messages.
    pub initializers: Vec<Part<'a>>,
    /// ValueInfoProto messages.
    pub inputs: Vec<Part<'a>>,
    /// ValueInfoProto messages.
    pub outputs: Vec<Part<'a>>,
}

/// One operator call.
#[derive(Debug)]
pub(super) struct NodeProto<'a> {
    pub name: &'a str,
    pub op: &'a str,
    pub domain: &'a str,
    pub inputs: Vec<&'a str>,
    pub outputs: Vec<&'a str>,
    pub attributes: Vec<Part<'a>>,
}

/// A message with its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub name: &'a str,
    pub body: Reader<'a>,
}

/// The messages with this number; `name` is the number of their names, `most` how many there may be.
#[inline(never)]
fn parts<'a>(
    mut message: Reader<'a>,
    number: u32,
    name: u32,
    most: usize,
    budget: &Budget<'_>,
) -> Result<Vec<Part<'a>>> {
    let mut parts = Vec::new();
    while let Some(field) = message.next(number)? {
        budget.item()?;
        let body = field.message()?;
        parts.push(Part { name: body.text(name)?, body });
        ensure(
            parts.len() <= most,
            Code::Limit,
            &format_args!("byte {}: more than {most} of one kind", field.offset),
        )?;
    }
    Ok(parts)
}

/// The texts with this number.
#[inline(never)]
fn texts<'a>(mut message: Reader<'a>, number: u32, budget: &Budget<'_>) -> Result<Vec<&'a str>> {
    let mut texts = Vec::new();
    while let Some(field) = message.next(number)? {
        budget.item()?;
        texts.push(field.text()?);
    }
    Ok(texts)
}

/// A name that two of the parts have.
#[inline(never)]
pub(super) fn twin<'a>(parts: &[Part<'a>]) -> Option<&'a str> {
    let mut names = Vec::new();
    for part in parts {
        names.push((part.name, names.len()));
    }
    Names::new(names).twin(0).map(|(name, ..)| name)
}

impl<'a> ModelProto<'a> {
    pub fn parse(bytes: &'a [u8], budget: &Budget<'_>) -> Result<Self> {
        let file = Reader::new(bytes);
        let graph = file.only(7)?;
        let mut opset = None;
        for import in parts(file, 8, 1, usize::MAX, budget)? {
            if matches!(import.name, "" | "ai.onnx") {
                let twice = &"the default operator set is imported twice";
                ensure(opset.is_none(), Code::Duplicate, twice)?;
                opset = Some(import.body.int(2)?);
            }
        }
        let entries = parts(file, 14, 1, usize::MAX, budget)?;
        if let Some(key) = twin(&entries) {
            let why = format_args!("metadata key '{key}' occurs twice");
            return Err(error(Code::Duplicate, &why));
        }
        let mut metadata = Vec::new();
        for entry in entries {
            metadata.push((entry.name, entry.body.text(2)?));
        }
        let Some(graph) = graph else {
            return Err(error(Code::Malformed, &"the file holds no ONNX graph"));
        };
        Ok(ModelProto {
            producer: file.text(2)?,
            producer_version: file.text(3)?,
            opset,
            metadata,
            graph: GraphProto::parse(graph.message()?, budget)?,
        })
    }
}

impl<'a> GraphProto<'a> {
    fn parse(graph: Reader<'a>, budget: &Budget<'_>) -> Result<Self> {
        // Inputs and outputs too: the network compares names one by one.
        let most = budget.limits().nodes;
        let mut nodes = Vec::new();
        let mut fields = graph;
        while let Some(field) = fields.next(1)? {
            budget.item()?;
            let why = format_args!("the graph has more than {most} nodes");
            ensure(nodes.len() < most, Code::Limit, &why)?;
            nodes.push(NodeProto::parse(field.message()?, budget)?);
        }
        let sparse = graph.only(15)?.is_some();
        ensure(!sparse, Code::Unsupported, &"sparse initializers are not supported")?;
        Ok(GraphProto {
            nodes,
            initializers: parts(graph, 5, 8, usize::MAX, budget)?,
            inputs: parts(graph, 11, 1, most, budget)?,
            outputs: parts(graph, 12, 1, most, budget)?,
        })
    }
}

impl<'a> NodeProto<'a> {
    fn parse(node: Reader<'a>, budget: &Budget<'_>) -> Result<Self> {
        let attributes = parts(node, 5, 1, usize::MAX, budget)?;
        if let Some(name) = twin(&attributes) {
            let why = format_args!("byte {}: attribute '{name}' twice", node.offset());
            return Err(error(Code::Duplicate, &why));
        }
        Ok(NodeProto {
            name: node.text(3)?,
            op: node.text(4)?,
            domain: node.text(7)?,
            inputs: texts(node, 1, budget)?,
            outputs: texts(node, 2, budget)?,
            attributes,
        })
    }
}

/// Extent of an axis, if it is fixed, and the name that it may have.
pub(super) type Dim<'a> = (Option<i64>, &'a str);

impl<'a> Part<'a> {
    /// Data type and axes of a ValueInfoProto. Sequences, maps and optionals have data type 0; there
    /// are no axes if the file states no shape.
    pub fn tensor_type(&self, budget: &Budget<'_>) -> Result<(i64, Option<Vec<Dim<'a>>>)> {
        let kind = self.body.message(2)?.message(1)?;
        let data_type = kind.int(1)?;
        let Some(shape) = kind.only(2)? else { return Ok((data_type, None)) };
        let (mut shape, mut dims) = (shape.message()?, Vec::new());
        while let Some(dim) = shape.next(1)? {
            budget.item()?;
            let dim = dim.message()?;
            let fixed = match dim.only(1)? {
                Some(extent) => Some(extent.int()?),
                None => None,
            };
            dims.push((fixed, dim.text(2)?));
        }
        Ok((data_type, Some(dims)))
    }

    /// Whether it is an attribute that holds a subgraph.
    pub fn has_graph(&self) -> Result<bool> {
        let (mut one, mut several) = (self.body, self.body);
        Ok(one.next(6)?.is_some() || several.next(11)?.is_some())
    }

    /// The field that holds an attribute's value, if it is of this type.
    #[inline(never)]
    fn value(&self, number: u32) -> Result<Field<'a>> {
        self.body.only(number)?.ok_or_else(|| {
            let why = format_args!("attribute '{}' has another type", self.name);
            malformed(self.body.offset(), &why)
        })
    }

    pub fn float(&self) -> Result<f32> {
        self.value(2)?.float()
    }

    pub fn int(&self) -> Result<i64> {
        self.value(3)?.int()
    }

    pub fn text(&self) -> Result<&'a str> {
        self.value(4)?.text()
    }

    /// A TensorProto message.
    pub fn tensor(&self) -> Result<Reader<'a>> {
        self.value(5)?.message()
    }

    pub fn ints(&self, budget: &Budget<'_>) -> Result<Vec<i64>> {
        let mut list = Vec::new();
        for bits in numbers(self.body, 8, Wire::Varint, budget)? {
            list.push(bits.cast_signed());
        }
        Ok(list)
    }
}

/// The bits of a list of numbers.
#[inline(never)]
pub(super) fn numbers(
    mut message: Reader<'_>,
    number: u32,
    wire: Wire,
    budget: &Budget<'_>,
) -> Result<Vec<u64>> {
    let mut list = Vec::new();
    while let Some(field) = message.next(number)? {
        let mut numbers = field.list(wire)?;
        while !numbers.bytes().is_empty() {
            budget.item()?;
            list.push(numbers.number(wire)?);
        }
    }
    Ok(list)
}
