//! `cargo xtask serve`: builds what is not up to date and becomes the server.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::bundle;
use crate::cli::ServeOptions;
use crate::process;
use crate::progress::Progress;
use crate::setup;
use crate::workspace::Workspace;

/// Where the server listens unless told otherwise: this machine only.
const ADDRESS: &str = "127.0.0.1:8080";

/// Starts the server; returns only if that fails.
///
/// # Errors
/// When a step fails or the server cannot be started.
pub(crate) fn run(workspace: &Workspace, options: &ServeOptions) -> Result<()> {
    let mut progress = Progress::new(1 + bundle::STEPS + 1);
    let toolchain = progress.step("compiler for the browser", || setup::toolchain_step(workspace))?;
    bundle::build(workspace, &toolchain, &mut progress)?;
    progress.step("server", || build_server(workspace))?;

    let name = if options.demo { "demo" } else { "district" };
    let data = options.data.clone().unwrap_or_else(|| workspace.target().join("data").join(name));
    fs::create_dir_all(&data).with_context(|| format!("cannot create the data folder {}", data.display()))?;
    let mut server = Command::new(workspace.server());
    server
        .args(["serve", "--address", options.address.as_deref().unwrap_or(ADDRESS)])
        .arg("--data")
        .arg(&data)
        .arg("--assets")
        .arg(workspace.dist());
    if options.demo {
        server.arg("--demo");
    }
    if let Some(scale) = options.scale {
        server.args(["--scale", &scale.to_string()]);
    }
    if let Some(day) = &options.demo_day {
        server.args(["--demo-day", day]);
    }
    Err(server.exec()).with_context(|| format!("cannot start {}", workspace.server().display()))
}

/// Makes the demo anew in a folder, as the first start of a server does, and ends that server.
///
/// # Errors
/// When it does not come up.
pub(crate) fn make_demo(workspace: &Workspace, data: &Path) -> Result<()> {
    if data.exists() {
        fs::remove_dir_all(data).with_context(|| format!("cannot remove {}", data.display()))?;
    }
    let mut server = Command::new(workspace.server());
    server.args(["serve", "--demo", "--address", "127.0.0.1:0", "--data"]).arg(data);
    server.arg("--assets").arg(workspace.dist()).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut process = server.spawn().with_context(|| format!("cannot start {}", workspace.server().display()))?;
    let output = BufReader::new(process.stdout.take().context("the server has no output")?);
    // It says where it listens once everything is loaded.
    let is_up = output.lines().map_while(Result::ok).any(|line| line.contains("http://127.0.0.1:"));
    process.kill()?;
    process.wait()?;
    if is_up { Ok(()) } else { bail!("the server made no demo in {}", data.display()) }
}

/// The step that builds the server in release mode; cargo decides whether anything is to do.
///
/// # Errors
/// When cargo fails.
pub(crate) fn build_server(workspace: &Workspace) -> Result<((), String)> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--quiet", "--release", "--package", "server"])
        .current_dir(workspace.root())
        .env("CARGO_TARGET_DIR", workspace.target());
    process::run(&mut cargo)?;
    Ok(((), workspace.server().display().to_string()))
}
