//! What the real program prints of hostile names and texts, and what it makes of numbers beyond all bounds.

use crate::onnx_writer::{Attribute, Message, Model, floats, node, tensor, value};
use crate::program::{CNN, Folder, MLP, fails, heatlens};
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const TEXT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/www/models/text-linear.onnx");

/// Letters that steer a terminal, turn the direction of writing or are not seen: controls of ASCII and
/// Latin-1, marks and overrides of direction, separators of lines, and the invisible.
fn steering() -> Vec<char> {
    let mut letters: Vec<char> = (0..0x20).chain(0x7f..0xa0).filter_map(char::from_u32).collect();
    for range in [
        0x61c..=0x61c,
        0x180e..=0x180e,
        0x200b..=0x200b,
        0x200e..=0x200f,
        0x2028..=0x202e,
        0x2060..=0x206f,
        0xfeff..=0xfeff,
        0xfff9..=0xfffb,
        0xe0001..=0xe0001,
        0xe0020..=0xe007f,
    ] {
        letters.extend(range.filter_map(char::from_u32));
    }
    letters
}

/// All of them, a few visible letters between.
fn hostile(name: &str) -> String {
    let letters: String = steering().into_iter().filter(|&c| c != '\n' && c != '\r').collect();
    format!("{name}\u{1b}[2J\u{9b}31m{letters}é")
}

/// Nothing but lines of visible letters may reach a terminal.
#[track_caller]
fn harmless(what: &str, output: &Output) -> String {
    let mut all = String::new();
    for bytes in [&output.stdout, &output.stderr] {
        let text = String::from_utf8(bytes.clone()).unwrap();
        let found: Vec<char> =
            text.chars().filter(|c| *c != '\n' && steering().contains(c)).collect();
        assert!(found.is_empty(), "{what}: {found:?} in {:.300}", text.escape_debug().to_string());
        all += &text;
    }
    assert!(matches!(output.status.code(), Some(0..=2)), "{what}: {:?} {all:.300}", output.status);
    all
}

/// x → Dense → Relu → y with hostile names everywhere, of two classes.
fn model(op: &str) -> Vec<u8> {
    let (x, y, inner) = (hostile("x"), hostile("y"), hostile("inner"));
    let dense = Message::new().text(1, &x).text(1, "w").text(2, &inner).text(4, "MatMul");
    let last = Message::new().text(1, &inner).text(2, &y).text(3, &hostile("node")).text(4, op);
    let mut model = Model::new(&[-1, 4], vec![dense, last], vec![floats("w", &[4, 2], &[0.5; 8])]);
    model.inputs = vec![value(&x, 1, &[-1, 4])];
    model.outputs = vec![value(&y, 1, &[-1, 2])];
    model.metadata = vec![
        (hostile("key"), hostile("value")),
        ("heatlens.labels".into(), format!("{}\n{}", hostile("one"), hostile("two"))),
        ("heatlens.title".into(), hostile("title")),
    ];
    let bytes = model.bytes();
    // The producer in front of the graph, in place of the writer's own.
    let producer = Message::new().text(2, "heatlens tests").0;
    let at = bytes.windows(producer.len()).position(|part| part == producer).unwrap();
    let own = Message::new().text(2, &hostile("producer")).0;
    [&bytes[..at], &own, &bytes[at + producer.len()..]].concat()
}

#[test]
fn hostile_names_reach_no_terminal() {
    let folder = Folder::new("hostile-names");
    let good = folder.write(
        &hostile("good").chars().filter(|&c| c != '\0').take(60).collect::<String>(),
        &model("Relu"),
    );
    let refused = folder.write("refused", &model(&hostile("Whew")));
    let input = folder.write("input.json", b"[1, 2, 3, 4]");
    let node = hostile("node");
    let unit = format!("unit:{}:0", hostile("nowhere"));
    let (one, none) = (hostile("one"), hostile("three"));
    // An argument holds no NUL.
    let [node, unit, one, none] = [node, unit, one, none].map(|text| text.replace('\0', ""));
    let explain = ["explain", &good, "--input", &input, "--method"];
    let mut seen = 0;
    for command in [
        &["inspect", &good][..],
        &["inspect", &good, "--json"],
        &["inspect", &refused],
        &["inspect", &refused, "--json"],
        &["predict", &good, "--input", &input],
        &["predict", &good, "--input", &input, "--json"],
        &["predict", &refused, "--input", &input],
        &["predict", &good, "--input", &good],
        &[&explain[..], &["lrp"]].concat(),
        &[&explain[..], &["lrp", "--out", "-"]].concat(),
        &[&explain[..], &["lrp", "--target", &one]].concat(),
        &[&explain[..], &["lrp", "--target", &none]].concat(),
        &[&explain[..], &["lrp", "--target", &unit]].concat(),
        &[&explain[..], &["lrp", "--at", &node, "--out", "-"]].concat(),
        &[&explain[..], &["lrp", "--at", &none]].concat(),
        &[&explain[..], &["lrp", "--set", &none]].concat(),
        &[&explain[..], &["lrp", "--set", &format!("rules={none}")]].concat(),
        &[&explain[..], &["deeplift", "--set", &format!("baseline=@{none}")]].concat(),
        &[&explain[..], &[&none]].concat(),
        &[&explain[..], &["lrp", "--out", &none]].concat(),
        &["evaluate", &good, "--images", &none, "--labels", &none],
        &["evaluate", &good, "--images", &input, "--labels", &input, "--aopc", &none],
        &["read", &good, &input],
        &["read", TEXT, &none],
        &["tokenize", &none],
        &["evaluate", TEXT, "--documents", &none],
        // What the command line itself does not understand.
        &[&none],
        &["inspect", &good, &none],
        &["inspect", &good, &format!("--{none}")],
        &[&explain[..], &["lrp", "--colors", &none]].concat(),
        &[&explain[..], &["lrp", "--zoom", &none]].concat(),
    ] {
        let text = harmless(&format!("{command:?}"), &heatlens(command));
        seen += usize::from(text.contains("\\u{9b}") || text.contains("\\u009b"));
    }
    assert!(seen > 20, "only {seen} commands show the names");
}

#[test]
fn json_loses_nothing_of_hostile_names() {
    let folder = Folder::new("hostile-json");
    let (good, refused) =
        (folder.write("good", &model("Relu")), folder.write("refused", &model("Whew")));
    let json =
        |command: &[&str]| -> Value { serde_json::from_slice(&heatlens(command).stdout).unwrap() };
    let inspected = json(&["inspect", &good, "--json"]);
    assert_eq!(inspected["producer"], hostile("producer"));
    assert_eq!(inspected["inputs"][0]["name"], hostile("x"));
    assert_eq!(inspected["outputs"][0]["name"], hostile("y"));
    assert_eq!(inspected["nodes"][2]["name"], hostile("node"));
    assert_eq!(inspected["metadata"][hostile("key")], hostile("value"));
    assert_eq!(inspected["support"][1]["node"], hostile("node"));
    let report = json(&["inspect", &refused, "--json"]);
    assert_eq!(report["support"][1]["node"], hostile("node"));
    let input = folder.write("input.json", b"[1, 2, 3, 4]");
    let predicted = json(&["predict", &good, "--input", &input, "--json"]);
    let labels = predicted["outputs"][0]["top"].as_array().unwrap();
    assert!(labels.iter().any(|class| class["label"] == hostile("two")));
}

#[test]
fn hostile_documents_reach_no_terminal() {
    let folder = Folder::new("hostile-documents");
    let (text, group) = (hostile("The shuttle is in orbit."), hostile("sci.space"));
    let line = |group: &str| {
        serde_json::json!({"id": hostile("id"), "group": group, "text": text}).to_string()
    };
    let known = folder.write("known.jsonl", line("sci.space").as_bytes());
    let unknown = folder.write("unknown.jsonl", line(&group).as_bytes());
    let plain = folder.write("text.txt", text.as_bytes());
    for command in [
        &["tokenize", &unknown][..],
        &["read", TEXT, &plain],
        &["read", TEXT, &plain, "--json"],
        &["evaluate", TEXT, "--documents", &unknown],
        &["evaluate", TEXT, "--documents", &known, "--json"],
        &["evaluate", TEXT, "--documents", &known, "--deletion", "random", "--json"],
    ] {
        harmless(&format!("{command:?}"), &heatlens(command));
    }
    let tokens = heatlens(&["tokenize", &unknown]);
    let tokens: Value = serde_json::from_slice(&tokens.stdout).unwrap();
    assert_eq!((&tokens["id"], &tokens["group"]), (&hostile("id").into(), &group.into()));
}

#[test]
fn long_names_take_little_room() {
    let folder = Folder::new("long-names");
    // 2,000 nodes, of which one has a name as long as may be.
    let named = |i: usize| if i == 7 { "n".repeat(4096) } else { format!("n{i}") };
    let chain = |letters: usize| {
        let nodes = (0..2_000)
            .map(|i| {
                let from = if i == 0 { "x".into() } else { format!("v{i}") };
                let to = if i == 1_999 { "y".into() } else { format!("v{}", i + 1) };
                node("Relu", &from, &to, &[]).text(3, &named(i).repeat(letters))
            })
            .collect();
        Model::new(&[-1, 4], nodes, vec![]).bytes()
    };
    let bytes = chain(1);
    let file = folder.write("long.onnx", &bytes);
    let printed = heatlens(&["inspect", &file]);
    assert!(printed.status.success(), "{:?}", printed.status);
    assert!(printed.stdout.len() < 8 * bytes.len(), "{} bytes", printed.stdout.len());
    assert!(String::from_utf8(printed.stdout).unwrap().contains(&"n".repeat(4096)));
    // Names beyond the limit, in the text that follows and in JSON.
    for letters in [30, 300] {
        let file = folder.write("longer.onnx", &chain(letters));
        fails(&["inspect", &file], 1, &["4096", "E_LIMIT"]);
        fails(&["inspect", &file, "--json"], 1, &["4096", "E_LIMIT"]);
    }
    // A thousand nodes that are refused: a few of them are named.
    let nodes = (0..1_000).map(|i| {
        let name = format!("{i}{}", "r".repeat(3_000));
        node("Whew", "x", &format!("v{i}"), &[]).text(3, &name)
    });
    let names: Vec<String> = (0..1_000).map(|i| format!("v{i}")).collect();
    let nodes = nodes.chain([node("Sum", &names.join(" "), "y", &[])]).collect();
    let file = folder.write("refused.onnx", &Model::new(&[-1, 4], nodes, vec![]).bytes());
    let output = heatlens(&["predict", &file, "--input", &file]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.len() < 6_000 && text.contains("1000 of 1001 nodes"), "{} bytes", text.len());
    assert!(text.contains("and 990 more") && text.contains("Supported operators"), "{text}");
    // What a request holds comes back short, too.
    let input = folder.digit();
    for rest in [["--target", &"t".repeat(100_000)], ["--at", &"a".repeat(100_000)]] {
        let command = [&["explain", CNN, "--input", &input, "--method", "lrp"], &rest[..]].concat();
        let output = heatlens(&command);
        assert!(output.status.code() == Some(2) && output.stderr.len() < 6_000, "{rest:.20?}");
    }
}

/// Runs the program, which must end by itself soon and not by a panic or a signal.
#[track_caller]
fn ends(arguments: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_heatlens"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    // Small outputs: the pipes do not fill.
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("{arguments:?} does not end");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0..=2)), "{arguments:?}: {errors:.400}");
    output
}

#[test]
fn numbers_beyond_all_bounds_are_answered_or_refused() {
    let folder = Folder::new("numbers");
    let digit = folder.digit();
    let nodes = vec![
        node("Conv", "x k", "c", &[]).text(3, "conv"),
        node("Relu", "c", "r", &[]).text(3, "relu"),
        node("Flatten", "r", "f", &[]),
        node("MatMul", "f w", "y", &[]),
    ];
    let weights = vec![floats("k", &[2, 1, 3, 3], &[0.25; 18]), floats("w", &[8, 2], &[0.5; 16])];
    let tiny = folder.write("tiny.onnx", &Model::new(&[-1, 1, 4, 4], nodes, weights).bytes());
    let image = folder.write("image.json", b"[1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 4, 3, 2]");
    let document = r#"{"id": "1", "group": "sci.space", "text": "\n\nThe shuttle is in orbit."}"#;
    let documents = folder.write("documents.jsonl", document.as_bytes());
    let text = folder.write("text.txt", b"The shuttle is in orbit.");
    let images = folder
        .write("images.json", format!("[{}]", std::fs::read_to_string(&digit).unwrap()).as_bytes());
    let labels = folder.write("labels.json", b"[7]");
    let explain = ["explain", &tiny, "--input", &image, "--method"];
    let evaluate = ["evaluate", MLP, "--images", &images, "--labels", &labels];
    let flip = [&evaluate[..], &["--aopc", "random"]].concat();
    let delete = ["evaluate", TEXT, "--documents", &documents, "--deletion", "random"];
    let picture = folder.path("picture.png");
    let drawn = [&explain[..], &["gradient", "--out", &picture]].concat();
    let numbers = [
        "0",
        "1",
        "4294967295",
        "4294967296",
        "4611686018427387904",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "-1",
        "-9223372036854775808",
        "1e308",
        "1e-45",
        "nan",
        "inf",
        "-inf",
        "",
    ];
    for number in numbers {
        for option in ["--top", "--index"] {
            ends(&["predict", MLP, "--input", &digit, &format!("{option}={number}")]);
        }
        for option in ["--zoom", "--vmax"] {
            ends(&[&drawn[..], &[&format!("{option}={number}")]].concat());
        }
        for option in ["--index", "--range", "--target", "--against"] {
            ends(&[&explain[..], &["gradient", &format!("{option}={number}")]].concat());
        }
        for target in ["unit:conv", "channel:conv", "unit:x", "channel:x"] {
            ends(&[&explain[..], &["gradient", &format!("--target={target}:{number}")]].concat());
        }
        ends(&[&explain[..], &["gradient", &format!("--range={number},{number}")]].concat());
        for option in ["--limit", "--seed", "--range", "--mask", "--steps", "--block", "--sample"] {
            ends(&[&flip[..], &[&format!("{option}={number}")]].concat());
        }
        for option in ["--limit", "--sample", "--seed", "--steps", "--block"] {
            ends(&[&delete[..], &[&format!("{option}={number}")]].concat());
        }
        ends(&["read", TEXT, &text, &format!("--top={number}")]);
        ends(&["read", TEXT, &text, &format!("--target={number}")]);
    }
    for entry in heatlens::methods::CATALOG {
        for param in entry.params {
            for number in
                ["4611686018427387904", "18446744073709551616", "-1", "1e308", "nan", "inf"]
            {
                let set = format!("{}={number}", param.name);
                ends(&[&explain[..], &[entry.name, "--set", &set]].concat());
            }
        }
    }
}

/// Runs the program with so many megabytes of address space.
#[cfg(target_os = "linux")]
fn within(megabytes: usize, arguments: &[&str]) -> Output {
    Command::new("sh")
        .arg("-c")
        .arg(format!("ulimit -v {}; exec \"$0\" \"$@\"", megabytes << 10))
        .arg(env!("CARGO_BIN_EXE_heatlens"))
        .args(arguments)
        .output()
        .unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn packed_data_take_no_more_memory_than_they_unpack_to() {
    let folder = Folder::new("packed");
    let zeros = |n: usize| [b"[0".to_vec(), b",0".repeat(n - 1), b"]".to_vec()].concat();
    // 8 KB that are 8 MB and four million numbers.
    let numbers = folder.write("numbers", &gzip(&zeros(4_000_000)));
    let output = within(160, &["predict", MLP, "--input", &numbers]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && text.contains("[4000000]"), "{text}");
    let bomb = folder.write("bomb", &gzip(&zeros(40_000_000)));
    let output = within(320, &["predict", MLP, "--input", &bomb]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && text.contains("E_DATA"), "{text}");
    // A field that nobody asked for.
    let line = format!(
        r#"{{"id": "1", "group": "sci.space", "text": "orbit", "more": {}}}"#,
        String::from_utf8(zeros(8_000_000)).unwrap()
    );
    let documents = folder.write("documents", &gzip(line.as_bytes()));
    let output = within(320, &["evaluate", TEXT, "--documents", &documents]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && text.contains("line 1"), "{text}");
}

#[test]
fn results_of_many_classes_are_listed_and_counted() {
    // More classes than a table of all pairs would fit.
    let folder = Folder::new("classes");
    let fill = Attribute::Tensor(floats("", &[1], &[0.25]));
    let nodes = vec![
        node("ConstantOfShape", "s", "w", &[("value", fill)]),
        node("MatMul", "x w", "y", &[]),
    ];
    let classes = 1 << 20;
    let size = tensor("s", &[2], 7, &[4i64, classes].map(i64::to_le_bytes).concat());
    let file = folder.write("wide.onnx", &Model::new(&[-1, 4], nodes, vec![size]).bytes());
    let (images, labels) =
        (folder.write("images.json", b"[[1, 2, 3, 4]]"), folder.write("labels.json", b"[0]"));
    let output = ends(&["evaluate", &file, "--images", &images, "--labels", &labels]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("accuracy  1.0000"), "{text}");
}
