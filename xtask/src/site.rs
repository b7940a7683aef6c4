//! The site's folder. Pages keep their names; what they load is named by its content, from what is loaded last to what
//! names it, so that a script never meets a module of another version: `digits/main-0123456789.js` asks for
//! `pkg-9876543210/index.js`. Beside each other in `dist/site/` stay the modules as they are written, which no page loads.

use crate::Result;
use crate::bundle::bundle;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Folders that are named as wholes: what is in them finds each other by its own address.
const WHOLE: [&str; 3] = ["models", "pkg", "vendor"];
/// Other people's pages name these files, which they shall find after the next version, too.
const LINKED: &str = "models";
/// Libraries that pages fetch when they need them, below `node_modules/`: under which name, and what.
const VENDOR: [(&str, &str); 4] = [
    ("openchemlib.js", "openchemlib/dist/openchemlib.js"),
    ("openchemlib.LICENSE.txt", "openchemlib/LICENSE"),
    ("reveal.css", "reveal.js/dist/reveal.css"),
    ("reveal.LICENSE.txt", "reveal.js/LICENSE"),
];
/// Examples as pages of the site, under these names. What lies beside one that needs no build is here in other folders.
const EXAMPLES: [(&str, &str); 2] = [("slides", "slides"), ("static", "post")];
const BESIDE: [(&str, &str); 2] = [("heatlens/", "../pkg/"), ("models/", "../models/")];
/// Not part of any page: fetched only where a page's address asks for it.
const ON_REQUEST: [&str; 1] = ["heatlens_relaxed_bg.wasm"];
/// One classic script for people who link to it; modules find their parts themselves.
const SINGLE: &str = "heatlens.iife.js";

/// Lays out `dist/site/` as a static server serves it. `dist/kill/` has two files to lay
/// over it, with which its service worker removes itself and all that it keeps.
pub fn build(root: &Path) -> Result<()> {
    let folder = root.join("dist/site");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    copy(&root.join("www"), &folder)?;
    copy(&root.join("pkg/dist"), &folder.join("pkg"))?;
    for types in ["ambient.d.ts", "tsconfig.json"] {
        fs::remove_file(folder.join(types))?;
    }
    fs::create_dir_all(folder.join("vendor"))?;
    for (name, file) in VENDOR {
        fs::copy(root.join("node_modules").join(file), folder.join("vendor").join(name))?;
    }
    reveal(root, &folder.join("vendor/reveal.js"))?;
    for (example, name) in EXAMPLES {
        copy(&root.join("examples").join(example), &folder.join(name))?;
    }
    let post = folder.join("post/index.html");
    let text = fs::read_to_string(&post)?;
    let moved = BESIDE.iter().fold(text, |text, (beside, here)| {
        text.replace(&format!("\"{beside}"), &format!("\"{here}"))
    });
    fs::write(post, moved)?;
    // The landing page links them; as text, any host's type for them lets a browser show them.
    fs::copy(root.join("README.md"), folder.join("README.txt"))?;
    fs::copy(root.join("pkg/README.md"), folder.join("pkg/README.txt"))?;
    let mut site =
        Site { root, folder, page: String::new(), whole: BTreeMap::new(), assets: BTreeMap::new() };
    for name in WHOLE {
        site.name_whole(name)?;
    }
    let list = site.pages()?;
    fs::write(site.folder.join("offline.json"), list.to_string())?;
    worker(root, "worker", &site.folder)?;
    let kill = root.join("dist/kill");
    fs::create_dir_all(&kill)?;
    fs::write(kill.join("offline.json"), "null")?;
    worker(root, "kill", &kill)
}

/// A service worker, under the name by which every version of the site has its own.
fn worker(root: &Path, name: &str, folder: &Path) -> Result<()> {
    let out = format!("--outfile={}", folder.join("sw.js").display());
    bundle(root, &[&format!("www/kit/offline/{name}.js"), "--format=iife", &out])
}

/// reveal.js, whose markup becomes text: pages with trusted types refuse to have it read as markup.
fn reveal(root: &Path, out: &Path) -> Result<()> {
    let names = root.join("pkg/generated/reveal-names.json");
    fs::write(&names, json!({ "innerHTML": "textContent" }).to_string())?;
    bundle(
        root,
        &[
            "node_modules/reveal.js/dist/reveal.mjs",
            "--format=esm",
            "--mangle-props=^innerHTML$",
            &format!("--mangle-cache={}", names.display()),
            &format!("--outfile={}", out.display()),
        ],
    )
}

struct Site<'a> {
    root: &'a Path,
    folder: PathBuf,
    /// The folder of the page that is being read: what scripts name may be seen from there.
    page: String,
    /// Folders named as wholes: the old name to the new.
    whole: BTreeMap<String, String>,
    /// Files by the path that they are written under; `None` while one is being named.
    assets: BTreeMap<String, Option<Asset>>,
}

/// A file under its new name, and which others it names.
struct Asset {
    path: String,
    names: BTreeSet<String>,
}

impl Site<'_> {
    /// Names a folder by all that is in it. Its modules can still be had under their usual names, for people who link to
    /// them: each is then a line that leads on, since a second copy would be as large as the first.
    fn name_whole(&mut self, name: &str) -> Result<()> {
        let old = self.folder.join(name);
        let mut hash = Sha256::new();
        let files = files_below(&old)?;
        for file in files.iter().filter(|file| !file.ends_with(SINGLE)) {
            let bytes = fs::read(old.join(file))?;
            hash.update(format!("{file} {}\n", bytes.len()));
            hash.update(&bytes);
        }
        let new = format!("{name}-{}", short(&hash.finalize()));
        if name == LINKED {
            copy(&old, &self.folder.join(&new))?;
        } else {
            fs::rename(&old, self.folder.join(&new))?;
        }
        for file in files.iter().filter(|file| file.ends_with(".js")) {
            fs::create_dir_all(&old)?;
            if file == SINGLE {
                fs::rename(self.folder.join(&new).join(file), old.join(file))?;
            } else {
                fs::write(old.join(file), format!("export * from '../{new}/{file}';\n"))?;
            }
        }
        self.whole.insert(name.into(), new);
        Ok(())
    }

    /// Rewrites every page, with all that it loads; and tells what each loads, with size and SHA-256 of each file.
    fn pages(&mut self) -> Result<Value> {
        let mut pages = Map::new();
        let mut files = Map::new();
        for page in files_below(&self.folder)? {
            let Some(at) = page.strip_suffix("index.html") else { continue };
            if !(at.is_empty() || at.ends_with('/')) {
                continue;
            }
            let text = fs::read_to_string(self.folder.join(&page))?;
            self.page = at.into();
            let (text, names) = self.rewrite(&text, at)?;
            fs::write(self.folder.join(&page), &text)?;
            let loads = self.loaded(names)?;
            files.insert(at.into(), self.entry(&page)?);
            for file in &loads {
                files.insert(file.clone(), self.entry(file)?);
            }
            pages.insert(at.into(), json!(loads));
        }
        let version = short(&Sha256::digest(json!([pages, files]).to_string()));
        Ok(json!({ "version": version, "pages": pages, "files": files }))
    }

    fn entry(&self, file: &str) -> Result<Value> {
        let bytes = fs::read(self.folder.join(file))?;
        let hash = BASE64_STANDARD.encode(Sha256::digest(&bytes));
        Ok(json!({ "bytes": bytes.len(), "integrity": format!("sha256-{hash}") }))
    }

    /// All that a page loads, now or later: files that it names, those that these name, and files of whole folders whose names
    /// occur in a script, since scripts put addresses in these folders together.
    fn loaded(&self, names: BTreeSet<String>) -> Result<BTreeSet<String>> {
        let mut others = Vec::new();
        for (old, new) in &self.whole {
            for file in files_below(&self.folder.join(new))? {
                others.push((format!("{old}/{file}"), format!("{new}/{file}")));
            }
        }
        let mut loads = BTreeSet::new();
        let mut names = Vec::from_iter(names);
        while let Some(name) = names.pop() {
            let asset = self.assets.get(&name).and_then(Option::as_ref);
            let other = others.iter().find(|(old, _)| *old == name).map(|(_, new)| new);
            let Some(path) = asset.map(|asset| &asset.path).or(other) else { continue };
            if !loads.insert(path.clone()) {
                continue;
            }
            names.extend(asset.iter().flat_map(|asset| asset.names.iter().cloned()));
            if path.ends_with(".js") {
                let text = fs::read_to_string(self.folder.join(path))?;
                let occurs = |(old, _): &&(String, String)| {
                    text.contains(last(old)) && !ON_REQUEST.contains(&last(old))
                };
                names.extend(others.iter().filter(occurs).map(|(old, _)| old.clone()));
            }
        }
        Ok(loads)
    }

    /// Gives a file its name, and before it those that it names.
    fn name(&mut self, file: &str) -> Result<()> {
        match self.assets.get(file) {
            Some(Some(_)) => return Ok(()),
            Some(None) => return Err(format!("{file} names itself, by way of others").into()),
            None => self.assets.insert(file.into(), None),
        };
        let (stem, end) = file.rsplit_once('.').unwrap_or((file, ""));
        let mut bytes = fs::read(self.folder.join(file))?;
        let mut names = BTreeSet::new();
        if matches!(end, "css" | "js") {
            let text;
            (text, names) = self.rewrite(&self.bundled(file)?, parent(file))?;
            bytes = text.into_bytes();
        }
        let path = format!("{stem}-{}.{end}", short(&Sha256::digest(&bytes)));
        fs::write(self.folder.join(&path), bytes)?;
        self.assets.insert(file.into(), Some(Asset { path, names }));
        Ok(())
    }

    /// One piece of a script's or a style sheet's many: a browser learns of a module's imports only when it has it. What
    /// runs first is apart from the rest, and so are the folders that are named as wholes.
    fn bundled(&self, file: &str) -> Result<String> {
        let site = "dist/site";
        let out = format!("--outdir={site}/{}", parent(file));
        let apart = WHOLE.map(|name| format!("--external:./{site}/{name}/*"));
        let mut arguments = vec![format!("{site}/{file}"), out];
        arguments.extend(apart);
        let fixed = [
            "--format=esm",
            "--entry-names=[name].bundle",
            "--external:./first.js",
            "--define:PACKAGED=false",
        ];
        let arguments = arguments.iter().map(String::as_str).chain(fixed);
        bundle(self.root, &arguments.collect::<Vec<_>>())?;
        let (stem, end) = file.rsplit_once('.').unwrap_or((file, ""));
        let whole = self.folder.join(format!("{stem}.bundle.{end}"));
        let text = fs::read_to_string(&whole)?;
        fs::remove_file(whole)?;
        Ok(text)
    }

    /// The text with the new names of the site's files in it, and which they are. A name is a
    /// path in quotes or brackets that leads to a file, seen from this folder or from the page's.
    fn rewrite(&mut self, text: &str, folder: &str) -> Result<(String, BTreeSet<String>)> {
        let mut out = String::new();
        let mut names = BTreeSet::new();
        let mut rest = text;
        while let Some(quote) = rest.find(['"', '\'', '`', '(']) {
            let (before, after) = rest.split_at(quote + 1);
            out.push_str(before);
            let is_path = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
            let end = after.find(|c| !is_path(c)).unwrap_or(after.len());
            let (path, next) = after.split_at(end);
            rest = next;
            let is_whole = next.starts_with(['"', '\'', '`', ')', '?', '#']);
            // What a description names, such as a picture for previews, the page does not load.
            if !is_whole || !path.contains(['.', '/']) || before.ends_with("content=\"") {
                out.push_str(path);
                continue;
            }
            let page = self.page.clone();
            let new = match self.new_name(path, folder, &mut names)? {
                None if page != folder => self.new_name(path, &page, &mut names)?,
                new => new,
            };
            out.push_str(new.as_deref().unwrap_or(path));
        }
        out.push_str(rest);
        Ok((out, names))
    }

    /// What a path, seen from a folder of the site, is called now; `None` if it leads to no file that has another name.
    fn new_name(
        &mut self,
        path: &str,
        folder: &str,
        names: &mut BTreeSet<String>,
    ) -> Result<Option<String>> {
        let Some(file) = resolve(folder, path) else { return Ok(None) };
        let (first, inner) = file.split_once('/').unwrap_or((&file, ""));
        if let Some(new) = self.whole.get(first) {
            let up = path.strip_suffix(&format!("{first}/{inner}"));
            names.insert(file.clone());
            return Ok(up.map(|up| format!("{up}{new}/{inner}")));
        }
        if file.ends_with(".html") || !self.folder.join(&file).is_file() {
            return Ok(None);
        }
        self.name(&file)?;
        let asset = self.assets.get(&file).and_then(Option::as_ref);
        let new = asset.map(|asset| format!("{}{}", parent(path), last(&asset.path)));
        names.insert(file);
        Ok(new)
    }
}

/// The last part of a path.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// All before the last part of a path, with the slash.
fn parent(path: &str) -> &str {
    path.strip_suffix(last(path)).unwrap_or("")
}

/// Where a path leads to from a folder, both without a slash in front; `None` if out of the site.
fn resolve(folder: &str, path: &str) -> Option<String> {
    let path = format!("{folder}{path}");
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            // A slash at the end stays, one in front leads out.
            "" if parts.is_empty() => return None,
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Enough of a hash to tell the versions of one file apart, as digits that every server and system takes in a name.
fn short(hash: &[u8]) -> String {
    hash.iter().take(5).map(|byte| format!("{byte:02x}")).collect()
}

/// The files below a folder, in order, as paths from there with slashes.
fn files_below(folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            let inner = files_below(&entry.path())?;
            files.extend(inner.into_iter().map(|file| format!("{name}/{file}")));
        } else {
            files.push(name);
        }
    }
    files.sort();
    Ok(files)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in files_below(from)? {
        let target = to.join(&file);
        fs::create_dir_all(target.parent().unwrap_or(to))?;
        fs::copy(from.join(file), target)?;
    }
    Ok(())
}
