//! How a model is made: from its file, by options and edits. All networks of a model, at whatever sizes of its
//! open axes, are made by its recipe, so that none lacks what was asked for.

use crate::error::{Code, Error, Result};
use crate::network::{Edit, Network};
use crate::onnx::{self, Model};
use std::borrow::Cow;
use std::sync::Arc;

/// A model's file with how it is read and what is changed in it.
#[derive(Clone, Debug)]
pub struct Recipe<'b> {
    /// The ONNX file.
    pub bytes: Cow<'b, [u8]>,
    /// How it is read.
    pub options: onnx::Options,
    /// What is changed in the network, in order.
    pub edits: Vec<Edit>,
}

impl<'b> Recipe<'b> {
    /// The file as it is.
    pub fn new(bytes: impl Into<Cow<'b, [u8]>>) -> Self {
        Recipe { bytes: bytes.into(), options: onnx::Options::default(), edits: Vec::new() }
    }

    /// The same to be kept: with a copy of the file if it was borrowed.
    pub fn into_owned(self) -> Recipe<'static> {
        let Recipe { bytes, options, edits } = self;
        Recipe { bytes: Cow::Owned(bytes.into_owned()), options, edits }
    }

    /// Makes the model.
    pub fn model(&self) -> Result<Model> {
        let mut model = onnx::read(&self.bytes, &self.options)?;
        for edit in &self.edits {
            let network = Arc::get_mut(&mut model.network)
                .ok_or_else(|| Error::new(Code::Request, "the network is already in use"))?;
            network.edit(edit)?;
        }
        Ok(model)
    }

    /// Makes its network with this size of an open axis, which goes before the one in the options.
    pub fn at(&self, axis: &str, size: usize) -> Result<Arc<Network>> {
        let mut recipe = Recipe {
            bytes: Cow::Borrowed(&*self.bytes),
            options: self.options.clone(),
            edits: self.edits.clone(),
        };
        recipe.options.dimensions.insert(axis.into(), size);
        Ok(recipe.model()?.network)
    }
}
