//! Maps as pictures.

use super::throw;
use crate::error::{Code, Error, Result};
use crate::picture::{Map, Meaning, Normalization, Palette, Picture, Style};
use js_sys::{Object, Reflect, Uint8ClampedArray};
use wasm_bindgen::prelude::*;
use web_sys::ImageData;

/// A map as a picture; `vmax` goes before what the normalisation finds. An `ImageData` where there are some, else an
/// object with its fields.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments)]
pub fn picture(
    values: &[f32],
    shape: Vec<usize>,
    numbered: bool,
    signed: bool,
    palette: &str,
    normalisation: &str,
    vmax: Option<f32>,
    zoom: usize,
) -> std::result::Result<JsValue, JsValue> {
    let draw = || -> Result<Picture> {
        let palettes = Palette::ALL.map(Palette::name);
        let palette =
            Palette::find(palette).ok_or_else(|| unknown("palette", palette, &palettes))?;
        let rules = Normalization::ALL.map(Normalization::name);
        let normalization = Normalization::find(normalisation)
            .ok_or_else(|| unknown("normalisation", normalisation, &rules))?;
        let meaning = if numbered { Meaning::Numbered } else { Meaning::of(signed, values) };
        let map = Map::new(values, &shape)?;
        Picture::new(&map, &Style { meaning, normalization, vmax, palette, zoom })
    };
    let Picture { width, height, rgba, .. } = draw().map_err(throw)?;
    // A copy: the one that web-sys makes of a slice would stay a view of this module's memory.
    let data = Uint8ClampedArray::from(rgba.as_slice());
    if Reflect::has(&js_sys::global(), &"ImageData".into())? {
        let (width, height) = (width as u32, height as u32);
        return Ok(ImageData::new_with_js_u8_clamped_array_and_sh(&data, width, height)?.into());
    }
    let picture = Object::new();
    Reflect::set(&picture, &"width".into(), &(width as f64).into())?;
    Reflect::set(&picture, &"height".into(), &(height as f64).into())?;
    Reflect::set(&picture, &"data".into(), &data)?;
    Ok(picture.into())
}

#[cold]
fn unknown(what: &str, word: &str, words: &[&str]) -> Error {
    let message = format!("there is no {what} '{word}'; there are: {}", words.join(", "));
    Error::new(Code::Request, message)
}
