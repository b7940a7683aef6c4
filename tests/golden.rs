//! Every entry of every golden case: the network's activations and all attributions, computed by the
//! field's Python implementations.
//!
//! The folder is `$HEATLENS_GOLDEN`, by default `tests/golden`. A case without its files, an entry
//! that is not understood, a tensor that no entry reads, a usual entry that a case lacks and a method
//! of the catalogue that no entry tests are failures.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::methods::{CATALOG, Options, Value, method_from_options};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use support::golden_case::Case;

/// Entries that every case has.
const USUAL: &[&str] = &[
    "grad_all",
    "grad",
    "saliency_abs",
    "grad_x_input",
    "smoothgrad",
    "smoothgrad_squared",
    "vargrad",
    "ig_gl50",
    "ig_mid50",
    "ig_trap50",
    "ig_gl50_base",
    "guided_backprop",
    "deconvnet",
    "lrp_0",
    "lrp_eps0.25",
    "lrp_eps1e-6",
    "lrp_gamma0.25",
    "lrp_ab10",
    "lrp_ab21",
    "lrp_zbox_first",
    "lrp_wsquare_first",
    "lrp_flat_first",
    "lrp_wsquare_all",
    "lrp_flat_all",
    "composite_epsilon_plus",
    "composite_epsilon_plus_flat",
    "composite_epsilon_gamma_box",
    "composite_epsilon_alpha2_beta1",
    "composite_epsilon_alpha2_beta1_flat",
    "deeplift_zero",
    "deeplift_base",
];

#[test]
fn every_entry_agrees() {
    let folder = std::env::var_os("HEATLENS_GOLDEN").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| own_folder("tests/golden"));
    let (mut tested, mut failures) = check(&folder, USUAL);
    tested.extend(check(&own_folder("tests/golden-own"), &[]).0);
    for entry in CATALOG {
        if !tested.contains(entry.name) {
            failures.push(format!("the catalogue's '{}' is tested by no entry", entry.name));
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

/// Cases of our own, made by the scripts beside them: what the others do not hold.
#[test]
fn every_entry_of_our_own_cases_agrees() {
    let (_, failures) = check(&own_folder("tests/golden-own"), &[]);
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

/// Entries of LRP with one rule throughout, and that rule composed of modifiers.
const COMPOSED: &[(&str, &str, &str)] = &[
    ("lrp_0", "zero", "plain/plain/0"),
    ("lrp_eps0.25", "epsilon", "plain/plain/0.25"),
    ("lrp_eps1e-6", "epsilon", "plain/plain/1e-6"),
    ("lrp_wsquare_all", "w-square", "squared/ones/1e-6"),
    ("lrp_flat_all", "flat", "ones/ones/1e-6"),
];

#[test]
fn known_rules_are_reproduced_by_composed_ones() {
    let folder = own_folder("tests/golden");
    let mut compared = 0;
    for name in ["case01_mlp", "case02_lenet", "case04_resnet"] {
        let mut case = Case::read(&folder, name);
        let entries = case.json["attributions"].as_array().unwrap().clone();
        for (entry, composite, rule) in COMPOSED {
            let entry = entries.iter().find(|each| each["name"] == *entry).unwrap();
            let options = [("composite", (*composite).to_string()), ("rules", format!("*={rule}"))];
            let options = options.map(|(key, word)| (key.to_string(), Value::Word(word)));
            let options: Options = options.into_iter().collect();
            let method = method_from_options(&case.folded, "lrp", &options).unwrap();
            case.check_map(entry, &*method);
            compared += 1;
        }
        assert!(case.failures.is_empty(), "{}", case.failures.join("\n"));
    }
    assert_eq!(compared, 3 * COMPOSED.len());
}

fn own_folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Checks all cases of a folder, each of which has the `usual` entries: the catalogue's names that were tested,
/// and the failures.
fn check(folder: &Path, usual: &[&str]) -> (BTreeSet<&'static str>, Vec<String>) {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .filter_map(|entry| {
            let path = entry.unwrap().path();
            let extension = path.extension()?.to_str()?.to_string();
            let stem = path.file_stem()?.to_str()?.to_string();
            ["json", "safetensors", "onnx"].contains(&extension.as_str()).then_some(stem)
        })
        .collect();
    names.sort();
    names.dedup();
    assert!(!names.is_empty(), "no cases in {}", folder.display());
    let mut tested = BTreeSet::new();
    let (mut failures, mut checked) = (Vec::new(), 0);
    for name in &names {
        let mut case = Case::read(folder, name);
        checked += case.check(usual);
        tested.append(&mut case.methods);
        failures.extend(case.failures);
    }
    println!("{checked} entries of {} golden cases checked", names.len());
    (tested, failures)
}
