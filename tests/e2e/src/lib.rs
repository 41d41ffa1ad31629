//! What the end-to-end tests stand on: the real server as a process, real browsers over their own protocols,
//! and a proxy that stands for a bad network. The tests in `tests/` read as stories.
//!
//! `cargo xtask test e2e` builds what is tested and says where it is.

pub mod act;
pub mod axe;
pub mod browser;
pub mod chromium90;
pub mod device;
pub mod log;
pub mod photo;
pub mod proxy;
pub mod server;

use std::{env, path::PathBuf};

use anyhow::{Context, Result};

/// Seconds a test waits for something to appear before it fails. Never slept through: the wait ends when it appears.
pub const PATIENCE_SECONDS: u64 = 30;

/// The password of every demo account.
pub const DEMO_PASSWORD: &str = "tisheng-demo-2021";

/// A path that the task runner hands over.
///
/// # Errors
/// When the test was started without it.
pub fn handed(name: &str) -> Result<PathBuf> {
    env::var_os(name)
        .map(PathBuf::from)
        .with_context(|| format!("{name} is not set: start these tests with `cargo xtask test e2e`"))
}
