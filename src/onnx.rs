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
//! [`Limits`]; nothing here panics.
//!
//! Helpers with many callers are `#[inline(never)]` and closures go by reference: nothing here is hot,
//! and copies of them made the importer's share of the wasm module a fifth larger.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic
)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing))]

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
mod wire;

pub use limits::Limits;
pub use names::Named;
pub use operators::supported;
pub use report::{ReportRow, Status};
pub use tensor::{Data, Tensor};

use crate::error::{Code, Result};
use crate::network::{Link, Network};
use graph::Graph;
use import::Attempt;
use limits::Budget;
use proto::ModelProto;
use refusal::{ensure, error};

/// Operator-set versions that can be read.
pub const OPSETS: std::ops::RangeInclusive<i64> = 6..=21;

/// The metadata key that says how raw outputs are read, for files that end in logits.
const LINK: &str = "heatlens.link";

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
    /// Whether scalings are merged into the linear layers in front of them ([`Network::fold`]).
    pub fold: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            limits: Limits::default(),
            constants: Named::default(),
            dimensions: Named::default(),
            fold: true,
        }
    }
}

/// A network and what its file says about it.
#[derive(Debug)]
pub struct Model {
    /// The network.
    pub network: Network,
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

/// Reads a model.
pub fn read(bytes: &[u8], options: &Options) -> Result<Model> {
    let (proto, opset) = parse(bytes, options)?;
    let graph = Graph::new(&proto.graph)?;
    let (attempt, batched) = attempt(&graph, &sized(options, &proto)?, opset);
    refused(&attempt)?;
    let mut network = attempt
        .network
        .ok_or_else(|| error(Code::Unsupported, &"no output of the model depends on its input"))?;
    if let Some((_, name)) = proto.metadata.iter().find(|(key, _)| *key == LINK) {
        network.set_link(Link::named(name).ok_or_else(|| {
            error(Code::Malformed, &format_args!("metadata '{LINK}' is no link: '{name}'"))
        })?);
    }
    let own = |(key, value): &(&str, &str)| (key.to_string(), value.to_string());
    Ok(Model {
        network,
        metadata: proto.metadata.iter().map(own).collect(),
        report: attempt.rows,
        opset,
        producer: format!("{} {}", proto.producer, proto.producer_version).trim().to_string(),
        batched,
        nonfinite_weights: attempt.nonfinite,
    })
}

/// What would become of each node: like [`read`], but refused nodes are rows and not an error.
pub fn support(bytes: &[u8], options: &Options) -> Result<Vec<ReportRow>> {
    let (proto, opset) = parse(bytes, options)?;
    let graph = Graph::new(&proto.graph)?;
    Ok(attempt(&graph, &sized(options, &proto)?, opset).0.rows)
}

/// The outputs that do not depend on any input (other than the ones bound in `options`).
pub fn evaluate(bytes: &[u8], options: &Options) -> Result<Named<Tensor>> {
    let (proto, opset) = parse(bytes, options)?;
    let graph = Graph::new(&proto.graph)?;
    let (attempt, _) = attempt(&graph, options, opset);
    refused(&attempt)?;
    Ok(attempt.constants)
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
    let proto = ModelProto::parse(bytes, &Budget::new(limits))?;
    let graph = Graph::new(&proto.graph)?;
    let free = |id: &usize| *id >= proto.graph.initializers.len();
    let inputs = proto.graph.inputs.iter().zip(&graph.graph_inputs);
    Ok(Signature {
        inputs: inputs.filter(|(_, id)| free(id)).map(|(info, _)| info.name.to_string()).collect(),
        outputs: proto.graph.outputs.iter().map(|info| info.name.to_string()).collect(),
    })
}

fn parse<'a>(bytes: &'a [u8], options: &Options) -> Result<(ModelProto<'a>, i64)> {
    let limits = &options.limits;
    ensure(
        bytes.len() as u64 <= limits.file,
        Code::Limit,
        &format_args!("the file has {} bytes; the limit is {}", bytes.len(), limits.file),
    )?;
    let proto = ModelProto::parse(bytes, &Budget::new(limits))?;
    let opset = proto.opset.unwrap_or(0);
    let (first, last) = (OPSETS.start(), OPSETS.end());
    ensure(proto.opset.is_some(), Code::Unsupported, &"the file does not state its operator set")?;
    ensure(
        OPSETS.contains(&opset),
        Code::Unsupported,
        &format_args!("operator set {opset} is not supported ({first} to {last} are)"),
    )?;
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

/// Imports batched, and unbatched if that fails; whichever succeeded, or the batched attempt's
/// refusals unless they are about nothing but the batch.
fn attempt(graph: &Graph<'_, '_>, options: &Options, opset: i64) -> (Attempt, bool) {
    let run = |batched| import::run(graph, options, &Budget::new(&options.limits), opset, batched);
    let first = run(true);
    if first.complete() {
        return (first, true);
    }
    let about_batch = first.batch && !first.unsupported && first.broken.is_none();
    let second = run(false);
    if second.complete() || about_batch { (second, false) } else { (first, true) }
}

/// An error that names every node that was refused.
fn refused(attempt: &Attempt) -> Result<()> {
    if attempt.complete() {
        return Ok(());
    }
    if let Some(error) = &attempt.broken {
        return Err(error.clone());
    }
    let refused: Vec<String> = attempt
        .rows
        .iter()
        .filter(|row| matches!(row.status, Status::Refused(_)))
        .map(ReportRow::to_string)
        .collect();
    let names: Vec<&str> = supported().collect();
    Err(error(
        Code::Unsupported,
        &format_args!(
            "{} of {} nodes are not supported: {}. Supported operators: {}",
            refused.len(),
            attempt.rows.len(),
            refused.join("; "),
            names.join(", ")
        ),
    ))
}
