//! The parts of a page as HTML. `pkg/page-file.js` writes the same; `tests/pkg/page.test.mjs` compares them.

use crate::cli::failure::{Failure, Outcome};
use base64::prelude::{BASE64_STANDARD, Engine};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::Write;

/// What is filled into the template.
pub struct Parts {
    /// Title of the document.
    pub title: String,
    /// Attributes of the element, in their order.
    pub attributes: Vec<(&'static str, Attribute)>,
    /// What is seen where no script runs.
    pub fallback: Fallback,
    /// Files by the id under which the element finds them.
    pub data: Vec<(&'static str, Vec<u8>)>,
}

/// The value of an attribute.
pub enum Attribute {
    /// A text.
    Text(String),
    /// It is there.
    Present,
}

impl<T: Into<String>> From<T> for Attribute {
    fn from(text: T) -> Self {
        Attribute::Text(text.into())
    }
}

/// Pictures and words that say the same as the live element.
pub struct Fallback {
    /// One for each map.
    pub stills: Vec<Still>,
    /// Paragraphs below.
    pub caption: Vec<String>,
}

/// A map that does not move.
pub struct Still {
    /// What stands above it.
    pub title: String,
    /// What is seen.
    pub body: Body,
    /// The scale of colours, if there is one.
    pub legend: Option<Legend>,
}

/// What is seen of a map.
pub enum Body {
    /// A PNG file and its words.
    Picture(Vec<u8>, String),
    /// A text, its words coloured.
    Words(Vec<Word>),
}

/// A piece of a text.
pub struct Word {
    /// The piece.
    pub text: String,
    /// None where it has no colour.
    pub color: Option<WordColor>,
}

/// How a word is coloured.
pub struct WordColor {
    /// Behind it: red, green, blue.
    pub background: [u8; 3],
    /// Of the letters.
    pub ink: &'static str,
    /// Whether it is marked, where the colour does not tell the sign.
    pub underlined: bool,
}

/// The scale of colours.
pub struct Legend {
    /// A PNG file.
    pub picture: Vec<u8>,
    /// Numbers at its left, middle and right.
    pub ticks: [String; 3],
}

/// A text in which nothing is markup, and which reads back as it was: a parser would make a line feed of a carriage
/// return. NUL is what no page can hold.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\r' => safe.push_str("&#13;"),
            '\0' => safe.push('\u{fffd}'),
            letter => safe.push(letter),
        }
    }
    safe
}

impl Parts {
    /// The document's title.
    pub fn title(&self) -> String {
        escaped(&self.title)
    }

    /// The element with its fallback inside.
    pub fn lens(&self) -> String {
        let mut tag = String::from("<heat-lens");
        for (name, value) in &self.attributes {
            match value {
                Attribute::Text(text) => tag += &format!(" {name}=\"{}\"", escaped(text)),
                Attribute::Present => tag += &format!(" {name}"),
            }
        }
        format!("{tag}>\n{}</heat-lens>", self.fallback.markup())
    }

    /// The files, deflated, as scripts that do not run.
    pub fn data(&self) -> Outcome<String> {
        let mut scripts = Vec::new();
        for (id, bytes) in &self.data {
            let packed = BASE64_STANDARD.encode(deflated(bytes)?);
            scripts.push(format!("<script type=\"text/plain\" id=\"{id}\">{packed}</script>"));
        }
        Ok(scripts.join("\n"))
    }
}

/// Deflate without a header, as browsers unpack it (`deflate-raw`).
fn deflated(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
    packed.map_err(|error| Failure::io(format!("cannot deflate the page's data: {error}")))
}

fn image(png: &[u8], alt: &str, style: &str) -> String {
    let data = BASE64_STANDARD.encode(png);
    let alt = escaped(alt);
    format!("<img src=\"data:image/png;base64,{data}\" alt=\"{alt}\" style=\"{style}\">\n")
}

impl Fallback {
    fn markup(&self) -> String {
        let stills: String = self.stills.iter().map(Still::markup).collect();
        let caption = self.caption.iter().map(|line| format!("<p>{}</p>\n", escaped(line)));
        let caption: String = caption.collect();
        format!(
            "<figure style=\"margin:0\">\n{stills}<figcaption>\n{caption}</figcaption>\n</figure>\n"
        )
    }
}

impl Still {
    fn markup(&self) -> String {
        let body = match &self.body {
            Body::Picture(png, alt) => {
                image(png, alt, "display:block;max-width:100%;image-rendering:pixelated")
            }
            Body::Words(words) => {
                let words: String = words.iter().map(Word::markup).collect();
                format!(
                    "<p dir=\"auto\" style=\"white-space:pre-wrap;overflow-wrap:anywhere\">{words}</p>\n"
                )
            }
        };
        let legend = self.legend.as_ref().map_or(String::new(), |legend| {
            let ticks = legend.ticks.each_ref().map(|tick| format!("<span>{}</span>", escaped(tick)));
            let bar = image(&legend.picture, "", "display:block;max-width:100%");
            let ticks = ticks.concat();
            format!("{bar}<p style=\"display:flex;justify-content:space-between;max-width:256px;margin:0\">{ticks}</p>\n")
        });
        format!(
            "<div style=\"display:inline-block;vertical-align:top;max-width:100%;margin:0 1em 1em 0\">\n\
             <p><b>{}</b></p>\n{body}{legend}</div>\n",
            escaped(&self.title)
        )
    }
}

impl Word {
    fn markup(&self) -> String {
        let text = escaped(&self.text);
        let Some(WordColor { background: [r, g, b], ink, underlined }) = self.color else {
            return text;
        };
        let line = if underlined { ";text-decoration:underline" } else { "" };
        format!("<span style=\"background:#{r:02x}{g:02x}{b:02x};color:{ink}{line}\">{text}</span>")
    }
}
