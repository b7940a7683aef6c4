//! The operators: a table from names to functions, and what these functions see of a node.

mod activation;
mod arithmetic;
mod constant;
mod linear;
mod pool;
mod reduce;
mod select;
mod structure;

use super::import::{Import, Value};
use super::limits::Budget;
use super::proto::{AttributeProto, NodeProto};
use super::refusal::{Outcome, misshapen, unsupported};
use super::tensor::{Data, Tensor};
use crate::network::{NodeId, Unit};
use constant::Binary;
use std::rc::Rc;

/// Makes the values of a node's outputs.
type Build = fn(&mut Import<'_, '_>, &mut Call<'_, '_>) -> Outcome<Vec<Value>>;

/// A row of the table.
struct Operator {
    name: &'static str,
    /// Attributes that are understood or may be ignored; any other is refused.
    attributes: &'static str,
    build: Build,
}

const fn row(name: &'static str, attributes: &'static str, build: Build) -> Operator {
    Operator { name, attributes, build }
}

const WINDOW: &str = "auto_pad ceil_mode count_include_pad dilations group kernel_shape pads \
                      storage_order strides";
const REDUCE: &str = "axes keepdims noop_with_empty_axes";

/// Everything that is supported, in alphabetical order.
const TABLE: &[Operator] = &[
    row("Abs", "", |i, c| activation::unit(i, c, Unit::Abs)),
    row("Add", "", |i, c| arithmetic::arithmetic(i, c, Binary::Add)),
    row("And", "", |i, c| constant::compare(i, c, Binary::And)),
    row("AveragePool", WINDOW, pool::average),
    row("BatchNormalization", "epsilon momentum spatial training_mode", arithmetic::batch_norm),
    row("Cast", "to saturate", structure::cast),
    row("Ceil", "", |i, c| constant::round(i, c, f32::ceil)),
    row("Celu", "alpha", activation::celu),
    row("Clip", "min max", activation::clip),
    row("Concat", "axis", select::concat),
    row("Constant", "value value_float value_floats value_int value_ints", constant::constant),
    row("ConstantOfShape", "value", constant::of_shape),
    row("Conv", WINDOW, linear::conv),
    row("Div", "", |i, c| arithmetic::arithmetic(i, c, Binary::Div)),
    row("Dropout", "ratio seed is_test", structure::dropout),
    row("Elu", "alpha", activation::elu),
    row("Equal", "", |i, c| constant::compare(i, c, Binary::Equal)),
    row("Erf", "", |i, c| activation::unit(i, c, Unit::Erf)),
    row("Exp", "", |i, c| activation::unit(i, c, Unit::Exp)),
    row("Expand", "", select::expand),
    row("Flatten", "axis", structure::flatten),
    row("Floor", "", |i, c| constant::round(i, c, f32::floor)),
    row("Gather", "axis", select::gather),
    row("Gelu", "approximate", activation::gelu),
    row("Gemm", "alpha beta broadcast transA transB", linear::gemm),
    row("GlobalAveragePool", "", pool::global_average),
    row("GlobalMaxPool", "", pool::global_max),
    row("Greater", "", |i, c| constant::compare(i, c, Binary::Greater)),
    row("GreaterOrEqual", "", |i, c| constant::compare(i, c, Binary::GreaterOrEqual)),
    row("HardSigmoid", "alpha beta", activation::hard_sigmoid),
    row("HardSwish", "", |i, c| activation::unit(i, c, Unit::HardSwish)),
    row("Identity", "", structure::identity),
    row("LRN", "alpha beta bias size", activation::local_response_norm),
    row("LeakyRelu", "alpha", activation::leaky_relu),
    row("Less", "", |i, c| constant::compare(i, c, Binary::Less)),
    row("LessOrEqual", "", |i, c| constant::compare(i, c, Binary::LessOrEqual)),
    row("Log", "", |i, c| activation::unit(i, c, Unit::Log)),
    row("LogSoftmax", "axis", |i, c| activation::softmax(i, c, true)),
    row("MatMul", "", linear::matmul),
    row("Max", "", |i, c| arithmetic::extreme(i, c, Binary::Max)),
    row("MaxPool", WINDOW, pool::max),
    row("Mean", "", arithmetic::mean),
    row("Min", "", |i, c| arithmetic::extreme(i, c, Binary::Min)),
    row("Mod", "fmod", |i, c| constant::compare(i, c, Binary::Mod)),
    row("Mul", "", |i, c| arithmetic::arithmetic(i, c, Binary::Mul)),
    row("Neg", "", arithmetic::neg),
    row("Not", "", constant::not),
    row("Or", "", |i, c| constant::compare(i, c, Binary::Or)),
    row("PRelu", "", activation::prelu),
    row("Pad", "mode pads value", select::pad),
    row("Pow", "", arithmetic::pow),
    row("Range", "", constant::range),
    row("Reciprocal", "", |i, c| activation::unit(i, c, Unit::Reciprocal)),
    row("ReduceMax", REDUCE, |i, c| reduce::reduce(i, c, reduce::Kind::Max)),
    row("ReduceMean", REDUCE, |i, c| reduce::reduce(i, c, reduce::Kind::Mean)),
    row("ReduceMin", REDUCE, |i, c| reduce::reduce(i, c, reduce::Kind::Min)),
    row("ReduceProd", REDUCE, |i, c| reduce::reduce(i, c, reduce::Kind::Product)),
    row("ReduceSum", REDUCE, |i, c| reduce::reduce(i, c, reduce::Kind::Sum)),
    row("Relu", "", |i, c| activation::unit(i, c, Unit::Relu)),
    row("Reshape", "allowzero", structure::reshape),
    row("Selu", "alpha gamma", activation::selu),
    row("Shape", "end start", structure::shape),
    row("Sigmoid", "", activation::sigmoid),
    row("Size", "", structure::size),
    row("Slice", "axes ends starts", select::slice),
    row("Softmax", "axis", |i, c| activation::softmax(i, c, false)),
    row("Softplus", "", |i, c| activation::unit(i, c, Unit::Softplus)),
    row("Softsign", "", |i, c| activation::unit(i, c, Unit::Softsign)),
    row("Split", "axis num_outputs split", select::split),
    row("Sqrt", "", |i, c| activation::unit(i, c, Unit::Sqrt)),
    row("Squeeze", "axes", structure::squeeze),
    row("Sub", "", |i, c| arithmetic::arithmetic(i, c, Binary::Sub)),
    row("Sum", "", arithmetic::sum),
    row("Tanh", "", |i, c| activation::unit(i, c, Unit::Tanh)),
    row("ThresholdedRelu", "alpha", activation::thresholded_relu),
    row("Tile", "", select::tile),
    row("Transpose", "perm", structure::transpose),
    row("Unsqueeze", "axes", structure::unsqueeze),
    row("Where", "", constant::choose),
];

/// Names of the supported operators, in alphabetical order.
pub fn supported() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|operator| operator.name)
}

/// The function for a node, if its operator and its attributes are supported.
pub(super) fn find(call: &Call<'_, '_>) -> Outcome<Build> {
    let node = call.node;
    if !matches!(node.domain, "" | "ai.onnx") {
        return unsupported(format_args!("operators of '{}' are not supported", node.domain));
    }
    if node.attributes.iter().any(|attribute| attribute.graph) {
        return unsupported("control flow is not supported");
    }
    let found = TABLE.binary_search_by(|operator| operator.name.cmp(node.op));
    let Some(operator) = found.ok().and_then(|i| TABLE.get(i)) else {
        return unsupported("no such operator is supported");
    };
    let known = |name: &str| operator.attributes.split(' ').any(|known| known == name);
    match node.attributes.iter().find(|attribute| !known(attribute.name)) {
        Some(other) => unsupported(format_args!("attribute '{}' is not supported", other.name)),
        None => Ok(operator.build),
    }
}

/// A node while it is being imported.
pub(super) struct Call<'g, 'a> {
    pub node: &'g NodeProto<'a>,
    pub inputs: Vec<Option<Value>>,
    /// Which outputs lead anywhere.
    pub used: Vec<bool>,
    pub budget: &'g Budget<'g>,
    pub opset: i64,
}

impl<'g, 'a> Call<'g, 'a> {
    fn input(&self, i: usize) -> Option<&Value> {
        self.inputs.get(i)?.as_ref()
    }

    #[inline(never)]
    fn required(&self, i: usize) -> Outcome<&Value> {
        match self.input(i) {
            Some(value) => Ok(value),
            None => misshapen(format_args!("input {i} is missing")),
        }
    }

    /// The shape of the first input: of a constant, or of one example.
    #[inline(never)]
    fn shape(&self, import: &Import<'_, '_>) -> Outcome<Vec<usize>> {
        match self.required(0)? {
            Value::Constant(tensor) => Ok(tensor.dims().to_vec()),
            Value::Node { id, .. } => Ok(import.shape(*id)),
            Value::Unknown => unsupported("an input is unknown"),
        }
    }

    /// How many axes the file gives to the first input.
    #[inline(never)]
    fn rank(&self, import: &Import<'_, '_>) -> Outcome<usize> {
        match self.required(0)? {
            Value::Constant(tensor) => Ok(tensor.dims().len()),
            _ => Ok(import.rank(self.activation(0)?)),
        }
    }

    /// The axis of `shape` that the file calls `along`.
    #[inline(never)]
    fn axis(&self, import: &Import<'_, '_>, along: i64) -> Outcome<usize> {
        match self.required(0)? {
            Value::Constant(tensor) => axis(along, tensor.dims().len()),
            _ => import.axis(self.activation(0)?, along),
        }
    }

    /// An input that the network computes.
    #[inline(never)]
    fn activation(&self, i: usize) -> Outcome<NodeId> {
        match self.required(i)? {
            Value::Node { id, .. } => Ok(*id),
            _ => {
                unsupported(format_args!("input {i} is a constant; only activations are supported"))
            }
        }
    }

    /// A constant input, or none; it is moved out of the call.
    #[inline(never)]
    fn constant(&mut self, i: usize) -> Outcome<Option<Rc<Tensor>>> {
        match self.inputs.get_mut(i).and_then(Option::take) {
            None => Ok(None),
            Some(Value::Constant(tensor)) => Ok(Some(tensor)),
            Some(_) => unsupported(format_args!("input {i} is not a constant")),
        }
    }

    #[inline(never)]
    fn required_constant(&mut self, i: usize) -> Outcome<Rc<Tensor>> {
        match self.constant(i)? {
            Some(tensor) => Ok(tensor),
            None => misshapen(format_args!("input {i} is missing")),
        }
    }

    /// A list of whole numbers in a constant input.
    #[inline(never)]
    fn int_list(&mut self, i: usize) -> Outcome<Option<Vec<i64>>> {
        Ok(match self.constant(i)? {
            None => None,
            Some(tensor) => match tensor.data() {
                Data::Int(list) => Some(list.clone()),
                Data::Float(_) => {
                    return misshapen(format_args!("input {i} holds no whole numbers"));
                }
            },
        })
    }

    /// A list of whole numbers in an attribute or, since some operator set, in an input.
    #[inline(never)]
    fn list(&mut self, attribute: &str, input: usize) -> Outcome<Option<Vec<i64>>> {
        match self.ints(attribute)? {
            Some(list) => Ok(Some(list)),
            None => self.int_list(input),
        }
    }

    fn attribute(&self, name: &str) -> Option<&'g AttributeProto<'a>> {
        self.node.attributes.iter().find(|attribute| attribute.name == name)
    }

    #[inline(never)]
    fn int(&self, name: &str, default: i64) -> Outcome<i64> {
        Ok(self.attribute(name).map_or(Ok(default), AttributeProto::int)?)
    }

    #[inline(never)]
    fn float(&self, name: &str, default: f32) -> Outcome<f32> {
        Ok(self.attribute(name).map_or(Ok(default), AttributeProto::float)?)
    }

    #[inline(never)]
    fn text(&self, name: &str, default: &'static str) -> Outcome<&'a str> {
        Ok(self.attribute(name).map_or(Ok(default), AttributeProto::text)?)
    }

    #[inline(never)]
    fn ints(&self, name: &str) -> Outcome<Option<Vec<i64>>> {
        Ok(self.attribute(name).map(|attribute| attribute.ints(self.budget)).transpose()?)
    }
}

/// One output.
#[inline(never)]
fn one(value: Value) -> Outcome<Vec<Value>> {
    Ok(vec![value])
}

/// `axis` counted from the front.
#[inline(never)]
pub(super) fn axis(axis: i64, rank: usize) -> Outcome<usize> {
    let from_end = |axis: i64| rank.checked_sub(usize::try_from(axis.unsigned_abs()).ok()?);
    let index = if axis < 0 { from_end(axis) } else { usize::try_from(axis).ok() };
    match index.filter(|&index| index < rank) {
        Some(index) => Ok(index),
        None => misshapen(format_args!("there is no axis {axis} among {rank}")),
    }
}

/// Whole numbers that count something.
#[inline(never)]
fn counts(list: &[i64], what: &str) -> Outcome<Vec<usize>> {
    let mut counts = Vec::with_capacity(list.len());
    for &n in list {
        match usize::try_from(n) {
            Ok(n) => counts.push(n),
            Err(_) => return misshapen(format_args!("{what} {list:?}")),
        }
    }
    Ok(counts)
}

/// The axes 0, 1, 2 …
#[inline(never)]
fn in_order(rank: usize) -> Vec<usize> {
    (0..rank).collect()
}

/// Product of the extents.
#[inline(never)]
fn product(dims: &[usize]) -> usize {
    dims.iter().fold(1, |product: usize, &n| product.saturating_mul(n))
}
