//! Where the contents of files are kept. Named by their SHA-256, never changed, never mixed up.
//!
//! A content arrives in chunks, which outlive a restart. Once all are there and hash to the name, they are kept as
//! one; that they are is noted in the database, and only then are the chunks forgotten.

use std::{fmt, path::Path, sync::Arc};

use async_trait::async_trait;
use shared::id::Digest;

use self::{
    bucket::{AddressError, Bucket},
    folder::Folder,
};

pub mod bucket;
#[cfg(test)]
mod contract;
pub mod folder;

/// The folder in the data folder.
const FOLDER: &str = "blobs";

/// A place shared by all handlers.
pub type SharedBlobs = Arc<dyn Blobs>;

/// Why contents cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// It is not there.
    #[error("not found")]
    NotFound,
    /// So many bytes have arrived, and these do not follow on them.
    #[error("{0} bytes have arrived")]
    Offset(u64),
    /// The place does not answer now, or has no room; trying again helps.
    #[error("the place for files is unavailable: {0}")]
    Unavailable(String),
}

impl BlobError {
    fn unavailable(error: impl fmt::Display) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// Where contents are kept.
#[async_trait]
pub trait Blobs: fmt::Debug + Send + Sync {
    /// How many bytes of a content have arrived in chunks.
    async fn offset(&self, blob: Digest) -> Result<u64, BlobError>;
    /// Takes the chunk at `offset`, durable when it returns; gives how many bytes have arrived then.
    async fn append(&self, blob: Digest, offset: u64, chunk: &[u8]) -> Result<u64, BlobError>;
    /// The chunks as one, whatever has arrived.
    async fn arrived(&self, blob: Digest) -> Result<Vec<u8>, BlobError>;
    /// Forgets the chunks.
    async fn forget(&self, blob: Digest) -> Result<(), BlobError>;
    /// Keeps a whole content, durable when it returns.
    async fn keep(&self, blob: Digest, content: Vec<u8>) -> Result<(), BlobError>;
    /// A whole content, as it lies there.
    async fn read(&self, blob: Digest) -> Result<Vec<u8>, BlobError>;
}

/// The bucket of an address, or without one the folder in the data folder.
///
/// # Errors
/// When the address leads to no bucket.
pub fn open(data: &Path, address: Option<&str>) -> Result<SharedBlobs, AddressError> {
    Ok(match address {
        Some(address) => Arc::new(Bucket::of_address(address)?),
        None => Arc::new(Folder::new(data.join(FOLDER))),
    })
}
