//! A map as a figure: an SVG with the picture in it, and under it a legend in words and numbers.

use super::array::encode_png;
use super::failure::Outcome;
use super::svg::{begin, escaped};
use base64::prelude::{BASE64_STANDARD, Engine};
use heatlens::picture::{Map, Meaning, Picture, Style, nonfinite_text};
use std::fmt::Write;

/// Space round the picture, and height of a line of text.
const MARGIN: f64 = 16.0;
const LINE: f64 = 17.0;
/// The scale of colours: pixels, of which one is a step, and height.
const BAR: (usize, usize) = (256, 10);
/// Mean width of a letter, by which lines are broken.
const LETTER: f64 = 6.2;

/// A number of a legend: three significant digits, a true minus sign, as on the pages.
pub fn value_text(value: f32) -> String {
    let size = f64::from(value.abs());
    let sign = if value < 0.0 { "−" } else { "" };
    if value == 0.0 || !value.is_finite() {
        return format!("{sign}{size:.0}");
    }
    if !(1e-3..1e4).contains(&size) {
        return format!("{sign}{}", format!("{size:.2e}").replace('-', "−"));
    }
    let digits = (2.0 - libm::floor(libm::log10(size))).max(0.0) as usize;
    format!("{sign}{size:.digits$}")
}

/// What the ends and the middle of the scale stand for.
pub fn ticks(meaning: Meaning, vmax: f32) -> [String; 3] {
    let none = String::new;
    match meaning {
        _ if vmax == 0.0 => [none(), "0".into(), none()],
        Meaning::Signed => [value_text(-vmax), "0".into(), format!("+{}", value_text(vmax))],
        Meaning::Unsigned => ["0".into(), none(), value_text(vmax)],
        Meaning::Numbered => ["1".into(), none(), format!("{vmax:.0}")],
    }
}

/// The scale as a picture, from one end to the other.
pub fn bar(picture: &Picture, style: &Style) -> Outcome<Picture> {
    let (width, height) = BAR;
    let full = picture.vmax;
    let value = |x: usize| {
        let t = x as f32 / (width - 1) as f32;
        match style.meaning {
            Meaning::Signed => (2.0 * t - 1.0) * full,
            Meaning::Unsigned => t * full,
            Meaning::Numbered => (t * full).ceil().max(full.min(1.0)),
        }
    };
    let row: Vec<f32> = (0..width).map(value).collect();
    let map = Map { width, height, values: row.repeat(height) };
    // One of zeros has zeros in its scale, too.
    let vmax = (full > 0.0).then_some(full);
    Ok(Picture::new(&map, &Style { zoom: 1, vmax, ..*style })?)
}

/// The drawing: title, picture, scale with its ends in figures, the rule, how many numbers lie outside, and a caption.
pub fn svg(title: &str, caption: &str, picture: &Picture, style: &Style) -> Outcome<String> {
    let inner = (picture.width as f64).max(BAR.0 as f64);
    let mut lines = vec![picture.rule.to_owned()];
    lines.extend(nonfinite_text(picture.nonfinite));
    lines.extend(wrapped(caption, (inner / LETTER) as usize));
    let top = MARGIN + LINE;
    let legend = top + picture.height as f64 + 8.0;
    let text = legend + BAR.1 as f64 + LINE;
    let (width, height) = (inner + 2.0 * MARGIN, text + lines.len() as f64 * LINE + MARGIN);
    let mut out = begin(width, height);
    let mut put = |line: std::fmt::Arguments<'_>| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{line}");
    };
    put(format_args!("<title>{}</title>", escaped(caption)));
    put(format_args!(
        "<text x=\"{MARGIN}\" y=\"{MARGIN}\" font-size=\"15\">{}</text>",
        escaped(title)
    ));
    for (y, image) in [(top, picture), (legend, &bar(picture, style)?)] {
        put(format_args!(
            "<image x=\"{MARGIN}\" y=\"{y}\" width=\"{}\" height=\"{}\" \
             style=\"image-rendering: pixelated\" href=\"data:image/png;base64,{}\"/>",
            image.width,
            image.height,
            BASE64_STANDARD.encode(encode_png(image, &[])?)
        ));
    }
    let ends = [("start", 0.0), ("middle", 0.5), ("end", 1.0)];
    for (word, (anchor, share)) in ticks(style.meaning, picture.vmax).iter().zip(ends) {
        let x = MARGIN + share * BAR.0 as f64;
        put(format_args!("<text x=\"{x}\" y=\"{text}\" text-anchor=\"{anchor}\">{word}</text>"));
    }
    for (k, line) in lines.iter().enumerate() {
        let y = text + (k + 1) as f64 * LINE;
        put(format_args!("<text x=\"{MARGIN}\" y=\"{y}\">{}</text>", escaped(line)));
    }
    Ok(out + "</svg>\n")
}

/// Lines of at most so many letters, but for single words.
fn wrapped(text: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= letters => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use heatlens::picture::{Normalization, Palette};

    /// The cases of the pages' own test (`tests/www/shared.test.mjs`).
    #[test]
    fn numbers_keep_three_digits() {
        for (value, text) in [
            (0.0, "0"),
            (1.0, "1.00"),
            (-12.345, "−12.3"),
            (123.4, "123"),
            (0.01234, "0.0123"),
            (1234.6, "1235"),
            (0.000_012, "1.20e−5"),
            (1e9, "1.00e9"),
        ] {
            assert_eq!(value_text(value), text);
        }
    }

    #[test]
    fn a_figure_says_what_its_colours_stand_for() {
        let values = vec![2.5, -1.0, f32::NAN, f32::INFINITY];
        let map = Map { width: 2, height: 2, values };
        let mut style = Style {
            meaning: Meaning::Signed,
            normalization: Normalization::Max,
            vmax: None,
            palette: Palette::Grey,
            zoom: 10,
        };
        let picture = Picture::new(&map, &style).unwrap();
        let text = svg("A <b>", "class 'x&y' of a network", &picture, &style).unwrap();
        for words in [
            ">A &lt;b&gt;</text>",
            ">−2.50</text>",
            ">0</text>",
            ">+2.50</text>",
            ">full colour = max |R|</text>",
            ">2 values are not finite (hatched)</text>",
            ">class 'x&amp;y' of a network</text>",
            "image-rendering: pixelated",
        ] {
            assert!(text.contains(words), "{words} in {text}");
        }
        assert_eq!(text.matches("<image").count(), 2);
        style.meaning = Meaning::Numbered;
        let sets = Map { width: 4, height: 1, values: vec![0.0, 1.0, 3.0, 2.0] };
        let picture = Picture::new(&sets, &style).unwrap();
        assert_eq!(ticks(style.meaning, picture.vmax), ["1", "", "3"]);
        let scale = bar(&picture, &style).unwrap();
        // All colours but that of no set, which the first cell has.
        let none = &picture.rgba[..4];
        let in_scale = |rgba: &[u8]| scale.rgba.chunks(4).any(|pixel| pixel == rgba);
        assert!(picture.rgba.chunks(4).all(|pixel| (pixel == none) != in_scale(pixel)));
        style.meaning = Meaning::Unsigned;
        assert_eq!(ticks(style.meaning, 0.5), ["0", "", "0.500"]);
        assert_eq!(ticks(Meaning::Signed, 0.0), ["", "0", ""]);
    }
}
