//! `cargo xtask setup`: installs what is missing, or says what to install.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::browsers::{self, Browsers};
use crate::database;
use crate::package;
use crate::process;
use crate::progress::Progress;
use crate::python;
use crate::toolchain::{Lack, Toolchain};
use crate::workspace::Workspace;

/// Debian's compiler of the current browsers, with std's source and a linker for wasm.
const DEBIAN_TOOLCHAIN: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld"];

/// What the tests use of the system: three browser engines, their drivers, Chinese fonts, a database.
const TEST_PACKAGES: [&str; 7] = [
    "chromium",
    "chromium-driver",
    browsers::CHROMIUM_SHELL,
    "firefox-esr",
    "webkit2gtk-driver",
    "fonts-noto-cjk",
    database::PACKAGE,
];

/// The toolchain for the browser, installed if need be.
///
/// # Errors
/// A sentence saying what to install when nothing could be.
pub(crate) fn wasm(workspace: &Workspace) -> Result<Toolchain> {
    let mut progress = Progress::new(1);
    progress.step("compiler for the browser", || toolchain_step(workspace))
}

/// The step of [`wasm`], for commands that have more steps.
pub(crate) fn toolchain_step(_: &Workspace) -> Result<(Toolchain, String)> {
    let toolchain = match Toolchain::find() {
        Ok(toolchain) => toolchain,
        Err(lack) => install_toolchain(&lack)?,
    };
    let description = toolchain.description();
    Ok((toolchain, description))
}

/// Browsers, drivers, fonts and database for the tests, installed if need be.
///
/// # Errors
/// A sentence saying what to install when nothing could be.
pub(crate) fn test(workspace: &Workspace) -> Result<Browsers> {
    let mut progress = Progress::new(6);
    progress.step("packages for the tests", packages_step)?;
    let chromium_shell = progress.step("Chromium without a window", || browsers::chromium_shell(workspace))?;
    let geckodriver = progress.step("driver for Firefox", || browsers::geckodriver(workspace))?;
    let chromium90 = progress.step("Chromium 90", || browsers::chromium90(workspace))?;
    let axe = progress.step("accessibility checks", || browsers::axe(workspace))?;
    progress.step("checks of the interface", || python::schemathesis(workspace))?;
    Ok(Browsers { geckodriver, chromium_shell, chromium90, axe })
}

/// The folder with the programs of the database that the server's tests start, installed if need be.
///
/// # Errors
/// A sentence saying what to install when nothing could be.
pub(crate) fn database() -> Result<PathBuf> {
    let mut progress = Progress::new(1);
    progress.step("PostgreSQL", database::programs)
}

/// The folder with the checks of the interface, installed if need be.
///
/// # Errors
/// When it cannot be.
pub(crate) fn interface(workspace: &Workspace) -> Result<PathBuf> {
    let mut progress = Progress::new(1);
    progress.step("checks of the interface", || python::schemathesis(workspace))
}

fn packages_step() -> Result<((), String)> {
    let missing = package::missing(&TEST_PACKAGES);
    if missing.is_empty() {
        return Ok(((), "all there".to_owned()));
    }
    package::install(&missing)?;
    Ok(((), format!("installed {}", missing.join(", "))))
}

fn install_toolchain(lack: &Lack) -> Result<Toolchain> {
    if *lack == Lack::Source && process::find("rustup").is_some() {
        println!("      rustup component add rust-src");
        let mut command = Command::new("rustup");
        command.args(["component", "add", "rust-src"]).env("RUSTUP_MAX_RETRIES", "1");
        match process::run_quietly(&mut command) {
            Ok(()) => {
                if let Ok(toolchain) = Toolchain::find() {
                    return Ok(toolchain);
                }
            }
            Err(error) => println!("      not to be had: {}", first_line(&error)),
        }
    }
    let packages: &[&str] = if *lack == Lack::Linker { &["lld"] } else { &DEBIAN_TOOLCHAIN };
    package::install(packages).with_context(|| remedy(lack))?;
    Toolchain::find().map_or_else(|lack| bail!(remedy(&lack)), Ok)
}

fn remedy(lack: &Lack) -> String {
    let wanted = env!("CARGO_PKG_RUST_VERSION");
    let debian = DEBIAN_TOOLCHAIN.join(" ");
    match lack {
        Lack::Compiler => {
            format!("Rust {wanted} or newer is needed: rustup update, or on Debian: apt-get install {debian}")
        }
        Lack::Source => format!(
            "the source of Rust's standard library is needed to build for the browser: \
             rustup component add rust-src, or on Debian: apt-get install {debian}"
        ),
        Lack::Linker => "a linker for wasm is needed: install lld (on Debian: apt-get install lld)".to_owned(),
    }
}

fn first_line(error: &anyhow::Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
