//! Sampled methods (SmoothGrad, integrated gradients, SHAP …) as a fixed number of pieces, each a range of the samples,
//! that several workers can do. Pieces are added up in one order whoever computes them, so the result is the same to the last bit.

use super::{Job, go_on};
use crate::error::{Code, Error, Result, ensure};
use crate::explanation::Explanation;
use std::ops::Range;

/// Pieces that the samples of a sampled method are done in.
pub const PIECES: usize = 8;

/// Which part of the work a call does.
#[derive(Clone, Debug, PartialEq)]
pub enum Share {
    /// All of it.
    Whole,
    /// One of the [`PIECES`] of a sampled method. Other methods have none.
    Piece(usize),
    /// What is left when these are the numbers of all pieces, in order.
    Known(Vec<f64>),
}

/// What a share of the work gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The explanation.
    Explanation(Box<Explanation>),
    /// The numbers of one piece.
    Piece(Vec<f64>),
}

impl Outcome {
    /// The explanation; an error if it is a piece, which is asked for by [`Share::Piece`].
    pub fn explanation(self) -> Result<Explanation> {
        match self {
            Outcome::Explanation(explanation) => Ok(*explanation),
            Outcome::Piece(_) => Err(Error::new(Code::Request, "a piece is no explanation")),
        }
    }
}

impl From<Explanation> for Outcome {
    fn from(explanation: Explanation) -> Self {
        Outcome::Explanation(Box::new(explanation))
    }
}

/// Numbers of samples: of all, or of the piece that was asked for.
pub(super) enum Sampled {
    All(Vec<f64>),
    Piece(Vec<f64>),
}

/// Appends the numbers of these samples.
type Compute<'c, J> = &'c mut dyn FnMut(&mut J, Range<usize>, &mut Vec<f64>) -> Result<()>;

impl Job<'_, '_> {
    /// The `length` numbers that `compute` appends for samples 0 to `count`. It is called piece by
    /// piece and says by [`Job::advance`] how far it is.
    pub(super) fn sample(
        &mut self,
        count: usize,
        length: usize,
        compute: Compute<'_, Self>,
    ) -> Result<Sampled> {
        if let Share::Known(numbers) = &mut self.share {
            ensure(numbers.len() == length, Code::Request, || {
                format!("{} numbers of pieces, {length} are needed", numbers.len())
            })?;
            self.work = (count, count + self.solving);
            return Ok(Sampled::All(std::mem::take(numbers)));
        }
        let pieces = match self.share {
            Share::Piece(piece) => piece.min(PIECES - 1)..piece.min(PIECES - 1) + 1,
            _ => 0..PIECES,
        };
        let from = |piece: usize| piece * count / PIECES;
        let solving = if pieces.len() == PIECES { self.solving } else { 0 };
        self.work = (0, from(pieces.end) - from(pieces.start) + solving);
        let mut numbers = Vec::new();
        for piece in pieces {
            compute(self, from(piece)..from(piece + 1), &mut numbers)?;
        }
        Ok(match self.share {
            Share::Piece(_) => Sampled::Piece(numbers),
            _ => Sampled::All(numbers),
        })
    }

    /// One more step of solving is done.
    pub(super) fn solved(&mut self) -> Result<()> {
        let (done, total) = self.work;
        self.advance(usize::from(done < total))
    }

    /// So many more samples are done.
    pub(super) fn advance(&mut self, samples: usize) -> Result<()> {
        self.work.0 += samples;
        go_on(self.progress, self.work.0, self.work.1)
    }
}
