//! Files that hang on a record: photos and papers, named by the SHA-256 of their content.
//!
//! What hangs on a record is a set that only grows, beside a set of what was taken off again: both merge in any
//! order, and a file taken off stays readable for whoever judged it.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    id::{Digest, OperationId, PersonId},
    merge::stamp::Stamp,
};

mod content;
mod exif;
mod policy;

pub use content::{ContentError, FileKind, check_content};
pub use exif::{Shot, read_shot};
pub use policy::{EvidencePolicy, Missing, PaperRule};

/// Bytes a photo may have after the tablet has made it smaller.
pub const PHOTO_BYTES_MAX: u64 = 400 * 1024;

/// Pixels of a photo's longer side after that.
pub const PHOTO_SIDE_MAX: u32 = 1_600;

/// Bytes of a thumbnail.
pub const THUMBNAIL_BYTES_MAX: u64 = 40 * 1024;

/// Pixels of a thumbnail's longer side.
pub const THUMBNAIL_SIDE_MAX: u32 = 320;

/// Bytes any other file may have: a scanned contract of some forty pages.
pub const PAPER_BYTES_MAX: u64 = 10 * 1024 * 1024;

/// Files that may hang on one record, those taken off included.
pub const ATTACHMENTS_MAX: usize = 100;

/// Characters of a file's name.
pub const NAME_CHARS_MAX: usize = 120;

/// The paper that a photo of a visit to the site (现场核查) is: hung on by whoever was there, and no part of what the
/// unit filed.
pub const SITE_VISIT: &str = "site_visit";

/// Bytes of one request of an upload.
pub const CHUNK_BYTES: u64 = 256 * 1024;

/// A file that somebody hung on a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Attachment {
    /// The SHA-256 of its content.
    pub blob: Digest,
    /// Its name on the tablet it came from.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// What it is, a [`FileKind`]'s media type.
    pub mime: String,
    /// The evidence it is, a code of [`crate::stage::EVIDENCE`]; none for a photo of a report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<String>,
    /// A small picture of it, for lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<Thumbnail>,
    /// When and where the camera took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shot: Option<Shot>,
}

/// A small picture of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Thumbnail {
    /// The SHA-256 of its content.
    pub blob: Digest,
    /// Its size in bytes.
    pub size: u64,
}

/// A place on the earth, in degrees: north and east are positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Place {
    /// Degrees of latitude.
    pub latitude: Decimal,
    /// Degrees of longitude.
    pub longitude: Decimal,
}

impl Attachment {
    /// What it is, where this version knows it.
    pub fn kind(&self) -> Option<FileKind> {
        FileKind::from_mime(&self.mime)
    }

    /// Whether it is a photo of a visit to the site.
    pub fn is_of_visit(&self) -> bool {
        self.paper.as_deref() == Some(SITE_VISIT)
    }

    /// The contents to be sent: the file, and its thumbnail first, so that a judge sees something early.
    pub fn blobs(&self) -> impl Iterator<Item = (Digest, u64)> {
        let thumbnail = self.thumbnail.map(|thumbnail| (thumbnail.blob, thumbnail.size));
        thumbnail.into_iter().chain([(self.blob, self.size)])
    }

    /// Whether sizes and names are within what any client of ours writes.
    pub fn is_well_formed(&self) -> bool {
        let is_photo = self.kind().is_some_and(FileKind::is_photo);
        let bytes_max = if is_photo { PHOTO_BYTES_MAX } else { PAPER_BYTES_MAX };
        let thumbnail_fits = self.thumbnail.is_none_or(|thumbnail| (1..=THUMBNAIL_BYTES_MAX).contains(&thumbnail.size));
        self.kind().is_some()
            && (1..=bytes_max).contains(&self.size)
            && (1..=NAME_CHARS_MAX).contains(&self.name.chars().count())
            && self.paper.as_ref().is_none_or(|paper| paper.len() <= 64)
            && self.shot.as_ref().is_none_or(Shot::is_well_formed)
            && thumbnail_fits
    }
}

/// An attachment with who hung it on, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// The file.
    pub file: Attachment,
    /// Who.
    pub author: PersonId,
    /// When, by the stamp that counts.
    pub stamp: Stamp,
}

/// Everything that was ever hung on a record, and what was taken off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachments {
    /// By the operation that hung it on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    hung: BTreeMap<OperationId, Attached>,
    /// The operations whose files were taken off. Remembered, so that a late delivery brings none back.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    taken_off: BTreeSet<OperationId>,
}

impl Attachments {
    /// Hangs a file on. A second delivery only updates its stamp.
    pub(crate) fn attach(&mut self, operation: OperationId, attached: Attached) {
        self.hung.insert(operation, attached);
    }

    /// Whether some of these operations hung on a photo of a visit.
    pub fn are_of_visit(&self, operations: &[OperationId]) -> bool {
        let hung = operations.iter().filter_map(|operation| self.hung.get(operation));
        hung.into_iter().any(|attached| attached.file.is_of_visit())
    }

    /// Takes files off.
    pub(crate) fn detach(&mut self, operations: &[OperationId]) {
        self.taken_off.extend(operations);
    }

    /// What hangs on the record, by operation: the order in which they were hung on.
    pub fn iter(&self) -> impl Iterator<Item = (OperationId, &Attached)> {
        let shown = self.hung.iter().filter(|(operation, _)| !self.taken_off.contains(operation));
        shown.map(|(operation, attached)| (*operation, attached))
    }

    /// Everything that was ever hung on.
    pub fn ever(&self) -> impl Iterator<Item = &Attached> {
        self.hung.values()
    }

    /// How many hang on the record.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether none does.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Whether nothing was ever hung on or taken off.
    pub fn is_untouched(&self) -> bool {
        self.hung.is_empty() && self.taken_off.is_empty()
    }

    /// Whether one more may be hung on.
    pub fn has_room(&self) -> bool {
        self.hung.len() < ATTACHMENTS_MAX
    }

    /// The contents that are judged, each once, in their order.
    pub fn judged(&self) -> Vec<(Option<&str>, Digest)> {
        let filed = self.iter().map(|(_, attached)| &attached.file).filter(|file| !file.is_of_visit());
        let contents: BTreeSet<(Option<&str>, Digest)> = filed.map(|file| (file.paper.as_deref(), file.blob)).collect();
        contents.into_iter().collect()
    }
}
