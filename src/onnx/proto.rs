//! The messages of onnx.proto that matter here, as views that borrow from the file.
//!
//! Field numbers are those of onnx.proto (IR version 3 to 10). A view holds names; whatever else its
//! message says is read when somebody asks for it.

use super::limits::Budget;
use super::wire::{Field, Reader, Wire};
use crate::error::{Code, Result};
use crate::network::Names;

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
fn parts<'a>(mut message: Reader<'a>, number: u32, name: u32, most: usize) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    while let Some(field) = message.next(number) {
        // A file may hold many that are nothing but their two bytes.
        message.budget.item(4);
        let body = field.message();
        parts.push(Part { name: body.name(name), body });
        let why = format_args!("more than {most} of one kind");
        message.require(parts.len() <= most, Code::Limit, &why);
    }
    parts
}

/// The names with this number.
#[inline(never)]
fn names<'a>(mut message: Reader<'a>, number: u32) -> Vec<&'a str> {
    let mut names = Vec::new();
    while let Some(field) = message.next(number) {
        message.budget.item(1);
        names.push(field.name());
    }
    names
}

/// A name that two of the parts have.
#[inline(never)]
pub(super) fn duplicate<'a>(parts: &[Part<'a>]) -> Option<&'a str> {
    let mut names = Vec::new();
    for part in parts {
        names.push((part.name, names.len()));
    }
    Names::new(names).duplicate(0).map(|(name, ..)| name)
}

impl<'a> ModelProto<'a> {
    pub fn parse(bytes: &'a [u8], budget: &'a Budget<'a>) -> Result<Self> {
        let file = Reader::new(bytes, budget);
        let graph = file.only(7);
        file.require(graph.is_some(), Code::Malformed, &"the file holds no ONNX graph");
        let mut opset = None;
        for import in parts(file, 8, 1, usize::MAX) {
            if matches!(import.name, "" | "ai.onnx") {
                let why = &"the default operator set is imported twice";
                import.body.require(opset.is_none(), Code::Duplicate, why);
                opset = Some(import.body.int(2));
            }
        }
        let mut metadata: Vec<(&str, &str)> = Vec::new();
        let mut entries = file;
        while let Some(entry) = entries.next(14) {
            let entry = entry.message();
            let (key, value) = (entry.name(1), entry.only(2).map_or("", |field| field.text()));
            budget.text(key.len().saturating_add(value.len()));
            metadata.push((key, value));
        }
        let keys = metadata.iter().map(|entry| (entry.0, 0)).collect();
        if let Some((key, ..)) = Names::new(keys).duplicate(0) {
            let why = format_args!("metadata key '{key}' occurs twice");
            file.require(false, Code::Duplicate, &why);
        }
        budget.resolve(ModelProto {
            producer: file.name(2),
            producer_version: file.name(3),
            opset,
            metadata,
            graph: GraphProto::parse(file.message(7), budget.limits().nodes),
        })
    }
}

impl<'a> GraphProto<'a> {
    fn parse(graph: Reader<'a>, most: usize) -> Self {
        let mut nodes = Vec::new();
        let mut fields = graph;
        while let Some(field) = fields.next(1) {
            graph.budget.item(1);
            let why = format_args!("the graph has more than {most} nodes");
            fields.require(nodes.len() < most, Code::Limit, &why);
            nodes.push(NodeProto::parse(field.message()));
        }
        let why = &"sparse initializers are not supported";
        graph.require(graph.only(15).is_none(), Code::Unsupported, why);
        GraphProto {
            nodes,
            initializers: parts(graph, 5, 8, usize::MAX),
            inputs: parts(graph, 11, 1, most),
            outputs: parts(graph, 12, 1, most),
        }
    }
}

impl<'a> NodeProto<'a> {
    fn parse(node: Reader<'a>) -> Self {
        let attributes = parts(node, 5, 1, usize::MAX);
        if let Some(name) = duplicate(&attributes) {
            node.require(false, Code::Duplicate, &format_args!("attribute '{name}' twice"));
        }
        NodeProto {
            name: node.name(3),
            op: node.name(4),
            domain: node.name(7),
            inputs: names(node, 1),
            outputs: names(node, 2),
            attributes,
        }
    }
}

/// Extent of an axis, if it is fixed, and the name that it may have.
pub(super) type Dim<'a> = (Option<i64>, &'a str);

impl<'a> Part<'a> {
    /// The same on another budget.
    pub fn on<'b>(&self, budget: &'b Budget<'b>) -> Part<'b>
    where
        'a: 'b,
    {
        Part { name: self.name, body: self.body.on(budget) }
    }

    /// Data type and axes of a ValueInfoProto. Sequences, maps and optionals have data type 0; there
    /// are no axes if the file states no shape.
    pub fn tensor_type(&self) -> (i64, Option<Vec<Dim<'a>>>) {
        let kind = self.body.message(2).message(1);
        let dims = kind.only(2).map(|shape| {
            let (mut shape, mut dims) = (shape.message(), Vec::new());
            while let Some(dim) = shape.next(1) {
                shape.budget.item(1);
                let dim = dim.message();
                dims.push((dim.only(1).map(|extent| extent.int()), dim.name(2)));
            }
            dims
        });
        (kind.int(1), dims)
    }

    /// Whether it is an attribute that holds a subgraph.
    pub fn has_graph(&self) -> bool {
        let (mut one, mut several) = (self.body, self.body);
        one.next(6).is_some() || several.next(11).is_some()
    }

    /// The field that holds an attribute's value; `None`, and refused, if it is of another type.
    #[inline(never)]
    fn value(&self, number: u32) -> Option<Field<'a>> {
        let field = self.body.only(number);
        let why = format_args!("attribute '{}' has another type", self.name);
        self.body.require(field.is_some(), Code::Malformed, &why);
        field
    }

    #[inline(never)]
    pub fn float(&self) -> f32 {
        self.value(2).map_or(0.0, |field| field.float())
    }

    #[inline(never)]
    pub fn int(&self) -> i64 {
        self.value(3).map_or(0, |field| field.int())
    }

    pub fn text(&self) -> &'a str {
        self.value(4).map_or("", |_| self.body.name(4))
    }

    /// A TensorProto message.
    pub fn tensor(&self) -> Reader<'a> {
        self.value(5);
        self.body.message(5)
    }

    pub fn ints(&self) -> Vec<i64> {
        numbers(self.body, 8, Wire::Varint)
    }
}

/// A list of whole numbers, or the bits of others.
#[inline(never)]
pub(super) fn numbers(mut message: Reader<'_>, number: u32, wire: Wire) -> Vec<i64> {
    let mut list = Vec::new();
    while let Some(field) = message.next(number) {
        let mut numbers = field.list(wire);
        while numbers.more() {
            message.budget.item(1);
            list.push(numbers.number(wire).cast_signed());
        }
    }
    list
}
