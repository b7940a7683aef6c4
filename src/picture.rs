//! Relevance as a picture: numbers to RGBA, with a legend that says what full colour stands for.
//!
//! A [`Map`] is one number per pixel, row by row. Numbers of either sign are shown symmetrically about
//! zero; numbers that are never negative from none to much; numbers of sets each in a colour of its
//! own. NaN and infinity are hatched, whatever the colours.

mod colors;
mod legend;
mod normalization;

pub use colors::{Colors, HATCH};
pub use legend::value_text;
pub use normalization::Normalization;

use crate::error::{Code, Error, Result, ensure};

/// Most pixels of a picture.
const PIXELS: usize = 40_000_000;

/// What the numbers of a map are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// For (+) and against (−).
    Signed,
    /// Much or little, never negative.
    Unsigned,
    /// The number of the set that a pixel belongs to, 0 for none.
    Numbered,
}

/// One number per pixel.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// Pixels per row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `[height, width]`, row-major.
    pub values: Vec<f32>,
}

impl Map {
    /// The map of an explanation: `[width]`, `[height, width]` or `[channels, height, width]`, whose
    /// channels are summed. Axes of extent 1 in front do not count; a long vector that is a square
    /// image row by row is shown as one.
    pub fn new(values: &[f32], shape: &[usize]) -> Result<Map> {
        let ones = shape.iter().take_while(|&&n| n == 1).count();
        let (channels, height, width) = match shape[ones..] {
            [] => (1, 1, 1),
            [n] if n >= 64 && n.isqrt().pow(2) == n => (1, n.isqrt(), n.isqrt()),
            [width] => (1, 1, width),
            [height, width] => (1, height, width),
            [channels, height, width] => (channels, height, width),
            _ => {
                let message = format!("relevance of shape {shape:?} has no picture");
                return Err(Error::new(Code::Request, message));
            }
        };
        let plane = height * width;
        ensure(plane > 0 && values.len() == channels * plane, Code::Request, || {
            format!("{} values for a map of shape {shape:?}", values.len())
        })?;
        let sum = |i| (0..channels).map(|c| values[c * plane + i]).sum();
        Ok(Map { width, height, values: (0..plane).map(sum).collect() })
    }
}

/// How a map is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// What the numbers are.
    pub meaning: Meaning,
    /// Which value gets full colour.
    pub normalization: Normalization,
    /// Full colour stands for this value instead; several maps then share a scale.
    pub full_scale: Option<f32>,
    /// The colours.
    pub colors: Colors,
    /// Side of the square that a pixel of the map becomes.
    pub zoom: usize,
}

/// A picture and what its colours mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Pixels per row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `[height, width, 4]`: red, green, blue, opacity (always 255).
    pub rgba: Vec<u8>,
    /// |value| at full colour; 0 where there is nothing but zeros. For sets: the largest number.
    pub full_scale: f32,
    /// Where `full_scale` comes from, in words.
    pub rule: &'static str,
    /// How many numbers of the map are NaN or infinite (and hatched).
    pub nonfinite: usize,
}

impl Picture {
    /// Draws a map.
    pub fn new(map: &Map, style: &Style) -> Result<Picture> {
        let (width, height) = (map.width * style.zoom, map.height.saturating_mul(style.zoom));
        let fits = width.checked_mul(height).is_some_and(|pixels| pixels <= PIXELS);
        ensure(fits && style.zoom > 0, Code::Limit, || {
            format!("a picture of {width} × {height} pixels; the limit is {PIXELS}")
        })?;
        let (full_scale, rule) = full_scale(map, style);
        let paint = style.colors.paint(style.meaning, full_scale);
        let mut rgba = Vec::with_capacity(width * height * 4);
        for y in 0..height {
            let row = &map.values[y / style.zoom * map.width..][..map.width];
            for x in 0..width {
                let color = match paint.color(row[x / style.zoom]) {
                    Some(color) => color,
                    None => HATCH[(x + y) / 2 % 2],
                };
                rgba.extend_from_slice(&[color[0], color[1], color[2], 255]);
            }
        }
        let nonfinite = map.values.iter().filter(|value| !value.is_finite()).count();
        Ok(Picture { width, height, rgba, full_scale, rule, nonfinite })
    }

    /// The same picture with its legend underneath: the scale of colours, the value at full colour,
    /// and the rule.
    pub fn with_legend(&self, style: &Style) -> Picture {
        let (width, legend) = legend::draw(self, style);
        let mut rgba = Vec::new();
        for row in self.rgba.chunks(self.width * 4) {
            rgba.extend_from_slice(row);
            rgba.resize(rgba.len() + (width - self.width) * 4, 255);
        }
        rgba.extend_from_slice(&legend);
        Picture { width, height: rgba.len() / (width * 4), rgba, ..*self }
    }
}

/// The value at full colour, and where it comes from.
fn full_scale(map: &Map, style: &Style) -> (f32, &'static str) {
    match (style.meaning, style.full_scale) {
        (Meaning::Numbered, _) => (Normalization::Max.full_scale(&map.values).0, "set number"),
        (_, Some(given)) if given.is_finite() && given > 0.0 => (given, "shared scale"),
        _ => style.normalization.full_scale(&map.values),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(meaning: Meaning) -> Style {
        let normalization = Normalization::Max;
        Style { meaning, normalization, full_scale: None, colors: Colors::RedBlue, zoom: 1 }
    }

    fn pixels(values: &[f32], style: &Style) -> (Picture, Vec<[u8; 3]>) {
        let map = Map { width: values.len(), height: 1, values: values.to_vec() };
        let picture = Picture::new(&map, style).unwrap();
        let colors = picture.rgba.as_chunks::<4>().0.iter().map(|p| [p[0], p[1], p[2]]).collect();
        (picture, colors)
    }

    #[test]
    fn signed_maps_are_symmetric_and_red_is_for() {
        let (picture, colors) = pixels(&[2.0, -2.0, 0.0, 1.0, -0.0], &style(Meaning::Signed));
        assert_eq!((picture.full_scale, picture.rule), (2.0, "full colour = max |R|"));
        assert!(colors[0][0] > 2 * colors[0][2], "for is red: {colors:?}");
        assert!(colors[1][2] > 2 * colors[1][0], "against is blue: {colors:?}");
        assert!(colors[2].iter().all(|&c| c >= 235), "zero is near white: {colors:?}");
        assert_eq!(colors[2], colors[4]);
    }

    #[test]
    fn nothing_but_zeros_is_neutral() {
        for meaning in [Meaning::Signed, Meaning::Unsigned, Meaning::Numbered] {
            let (picture, colors) = pixels(&[0.0; 4], &style(meaning));
            assert_eq!(picture.full_scale, 0.0);
            assert!(colors.iter().all(|c| c.iter().all(|&c| c >= 235)), "{meaning:?} {colors:?}");
        }
    }

    #[test]
    fn nonfinite_numbers_are_hatched_and_counted() {
        let values = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MIN_POSITIVE / 4.0];
        for meaning in [Meaning::Signed, Meaning::Unsigned, Meaning::Numbered] {
            let mut style = style(meaning);
            style.zoom = 8;
            let (picture, colors) = pixels(&values, &style);
            assert_eq!(picture.nonfinite, 3);
            for (x, color) in colors.iter().take(32).enumerate() {
                assert_eq!(HATCH.contains(color), x < 24, "{meaning:?} {x}");
            }
        }
    }

    #[test]
    fn extreme_values_stay_inside_the_table() {
        for scale in [None, Some(1e-30), Some(f32::NAN), Some(f32::MAX), Some(-1.0)] {
            let style = Style { full_scale: scale, ..style(Meaning::Signed) };
            pixels(&[f32::MAX, f32::MIN, 1e-45, -1e-45], &style);
        }
    }

    #[test]
    fn channels_are_summed_and_leading_ones_dropped() {
        let map = Map::new(&[1.0, 2.0, 10.0, 20.0], &[2, 1, 2]).unwrap();
        assert_eq!((map.width, map.height, map.values), (2, 1, vec![11.0, 22.0]));
        let map = Map::new(&[0.0; 784], &[1, 28, 28]).unwrap();
        assert_eq!((map.width, map.height), (28, 28));
        assert_eq!(Map::new(&[0.0; 784], &[784]).unwrap(), map);
        assert!(Map::new(&[0.0; 16], &[2, 2, 2, 2]).is_err());
        assert!(Map::new(&[0.0; 3], &[2, 2]).is_err());
    }

    #[test]
    fn a_percentile_that_misses_everything_falls_back_to_the_maximum() {
        let mut values = vec![0.0; 400];
        values[7] = 3.0;
        let style = Style { normalization: Normalization::Percentile99, ..style(Meaning::Signed) };
        let (picture, _) = pixels(&values, &style);
        assert_eq!(picture.full_scale, 3.0);
        assert_eq!(picture.rule, "full colour = max |R| (99th percentile is 0)");
    }

    #[test]
    fn the_legend_is_as_wide_as_the_picture_and_opaque() {
        for meaning in [Meaning::Signed, Meaning::Unsigned, Meaning::Numbered] {
            let style = Style { zoom: 10, ..style(meaning) };
            let (picture, _) = pixels(&[1.0; 28], &style);
            let whole = picture.with_legend(&style);
            assert_eq!(whole.rgba.len(), whole.width * whole.height * 4);
            assert!(whole.height > picture.height + 20 && whole.width == 280);
            assert!(whole.rgba.as_chunks::<4>().0.iter().all(|pixel| pixel[3] == 255));
            assert!(whole.rgba.as_chunks::<4>().0.iter().any(|pixel| pixel[..3] == [32; 3]));
            let (narrow, _) = pixels(&[1.0], &style);
            assert_eq!(narrow.with_legend(&style).width, legend::NARROWEST);
        }
    }
}
