//! What the real program makes of bad files, bad requests, full disks and broken pipes.

use crate::program::{CNN, Folder, fails, heatlens, stdout};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn bad_models_are_named() {
    let folder = Folder::new("models");
    let digit = folder.digit();
    let run = |model: &str, words: &[&str]| {
        fails(&["inspect", model], 1, words);
        fails(&["inspect", model, "--json"], 1, words);
        fails(&["predict", model, "--input", &digit], 1, words);
    };
    run(&folder.path("none.onnx"), &["none.onnx", "E_IO"]);
    run(&folder.path(""), &["directory", "E_IO"]);
    run("/dev/null", &["not a regular file", "E_IO"]);
    let whole = std::fs::read(CNN).unwrap();
    for len in [1, 100, whole.len() / 2, whole.len() - 1] {
        let path = folder.path("cut.onnx");
        std::fs::write(&path, &whole[..len]).unwrap();
        run(&path, &["cut.onnx", "(E_"]);
    }
    // The operator Relu under a name that nobody knows.
    let mut strange = whole;
    while let Some(at) = strange.windows(6).position(|w| w == b"\x22\x04Relu") {
        strange[at + 2..at + 6].copy_from_slice(b"Whew");
    }
    let path = folder.path("strange.onnx");
    std::fs::write(&path, strange).unwrap();
    run(&path, &["relu1", "relu2", "relu3", "E_UNSUPPORTED"]);
    let report = String::from_utf8(heatlens(&["inspect", &path]).stdout).unwrap();
    assert_eq!(report.matches("refused: ").count(), 3, "{report}");
    let report: Value =
        serde_json::from_slice(&heatlens(&["inspect", &path, "--json"]).stdout).unwrap();
    assert_eq!(report["error"]["code"], "E_UNSUPPORTED");
}

#[test]
fn bad_requests_are_named() {
    let folder = Folder::new("requests");
    let digit = folder.digit();
    let start = ["explain", CNN, "--input", &digit, "--method"];
    let run = |rest: &[&str], words: &[&str]| fails(&[&start[..], rest].concat(), 2, words);
    run(&["astrology"], &["astrology", "lrp", "E_REQUEST"]);
    run(&["lrp", "--set", "colour=1"], &["colour", "E_REQUEST"]);
    run(&["lrp", "--set", "gamma=-1"], &["gamma", "0 to 100", "E_REQUEST"]);
    run(&["lrp", "--set", "gamma=wide"], &["gamma", "E_REQUEST"]);
    run(&["lrp", "--set", "gamma"], &["KEY=VALUE", "E_REQUEST"]);
    run(&["lrp", "--set", "gamma=1", "--set", "gamma=2"], &["twice", "E_REQUEST"]);
    run(&["deeplift", "--set", "baseline=dark"], &["dark", "E_REQUEST"]);
    run(&["lrp", "--target", "ten"], &["ten", "E_REQUEST"]);
    run(&["lrp", "--target", "10"], &["10", "E_REQUEST"]);
    run(&["lrp", "--target", "7", "--against", "7"], &["E_REQUEST"]);
    run(&["lrp", "--target", "unit:nowhere:1"], &["nowhere", "E_REQUEST"]);
    run(&["lrp", "--at", "nowhere"], &["nowhere", "E_REQUEST"]);
    run(&["lrp", "--out", &folder.path("a.gif")], &["a.gif", "E_REQUEST"]);
    assert_eq!(heatlens(&["explain", CNN, "--colours"]).status.code(), Some(2));
    assert_eq!(heatlens(&["divine"]).status.code(), Some(2));
    assert_eq!(heatlens(&[]).status.code(), Some(2));
}

#[test]
fn bad_inputs_are_named() {
    let folder = Folder::new("inputs");
    let path = folder.path("a");
    let run = |bytes: &[u8], exit: i32, words: &[&str]| {
        std::fs::write(&path, bytes).unwrap();
        fails(&["predict", CNN, "--input", &path], exit, words);
    };
    run(b"[1, 2, 3]", 2, &["[3]", "[1, 28, 28]", "E_INPUT"]);
    run(b"", 1, &["E_DATA"]);
    run(b"\x93NUMPY\x01\x00\xff\xff{", 1, &["header", "E_DATA"]);
    run(b"\x89PNG\r\n\x1a\n", 1, &["PNG", "E_DATA"]);
    run(&[0x1f, 0x8b, 8, 0], 1, &["gzip", "E_DATA"]);
    run(&[0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255], 1, &["E_DATA"]);
    for bad in [f32::NAN, f32::INFINITY] {
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (784,), }";
        let mut npy = b"\x93NUMPY\x01\x00".to_vec();
        npy.extend_from_slice(&(header.len() as u16).to_le_bytes());
        npy.extend_from_slice(header.as_bytes());
        npy.extend((0..784).flat_map(|i| if i == 400 { bad } else { 0.0 }.to_le_bytes()));
        run(&npy, 2, &["contains", "E_NONFINITE"]);
    }
    fails(&["predict", CNN, "--input", &folder.path("none")], 1, &["none", "E_IO"]);
    fails(&["predict", CNN, "--input", &folder.path("")], 1, &["directory", "E_IO"]);
    let odd = folder.path("no such\nfile\u{1b}[31m");
    fails(&["predict", CNN, "--input", &odd], 1, &["no such\\nfile\\u{1b}", "E_IO"]);
    let digit = folder.digit();
    let odd = folder.path("line\nbreak.json");
    std::fs::copy(digit, &odd).unwrap();
    assert!(stdout(&["predict", CNN, "--input", &odd]).contains('7'));
}

#[test]
fn outputs_are_whole_or_absent() {
    let folder = Folder::new("outputs");
    let digit = folder.digit();
    let start = ["explain", CNN, "--input", &digit, "--method", "gradient", "--out"];
    let run = |out: &str, words: &[&str]| fails(&[&start[..], &[out]].concat(), 1, words);
    let directory = folder.path("a.png");
    std::fs::create_dir(&directory).unwrap();
    run(&directory, &["directory", "E_IO"]);
    run(&folder.path("nowhere/a.png"), &["nowhere", "E_IO"]);
    assert_eq!(folder.names().len(), 2, "{:?}", folder.names());
    let odd = folder.path("new\nline.npy");
    let text = stdout(&[&start[..], &[&odd]].concat());
    assert!(text.contains("new\\nline.npy") && Path::new(&odd).is_file());
    // A second run replaces the file.
    std::fs::write(&odd, "old").unwrap();
    stdout(&[&start[..], &[&odd]].concat());
    assert!(std::fs::read(&odd).unwrap().starts_with(b"\x93NUMPY"));
}

#[cfg(unix)]
#[test]
fn pipes_and_full_disks_end_cleanly() {
    let folder = Folder::new("pipes");
    let digit = folder.digit();
    let start = ["explain", CNN, "--input", &digit, "--method", "gradient", "--out"];
    // A reader that goes away before anything is written.
    let mut child = Command::new(env!("CARGO_BIN_EXE_heatlens"))
        .args(start)
        .arg("-")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    if Path::new("/dev/full").exists() {
        for arguments in [&["methods"][..], &["--help"], &[&start[..], &["-"]].concat()] {
            let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
            let program = env!("CARGO_BIN_EXE_heatlens");
            let output = Command::new(program).args(arguments).stdout(full).output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        }
    }
    // A pipe that nobody writes to is refused, not waited for; nor is one replaced by a file.
    let pipe = folder.path("pipe.json");
    if Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()) {
        fails(&["predict", CNN, "--input", &pipe], 1, &["not a regular file", "E_IO"]);
        fails(&[&start[..], &[&pipe]].concat(), 1, &["not a regular file", "E_IO"]);
    }
    // The standard input is read where it is asked for.
    let output = Command::new(env!("CARGO_BIN_EXE_heatlens"))
        .args(["predict", CNN, "--input", "-"])
        .stdin(std::fs::File::open(&digit).unwrap())
        .output()
        .unwrap();
    assert!(output.status.success());
}
