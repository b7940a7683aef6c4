//! What became of each node of the file.

use crate::network::{Class, NodeId, OutputActivation};
use std::fmt;

/// What became of a node of the file.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// It is a layer of this class.
    Recognised(Class),
    /// It was merged into the layer of this name.
    FoldedInto(String),
    /// It was computed when the file was read.
    Constant,
    /// It changes nothing (identity, dropout, a cast).
    Skipped,
    /// It was taken off the end; how the raw output is read is said by the output, where options and metadata go
    /// before this.
    OutputActivation(OutputActivation),
    /// It leads to no output.
    Unused,
    /// It depends on a node that was refused.
    Blocked,
    /// It is not supported, for this reason.
    Refused(String),
}

/// One node of the file in the support report.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportRow {
    /// Name of the node, or of its first output if it has none.
    pub name: String,
    /// Operator, with its domain in front if that is not the standard one.
    pub operator: String,
    /// What became of it.
    pub status: Status,
    /// The node of the network that bears its (first) output's values.
    pub node: Option<NodeId>,
}

/// What is known about a node of the file on the way.
#[derive(Clone, Debug, Default)]
pub(super) struct ImportLog {
    /// What became of it, where that is not for its layers to say.
    pub status: Option<Status>,
    /// The layers that it made.
    pub pushed: Vec<NodeId>,
    /// The node of the network that computes its (first) output.
    pub value: Option<NodeId>,
    /// Its value was there already, as this node's.
    pub folded: bool,
}

impl ReportRow {
    /// The node of the network that this one is, if it is one of its own: not merged into another.
    pub fn own_node(&self) -> Option<NodeId> {
        self.node.filter(|_| matches!(self.status, Status::Recognised(_)))
    }
}

impl Status {
    /// The word for it in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Status::Recognised(_) => "recognised",
            Status::FoldedInto(_) => "folded",
            Status::Constant => "constant",
            Status::Skipped => "skipped",
            Status::OutputActivation(_) => "output-activation",
            Status::Unused => "unused",
            Status::Blocked => "blocked",
            Status::Refused(_) => "refused",
        }
    }

    /// Kind of the layer, what it was folded into, how outputs are read, or why it was refused.
    pub fn detail(&self) -> &str {
        match self {
            Status::Recognised(class) => class.name(),
            Status::FoldedInto(name) => name,
            Status::OutputActivation(own) => own.name().unwrap_or_default(),
            Status::Refused(why) => why,
            Status::Constant | Status::Skipped | Status::Unused | Status::Blocked => "",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.detail() {
            "" => f.write_str(self.word()),
            detail => write!(f, "{}: {detail}", self.word()),
        }
    }
}

impl fmt::Display for ReportRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' ({}): {}", self.name, self.operator, self.status)
    }
}
