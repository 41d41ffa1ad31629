//! `cargo xtask ci`: every check, then every test.

use std::process::Command;

use anyhow::{Result, bail};

use crate::bundle;
use crate::cli::TestOptions;
use crate::package;
use crate::process;
use crate::progress::Progress;
use crate::python;
use crate::setup;
use crate::test;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// How long the network fails and the server is killed before a change is merged.
const CHAOS_SECONDS: u64 = 600;

const STEPS: usize = 6;

/// Runs every check and test; stops at the first check that fails.
///
/// # Errors
/// What failed.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut progress = Progress::new(STEPS);
    progress.step("format", || process::run(cargo(workspace, "fmt").args(["--all", "--check"])).map(said_nothing))?;
    progress.step("spelling", || {
        let typos = python::typos(workspace)?;
        process::run(Command::new(typos).current_dir(workspace.root())).map(said_nothing)
    })?;
    let toolchain = progress.step("compiler for the browser", || setup::toolchain_step(workspace))?;
    progress.step("lints", || {
        let mut clippy = cargo(workspace, "clippy");
        process::run(clippy.args(["--workspace", "--all-targets", "--", "-Dwarnings"])).map(said_nothing)
    })?;
    progress.step("lints in the browser", || lint_for_browser(workspace, &toolchain))?;
    progress.step("documentation", || {
        let mut doc = cargo(workspace, "doc");
        doc.args(["--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-Dwarnings");
        process::run(&mut doc).map(said_nothing)
    })?;
    bundle::run(workspace)?;
    test::run(workspace, &TestOptions { chaos_seconds: Some(CHAOS_SECONDS), ..TestOptions::default() })
}

fn said_nothing((): ()) -> ((), String) {
    ((), String::new())
}

fn lint_for_browser(workspace: &Workspace, toolchain: &Toolchain) -> Result<((), String)> {
    if !toolchain.has_clippy() && package::install(&["rust-web-clippy"]).is_err() {
        bail!(
            "the compiler for the browser has no clippy: rustup component add clippy, \
             or on Debian: apt-get install rust-web-clippy"
        );
    }
    let mut clippy = toolchain.command(workspace, "clippy");
    clippy.args(["--quiet", "--package", "app", "--all-targets", "--", "-Dwarnings"]);
    process::run(&mut clippy).map(said_nothing)
}

fn cargo(workspace: &Workspace, subcommand: &str) -> Command {
    let mut command = Command::new("cargo");
    command.arg(subcommand).current_dir(workspace.root());
    if subcommand != "fmt" {
        command.arg("--quiet").env("CARGO_TARGET_DIR", workspace.target());
    }
    command
}
