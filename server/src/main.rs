//! The program `tisheng`.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Parser as _;
use mimalloc::MiMalloc;
use server::{
    cli::{Cli, Command},
    score, start, telemetry, upkeep,
};

/// A ranking is made of many small values; the system's own allocator gives their memory back and asks for it again.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(serve) => {
            telemetry::start();
            start::run(&serve.into()).await.map_err(|error| vec![error.message()])
        }
        Command::Score(tables) => score::run(&tables).and_then(|scored| {
            scored.warnings.iter().for_each(|warning| eprintln!("{warning}"));
            writeln!(io::stdout(), "{}", scored.json).map_err(|error| vec![error.to_string()])
        }),
        Command::Verify { month, place } => upkeep::verify(&place, month).await,
        Command::Doctor { receipt, place } => upkeep::doctor(&place, receipt.as_deref()).await,
        Command::Backup { to, secret, place } => upkeep::backup(&place, &to, &secret).await,
        Command::Restore { from, secret, place } => upkeep::restore(&place, &from, &secret).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentences) => {
            for sentence in sentences {
                eprintln!("{sentence}");
            }
            ExitCode::FAILURE
        }
    }
}
