//! Build steps that cargo alone does not do: `cargo xtask pkg` makes the npm package and the site.

mod bundle;
mod gate;
mod site;
mod wasm;

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const HELP: &str = "\
cargo xtask pkg     wasm with SIMD, bindings, bundles (pkg/dist), site (dist/site), size gate
cargo xtask site    bundles and site again, with the wasm that was built last
cargo xtask size    print the sizes and check them against the budget";

fn main() -> ExitCode {
    let task = env::args().nth(1).unwrap_or_default();
    let root = root();
    let result = match task.as_str() {
        "pkg" => package(&root),
        "site" => scripts(&root),
        "size" => gate::check(&root),
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {task}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn package(root: &Path) -> Result<()> {
    wasm::build(root)?;
    scripts(root)?;
    gate::check(root)
}

fn scripts(root: &Path) -> Result<()> {
    bundle::package(root)?;
    site::build(root)
}

/// The workspace, wherever the command was started. Cargo says at run time where it is: a shared
/// target folder may hold an xtask that was compiled in another clone.
fn root() -> PathBuf {
    let here = env::var_os("CARGO_MANIFEST_DIR").unwrap_or(env!("CARGO_MANIFEST_DIR").into());
    let here = PathBuf::from(here);
    here.parent().map_or(here.clone(), Path::to_path_buf)
}

/// Runs a command in the workspace and fails when it does.
fn run(root: &Path, program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Result<()> {
    let program = program.as_ref();
    let name = Path::new(program).file_name().unwrap_or(program).to_string_lossy().into_owned();
    let status = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .status()
        .map_err(|error| format!("cannot start {name}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} ended with {status}").into()) }
}
