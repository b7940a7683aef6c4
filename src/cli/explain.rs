//! `heatlens explain`: one explanation, as figure, picture, array or JSON.

use super::array::{encode_png, write_npy};
use super::failure::{Failure, Outcome};
use super::input::Input;
use super::model::{Model, ModelFile};
use super::progress::Bar;
use super::style::{Colors, SIDE, meaning};
use super::{figure, files, json, text};
use clap::Args;
use heatlens::explanation::Explanation;
use heatlens::methods::{Descriptor, Target, explain, method_from_options};
use heatlens::picture::{Map, Picture, Style, nonfinite_text};
use std::path::{Path, PathBuf};

/// Explains a decision and writes the map of relevance.
#[derive(Args)]
pub struct Explain {
    #[command(flatten)]
    model: ModelFile,
    #[command(flatten)]
    input: Input,
    /// How to explain; see `heatlens methods`
    #[arg(long, value_name = "NAME")]
    method: String,
    /// A parameter of the method; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// What is explained: a label, a class number, `top` (the class with the largest raw output), `yes` or `no` (the
    /// sides of a single sigmoid), `unit:NODE:N` or `channel:NODE:N`
    #[arg(long, default_value = "top")]
    target: String,
    /// Against which class
    #[arg(long, value_name = "LABEL|N")]
    against: Option<String>,
    /// The node whose values are explained [default: the first input]
    #[arg(long, value_name = "NODE")]
    at: Option<String>,
    /// File to write: .svg (picture with legend), .png (the picture alone), .npy (relevance as f32) or .json (everything);
    /// '-' prints the JSON. May be repeated
    #[arg(long = "out", value_name = "FILE")]
    outs: Vec<PathBuf>,
    #[command(flatten)]
    colors: Colors,
    /// This value gets full colour, whatever the map; pictures then share a scale
    #[arg(long, alias = "full-scale", value_name = "VALUE", conflicts_with = "normalisation")]
    vmax: Option<f32>,
    /// Side of the square that a value becomes [default: so that the picture is 280 pixels or more]
    #[arg(long, value_name = "PIXELS")]
    zoom: Option<usize>,
}

/// What is written.
#[derive(Clone, Copy, PartialEq)]
enum Format {
    Png,
    Svg,
    Npy,
    Json,
}

/// An explanation with what it belongs to.
struct Explained<'m> {
    model: &'m Model,
    entry: &'static Descriptor,
    target: Target,
    explanation: Explanation,
}

impl Explain {
    /// Explains, writes the files and says what it did.
    pub fn run(&self) -> Outcome<()> {
        let outs = self.outs.iter().map(|path| Ok((path.as_path(), format(path)?)));
        let outs = outs.collect::<Outcome<Vec<(&Path, Format)>>>()?;
        if self.vmax.is_some_and(|vmax| !vmax.is_finite() || vmax <= 0.0) {
            return Err(Failure::request("--vmax takes a number above 0"));
        }
        let entry = Descriptor::find(&self.method)?;
        let model = self.model.open()?;
        let inputs = self.input.load(&model)?;
        let views: Vec<_> = inputs.iter().map(|input| input.view()).collect();
        let network = model.network();
        let options = model.options(&self.method, self.sets.iter().map(String::as_str))?;
        let method = method_from_options(network, &self.method, &options)?;
        let target = model.target(&self.target, self.against.as_deref(), &views)?;
        let at = self.at.as_ref().map(|name| network.find(name)).transpose()?;
        let bar = Bar::new(entry.title, 1);
        let mut progress = |done, total| {
            bar.set(done, total);
            true
        };
        let explanation = explain(network, &views, &*method, &target, at, &mut progress)?;
        drop(bar);
        let explanation = model.described(explanation, entry.parameters(&options));
        let result = Explained { model: &model, entry, target, explanation };
        // All of them are made before the first is written.
        let files = outs.iter().map(|&(path, format)| Ok((path, self.render(&result, format)?)));
        let files = files.collect::<Outcome<Vec<_>>>()?;
        let mut printed = false;
        for (path, bytes) in &files {
            if *path == Path::new("-") {
                files::print(&String::from_utf8_lossy(bytes))?;
                printed = true;
            } else {
                files::write(path, bytes)?;
            }
        }
        if printed { Ok(()) } else { files::print(&self.summary(&result)) }
    }

    fn render(&self, result: &Explained<'_>, format: Format) -> Outcome<Vec<u8>> {
        let Explained { entry, explanation, .. } = result;
        let relevance = &explanation.relevance;
        match format {
            Format::Npy => Ok(write_npy(relevance.shape(), relevance.iter().copied())),
            Format::Json => Ok(json::text(explanation)?.into_bytes()),
            Format::Png => {
                let (picture, style) = self.picture(result)?;
                encode_png(&picture, &texts(result, &picture, &style))
            }
            Format::Svg => {
                let (picture, style) = self.picture(result)?;
                Ok(figure::svg(entry.title, &explained(result), &picture, &style)?.into_bytes())
            }
        }
    }

    /// The map as a picture, and how it is drawn.
    fn picture(&self, result: &Explained<'_>) -> Outcome<(Picture, Style)> {
        let relevance = &result.explanation.relevance;
        let values: Vec<f32> = relevance.iter().copied().collect();
        let map = Map::new(&values, relevance.shape())?;
        let zoom = self.zoom.unwrap_or(SIDE.div_ceil(map.width.min(map.height)).clamp(1, 40));
        let style = self.colors.style(meaning(result.entry, &map.values), self.vmax, zoom);
        Ok((Picture::new(&map, &style)?, style))
    }

    fn summary(&self, result: &Explained<'_>) -> String {
        let explanation = &result.explanation;
        let mut rows = vec![
            vec!["method".into(), format!("{} ({})", result.entry.name, result.entry.title)],
            vec!["explains".into(), explained(result)],
            vec!["score".into(), format!("{:.6}", explanation.score)],
            vec!["sum".into(), format!("{:.6}", explanation.sum())],
        ];
        if let Some(expected) = explanation.expected {
            rows.push(vec!["expected".into(), format!("{expected:.6}")]);
        }
        if let Some(sis) = &explanation.sis {
            let sizes: Vec<String> =
                sis.sets.iter().map(|set| set.features.len().to_string()).collect();
            rows.push(vec![
                "sets".into(),
                format!("{} of {} values", sizes.len(), sizes.join(", ")),
            ]);
        }
        for (name, value) in &explanation.extra {
            rows.push(vec![(*name).into(), format!("{value:.6}")]);
        }
        if let Some(layer) = &explanation.layer {
            rows.push(vec!["layer".into(), text::visible(layer)]);
        }
        rows.extend(explanation.notes.iter().map(|note| vec!["note".into(), note.clone()]));
        rows.extend(self.outs.iter().map(|path| vec!["wrote".into(), text::path(path)]));
        text::table(&rows)
    }
}

/// What a picture without a legend says in its text chunks.
fn texts(result: &Explained<'_>, picture: &Picture, style: &Style) -> Vec<(&'static str, String)> {
    let mut texts = vec![
        ("Software", concat!("heatlens ", env!("CARGO_PKG_VERSION")).into()),
        ("Title", result.entry.title.into()),
        ("Description", explained(result)),
        ("Full colour", format!("{} ({})", figure::value_text(picture.vmax), picture.rule)),
        ("Palette", style.palette.name().into()),
    ];
    texts.extend(nonfinite_text(picture.nonfinite).map(|text| ("Not finite", text)));
    texts
}

/// What is explained, for people.
fn explained(result: &Explained<'_>) -> String {
    let (model, explanation) = (result.model, &result.explanation);
    let name = |node: usize| text::visible(&model.network().node(node).name);
    match (&result.target, explanation.against) {
        (Target::Unit { node, index }, _) => format!("unit {index} of '{}'", name(*node)),
        (Target::Channel { node, channel }, _) => format!("channel {channel} of '{}'", name(*node)),
        (_, None) => model.class_text(explanation.target, explanation.side),
        (_, Some(against)) => {
            let (class, against) =
                (model.class_text(explanation.target, None), model.class_text(against, None));
            format!("{class} against {against}")
        }
    }
}

/// The format that a name asks for; the place is checked before any work is done.
fn format(path: &Path) -> Outcome<Format> {
    if path == Path::new("-") {
        return Ok(Format::Json);
    }
    files::writable(path)?;
    let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
    match extension.as_ref().and_then(|extension| extension.to_str()) {
        Some("png") => Ok(Format::Png),
        Some("svg") => Ok(Format::Svg),
        Some("npy") => Ok(Format::Npy),
        Some("json") => Ok(Format::Json),
        _ => {
            let ends = "none of .svg, .png, .npy, .json";
            Err(Failure::request(format!("{} ends in {ends}", text::path(path))))
        }
    }
}
