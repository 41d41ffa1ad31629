//! Commands for whoever looks after the server: `verify`, `doctor`, `backup`, `restore`.

use std::{
    env, fs,
    io::{self, Write as _},
    path::Path,
};

use shared::{
    audit::{Act, Deed},
    calendar::Month,
    t,
};

use crate::{
    backup::{self, BackupError, Passphrase},
    blobs::{self, SharedBlobs},
    cli::{Place, Secret},
    clock::Clock,
    config::PASSPHRASE_VARIABLE,
    doctor::{self, Report, receipts},
    signing,
    start::StartError,
    store::{self, SharedStore, StoreError, sqlite},
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
pub async fn doctor(place: &Place, receipt: Option<&str>) -> Result<(), Vec<String>> {
    let mut report = examine(place).await?;
    if let Some(text) = receipt {
        let store = open(place).await?;
        report.checks.push(receipts::check(&store, &place.data, text).await);
        store.close().await;
    }
    report.all().for_each(|check| say(&check.line()));
    if report.is_healthy() {
        say(&t!("server.doctor.healthy"));
        Ok(())
    } else {
        Err(vec![t!("server.doctor.unhealthy")])
    }
}

/// Writes a backup and proves it.
///
/// # Errors
/// The sentence to say when there is none afterwards.
pub async fn backup(place: &Place, to: &Path, secret: &Secret) -> Result<(), Vec<String>> {
    let passphrase = passphrase(secret)?;
    let store = open(place).await?;
    let key = fs::read_to_string(place.data.join(signing::FILE)).ok().map(|key| key.trim().to_owned());
    let clock = Clock::system();
    let blobs = blobs_of(place)?;
    let written = backup::write(&store, &blobs, to, &passphrase, key, clock.now_ms()).await;
    let taken = written.map_err(|error| vec![t!("error.upkeep.backup", cause = error)])?;
    // Told in the database that was backed up; the next backup tells it in turn.
    let deed = Deed::BackedUp { head: taken.head, rows: taken.rows };
    note(&store, &clock, deed).await?;
    store.close().await;
    say(&t!("server.backup.written", path = to.display(), rows = taken.rows, head = taken.head.sequence));
    Ok(())
}

/// Makes a database from a backup.
///
/// # Errors
/// The sentence to say when there is none afterwards.
pub async fn restore(place: &Place, from: &Path, secret: &Secret) -> Result<(), Vec<String>> {
    let passphrase = passphrase(secret)?;
    let said = |error: BackupError| vec![t!("error.upkeep.restore", path = from.display(), cause = error)];
    fs::create_dir_all(&place.data).map_err(|error| said(BackupError::File(place.data.clone(), error)))?;
    let database = place.database();
    let opened = store::open(&place.data, database.as_ref()).await;
    let store = opened.map_err(|error| vec![StartError::Database(error).message()])?;
    let blobs = blobs_of(place)?;
    let (taken, key) = match backup::restore(&store, &blobs, from, &passphrase).await {
        Ok(restored) => restored,
        Err(BackupError::NotEmpty) => return Err(vec![t!("error.upkeep.not_empty")]),
        Err(error) => return Err(said(error)),
    };
    if let Some(key) = key {
        backup::write_key(&place.data, &key).map_err(said)?;
    }
    note(&store, &Clock::system(), Deed::Restored { head: taken.head, taken_ms: taken.taken_ms }).await?;
    store.close().await;
    say(&t!("server.backup.restored", rows = taken.rows, head = taken.head.sequence));
    Ok(())
}

fn blobs_of(place: &Place) -> Result<SharedBlobs, Vec<String>> {
    blobs::open(&place.data, place.blobs()).map_err(|error| vec![StartError::Blobs(error).message()])
}

fn passphrase(secret: &Secret) -> Result<Passphrase, Vec<String>> {
    let text = match &secret.passphrase_file {
        Some(path) => fs::read_to_string(path)
            .map_err(|error| vec![t!("error.upkeep.passphrase_file", path = path.display(), cause = error)])?,
        None => env::var(PASSPHRASE_VARIABLE).unwrap_or_default(),
    };
    let first = text.lines().next().unwrap_or_default();
    Passphrase::new(first).ok_or_else(|| vec![t!("error.upkeep.passphrase", min = Passphrase::CHARS_MIN)])
}

/// Writes an act that nobody's session stands for.
async fn note(store: &SharedStore, clock: &Clock, deed: Deed) -> Result<(), Vec<String>> {
    let done = async {
        let campaign = match store.campaign().await {
            Ok(record) => record.campaign.id,
            Err(StoreError::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        };
        store.begin_audit(campaign, clock.now_ms()).await?;
        store.record(campaign, &Act { at_ms: clock.now_ms(), person: None, deed }).await
    };
    done.await.map_err(|error| vec![error.to_string()])
}

async fn examine(place: &Place) -> Result<Report, Vec<String>> {
    let store = open(place).await?;
    let report = doctor::examine(&store, &blobs_of(place)?).await;
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
