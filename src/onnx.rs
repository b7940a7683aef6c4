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
mod arguments;
mod decode;
mod graph;
mod import;
mod limits;
mod names;
mod operators;
mod patterns;
mod proto;
mod refusal;
mod report;
mod tensor;
mod value;
mod wire;

pub use activations::Activations;
pub use limits::Limits;
pub use names::Named;
pub use operators::supported;
pub use report::{ReportRow, Status};
pub use tensor::Tensor;

use crate::error::{Code, Result};
use crate::network::Network;
use graph::Graph;
use import::Import;
use limits::Budget;
use proto::ModelProto;
use refusal::{ensure, error};
use std::sync::Arc;

/// Operator-set versions that can be read.
pub const OPSETS: std::ops::RangeInclusive<i64> = 6..=21;

/// The metadata keys that give named axes a size, each in front of its axis's name.
const AXIS: &str = "heatlens.axis.";

/// How a file is read.
#[derive(Clone, Debug)]
pub struct Options {
    /// Bounds on what the file may ask for.
    pub limits: Limits,
    /// Graph inputs that are given now instead of with every example.
    pub constants: Named<Tensor>,
    /// Sizes of named axes other than the batch; they go before those that the file's metadata
    /// suggest (`heatlens.axis.NAME`).
    pub dimensions: Named<usize>,
    /// How raw outputs are read; what is said here goes before the file's metadata
    /// (`heatlens.output-activation`), and these before its own last nodes.
    pub activations: Option<Activations>,
    /// Whether scalings are merged into the linear layers in front of them ([`Network::fold`]).
    pub fold: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            limits: Limits::default(),
            constants: Named::default(),
            dimensions: Named::default(),
            activations: None,
            fold: true,
        }
    }
}

/// A network and what its file says about it.
#[derive(Debug)]
pub struct Model {
    /// The network.
    pub network: Arc<Network>,
    /// `metadata_props`: labels, licence, preprocessing (keys `heatlens.*`) and whatever else.
    pub metadata: Named<String>,
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
        let text = self.metadata.get("heatlens.labels").map_or("", String::as_str);
        text.lines().map(str::to_owned).collect()
    }
}

/// Reads a model.
pub fn read(bytes: &[u8], options: &Options) -> Result<Model> {
    let budgets = budgets(&options.limits);
    let (proto, opset) = parse(bytes, &budgets[0])?;
    let graph = Graph::new(&proto.graph)?;
    let options = sized(options, &proto)?;
    let import = attempt(&graph, &options, &budgets, opset);
    refused(&import)?;
    let mut network = import
        .network
        .ok_or_else(|| error(Code::Unsupported, &"no output of the model depends on its input"))?;
    let mut metadata = Named::default();
    for &(key, value) in &proto.metadata {
        metadata.insert(key.to_string(), value.to_string());
    }
    read_activations(&mut network, &metadata, options.activations.as_ref())?;
    let space = if proto.producer_version.is_empty() { "" } else { " " };
    Ok(Model {
        network: Arc::new(network),
        metadata,
        report: import.rows,
        opset,
        producer: [proto.producer, space, proto.producer_version].concat(),
        batched: import.batched,
        nonfinite_weights: import.nonfinite,
    })
}

/// Says how the network's raw outputs are read, where anybody but its last nodes says so.
fn read_activations(
    network: &mut Network,
    metadata: &Named<String>,
    asked: Option<&Activations>,
) -> Result<()> {
    for key in activations::KEYS {
        let Some(text) = metadata.get(key) else { continue };
        let start: String = text.chars().take(60).collect();
        let why = format_args!("metadata '{key}' are no output activations: '{start}'");
        let said = Activations::parse(text).ok_or_else(|| error(Code::Malformed, &why))?;
        said.apply(network, Code::Malformed)?;
        break;
    }
    asked.map_or(Ok(()), |asked| asked.apply(network, Code::Request))
}

/// What would become of each node: like [`read`], but refused nodes are rows and not an error.
pub fn support(bytes: &[u8], options: &Options) -> Result<Vec<ReportRow>> {
    let budgets = budgets(&options.limits);
    let (proto, opset) = parse(bytes, &budgets[0])?;
    let graph = Graph::new(&proto.graph)?;
    let options = sized(options, &proto)?;
    Ok(attempt(&graph, &options, &budgets, opset).rows)
}

/// The outputs that do not depend on any input (other than the ones bound in `options`).
pub fn evaluate(bytes: &[u8], options: &Options) -> Result<Named<Tensor>> {
    let budgets = budgets(&options.limits);
    let (proto, opset) = parse(bytes, &budgets[0])?;
    let graph = Graph::new(&proto.graph)?;
    let import = attempt(&graph, options, &budgets, opset);
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
    let budget = Budget::new(limits);
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
    Ok((proto, opset))
}

/// The options with the axes' sizes that the file suggests.
fn sized(options: &Options, proto: &ModelProto<'_>) -> Result<Options> {
    let mut options = options.clone();
    for (key, size) in &proto.metadata {
        let Some(axis) = key.strip_prefix(AXIS) else { continue };
        let size = size.parse().map_err(|_| {
            error(Code::Malformed, &format_args!("metadata '{key}' is no size: '{size}'"))
        })?;
        if options.dimensions.get(axis).is_none() {
            options.dimensions.insert(axis.to_string(), size);
        }
    }
    Ok(options)
}

/// Budgets for reading the messages and for the two attempts.
fn budgets(limits: &Limits) -> [Budget<'_>; 3] {
    [Budget::new(limits), Budget::new(limits), Budget::new(limits)]
}

/// Imports batched, and unbatched if that fails; whichever succeeded, or the batched attempt's
/// refusals unless they are about nothing but the batch.
fn attempt<'g, 'a>(
    graph: &'g Graph<'g, 'a>,
    options: &'g Options,
    [_, first, second]: &'g [Budget<'g>; 3],
    opset: i64,
) -> Import<'g, 'a> {
    let batched = import::run(graph, options, first, opset, true);
    if batched.complete() {
        return batched;
    }
    let unbatched = import::run(graph, options, second, opset, false);
    let about_batch = batched.mixes && !batched.unsupported && batched.broken.is_none();
    if unbatched.complete() || about_batch { unbatched } else { batched }
}

/// An error that names every node that was refused.
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
            text += if count > 0 { "; '" } else { "'" };
            for part in [&row.name, "' (", &row.op, "): ", why] {
                text += part;
            }
            count = count.saturating_add(1);
        }
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
