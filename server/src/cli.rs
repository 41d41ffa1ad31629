//! The command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Parser, Subcommand};

use shared::calendar::{Date, Month};

use crate::{
    config::{BLOBS_VARIABLE, Config, DATABASE_VARIABLE, DatabaseAddress, Demo, METRICS_VARIABLE, Token},
    limits::REQUESTS_PER_MINUTE,
    score::ScoreArgs,
    tls::Source,
};

/// 促提升 · Tisheng: the server of one district's campaign.
#[derive(Debug, Parser)]
#[command(name = "tisheng", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the application and its interface until Ctrl-C or SIGTERM.
    Serve(Serve),
    /// Compute a ranking from two tables and print it as JSON, without loading them.
    Score(ScoreArgs),
    /// Compute a month's frozen results again from the log and compare them byte for byte.
    Verify {
        /// The month, such as 2021-06.
        month: Month,
        /// Where the data is.
        #[command(flatten)]
        place: Place,
    },
    /// Write everything to an encrypted file while the server serves, and prove the file by restoring it beside.
    Backup {
        /// The file to write; one that is there is replaced once the new one is proved.
        to: PathBuf,
        /// What encrypts it.
        #[command(flatten)]
        secret: Secret,
        /// Where the data is.
        #[command(flatten)]
        place: Place,
    },
    /// Make a database from a backup; only where there is none yet.
    Restore {
        /// The file to read.
        from: PathBuf,
        /// What encrypted it.
        #[command(flatten)]
        secret: Secret,
        /// Where the data is to be.
        #[command(flatten)]
        place: Place,
    },
    /// Replay everything that is stored and say, line by line, whether it is what was written.
    Doctor {
        /// Also whether this text of a tablet's diagnosis was signed here, and the log still says what it says.
        #[arg(long)]
        receipt: Option<String>,
        /// Where the data is.
        #[command(flatten)]
        place: Place,
    },
}

/// Where the data is.
#[derive(Clone, Debug, clap::Args)]
pub struct Place {
    /// The folder for everything durable; created if missing.
    #[arg(long, default_value = "data")]
    pub data: PathBuf,
    /// postgres://user:password@host:port/database: keep everything there, where several servers may work.
    // Taken as it is: an error of the command line would show the password.
    #[arg(long, env = DATABASE_VARIABLE, hide_env_values = true)]
    database: Option<String>,
    /// `s3://bucket/prefix`: keep the contents of files there instead of in the data folder, with the keys, the endpoint
    /// and the region that the environment says: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_ENDPOINT`,
    /// `AWS_REGION`, and with the authorities of `AWS_CA_BUNDLE`.
    #[arg(long, env = BLOBS_VARIABLE)]
    blobs: Option<String>,
}

impl Place {
    /// The address of the place for files, where it is not the data folder.
    pub fn blobs(&self) -> Option<&str> {
        self.blobs.as_deref().filter(|address| !address.is_empty())
    }

    /// The address of the database server, where there is one.
    pub fn database(&self) -> Option<DatabaseAddress> {
        self.database.clone().filter(|address| !address.is_empty()).map(DatabaseAddress::from)
    }
}

/// What encrypts a backup.
#[derive(Clone, Debug, clap::Args)]
pub struct Secret {
    /// A file whose first line is the passphrase; the variable `TISHENG_BACKUP_PASSPHRASE` does as well.
    #[arg(long)]
    pub passphrase_file: Option<PathBuf>,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Switch {
    On,
    Off,
}

/// Options of `serve`.
#[derive(Debug, clap::Args)]
pub struct Serve {
    /// Where to listen, port 0 for any free one; without TLS loopback only.
    #[arg(long, default_value = "127.0.0.1:8080")]
    address: SocketAddr,
    /// A PEM file with the certificate chain to encrypt with, the server's own first.
    #[arg(long, requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// A PEM file with its key.
    #[arg(long, requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// A name or address by which tablets reach this server: encrypt with a certificate of an authority of our own,
    /// kept in the data folder. May be given several times.
    #[arg(long, conflicts_with = "tls_certificate")]
    tls_name: Vec<String>,
    /// Where the data is.
    #[command(flatten)]
    place: Place,
    /// The folder with the built application.
    #[arg(long, default_value = "target/dist")]
    assets: PathBuf,
    /// Load the demo district if the data folder is empty.
    #[arg(long)]
    demo: bool,
    /// How many times the demo's some 300 projects.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=200))]
    scale: u32,
    /// A day after 2021-06-23 on which the demo goes on, such as 2021-06-29, when units may object.
    #[arg(long, requires = "demo")]
    demo_day: Option<Date>,
    /// Whether reviewers and everyone above them log in with a one-time password beside their own; on unless --demo.
    #[arg(long, value_enum)]
    second_factor: Option<Switch>,
    /// Requests that one device may send in a minute; 0 for any number.
    #[arg(long, default_value_t = REQUESTS_PER_MINUTE)]
    requests_per_minute: u32,
    /// Who sends it as a bearer token may read /metrics from elsewhere than this machine.
    #[arg(long, env = METRICS_VARIABLE, hide_env_values = true)]
    metrics_token: Option<String>,
}

impl From<Serve> for Config {
    fn from(serve: Serve) -> Self {
        Self {
            address: serve.address,
            tls: tls(serve.tls_certificate.zip(serve.tls_key), serve.tls_name),
            database: serve.place.database(),
            blobs: serve.place.blobs().map(str::to_owned),
            data: serve.place.data,
            assets: serve.assets,
            demo: serve.demo.then_some(Demo { scale: serve.scale, day: serve.demo_day }),
            asks_second_factor: serve.second_factor.map_or(!serve.demo, |switch| switch == Switch::On),
            requests_per_minute: serve.requests_per_minute,
            metrics_token: serve.metrics_token.filter(|token| !token.is_empty()).map(Token::from),
        }
    }
}

fn tls(files: Option<(PathBuf, PathBuf)>, names: Vec<String>) -> Option<Source> {
    match files {
        Some((certificate, key)) => Some(Source::Files { certificate, key }),
        None => (!names.is_empty()).then_some(Source::Own(names)),
    }
}
