//! Tests that run in a headless browser.

use std::process::Command;

use anyhow::{Result, bail};

use crate::process;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// The cargo profile of tests that run the code as it ships.
pub(crate) const SHIPPED_PROFILE: &str = "wasm-test";

/// Seconds that the tests of one package may take.
const TIMEOUT_S: &str = "120";

/// `cargo test` of a package in a headless Chromium.
///
/// # Errors
/// When the driver is missing or the runner cannot be built.
pub(crate) fn test(workspace: &Workspace, toolchain: &Toolchain, package: &str) -> Result<Command> {
    let Some(driver) = process::find("chromedriver") else {
        bail!("chromedriver is missing; `cargo xtask setup test` installs it");
    };
    // The runner is built here, for this machine, and handed over as a program: the compiler for the
    // browser may be another one.
    let mut runner = Command::new("cargo");
    runner
        .args(["build", "--quiet", "--package", "wasm-runner"])
        .current_dir(workspace.root())
        .env("CARGO_TARGET_DIR", workspace.target());
    process::run(&mut runner)?;
    let mut cargo = toolchain.command(workspace, "test");
    cargo
        .args(["--package", package])
        .env("CHROMEDRIVER", driver)
        .env("WASM_BINDGEN_TEST_ONLY_WEB", "1")
        .env("WASM_BINDGEN_TEST_TIMEOUT", TIMEOUT_S)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", workspace.target().join("debug/wasm-runner"));
    Ok(cargo)
}
