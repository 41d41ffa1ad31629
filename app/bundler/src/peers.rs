//! What benchmarks are held against and cargo does not bring.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::package;
use crate::process;
use crate::workspace::Workspace;

/// The version that `tests/bench/peers` pins.
const POUCHDB_VERSION: &str = "9.0.0";

/// What runs it.
const PROGRAMS: [(&str, &str); 2] = [("node", "nodejs"), ("npm", "npm")];

/// The files that pin it and all it stands on.
const PINS: [&str; 2] = ["package.json", "package-lock.json"];

/// The folder with `PouchDB` and its server: installed once per machine. `None`, with the reason, where it is not to
/// be had: then it is not measured.
pub(crate) fn pouchdb(workspace: &Workspace) -> (Option<PathBuf>, String) {
    match install(workspace) {
        Ok(folder) => (Some(folder), POUCHDB_VERSION.to_owned()),
        Err(error) => (None, format!("not to be had, so not measured: {error:#}")),
    }
}

fn install(workspace: &Workspace) -> Result<PathBuf> {
    let missing = PROGRAMS.into_iter().filter(|(program, _)| process::find(program).is_none());
    let packages: Vec<&str> = missing.map(|(_, package)| package).collect();
    if !packages.is_empty() {
        package::install(&packages)?;
    }
    let folder = workspace.cache().join(format!("pouchdb-{POUCHDB_VERSION}"));
    if folder.is_dir() {
        return Ok(folder);
    }
    let fresh = folder.with_extension("new");
    let _ = fs::remove_dir_all(&fresh);
    fs::create_dir_all(&fresh)?;
    for file in PINS {
        fs::copy(workspace.root().join("tests/bench/peers").join(file), fresh.join(file))?;
    }
    let mut npm = Command::new("npm");
    // None of their own programs run: the database comes built.
    npm.args(["ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&fresh);
    process::run_quietly(&mut npm)?;
    fs::rename(&fresh, &folder)?;
    Ok(folder)
}
