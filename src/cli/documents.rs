//! Labelled documents: JSON lines `{"id": …, "group": …, "text": …}`, gzipped or not.

use super::failure::{Failure, Outcome};
use super::{files, text};
use heatlens::text::{Token, tokenize};
use serde_json::Value;
use std::ops::Range;
use std::path::Path;

/// Most bytes of a file of documents.
const LIMIT: u64 = 256 << 20;
/// Most bytes of a line: what is in it takes twenty times as much while it is read.
const LINE: usize = 4 << 20;

/// A document without its headers.
pub struct Document {
    /// What it is called.
    pub id: String,
    /// Its label.
    pub group: String,
    /// In UTF-16: all behind the first blank line, or everything if there is none.
    pub body: Vec<u16>,
}

impl Document {
    /// All documents of a file, in its order.
    pub fn read(path: &Path) -> Outcome<Vec<Document>> {
        let named = |failure: Failure| failure.context(text::path(path));
        let bytes = files::read_unpacked(path, LIMIT, |_| LIMIT)?;
        let lines = std::str::from_utf8(&bytes)
            .map_err(|error| named(Failure::data(format!("is no UTF-8: {error}"))))?;
        let parse = |(number, line): (usize, &str)| {
            let wrong = |why: String| named(Failure::data(format!("line {}: {why}", number + 1)));
            if line.len() > LINE {
                return Err(wrong(format!("has more than {LINE} bytes")));
            }
            let value: Value =
                serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
            let field = |name: &str| {
                value[name].as_str().ok_or_else(|| wrong(format!("has no text '{name}'")))
            };
            let text = field("text")?;
            let body = text.split_once("\n\n").map_or(text, |(_, body)| body);
            Ok(Document {
                id: field("id")?.into(),
                group: field("group")?.into(),
                body: body.encode_utf16().collect(),
            })
        };
        lines.lines().enumerate().map(parse).collect()
    }

    /// The tokens of the body.
    pub fn tokens(&self) -> Vec<Token> {
        tokenize(&self.body)
    }

    /// For each token whether it stands in a trace of a writer: a line that attributes what follows
    /// (it has an e-mail address, or ends in `writes:` or `wrote:`), or the signature (all behind the
    /// last line of two or more `-`, `_`, `=` or `*` alone, if at most twelve lines follow it).
    pub fn traces(&self, tokens: &[Token]) -> Vec<bool> {
        let lines = lines(&self.body);
        let text = |line: &Range<usize>| String::from_utf16_lossy(&self.body[line.clone()]);
        let rule = |line: &Range<usize>| {
            let line = text(line);
            let line = line.trim();
            line.len() >= 2 && line.chars().all(|letter| "-_=*".contains(letter))
        };
        let signature = lines
            .iter()
            .rposition(rule)
            .filter(|&at| lines.len() - at <= 13)
            .map_or(self.body.len(), |at| lines[at].start);
        let attributes = |line: &Range<usize>| {
            let text = text(line);
            let end = text.trim_end();
            let address = |token: &Token| {
                let span = &token.span;
                token.form.is_none() && self.body[span.clone()].contains(&u16::from(b'@'))
            };
            let first = tokens.partition_point(|token| token.span.start < line.start);
            let within = tokens[first..].iter().take_while(|token| token.span.start < line.end);
            end.ends_with("writes:") || end.ends_with("wrote:") || within.into_iter().any(address)
        };
        let marked: Vec<&Range<usize>> = lines.iter().filter(|line| attributes(line)).collect();
        let inside = |token: &Token| {
            let start = token.span.start;
            let next = marked.partition_point(|line| line.end <= start);
            start >= signature || marked.get(next).is_some_and(|line| line.start <= start)
        };
        tokens.iter().map(inside).collect()
    }
}

/// Lines without their ends.
fn lines(text: &[u16]) -> Vec<Range<usize>> {
    let mut start = 0;
    text.split(|&unit| unit == u16::from(b'\n'))
        .map(|line| {
            let range = start..start + line.len();
            start = range.end + 1;
            range
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributions_and_signatures_are_traces() {
        let body = "In article <1@x.y>, Ann\nBob writes:\n> two words\nmine\n-- \nBob Smith\nUtah";
        let document =
            Document { id: "".into(), group: "".into(), body: body.encode_utf16().collect() };
        let tokens = document.tokens();
        let traces = document.traces(&tokens);
        let prose: Vec<&str> = tokens
            .iter()
            .zip(&traces)
            .filter(|(_, trace)| !**trace)
            .filter_map(|(token, _)| token.form.as_deref())
            .collect();
        assert_eq!(prose, ["two", "words", "mine"]);
    }
}
