//! What `cargo xtask bench` built for the benchmark to measure.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// The release server's program.
///
/// # Errors
/// When not started through `cargo xtask bench`.
pub fn server() -> Result<PathBuf> {
    folder("TISHENG_SERVER")
}

/// The folder of the bundled application.
///
/// # Errors
/// When not started through `cargo xtask bench`.
pub fn assets() -> Result<PathBuf> {
    folder("TISHENG_ASSETS")
}

fn folder(name: &str) -> Result<PathBuf> {
    let value = env::var_os(name).with_context(|| format!("{name} is not set: cargo xtask bench"))?;
    Ok(PathBuf::from(value))
}
