//! What a page shows where no script runs: a picture or coloured words for each map, and all of it in sentences.

use super::answer::{Answer, class_words};
use super::markup::{Body, Fallback, Legend, Still, Word, WordColor};
use super::settings::words;
use super::subject::{Explained, Map, Subject};
use crate::cli::array::encode_png;
use crate::cli::failure::Outcome;
use crate::cli::figure::{bar, ticks, value_text};
use crate::cli::model::Model;
use crate::cli::style::{Colors, SIDE, meaning};
use heatlens::picture::{self, Meaning, Picture, Style, nonfinite_text};
use ndarray::ArrayD;

/// Widest picture, in pixels.
const WIDEST: usize = 1120;
/// Share of full colour below which a word stays plain.
const FAINT: f32 = 0.05;
/// A colour with more light than this share gets black letters.
const LIGHT: f64 = 0.18;

/// All maps, and a caption in sentences.
pub fn fallback(
    model: &Model,
    explained: &Explained<'_>,
    answer: &Answer,
    colors: &Colors,
) -> Outcome<Fallback> {
    let mut stills = Vec::new();
    if let Subject::Numbers(values) = explained.subject {
        stills.extend(input(model, values)?);
    }
    let mut caption = vec![answer.sentence()];
    caption.extend(explained.maps.first().map(|map| format!("Explained: {}.", asked(model, map))));
    for map in &explained.maps {
        let title = match words(map.options) {
            given if given.is_empty() => map.entry.title.to_owned(),
            given => format!("{} ({given})", map.entry.title),
        };
        let meaning = meaning(map.entry, &map.relevance);
        let (body, legend, scale) = match explained.subject {
            Subject::Numbers(_) => {
                let cells = picture::Map::new(&map.relevance, &plane(&map.shape))?;
                let zoom = SIDE.div_ceil(cells.width.min(cells.height)).clamp(1, 40);
                let zoom = zoom.min(WIDEST / cells.width).max(1);
                let style = colors.style(meaning, None, zoom);
                let drawn = Picture::new(&cells, &style)?;
                let legend = legend(&drawn, &style)?;
                let scale = scale(model, map, explained.subject, &drawn, &style);
                (
                    Body::Picture(encode_png(&drawn, &[])?, format!("{title}: {scale}")),
                    legend,
                    scale,
                )
            }
            Subject::Text(text) => {
                let style = colors.style(meaning, None, 1);
                let cells = picture::Map::new(&map.relevance, &[1, map.relevance.len()])?;
                let drawn = Picture::new(&cells, &style)?;
                let legend = legend(&drawn, &style)?;
                let scale = scale(model, map, explained.subject, &drawn, &style);
                let pieces = pieces(text, explained, &map.relevance, drawn.vmax, &style);
                (Body::Words(pieces), legend, scale)
            }
        };
        let mut line = match &map.explanation.sis {
            Some(sis) => format!("{title}: {scale}; {} sets.", sis.sets.len()),
            None => format!(
                "{title}: {scale}. Sum of all numbers {}, explained {}.",
                value_text(map.explanation.sum() as f32),
                value_text(map.explanation.score as f32)
            ),
        };
        map.explanation.notes.iter().for_each(|note| line = format!("{line} {note}"));
        caption.push(line);
        stills.push(Still { title, body, legend: Some(legend) });
    }
    Ok(Fallback { stills, caption })
}

/// Axes before the last two are one: they are summed.
fn plane(shape: &[usize]) -> Vec<usize> {
    match shape {
        [front @ .., height, width] if front.len() > 1 => {
            vec![front.iter().product(), *height, *width]
        }
        shape => shape.to_vec(),
    }
}

/// What is explained.
fn asked(model: &Model, map: &Map<'_>) -> String {
    let explanation = &map.explanation;
    let class = class_words(model, explanation.target, explanation.side);
    match explanation.against {
        Some(against) => format!("{class} against {}", class_words(model, against, None)),
        None => class,
    }
}

/// What the colours stand for.
fn scale(
    model: &Model,
    map: &Map<'_>,
    explained: &Subject,
    drawn: &Picture,
    style: &Style,
) -> String {
    let explanation = &map.explanation;
    let class = class_words(model, explanation.target, explanation.side);
    let [high, low] = match explained {
        Subject::Text(_) if style.palette.hatched() => ["plain grey", "underlined grey"],
        _ => style.palette.words(),
    };
    let ends = match (style.meaning, explanation.against) {
        (Meaning::Signed, Some(against)) => {
            format!("{high} speaks for {class}, {low} for {}", class_words(model, against, None))
        }
        (Meaning::Signed, None) => format!("{high} speaks for {class}, {low} against it"),
        (Meaning::Unsigned, _) => "the stronger the colour, the larger the number".into(),
        (Meaning::Numbered, _) => {
            "each look is one set of values that suffices for the decision by itself".into()
        }
    };
    let outside = nonfinite_text(drawn.nonfinite).map_or(String::new(), |text| format!("; {text}"));
    match style.meaning {
        Meaning::Numbered => ends,
        _ => format!("{ends}; {}: {}{outside}", drawn.rule, value_text(drawn.vmax)),
    }
}

/// Smallest side of an input that is shown as an image.
const IMAGE: usize = 8;

/// The input, if it is an image: one plane in grey or three in colours, over the model's range or, where it is wider, its
/// own.
fn input(model: &Model, values: &ArrayD<f32>) -> Outcome<Option<Still>> {
    let shape = values.shape().get(1..).unwrap_or_default();
    let (channels, height, width) = match *shape {
        [channels @ (1 | 3), height, width] => (channels, height, width),
        [height, width] => (1, height, width),
        [n] if n.isqrt().pow(2) == n => (1, n.isqrt(), n.isqrt()),
        _ => return Ok(None),
    };
    if height.min(width) < IMAGE {
        return Ok(None);
    }
    let values: Vec<f32> = values.iter().copied().collect();
    let (low, high) = values
        .iter()
        .fold(model.range(None)?, |(low, high), &value| (low.min(value), high.max(value)));
    let byte = |value: f32| (255.0 * (value - low) / (high - low)).round() as u8;
    let zoom = SIDE.div_ceil(width.min(height)).clamp(1, 40).min(WIDEST / width).max(1);
    let plane = height * width;
    let mut rgba = Vec::with_capacity(4 * plane * zoom * zoom);
    for (y, x) in (0..height * zoom).flat_map(|y| (0..width * zoom).map(move |x| (y, x))) {
        let at = y / zoom * width + x / zoom;
        let color = |channel: usize| byte(values[channel % channels * plane + at]);
        rgba.extend([color(0), color(1), color(2), 255]);
    }
    let (width, height) = (width * zoom, height * zoom);
    let picture = Picture { width, height, rgba, vmax: high, rule: "", nonfinite: 0 };
    let title = "What the network sees".to_owned();
    let body = Body::Picture(encode_png(&picture, &[])?, title.clone());
    Ok(Some(Still { title, body, legend: None }))
}

fn legend(drawn: &Picture, style: &Style) -> Outcome<Legend> {
    let picture = encode_png(&bar(drawn, style)?, &[])?;
    Ok(Legend { picture, ticks: ticks(style.meaning, drawn.vmax) })
}

/// The text in pieces, its words coloured.
fn pieces(
    text: &str,
    explained: &Explained<'_>,
    relevance: &[f32],
    vmax: f32,
    style: &Style,
) -> Vec<Word> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let (mut words, mut from) = (Vec::new(), 0);
    let mut put = |start: usize, end: usize, color| {
        let text = String::from_utf16_lossy(units.get(start..end).unwrap_or_default());
        if !text.is_empty() {
            words.push(Word { text, color });
        }
    };
    for (span, &value) in explained.spans.iter().zip(relevance) {
        put(from, span.start, None);
        let colored = !value.is_finite() || value.abs() >= FAINT * vmax && value != 0.0;
        let look = picture::look(value, vmax, style);
        let against = style.palette.hatched() && style.meaning == Meaning::Signed && value < 0.0;
        let underlined = against || !value.is_finite();
        let color = WordColor { background: look.color, ink: ink(look.color), underlined };
        put(span.start, span.end, colored.then_some(color));
        from = span.end;
    }
    put(from, units.len(), None);
    words
}

/// Black or white, whichever reads better on a colour.
fn ink(color: [u8; 3]) -> &'static str {
    let [r, g, b] = color.map(|byte| libm::pow(f64::from(byte) / 255.0, 2.2));
    if 0.2126 * r + 0.7152 * g + 0.0722 * b > LIGHT { "#111" } else { "#fff" }
}
