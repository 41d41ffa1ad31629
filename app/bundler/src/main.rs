//! `cargo xtask`: builds the application, and starts, tests, checks and measures the whole.
//!
//! It is what a fresh machine runs first, so it says what it does, how long that took, and, when it
//! cannot go on, what to install.

mod bench;
mod browsers;
mod bundle;
mod ci;
mod cli;
mod compress;
mod database;
mod fingerprint;
mod fuzz;
mod hash;
mod in_browser;
mod lanes;
mod module;
mod package;
mod page;
mod payload;
mod peers;
mod precache;
mod process;
mod progress;
mod python;
mod serve;
mod setup;
mod styles;
mod test;
mod test_program;
mod texts;
mod toolchain;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::{Command, SetupTarget, USAGE};
use crate::workspace::Workspace;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match cli::parse(&arguments) {
        Ok(command) => match run(command) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: {error:#}");
                ExitCode::FAILURE
            }
        },
        Err(error) => {
            eprintln!("error: {error}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Result<()> {
    let workspace = Workspace::find()?;
    match command {
        Command::Help => {
            println!("{USAGE}");
            Ok(())
        }
        Command::Setup(SetupTarget::Wasm) => setup::wasm(&workspace).map(drop),
        Command::Setup(SetupTarget::Test) => setup::test(&workspace).map(drop),
        Command::Serve(options) => serve::run(&workspace, &options),
        Command::Bundle => bundle::run(&workspace),
        Command::Test(options) => test::run(&workspace, &options),
        Command::Ci => ci::run(&workspace),
        Command::Fuzz(options) => fuzz::run(&workspace, &options),
        Command::Bench(options) => bench::run(&workspace, &options),
    }
}
