//! Programs that come as packages of the Python index, each in a folder of its own.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::package;
use crate::process;
use crate::workspace::Workspace;

/// The property-based tests of the interface, with what it needs.
const SCHEMATHESIS_VERSION: &str = "4.32.5";

/// The spelling checker, alone.
const TYPOS_VERSION: &str = "1.52.0";

/// Schemathesis' folder: what `PYTHONPATH` is to name.
///
/// # Errors
/// When it cannot be installed.
pub(crate) fn schemathesis(workspace: &Workspace) -> Result<(PathBuf, String)> {
    let folder = install(workspace, "schemathesis", SCHEMATHESIS_VERSION, &[])?;
    Ok((folder, SCHEMATHESIS_VERSION.to_owned()))
}

/// The spelling checker: the system's, else the package.
///
/// # Errors
/// When it cannot be installed.
pub(crate) fn typos(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(path) = process::find("typos") {
        return Ok(path);
    }
    Ok(install(workspace, "typos", TYPOS_VERSION, &["--no-deps"])?.join("bin/typos"))
}

/// Installs a package, once per machine; what was cut short is begun anew.
fn install(workspace: &Workspace, name: &str, version: &str, how: &[&str]) -> Result<PathBuf> {
    let folder = workspace.cache().join(format!("{name}-{version}"));
    let done = folder.join(".done");
    if done.is_file() {
        return Ok(folder);
    }
    if process::output(Command::new("python3").args(["-m", "pip", "--version"])).is_err() {
        package::install(&["python3-pip"])?;
    }
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--upgrade", "--target"]).arg(&folder);
    pip.args(how).arg(format!("{name}=={version}"));
    process::run_quietly(&mut pip)?;
    std::fs::write(done, [])?;
    Ok(folder)
}
