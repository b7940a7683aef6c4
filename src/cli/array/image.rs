//! PNG files as network inputs, and pictures as PNG files.

use super::{Array, Data, wrong_shape};
use crate::cli::failure::{Failure, Outcome};
use clap::ValueEnum;
use heatlens::picture::Picture;
use std::io::Cursor;

/// Most pixels of a picture that is read, checked before it is unpacked.
const PIXELS: u64 = 40_000_000;

/// A picture in 8-bit colours.
#[derive(Debug)]
pub struct Image {
    width: usize,
    height: usize,
    /// Red, green, blue and opacity of each pixel, row by row.
    rgba: Vec<[u8; 4]>,
}

/// What transparent parts are laid on.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub enum Ground {
    /// 0 in all channels.
    Black,
    /// 255 in all channels.
    White,
}

/// How a picture is fitted to a network.
#[derive(Debug, Default)]
pub struct Fit {
    /// Whether it may be scaled and padded.
    pub resize: bool,
    /// What transparent parts are laid on; where it is not said, the picture decides.
    pub ground: Option<Ground>,
}

impl Image {
    /// Unpacks a PNG file: of an animation the first picture, of 16 bits the upper eight.
    pub fn decode(bytes: &[u8]) -> Outcome<Image> {
        let broken = |error: png::DecodingError| Failure::data(format!("broken PNG: {error}"));
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(broken)?;
        let (width, height) = reader.info().size();
        if u64::from(width) * u64::from(height) > PIXELS {
            return Err(Failure::data(format!("a PNG of {width} × {height} pixels is too large")));
        }
        let size =
            reader.output_buffer_size().ok_or_else(|| Failure::data("the PNG is too large"))?;
        let mut buffer = vec![0; size];
        let frame = reader.next_frame(&mut buffer).map_err(broken)?;
        let pixels = buffer.chunks_exact(frame.color_type.samples());
        let rgba = pixels
            .take(width as usize * height as usize)
            .map(|pixel| match *pixel {
                [grey] => [grey, grey, grey, 255],
                [grey, alpha] => [grey, grey, grey, alpha],
                [r, g, b, alpha] => [r, g, b, alpha],
                [r, g, b, ..] => [r, g, b, 255],
                [] => [0, 0, 0, 255],
            })
            .collect();
        Ok(Image { width: width as usize, height: height as usize, rgba })
    }

    /// The picture as an input of this shape, and what was done to it, in words: `[3, H, W]` in colours, `[1, H, W]`,
    /// `[H, W]` or a square as `[H·W]` in grey (0.299 R + 0.587 G + 0.114 B). A picture of another size is an error, or
    /// scaled as a whole and padded if it may be resized.
    pub fn array(&self, shape: &[usize], fit: &Fit) -> Outcome<(Array, Vec<String>)> {
        let (channels, height, width) = match *shape {
            [.., channels @ (1 | 3), height, width] => (channels, height, width),
            [height, width] => (1, height, width),
            [n] if n.isqrt().pow(2) == n => (1, n.isqrt(), n.isqrt()),
            _ => return Err(Failure::request(format!("the network takes {shape:?}, no picture"))),
        };
        let (from, to) = ((self.width, self.height), (width, height));
        if from != to && !fit.resize {
            let failure = wrong_shape(&[self.height, self.width], &[height, width]);
            return Err(failure.context("the picture (--resize fits it)"));
        }
        let mut done = Vec::new();
        if self.rgba.iter().any(|pixel| pixel[3] < 255) {
            let (ground, whose) = match fit.ground {
                Some(ground) => (ground, ""),
                None => (self.ground(), " (--background chooses)"),
            };
            let name = if ground == Ground::White { "white" } else { "black" };
            done.push(format!("transparent parts are laid on {name}{whose}"));
        }
        let inner = inside(from, to);
        if inner != to {
            done.push(format!(
                "{} × {} pixels, scaled to {} × {} and padded to {width} × {height} with the colour of the border",
                self.width, self.height, inner.0, inner.1
            ));
        }
        let ground = fit.ground.unwrap_or_else(|| self.ground());
        let planes: Vec<u8> = (0..channels)
            .flat_map(|channel| {
                let plane = self.plane((channels == 3).then_some(channel), ground);
                let border = border(&plane, from);
                padded(&resample(&plane, from, inner), inner, to, border)
            })
            .map(|value| value.round() as u8)
            .collect();
        Ok((Array { shape: vec![channels, height, width], data: Data::Bytes(planes) }, done))
    }

    /// Where less than half of the picture is opaque, that is ink and the ground its opposite; else the opaque part has a
    /// ground of its own, and the rest is like it.
    fn ground(&self) -> Ground {
        let (mut opaque, mut light) = (0.0, 0.0);
        for pixel in &self.rgba {
            opaque += f64::from(pixel[3]);
            light += f64::from(pixel[3]) * f64::from(grey(pixel));
        }
        let is_ink = 2.0 * opaque < 255.0 * self.rgba.len() as f64;
        if (light >= 128.0 * opaque) == is_ink { Ground::Black } else { Ground::White }
    }

    /// One channel, or the greys, over a ground.
    fn plane(&self, channel: Option<usize>, ground: Ground) -> Vec<f32> {
        let ground = if ground == Ground::White { 255.0 } else { 0.0 };
        self.rgba
            .iter()
            .map(|pixel| {
                let value =
                    channel.map_or_else(|| grey(pixel), |channel| f32::from(pixel[channel]));
                let alpha = f32::from(pixel[3]);
                (value * alpha + ground * (255.0 - alpha)) / 255.0
            })
            .collect()
    }
}

fn grey([r, g, b, _]: &[u8; 4]) -> f32 {
    0.299 * f32::from(*r) + 0.587 * f32::from(*g) + 0.114 * f32::from(*b)
}

/// The largest size (width, height) of the proportions of `from` inside `to`.
fn inside(from: (usize, usize), to: (usize, usize)) -> (usize, usize) {
    let scale = (to.0 as f64 / from.0.max(1) as f64).min(to.1 as f64 / from.1.max(1) as f64);
    let side = |n: usize, most: usize| ((n as f64 * scale).round() as usize).clamp(1, most.max(1));
    (side(from.0, to.0), side(from.1, to.1))
}

/// The median of a plane's outermost rows and columns.
fn border(plane: &[f32], (width, height): (usize, usize)) -> f32 {
    let on_edge = |i: usize| {
        let (x, y) = (i % width, i / width);
        x == 0 || y == 0 || x + 1 == width || y + 1 == height
    };
    let mut edge: Vec<f32> =
        plane.iter().enumerate().filter(|(i, _)| on_edge(*i)).map(|(_, value)| *value).collect();
    edge.sort_by(f32::total_cmp);
    edge.get(edge.len() / 2).copied().unwrap_or(0.0)
}

/// A plane in the middle of a larger one.
fn padded(plane: &[f32], inner: (usize, usize), to: (usize, usize), value: f32) -> Vec<f32> {
    let (left, top) = ((to.0 - inner.0) / 2, (to.1 - inner.1) / 2);
    let mut values = vec![value; to.0 * to.1];
    for (y, row) in plane.chunks_exact(inner.0).enumerate() {
        let start = (top + y) * to.0 + left;
        values[start..start + inner.0].copy_from_slice(row);
    }
    values
}

/// The plane in another size (width, height): each new pixel is the mean over the area it covers.
fn resample(plane: &[f32], from: (usize, usize), to: (usize, usize)) -> Vec<f32> {
    if from == to {
        return plane.to_vec();
    }
    let (columns, rows) = (shares(from.0, to.0), shares(from.1, to.1));
    let mut values = Vec::with_capacity(to.0 * to.1);
    for row in &rows {
        for column in &columns {
            let sum: f32 = row
                .iter()
                .flat_map(|&(y, a)| column.iter().map(move |&(x, b)| (y * from.0 + x, a * b)))
                .map(|(i, weight)| plane[i] * weight)
                .sum();
            values.push(sum);
        }
    }
    values
}

/// For each of `to` cells over `from` cells: which it covers, with shares that sum to 1.
fn shares(from: usize, to: usize) -> Vec<Vec<(usize, f32)>> {
    let size = from as f64 / to as f64;
    (0..to)
        .map(|cell| {
            let (start, end) = (cell as f64 * size, (cell + 1) as f64 * size);
            let last = (end.ceil() as usize).min(from);
            (start as usize..last)
                .map(|i| {
                    let covered = end.min((i + 1) as f64) - start.max(i as f64);
                    (i, (covered / size) as f32)
                })
                .collect()
        })
        .collect()
}

/// A PNG file of a picture, with text for its reader.
pub fn encode(picture: &Picture, texts: &[(&str, String)]) -> Outcome<Vec<u8>> {
    let failed = |error: png::EncodingError| Failure::io(format!("cannot make a PNG: {error}"));
    let mut bytes = Vec::new();
    let (width, height) = (picture.width as u32, picture.height as u32);
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    for (key, text) in texts {
        encoder.add_itxt_chunk((*key).into(), text.clone()).map_err(failed)?;
    }
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&picture.rgba).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkered() -> Vec<u8> {
        let rgba = vec![255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 0];
        let picture = Picture { width: 2, height: 2, rgba, vmax: 1.0, rule: "", nonfinite: 0 };
        encode(&picture, &[("Comment", "η".into())]).unwrap()
    }

    #[test]
    fn channels_follow_the_network() {
        let image = Image::decode(&checkered()).unwrap();
        let fit = Fit { resize: false, ground: Some(Ground::Black) };
        let (colors, done) = image.array(&[3, 2, 2], &fit).unwrap();
        assert_eq!(done, ["transparent parts are laid on black"]);
        let expected = [255, 0, 0, 0, 0, 255, 0, 0, 0, 0, 255, 0];
        assert_eq!(colors.data, Data::Bytes(expected.to_vec()));
        let (grey, _) = image.array(&[4], &fit).unwrap();
        assert_eq!(grey.data, Data::Bytes(vec![76, 150, 29, 0]));
        assert_eq!(image.array(&[1, 3, 3], &fit).unwrap_err().code(), "E_INPUT");
        assert_eq!(image.array(&[5, 2, 2], &fit).unwrap_err().code(), "E_REQUEST");
    }

    #[test]
    fn resampling_keeps_the_mean() {
        let plane: Vec<f32> = (0..35).map(|i| (i * i % 11) as f32).collect();
        let mean = |values: &[f32]| values.iter().sum::<f32>() / values.len() as f32;
        for to in [(1, 1), (3, 2), (7, 5), (14, 15), (20, 3)] {
            let other = resample(&plane, (7, 5), to);
            assert_eq!(other.len(), to.0 * to.1);
            assert!((mean(&other) - mean(&plane)).abs() < 1e-4, "{to:?}");
        }
    }

    #[test]
    fn broken_files_are_errors() {
        let good = checkered();
        for len in 4..good.len() - 12 {
            assert_eq!(Image::decode(&good[..len]).unwrap_err().code(), "E_DATA", "{len}");
        }
        // A header that announces 70,000 × 70,000 pixels.
        let mut bomb = good;
        bomb[16..24].copy_from_slice(&[0, 1, 0x11, 0x70, 0, 1, 0x11, 0x70]);
        assert!(Image::decode(&bomb).is_err());
    }
}
