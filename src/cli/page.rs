//! `heatlens page`: one HTML file with engine, network, input and maps, for whoever opens it.

mod answer;
mod markup;
mod settings;
mod still;
mod subject;
mod template;

use super::failure::{Failure, Outcome};
use super::input::Input;
use super::model::ModelFile;
use super::style::Colors;
use super::{files, text};
use clap::Args;
use markup::{Attribute, Parts};
use std::io::Write;
use std::path::{Path, PathBuf};
use subject::Subject;

/// Writes one HTML file that shows why a network decides as it does, and still computes where it is opened.
#[derive(Args)]
pub struct Page {
    #[command(flatten)]
    model: ModelFile,
    #[command(flatten)]
    input: Input,
    /// How to explain, with commas between for several maps; see `heatlens methods`
    #[arg(long = "method", value_name = "NAME,…", value_delimiter = ',', required = true)]
    methods: Vec<String>,
    /// A parameter of every method that has it, or with METHOD. in front of one of them; may be repeated
    #[arg(long = "set", value_name = "[METHOD.]KEY=VALUE")]
    sets: Vec<String>,
    /// What is explained: a label, a class number, `top` (the class with the largest raw output), `yes` or `no` (the
    /// sides of a single sigmoid)
    #[arg(long, default_value = "top")]
    target: String,
    /// Against which class
    #[arg(long, value_name = "LABEL|N")]
    against: Option<String>,
    /// File to write, .html; '-' is the standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Title of the page [default: the answer and the model's name]
    #[arg(long)]
    title: Option<String>,
    /// The page's template [default: page.html beside the program, or in ../share/heatlens]
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
    #[command(flatten)]
    colors: Colors,
}

impl Page {
    /// Explains, fills the template and says what it wrote.
    pub fn run(&self) -> Outcome<()> {
        let prints = self.out == Path::new("-");
        if !prints {
            files::writable(&self.out)?;
        }
        if ["unit:", "channel:"].iter().any(|kind| self.target.starts_with(kind)) {
            return Err(Failure::request(
                "a page explains classes: --target takes a label or number",
            ));
        }
        let template = template::read(self.template.as_deref())?;
        subject::refuse_molecules(&self.input.files, None)?;
        let model = self.model.open()?;
        subject::refuse_molecules(&self.input.files, Some(model.network()))?;
        let settings = settings::Settings::new(&model, &self.methods, &self.sets)?;
        let name = name(&self.model.path);
        let subject = Subject::read(&model, &self.input)?;
        let (class, against) =
            (Some(self.target.as_str()).filter(|&name| name != "top"), self.against.as_deref());
        let explained = subject.explain(&model, &settings, class, against)?;
        let answer = answer::Answer::new(&model, explained.outputs(), &name)?;
        let fallback = still::fallback(&model, &explained, &answer, &self.colors)?;
        let style = self.colors.style(heatlens::picture::Meaning::Signed, None, 1);
        let mut attributes = vec![("model", Attribute::from("#heatlens-model"))];
        attributes.push(match &subject {
            Subject::Text(text) => ("text", text.as_str().into()),
            Subject::Numbers(_) => ("input", "#heatlens-input".into()),
        });
        attributes.push(("method", self.methods.join(",").into()));
        // A class that another is held against is named, the most likely one, too.
        let most = explained.maps.first().filter(|_| against.is_some()).map(|map| &map.explanation);
        let most = most.map(|map| map.label.clone().unwrap_or_else(|| map.target.to_string()));
        let named = class.map(str::to_owned).or(most);
        attributes.extend(named.map(|class| ("target", class.into())));
        attributes.extend(against.map(|against| ("against", against.into())));
        attributes.extend(settings.json()?.map(|options| ("options", options.into())));
        attributes.push(("controls", Attribute::Present));
        attributes.push(("palette", style.palette.name().into()));
        attributes.push(("normalisation", style.normalization.name().into()));
        let activation = self.model.output_activation.as_deref();
        attributes.extend(activation.map(|word| ("output-activation", word.into())));
        let mut data = vec![("heatlens-model", model.bytes().to_vec())];
        data.extend(subject.file().map(|file| ("heatlens-input", file)));
        let title = self.title.clone().unwrap_or_else(|| answer.title());
        let page = template::fill(&template, &Parts { title, attributes, fallback, data })?;
        if prints {
            return std::io::stdout().write_all(page.as_bytes()).map_err(|error| {
                Failure::io(format!("cannot write to the standard output: {error}"))
            });
        }
        files::write(&self.out, page.as_bytes())?;
        files::print(&text::table(&[
            vec!["says".into(), answer.sentence()],
            vec!["maps".into(), self.methods.join(", ")],
            vec!["wrote".into(), format!("{} ({} bytes)", text::path(&self.out), page.len())],
        ]))
    }
}

/// What the page calls the model: its file's name.
fn name(path: &Path) -> String {
    let name = path.file_name().filter(|_| path != Path::new("-"));
    name.map_or("model".into(), |name| name.to_string_lossy().into_owned())
}
