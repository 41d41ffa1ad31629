//! All configuration, on one screen.

use std::{fmt, net::SocketAddr, path::PathBuf};

use shared::calendar::Date;

use crate::tls::Source;

/// How the server runs.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens. Port 0 takes any free one. Without encryption loopback only.
    pub address: SocketAddr,
    /// How it encrypts, where it does.
    pub tls: Option<Source>,
    /// The folder with everything durable.
    pub data: PathBuf,
    /// The `PostgreSQL` to keep everything in; a file in the data folder without it.
    pub database: Option<DatabaseAddress>,
    /// `s3://bucket/prefix` to keep the contents of files in; a folder in the data folder without it.
    pub blobs: Option<String>,
    /// The folder with the built application.
    pub assets: PathBuf,
    /// The demo to load if the data folder is empty.
    pub demo: Option<Demo>,
    /// Whether people above the daily work of a unit log in with a second factor.
    pub asks_second_factor: bool,
    /// Requests that one device may send in a minute; 0 for any number.
    pub requests_per_minute: u32,
    /// Who knows it may read the figures from elsewhere than this machine.
    pub metrics_token: Option<Token>,
}

/// The demo district.
#[derive(Clone, Copy, Debug)]
pub struct Demo {
    /// How many times its some 300 projects.
    pub scale: u32,
    /// A later day on which it goes on.
    pub day: Option<Date>,
}

/// A secret that is never shown.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// The secret, for whoever compares.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl From<String> for Token {
    fn from(token: String) -> Self {
        Self(token)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(…)")
    }
}

/// `postgres://user:password@host:port/database`, never shown: neither in logs nor in sentences.
#[derive(Clone)]
pub struct DatabaseAddress(String);

impl DatabaseAddress {
    /// The whole address, for whoever connects.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl From<String> for DatabaseAddress {
    fn from(address: String) -> Self {
        Self(address)
    }
}

impl fmt::Debug for DatabaseAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DatabaseAddress(…)")
    }
}

/// The environment variable that sets the database, so that its password is in no list of processes.
pub const DATABASE_VARIABLE: &str = "TISHENG_DATABASE";

/// The environment variable that sets the place for files.
pub const BLOBS_VARIABLE: &str = "TISHENG_BLOBS";

/// The environment variable that holds the passphrase of backups.
pub const PASSPHRASE_VARIABLE: &str = "TISHENG_BACKUP_PASSPHRASE";

/// The environment variable that holds the token for figures.
pub const METRICS_VARIABLE: &str = "TISHENG_METRICS_TOKEN";

/// The environment variable that makes each line of the log an object of JSON when it is `json`.
pub const LOG_FORMAT_VARIABLE: &str = "TISHENG_LOG_FORMAT";

/// The environment variable that sets what is logged, such as `info` or `server=debug`.
pub const LOG_VARIABLE: &str = "TISHENG_LOG";

/// What is logged without it.
pub const LOG_DEFAULT: &str = "warn,server=info";
