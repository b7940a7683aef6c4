//! `heatlens inspect`: what is in a model, and what of it is supported.

use super::failure::{Failure, Outcome};
use super::model::{Model, ModelFile};
use super::{files, json, text};
use clap::Args;
use heatlens::info::SupportRow;
use heatlens::methods::{NodeSupport, node_support};
use heatlens::network::{Layer, Node};
use heatlens::onnx::{self, ReportRow};
use serde::Serialize;

/// Shows a model's inputs, results, metadata and layers, and what became of each of its nodes.
#[derive(Args)]
pub struct Inspect {
    #[command(flatten)]
    model: ModelFile,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// What there is to say of a model that is refused.
#[derive(Serialize)]
struct Refused<'r> {
    error: Fault<'r>,
    support: Vec<SupportRow<'r>>,
}

#[derive(Serialize)]
struct Fault<'f> {
    code: &'f str,
    message: &'f str,
}

impl Inspect {
    /// Prints the model. One that is refused prints its report all the same.
    pub fn run(&self) -> Outcome<()> {
        let model = match self.model.open() {
            Ok(model) => model,
            Err(failure) => return self.refused(failure),
        };
        let support = node_support(model.network());
        files::print(&if self.json {
            json::text(&model.info(&support)?)?
        } else {
            as_text(&model, &support)
        })
    }

    fn refused(&self, failure: Failure) -> Outcome<()> {
        // A file that is no model at all has no report.
        let bytes = self.model.bytes().unwrap_or_default();
        let report = onnx::support(&bytes, &onnx::Options::default()).unwrap_or_default();
        if self.json {
            let error = Fault { code: failure.code(), message: failure.message() };
            let support = report.iter().map(|row| SupportRow::new(row, None)).collect();
            files::print(&json::text(&Refused { error, support })?)?;
        } else if !report.is_empty() {
            files::print(&report_text(&report, &[]))?;
        }
        Err(failure)
    }
}

fn as_text(model: &Model, support: &[NodeSupport]) -> String {
    let (onnx, network) = (&model.onnx, model.network());
    let shape = |shape: &[usize]| format!("{shape:?}");
    let mut out = format!(
        "producer  {}\nopset     {}\nbatched   {}\n",
        text::visible(&onnx.producer),
        onnx.opset,
        if onnx.batched { "yes" } else { "no: a file's whole shape is one example" }
    );
    for &id in network.inputs() {
        let node = network.node(id);
        out += &format!("input     {} {}\n", text::visible(&node.name), shape(&node.shape));
    }
    for output in network.outputs() {
        let (name, node) = (text::visible(&output.name), network.node(output.node));
        let activation = output.activation.name().unwrap_or("(activation not known)");
        out += &format!("output    {name} {} {activation}\n", shape(&node.shape));
    }
    out += &format!("weights   {}\n", network.nodes().iter().map(Node::parameters).sum::<usize>());
    if onnx.nonfinite_weights > 0 {
        out += &format!("warning   {} weights are NaN or infinite\n", onnx.nonfinite_weights);
    }
    if !onnx.metadata.is_empty() {
        out += "\nMetadata\n";
    }
    for (key, value) in &onnx.metadata {
        out += &format!("  {}: {}\n", text::visible(key), shortened(value));
    }
    out += "\nLayers (shapes of one example)\n";
    let mut rows = vec![
        ["node", "name", "kind", "computes", "shape", "weights", "inputs"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(network.nodes().iter().enumerate().map(|(id, node)| {
        let inputs = node.inputs.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
        vec![
            id.to_string(),
            text::visible(&node.name),
            node.layer.class().name().to_owned(),
            computes(&node.layer),
            shape(&node.shape),
            node.parameters().to_string(),
            inputs,
        ]
    }));
    out + &text::table(&rows) + "\n" + &report_text(&onnx.report, support)
}

/// `nodes` is empty where there is no network: one that was refused.
fn report_text(report: &[ReportRow], nodes: &[NodeSupport]) -> String {
    let heads = ["node of the file", "operator", "status", "LRP's rule", "approximated"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    rows.extend(report.iter().map(|row| {
        let own = row.own_node().and_then(|id| nodes.get(id));
        let rule = own.map_or(String::new(), |own| own.rule.clone());
        let why = own.and_then(|own| own.approximated).unwrap_or_default().to_owned();
        let words = [&row.name, &row.operator, &row.status.to_string(), &rule, &why];
        words.map(|text| text::visible(text)).to_vec()
    }));
    text::table(&rows)
}

/// What a layer computes, in a few words.
fn computes(layer: &Layer) -> String {
    use heatlens::kernels::geometry::Geometry;
    use heatlens::network::LinearShape;
    let window = |g: &Geometry| {
        format!("window {:?} stride {:?} padding {:?}", g.kernel, g.stride, g.pad_begin)
    };
    match layer {
        Layer::Input => "input".into(),
        Layer::Linear(linear) => match linear.shape() {
            LinearShape::Dense { inputs, outputs } => format!("dense {inputs} to {outputs}"),
            LinearShape::Conv(plan) => {
                let groups = if plan.shape.groups > 1 {
                    format!(" groups {}", plan.shape.groups)
                } else {
                    String::new()
                };
                format!(
                    "conv {} to {} {}{groups}",
                    plan.shape.inputs,
                    plan.shape.outputs,
                    window(&plan.shape.geometry)
                )
            }
            LinearShape::Scale { .. } => "scale".into(),
        },
        Layer::AveragePool { geometry, .. } => format!("average {}", window(geometry)),
        Layer::MaxPool { geometry } => format!("maximum {}", window(geometry)),
        Layer::Add => "sum".into(),
        Layer::Product { extents: [1, 1, 1] } => "product".into(),
        Layer::Product { .. } => "matrix product".into(),
        Layer::Concat { .. } => "concat".into(),
        Layer::Reshape => "reshape".into(),
        Layer::Rearrange { .. } => "transpose, take or pad".into(),
        Layer::Activation(unit) => format!("{unit:?}"),
        Layer::Embedding { width, .. } => format!("embedding of width {width}"),
        Layer::Softmax { .. } => "softmax".into(),
        Layer::LocalResponseNorm { size, .. } => format!("local response norm over {size}"),
    }
}

/// The beginning of a long text.
fn shortened(value: &str) -> String {
    match value.char_indices().nth(120) {
        Some((end, _)) => {
            format!("{} … ({} letters)", text::visible(&value[..end]), value.chars().count())
        }
        None => text::visible(value),
    }
}
