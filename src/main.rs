//! The command line: inspect, predict, explain and evaluate ONNX models.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
