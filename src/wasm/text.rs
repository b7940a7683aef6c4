//! Texts as JavaScript sees them: UTF-16 code units in, results token by token out.

use super::explanation::explanation;
use super::inspect::nodes;
use super::object::{Record, array, count, floats, probabilities};
use super::request::{method, place};
use super::{Model, throw};
use crate::error::{Code, Error, Result};
use crate::text::{Passage, Read, Token, tokenize_by};
use js_sys::{Array, Function, Int32Array, JsString, Uint32Array};
use wasm_bindgen::prelude::*;

/// Where the words of a text begin and end, one after the other.
#[wasm_bindgen(js_name = tokenize)]
pub fn spans(text: &[u16]) -> Uint32Array {
    positions(&tokenize(text))
}

fn tokenize(text: &[u16]) -> Vec<Token> {
    tokenize_by(text, nfkc)
}

/// NFKC by the host, which has Unicode's tables.
fn nfkc(word: &str) -> String {
    JsString::from(word).normalize("NFKC").into()
}

fn positions(tokens: &[Token]) -> Uint32Array {
    let ends = tokens.iter().flat_map(|token| [token.span.start as u32, token.span.end as u32]);
    Uint32Array::from(ends.collect::<Vec<u32>>().as_slice())
}

#[wasm_bindgen]
impl Model {
    /// Tokens of a text, and what the model makes of it once for each entry of `ends`: without the
    /// tokens that `struck` lists up to there.
    pub fn read(
        &mut self,
        text: &[u16],
        struck: &[u32],
        ends: &[u32],
    ) -> std::result::Result<JsValue, JsValue> {
        self.try_read(text, (struck, ends)).map_err(throw)
    }

    /// Explains what the model makes of a text without the struck tokens: the explanation, the nodes of the network
    /// for this text, relevance as one number per token, spans, slots.
    #[wasm_bindgen(js_name = explainText)]
    pub fn explain_text(
        &mut self,
        text: &[u16],
        struck: &[u32],
        request: &Array,
        progress: &Function,
    ) -> std::result::Result<JsValue, JsValue> {
        self.try_explain_text((text, struck), request, progress).map_err(throw)
    }
}

impl Model {
    /// The network before a text, the text's tokens, and the names of the classes.
    fn passage(&mut self, text: &[u16]) -> Result<(Passage<'_>, Vec<Token>, &[String])> {
        let Model(model, Some(reader), labels) = self else {
            return Err(Error::new(Code::Input, "the model takes no texts"));
        };
        let tokens = tokenize(text);
        Ok((reader.passage(model, &tokens)?, tokens, labels))
    }

    fn try_read(&mut self, text: &[u16], struck: (&[u32], &[u32])) -> Result<JsValue> {
        let (passage, tokens, _) = self.passage(text)?;
        let marks = marks(struck, tokens.len())?;
        let marks: Vec<&[bool]> = marks.iter().map(Vec::as_slice).collect();
        let results = passage.predict(&marks)?;
        let mut logits = Vec::new();
        let mut all = Some(Vec::new());
        for Read { logits: row, probabilities } in results {
            logits.extend(row);
            match (&mut all, probabilities) {
                (Some(all), Some(row)) => all.extend(row),
                _ => all = None,
            }
        }
        Ok(Record::new()
            .set("spans", positions(&tokens).into())
            .set("slots", numbers(passage.slots()))
            .set("words", numbers(passage.words()))
            .set("logits", floats(&logits))
            .set("probabilities", probabilities(all))
            .set("rows", count(marks.len()))
            .done())
    }

    fn try_explain_text(
        &mut self,
        (text, struck): (&[u16], &[u32]),
        request: &Array,
        progress: &Function,
    ) -> Result<JsValue> {
        let (name, options) = method(request)?;
        let (passage, tokens, labels) = self.passage(text)?;
        let struck = marks((struck, &[struck.len() as u32]), tokens.len())?.remove(0);
        let (target, _) = place(passage.network(), labels, request)?;
        let mut progress = |done: usize, total: usize| {
            progress.call2(&JsValue::NULL, &count(done), &count(total)).is_ok()
        };
        let told = passage.explain(&struck, &name, &options, &target, &mut progress)?;
        let network = passage.network();
        Ok(array([
            explanation(&told.explanation),
            nodes(network),
            floats(&told.relevance),
            positions(&tokens).into(),
            numbers(passage.slots()),
        ]))
    }
}

/// An Int32Array with -1 for none.
fn numbers(list: &[Option<usize>]) -> JsValue {
    let numbers: Vec<i32> = list.iter().map(|n| n.map_or(-1, |n| n as i32)).collect();
    Int32Array::from(numbers.as_slice()).into()
}

/// Marks of struck tokens, a row for each end.
fn marks((struck, ends): (&[u32], &[u32]), tokens: usize) -> Result<Vec<Vec<bool>>> {
    let mut start = 0;
    let mut rows = Vec::with_capacity(ends.len());
    for &end in ends {
        let mut row = vec![false; tokens];
        for &token in struck.get(start..end as usize).unwrap_or(&[]) {
            let mark = row.get_mut(token as usize).ok_or_else(|| {
                Error::new(Code::Request, format!("there is no word {token} among {tokens}"))
            })?;
            *mark = true;
        }
        start = end as usize;
        rows.push(row);
    }
    Ok(rows)
}
