//! ONNX files to networks.
//!
//! bytes → [`wire`](self) fields → views of the messages → graph (names resolved, sorted) → nodes one
//! by one, constants computed and layers built → [`Network`], pruned and folded.
//!
//! A model's batch is axis 0 of its activations and is not part of the network's shapes. Where a model
//! mixes that axis with others it is read *unbatched*: the whole ONNX shape is then the shape of one
//! example, and [`Model::batched`] says so.
//!
//! The file is not trusted: every length is compared with the bytes that are there, every size with
//! [`Limits`]; nothing here panics. What is wrong is kept once, in the budget, instead of being handed
//! from function to function: reading goes on with empty values, and nothing is built from then on.
//!
//! Helpers with many callers are `#[inline(never)]` and closures go by reference: nothing here is hot,
//! and the wasm module need not hold copies of them.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic
)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing))]

mod activations;
mod builder;
mod decode;
mod diagnostic;
mod finish;
mod graph;
mod import;
mod limits;
mod numbers;
mod operators;
mod options;
mod patterns;
mod proto;
mod report;
mod sorted_map;
mod tensor;
mod value;
mod wire;

pub use activations::Activations;
pub use limits::Limits;
pub use operators::supported;
pub use options::Options;
pub use report::{ReportRow, Status};
pub use sorted_map::SortedMap;
pub use tensor::Tensor;

use crate::error::{Code, Result};
use crate::network::Network;
use diagnostic::{ensure, error, short};
use graph::Graph;
use import::Import;
use limits::Budget;
use options::Suggested;
use proto::ModelProto;
use std::sync::Arc;

/// Operator-set versions that can be read.
pub const OPSETS: std::ops::RangeInclusive<i64> = 6..=21;

/// The metadata key of the classes' names, one per line.
const LABELS: &str = "heatlens.labels";

/// A network and what its file says about it.
#[derive(Debug)]
pub struct Model {
    /// The network.
    pub network: Arc<Network>,
    /// `metadata_props`: labels, licence, preprocessing (keys `heatlens.*`) and whatever else.
    pub metadata: SortedMap<String>,
    /// One row per node of the file, in its order.
    pub report: Vec<ReportRow>,
    /// Version of the operator set.
    pub opset: i64,
    /// The program that wrote the file, with its version.
    pub producer: String,
    /// Whether axis 0 of the file's shapes is the batch; otherwise examples have the whole shape.
    pub batched: bool,
    /// How many weights are NaN or infinite.
    pub nonfinite_weights: usize,
}

impl Model {
    /// Names of the first result's classes (`heatlens.labels`, line by line); of a single sigmoid those of its sides, that of
    /// output 0 first. None where the file has none.
    pub fn labels(&self) -> Vec<String> {
        let text = self.metadata.get(LABELS).map_or("", String::as_str);
        text.lines().map(str::to_owned).collect()
    }
}

/// Reads a model.
pub fn read(bytes: &[u8], options: &Options) -> Result<Model> {
    let budgets = budgets(&options.limits, bytes);
    let (proto, opset) = parse(bytes, &budgets[0])?;
    let graph = Graph::new(&proto.graph)?;
    let suggested = Suggested::new(&proto)?;
    let import = attempt(&graph, (options, &suggested), &budgets, opset);
    refused(&import)?;
    let mut network = import
        .network
        .ok_or_else(|| error(Code::Unsupported, &"no output of the model depends on its input"))?;
    let metadata = proto.metadata.iter().map(|(key, value)| (key.to_string(), value.to_string()));
    let metadata: SortedMap<String> = metadata.collect();
    read_activations(&mut network, &metadata, options.activations.as_ref())?;
    let space = if proto.producer_version.is_empty() { "" } else { " " };
    Ok(Model {
        network: Arc::new(network),
        metadata,
        report: import.rows,
        opset,
        producer: [proto.producer, space, proto.producer_version].concat(),
        batched: import.builder.batched(),
        nonfinite_weights: import.builder.nonfinite(),
    })
}

/// Says how the network's raw outputs are read, where anybody but its last nodes says so.
fn read_activations(
    network: &mut Network,
    metadata: &SortedMap<String>,
    asked: Option<&Activations>,
) -> Result<()> {
    for key in activations::KEYS {
        let Some(text) = metadata.get(key) else { continue };
        let why = format_args!("metadata '{key}' are no output activations: '{}'", short(text));
        let said = Activations::parse(text).ok_or_else(|| error(Code::Malformed, &why))?;
        said.apply(network, Code::Malformed)?;
        break;
    }
    asked.map_or(Ok(()), |asked| asked.apply(network, Code::Request))
}

/// What would become of each node: like [`read`], but refused nodes are rows and not an error.
pub fn support(bytes: &[u8], options: &Options) -> Result<Vec<ReportRow>> {
    let budgets = budgets(&options.limits, bytes);
    let (proto, opset) = parse(bytes, &budgets[0])?;
    let graph = Graph::new(&proto.graph)?;
    let suggested = Suggested::new(&proto)?;
    let import = attempt(&graph, (options, &suggested), &budgets, opset);
    match import.broken {
        Some(error) if import.rows.is_empty() => Err(error),
        _ => Ok(import.rows),
    }
}

/// The outputs that do not depend on any input (other than the ones bound in `options`).
pub fn evaluate(bytes: &[u8], options: &Options) -> Result<SortedMap<Tensor>> {
    let budgets = budgets(&options.limits, bytes);
    let (proto, opset) = parse(bytes, &budgets[0])?;
    let graph = Graph::new(&proto.graph)?;
    let suggested = Suggested::none();
    let import = attempt(&graph, (options, &suggested), &budgets, opset);
    refused(&import)?;
    import.constants().collect()
}

/// What a file takes and gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// Names of the graph inputs that have no initializer.
    pub inputs: Vec<String>,
    /// Names of the graph outputs.
    pub outputs: Vec<String>,
}

/// Names of a file's inputs and outputs, in its order, whether it is supported or not.
pub fn signature(bytes: &[u8], limits: &Limits) -> Result<Signature> {
    let budget = Budget::new(limits, bytes.len());
    let proto = ModelProto::parse(bytes, &budget)?;
    let graph = Graph::new(&proto.graph)?;
    let free = |id: &usize| *id >= proto.graph.initializers.len();
    let inputs = proto.graph.inputs.iter().zip(&graph.graph_inputs);
    Ok(Signature {
        inputs: inputs.filter(|(_, id)| free(id)).map(|(part, _)| part.name.to_string()).collect(),
        outputs: proto.graph.outputs.iter().map(|part| part.name.to_string()).collect(),
    })
}

fn parse<'a>(bytes: &'a [u8], budget: &'a Budget<'a>) -> Result<(ModelProto<'a>, i64)> {
    let most = budget.limits().file;
    let why = format_args!("the file has {} bytes; the limit is {most}", bytes.len());
    ensure(bytes.len() as u64 <= most, Code::Limit, &why)?;
    let proto = ModelProto::parse(bytes, budget)?;
    let opset = proto.opset.unwrap_or(0);
    let (first, last) = (OPSETS.start(), OPSETS.end());
    let why = format_args!("operator set {opset} is not supported ({first} to {last} are)");
    ensure(OPSETS.contains(&opset), Code::Unsupported, &why)?;
    let labels = proto.metadata.iter().find(|(key, _)| *key == LABELS).map_or("", |entry| entry.1);
    let most = budget.limits().name;
    for label in labels.as_bytes().split(|&byte| byte == b'\n') {
        let why = format_args!("a label of {} bytes; the limit is {most}", label.len());
        budget.require(label.len() <= most, Code::Limit, &why);
        budget.text(label.len());
    }
    Ok((budget.resolve(proto)?, opset))
}

/// Budgets for reading the messages and for the two attempts.
fn budgets<'l>(limits: &'l Limits, bytes: &[u8]) -> [Budget<'l>; 3] {
    std::array::from_fn(|_| Budget::new(limits, bytes.len()))
}

/// Imports batched, and unbatched if that fails; whichever succeeded, or the batched attempt's
/// refusals unless they are about nothing but the batch.
fn attempt<'g, 'a>(
    graph: &'g Graph<'g, 'a>,
    options: (&'g Options, &'g Suggested<'a>),
    [_, first, second]: &'g [Budget<'g>; 3],
    opset: i64,
) -> Import<'g, 'a> {
    let mut batched = import::run(graph, options, first, opset, true);
    batched.finish();
    // What asks for too much asks for no less with the batch.
    if batched.complete() || batched.limited() {
        return batched;
    }
    let mut unbatched = import::run(graph, options, second, opset, false);
    unbatched.finish();
    let about_batch = batched.mixes && !batched.unsupported && batched.broken.is_none();
    if unbatched.complete() || about_batch { unbatched } else { batched }
}

/// Refused nodes that an error names.
const NAMED: usize = 10;

/// An error that names the first nodes that were refused, and says how many there are.
fn refused(import: &Import<'_, '_>) -> Result<()> {
    if import.complete() {
        return Ok(());
    }
    if let Some(error) = &import.broken {
        return Err(error.clone());
    }
    let (mut text, mut count) = (String::new(), 0usize);
    for row in &import.rows {
        if let Status::Refused(why) = &row.status {
            if count < NAMED {
                text += if count > 0 { "; '" } else { "'" };
                for part in [&short(&row.name), "' (", &short(&row.operator), "): ", why] {
                    text += part;
                }
            }
            count = count.saturating_add(1);
        }
    }
    if let Some(more @ 1..) = count.checked_sub(NAMED) {
        text += &format!("; and {more} more");
    }
    text += ". Supported operators:";
    for name in supported() {
        text += " ";
        text += name;
    }
    let nodes = import.rows.len();
    let why = format_args!("{count} of {nodes} nodes are not supported: {text}");
    Err(error(Code::Unsupported, &why))
}
