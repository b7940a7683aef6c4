//! How maps are drawn: colours, and the value that gets full colour.

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use heatlens::methods::Descriptor;
use heatlens::picture::{Meaning, Normalization, Palette, Style};

/// Smallest side that a picture is enlarged to, in pixels.
pub const SIDE: usize = 280;

/// What the command line says of colours.
#[derive(Args)]
pub struct Colors {
    /// Which value gets full colour
    #[arg(long, alias = "normalization", default_value = Normalization::Max.name(),
          value_parser = choice(&Normalization::ALL.map(Normalization::name)))]
    normalisation: String,
    /// Colours of the picture
    #[arg(long, alias = "colors", default_value = Palette::RedBlue.name(),
          value_parser = choice(&Palette::ALL.map(Palette::name)))]
    palette: String,
}

impl Colors {
    /// How a map of this meaning is drawn; a cell becomes a square of `zoom` pixels.
    pub fn style(&self, meaning: Meaning, vmax: Option<f32>, zoom: usize) -> Style {
        let normalization = Normalization::find(present(&self.normalisation));
        Style {
            meaning,
            normalization: normalization.unwrap_or(Normalization::Max),
            vmax,
            palette: Palette::find(present(&self.palette)).unwrap_or(Palette::RedBlue),
            zoom,
        }
    }
}

/// Words that options took before, and what they are now.
const FORMERLY: [(&str, &str); 3] =
    [("percentile99", "p99"), ("cubic-mean", "cubic"), ("orange-purple", "orange-blue")];

/// One of these words, or what it was called before.
fn choice(names: &[&'static str]) -> PossibleValuesParser {
    let former = |name| FORMERLY.iter().filter(move |(_, now)| *now == name).map(|(old, _)| *old);
    let value = |&name: &&'static str| PossibleValue::new(name).aliases(former(name));
    names.iter().map(value).collect::<Vec<_>>().into()
}

/// The word that it is now.
fn present(word: &str) -> &str {
    FORMERLY.iter().find(|(old, _)| *old == word).map_or(word, |(_, now)| now)
}

/// What the numbers of a method are.
pub fn meaning(entry: &Descriptor, values: &[f32]) -> Meaning {
    if entry.name == "sis" { Meaning::Numbered } else { Meaning::of(entry.signed, values) }
}
