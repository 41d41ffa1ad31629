//! The application's module: compiled by cargo, then bound to JavaScript.

use std::path::Path;

use anyhow::Result;
use wasm_bindgen_cli_support::Bindgen;

use crate::process;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// The cargo profile of what tablets load.
const PROFILE: &str = "wasm";

/// A module and the JavaScript that loads it.
#[derive(Debug)]
pub(crate) struct Module {
    /// The module, without names and debug information.
    pub(crate) wasm: Vec<u8>,
    /// A classic script that defines `wasm_bindgen`, so that its integrity can be checked.
    pub(crate) glue: String,
}

/// Compiles the application for the browser.
///
/// # Errors
/// When cargo fails; its own words are on the terminal.
pub(crate) fn compile(workspace: &Workspace, toolchain: &Toolchain) -> Result<()> {
    let mut command = toolchain.command(workspace, "build");
    process::run(command.args(["--quiet", "--package", "app", "--bin", "app", "--profile", PROFILE]))
}

/// Binds what [`compile`] made.
///
/// # Errors
/// When the module cannot be read, or imports a script of its own: the page loads one script with
/// one integrity.
pub(crate) fn bind(workspace: &Workspace) -> Result<Module> {
    bind_file(&Toolchain::module(workspace, PROFILE))
}

fn bind_file(path: &Path) -> Result<Module> {
    let mut output = Bindgen::new()
        .input_path(path)
        .out_name("app")
        .no_modules(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()?;
    let glue = output.js().to_owned();
    Ok(Module { wasm: output.wasm_mut().emit_wasm(), glue })
}
