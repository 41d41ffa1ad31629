//! `cargo xtask bench`: runs benchmarks against what users run, the release server and the bundle.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::bundle;
use crate::cli::BenchOptions;
use crate::in_browser;
use crate::module;
use crate::peers;
use crate::process;
use crate::progress::Progress;
use crate::serve;
use crate::setup;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// The benchmark that needs neither the application nor the server, but a browser.
const SCORING: &str = "scoring";

/// The benchmark that brings pages of its own, the tablet's code without the application, and a peer.
const SYNC: &str = "sync";

/// What stands before the figures that the browser prints.
const TIMING_MARK: &str = "timing: ";

/// Runs one benchmark or all; each is a program in `tests/bench/src/bin`.
///
/// # Errors
/// When there is no such benchmark, or one cannot run. A bar that is missed is not an error: it is
/// printed as missed.
pub(crate) fn run(workspace: &Workspace, options: &BenchOptions) -> Result<()> {
    let names = chosen(available(workspace)?, options.name.as_deref())?;
    let asks_for = |wanted: &str| names.iter().any(|name| name == wanted);
    let asks_for_application = names.iter().any(|name| name != SCORING && name != SYNC);
    let asks_for_server = names.iter().any(|name| name != SCORING);
    let of_application = if asks_for_application { bundle::STEPS } else { 0 };
    let of_sync = if asks_for(SYNC) { 2 } else { 0 };
    let of_others = usize::from(asks_for_server) + usize::from(asks_for(SCORING)) + of_sync;
    let mut progress = Progress::new(1 + of_application + of_others + names.len());
    let toolchain = progress.step("compiler for the browser", || setup::toolchain_step(workspace))?;
    if asks_for_application {
        bundle::build(workspace, &toolchain, &mut progress)?;
    }
    if asks_for_server {
        progress.step("server", || serve::build_server(workspace))?;
    }
    if asks_for(SCORING) {
        progress.step("scoring in the browser", || time_scoring(workspace, &toolchain))?;
    }
    let mut pouchdb = None;
    if asks_for(SYNC) {
        progress.step("tablet for the browser", || build_tablet(workspace, &toolchain))?;
        pouchdb = progress.step("PouchDB", || Ok(peers::pouchdb(workspace)))?;
    }
    for name in &names {
        progress.step(&format!("benchmark {name}"), || {
            let mut cargo = Command::new("cargo");
            cargo
                .args(["run", "--quiet", "--release", "--package", "bench", "--bin", name])
                .current_dir(workspace.root())
                .env("CARGO_TARGET_DIR", workspace.target())
                .env("TISHENG_SERVER", workspace.server())
                .env("TISHENG_ASSETS", workspace.dist())
                .env("TISHENG_BROWSER_TIMING", browser_timing(workspace))
                .env("TISHENG_BENCH", workspace.target().join("bench"));
            if name == SYNC {
                hand_over(workspace, pouchdb.as_deref(), options.quick, &mut cargo)?;
            }
            process::run(&mut cargo)?;
            Ok(((), String::new()))
        })?;
    }
    Ok(())
}

// What the pages of the tablet's benchmark are served from, and what they are measured with.
fn hand_over(workspace: &Workspace, pouchdb: Option<&Path>, quick: bool, cargo: &mut Command) -> Result<()> {
    let Some(driver) = process::find("chromedriver") else {
        bail!("chromedriver is missing; `cargo xtask setup test` installs it");
    };
    cargo
        .env("CHROMEDRIVER", driver)
        .env("TISHENG_BENCH_PAGES", workspace.root().join("tests/bench/pages"))
        .env("TISHENG_BENCH_TABLET", tablet(workspace));
    if let Some(folder) = pouchdb {
        cargo.env("TISHENG_POUCHDB", folder);
    }
    if quick {
        cargo.args(["--", "--quick"]);
    }
    Ok(())
}

fn build_tablet(workspace: &Workspace, toolchain: &Toolchain) -> Result<((), String)> {
    let (wasm, glue) = module::tablet(workspace, toolchain)?;
    let folder = tablet(workspace);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("tablet.wasm"), wasm)?;
    fs::write(folder.join("tablet.js"), glue)?;
    Ok(((), String::new()))
}

fn tablet(workspace: &Workspace) -> PathBuf {
    workspace.target().join("bench/tablet")
}

// The module is compiled as the application's is, and measures itself.
fn time_scoring(workspace: &Workspace, toolchain: &Toolchain) -> Result<((), String)> {
    let mut cargo = in_browser::test(workspace, toolchain, "campaigns")?;
    cargo.args(["--profile", in_browser::SHIPPED_PROFILE, "--test", "timing", "--", "--nocapture"]);
    let printed = process::output(&mut cargo)?;
    let Some((_, figures)) = printed.lines().find_map(|line| line.split_once(TIMING_MARK)) else {
        bail!("the browser has measured nothing:\n{printed}");
    };
    fs::create_dir_all(workspace.target().join("bench"))?;
    fs::write(browser_timing(workspace), figures)?;
    Ok(((), String::new()))
}

fn browser_timing(workspace: &Workspace) -> PathBuf {
    workspace.target().join("bench/scoring.browser")
}

fn available(workspace: &Workspace) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(workspace.root().join("tests/bench/src/bin"))? {
        let path = entry?.path();
        if let Some(stem) = path.file_stem() {
            names.push(stem.to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn chosen(available: Vec<String>, name: Option<&str>) -> Result<Vec<String>> {
    let Some(name) = name else {
        return Ok(available);
    };
    if available.iter().any(|other| other == name) {
        return Ok(vec![name.to_owned()]);
    }
    bail!("there is no benchmark `{name}`; there are {}", available.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_benchmark_is_answered_with_the_known_ones() {
        let error = chosen(vec!["payload".into()], Some("speed")).unwrap_err().to_string();
        assert!(error.contains("speed") && error.contains("payload"), "{error}");
    }
}
