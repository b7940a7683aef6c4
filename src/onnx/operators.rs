//! The operators: a table from names to functions.

mod activation;
mod arithmetic;
mod constant;
mod linear;
mod pool;
mod reduce;
mod select;
mod structure;

use super::builder::GraphBuilder;
use super::diagnostic::short;
use super::proto::Part;
use super::value::Value;
use crate::network::Activation;
use arithmetic::Binary;
use reduce::Kind;

/// Makes the (first) output of a node.
type Build = fn(&mut GraphBuilder<'_, '_>) -> Value;

/// A row of the table.
struct Operator {
    name: &'static str,
    /// Attributes that are understood or may be ignored; any other is refused.
    attributes: &'static [&'static str],
    build: Build,
}

const fn row(name: &'static str, attributes: &'static [&'static str], build: Build) -> Operator {
    Operator { name, attributes, build }
}

const WINDOW: &[&str] = &[
    "auto_pad",
    "ceil_mode",
    "count_include_pad",
    "dilations",
    "group",
    "kernel_shape",
    "pads",
    "storage_order",
    "strides",
];
const REDUCE: &[&str] = &["axes", "keepdims", "noop_with_empty_axes"];

/// Everything that is supported, in alphabetical order.
const TABLE: &[Operator] = &[
    row("Abs", &[], |i| activation::unit(i, Activation::Abs)),
    row("Add", &[], |i| arithmetic::arithmetic(i, Binary::Add)),
    row("And", &[], |i| arithmetic::compare(i, Binary::And)),
    row("AveragePool", WINDOW, pool::average),
    row(
        "BatchNormalization",
        &["epsilon", "momentum", "spatial", "training_mode"],
        arithmetic::batch_norm,
    ),
    row("Cast", &["to", "saturate"], constant::cast),
    row("Ceil", &[], |i| constant::each(i, f64::ceil)),
    row("Celu", &["alpha"], activation::celu),
    row("Clip", &["min", "max"], activation::clip),
    row("Concat", &["axis"], select::concat),
    row(
        "Constant",
        &["value", "value_float", "value_floats", "value_int", "value_ints"],
        constant::constant,
    ),
    row("ConstantOfShape", &["value"], constant::of_shape),
    row("Conv", WINDOW, linear::conv),
    row("Div", &[], |i| arithmetic::arithmetic(i, Binary::Div)),
    row("Dropout", &["ratio", "seed", "is_test"], structure::dropout),
    row("Elu", &["alpha"], |i| {
        activation::unit_of(i, [1.0, 0.0], |alpha, _| Activation::Elu { alpha })
    }),
    row("Equal", &[], |i| arithmetic::compare(i, Binary::Equal)),
    row("Erf", &[], |i| activation::unit(i, Activation::Erf)),
    row("Exp", &[], |i| activation::unit(i, Activation::Exp)),
    row("Expand", &[], select::expand),
    row("Flatten", &["axis"], structure::flatten),
    row("Floor", &[], |i| constant::each(i, f64::floor)),
    row("Gather", &["axis"], select::gather),
    row("Gelu", &["approximate"], activation::gelu),
    row("Gemm", &["alpha", "beta", "broadcast", "transA", "transB"], linear::gemm),
    row("GlobalAveragePool", &[], |i| pool::global(i, Kind::Mean)),
    row("GlobalMaxPool", &[], |i| pool::global(i, Kind::Max)),
    row("Greater", &[], |i| arithmetic::compare(i, Binary::Greater)),
    row("GreaterOrEqual", &[], |i| arithmetic::compare(i, Binary::GreaterOrEqual)),
    row("HardSigmoid", &["alpha", "beta"], |i| {
        activation::unit_of(i, [0.2, 0.5], |alpha, beta| Activation::HardSigmoid { alpha, beta })
    }),
    row("HardSwish", &[], |i| activation::unit(i, Activation::HardSwish)),
    row("Identity", &[], |i| i.input(0)),
    row("LRN", &["alpha", "beta", "bias", "size"], activation::local_response_norm),
    row("LeakyRelu", &["alpha"], |i| {
        activation::unit_of(i, [0.01, 0.0], |alpha, _| Activation::LeakyRelu { alpha })
    }),
    row("Less", &[], |i| arithmetic::compare(i, Binary::Less)),
    row("LessOrEqual", &[], |i| arithmetic::compare(i, Binary::LessOrEqual)),
    row("Log", &[], |i| activation::unit(i, Activation::Log)),
    row("LogSoftmax", &["axis"], |i| activation::softmax(i, true)),
    row("MatMul", &[], linear::matmul),
    row("Max", &[], |i| arithmetic::extreme(i, Binary::Max)),
    row("MaxPool", WINDOW, pool::max),
    row("Mean", &[], arithmetic::mean),
    row("Min", &[], |i| arithmetic::extreme(i, Binary::Min)),
    row("Mod", &["fmod"], |i| arithmetic::compare(i, Binary::Mod)),
    row("Mul", &[], |i| arithmetic::arithmetic(i, Binary::Mul)),
    row("Neg", &[], arithmetic::neg),
    row("Not", &[], |i| constant::each(i, |n| f64::from(u8::from(n == 0.0)))),
    row("Or", &[], |i| arithmetic::compare(i, Binary::Or)),
    row("PRelu", &[], activation::prelu),
    row("Pad", &["mode", "pads", "value"], select::pad),
    row("Pow", &[], arithmetic::pow),
    row("Range", &[], constant::range),
    row("Reciprocal", &[], |i| activation::unit(i, Activation::Reciprocal)),
    row("ReduceMax", REDUCE, |i| reduce::reduce(i, Kind::Max)),
    row("ReduceMean", REDUCE, |i| reduce::reduce(i, Kind::Mean)),
    row("ReduceMin", REDUCE, |i| reduce::reduce(i, Kind::Min)),
    row("ReduceProd", REDUCE, |i| reduce::reduce(i, Kind::Product)),
    row("ReduceSum", REDUCE, |i| reduce::reduce(i, Kind::Sum)),
    row("Relu", &[], |i| activation::unit(i, Activation::Relu)),
    row("Reshape", &["allowzero"], structure::reshape),
    // The defaults of the definition, rounded to f32.
    row("Selu", &["alpha", "gamma"], |i| {
        activation::unit_of(i, [1.673_263_2, 1.050_701], |alpha, gamma| Activation::Selu {
            alpha,
            gamma,
        })
    }),
    row("Shape", &["end", "start"], structure::shape),
    row("Sigmoid", &[], activation::sigmoid),
    row("Size", &[], structure::size),
    row("Slice", &["axes", "ends", "starts"], select::slice),
    row("Softmax", &["axis"], |i| activation::softmax(i, false)),
    row("Softplus", &[], |i| activation::unit(i, Activation::Softplus)),
    row("Softsign", &[], |i| activation::unit(i, Activation::Softsign)),
    row("Split", &["axis", "num_outputs", "split"], select::split),
    row("Sqrt", &[], |i| activation::unit(i, Activation::Sqrt)),
    row("Squeeze", &["axes"], structure::squeeze),
    row("Sub", &[], |i| arithmetic::arithmetic(i, Binary::Sub)),
    row("Sum", &[], arithmetic::sum),
    row("Tanh", &[], |i| activation::unit(i, Activation::Tanh)),
    row("ThresholdedRelu", &["alpha"], |i| {
        activation::unit_of(i, [1.0, 0.0], |alpha, _| Activation::ThresholdedRelu { alpha })
    }),
    row("Tile", &[], select::tile),
    row("Transpose", &["perm"], structure::transpose),
    row("Unsqueeze", &["axes"], structure::unsqueeze),
    row("Where", &[], constant::choose),
];

/// Names of the supported operators, in alphabetical order.
pub fn supported() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|operator| operator.name)
}

/// The function for the builder's node, if its operator and its attributes are supported.
pub(super) fn find(builder: &GraphBuilder<'_, '_>) -> Option<Build> {
    let node = builder.call()?;
    if !matches!(node.domain, "" | "ai.onnx") {
        let why = format_args!("operators of '{}' are not supported", short(node.domain));
        return builder.unsupported(&why);
    }
    if node.attributes.iter().any(Part::has_graph) {
        return builder.unsupported(&"control flow is not supported");
    }
    let found = TABLE.binary_search_by(|operator| operator.name.cmp(node.op));
    let Some(operator) = found.ok().and_then(|i| TABLE.get(i)) else {
        return builder.unsupported(&"no such operator is supported");
    };
    for attribute in &node.attributes {
        if !operator.attributes.contains(&attribute.name) {
            let why = format_args!("attribute '{}' is not supported", short(attribute.name));
            return builder.unsupported(&why);
        }
    }
    Some(operator.build)
}
