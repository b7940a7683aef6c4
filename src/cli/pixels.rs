//! Greys and colours as values of a network's input: range, dark and light, rows and columns.

use super::array::{Array, Data};
use super::failure::{Failure, Outcome};
use super::model::Model;
use super::text;
use clap::Args;
use std::io::Write;

/// How the values of a picture are read.
#[derive(Args)]
pub struct Pixels {
    /// What the bytes 0 to 255 stand for [default: the model's heatlens.input.range, or 0,1]
    #[arg(long, value_name = "LOW,HIGH", allow_hyphen_values = true)]
    range: Option<String>,
    /// Exchange dark and light: for dark ink on white before a network that was trained on the opposite
    #[arg(long)]
    invert: bool,
    /// Exchange rows and columns, as the idx files of EMNIST need
    #[arg(long)]
    transpose: bool,
}

impl Pixels {
    /// What the bytes 0 and 255 stand for.
    pub fn range(&self, model: &Model) -> Outcome<(f32, f32)> {
        model.range(self.range.as_deref())
    }

    /// Values of examples of this shape, one after the other, as the options ask for them.
    pub fn turned(
        &self,
        values: Vec<f32>,
        shape: &[usize],
        (low, high): (f32, f32),
    ) -> Outcome<Vec<f32>> {
        let mut values = values;
        if self.invert {
            values.iter_mut().for_each(|value| *value = low + high - *value);
        }
        if self.transpose {
            let side = side(shape).ok_or_else(|| {
                Failure::request(format!("--transpose is for squares; the network takes {shape:?}"))
            })?;
            for plane in values.chunks_exact_mut(side * side) {
                for row in 0..side {
                    for column in 0..row {
                        plane.swap(row * side + column, column * side + row);
                    }
                }
            }
        }
        Ok(values)
    }

    /// Warns of pictures in which a network of one channel will hardly see what a person does: blank ones, and those that
    /// are dark on light where the model's mask says that nothing is dark.
    pub fn warn(&self, name: &str, array: &Array, model: &Model, shape: &[usize]) -> Outcome<()> {
        let Data::Bytes(bytes) = &array.data else {
            return Ok(());
        };
        let len = shape.iter().product::<usize>().max(1);
        let images = bytes.chunks_exact(len);
        let blank = images.clone().filter(|image| image.iter().all(|byte| *byte == image[0]));
        match (blank.count(), images.len()) {
            (0, _) => {}
            (1, 1) => note(name, "it is blank: all values are the same"),
            (blank, count) => note(name, &format!("{blank} of {count} images are blank")),
        }
        let light = 2 * bytes.iter().filter(|byte| **byte >= 128).count() > bytes.len();
        let dark = side(shape).is_some_and(|side| side * side == len) && model.is_blank_low()?;
        if dark && light && !self.invert {
            note(
                name,
                "dark on light, but to this model nothing is dark (heatlens.mask); --invert exchanges them",
            );
        } else if dark && !light && self.invert {
            note(name, "light on dark already, and --invert makes it dark on light");
        }
        Ok(())
    }
}

/// Side of the square planes of an input; of a plain list, of the square that it fills.
fn side(shape: &[usize]) -> Option<usize> {
    match *shape {
        [.., height, width] => (height == width).then_some(width),
        [n] => (n.isqrt().pow(2) == n).then_some(n.isqrt()),
        [] => None,
    }
}

/// Says on stderr what was made of a file. Nothing is lost if nobody reads it.
pub fn note(name: &str, what: &str) {
    let _ = writeln!(std::io::stderr(), "heatlens: note: {name}: {}", text::visible(what));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_are_turned_one_by_one() {
        let pixels = Pixels { range: None, invert: true, transpose: true };
        let values: Vec<f32> = (0..8).map(|i| i as f32 / 7.0).collect();
        let turned = pixels.turned(values.clone(), &[2, 2, 2], (0.0, 1.0)).unwrap();
        let expected = [0, 2, 1, 3, 4, 6, 5, 7].map(|i: usize| 1.0 - values[i]);
        assert_eq!(turned, expected);
        assert_eq!(pixels.turned(values.clone(), &[2, 4], (0.0, 1.0)).unwrap_err().exit(), 2);
        let plain = Pixels { range: None, invert: false, transpose: false };
        assert_eq!(plain.turned(values.clone(), &[2, 4], (0.0, 1.0)).unwrap(), values);
    }

    #[test]
    fn planes_are_squares_or_lists_of_one() {
        assert_eq!(
            [side(&[1, 28, 28]), side(&[784]), side(&[3, 2, 2])],
            [Some(28), Some(28), Some(2)]
        );
        assert_eq!([side(&[28, 27]), side(&[783]), side(&[])], [None; 3]);
    }
}
