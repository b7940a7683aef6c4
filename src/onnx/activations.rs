//! What is said of the outputs' activations, by whoever loads a file or in its metadata.

use super::diagnostic::error;
use super::sorted_map::SortedMap;
use crate::error::{Code, Result, clip};
use crate::network::{Network, OutputActivation};

/// The metadata key for [`Activations`], and the one that it had before.
pub(super) const KEYS: [&str; 2] = ["heatlens.output-activation", "heatlens.link"];

/// Most bytes of outputs' names in a message.
const NAMES: usize = 600;

/// How a model's raw outputs are read: all in one way, or each in its own by its name.
#[derive(Clone, Debug, PartialEq)]
pub enum Activations {
    /// All of them; softmax those that have more than one number.
    All(OutputActivation),
    /// These; of others nothing is said.
    Each(SortedMap<OutputActivation>),
}

impl Activations {
    /// Reads `softmax`, or `NAME=softmax` for several outputs, line by line or with commas between. None for
    /// what is neither.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(activation) = OutputActivation::named(text.trim()) {
            return Some(Activations::All(activation));
        }
        // Scripts write a last line's end, too.
        let each = text.trim().split(['\n', ',']).map(|part| {
            let (name, word) = part.trim().rsplit_once('=')?;
            Some((name.to_string(), OutputActivation::named(word)?))
        });
        each.collect::<Option<SortedMap<_>>>().map(Activations::Each)
    }

    /// Writes them into a network; an error with this code for an output that does not exist or for the
    /// softmax of a single number.
    pub(super) fn apply(&self, network: &mut Network, code: Code) -> Result<()> {
        let sizes: Vec<usize> =
            network.outputs().iter().map(|o| network.classes_of(o.node)).collect();
        let alone = sizes.len() == 1;
        let mut left = match self {
            Activations::Each(each) => each.iter().count(),
            Activations::All(_) => 0,
        };
        for (output, &size) in network.outputs_mut().iter_mut().zip(&sizes) {
            let own = match self {
                Activations::All(activation) => Some(*activation),
                Activations::Each(each) => each.get(&output.name).copied(),
            };
            let Some(activation) = own else { continue };
            left = left.saturating_sub(1);
            if activation == OutputActivation::Softmax && size < 2 {
                // Said of all, it is not meant for the number beside the classes.
                if alone || matches!(self, Activations::Each(_)) {
                    let name = &output.name;
                    let why = format_args!(
                        "output '{name}' is one number, whose softmax is always 1; sigmoid and identity are \
                         possible"
                    );
                    return Err(error(code, &why));
                }
                continue;
            }
            output.activation = activation;
        }
        if left > 0 {
            let names: Vec<&str> = network.outputs().iter().map(|o| o.name.as_str()).collect();
            let mut names = names.join(", ");
            clip(&mut names, NAMES);
            let why = format_args!("activations of unknown outputs; there are: {names}");
            return Err(error(code, &why));
        }
        Ok(())
    }
}
