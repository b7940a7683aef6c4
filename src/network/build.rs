//! Building a network node by node, with every shape checked on the way.

use super::layer::Layer;
use super::names::{Names, numbered};
use super::operation::{Operation, Window};
use super::rearrange::{concat, rearrange};
use super::weights::{Linear, LinearShape};
use super::{Network, Node, NodeId, Output, OutputActivation, join};
use crate::error::{Code, Error, Result, ensure};
use crate::kernels::conv::Plan;
use crate::kernels::geometry::{Geometry, volume, windows};
use crate::kernels::pool;

/// Most elements that one example's activation may have.
const ELEMENTS: usize = 1 << 28;
/// Most axes of a shape.
const RANK: usize = 8;

/// Collects nodes in topological order. Node names must be unique.
#[derive(Debug)]
pub struct Builder {
    nodes: Vec<Node>,
    inputs: Vec<NodeId>,
    /// Most elements of the next node.
    room: usize,
}

impl Default for Builder {
    fn default() -> Self {
        Builder { nodes: Vec::new(), inputs: Vec::new(), room: ELEMENTS }
    }
}

impl Builder {
    /// No nodes yet.
    pub fn new() -> Self {
        Builder::default()
    }

    /// Refuses nodes of more elements than this from now on, before anything is made for them.
    pub(crate) fn limit(&mut self, elements: usize) {
        self.room = elements.min(ELEMENTS);
    }

    /// Gives nodes whose name an earlier one has a name of their own.
    pub(crate) fn number_names(&mut self) {
        let names: Vec<&str> = self.nodes.iter().map(|node| node.name.as_str()).collect();
        for (id, name) in numbered(&names) {
            self.nodes[id].name = name;
        }
    }

    /// Shape of one example's output of a node.
    pub fn shape(&self, id: NodeId) -> &[usize] {
        self.nodes.get(id).map_or(&[], |node| &node.shape)
    }

    /// A node that was added.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// Adds an input of this shape (without the batch axis).
    pub fn input(&mut self, name: &str, shape: &[usize]) -> Result<NodeId> {
        let id = self.add(name, Layer::Input, &[], shape.to_vec())?;
        self.inputs.push(id);
        Ok(id)
    }

    /// Adds a node. Errors name it.
    pub fn push(&mut self, name: &str, operation: Operation, inputs: &[NodeId]) -> Result<NodeId> {
        self.bind(operation, inputs)
            .and_then(|(layer, shape)| self.add(name, layer, inputs, shape))
            .map_err(|error| error.context(format_args!("node '{name}'")))
    }

    /// The finished network. `outputs` are (name, node, activation). An error if two nodes have one name.
    pub fn finish(self, outputs: Vec<(String, NodeId, OutputActivation)>) -> Result<Network> {
        let names = self.nodes.iter().map(|node| (node.name.as_str(), 0)).collect();
        if let Some((name, ..)) = Names::new(names).duplicate(0) {
            return Err(Error::new(Code::Duplicate, format!("two nodes are named '{name}'")));
        }
        ensure(!outputs.is_empty(), Code::Malformed, || "the network has no output".into())?;
        ensure(!self.inputs.is_empty(), Code::Malformed, || "the network has no input".into())?;
        for (name, id, _) in &outputs {
            ensure(*id < self.nodes.len(), Code::Dangling, || format!("output '{name}'"))?;
        }
        let outputs = outputs
            .into_iter()
            .map(|(name, node, activation)| Output { name, node, activation })
            .collect();
        Ok(Network { nodes: self.nodes, inputs: self.inputs, outputs })
    }

    fn add(
        &mut self,
        name: &str,
        layer: Layer,
        inputs: &[NodeId],
        shape: Vec<usize>,
    ) -> Result<NodeId> {
        check_size(&shape, self.room)?;
        self.nodes.push(Node { name: name.into(), layer, inputs: inputs.to_vec(), shape });
        Ok(self.nodes.len() - 1)
    }

    /// The layer and the shape of its output.
    fn bind(&self, operation: Operation, inputs: &[NodeId]) -> Result<(Layer, Vec<usize>)> {
        for &i in inputs {
            ensure(i < self.nodes.len(), Code::Dangling, || format!("input {i} does not exist"))?;
        }
        let fits = match operation {
            Operation::Add | Operation::Concat { .. } => !inputs.is_empty(),
            Operation::Product | Operation::MatMul => inputs.len() == 2,
            _ => inputs.len() == 1,
        };
        ensure(fits, Code::Malformed, || format!("{} inputs", inputs.len()))?;
        let shapes: Vec<&[usize]> = inputs.iter().map(|&i| self.shape(i)).collect();
        let shape = shapes[0].to_vec();
        match operation {
            Operation::Dense { weight, outputs, bias } => dense(shape, weight, outputs, bias),
            Operation::Conv { weight, outputs, bias, window, groups } => {
                conv(shape, weight, outputs, bias, (&window, self.room), groups)
            }
            Operation::Scale { scale, shift, inner } => {
                let len: usize = shape.iter().product();
                let fits = !scale.is_empty()
                    && scale.len() == shift.len()
                    && inner > 0
                    && scale.len().checked_mul(inner).is_some_and(|n| len.is_multiple_of(n));
                ensure(fits, Code::Shape, || {
                    format!("{} factors for {len} elements", scale.len())
                })?;
                Ok((Layer::Linear(Linear::new(LinearShape::Scale { inner }, scale, shift)), shape))
            }
            Operation::MaxPool { window, ceil } => {
                let (geometry, shape) = slide(&shape, (&window, self.room), ceil)?;
                Ok((Layer::MaxPool { geometry }, shape))
            }
            Operation::AveragePool { window, ceil, count_include_pad } => {
                let (geometry, shape) = slide(&shape, (&window, self.room), ceil)?;
                let divisors = pool::divisors(&geometry, count_include_pad);
                Ok((Layer::AveragePool { geometry, divisors }, shape))
            }
            Operation::Add => {
                ensure(shapes.iter().all(|other| *other == shape), Code::Shape, || {
                    format!("sum of different shapes {shapes:?}")
                })?;
                Ok((Layer::Add, shape))
            }
            Operation::Product | Operation::MatMul => {
                product(&shapes, operation == Operation::MatMul)
            }
            Operation::Concat { axis } => concat(&shapes, axis),
            Operation::Reshape { shape: to } => {
                let (from, len) = (checked_len(&shape, ELEMENTS)?, checked_len(&to, self.room)?);
                ensure(from == len, Code::Shape, || {
                    format!("[{}] cannot become [{}]", join(&shape), join(&to))
                })?;
                Ok((Layer::Reshape, to))
            }
            Operation::Transpose { perm } => {
                let each_once = (0..shape.len()).all(|axis| perm.contains(&axis));
                ensure(each_once && perm.len() == shape.len(), Code::Shape, || {
                    format!("axes {perm:?} are no permutation of those of [{}]", join(&shape))
                })?;
                let to: Vec<usize> = perm.iter().map(|&axis| shape[axis]).collect();
                check_size(&to, self.room)?;
                Ok(rearrange(&shape, to, 0.0, &|k, j, strides| Some(j * strides[perm[k]])))
            }
            Operation::Take { axis, positions } => {
                let n = shape.get(axis).copied().unwrap_or(0);
                let fits = axis < shape.len() && positions.iter().all(|&at| at < n);
                ensure(fits, Code::Shape, || {
                    format!("elements of axis {axis} beyond those of [{}]", join(&shape))
                })?;
                let mut to = shape.clone();
                to[axis] = positions.len();
                check_size(&to, self.room)?;
                Ok(rearrange(&shape, to, 0.0, &|k, j, strides| {
                    Some(if k == axis { positions[j] } else { j } * strides[k])
                }))
            }
            Operation::Pad { before, after, value } => {
                ensure(
                    before.len() == shape.len() && after.len() == shape.len(),
                    Code::Shape,
                    || format!("padding of {} axes for [{}]", before.len(), join(&shape)),
                )?;
                let to = (0..shape.len())
                    .map(|d| before[d].checked_add(shape[d])?.checked_add(after[d]))
                    .collect::<Option<Vec<usize>>>()
                    .ok_or_else(|| Error::new(Code::Limit, "padding overflows"))?;
                check_size(&to, self.room)?;
                Ok(rearrange(&shape, to, value, &|k, j, strides| {
                    let inside = j.checked_sub(before[k]).filter(|&j| j < shape[k]);
                    inside.map(|j| j * strides[k])
                }))
            }
            Operation::Activation(unit) => Ok((Layer::Activation(unit), shape)),
            Operation::Embedding { table, width } => {
                ensure(width > 0 && table.len().is_multiple_of(width), Code::Shape, || {
                    format!("a table of {} values has no rows of {width}", table.len())
                })?;
                let mut to = shape;
                to.push(width);
                Ok((Layer::Embedding { table, width }, to))
            }
            Operation::Softmax { axis } => {
                ensure(axis < shape.len(), Code::Shape, || format!("no axis {axis}"))?;
                let inner = shape[axis + 1..].iter().product();
                Ok((Layer::Softmax { n: shape[axis], inner }, shape))
            }
            Operation::LocalResponseNorm { size, alpha, beta, bias } => {
                ensure(size > 0 && !shape.is_empty(), Code::Shape, || "size 0".into())?;
                // Channels are the axis in front of the spatial ones, as in [C, H, W].
                let channel = shape.len().saturating_sub(3);
                let layer = Layer::LocalResponseNorm {
                    channels: shape[channel],
                    inner: shape[channel + 1..].iter().product(),
                    size,
                    parameters: [alpha, beta, bias],
                };
                Ok((layer, shape))
            }
        }
    }
}

fn checked_len(shape: &[usize], room: usize) -> Result<usize> {
    let len = shape.iter().try_fold(1usize, |product, &n| product.checked_mul(n));
    len.filter(|&n| n <= room).ok_or_else(|| {
        let shape = join(shape);
        let message =
            format!("shape [{shape}] has more than the {room} elements there is room for");
        Error::new(Code::Limit, message)
    })
}

fn check_size(shape: &[usize], room: usize) -> Result<()> {
    ensure(shape.len() <= RANK, Code::Limit, || {
        format!("shape [{}] has more than {RANK} axes", join(shape))
    })?;
    let len = checked_len(shape, room)?;
    ensure(len > 0, Code::Shape, || format!("shape [{}] is empty", join(shape)))
}

fn dense(
    mut shape: Vec<usize>,
    weight: Vec<f32>,
    outputs: usize,
    bias: Vec<f32>,
) -> Result<(Layer, Vec<usize>)> {
    let inputs = shape.last().copied().unwrap_or(0);
    let fits = outputs > 0
        && inputs.checked_mul(outputs) == Some(weight.len())
        && (bias.is_empty() || bias.len() == outputs);
    ensure(fits, Code::Shape, || {
        format!(
            "{} weights and {} biases do not map {inputs} inputs to {outputs} outputs",
            weight.len(),
            bias.len()
        )
    })?;
    if let Some(last) = shape.last_mut() {
        *last = outputs;
    }
    Ok((Layer::Linear(Linear::new(LinearShape::Dense { inputs, outputs }, weight, bias)), shape))
}

fn conv(
    shape: Vec<usize>,
    weight: Vec<f32>,
    outputs: usize,
    bias: Vec<f32>,
    (window, room): (&Window, usize),
    groups: usize,
) -> Result<(Layer, Vec<usize>)> {
    let (geometry, mut to) = slide(&shape, (window, room), false)?;
    let channel = shape.len().checked_sub(window.kernel.len() + 1);
    let inputs = channel.map_or(0, |axis| shape[axis]);
    let divides = |n: usize| groups > 0 && n > 0 && n.is_multiple_of(groups);
    ensure(divides(inputs) && divides(outputs), Code::Shape, || {
        format!("{inputs} input and {outputs} output channels in {groups} groups")
    })?;
    let expected = (inputs / groups)
        .checked_mul(volume(geometry.kernel))
        .and_then(|fan_in| fan_in.checked_mul(outputs));
    let fits = expected == Some(weight.len()) && (bias.is_empty() || bias.len() == outputs);
    ensure(fits, Code::Shape, || {
        format!(
            "{} weights and {} biases for {inputs} to {outputs} channels",
            weight.len(),
            bias.len()
        )
    })?;
    // A prediction writes the padding out.
    let padded = checked_len(&geometry.padded(), room)?.checked_mul(inputs);
    ensure(padded.is_some_and(|n| n <= room), Code::Limit, || "padding is too large".into())?;
    if let Some(axis) = channel {
        to[axis] = outputs;
    }
    let plan = Plan::new(geometry, inputs, outputs, groups);
    Ok((Layer::Linear(Linear::new(LinearShape::Conv(Box::new(plan)), weight, bias)), to))
}

/// The geometry of a window over the last axes of `shape`, and the shape with these axes replaced.
fn slide(
    shape: &[usize],
    (window, room): (&Window, usize),
    ceil: bool,
) -> Result<(Geometry, Vec<usize>)> {
    let axes = window.kernel.len();
    let lists = [&window.stride, &window.pad_begin, &window.pad_end, &window.dilation];
    ensure(
        (1..=3).contains(&axes) && lists.iter().all(|list| list.len() == axes),
        Code::Shape,
        || format!("a window over {axes} axes (1 to 3 are supported)"),
    )?;
    ensure(shape.len() > axes, Code::Shape, || {
        format!("a window over {axes} axes of [{}]", join(shape))
    })?;
    let positive = |list: &[usize]| list.iter().all(|&n| (1..=ELEMENTS).contains(&n));
    let small = |list: &[usize]| list.iter().all(|&n| n <= ELEMENTS);
    ensure(
        positive(&window.kernel)
            && positive(&window.stride)
            && positive(&window.dilation)
            && small(&window.pad_begin)
            && small(&window.pad_end)
            && window
                .kernel
                .iter()
                .zip(&window.dilation)
                .all(|(k, d)| k.saturating_mul(*d) <= ELEMENTS),
        Code::Shape,
        || {
            format!(
                "a window with kernel {:?}, stride {:?}, padding {:?}, dilation {:?}",
                window.kernel, window.stride, window.pad_begin, window.dilation
            )
        },
    )?;
    let space = &shape[shape.len() - axes..];
    let lift = |list: &[usize], missing: usize| -> [usize; 3] {
        std::array::from_fn(|d| (d + axes).checked_sub(3).map_or(missing, |k| list[k]))
    };
    let mut geometry = Geometry {
        input: lift(space, 1),
        output: [1; 3],
        kernel: lift(&window.kernel, 1),
        stride: lift(&window.stride, 1),
        dilation: lift(&window.dilation, 1),
        pad_begin: lift(&window.pad_begin, 0),
        pad_end: lift(&window.pad_end, 0),
    };
    let mut to = shape.to_vec();
    for d in 0..3 {
        geometry.output[d] = windows(
            geometry.input[d],
            geometry.kernel[d],
            geometry.stride[d],
            geometry.dilation[d],
            (geometry.pad_begin[d], geometry.pad_end[d]),
            ceil,
        );
        if let Some(k) = (d + axes).checked_sub(3) {
            to[shape.len() - axes + k] = geometry.output[d];
        }
    }
    ensure(geometry.output.iter().all(|&n| n > 0), Code::Shape, || {
        format!("a window of {:?} does not fit into [{}]", window.kernel, join(shape))
    })?;
    check_size(&to, room)?;
    Ok((geometry, to))
}

fn product(shapes: &[&[usize]], matrices: bool) -> Result<(Layer, Vec<usize>)> {
    let (extents, to) = match (shapes[0], shapes[1]) {
        (a, b) if !matrices && a == b => ([1, 1, 1], a.to_vec()),
        ([a @ .., m, n], [b @ .., inner, p]) if matrices && a == b && n == inner => {
            ([*m, *n, *p], [a, &[*m, *p]].concat())
        }
        _ => {
            return Err(Error::new(Code::Shape, format!("product of the shapes {shapes:?}")));
        }
    };
    Ok((Layer::Product { extents }, to))
}
