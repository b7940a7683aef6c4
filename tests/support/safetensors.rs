//! Reads .safetensors files, for tests: an 8-byte header length, a JSON header, raw tensors.

use std::collections::BTreeMap;
use std::path::Path;

/// A tensor of a file.
#[derive(Clone, Debug)]
pub struct Tensor {
    pub shape: Vec<usize>,
    pub data: Data,
}

/// Its elements.
#[derive(Clone, Debug)]
pub enum Data {
    F32(Vec<f32>),
    I64(Vec<i64>),
}

impl Tensor {
    /// The elements as f32.
    pub fn f32(&self) -> Vec<f32> {
        match &self.data {
            Data::F32(values) => values.clone(),
            Data::I64(values) => values.iter().map(|&value| value as f32).collect(),
        }
    }
}

/// All tensors of a file by name.
pub fn read(path: &Path) -> BTreeMap<String, Tensor> {
    let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let header_len = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header: serde_json::Value = serde_json::from_slice(&bytes[8..8 + header_len]).unwrap();
    let body = &bytes[8 + header_len..];
    let mut tensors = BTreeMap::new();
    for (name, entry) in header.as_object().unwrap() {
        if name == "__metadata__" {
            continue;
        }
        let list = |key: &str| -> Vec<usize> {
            entry[key].as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect()
        };
        let (shape, range) = (list("shape"), list("data_offsets"));
        let raw = &body[range[0]..range[1]];
        let data = match entry["dtype"].as_str().unwrap() {
            "F32" => {
                Data::F32(raw.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect())
            }
            "F64" => Data::F32(
                raw.as_chunks::<8>().0.iter().map(|b| f64::from_le_bytes(*b) as f32).collect(),
            ),
            "I64" => {
                Data::I64(raw.as_chunks::<8>().0.iter().map(|b| i64::from_le_bytes(*b)).collect())
            }
            other => panic!("{name}: data type {other}"),
        };
        tensors.insert(name.clone(), Tensor { shape, data });
    }
    tensors
}
