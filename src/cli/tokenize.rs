//! `heatlens tokenize`: documents to words, for training scripts and for looking.

use super::documents::Document;
use super::failure::Outcome;
use super::{files, json};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// Prints the words of documents, one JSON line per document.
///
/// `tokens` are the words' forms, null for e-mail addresses and telephone numbers; `traces` are the
/// indices of the tokens that stand in attribution lines and signatures.
#[derive(Args)]
pub struct Tokenize {
    /// JSON lines with `id`, `group` and `text`, gzipped or not; '-' is the standard input. All
    /// before the first blank line of a text counts as headers and is left out
    documents: PathBuf,
}

impl Tokenize {
    /// Prints.
    pub fn run(&self) -> Outcome<()> {
        for document in Document::read(&self.documents)? {
            let tokens = document.tokens();
            let traces = document.traces(&tokens).into_iter().enumerate();
            let line = json!({
                "id": document.id,
                "group": document.group,
                "tokens": tokens.iter().map(|token| token.form.as_deref()).collect::<Vec<_>>(),
                "traces": traces.filter(|(_, trace)| *trace).map(|(i, _)| i).collect::<Vec<_>>(),
            });
            files::print(&json::line(&line)?)?;
        }
        Ok(())
    }
}
