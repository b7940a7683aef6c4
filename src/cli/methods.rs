//! `heatlens methods`: the catalogue.

use super::failure::Outcome;
use super::{files, json, text};
use clap::Args;
use heatlens::methods::{CATALOG, Kind, Param};

/// Lists the explanation methods with their parameters.
#[derive(Args)]
pub struct Methods {
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Methods {
    /// Prints the catalogue.
    pub fn run(&self) -> Outcome<()> {
        if self.json {
            return files::print(&json::text(&CATALOG)?);
        }
        files::print(&catalogue())
    }
}

/// Every method with its parameters, for people.
pub fn catalogue() -> String {
    let mut out = String::new();
    for entry in CATALOG {
        out += &format!("{}: {} ({})\n", entry.name, entry.title, entry.source);
        out += &text::wrap(entry.summary, 4, 100);
        out += &text::wrap(&format!("Sums to: {}.", entry.sums), 4, 100);
        for param in entry.params {
            let line = format!("{}={}  {}", param.name, range(param), param.help);
            out += &text::wrap(&line, 6, 100);
        }
        out.push('\n');
    }
    out.trim_end().to_owned() + "\n"
}

/// What a parameter may be.
fn range(param: &Param) -> String {
    match param.kind {
        Kind::Number { min, max, default, .. } => format!("{min}..{max} [{default}]"),
        Kind::Integer { min, max, default } => format!("{min}..{max} [{default}]"),
        Kind::Choice { choices, default } => format!("{} [{default}]", choices.join("|")),
        Kind::Node { choices, default } => format!("{}|NODE [{default}]", choices.join("|")),
        Kind::Rules { .. } => "NODE=RULE,…".into(),
        Kind::Baseline { default } => format!("NUMBER|mask|mean|@FILE [{default}]"),
    }
}
