//! The application's module: compiled by cargo, split in two, then bound to JavaScript.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::{Options, transform};

use crate::process;
use crate::texts;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// The cargo profile of what tablets load.
const PROFILE: &str = "wasm";

/// What the splitter reads: where functions and data lie, and a table that a chunk can take its places in.
const SPLITTER_FLAGS: [&str; 2] = ["-Clink-arg=--emit-relocs", "-Clink-arg=--export-table"];

/// The chunk that `app/src/app/later.rs` cuts off, as the splitter names its file.
const CHUNK: &str = "split_later.wasm";

/// A module, its chunk and the JavaScript that loads it.
#[derive(Debug)]
pub(crate) struct Module {
    /// The module, without names and debug information.
    pub(crate) wasm: Vec<u8>,
    /// What the module links once it runs.
    pub(crate) chunk: Vec<u8>,
    /// A classic script that defines `wasm_bindgen`, so that its integrity can be checked.
    pub(crate) glue: String,
}

/// Compiles the application for the browser.
///
/// # Errors
/// When cargo fails; its own words are on the terminal.
pub(crate) fn compile(workspace: &Workspace, toolchain: &Toolchain) -> Result<()> {
    let mut command = toolchain.command(workspace, "rustc");
    command.args(["--quiet", "--package", "app", "--bin", "app", "--profile", PROFILE, "--"]).args(SPLITTER_FLAGS);
    process::run(&mut command)
}

/// Splits and binds what [`compile`] made.
///
/// # Errors
/// When the module cannot be read or split, asks for texts that only its chunk brings, or imports a script of its own:
/// the page loads one script with one integrity.
pub(crate) fn bind(workspace: &Workspace) -> Result<Module> {
    let folder = workspace.target().join("split");
    let main = split(&Toolchain::module(workspace, PROFILE, "app"), &folder)?;
    let (wasm, glue) = bind_file(&main)?;
    texts::check(workspace.root(), &wasm)?;
    let chunk = folder.join(CHUNK);
    let chunk = fs::read(&chunk).with_context(|| format!("the splitter made no {}", chunk.display()))?;
    Ok(Module { wasm, chunk, glue })
}

/// Compiles and binds the tablet's own store and exchange without the application around them: what benchmarks
/// measure. Built as the application is, but for the cut.
///
/// # Errors
/// When cargo fails, or the module cannot be read.
pub(crate) fn tablet(workspace: &Workspace, toolchain: &Toolchain) -> Result<(Vec<u8>, String)> {
    let mut command = toolchain.command(workspace, "build");
    command.args(["--quiet", "--package", "bench-tablet", "--profile", PROFILE]);
    process::run(&mut command)?;
    bind_file(&Toolchain::module(workspace, PROFILE, "bench_tablet"))
}

// Cuts the module at the functions whose names ask for it, and returns where its first part lies.
fn split(module: &Path, folder: &Path) -> Result<PathBuf> {
    let input = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let main = folder.join("main.wasm");
    let mut options = Options::new(&input);
    options.output_dir = folder;
    options.main_out_path = &main;
    transform(options).map_err(|error| anyhow!("cannot split {}: {error:#}", module.display()))?;
    Ok(main)
}

fn bind_file(path: &Path) -> Result<(Vec<u8>, String)> {
    let mut output = Bindgen::new()
        .input_path(path)
        .out_name("app")
        .no_modules(true)?
        .typescript(false)
        .omit_default_module_path(true)
        // The chunk takes its places in the table, so the table must stay visible.
        .keep_lld_exports(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()?;
    let glue = output.js().to_owned();
    Ok((output.wasm_mut().emit_wasm(), glue))
}
