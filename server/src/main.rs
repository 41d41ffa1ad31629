//! The program `tisheng`.

use std::process::ExitCode;

use clap::Parser as _;
use server::{
    cli::{Cli, Command},
    start, telemetry,
};

#[tokio::main]
async fn main() -> ExitCode {
    let Command::Serve(serve) = Cli::parse().command;
    telemetry::start();
    match start::run(&serve.into()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", error.message());
            ExitCode::FAILURE
        }
    }
}
