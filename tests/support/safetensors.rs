//! A reader of safetensors files, enough for the golden cases: f32 and i64.

use std::collections::BTreeMap;
use std::path::Path;

/// The numbers of a tensor.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    F32(Vec<f32>),
    I64(Vec<i64>),
}

/// A tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    pub shape: Vec<usize>,
    pub data: Data,
}

impl Tensor {
    /// The numbers as f32 (token ids are small).
    pub fn floats(&self) -> Vec<f32> {
        match &self.data {
            Data::F32(list) => list.clone(),
            Data::I64(list) => list.iter().map(|&n| n as f32).collect(),
        }
    }
}

/// All tensors of a file by name.
pub fn read(path: &Path) -> BTreeMap<String, Tensor> {
    let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let (header, data) = bytes[8..].split_at(header);
    let header: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(header).unwrap();
    let numbers = |value: &serde_json::Value| -> Vec<usize> {
        value.as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect()
    };
    header
        .into_iter()
        .filter(|(name, _)| name != "__metadata__")
        .map(|(name, entry)| {
            let offsets = numbers(&entry["data_offsets"]);
            let bytes = &data[offsets[0]..offsets[1]];
            let data = match entry["dtype"].as_str().unwrap() {
                "F32" => Data::F32(
                    bytes
                        .chunks_exact(4)
                        .map(|b| f32::from_le_bytes(b.try_into().unwrap()))
                        .collect(),
                ),
                "I64" => Data::I64(
                    bytes
                        .chunks_exact(8)
                        .map(|b| i64::from_le_bytes(b.try_into().unwrap()))
                        .collect(),
                ),
                other => panic!("{name}: data type {other}"),
            };
            (name, Tensor { shape: numbers(&entry["shape"]), data })
        })
        .collect()
}
