//! Commands for whoever looks after the server: `verify`, `doctor`.

use std::{
    io::{self, Write as _},
    path::Path,
};

use shared::{calendar::Month, t};

use crate::{
    cli::Place,
    doctor::{self, Report},
    start::StartError,
    store::{self, SharedStore, sqlite},
};

/// Computes a month's frozen results again.
///
/// # Errors
/// The sentences to say when they are others, or when there is none.
pub async fn verify(place: &Place, month: Month) -> Result<(), Vec<String>> {
    let report = examine(place).await?;
    let Some(checks) = report.of_month(month) else {
        return Err(vec![t!("server.verify.never", month = month)]);
    };
    for check in &checks {
        say(&check.line());
    }
    if checks.iter().all(|check| check.faults.is_empty()) {
        say(&t!("server.verify.same", month = month));
        Ok(())
    } else {
        Err(vec![t!("server.verify.different", month = month)])
    }
}

/// Replays everything.
///
/// # Errors
/// The sentence to say when anything is damaged.
pub async fn doctor(place: &Place) -> Result<(), Vec<String>> {
    let report = examine(place).await?;
    report.all().for_each(|check| say(&check.line()));
    if report.is_healthy() {
        say(&t!("server.doctor.healthy"));
        Ok(())
    } else {
        Err(vec![t!("server.doctor.unhealthy")])
    }
}

async fn examine(place: &Place) -> Result<Report, Vec<String>> {
    let store = open(place).await?;
    let report = doctor::examine(&store).await;
    store.close().await;
    Ok(report)
}

/// Opens what is there; nothing is created.
async fn open(place: &Place) -> Result<SharedStore, Vec<String>> {
    let database = place.database();
    if database.is_none() {
        check_file(&place.data)?;
    }
    store::open(&place.data, database.as_ref()).await.map_err(|error| vec![StartError::Database(error).message()])
}

fn check_file(folder: &Path) -> Result<(), Vec<String>> {
    let file = folder.join(sqlite::FILE);
    if file.is_file() { Ok(()) } else { Err(vec![t!("error.upkeep.no_data", path = file.display())]) }
}

/// Standard output may be closed by whoever started us.
fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
