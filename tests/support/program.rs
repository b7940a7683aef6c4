//! Runs the program, for its tests.
#![allow(dead_code, missing_docs, clippy::unwrap_used)]

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

pub const CNN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/www/models/digits-cnn.onnx");
pub const MLP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/www/models/digits-mlp.onnx");

/// A folder of its own for each test, removed at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        // Two tests of one program may choose the same name.
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(format!("heatlens-{process}-{count}-{name}"));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// A file with these bytes; its path.
    pub fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The digit's file as JSON.
    pub fn digit(&self) -> String {
        let path = self.path("digit.json");
        std::fs::write(&path, serde_json::to_string(&digit()).unwrap()).unwrap();
        path
    }

    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A seven, 28 × 28: a bar on top and a slanted stroke, three pixels wide.
pub fn digit() -> Vec<f32> {
    let mut image = vec![0.0; 784];
    for step in 0..=40 {
        let t = step as f32 / 40.0;
        for (y, x) in [(6.0, 8.0 + 11.0 * t), (6.0 + 16.0 * t, 19.0 - 8.0 * t)] {
            for (dy, dx) in (-1i32..=1).flat_map(|dy| (-1i32..=1).map(move |dx| (dy, dx))) {
                let (row, column) = (y as i32 + dy, x as i32 + dx);
                let ink: f32 = if (dy, dx) == (0, 0) { 1.0 } else { 0.75 };
                let pixel = &mut image[(row * 28 + column) as usize];
                *pixel = ink.max(*pixel);
            }
        }
    }
    image
}

pub fn heatlens(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_heatlens"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// What a successful run prints; nothing may be on stderr.
pub fn stdout(arguments: &[&str]) -> String {
    let output = heatlens(arguments);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && errors.is_empty(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// A run that must end with this exit code and these words in one line on stderr.
pub fn fails(arguments: &[&str], exit: i32, words: &[&str]) {
    let output = heatlens(arguments);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(exit), "{arguments:?}: {errors}");
    assert!(errors.starts_with("heatlens: ") && errors.trim_end().lines().count() == 1, "{errors}");
    for word in words {
        assert!(errors.contains(word), "{arguments:?}: '{word}' is not in: {errors}");
    }
}
