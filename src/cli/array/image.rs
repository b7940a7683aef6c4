//! PNG files as network inputs, and pictures as PNG files.

use super::{Array, Data, wrong_shape};
use crate::cli::failure::{Failure, Outcome};
use heatlens::picture::Picture;
use std::io::Cursor;

/// Most pixels of a picture that is read, checked before it is unpacked.
const PIXELS: u64 = 40_000_000;

/// A picture in 8-bit colours, transparent parts over black.
#[derive(Debug)]
pub struct Image {
    width: usize,
    height: usize,
    /// `[height, width, 3]`
    rgb: Vec<u8>,
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
        let over = |color: u8, alpha: u8| (u16::from(color) * u16::from(alpha) / 255) as u8;
        let pixels = buffer.chunks_exact(frame.color_type.samples());
        let rgb = pixels
            .take(width as usize * height as usize)
            .flat_map(|pixel| match *pixel {
                [grey] => [grey; 3],
                [grey, alpha] => [over(grey, alpha); 3],
                [r, g, b, alpha] => [over(r, alpha), over(g, alpha), over(b, alpha)],
                [r, g, b, ..] => [r, g, b],
                [] => [0; 3],
            })
            .collect();
        Ok(Image { width: width as usize, height: height as usize, rgb })
    }

    /// The picture as an input of this shape: `[3, H, W]` in colours, `[1, H, W]`, `[H, W]` or a
    /// square as `[H·W]` in grey (0.299 R + 0.587 G + 0.114 B). A picture of another size is an error,
    /// or resampled if `resize`.
    pub fn array(&self, shape: &[usize], resize: bool) -> Outcome<Array> {
        let (channels, height, width) = match *shape {
            [.., channels @ (1 | 3), height, width] => (channels, height, width),
            [height, width] => (1, height, width),
            [n] if n.isqrt().pow(2) == n => (1, n.isqrt(), n.isqrt()),
            _ => return Err(Failure::request(format!("the network takes {shape:?}, no picture"))),
        };
        if (width, height) != (self.width, self.height) && !resize {
            let failure = wrong_shape(&[self.height, self.width], &[height, width]);
            return Err(failure.context("the picture (--resize fits it)"));
        }
        let planes: Vec<u8> = (0..channels)
            .flat_map(|channel| {
                let plane: Vec<f32> = self
                    .rgb
                    .as_chunks::<3>()
                    .0
                    .iter()
                    .map(|p| {
                        let [r, g, b] = p.map(f32::from);
                        if channels == 3 {
                            [r, g, b][channel]
                        } else {
                            0.299 * r + 0.587 * g + 0.114 * b
                        }
                    })
                    .collect();
                resample(&plane, (self.width, self.height), (width, height))
            })
            .map(|value| value.round() as u8)
            .collect();
        Ok(Array { shape: vec![channels, height, width], data: Data::Bytes(planes) })
    }
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
        let picture =
            Picture { width: 2, height: 2, rgba, full_scale: 1.0, rule: "", nonfinite: 0 };
        encode(&picture, &[("Comment", "η".into())]).unwrap()
    }

    #[test]
    fn channels_follow_the_network() {
        let image = Image::decode(&checkered()).unwrap();
        let colors = image.array(&[3, 2, 2], false).unwrap();
        let expected = [255, 0, 0, 0, 0, 255, 0, 0, 0, 0, 255, 0];
        assert_eq!(colors.data, Data::Bytes(expected.to_vec()));
        let grey = image.array(&[4], false).unwrap();
        assert_eq!(grey.data, Data::Bytes(vec![76, 150, 29, 0]));
        assert_eq!(image.array(&[1, 3, 3], false).unwrap_err().code(), "E_INPUT");
        assert_eq!(image.array(&[5, 2, 2], false).unwrap_err().code(), "E_REQUEST");
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
