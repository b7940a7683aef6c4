//! The messages of onnx.proto that matter here, as views that borrow from the file.
//!
//! Field numbers are those of onnx.proto (IR version 3 to 10). Tensor data and attribute lists stay
//! encoded until somebody asks for them. A field that may occur once and occurs twice is refused:
//! readers disagree about which one counts.

use super::limits::Budget;
use super::names::Names;
use super::refusal::{ensure, error};
use super::wire::{Field, Number, Reader, malformed};
use crate::error::{Code, Result};

/// A file.
#[derive(Debug, Default)]
pub(super) struct ModelProto<'a> {
    pub producer: &'a str,
    pub producer_version: &'a str,
    /// Version of the default operator set.
    pub opset: Option<i64>,
    pub metadata: Vec<(&'a str, &'a str)>,
    pub graph: GraphProto<'a>,
}

/// Nodes with their constants, inputs and outputs.
#[derive(Debug, Default)]
pub(super) struct GraphProto<'a> {
    pub nodes: Vec<NodeProto<'a>>,
    pub initializers: Vec<TensorProto<'a>>,
    pub inputs: Vec<ValueInfo<'a>>,
    pub outputs: Vec<ValueInfo<'a>>,
}

/// One operator call.
#[derive(Debug, Default)]
pub(super) struct NodeProto<'a> {
    pub name: &'a str,
    pub op: &'a str,
    pub domain: &'a str,
    pub inputs: Vec<&'a str>,
    pub outputs: Vec<&'a str>,
    pub attributes: Vec<AttributeProto<'a>>,
}

/// A named attribute; its value is decoded on demand.
#[derive(Clone, Copy, Debug)]
pub(super) struct AttributeProto<'a> {
    pub name: &'a str,
    /// Whether it holds a subgraph.
    pub graph: bool,
    body: Reader<'a>,
}

/// A constant; its data is decoded by `tensor::decode`.
#[derive(Debug)]
pub(super) struct TensorProto<'a> {
    pub name: &'a str,
    pub dims: Vec<i64>,
    pub data_type: i64,
    pub raw: Option<Reader<'a>>,
    pub external: bool,
    pub body: Reader<'a>,
}

/// Name, type and shape of a graph input or output.
#[derive(Debug, Default)]
pub(super) struct ValueInfo<'a> {
    pub name: &'a str,
    pub data_type: i64,
    /// `None` if the file states no shape.
    pub shape: Option<Vec<Dim<'a>>>,
}

/// Extent of one axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Dim<'a> {
    Fixed(i64),
    /// Known only when the network runs; the name may be empty.
    Symbolic(&'a str),
}

/// Refuses the second occurrence of a field that may occur once.
#[inline(never)]
fn once(seen: &mut u64, field: &Field<'_>) -> Result<()> {
    let bit = 1u64.checked_shl(field.number.min(64) as u32).unwrap_or(0);
    if *seen & bit != 0 {
        return Err(error(
            Code::Duplicate,
            &format_args!(
                "byte {}: field {} occurs twice in its message",
                field.offset, field.number
            ),
        ));
    }
    *seen |= bit;
    Ok(())
}

impl<'a> ModelProto<'a> {
    pub fn parse(bytes: &'a [u8], budget: &Budget<'_>) -> Result<Self> {
        let mut model = ModelProto::default();
        let (mut seen, mut has_graph) = (0, false);
        let mut fields = Reader::new(bytes);
        while let Some(field) = fields.field()? {
            match field.number {
                2 => model.producer = field.text()?,
                3 => model.producer_version = field.text()?,
                7 => {
                    once(&mut seen, &field)?;
                    has_graph = true;
                    model.graph = GraphProto::parse(field.message()?, budget)
                        .map_err(|error| error.context("graph"))?;
                }
                8 => {
                    budget.item()?;
                    let (domain, version) = opset(field.message()?)?;
                    if matches!(domain, "" | "ai.onnx") {
                        ensure(
                            model.opset.is_none(),
                            Code::Duplicate,
                            &"the default operator set is imported twice",
                        )?;
                        model.opset = Some(version);
                    }
                }
                14 => {
                    budget.item()?;
                    model.metadata.push(entry(field.message()?)?);
                }
                _ => {}
            }
        }
        let keys = model.metadata.iter().enumerate().map(|(i, (key, _))| (*key, i)).collect();
        let keys = Names::new(keys);
        if let Some((key, ..)) = keys.twins().next() {
            let why = format_args!("metadata key '{key}' occurs twice");
            return Err(error(Code::Duplicate, &why));
        }
        model.metadata = keys.places().filter_map(|i| model.metadata.get(i).copied()).collect();
        ensure(has_graph, Code::Malformed, &"the file holds no ONNX graph")?;
        Ok(model)
    }
}

fn opset(reader: Reader<'_>) -> Result<(&str, i64)> {
    let (mut domain, mut version) = ("", 0);
    let mut fields = reader;
    while let Some(field) = fields.field()? {
        match field.number {
            1 => domain = field.text()?,
            2 => version = field.int()?,
            _ => {}
        }
    }
    Ok((domain, version))
}

fn entry(reader: Reader<'_>) -> Result<(&str, &str)> {
    let (mut key, mut value) = ("", "");
    let mut fields = reader;
    while let Some(field) = fields.field()? {
        match field.number {
            1 => key = field.text()?,
            2 => value = field.text()?,
            _ => {}
        }
    }
    Ok((key, value))
}

impl<'a> GraphProto<'a> {
    fn parse(reader: Reader<'a>, budget: &Budget<'_>) -> Result<Self> {
        let mut graph = GraphProto::default();
        let mut fields = reader;
        while let Some(field) = fields.field()? {
            if matches!(field.number, 1 | 5 | 11 | 12) {
                budget.item()?;
            }
            // Inputs and outputs too: the network compares names one by one.
            let have = match field.number {
                1 => Some(graph.nodes.len()),
                11 => Some(graph.inputs.len()),
                12 => Some(graph.outputs.len()),
                _ => None,
            };
            let most = budget.limits().nodes;
            ensure(
                have.is_none_or(|have| have < most),
                Code::Limit,
                &format_args!("the graph has more than {most} nodes, inputs or outputs"),
            )?;
            match field.number {
                1 => graph.nodes.push(NodeProto::parse(field.message()?, budget)?),
                5 => graph.initializers.push(TensorProto::parse(field.message()?, budget)?),
                11 => graph.inputs.push(ValueInfo::parse(field.message()?, budget)?),
                12 => graph.outputs.push(ValueInfo::parse(field.message()?, budget)?),
                15 => {
                    let why = "sparse initializers are not supported";
                    return Err(error(Code::Unsupported, &why));
                }
                _ => {}
            }
        }
        Ok(graph)
    }
}

impl<'a> NodeProto<'a> {
    fn parse(reader: Reader<'a>, budget: &Budget<'_>) -> Result<Self> {
        let mut node = NodeProto::default();
        let mut seen = 0;
        let mut fields = reader;
        while let Some(field) = fields.field()? {
            match field.number {
                1 | 2 => {
                    budget.item()?;
                    let list = if field.number == 1 { &mut node.inputs } else { &mut node.outputs };
                    list.push(field.text()?);
                }
                3 | 4 | 7 => {
                    once(&mut seen, &field)?;
                    let text = field.text()?;
                    match field.number {
                        3 => node.name = text,
                        4 => node.op = text,
                        _ => node.domain = text,
                    }
                }
                5 => {
                    budget.item()?;
                    let attribute = AttributeProto::parse(field.message()?)?;
                    let unique = node.attributes.iter().all(|a| a.name != attribute.name);
                    ensure(
                        unique,
                        Code::Duplicate,
                        &format_args!(
                            "byte {}: attribute '{}' twice",
                            field.offset, attribute.name
                        ),
                    )?;
                    // Comparing names pairwise stays cheap: operators have a dozen attributes.
                    ensure(
                        node.attributes.len() < 64,
                        Code::Limit,
                        &format_args!("byte {}: a node with more than 64 attributes", field.offset),
                    )?;
                    node.attributes.push(attribute);
                }
                _ => {}
            }
        }
        Ok(node)
    }
}

impl<'a> AttributeProto<'a> {
    fn parse(body: Reader<'a>) -> Result<Self> {
        let mut attribute = AttributeProto { name: "", graph: false, body };
        let mut seen = 0;
        let mut fields = body;
        while let Some(field) = fields.field()? {
            match field.number {
                1 => {
                    once(&mut seen, &field)?;
                    attribute.name = field.text()?;
                }
                2..=5 => once(&mut seen, &field)?,
                6 | 11 => attribute.graph = true,
                21 => {
                    return Err(malformed(field.offset, &"a reference to a function's attribute"));
                }
                _ => {}
            }
        }
        Ok(attribute)
    }

    /// The field that holds the value, if it is of this type.
    #[inline(never)]
    fn find(&self, number: u64) -> Result<Field<'a>> {
        let mut fields = self.body;
        while let Some(field) = fields.field()? {
            if field.number == number {
                return Ok(field);
            }
        }
        let why = format_args!("attribute '{}' has another type", self.name);
        Err(malformed(self.body.offset(), &why))
    }

    pub fn float(&self) -> Result<f32> {
        self.find(2)?.float()
    }

    pub fn int(&self) -> Result<i64> {
        self.find(3)?.int()
    }

    pub fn text(&self) -> Result<&'a str> {
        self.find(4)?.text()
    }

    pub fn tensor(&self, budget: &Budget<'_>) -> Result<TensorProto<'a>> {
        TensorProto::parse(self.find(5)?.message()?, budget)
    }

    /// The bits of a list.
    #[inline(never)]
    fn list(&self, number: u64, kind: Number, budget: &Budget<'_>) -> Result<Vec<u64>> {
        let mut list = Vec::new();
        let mut fields = self.body;
        while let Some(field) = fields.field()? {
            if field.number != number {
                continue;
            }
            let mut numbers = field.list(kind)?;
            while let Some(bits) = numbers.next()? {
                budget.item()?;
                list.push(bits);
            }
        }
        Ok(list)
    }

    pub fn ints(&self, budget: &Budget<'_>) -> Result<Vec<i64>> {
        let list = self.list(8, Number::Varint, budget)?;
        Ok(list.into_iter().map(u64::cast_signed).collect())
    }

    pub fn floats(&self, budget: &Budget<'_>) -> Result<Vec<f32>> {
        let list = self.list(7, Number::Fixed32, budget)?;
        Ok(list.into_iter().map(|bits| f32::from_bits(bits as u32)).collect())
    }
}

impl<'a> TensorProto<'a> {
    /// A serialised TensorProto, as a file of its own or inside a model.
    pub fn parse(body: Reader<'a>, budget: &Budget<'_>) -> Result<Self> {
        let mut tensor = TensorProto {
            name: "",
            dims: Vec::new(),
            data_type: 0,
            raw: None,
            external: false,
            body,
        };
        let mut seen = 0;
        let mut fields = body;
        while let Some(field) = fields.field()? {
            match field.number {
                1 => {
                    let mut dims = field.list(Number::Varint)?;
                    while let Some(dim) = dims.next()? {
                        budget.item()?;
                        tensor.dims.push(dim.cast_signed());
                    }
                }
                2 => {
                    once(&mut seen, &field)?;
                    tensor.data_type = field.int()?;
                }
                3 => return Err(malformed(field.offset, &"a tensor in segments")),
                8 => {
                    once(&mut seen, &field)?;
                    tensor.name = field.text()?;
                }
                9 => {
                    once(&mut seen, &field)?;
                    tensor.raw = Some(field.message()?);
                }
                13 => tensor.external = true,
                14 => tensor.external |= field.int()? != 0,
                _ => {}
            }
        }
        Ok(tensor)
    }
}

impl<'a> ValueInfo<'a> {
    fn parse(reader: Reader<'a>, budget: &Budget<'_>) -> Result<Self> {
        let mut info = ValueInfo::default();
        let mut seen = 0;
        let mut fields = reader;
        while let Some(field) = fields.field()? {
            match field.number {
                1 => {
                    once(&mut seen, &field)?;
                    info.name = field.text()?;
                }
                2 => {
                    once(&mut seen, &field)?;
                    let mut kinds = field.message()?;
                    while let Some(kind) = kinds.field()? {
                        // Sequences, maps and optionals have other numbers: data type 0, refused
                        // where the value is used.
                        if kind.number == 1 {
                            info.tensor(kind.message()?, budget)?;
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(info)
    }

    fn tensor(&mut self, reader: Reader<'a>, budget: &Budget<'_>) -> Result<()> {
        let mut fields = reader;
        while let Some(field) = fields.field()? {
            match field.number {
                1 => self.data_type = field.int()?,
                2 => {
                    let shape = self.shape.get_or_insert_default();
                    let mut fields = field.message()?;
                    while let Some(field) = fields.field()? {
                        if field.number == 1 {
                            budget.item()?;
                            shape.push(dim(field.message()?)?);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn dim(reader: Reader<'_>) -> Result<Dim<'_>> {
    let mut dim = Dim::Symbolic("");
    let mut fields = reader;
    while let Some(field) = fields.field()? {
        match field.number {
            1 => dim = Dim::Fixed(field.int()?),
            2 => dim = Dim::Symbolic(field.text()?),
            _ => {}
        }
    }
    Ok(dim)
}
