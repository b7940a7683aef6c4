//! The strip under a picture: the scale of colours with its ends in figures, and the rule.

use super::{Meaning, Picture, Style};

/// Height of the scale of colours, and the space around it and between lines of text.
const BAR: usize = 10;
const GAP: usize = 4;
/// Size of a letter and its distance to the next.
const WIDE: usize = 5;
const HIGH: usize = 7;
/// Narrowest legend in which all texts fit.
pub(super) const NARROWEST: usize = 272;
/// Colour of letters.
const INK: u8 = 32;

/// A number in few letters: three significant digits.
pub fn value_text(value: f32) -> String {
    let size = value.abs();
    if value == 0.0 || !value.is_finite() {
        return format!("{value:.0}");
    }
    if !(1e-3..1e4).contains(&size) {
        return format!("{value:.2e}");
    }
    let digits = (2.0 - libm::floorf(libm::log10f(size))).clamp(0.0, 5.0) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}

/// Width and pixels of the legend of a picture.
pub(super) fn draw(picture: &Picture, style: &Style) -> (usize, Vec<u8>) {
    let mut strip = Strip::new(picture.width.max(NARROWEST), GAP + BAR + 2 * (GAP + HIGH) + GAP);
    let bar = strip.width - 2 * GAP;
    let paint = style.colors.paint(style.meaning, picture.full_scale);
    let full = picture.full_scale;
    let number = |x: usize| {
        let t = (x as f32 + 0.5) / bar as f32;
        match style.meaning {
            Meaning::Signed => (2.0 * t - 1.0) * full,
            Meaning::Unsigned => t * full,
            Meaning::Numbered => (t * full).ceil(),
        }
    };
    for x in 0..bar {
        for y in 0..BAR {
            if let Some(color) = paint.color(number(x)) {
                strip.set(GAP + x, GAP + y, color);
            }
        }
    }
    let (first, second) = (GAP + BAR + GAP, GAP + BAR + 2 * GAP + HIGH);
    match style.meaning {
        Meaning::Signed if full > 0.0 => {
            strip.text(GAP, first, &format!("-{}", value_text(full)));
            strip.centred(first, "0");
            strip.right(first, &format!("+{}", value_text(full)));
        }
        Meaning::Unsigned if full > 0.0 => {
            strip.text(GAP, first, "0");
            strip.right(first, &value_text(full));
        }
        Meaning::Numbered if full > 0.0 => {
            strip.text(GAP, first, "1");
            strip.right(first, &value_text(full));
        }
        _ => strip.centred(first, "0"),
    }
    strip.centred(second, picture.rule);
    (strip.width, strip.rgba)
}

/// White pixels to draw on.
struct Strip {
    width: usize,
    rgba: Vec<u8>,
}

impl Strip {
    fn new(width: usize, height: usize) -> Self {
        Strip { width, rgba: vec![255; width * height * 4] }
    }

    fn set(&mut self, x: usize, y: usize, color: [u8; 3]) {
        if x < self.width
            && let Some(pixel) = self.rgba.get_mut((y * self.width + x) * 4..)
            && pixel.len() >= 3
        {
            pixel[..3].copy_from_slice(&color);
        }
    }

    fn text(&mut self, x: usize, y: usize, text: &str) {
        for (k, letter) in text.chars().enumerate() {
            for (row, bits) in glyph(letter).into_iter().enumerate() {
                for column in (0..WIDE).filter(|column| bits >> (WIDE - 1 - column) & 1 == 1) {
                    self.set(x + k * (WIDE + 1) + column, y + row, [INK; 3]);
                }
            }
        }
    }

    fn centred(&mut self, y: usize, text: &str) {
        self.text(self.width.saturating_sub(length(text)) / 2, y, text);
    }

    fn right(&mut self, y: usize, text: &str) {
        self.text(self.width.saturating_sub(length(text) + GAP), y, text);
    }
}

/// Pixels that a text takes.
fn length(text: &str) -> usize {
    (text.chars().count() * (WIDE + 1)).saturating_sub(1)
}

/// The rows of a letter from above; the highest of the five bits is on the left. Letters that no
/// legend needs are blank.
fn glyph(letter: char) -> [u8; HIGH] {
    match letter {
        '0' => [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110],
        '1' => [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
        '2' => [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
        '3' => [0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110],
        '4' => [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
        '5' => [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
        '6' => [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
        '7' => [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
        '8' => [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
        '9' => [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
        '.' => [0, 0, 0, 0, 0, 0b01100, 0b01100],
        ':' => [0, 0b01100, 0b01100, 0, 0b01100, 0b01100, 0],
        '-' => [0, 0, 0, 0b11111, 0, 0, 0],
        '+' => [0, 0b00100, 0b00100, 0b11111, 0b00100, 0b00100, 0],
        'a' => [0, 0, 0b01110, 0b00001, 0b01111, 0b10001, 0b01111],
        'b' => [0b10000, 0b10000, 0b11110, 0b10001, 0b10001, 0b10001, 0b11110],
        'c' => [0, 0, 0b01110, 0b10000, 0b10000, 0b10001, 0b01110],
        'd' => [0b00001, 0b00001, 0b01111, 0b10001, 0b10001, 0b10001, 0b01111],
        'e' => [0, 0, 0b01110, 0b10001, 0b11111, 0b10000, 0b01110],
        'f' => [0b00110, 0b01001, 0b01000, 0b11100, 0b01000, 0b01000, 0b01000],
        'h' => [0b10000, 0b10000, 0b10110, 0b11001, 0b10001, 0b10001, 0b10001],
        'i' => [0b00100, 0, 0b01100, 0b00100, 0b00100, 0b00100, 0b01110],
        'l' => [0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
        'm' => [0, 0, 0b11010, 0b10101, 0b10101, 0b10101, 0b10101],
        'n' => [0, 0, 0b10110, 0b11001, 0b10001, 0b10001, 0b10001],
        'o' => [0, 0, 0b01110, 0b10001, 0b10001, 0b10001, 0b01110],
        'p' => [0, 0, 0b11110, 0b10001, 0b11110, 0b10000, 0b10000],
        'r' => [0, 0, 0b10110, 0b11001, 0b10000, 0b10000, 0b10000],
        's' => [0, 0, 0b01110, 0b10000, 0b01110, 0b00001, 0b11110],
        't' => [0b01000, 0b01000, 0b11100, 0b01000, 0b01000, 0b01001, 0b00110],
        'u' => [0, 0, 0b10001, 0b10001, 0b10001, 0b10011, 0b01101],
        'v' => [0, 0, 0b10001, 0b10001, 0b10001, 0b01010, 0b00100],
        'x' => [0, 0, 0b10001, 0b01010, 0b00100, 0b01010, 0b10001],
        'R' => [0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001],
        '×' => [0, 0, 0b01010, 0b00100, 0b01010, 0, 0],
        '=' => [0, 0, 0b11111, 0, 0b11111, 0, 0],
        '|' => [0b00100; HIGH],
        '(' => [0b00010, 0b00100, 0b01000, 0b01000, 0b01000, 0b00100, 0b00010],
        ')' => [0b01000, 0b00100, 0b00010, 0b00010, 0b00010, 0b00100, 0b01000],
        _ => [0; HIGH],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::Normalization;

    #[test]
    fn numbers_keep_three_digits() {
        for (value, text) in [
            (0.0, "0"),
            (12.345, "12.3"),
            (-0.5, "-0.5"),
            (123.4, "123"),
            (9999.0, "9999"),
            (0.001_234, "0.00123"),
            (1.234e-5, "1.23e-5"),
            (5e6, "5.00e6"),
            (100.0, "100"),
        ] {
            assert_eq!(value_text(value), text);
        }
    }

    #[test]
    fn every_text_of_a_legend_is_drawn_and_fits() {
        let rules = Normalization::ALL.map(|rule| {
            let sparse = [[0.0; 300].as_slice(), &[1.0]].concat();
            [&[0.0][..], &[1.0, 2.0], &sparse].map(|values| rule.full_scale(values).1)
        });
        let numbers = ["set number", "shared scale", "-+.0123456789e"];
        for text in rules.as_flattened().iter().chain(&numbers) {
            assert!(length(text) + 2 * GAP <= NARROWEST, "{text}");
            for letter in text.chars().filter(|letter| *letter != ' ') {
                assert_ne!(glyph(letter), [0; HIGH], "'{letter}'");
            }
        }
    }
}
