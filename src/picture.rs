//! Relevance as a picture: numbers to RGBA, and what its legend says.
//!
//! A [`Map`] is one number per cell, row by row. Numbers are shown symmetrically about zero, in the colours
//! of a [`Palette`]; numbers of sets by shade and hatch. NaN and infinity are hatched in a colour that no palette has, lie
//! outside the scale and are counted.

mod arms;
mod normalization;
mod paint;
mod palettes;

pub use normalization::{ALL_ZERO, MISSED, Normalization};
pub use paint::{Hatch, INKS, Look};
pub use palettes::{FAINT, LAST, NOT_FINITE, POINTS, Palette, Rgb, SETS, STRONG, Theme};

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

impl Meaning {
    /// Of numbers that are `signed` by what made them; where one is negative, all are.
    pub fn of(signed: bool, values: &[f32]) -> Meaning {
        let signed = signed || values.iter().any(|&value| value < 0.0);
        if signed { Meaning::Signed } else { Meaning::Unsigned }
    }
}

/// One number per cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// Cells per row.
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
    /// This value gets full colour instead; several maps then share a scale.
    pub vmax: Option<f32>,
    /// The colours.
    pub palette: Palette,
    /// Side of the square that a cell of the map becomes, in pixels.
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
    pub vmax: f32,
    /// Where `vmax` comes from, in words.
    pub rule: &'static str,
    /// How many numbers of the map are NaN or infinite (and hatched).
    pub nonfinite: usize,
}

impl Picture {
    /// Draws a map on a light page.
    pub fn new(map: &Map, style: &Style) -> Result<Picture> {
        let (width, height) =
            (map.width.saturating_mul(style.zoom), map.height.saturating_mul(style.zoom));
        let fits = width.checked_mul(height).is_some_and(|pixels| pixels <= PIXELS);
        ensure(fits && style.zoom > 0, Code::Limit, || {
            format!("a picture of {width} × {height} pixels; the limit is {PIXELS}")
        })?;
        let (vmax, rule) = vmax(map, style);
        let codes: Vec<u16> = match style.meaning {
            Meaning::Numbered => map.values.iter().map(|&value| set_code(value)).collect(),
            _ => map.values.iter().map(|&value| code(value, vmax)).collect(),
        };
        let rgba = paint::paint(&codes, map.width, style.zoom, &looks(style));
        let nonfinite = map.values.iter().filter(|value| !value.is_finite()).count();
        Ok(Picture { width, height, rgba, vmax, rule, nonfinite })
    }
}

/// The value at full colour, and where it comes from.
fn vmax(map: &Map, style: &Style) -> (f32, &'static str) {
    match (style.meaning, style.vmax) {
        (Meaning::Numbered, _) => (Normalization::Max.vmax(&map.values).0, "set number"),
        (_, Some(given)) if given.is_finite() && given > 0.0 => (given, "shared scale"),
        _ => style.normalization.vmax(&map.values),
    }
}

/// Codes of numbers: [`ZERO`] for none, up to [`LAST`] more for what is for, as much less for what is against.
const ZERO: u16 = LAST as u16;
const NONFINITE: u16 = 2 * ZERO + 1;

/// The code of a number in a map with this value at full colour.
fn code(value: f32, vmax: f32) -> u16 {
    if !value.is_finite() {
        return NONFINITE;
    }
    let share = if vmax > 0.0 { f64::from(value) / f64::from(vmax) } else { 0.0 };
    // Half up, in the words of JavaScript, so that the page's steps are the same.
    let step = libm::floor(share.abs().min(1.0) * f64::from(LAST) + 0.5) as u16;
    if share < 0.0 { ZERO - step } else { ZERO + step }
}

/// The code of the number of a set: [`ZERO`] for none, those behind it for sets.
fn set_code(value: f32) -> u16 {
    match value {
        value if !value.is_finite() => NONFINITE,
        value if value >= 1.0 => ZERO + 1 + ((value as usize - 1) % SETS.len()) as u16,
        _ => ZERO,
    }
}

/// Looks by code.
fn looks(style: &Style) -> Vec<Look> {
    (0..=NONFINITE).map(|code| look_of(code, style)).collect()
}

fn look_of(code: u16, style: &Style) -> Look {
    let palette = style.palette.of(style.meaning);
    match (code, style.meaning) {
        (NONFINITE, _) => NOT_FINITE,
        (code, Meaning::Numbered) if code > ZERO => {
            palette.set(Theme::Light, usize::from(code - ZERO - 1))
        }
        (code, _) => palette.look(Theme::Light, code < ZERO, u32::from(code.abs_diff(ZERO))),
    }
}

/// The look of one number where `vmax` gets full colour: of a word, which is no cell of a picture.
pub fn look(value: f32, vmax: f32, style: &Style) -> Look {
    let code = if style.meaning == Meaning::Numbered { set_code(value) } else { code(value, vmax) };
    look_of(code, style)
}

/// How many numbers of a map lie outside its scale, in words; none if all are finite.
pub fn nonfinite_text(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some("1 value is not finite (hatched)".into()),
        _ => Some(format!("{count} values are not finite (hatched)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(meaning: Meaning) -> Style {
        let normalization = Normalization::Max;
        Style { meaning, normalization, vmax: None, palette: Palette::RedBlue, zoom: 1 }
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
        assert_eq!((picture.vmax, picture.rule), (2.0, "full colour = max |R|"));
        assert!(colors[0][0] > 2 * colors[0][2], "for is red: {colors:?}");
        assert!(colors[1][2] > 2 * colors[1][0], "against is blue: {colors:?}");
        assert!(colors[2].iter().all(|&c| c >= 235), "zero is near white: {colors:?}");
        assert_eq!(colors[2], colors[4]);
    }

    #[test]
    fn numbers_without_a_sign_have_a_hue_of_their_own() {
        for palette in Palette::ALL {
            let shown = |meaning| pixels(&[1.0, 0.5, 0.0], &Style { palette, ..style(meaning) }).1;
            let (signed, unsigned) = (shown(Meaning::Signed), shown(Meaning::Unsigned));
            if palette == Palette::Grey {
                assert_eq!(signed, unsigned);
                continue;
            }
            for [r, g, b] in &unsigned[..2] {
                assert!(g > r && g > b, "green: {unsigned:?}");
            }
            assert_eq!(signed[2], unsigned[2]);
        }
    }

    #[test]
    fn nothing_but_zeros_is_neutral() {
        for meaning in [Meaning::Signed, Meaning::Unsigned, Meaning::Numbered] {
            let (picture, colors) = pixels(&[0.0; 4], &style(meaning));
            assert_eq!(picture.vmax, 0.0);
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
                let hatched = [NOT_FINITE.color, NOT_FINITE.ink].contains(color);
                assert_eq!(hatched, x < 24, "{meaning:?} {x}");
            }
            assert!(colors[..24].contains(&NOT_FINITE.ink));
        }
        assert_eq!(nonfinite_text(0), None);
        assert_eq!(nonfinite_text(1).unwrap(), "1 value is not finite (hatched)");
        assert_eq!(nonfinite_text(3).unwrap(), "3 values are not finite (hatched)");
    }

    #[test]
    fn steps_are_rounded_half_up_on_both_sides() {
        for (value, step) in [(0.5, 128), (-0.5, 128), (1.0, 255), (-7.0, 255), (0.001, 0)] {
            assert_eq!(code(value, 1.0).abs_diff(ZERO), step, "{value}");
        }
        assert_eq!((code(-0.0, 1.0), code(1e-45, 1.0), code(3.0, 0.0)), (ZERO, ZERO, ZERO));
        assert_eq!(code(-1e-45, 1e-45), 0);
    }

    #[test]
    fn sets_repeat_four_looks() {
        let (_, colors) = pixels(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], &style(Meaning::Numbered));
        assert_eq!(colors[1], colors[5]);
        let different: std::collections::BTreeSet<_> = colors.iter().collect();
        assert_eq!(different.len(), 5);
    }

    #[test]
    fn extreme_values_stay_inside_the_table() {
        for scale in [None, Some(1e-30), Some(f32::NAN), Some(f32::MAX), Some(-1.0)] {
            let style = Style { vmax: scale, ..style(Meaning::Signed) };
            pixels(&[f32::MAX, f32::MIN, 1e-45, -1e-45], &style);
        }
    }

    #[test]
    fn no_zoom_is_too_large_to_be_refused() {
        let map = Map { width: 4, height: 2, values: vec![1.0; 8] };
        for zoom in [0, usize::MAX / 4 + 1, usize::MAX / 2 + 1, usize::MAX, 1 << 16] {
            let style = Style { zoom, ..style(Meaning::Signed) };
            assert_eq!(Picture::new(&map, &style).unwrap_err().code(), Code::Limit, "{zoom}");
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
        assert_eq!(picture.vmax, 3.0);
        assert_eq!(picture.rule, "full colour = max |R| (99th percentile is 0)");
    }
}
