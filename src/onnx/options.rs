//! How a file is read, and what it suggests itself.

use super::activations::Activations;
use super::diagnostic::error;
use super::limits::Limits;
use super::proto::ModelProto;
use super::sorted_map::SortedMap;
use super::tensor::Tensor;
use crate::error::{Code, Result};
use crate::network::Names;

/// The metadata keys that give named axes a size, each in front of its axis's name.
const AXIS: &str = "heatlens.axis.";

/// How a file is read.
#[derive(Clone, Debug)]
pub struct Options {
    /// Bounds on what the file may ask for.
    pub limits: Limits,
    /// Graph inputs that are given now instead of with every example.
    pub constants: SortedMap<Tensor>,
    /// Sizes of named axes other than the batch; they go before those that the file's metadata
    /// suggest (`heatlens.axis.NAME`).
    pub dimensions: SortedMap<usize>,
    /// How raw outputs are read; what is said here goes before the file's metadata
    /// (`heatlens.output-activation`), and these before its own last nodes.
    pub activations: Option<Activations>,
    /// Whether scalings are merged into the linear layers in front of them ([`fold`](crate::network::Network::fold)).
    pub fold: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            limits: Limits::default(),
            constants: SortedMap::default(),
            dimensions: SortedMap::default(),
            activations: None,
            fold: true,
        }
    }
}

/// Sizes of named axes that the file suggests.
#[derive(Debug)]
pub(super) struct Suggested<'a> {
    axes: Names<'a>,
    sizes: Vec<usize>,
}

impl<'a> Suggested<'a> {
    /// None.
    pub fn none() -> Self {
        Suggested { axes: Names::new(Vec::new()), sizes: Vec::new() }
    }

    pub fn new(proto: &ModelProto<'a>) -> Result<Self> {
        let (mut axes, mut sizes) = (Vec::new(), Vec::new());
        for &(key, size) in &proto.metadata {
            let Some(axis) = key.strip_prefix(AXIS) else { continue };
            let why = format_args!("metadata '{key}' is no size: '{size}'");
            axes.push((axis, sizes.len()));
            sizes.push(size.parse().map_err(|_| error(Code::Malformed, &why))?);
        }
        Ok(Suggested { axes: Names::new(axes), sizes })
    }

    pub fn size(&self, axis: &str) -> Option<usize> {
        self.sizes.get(self.axes.find(axis)?).copied()
    }
}
