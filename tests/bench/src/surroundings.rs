//! What `cargo xtask bench` built for the benchmark to measure.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::thread;

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

/// The processor and how many cores of it there are to use.
pub(crate) fn machine() -> String {
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {cores} cores, {}", model.map_or(env::consts::ARCH, |(_, model)| model), env::consts::OS)
}

fn folder(name: &str) -> Result<PathBuf> {
    let value = env::var_os(name).with_context(|| format!("{name} is not set: cargo xtask bench"))?;
    Ok(PathBuf::from(value))
}
