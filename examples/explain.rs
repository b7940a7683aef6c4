//! A decision explained by the native library: `cargo run --release --example explain`.

use heatlens::methods::{Lrp, Target, explain};
use heatlens::onnx;
use ndarray::ArrayD;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::fs::read("www/models/digits-cnn.onnx")?;
    let network = onnx::read(&file, &onnx::Options::default())?.network;
    // A vertical stroke: [batch, channels, rows, columns].
    let stroke = |at: ndarray::IxDyn| {
        if (5..23).contains(&at[2]) && (12..16).contains(&at[3]) { 1.0 } else { 0.0 }
    };
    let input = ArrayD::from_shape_fn(vec![1, 1, 28, 28], stroke);
    let relevance =
        explain(&network, &[input.view()], &Lrp::usual(), &Target::Top, None, &mut |_, _| true)?;
    println!(
        "class {}: f(x) = {:.3}, Σ R = {:.3}",
        relevance.target,
        relevance.score,
        relevance.sum()
    );
    for layer in &relevance.layers {
        println!("{:>8} {:8.3} {}", layer.node, layer.relevance_in, layer.rule);
    }
    Ok(())
}
