//! Cells to pixels. The pages have the same painter (`www/kit/color/paint.js`); `tests/pkg/picture.test.mjs` compares bytes.

use super::palettes::Rgb;

/// Strokes over a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hatch {
    /// None.
    None,
    /// From below left to above right.
    Rising,
    /// From above left to below right.
    Falling,
    /// Both.
    Crossed,
}

/// How a cell looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Its colour.
    pub color: Rgb,
    /// Colour of the strokes.
    pub ink: Rgb,
    /// The strokes.
    pub hatch: Hatch,
}

/// Inks of a hatch on light and on dark colours; they cover three quarters.
pub const INKS: [u8; 2] = [20, 255];

impl Look {
    /// Without strokes.
    pub(super) fn plain(color: Rgb) -> Look {
        Look { color, ink: color, hatch: Hatch::None }
    }

    /// With strokes, light or dark.
    pub(super) fn hatched(color: Rgb, hatch: Hatch, light: bool) -> Look {
        let ink = u16::from(INKS[usize::from(light)]);
        let ink = color.map(|c| ((u16::from(c) + 3 * ink + 2) / 4) as u8);
        Look { color, ink, hatch }
    }
}

/// Where strokes lie: a pixel (x, y) is on one that rises where x + y, and on one that falls where x − y is one of `width`
/// numbers out of every `period`. Whole numbers, and no lines that a drawing library smooths as it likes. Strokes of
/// neighbouring cells meet.
struct Strokes {
    period: usize,
    start: usize,
    width: usize,
}

impl Strokes {
    fn new(zoom: usize) -> Strokes {
        let period = zoom.max(4);
        let width = (zoom / 10).max(1);
        Strokes { period, start: (period - width) / 2, width }
    }

    fn on(&self, sum: usize) -> bool {
        (sum + self.period - self.start) % self.period < self.width
    }

    fn cover(&self, hatch: Hatch, x: usize, y: usize) -> bool {
        let rising = || self.on(x + y);
        // −y, but for whole periods.
        let falling = || self.on(x + (self.period - 1) * y);
        match hatch {
            Hatch::None => false,
            Hatch::Rising => rising(),
            Hatch::Falling => falling(),
            Hatch::Crossed => rising() || falling(),
        }
    }
}

/// Red, green, blue and opacity (255) of each pixel; a cell is a square of `zoom` × `zoom` pixels that looks like
/// `looks[code]`.
pub(super) fn paint(codes: &[u16], columns: usize, zoom: usize, looks: &[Look]) -> Vec<u8> {
    let line = columns * zoom * 4;
    let mut rgba = Vec::with_capacity(codes.len() * zoom * zoom * 4);
    let strokes = Strokes::new(zoom);
    for (row, codes) in codes.chunks(columns).enumerate() {
        let top = rgba.len();
        for &code in codes {
            let [r, g, b] = looks[usize::from(code)].color;
            for _ in 0..zoom {
                rgba.extend_from_slice(&[r, g, b, 255]);
            }
        }
        for _ in 1..zoom {
            rgba.extend_from_within(top..top + line);
        }
        for (column, &code) in codes.iter().enumerate() {
            let Look { ink, hatch, .. } = looks[usize::from(code)];
            if hatch == Hatch::None {
                continue;
            }
            for y in 0..zoom {
                for x in column * zoom..(column + 1) * zoom {
                    if strokes.cover(hatch, x, row * zoom + y) {
                        rgba[top + y * line + 4 * x..][..3].copy_from_slice(&ink);
                    }
                }
            }
        }
    }
    rgba
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pixels of one cell with strokes, as text.
    fn drawn(hatch: Hatch, zoom: usize) -> String {
        let look = Look { color: [0; 3], ink: [255; 3], hatch };
        let rgba = paint(&[0], 1, zoom, &[look]);
        let rows = rgba.chunks(4 * zoom).map(|row| {
            row.chunks(4).map(|pixel| if pixel[0] == 255 { '#' } else { '.' }).collect::<String>()
        });
        rows.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn strokes_run_from_corner_to_corner_and_meet() {
        assert_eq!(drawn(Hatch::None, 5), "..... ..... ..... ..... .....");
        assert_eq!(drawn(Hatch::Rising, 5), "..#.. .#... #.... ....# ...#.");
        assert_eq!(drawn(Hatch::Falling, 5), "..#.. ...#. ....# #.... .#...");
        assert_eq!(drawn(Hatch::Crossed, 5), "..#.. .#.#. #...# #...# .#.#.");
        let look = Look { color: [0; 3], ink: [255; 3], hatch: Hatch::Rising };
        let pixel = |rgba: &[u8], x: usize, y: usize| rgba[4 * (y * 56 + x)];
        let rgba = paint(&[0; 4], 2, 28, &[look]);
        for (x, y) in (0..56).flat_map(|y| (0..56).map(move |x| (x, y))) {
            let on = (x + y) % 28 == 13 || (x + y) % 28 == 14;
            assert_eq!(pixel(&rgba, x, y) == 255, on, "{x} {y}");
        }
    }

    #[test]
    fn small_cells_keep_colour_and_strokes() {
        for zoom in 1..4 {
            let look = Look { color: [0; 3], ink: [255; 3], hatch: Hatch::Crossed };
            let rgba = paint(&[0; 64], 8, zoom, &[look]);
            let on = rgba.iter().step_by(4).filter(|&&byte| byte == 255).count();
            assert!(on > 0 && 2 * on <= rgba.len() / 4, "{zoom}: {on} of {}", rgba.len() / 4);
        }
    }
}
