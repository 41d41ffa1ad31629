//! `cargo xtask bench`: runs benchmarks against what users run, the release server and the bundle.

use std::fs;
use std::process::Command;

use anyhow::{Result, bail};

use crate::bundle;
use crate::process;
use crate::progress::Progress;
use crate::serve;
use crate::setup;
use crate::workspace::Workspace;

/// Runs one benchmark or all; each is a program in `tests/bench/src/bin`.
///
/// # Errors
/// When there is no such benchmark, or one cannot run. A bar that is missed is not an error: it is
/// printed as missed.
pub(crate) fn run(workspace: &Workspace, name: Option<&str>) -> Result<()> {
    let names = chosen(available(workspace)?, name)?;
    let mut progress = Progress::new(1 + bundle::STEPS + 1 + names.len());
    let toolchain = progress.step("compiler for the browser", || setup::toolchain_step(workspace))?;
    bundle::build(workspace, &toolchain, &mut progress)?;
    progress.step("server", || serve::build_server(workspace))?;
    for name in &names {
        progress.step(&format!("benchmark {name}"), || {
            let mut cargo = Command::new("cargo");
            cargo
                .args(["run", "--quiet", "--release", "--package", "bench", "--bin", name])
                .current_dir(workspace.root())
                .env("CARGO_TARGET_DIR", workspace.target())
                .env("TISHENG_SERVER", workspace.server())
                .env("TISHENG_ASSETS", workspace.dist())
                .env("TISHENG_BENCH", workspace.target().join("bench"));
            process::run(&mut cargo)?;
            Ok(((), String::new()))
        })?;
    }
    Ok(())
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
