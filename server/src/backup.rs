//! Backups: everything of one moment while the server serves, compressed, encrypted, and proved by restoring it.
//!
//! A backup is a line that says how its key is made of a passphrase, then sealed chunks; inside them, compressed,
//! one line per batch of rows, then one per file. It knows no database: what was taken from one can be restored into the other.

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use shared::{id::Digest, merge::operation::Mark};
use tokio::{
    sync::mpsc,
    task::{JoinError, spawn_blocking},
};

use self::{
    lines::{End, Line, read_lines, write_line},
    sealed::{Opener, Sealer},
};
use crate::{
    blobs::{BlobError, SharedBlobs, folder::Folder},
    doctor::{self, Report},
    signing,
    store::{
        OpenError, SharedStore, StoreError,
        sqlite::SqliteStore,
        tables::{Cell, Rows},
    },
};

mod lines;
mod sealed;

/// Who may read a backup.
const FILE_MODE: u32 = 0o600;

/// Who may look into the folder in which a backup is proved.
const FOLDER_MODE: u32 = 0o700;

/// Batches of rows, or files, that wait for the disk.
const WAITING_MAX: usize = 4;

/// What encrypts a backup; never shown.
#[derive(Clone)]
pub struct Passphrase(String);

impl Passphrase {
    /// Letters that a passphrase has at least.
    pub const CHARS_MIN: usize = 12;

    /// A passphrase, if it is long enough.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (text.chars().count() >= Self::CHARS_MIN).then(|| Self(text.to_owned()))
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Passphrase(…)")
    }
}

/// Why a backup cannot be written or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file cannot be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    /// The passphrase is another, or the file was changed or cut.
    #[error("the file does not open with this passphrase, or it was changed: {0}")]
    Sealed(io::Error),
    /// What was read back is not what was written, or was damaged before.
    #[error("not whole: {}", .0.join(" "))]
    NotWhole(Vec<String>),
    /// There is something already where it should be restored.
    #[error("not empty")]
    NotEmpty,
    /// The database does not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The place for files does not do its part.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// A database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A defect of ours.
    #[error(transparent)]
    Task(#[from] JoinError),
}

/// What a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The last row of the log in it.
    pub head: Mark,
    /// Rows of all tables.
    pub rows: u64,
    /// When it was taken, ms since 1970.
    pub taken_ms: u64,
}

/// Writes everything in a store, and every file, to a file, and proves the file by restoring it beside. `key` is the data folder's
/// signing key, which goes with it.
pub async fn write(
    store: &SharedStore,
    blobs: &SharedBlobs,
    to: &Path,
    passphrase: &Passphrase,
    key: Option<String>,
    now_ms: u64,
) -> Result<Taken, BackupError> {
    let partial = beside(to, "partial");
    let ((dumping, dumped), (sender, receiver)) = (mpsc::channel(WAITING_MAX), mpsc::channel(WAITING_MAX));
    let job = {
        let (partial, passphrase) = (partial.clone(), passphrase.clone());
        spawn_blocking(move || write_lines(&partial, &passphrase, key, now_ms, receiver))
    };
    let (dumping, gathered, written) = tokio::join!(store.dump(dumping), gather(dumped, blobs, sender), job);
    let rows = written?.map_err(|error| BackupError::File(partial.clone(), error))?;
    if let Err(error) = dumping.map_err(BackupError::from).and(gathered) {
        let _ = fs::remove_file(&partial);
        return Err(error);
    }
    let proved = prove(&partial, passphrase, &beside(to, "proving")).await;
    let taken = proved.and_then(|report| whole(&report, rows, now_ms));
    match taken {
        Ok(taken) => {
            fs::rename(&partial, to).map_err(|error| BackupError::File(to.to_owned(), error))?;
            Ok(taken)
        }
        Err(error) => {
            let _ = fs::remove_file(&partial);
            Err(error)
        }
    }
}

/// The rows as they come, and then the files that they name.
async fn gather(
    mut rows: mpsc::Receiver<Rows>,
    blobs: &SharedBlobs,
    to: mpsc::Sender<Line>,
) -> Result<(), BackupError> {
    let mut named = Vec::new();
    while let Some(rows) = rows.recv().await {
        named.extend(files_in(&rows));
        if to.send(Line::Rows(rows)).await.is_err() {
            return Ok(());
        }
    }
    for blob in named {
        let content =
            blobs.read(blob).await.map_err(|error| BackupError::NotWhole(vec![format!("{blob}: {error}")]))?;
        if to.send(Line::Blob(blob, content)).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn files_in(rows: &Rows) -> impl Iterator<Item = Digest> {
    rows.rows.iter().filter(|_| rows.table == "blob").filter_map(|row| match row.get(1)? {
        Cell::Bytes(bytes) => bytes.as_slice().try_into().ok().map(Digest),
        Cell::Null | Cell::Number(_) | Cell::Text(_) | Cell::Flag(_) => None,
    })
}

/// Reads a backup into an empty store and a place for files, and looks at all of it; gives the signing key that went with it.
pub async fn restore(
    store: &SharedStore,
    blobs: &SharedBlobs,
    from: &Path,
    passphrase: &Passphrase,
) -> Result<(Taken, Option<String>), BackupError> {
    match store.campaign().await {
        Err(StoreError::NotFound) => {}
        Err(error) => return Err(error.into()),
        Ok(_) => return Err(BackupError::NotEmpty),
    }
    let end = read_into(store, blobs, from, passphrase).await?;
    let report = doctor::examine(store, blobs).await;
    Ok((whole(&report, end.rows, end.taken_ms)?, end.key))
}

/// The report on what was read back, if it is whole.
fn whole(report: &Report, rows: u64, taken_ms: u64) -> Result<Taken, BackupError> {
    let faults: Vec<String> = report.all().filter(|check| !check.faults.is_empty()).map(doctor::Check::line).collect();
    if !faults.is_empty() || report.rows != rows {
        return Err(BackupError::NotWhole(faults));
    }
    Ok(Taken { head: report.head.unwrap_or(Mark::START), rows, taken_ms })
}

/// Restores a backup into a folder of its own, looks at everything, and takes the folder away again.
async fn prove(file: &Path, passphrase: &Passphrase, folder: &Path) -> Result<Report, BackupError> {
    let in_folder = |error| BackupError::File(folder.to_owned(), error);
    // What is left of an attempt that was cut short.
    let _ = fs::remove_dir_all(folder);
    fs::DirBuilder::new().mode(FOLDER_MODE).create(folder).map_err(in_folder)?;
    let proved = async {
        let store: SharedStore = Arc::new(SqliteStore::open(folder).await?);
        let blobs: SharedBlobs = Arc::new(Folder::new(folder.join("blobs")));
        let read = read_into(&store, &blobs, file, passphrase).await;
        let report = match read {
            Ok(_) => Ok(doctor::examine(&store, &blobs).await),
            Err(error) => Err(error),
        };
        store.close().await;
        report
    };
    let proved = proved.await;
    fs::remove_dir_all(folder).map_err(in_folder)?;
    proved
}

async fn read_into(
    store: &SharedStore,
    blobs: &SharedBlobs,
    from: &Path,
    passphrase: &Passphrase,
) -> Result<End, BackupError> {
    let (sender, receiver) = mpsc::channel(WAITING_MAX);
    let (file, secret) = (from.to_owned(), passphrase.clone());
    let reading = spawn_blocking(move || read_from(&file, &secret, &sender));
    let (end, loaded) = read_whole(reading, store, blobs, receiver).await?;
    loaded?;
    Ok(end)
}

/// Only a backup that was read to its end may be committed: the sender is dropped, and so the load ended, after
/// that alone; otherwise the load is dropped, and nothing of it stays but files that nothing names.
async fn read_whole(
    reading: tokio::task::JoinHandle<Result<End, BackupError>>,
    store: &SharedStore,
    blobs: &SharedBlobs,
    receiver: mpsc::Receiver<Line>,
) -> Result<(End, Result<(), StoreError>), BackupError> {
    let (gate, gated) = mpsc::channel(1);
    let pass = async move {
        let mut receiver = receiver;
        while let Some(line) = receiver.recv().await {
            match line {
                Line::Rows(rows) => {
                    if gate.send(rows).await.is_err() {
                        break;
                    }
                }
                Line::Blob(blob, content) => blobs.keep(blob, content).await?,
                Line::End(_) => {}
            }
        }
        // Held open until it is known that this was all.
        let end = reading.await??;
        drop(gate);
        Ok::<End, BackupError>(end)
    };
    let (mut pass, mut load) = (std::pin::pin!(pass), std::pin::pin!(store.load(gated)));
    tokio::select! {
        end = &mut pass => Ok((end?, load.await)),
        loaded = &mut load => match loaded {
            Ok(()) => Ok((pass.await?, Ok(()))),
            Err(error) => Err(error.into()),
        },
    }
}

fn write_lines(
    path: &Path,
    passphrase: &Passphrase,
    key: Option<String>,
    taken_ms: u64,
    mut lines: mpsc::Receiver<Line>,
) -> io::Result<u64> {
    let file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(FILE_MODE).open(path)?;
    let sealer = Sealer::begin(BufWriter::new(file), &passphrase.0)?;
    let mut out = GzEncoder::new(sealer, Compression::default());
    let mut count = 0;
    while let Some(line) = lines.blocking_recv() {
        if let Line::Rows(batch) = &line {
            count += u64::try_from(batch.rows.len()).unwrap_or(u64::MAX);
        }
        write_line(&mut out, &line)?;
    }
    write_line(&mut out, &Line::End(End { rows: count, taken_ms, key }))?;
    let file = out.finish()?.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(count)
}

fn read_from(path: &Path, passphrase: &Passphrase, to: &mpsc::Sender<Line>) -> Result<End, BackupError> {
    let file = File::open(path).map_err(|error| BackupError::File(path.to_owned(), error))?;
    let opener = Opener::begin(BufReader::new(file), &passphrase.0).map_err(BackupError::Sealed)?;
    let mut end = None;
    let lines = read_lines(BufReader::new(GzDecoder::new(opener)));
    for line in lines {
        match line.map_err(BackupError::Sealed)? {
            Line::End(last) => end = Some(last),
            line => {
                if to.blocking_send(line).is_err() {
                    break;
                }
            }
        }
    }
    end.ok_or_else(|| BackupError::Sealed(io::ErrorKind::UnexpectedEof.into()))
}

/// The name of a file or folder that is there only while a backup is written.
fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(what);
    path.with_file_name(name)
}

/// Writes the signing key of a backup into a data folder that has none.
pub fn write_key(folder: &Path, key: &str) -> Result<(), BackupError> {
    let path = folder.join(signing::FILE);
    match signing::write_new(&path, key) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(BackupError::File(path, error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
