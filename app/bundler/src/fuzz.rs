//! `cargo xtask fuzz`: the parsers of bytes from outside, with strange ones, for as long as wanted.

use std::process::Command;

use anyhow::Result;

use crate::cli::FuzzOptions;
use crate::process;
use crate::workspace::Workspace;

/// How long each target runs unless told otherwise.
const SECONDS: u64 = 600;

/// More inputs than anybody has time for.
const INPUTS: &str = "1000000000000";

/// Runs one target, or all of them two at a time. A failure prints the seed that plays it again.
///
/// # Errors
/// When a target breaks.
pub(crate) fn run(workspace: &Workspace, options: &FuzzOptions) -> Result<()> {
    let milliseconds = options.seconds.unwrap_or(SECONDS).saturating_mul(1_000);
    let mut cargo = Command::new("cargo");
    cargo
        .args(["test", "--quiet", "--package", "server", "--test", "fuzz"])
        .args(&options.target)
        .args(["--", "--test-threads", "2"])
        .current_dir(workspace.root())
        .env("CARGO_TARGET_DIR", workspace.target())
        .env("BOLERO_RANDOM_TEST_TIME_MS", milliseconds.to_string())
        .env("BOLERO_RANDOM_ITERATIONS", INPUTS);
    process::run(&mut cargo)
}
