//! What hangs on the records, for those who send and read the contents of files.

use shared::{
    attachment::{Attached, FileKind},
    id::{Digest, OperationId, PersonId, RecordId, UnitId},
    record::RecordKind,
};

use super::Keeper;
use crate::store::StoreError;

/// A record that a content hangs on, as far as it says who may send and read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hanging {
    /// What kind of record that is.
    pub kind: RecordKind,
    /// Whose.
    pub unit: UnitId,
    /// Who hung it on.
    pub author: PersonId,
    /// The content's size, as whoever hung it on says.
    pub size: u64,
    /// What it is.
    pub file: FileKind,
    /// Whether it is the small picture of a file.
    pub is_thumbnail: bool,
}

/// The files of one record.
#[derive(Clone, Debug)]
pub struct Folder {
    /// What kind of record that is.
    pub kind: RecordKind,
    /// Whose.
    pub unit: UnitId,
    /// What hangs on it, each with the operation that hung it on.
    pub files: Vec<(OperationId, Attached)>,
}

impl Keeper {
    /// The records that a content hangs on or ever hung on.
    pub async fn hanging(&mut self, blob: Digest) -> Result<Vec<Hanging>, StoreError> {
        self.refresh_if_stale().await?;
        let found = self.known(blob);
        if !found.is_empty() {
            return Ok(found);
        }
        // Another process may have taken in the operation that names it.
        self.catch_up().await?;
        Ok(self.known(blob))
    }

    /// What hangs on a record.
    pub async fn files(&mut self, record: RecordId) -> Result<Option<Folder>, StoreError> {
        self.refresh_if_stale().await?;
        let folder = self.log.replica().get(record).map(|record| Folder {
            kind: record.kind,
            unit: record.unit,
            files: record.attachments.iter().map(|(operation, attached)| (operation, attached.clone())).collect(),
        });
        Ok(folder)
    }

    fn known(&self, blob: Digest) -> Vec<Hanging> {
        let found = self.log.replica().hanging(blob).filter_map(|(record, Attached { file, author, .. })| {
            let (kind, unit, author) = (record.kind, record.unit, *author);
            let thumbnail = file.thumbnail.filter(|thumbnail| thumbnail.blob == blob);
            let is_thumbnail = thumbnail.is_some();
            let (size, file) = match thumbnail {
                Some(thumbnail) => (thumbnail.size, FileKind::Jpeg),
                None => (file.size, file.kind()?),
            };
            Some(Hanging { kind, unit, author, size, file, is_thumbnail })
        });
        found.collect()
    }
}
