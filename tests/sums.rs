//! How much of the promised sum integrated gradients have on the shipped digit networks, against the table in
//! `docs/methods.md`. The data are not part of the project (see `tests/support/files.rs`).
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

// native only: runs the program itself.

mod support;

use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use support::files::data;

const DIGITS: &str = "100";

/// (network, quadrature, steps) with mean and largest gap, as the document has them, in per cent.
fn table() -> Vec<(String, String, String, f64, f64)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/methods.md");
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| digits-"));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let share = |cell: &str| cell.strip_suffix(" %").unwrap().parse::<f64>().unwrap();
        let word = |k: usize| cells[k].to_string();
        (word(1), word(2), word(3), share(cells[4]), share(cells[5]))
    })
    .collect()
}

/// Mean and largest gap of one method, in per cent.
fn measure(network: &str, method: &str, folder: &Path) -> (f64, f64) {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("www/models/{network}.onnx"));
    let output = Command::new(env!("CARGO_BIN_EXE_heatlens"))
        .args(["evaluate", "--json", "--limit", DIGITS, "--completeness", method])
        .arg(&model)
        .arg("--images")
        .arg(folder.join("t10k-images-idx3-ubyte.gz"))
        .arg("--labels")
        .arg(folder.join("t10k-labels-idx1-ubyte.gz"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let result: Json = serde_json::from_slice(&output.stdout).unwrap();
    let [row] = result["completeness"].as_array().unwrap().as_slice() else { panic!("{result}") };
    assert_eq!(row["method"], method);
    let share = |key: &str| 100.0 * row[key].as_f64().unwrap();
    (share("mean"), share("largest"))
}

/// The same for several, on all cores: the program uses one.
fn measure_all(network: &str, methods: &[String], folder: &Path) -> BTreeMap<String, (f64, f64)> {
    std::thread::scope(|scope| {
        let running: Vec<_> = methods
            .iter()
            .map(|method| (method, scope.spawn(|| measure(network, method, folder))))
            .collect();
        running.into_iter().map(|(name, run)| (name.clone(), run.join().unwrap())).collect()
    })
}

#[test]
fn s3_8_integrated_gradients_at_50_steps_are_as_complete_as_stated() {
    let Some(folder) = data("mnist") else { return };
    let table = table();
    assert_eq!(table.len(), 10);
    let method = |quadrature: &str, steps: &str| {
        format!("integrated-gradients:steps={steps}:quadrature={quadrature}")
    };
    for network in ["digits-mlp", "digits-cnn"] {
        let rows: Vec<_> = table.iter().filter(|row| row.0 == network).collect();
        let mut methods: Vec<String> = rows.iter().map(|row| method(&row.1, &row.2)).collect();
        methods.push("deeplift".into());
        let measured = measure_all(network, &methods, &folder);
        for (row, name) in rows.iter().zip(&methods) {
            let (mean, largest) = measured[name];
            println!("{network} {name}: mean {mean:.3} %, largest {largest:.3} %");
            // The document's two digits.
            assert!((mean - row.3).abs() < 0.00501, "{network} {name}: {mean} and not {}", row.3);
            assert!((largest - row.4).abs() < 0.00501, "{network} {name}: {largest}, {}", row.4);
        }
        // 1 % at 50 steps: in the mean for one network, and with 200 steps for the other.
        let steps = if network == "digits-mlp" { "50" } else { "200" };
        let (mean, largest) = measured[&method("gauss-legendre", steps)];
        assert!(mean <= 1.0 && largest > 1.0, "{network}, {steps}: {mean} {largest}");
        let (mean, largest) = measured[&method("gauss-legendre", "50")];
        assert_eq!(mean <= 1.0, network == "digits-mlp", "{mean}");
        assert!(largest > 1.0);
        assert!(measured["deeplift"].1 < 0.01, "{:?}", measured["deeplift"]);
    }
}
