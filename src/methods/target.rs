//! What is explained: a class, one class against another, a side, a unit or a channel.

use crate::error::{Code, Error, Result, ensure};
use crate::network::{Network, NodeId, Side, top};

/// What is explained.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// The largest raw output of the first result.
    Top,
    /// One raw output.
    Class {
        /// Which of the network's results.
        output: usize,
        /// Flat index of the raw output.
        class: usize,
    },
    /// The side that a single sigmoid speaks against: the raw output with its sign turned.
    Complement {
        /// Which of the network's results.
        output: usize,
    },
    /// The difference of two raw outputs: for `class`, against `against`.
    Contrast {
        /// Which of the network's results.
        output: usize,
        /// For this one …
        class: usize,
        /// … against this one.
        against: usize,
    },
    /// One element of an inner node.
    Unit {
        /// The node.
        node: NodeId,
        /// Flat index of the element.
        index: usize,
    },
    /// The sum over one channel (first axis) of an inner node.
    Channel {
        /// The node.
        node: NodeId,
        /// The channel.
        channel: usize,
    },
}

/// A class as people name it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ClassName<'n> {
    /// Flat index of the raw output.
    Number(usize),
    /// A label, or `yes` or `no` for the sides of a single sigmoid.
    Word(&'n str),
}

impl Target {
    /// What a network says by the raw outputs of its first result: the class with the largest, or the side that a single
    /// sigmoid takes.
    pub fn predicted(network: &Network, logits: &[f32]) -> Target {
        let binary = network.outputs().first().is_some_and(|output| network.is_binary(output));
        match logits {
            &[z] if binary && z <= 0.0 => Target::Complement { output: 0 },
            _ => Target::Class { output: 0, class: top(logits) },
        }
    }
}

/// A class or side that exists.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Known {
    Class(usize),
    Side(Side),
}

impl Target {
    /// The class with this name, against another one if there is one. `labels` name the classes of the result; those of a
    /// single sigmoid are of its sides, that of output 0 first.
    pub fn of_class(
        network: &Network,
        labels: &[String],
        output: usize,
        class: ClassName<'_>,
        against: Option<ClassName<'_>>,
    ) -> Result<Target> {
        let class = known(network, labels, output, class)?;
        let against = against.map(|name| known(network, labels, output, name)).transpose()?;
        ensure(Some(class) != against, Code::Request, || {
            "a class cannot be explained against itself".into()
        })?;
        Ok(match (class, against) {
            (Known::Class(class), Some(Known::Class(against))) => {
                Target::Contrast { output, class, against }
            }
            (Known::Class(class), _) => Target::Class { output, class },
            // The other side is what a side is held against anyway.
            (Known::Side(Side::Yes), _) => Target::Class { output, class: 0 },
            (Known::Side(Side::No), _) => Target::Complement { output },
        })
    }
}

fn known(
    network: &Network,
    labels: &[String],
    output: usize,
    name: ClassName<'_>,
) -> Result<Known> {
    let result = network.outputs().get(output).ok_or_else(|| no_result(output))?;
    let count = network.node(result.node).len();
    // Labels are those of the first result.
    let labels = if output == 0 { labels } else { &[] };
    let binary = network.is_binary(result);
    let place = |word: &str| labels.iter().take(count.max(2)).position(|label| label == word);
    let found = match name {
        ClassName::Number(n) => (n < count).then_some(n),
        ClassName::Word(word) if binary && word == Side::Yes.name() => Some(0),
        ClassName::Word(word) if binary && word == Side::No.name() => Some(1),
        ClassName::Word(word) => place(word),
    };
    match (found, binary) {
        (Some(0), true) => Ok(Known::Side(Side::Yes)),
        (Some(_), true) => Ok(Known::Side(Side::No)),
        (Some(n), false) if n < count => Ok(Known::Class(n)),
        _ => Err(unknown(name, labels, count, binary)),
    }
}

fn no_result(output: usize) -> Error {
    Error::new(Code::Request, format!("the network has no result {output}"))
}

#[cold]
fn unknown(name: ClassName<'_>, labels: &[String], count: usize, binary: bool) -> Error {
    let name = match name {
        ClassName::Number(n) => n.to_string(),
        ClassName::Word(word) => word.chars().take(60).collect(),
    };
    let mut text = format!("there is no class '{name}'");
    if binary {
        text += ": the result is a single sigmoid, whose sides are 'yes' (class 0) and 'no'";
    } else {
        text += &format!(" among {count}");
    }
    for (k, label) in labels.iter().take(LISTED).enumerate() {
        text += if k == 0 { "; labels: " } else { ", " };
        text.extend(label.chars().take(60));
    }
    text += if labels.len() > LISTED { " …" } else { "" };
    Error::new(Code::Request, text)
}

/// Most labels that a message lists.
const LISTED: usize = 30;
