//! Mutants of ONNX files: every one gives a network that runs or an error, soon and in little memory.

use crate::cpu::soon;
use crate::hostile::{SOON, golden};
use crate::memory::peak;
use crate::support::onnx_writer::Message;
use heatlens::onnx::{self, Limits, Options};
use heatlens::random::Random;
use ndarray::{ArrayD, IxDyn};
use std::path::Path;
use std::time::{Duration, Instant};

const GOLDEN: [&str; 8] = [
    "case01_mlp",
    "case02_lenet",
    "case04_resnet",
    "case05_activations",
    "case06_concat",
    "case08_textcnn",
    "case11_pool_ties",
    "case10a_bow_linear",
];

/// Golden models and, where the folder is there, every operator test.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = GOLDEN.iter().map(|name| golden(name)).collect();
    if let Some(folder) = crate::support::files::data("onnx") {
        let file = std::fs::File::open(folder.join("op-tests.tar.gz")).unwrap();
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            if entry.path().unwrap().ends_with("model.onnx") {
                let mut bytes = Vec::new();
                std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
                seeds.push(bytes);
            }
        }
    }
    seeds
}

/// One of the seeds with one to three changes; half of the time one of the first `front`.
fn mutate(random: &mut Random, seeds: &[Vec<u8>], front: usize) -> Vec<u8> {
    let among = if random.below(2) == 0 { front } else { seeds.len() };
    let mut bytes = seeds[random.below(among)].clone();
    for _ in 0..1 + random.below(3) {
        let n = bytes.len().max(1);
        // Half of the changes near the beginning, where the nodes are and not the weights.
        let reach = if random.below(2) == 0 { n } else { n.min(4096) };
        let at = random.below(reach);
        match random.below(7) {
            0 | 1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            2 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = [0, 1, 2, 0x7f, 0x80, 0xff][random.below(6)];
                }
            }
            3 => {
                // A run of bytes from elsewhere, put in or over.
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len().max(1));
                let run = other[from..(from + random.below(40)).min(other.len())].to_vec();
                let end = if random.below(2) == 0 { at } else { (at + run.len()).min(bytes.len()) };
                bytes.splice(at.min(bytes.len())..end, run);
            }
            4 => {
                let end = (at + random.below(20)).min(bytes.len());
                bytes.drain(at.min(end)..end);
            }
            5 => {
                // A number that says too much.
                let lies = [1 << 20, 1 << 31, (1 << 32) + 8, 1 << 40, 1 << 63, u64::MAX];
                let lie = Message::new().varint(lies[random.below(lies.len())]).0;
                let end = (at + 1).min(bytes.len());
                bytes.splice(at.min(end)..end, lie);
            }
            _ => bytes.truncate(at),
        }
    }
    bytes
}

/// Whether a file loads; then, if it `runs`, it is run.
fn read(bytes: &[u8], options: &Options, runs: bool) -> bool {
    let _ = onnx::support(bytes, options);
    let Ok(model) = onnx::read(bytes, options) else { return false };
    if runs {
        let network = &model.network;
        let zeros = |&id: &usize| {
            let shape = std::iter::once(1).chain(network.node(id).shape.clone());
            ArrayD::zeros(IxDyn(&shape.collect::<Vec<usize>>()))
        };
        let inputs: Vec<ArrayD<f32>> = network.inputs().iter().map(zeros).collect();
        let views: Vec<_> = inputs.iter().map(|x| x.view()).collect();
        let _ = network.predict(&views);
    }
    true
}

#[test]
fn mutants() {
    /// Compiled to WebAssembly, where each takes three times as long, the first of the same.
    const MUTANTS: usize = if cfg!(target_family = "wasm") { 33333 } else { 200_000 };
    let seeds = seeds();
    let mut random = Random::new(20);
    // Small enough that whatever loads can be run as well.
    let limits = Limits { memory: 8 << 20, work: 1 << 22, ..Limits::default() };
    let (large, small) = (Options::default(), Options { limits, ..Options::default() });
    let (mut loaded, mut slowest) = (0, Duration::ZERO);
    for i in 0..MUTANTS {
        let bytes = mutate(&mut random, &seeds, GOLDEN.len());
        let (options, runs) = if i % 8 == 0 { (&large, false) } else { (&small, true) };
        let (mut loads, start) = (false, Instant::now());
        let held = peak(|| loads = read(&bytes, options, runs));
        let took = start.elapsed();
        loaded += usize::from(loads);
        slowest = slowest.max(took);
        soon(&format!("mutant {i}"), SOON, took, || {
            read(&bytes, options, runs);
        });
        if runs {
            assert!(held < 128 << 20, "mutant {i}: {held} bytes");
        }
    }
    println!("{MUTANTS} mutants of {} files, {loaded} load, slowest {slowest:?}", seeds.len());
    assert!(loaded > MUTANTS / 20);
}

#[test]
fn mutants_of_the_shipped_models() {
    const MUTANTS: usize = 20_000;
    let seeds: Vec<Vec<u8>> = ["digits-cnn.onnx", "digits-mlp.onnx"]
        .iter()
        .map(|name| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/models");
            std::fs::read(folder.join(name)).unwrap()
        })
        .collect();
    let mut random = Random::new(21);
    let mut loaded = 0;
    for i in 0..MUTANTS {
        let bytes = mutate(&mut random, &seeds, 1);
        let start = Instant::now();
        loaded += usize::from(onnx::read(&bytes, &Options::default()).is_ok());
        let again = || drop(onnx::read(&bytes, &Options::default()));
        soon(&format!("mutant {i}"), SOON, start.elapsed(), again);
    }
    println!("{MUTANTS} mutants of the shipped models, {loaded} load");
    assert!(loaded > MUTANTS / 20 && loaded < MUTANTS);
}
