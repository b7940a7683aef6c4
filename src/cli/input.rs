//! The example that a command is about.

use super::array::{self, Fit, Ground, Source};
use super::failure::{Failure, Outcome};
use super::model::Model;
use super::pixels::{Pixels, note};
use super::text;
use clap::Args;
use heatlens::error::{Code, Error};
use ndarray::{ArrayD, IxDyn};
use std::path::PathBuf;

/// Where the example comes from.
#[derive(Args)]
pub struct Input {
    /// .npy, .png, idx or JSON file, gzipped or not; '-' is the standard input. One for each of the
    /// model's inputs
    #[arg(long = "input", value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Which example, if the file holds several (from 0)
    #[arg(long, value_name = "N")]
    index: Option<usize>,
    #[command(flatten)]
    pixels: Pixels,
    /// Scale a picture to the model's size; one of other proportions is padded with the colour of its border
    #[arg(long)]
    resize: bool,
    /// What transparent parts of a picture are laid on [default: the opposite of what is opaque, if that is less than
    /// half of it, else the like]
    #[arg(long, value_enum, value_name = "COLOR")]
    background: Option<Ground>,
}

impl Input {
    /// `[1, *shape]` for each input of the network, all finite.
    pub fn load(&self, model: &Model) -> Outcome<Vec<ArrayD<f32>>> {
        let network = model.network();
        let (wanted, given) = (network.inputs().len(), self.files.len());
        if wanted != given {
            let message = format!("the network has {wanted} inputs, {given} were given");
            return Err(Error::new(Code::Input, message).into());
        }
        let range = self.pixels.range(model)?;
        let mut inputs = Vec::new();
        for (&id, path) in network.inputs().iter().zip(&self.files) {
            let node = network.node(id);
            let named = |failure: Failure| failure.context(text::path(path));
            let name = text::path(path);
            let array = match array::read(path)? {
                Source::Array(array) => array,
                Source::Image(image) => {
                    let fit = Fit { resize: self.resize, ground: self.background };
                    let (array, done) = image.array(&node.shape, &fit).map_err(named)?;
                    done.iter().for_each(|what| note(&name, what));
                    array
                }
            };
            let example = array.example(self.index, &node.shape).map_err(named)?;
            self.pixels.warn(&name, &example, model, &node.shape)?;
            let values = example.values(0, example.len(), range);
            let values = self.pixels.turned(values, &node.shape, range).map_err(named)?;
            if let Some(value) = values.iter().find(|value| !value.is_finite()) {
                let error = Error::new(Code::Nonfinite, format!("the input contains {value}"));
                return Err(named(error.into()));
            }
            inputs.push(batch(1, &node.shape, values)?);
        }
        Ok(inputs)
    }
}

/// Values as an array `[n, *shape]`.
pub fn batch(n: usize, shape: &[usize], values: Vec<f32>) -> Outcome<ArrayD<f32>> {
    let shape: Vec<usize> = std::iter::once(n).chain(shape.iter().copied()).collect();
    ArrayD::from_shape_vec(IxDyn(&shape), values)
        .map_err(|error| Error::new(Code::Input, error.to_string()).into())
}
