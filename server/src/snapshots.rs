//! Snapshots that were made, each for all who may see the same: a rush of new tablets loads one file.

use std::{
    io::{Read as _, Write as _},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use brotli::enc::BrotliEncoderParams;
use shared::{
    id::{ActorId, Digest, UnitId},
    merge::{operation::Mark, stamp::Stamp},
    record::{Record, RecordKind},
};
use tokio::sync::{OwnedMutexGuard, Semaphore, SemaphorePermit};

use crate::store::Scope;

/// Bytes of snapshots kept, compressed: a district's units and offices many times over.
const KEPT_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Brotli's level of a large content: a snapshot is made once and loaded by all who may see the same, but they wait
/// for it. Beyond it making takes several times as long.
const QUALITY: i32 = 9;

/// The level, less a half, of a content that is small enough: bytes that are a fortieth less in twice the time.
const QUALITY_OF_SMALL: i32 = 10;

/// What level 9½ presses in little more than a second: ten thousand records of a street.
const SMALL_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Brotli's window, as a power of two: all of a district's records, so that values find their like.
const WINDOW: i32 = 22;

/// Snapshots that may be made side by side even where there is one core.
const AT_ONCE_MIN: usize = 2;

/// Bytes that brotli takes at once.
const BUFFER_BYTES: usize = 64 * 1024;

/// Whose records a snapshot holds: all who may see the same share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    units: Option<Vec<UnitId>>,
    kinds: Vec<RecordKind>,
}

/// A snapshot that can be sent.
#[derive(Debug)]
pub struct Stored {
    /// Whose records it holds.
    pub share: Share,
    /// The row that it goes up to.
    pub at: Mark,
    /// The SHA-256 of its content.
    pub sha256: Digest,
    /// The content, compressed by brotli.
    pub brotli: Vec<u8>,
}

/// What is asked of the writer for an offer.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Whose records.
    pub share: Share,
    /// Who asks.
    pub actor: ActorId,
    /// A snapshot that may do, by its mark.
    pub known: Option<Mark>,
}

/// What the writer says of it.
#[derive(Debug)]
pub struct Told {
    /// The greatest counter and stamp that the log holds of the asking store.
    pub reach: (u64, Stamp),
    /// A snapshot's content with its mark, where none was known.
    pub content: Option<(Mark, Vec<u8>)>,
}

/// The snapshots kept, oldest first.
#[derive(Debug)]
pub struct Snapshots {
    kept: Mutex<Vec<Arc<Stored>>>,
    /// One of a share is made at a time: whoever waits finds it made.
    making: Mutex<Vec<(Share, Arc<tokio::sync::Mutex<()>>)>>,
    /// Contents in memory at a time. A whole district's takes long, and a street's must not wait for it.
    at_once: Semaphore,
}

impl Share {
    /// What a person may see, whoever they are.
    pub fn of(scope: &Scope) -> Self {
        Self { units: scope.units.clone(), kinds: scope.kinds.clone() }
    }

    /// Whether it holds a record.
    pub fn holds(&self, record: &Record) -> bool {
        self.kinds.contains(&record.kind) && self.units.as_ref().is_none_or(|units| units.contains(&record.unit))
    }
}

impl Default for Snapshots {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let at_once = Semaphore::new(cores.max(AT_ONCE_MIN));
        Self { kept: Mutex::default(), making: Mutex::default(), at_once }
    }
}

impl Snapshots {
    /// The newest snapshot of a share.
    pub fn newest(&self, share: &Share) -> Option<Arc<Stored>> {
        self.lock().iter().rfind(|stored| stored.share == *share).cloned()
    }

    /// The snapshot of a digest, for those of its share.
    pub fn find(&self, sha256: Digest, share: &Share) -> Option<Arc<Stored>> {
        self.lock().iter().find(|stored| stored.sha256 == sha256 && stored.share == *share).cloned()
    }

    /// The right to look for the one of a share, and to make it.
    pub async fn turn(&self, share: &Share) -> OwnedMutexGuard<()> {
        self.making(share).lock_owned().await
    }

    /// Room for a content while it is pressed.
    pub async fn room(&self) -> Option<SemaphorePermit<'_>> {
        // Nobody closes it.
        self.at_once.acquire().await.ok()
    }

    /// Keeps one, and lets go of the oldest where there are too many bytes.
    pub fn keep(&self, stored: Stored) -> Arc<Stored> {
        let stored = Arc::new(stored);
        let mut kept = self.lock();
        kept.retain(|other| other.share != stored.share || other.at != stored.at);
        kept.push(stored.clone());
        let mut bytes: usize = kept.iter().map(|stored| stored.brotli.len()).sum();
        while bytes > KEPT_BYTES_MAX && kept.len() > 1 {
            bytes = bytes.saturating_sub(kept.remove(0).brotli.len());
        }
        stored
    }

    fn making(&self, share: &Share) -> Arc<tokio::sync::Mutex<()>> {
        let mut making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        making.retain(|(_, turn)| Arc::strong_count(turn) > 1);
        if let Some((_, turn)) = making.iter().find(|(of, _)| of == share) {
            return turn.clone();
        }
        let turn = Arc::default();
        making.push((share.clone(), Arc::clone(&turn)));
        turn
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Stored>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stored {
    /// Compresses a content, which takes a while.
    pub fn of(share: Share, at: Mark, content: &[u8]) -> std::io::Result<Self> {
        let is_small = content.len() <= SMALL_BYTES_MAX;
        let parameters = BrotliEncoderParams {
            quality: if is_small { QUALITY_OF_SMALL } else { QUALITY },
            q9_5: is_small,
            lgwin: WINDOW,
            size_hint: content.len(),
            ..BrotliEncoderParams::default()
        };
        let mut writer = brotli::CompressorWriter::with_params(Vec::new(), BUFFER_BYTES, &parameters);
        writer.write_all(content)?;
        Ok(Self { share, at, sha256: Digest::of_content(content), brotli: writer.into_inner() })
    }

    /// The content, for whoever does not know brotli.
    pub fn content(&self) -> std::io::Result<Vec<u8>> {
        let mut content = Vec::new();
        brotli::Decompressor::new(self.brotli.as_slice(), BUFFER_BYTES).read_to_end(&mut content)?;
        Ok(content)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn stored(share: u128, sequence: u64, bytes: usize) -> Stored {
        let share = Share { units: Some(vec![UnitId(uuid::Uuid::from_u128(share))]), kinds: Vec::new() };
        let at = Mark { sequence, chain: Digest::ZERO };
        Stored { share, at, sha256: Digest::of(&[&sequence.to_be_bytes()]), brotli: vec![0; bytes] }
    }

    #[test]
    fn a_content_comes_out_as_it_went_in() {
        let content = "鼓东街道".repeat(10_000);
        let made = Stored::of(stored(1, 1, 0).share, Mark::START, content.as_bytes()).unwrap();
        assert_eq!(made.content().unwrap(), content.as_bytes());
        assert!(made.brotli.len() < 1_000);
    }

    #[test]
    fn one_share_waits_for_itself_and_not_for_another() {
        let snapshots = Snapshots::default();
        let share = |number| stored(number, 0, 0).share;
        let (street, district) = (share(1), share(2));
        let first = snapshots.turn(&district).now_or_never();
        assert!(first.is_some());
        assert!(snapshots.turn(&district).now_or_never().is_none(), "it is being made");
        assert!(snapshots.turn(&street).now_or_never().is_some());
        drop(first);
        assert!(snapshots.turn(&district).now_or_never().is_some());
        let _all: Vec<_> = (0..1_000).map_while(|_| snapshots.room().now_or_never()).collect();
        assert!(snapshots.room().now_or_never().is_none(), "there is no end to the contents in memory");
        assert!(snapshots.turn(&street).now_or_never().is_some(), "what is made already needs no room");
    }

    #[test]
    fn the_newest_of_a_share_is_found_and_the_oldest_of_all_goes_first() {
        let snapshots = Snapshots::default();
        let half = KEPT_BYTES_MAX / 2;
        for (share, sequence) in [(1, 1), (1, 2), (2, 3)] {
            snapshots.keep(stored(share, sequence, half));
        }
        let share = |number| stored(number, 0, 0).share;
        assert_eq!(snapshots.newest(&share(1)).map(|stored| stored.at.sequence), Some(2));
        assert!(snapshots.find(Digest::of(&[&1_u64.to_be_bytes()]), &share(1)).is_none(), "it was the oldest");
        let second = Digest::of(&[&2_u64.to_be_bytes()]);
        assert!(snapshots.find(second, &share(1)).is_some());
        assert!(snapshots.find(second, &share(2)).is_none(), "it is not theirs to see");
    }
}
