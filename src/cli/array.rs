//! Data files as arrays: .npy, idx, JSON and PNG, each told by its first bytes, gzip taken off.

mod idx;
mod image;
mod json;
mod npy;

pub use image::{Fit, Ground, Image, encode as encode_png};
pub use npy::write as write_npy;

use super::failure::{Failure, Outcome};
use super::{files, text};
use heatlens::error::{Code, Error};
use std::path::Path;

/// Most bytes of a data file, packed and unpacked.
const LIMIT: u64 = 512 << 20;
/// Most bytes of one that is text.
const TEXT: u64 = 64 << 20;
const NPY: &[u8] = b"\x93NUMPY";
const PNG: &[u8] = b"\x89PNG";
const IDX: &[u8] = &[0, 0];

/// What a data file holds.
#[derive(Debug)]
pub enum Source {
    /// Numbers with a shape.
    Array(Array),
    /// A picture, whose channels and size are fitted to the network.
    Image(Image),
}

/// Numbers in row-major order.
#[derive(Debug, PartialEq)]
pub struct Array {
    /// Extent of each axis.
    pub shape: Vec<usize>,
    /// The elements.
    pub data: Data,
}

/// Elements of an array.
#[derive(Debug, PartialEq)]
pub enum Data {
    /// Grey or colour values from 0 to 255, which are scaled to the network's input range.
    Bytes(Vec<u8>),
    /// Numbers as the network takes them.
    Numbers(Vec<f32>),
}

/// Reads a data file, or the standard input for `-`.
pub fn read(path: &Path) -> Outcome<Source> {
    let bytes = files::read_unpacked(path, LIMIT, |head| {
        if [NPY, PNG, IDX].iter().any(|start| head.starts_with(start)) { LIMIT } else { TEXT }
    })?;
    let whole = |failure: Failure| failure.context(text::path(path));
    let source = if bytes.starts_with(NPY) {
        npy::parse(&bytes).map(Source::Array)
    } else if bytes.starts_with(PNG) {
        Image::decode(&bytes).map(Source::Image)
    } else if bytes.starts_with(IDX) {
        idx::parse(&bytes).map(Source::Array)
    } else {
        json::parse(&bytes).map(Source::Array)
    };
    source.map_err(whole)
}

/// The number of elements; an error where it is absurd.
fn elements(shape: &[usize]) -> Outcome<usize> {
    let product = shape.iter().try_fold(1usize, |product, &n| product.checked_mul(n));
    product
        .filter(|&n| n as u64 <= LIMIT && shape.len() <= 16)
        .ok_or_else(|| Failure::data(format!("shape {shape:?} is too large")))
}

impl Array {
    /// Number of examples of this shape along the first axis; none if the rest does not fit.
    pub fn examples(&self, shape: &[usize]) -> Option<usize> {
        let (&n, rest) = self.shape.split_first()?;
        fits(rest, shape).then_some(n)
    }

    /// Elements `start..start + len` as the network takes them: bytes scaled to `range`.
    pub fn values(&self, start: usize, len: usize, (low, high): (f32, f32)) -> Vec<f32> {
        match &self.data {
            Data::Numbers(numbers) => numbers.iter().skip(start).take(len).copied().collect(),
            Data::Bytes(bytes) => {
                let scaled = |&byte: &u8| low + (high - low) * (f32::from(byte) / 255.0);
                bytes.iter().skip(start).take(len).map(scaled).collect()
            }
        }
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        match &self.data {
            Data::Bytes(bytes) => bytes.len(),
            Data::Numbers(numbers) => numbers.len(),
        }
    }

    /// Elements `start..start + len` as an array of this shape.
    fn part(&self, start: usize, shape: &[usize]) -> Array {
        let end = start + shape.iter().product::<usize>();
        let data = match &self.data {
            Data::Bytes(bytes) => Data::Bytes(bytes.get(start..end).unwrap_or_default().to_vec()),
            Data::Numbers(all) => Data::Numbers(all.get(start..end).unwrap_or_default().to_vec()),
        };
        Array { shape: shape.to_vec(), data }
    }

    /// One example of this shape: the whole array, or the one of this number along the first axis.
    pub fn example(&self, index: Option<usize>, shape: &[usize]) -> Outcome<Array> {
        let len: usize = shape.iter().product();
        match (index, self.examples(shape)) {
            (None, _) if fits(&self.shape, shape) => Ok(self.part(0, shape)),
            (None, Some(1)) => Ok(self.part(0, shape)),
            (None, Some(n)) => Err(Failure::request(format!(
                "holds {n} examples; choose one of them with --index"
            ))),
            (Some(index), Some(n)) if index < n => Ok(self.part(index * len, shape)),
            (Some(index), Some(n)) => {
                Err(Failure::request(format!("holds {n} examples, none with number {index}")))
            }
            (_, None) => Err(wrong_shape(&self.shape, shape)),
        }
    }

    /// Whole numbers below 2²⁴, one per example: labels.
    pub fn labels(&self) -> Outcome<Vec<usize>> {
        if self.shape.len() != 1 {
            return Err(Failure::data(format!("labels have one axis, not shape {:?}", self.shape)));
        }
        match &self.data {
            Data::Bytes(bytes) => Ok(bytes.iter().map(|&byte| usize::from(byte)).collect()),
            Data::Numbers(numbers) => numbers
                .iter()
                .map(|&n| {
                    let whole = n.fract() == 0.0 && (0.0..16_777_216.0).contains(&n);
                    if whole { Ok(n as usize) } else { Err(Failure::data(format!("label {n}"))) }
                })
                .collect(),
        }
    }
}

/// The error of an input that the network does not take.
pub fn wrong_shape(given: &[usize], wanted: &[usize]) -> Failure {
    Error::new(Code::Input, format!("has shape {given:?}; the network takes {wanted:?}")).into()
}

/// Whether these are the same elements: equal up to axes of extent 1, or one of them a plain list.
fn fits(given: &[usize], wanted: &[usize]) -> bool {
    let long =
        |shape: &[usize]| -> Vec<usize> { shape.iter().copied().filter(|&n| n != 1).collect() };
    let (given, wanted) = (long(given), long(wanted));
    let same = given.iter().product::<usize>() == wanted.iter().product::<usize>();
    given == wanted || (same && (given.len() <= 1 || wanted.len() <= 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_fit_up_to_ones_and_lists() {
        assert!(fits(&[28, 28], &[1, 28, 28]) && fits(&[784], &[1, 28, 28]));
        assert!(fits(&[28, 28], &[784]) && fits(&[], &[1]));
        assert!(!fits(&[28, 28, 3], &[3, 28, 28]) && !fits(&[14, 56], &[28, 28]));
    }

    #[test]
    fn an_example_is_chosen_by_number() {
        let array = Array { shape: vec![2, 2], data: Data::Bytes(vec![0, 255, 51, 102]) };
        let values = |index, shape: &[usize], range| {
            array.example(index, shape).unwrap().values(0, shape.iter().product(), range)
        };
        assert_eq!(values(Some(1), &[2], (0.0, 1.0)), [0.2, 0.4]);
        assert_eq!(values(None, &[4], (-1.0, 1.0))[..2], [-1.0, 1.0]);
        assert_eq!(array.example(None, &[2]).unwrap_err().exit(), 2);
        assert_eq!(array.example(Some(2), &[2]).unwrap_err().exit(), 2);
        assert_eq!(array.example(Some(0), &[3]).unwrap_err().code(), "E_INPUT");
    }

    #[test]
    fn labels_are_whole_numbers() {
        let array = |data| Array { shape: vec![2], data };
        assert_eq!(array(Data::Bytes(vec![3, 4])).labels().unwrap(), [3, 4]);
        assert_eq!(array(Data::Numbers(vec![3.0, 4.0])).labels().unwrap(), [3, 4]);
        assert!(array(Data::Numbers(vec![0.5, 4.0])).labels().is_err());
        assert!(array(Data::Numbers(vec![f32::NAN, -1.0])).labels().is_err());
    }
}
