//! The page's template: engine, elements and wasm in one HTML file, with three places to fill.

use super::markup::Parts;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::{files, text};
use std::path::{Path, PathBuf};

/// Most bytes of a template.
const LIMIT: u64 = 16 << 20;
/// What is filled in, each at its own marker.
const PLACES: [&str; 3] = ["title", "lens", "data"];

/// The template of this name, or the one that came with the program.
pub fn read(given: Option<&Path>) -> Outcome<String> {
    let path = match given {
        Some(path) => path.to_path_buf(),
        None => beside()?,
    };
    String::from_utf8(files::read(&path, LIMIT)?)
        .map_err(|error| Failure::data(format!("{}: {error}", text::path(&path))))
}

/// Where installers put it: beside the program, or in the folder `share` beside the program's.
fn beside() -> Outcome<PathBuf> {
    let program = std::env::current_exe().and_then(std::fs::canonicalize).ok();
    let folder = program.as_deref().and_then(Path::parent).unwrap_or(Path::new("."));
    let places = ["page.html", "../share/heatlens/page.html"].map(|place| folder.join(place));
    places.iter().find(|place| place.is_file()).cloned().ok_or_else(|| {
        let places = places.each_ref().map(|place| text::path(place)).join(" nor at ");
        Failure::request(format!(
            "the page's template is neither at {places}: say where with --template. It comes with the packages for \
             npm (heatlens/dist/page.html) and Python, and `./build.sh pkg` makes it (pkg/dist/page.html)"
        ))
    })
}

/// The template with all parts in their places.
pub fn fill(template: &str, parts: &Parts) -> Outcome<String> {
    let mut places = Vec::new();
    for name in PLACES {
        let marker = format!("<!--heatlens:{name}-->");
        let found: Vec<usize> = template.match_indices(&marker).map(|(at, _)| at).collect();
        let [at] = found[..] else {
            let count = found.len();
            return Err(Failure::data(format!(
                "the template has {count} times {marker}, which it must have once: it is no page of this program"
            )));
        };
        let part = match name {
            "title" => parts.title(),
            "lens" => parts.lens(),
            _ => parts.data()?,
        };
        places.push((at, at + marker.len(), part));
    }
    places.sort_by_key(|place| place.0);
    let (mut page, mut from) = (String::with_capacity(template.len()), 0);
    for (start, end, part) in &places {
        page.push_str(template.get(from..*start).unwrap_or_default());
        page.push_str(part);
        from = *end;
    }
    Ok(page + template.get(from..).unwrap_or_default())
}
