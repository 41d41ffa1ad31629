//! All configuration, on one screen.

use std::{net::SocketAddr, path::PathBuf};

/// How the server runs.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens. Port 0 takes any free one. Loopback only, since nothing is encrypted yet.
    pub address: SocketAddr,
    /// The folder with everything durable.
    pub data: PathBuf,
    /// The folder with the built application.
    pub assets: PathBuf,
    /// Load the demo at this scale if the data folder is empty.
    pub demo: Option<u32>,
}

/// The environment variable that sets what is logged, such as `info` or `server=debug`.
pub const LOG_VARIABLE: &str = "TISHENG_LOG";

/// What is logged without it.
pub const LOG_DEFAULT: &str = "warn,server=info";
