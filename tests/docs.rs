//! The documents tell the truth: paths exist, dependencies point one way, tables agree with the code.

// native only: build.sh does not run it as WebAssembly
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
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

/// Adds the files below a folder whose names end in one of these; not what tools put there: hidden folders, and what
/// `.gitignore` names.
fn files_below(folder: &Path, extensions: &[&str], files: &mut Vec<PathBuf>) {
    let ignored = read(".gitignore");
    let ignored = |words: &str| ignored.lines().any(|line| line == words);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let place = path.strip_prefix(root()).unwrap().to_str().unwrap();
        if path.is_dir() {
            if !name.starts_with('.') && !ignored(name) && !ignored(&format!("/{place}")) {
                files_below(&path, extensions, files);
            }
        } else if name.rsplit_once('.').is_some_and(|(_, end)| extensions.contains(&end)) {
            files.push(path);
        }
    }
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    files_below(folder, &["rs"], files);
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

/// The modules that a file names, as paths from the crate's root: `use` and paths in code, not in comments or tests.
fn modules_used(module: &[&str], text: &str, known: &BTreeSet<String>) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code: String = lines.collect::<Vec<_>>().join("\n");
    let mut used = BTreeSet::new();
    for path in code.split(|c: char| !c.is_alphanumeric() && !"_:".contains(c)) {
        let mut parts: Vec<&str> = path.split("::").collect();
        // One word is no path, as in `pub(super)`.
        let from = match parts[..] {
            ["crate", _, ..] => &[],
            ["super", _, ..] => &module[..module.len() - 1],
            [_, _, ..] => module,
            _ => continue,
        };
        // Else it is a child, which a path names without more.
        if ["crate", "super"].contains(&parts[0]) {
            parts.remove(0);
        }
        // The longest part of the path that is a module; what is left names something in it.
        let whole = [from, &parts].concat();
        let names = (1..=whole.len()).rev().map(|len| whole[..len].join("::"));
        used.extend(names.filter(|name| known.contains(name)).take(1));
    }
    used.remove(&module.join("::"));
    used
}

#[test]
fn kernels_and_importer_have_no_circle_of_files() {
    for (folder, inside, least) in [("kernels/src", "", 15), ("src", "onnx", 25)] {
        let mut files = Vec::new();
        rust_files(&root().join(folder), &mut files);
        let mut texts = BTreeMap::new();
        for file in files {
            let name = file.strip_prefix(root().join(folder)).unwrap().with_extension("");
            let name = name.to_str().unwrap().replace('/', "::");
            if name.starts_with(inside) && name != "lib" {
                texts.insert(name, std::fs::read_to_string(&file).unwrap());
            }
        }
        let known: BTreeSet<String> = texts.keys().cloned().collect();
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (name, text) in &texts {
            let module: Vec<&str> = name.split("::").collect();
            uses.insert(name.clone(), modules_used(&module, text, &known));
        }
        let arrows: usize = uses.values().map(BTreeSet::len).sum();
        assert!(uses.len() > least && arrows > 2 * least, "{} {arrows}", uses.len());
        // Those that use none of the rest go first; where none is left to go, there is a circle.
        while let Some(name) = uses.keys().find(|name| uses[*name].is_empty()).cloned() {
            uses.remove(&name);
            for used in uses.values_mut() {
                used.remove(&name);
            }
        }
        assert!(uses.is_empty(), "a circle among these, or above one: {uses:#?}");
    }
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
    // What people write and read; neither data nor what is generated.
    const WRITTEN: [&str; 8] = ["css", "html", "js", "mjs", "py", "rs", "sh", "ts"];
    const MOST: usize = 400;
    let (mut files, mut long, mut kinds) = (Vec::new(), Vec::new(), BTreeSet::new());
    files_below(root(), &WRITTEN, &mut files);
    for file in &files {
        let lines = std::fs::read_to_string(file).unwrap().lines().count();
        let name = file.strip_prefix(root()).unwrap().to_str().unwrap();
        kinds.extend(name.rsplit('.').next());
        if lines > MOST {
            long.push(format!("{name}: {lines}"));
        }
    }
    assert!(long.is_empty(), "more than {MOST} lines: {long:#?}");
    assert!(files.len() > 400 && kinds.len() == WRITTEN.len(), "{} {kinds:?}", files.len());
}
