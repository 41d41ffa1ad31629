//! A folder: `ab/abcd…` for each content, `arriving/abcd…` for what has come of it.

use std::{
    io,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use shared::id::Digest;
use tokio::{
    fs::{self, File, OpenOptions},
    io::AsyncWriteExt as _,
    sync::Mutex,
};

use super::{BlobError, Blobs};
use crate::entropy;

/// A folder of this machine.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// One chunk at a time: where a file ends is asked and then written after.
    appending: Mutex<()>,
}

impl Folder {
    /// A folder, which is created when something is to be kept.
    pub fn new(path: PathBuf) -> Self {
        Self { path, appending: Mutex::new(()) }
    }

    fn arriving(&self) -> PathBuf {
        self.path.join("arriving")
    }

    fn place(&self, blob: Digest) -> (PathBuf, PathBuf) {
        let name = blob.to_string();
        let folder = self.path.join(name.get(..2).unwrap_or_default());
        let file = folder.join(name);
        (folder, file)
    }
}

#[async_trait]
impl Blobs for Folder {
    async fn offset(&self, blob: Digest) -> Result<u64, BlobError> {
        match fs::metadata(self.arriving().join(blob.to_string())).await {
            Ok(metadata) => Ok(metadata.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(BlobError::unavailable(error)),
        }
    }

    async fn append(&self, blob: Digest, offset: u64, chunk: &[u8]) -> Result<u64, BlobError> {
        let _turn = self.appending.lock().await;
        let arrived = self.offset(blob).await?;
        if arrived != offset {
            return Err(BlobError::Offset(arrived));
        }
        let path = self.arriving().join(blob.to_string());
        match append(&self.arriving(), &path, chunk).await {
            Ok(length) => Ok(length),
            Err(error) => {
                // What a full disk took of the chunk is given back, so that the offset stays what it was.
                if let Ok(file) = OpenOptions::new().write(true).open(&path).await {
                    let _ = file.set_len(offset).await;
                }
                Err(BlobError::unavailable(error))
            }
        }
    }

    async fn arrived(&self, blob: Digest) -> Result<Vec<u8>, BlobError> {
        read(&self.arriving().join(blob.to_string())).await
    }

    async fn forget(&self, blob: Digest) -> Result<(), BlobError> {
        match fs::remove_file(self.arriving().join(blob.to_string())).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(BlobError::unavailable(error)),
            _ => Ok(()),
        }
    }

    async fn keep(&self, blob: Digest, content: Vec<u8>) -> Result<(), BlobError> {
        let (folder, file) = self.place(blob);
        // Of a name of its own: two that keep the same content at once must not write into one file.
        let partial = folder.join(format!("{}.partial", entropy::hex::<8>()));
        let kept = async {
            fs::create_dir_all(&folder).await?;
            let mut written = File::create(&partial).await?;
            written.write_all(&content).await?;
            written.sync_all().await?;
            fs::rename(&partial, &file).await?;
            File::open(&folder).await?.sync_all().await
        };
        if let Err(error) = kept.await {
            let _ = fs::remove_file(&partial).await;
            return Err(BlobError::unavailable(error));
        }
        Ok(())
    }

    async fn read(&self, blob: Digest) -> Result<Vec<u8>, BlobError> {
        read(&self.place(blob).1).await
    }
}

async fn append(folder: &Path, path: &Path, chunk: &[u8]) -> io::Result<u64> {
    fs::create_dir_all(folder).await?;
    let mut file = OpenOptions::new().append(true).create(true).open(path).await?;
    file.write_all(chunk).await?;
    file.sync_all().await?;
    Ok(file.metadata().await?.len())
}

async fn read(path: &Path) -> Result<Vec<u8>, BlobError> {
    fs::read(path).await.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => BlobError::NotFound,
        _ => BlobError::unavailable(error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blobs::contract;

    #[tokio::test]
    async fn keeps_the_contract() {
        let folder = tempfile::tempdir().unwrap();
        contract::holds(|| Folder::new(folder.path().join("blobs"))).await;
        let names = std::fs::read_dir(folder.path().join("blobs/arriving")).unwrap().count();
        assert_eq!(names, 1, "what has arrived of one content, and nothing of those that are whole");
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_is_said_to_be_unavailable() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("blobs"), "a file").unwrap();
        let blobs = Folder::new(folder.path().join("blobs"));
        let blob = Digest::of_content(b"x");
        assert!(matches!(blobs.keep(blob, b"x".to_vec()).await, Err(BlobError::Unavailable(_))));
        assert!(matches!(blobs.append(blob, 0, b"x").await, Err(BlobError::Unavailable(_))));
    }
}
