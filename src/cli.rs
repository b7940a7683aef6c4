//! The commands, their exit codes and where their words go.
//!
//! Results go to stdout, errors to stderr as `heatlens: message (E_CODE)`. Exit codes: 0 done, 1 a file
//! or model is at fault, 2 what the command line asks for cannot be.

mod array;
mod curves;
mod documents;
mod evaluate;
mod explain;
mod failure;
mod figure;
mod files;
mod input;
mod inspect;
mod json;
mod methods;
mod model;
mod page;
mod pixels;
mod predict;
mod progress;
mod read;
mod style;
mod svg;
mod text;
mod tokenize;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

/// Runs neural networks and explains their decisions with heatmaps.
#[derive(Parser)]
#[command(name = "heatlens", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Inspect(inspect::Inspect),
    Methods(methods::Methods),
    Predict(predict::Predict),
    Explain(explain::Explain),
    Page(page::Page),
    Evaluate(evaluate::Evaluate),
    Read(read::Read),
    Tokenize(tokenize::Tokenize),
}

/// Runs the command that the arguments ask for.
pub fn main() -> ExitCode {
    let listed = |command: clap::Command| {
        command.after_long_help(format!("Methods:\n\n{}", methods::catalogue()))
    };
    let command =
        Arguments::command().mut_subcommand("explain", listed).mut_subcommand("page", listed);
    let arguments =
        command.try_get_matches().and_then(|matches| Arguments::from_arg_matches(&matches));
    let outcome = match arguments {
        Err(error) => return usage(&error),
        Ok(Arguments { command: Command::Inspect(command) }) => command.run(),
        Ok(Arguments { command: Command::Methods(command) }) => command.run(),
        Ok(Arguments { command: Command::Predict(command) }) => command.run(),
        Ok(Arguments { command: Command::Explain(command) }) => command.run(),
        Ok(Arguments { command: Command::Page(command) }) => command.run(),
        Ok(Arguments { command: Command::Evaluate(command) }) => command.run(),
        Ok(Arguments { command: Command::Read(command) }) => command.run(),
        Ok(Arguments { command: Command::Tokenize(command) }) => command.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // If stderr is closed, the exit code still tells.
            let _ = writeln!(std::io::stderr(), "heatlens: {failure}");
            ExitCode::from(failure.exit())
        }
    }
}

/// Prints help, the version or what is wrong with the arguments, which are quoted.
fn usage(error: &clap::Error) -> ExitCode {
    let printed = if error.use_stderr() {
        let message = text::clipped(error.render().to_string());
        std::io::stderr().write_all(text::visible_lines(&message).as_bytes())
    } else {
        error.print()
    };
    match printed {
        Err(failure) if failure.kind() != ErrorKind::BrokenPipe && !error.use_stderr() => {
            ExitCode::FAILURE
        }
        _ => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)),
    }
}
