//! The documents tell the truth: paths exist, dependencies point one way, tables agree with the code.

// native only: build.sh does not run it as WebAssembly
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use heatlens::methods::CATALOG;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Words in back quotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn is_source(word: &str) -> bool {
    [".rs", ".js", ".mjs", ".py"].iter().any(|end| word.ends_with(end))
}

#[test]
fn every_path_in_the_architecture_exists() {
    let text = read("ARCHITECTURE.md");
    let mut seen = 0;
    for line in text.lines() {
        let words = quoted(line);
        let folder = words.first().filter(|first| line.starts_with('|') && first.ends_with('/'));
        for word in &words {
            let path = match folder {
                // In the code map, files are named within the row's folder.
                Some(folder) if is_source(word) && !word.contains('/') => {
                    format!("{folder}{word}")
                }
                _ => word.to_string(),
            };
            let is_path =
                path.contains('/') && !path.contains([' ', '*', '(']) || path.ends_with(".sh");
            if is_path {
                assert!(
                    root().join(&path).exists(),
                    "ARCHITECTURE.md names {path}, which is not there"
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 35, "only {seen} paths were found");
}

#[test]
fn modules_depend_on_earlier_ones_only() {
    // (module, what it may use)
    let allowed: &[(&str, &[&str])] = &[
        ("error", &[]),
        ("serialize", &[]),
        ("parameters", &["serialize"]),
        ("network", &["error", "kernels", "random"]),
        ("onnx", &["error", "network", "kernels", "random"]),
        ("rules", &["error", "network", "kernels"]),
        ("backward", &["error", "kernels", "network", "rules"]),
        ("explanation", &["network", "parameters", "serialize"]),
        ("recipe", &["error", "network", "onnx"]),
        (
            "methods",
            &[
                "error",
                "explanation",
                "kernels",
                "network",
                "parameters",
                "rules",
                "backward",
                "random",
                "serialize",
            ],
        ),
        ("prediction", &["error", "methods", "network", "serialize"]),
        ("info", &["methods", "network", "onnx", "serialize"]),
        ("text", &["error", "explanation", "methods", "network", "onnx", "recipe"]),
        ("evaluate", &["error", "methods", "network", "random", "explanation", "text"]),
        ("picture", &["error"]),
        (
            "wasm",
            &[
                "error",
                "explanation",
                "methods",
                "network",
                "onnx",
                "picture",
                "evaluate",
                "recipe",
                "text",
                "info",
                "parameters",
                "prediction",
                "serialize",
            ],
        ),
    ];
    let mut files = Vec::new();
    rust_files(&root().join("kernels/src"), &mut files);
    for file in files.drain(..) {
        // Their package has no other; only the vector wrapper names the instruction set.
        let text = std::fs::read_to_string(&file).unwrap();
        let named = ["core::arch::", "fearless_simd"].iter().any(|name| text.contains(name));
        assert!(file.ends_with("lanes.rs") || !named, "{}", file.display());
    }
    rust_files(&root().join("src"), &mut files);
    for file in files {
        let relative = file.strip_prefix(root().join("src")).unwrap().to_str().unwrap().to_string();
        let module = relative.split(['/', '.']).next().unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        let boundary = ["wasm", "serialize"].contains(&module);
        assert!(boundary || !text.contains("JsValue"), "{relative} says JsValue");
        assert!(!text.contains("core::arch::"), "{relative}");
        if ["lib", "main", "cli"].contains(&module) {
            continue;
        }
        let (_, allowed) = allowed
            .iter()
            .find(|(name, _)| *name == module)
            .unwrap_or_else(|| panic!("{relative}: a module that ARCHITECTURE.md does not know"));
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for used in line.split("crate::").skip(1) {
                let target = used.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
                let fits = target == module
                    || allowed.iter().any(|name| match name.split_once("::") {
                        None => *name == target,
                        Some(_) => used.starts_with(name),
                    });
                assert!(fits || target.is_empty(), "{relative} uses {target}: {line}");
            }
        }
        let prints = ["println!", "eprintln!", "std::fs", "File::open"];
        let quiet = prints.iter().all(|word| !text.contains(word));
        assert!(quiet, "{relative} prints or opens files, which only the command line may");
    }
}

#[test]
fn the_readme_lists_every_method_and_no_other() {
    let text = read("README.md");
    let rows: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("| method |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| quoted(line)[0])
        .collect();
    let names: Vec<&str> = CATALOG.iter().map(|entry| entry.name).collect();
    assert_eq!(rows, names);
}

#[test]
fn the_readme_counts_the_golden_entries() {
    let (mut all, mut noisy, mut cases) = (0, 0, 0);
    for file in std::fs::read_dir(root().join("tests/golden")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let case: serde_json::Value = serde_json::from_str(&text).unwrap();
        let entries = case["attributions"].as_array().unwrap();
        cases += 1;
        all += entries.len();
        noisy += entries.iter().filter(|entry| entry["f32_noise"].is_number()).count();
    }
    let text = read("README.md").replace('\n', " ");
    for words in [
        format!("{all} golden entries on {cases} networks"),
        format!("{noisy} of them state the float32 noise"),
        format!("the other {} ", all - noisy),
    ] {
        assert!(text.contains(&words), "README.md does not say: {words}");
    }
}

#[test]
fn the_changelog_knows_this_version() {
    assert!(read("CHANGELOG.md").contains(&format!("## {}", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn files_stay_small_enough_to_hold_in_mind() {
    let mut files = Vec::new();
    for folder in ["src", "kernels", "xtask", "tests"] {
        rust_files(&root().join(folder), &mut files);
    }
    for file in files {
        let lines = std::fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= 500, "{} has {lines} lines", file.display());
    }
}
