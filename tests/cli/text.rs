//! The commands that take texts, on the shipped models.

use crate::program::{Folder, MLP, fails, stdout};
use serde_json::Value;

const LINEAR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/www/models/text-linear.onnx");
const CONVOLUTIONAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/www/models/text-cnn.onnx");

const DOCUMENTS: &str = concat!(
    r#"{"id": "sci.space/1", "group": "sci.space", "#,
    r#""text": "From: a@b.example\nLines: 2\n\nThe shuttle is in orbit.\n-- \nAnn Orbit"}"#,
    "\n",
    r#"{"id": "rec.sport.hockey/2", "group": "rec.sport.hockey", "#,
    r#""text": "From: c@d.example\n\nThe goalie won the playoffs in overtime."}"#,
    "\n"
);

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&stdout(arguments)).unwrap()
}

#[test]
fn tokenize_leaves_headers_out_and_marks_traces() {
    let folder = Folder::new("text-tokenize");
    let file = folder.write("documents.jsonl", DOCUMENTS.as_bytes());
    let lines = stdout(&["tokenize", &file]);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let words = serde_json::json!(["the", "shuttle", "is", "in", "orbit", "ann", "orbit"]);
    assert_eq!(lines[0]["tokens"], words);
    assert_eq!(lines[0]["traces"], serde_json::json!([5, 6]));
    assert_eq!((lines.len(), &lines[1]["group"]), (2, &Value::from("rec.sport.hockey")));
}

#[test]
fn read_says_the_class_and_what_each_word_did() {
    let folder = Folder::new("text-read");
    let file = folder.write("text.txt", "The shuttle is in orbit, zzzqqq.".as_bytes());
    for model in [LINEAR, CONVOLUTIONAL] {
        let text = stdout(&["read", model, &file, "--top", "2"]);
        assert!(text.contains("'sci.space'") && text.contains("5 of 6 words known"), "{text}");
        let result = json(&["read", model, &file, "--json", "--against", "sci.med"]);
        assert_eq!(
            (&result["label"], result["tokens"].as_array().unwrap().len()),
            (&"sci.space".into(), 6)
        );
        let probabilities = result["probabilities"].as_array().unwrap();
        let target = result["target"].as_u64().unwrap() as usize;
        assert_eq!((probabilities.len(), &probabilities[target]), (20, &result["probability"]));
        let words = &result["tokens"];
        assert_eq!((&words[1]["text"], &words[1]["start"]), (&"shuttle".into(), &4.into()));
        let relevance = &result["relevance"];
        assert_eq!((&words[5]["known"], &relevance[5]), (&false.into(), &0.0.into()));
        let sum: f64 = (0..6).map(|i| relevance[i].as_f64().unwrap()).sum();
        assert!((sum - result["sum"].as_f64().unwrap()).abs() < 1e-4);
    }
}

#[test]
fn evaluate_counts_and_deletes() {
    let folder = Folder::new("text-evaluate");
    let file = folder.write("documents.jsonl", DOCUMENTS.as_bytes());
    let svg = folder.path("curves.svg");
    for model in [LINEAR, CONVOLUTIONAL] {
        let result = json(&[
            "evaluate",
            model,
            "--documents",
            &file,
            "--deletion",
            "lrp,random",
            "--steps",
            "3",
            "--svg",
            &svg,
            "--json",
        ]);
        assert_eq!((&result["examples"], &result["correct"]), (&2.into(), &2.into()));
        let curves = result["deletion"].as_array().unwrap();
        for curve in curves {
            let curve = &curve["curve"];
            assert_eq!(curve["accuracy"].as_array().unwrap().len(), 4);
            assert_eq!(curve["accuracy"][0], 1.0);
        }
        let drop = |k: usize| curves[k]["area"]["probability"]["mean"].as_f64().unwrap();
        assert!(drop(0) < drop(1));
        assert!(std::fs::read_to_string(&svg).unwrap().contains("</svg>"));
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = Folder::new("text-wrong");
    let text = folder.write("text.txt", "orbit".as_bytes());
    let unknown = folder.write("unknown.txt", "zzzqqq".as_bytes());
    let broken = folder.write("broken.jsonl", b"{\"id\": 1}\n");
    let latin = folder.write("latin.txt", &[0x66, 0xfc, 0x72]);
    fails(&["read", MLP, &text], 2, &["takes no texts"]);
    fails(&["read", LINEAR, &unknown], 2, &["no word that the model knows"]);
    fails(&["read", LINEAR, &text, "--target", "sci.magic"], 2, &["no class 'sci.magic'"]);
    fails(&["read", LINEAR, &latin], 1, &["latin.txt"]);
    fails(&["tokenize", &broken], 1, &["line 1"]);
    fails(&["evaluate", LINEAR, "--documents", &broken], 1, &["line 1"]);
}
