//! Sends the contents of files: each goes on where it was cut, and counts as sent once the server has the whole of it.

use serde::{Deserialize, Serialize};
use shared::{api::ErrorCode, attachment::CHUNK_BYTES, id::Digest};

use crate::data::error::DataError;

/// How often one content is begun anew in one go, after chunks that came damaged or at another place.
const TRIES_MAX: usize = 5;

/// Bytes of contents that stay on the tablet after they were sent or fetched; the oldest give way.
const STAYING_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How long a content stays that no record names: its operation was never written, or was refused.
const UNNAMED_MS: u64 = 24 * 60 * 60 * 1_000;

/// A content that lies on the tablet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptFile {
    /// Its SHA-256.
    pub(crate) blob: Digest,
    /// Its size in bytes.
    pub(crate) size: u64,
    /// When it came to lie here, ms since 1970.
    pub(crate) kept_ms: u64,
    /// It was hung on a record here; otherwise it is a copy of what the server has.
    pub(crate) is_own: bool,
    /// The server has said that it has the whole of it.
    pub(crate) is_sent: bool,
}

impl KeptFile {
    /// Whether the server may lack it.
    pub(crate) fn is_unsent(&self) -> bool {
        self.is_own && !self.is_sent
    }
}

/// How it went with one content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The server has the whole of it.
    Sent,
    /// The server does not take it, and would not take it the next time.
    Refused,
}

/// Where the contents lie.
pub(crate) trait Shelf {
    /// A content.
    async fn content(&self, blob: Digest) -> Result<Option<Vec<u8>>, DataError>;
    /// Notes that the server has it.
    async fn mark_sent(&self, file: &KeptFile) -> Result<(), DataError>;
}

/// The way to the server: tus 1.0.
pub(crate) trait Carrier {
    /// How much of a content has arrived; `None` where the server knows no record with it, or not this person's.
    async fn arrived(&self, blob: Digest) -> Result<Option<u64>, DataError>;
    /// Sends what follows at `offset`; says how much has arrived then.
    async fn append(&self, blob: Digest, offset: u64, chunk: &[u8]) -> Result<u64, DataError>;
}

/// Sends everything that is due. One that the server refuses keeps none of the others; the first refusal is told.
pub(crate) async fn send<S: Shelf, C: Carrier>(
    shelf: &S,
    carrier: &C,
    due: &[KeptFile],
    told: impl Fn(&KeptFile, Outcome),
) -> Result<(), DataError> {
    let mut refused = None;
    for file in due {
        match send_one(shelf, carrier, file).await {
            Ok(true) => told(file, Outcome::Sent),
            // The record comes first; the next exchange brings the turn of its files.
            Ok(false) => {}
            Err(error) if error.is_permanent() && !error.is_session_end() => {
                told(file, Outcome::Refused);
                refused.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    refused.map_or(Ok(()), Err)
}

/// Whether the server has the whole of it now.
async fn send_one<S: Shelf, C: Carrier>(shelf: &S, carrier: &C, file: &KeptFile) -> Result<bool, DataError> {
    let Some(mut arrived) = carrier.arrived(file.blob).await? else {
        return Ok(false);
    };
    let missing = || DataError::StoreCorrupt("a file's content is missing".to_owned());
    let content = shelf.content(file.blob).await?.ok_or_else(missing)?;
    let mut tries = 0;
    while arrived < file.size {
        let chunk = chunk_at(&content, arrived).ok_or_else(missing)?;
        match carrier.append(file.blob, arrived, chunk).await {
            Ok(after) if after > arrived => arrived = after,
            Err(error) if !is_mended_by_asking(&error) => return Err(error),
            Ok(_) | Err(_) if tries == TRIES_MAX => return Err(DataError::Offline),
            Ok(_) | Err(_) => {
                tries += 1;
                arrived = carrier.arrived(file.blob).await?.unwrap_or_default();
            }
        }
    }
    shelf.mark_sent(file).await?;
    Ok(true)
}

/// Another tab or an earlier try was faster, or the line changed a byte: what has arrived says where to go on.
fn is_mended_by_asking(error: &DataError) -> bool {
    matches!(error.code(), Some(ErrorCode::WrongOffset | ErrorCode::ChecksumMismatch))
}

fn chunk_at(content: &[u8], offset: u64) -> Option<&[u8]> {
    let from = usize::try_from(offset).ok()?;
    let chunk = usize::try_from(CHUNK_BYTES).ok()?;
    content.get(from..from.saturating_add(chunk).min(content.len())).filter(|chunk| !chunk.is_empty())
}

/// What need not stay any longer: what no record names, and the oldest of what the server has.
pub(crate) fn to_drop(kept: &[KeptFile], is_named: impl Fn(Digest) -> bool, now_ms: u64) -> Vec<Digest> {
    let is_old = |file: &&KeptFile| now_ms.saturating_sub(file.kept_ms) > UNNAMED_MS;
    let unnamed = kept.iter().filter(|file| file.is_unsent() && !is_named(file.blob)).filter(is_old);
    let mut settled: Vec<&KeptFile> = kept.iter().filter(|file| !file.is_unsent()).collect();
    settled.sort_by_key(|file| std::cmp::Reverse(file.kept_ms));
    let mut bytes = 0_u64;
    let surplus = settled.into_iter().filter(|file| {
        bytes = bytes.saturating_add(file.size);
        bytes > STAYING_BYTES_MAX
    });
    unnamed.chain(surplus).map(|file| file.blob).collect()
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
