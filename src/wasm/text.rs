//! Texts as JavaScript sees them: UTF-16 code units in, results token by token out.

use super::request::{ExplainRequest, method, place};
use super::typed::Typed;
use super::{Model, give, teller, throw};
use crate::error::{Code, Error, Result};
use crate::explanation::Record;
use crate::methods::Descriptor;
use crate::serialize::{self, value};
use crate::text::{EncodedText, TextPrediction, Token, tokenize_by};
use js_sys::{Float32Array, Function, Int32Array, JsString, Reflect, Uint32Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// Tokens of a text, and what the model makes of it, row by row.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reading {
    spans: Typed<Uint32Array>,
    token_features: Typed<Int32Array>,
    words: Typed<Int32Array>,
    logits: Typed<Float32Array>,
    #[serde(serialize_with = "serialize::probabilities")]
    probabilities: Option<Vec<f64>>,
    rows: usize,
}

/// Where the words of a text begin and end, one after the other.
#[wasm_bindgen(js_name = tokenize)]
pub fn spans(text: &[u16]) -> Uint32Array {
    positions(&tokenize(text)).0
}

fn tokenize(text: &[u16]) -> Vec<Token> {
    tokenize_by(text, nfkc)
}

/// NFKC by the host, which has Unicode's tables.
fn nfkc(word: &str) -> String {
    JsString::from(word).normalize("NFKC").into()
}

fn positions(tokens: &[Token]) -> Typed<Uint32Array> {
    let ends = tokens.iter().flat_map(|token| [token.span.start, token.span.end]);
    ends.collect::<Vec<usize>>().as_slice().into()
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
        give(self.try_read(text, (struck, ends)))
    }

    /// Explains what the model makes of a text without the struck tokens, word by word.
    #[wasm_bindgen(js_name = explainText)]
    pub fn explain_text(
        &mut self,
        text: &[u16],
        struck: &[u32],
        request: &ExplainRequest,
        progress: &Function,
    ) -> std::result::Result<JsValue, JsValue> {
        self.try_explain_text((text, struck), request, progress).map_err(throw)
    }
}

impl Model {
    /// The network before a text, the text's tokens, and the names of the classes.
    fn encode(&mut self, text: &[u16]) -> Result<(EncodedText<'_>, Vec<Token>, &[String])> {
        let Model(model, Some(reader), labels) = self else {
            return Err(Error::new(Code::Input, "the model takes no texts"));
        };
        let tokens = tokenize(text);
        Ok((reader.encode(model, &tokens)?, tokens, labels))
    }

    fn try_read(&mut self, text: &[u16], struck: (&[u32], &[u32])) -> Result<Reading> {
        let (encoded, tokens, _) = self.encode(text)?;
        let marks = marks(struck, tokens.len())?;
        let marks: Vec<&[bool]> = marks.iter().map(Vec::as_slice).collect();
        let results = encoded.predict(&marks)?;
        let mut logits = Vec::new();
        let mut all = Some(Vec::new());
        for TextPrediction { logits: row, probabilities } in results {
            logits.extend(row);
            match (&mut all, probabilities) {
                (Some(all), Some(row)) => all.extend(row),
                _ => all = None,
            }
        }
        Ok(Reading {
            spans: positions(&tokens),
            token_features: encoded.token_features().into(),
            words: encoded.words().into(),
            logits: logits.as_slice().into(),
            probabilities: all,
            rows: marks.len(),
        })
    }

    fn try_explain_text(
        &mut self,
        (text, struck): (&[u16], &[u32]),
        request: &ExplainRequest,
        progress: &Function,
    ) -> Result<JsValue> {
        let (name, given) = method(request)?;
        let (encoded, tokens, labels) = self.encode(text)?;
        let struck = marks((struck, &[struck.len() as u32]), tokens.len())?.remove(0);
        let (target, _) = place(encoded.network(), labels, request)?;
        let tell = &mut teller(progress);
        let told = encoded.explain(&struck, &name, &given, &target, tell)?;
        let parameters = Descriptor::find(&name)?.parameters(&given);
        let explanation = told.explanation.described(parameters, encoded.network(), labels);
        let shape = [told.relevance.len()];
        let record = Record::new(&explanation, &shape, &told.relevance);
        let result =
            value(&record).map_err(|error| Error::new(Code::Request, error.to_string()))?;
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&result, &"spans".into(), &positions(&tokens).0);
        let features = Typed::from(encoded.token_features()).0;
        let _ = Reflect::set(&result, &"tokenFeatures".into(), &features);
        Ok(result)
    }
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
