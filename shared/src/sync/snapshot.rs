//! Everything a person may see at one place of the log, folded: what a new tablet loads instead of every row.

use serde::{Deserialize, Serialize};

use crate::{
    bulk::{Reader, Writer},
    id::Digest,
    merge::{operation::Mark, stamp::Stamp},
    record::{
        Record,
        columns::{Page, pack},
    },
};

/// The version of the shape that this code writes and reads. A tablet that reads another pulls rows instead.
const FORMAT: u16 = 3;

/// What a server offers a tablet that is far behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Offer {
    /// Where it is to be had.
    pub url: String,
    /// Its SHA-256, as every browser computes it.
    pub sha256: Digest,
    /// The row that it goes up to.
    pub at: Mark,
    /// The cursor and what was acknowledged of the store that was offered it. One that stands elsewhere by then may
    /// have begun anew with a restored server: the snapshot would bring back what that one has lost.
    #[serde(default = "nowhere")]
    pub base: [Mark; 2],
    /// What decided which records it holds.
    pub scope: Digest,
    /// The greatest counter that the log holds of the asking store. One that fell back in time goes on after it.
    pub counter: u64,
    /// The greatest stamp likewise.
    pub stamp: Stamp,
}

/// Where a store stands that knows nothing.
const fn nowhere() -> [Mark; 2] {
    [Mark::START; 2]
}

#[derive(Serialize, Deserialize)]
struct Content {
    format: u16,
    at: Mark,
    pages: Vec<Page>,
}

/// The bytes of the records, all folded from the rows up to `at`. Equal records give equal bytes.
pub fn write<'a>(at: Mark, records: impl IntoIterator<Item = &'a Record>) -> Vec<u8> {
    let mut beside = Writer::default();
    let pages = pack(records, &mut beside);
    beside.finish(&Content { format: FORMAT, at, pages })
}

/// The records of bytes that were offered.
///
/// # Errors
/// Why it is not what was offered, for the log.
pub fn read(offer: &Offer, bytes: &[u8]) -> Result<Vec<Record>, String> {
    let (Content { format, at, pages }, mut beside) = Reader::open(bytes).map_err(|error| error.to_string())?;
    if format != FORMAT || at != offer.at {
        return Err(format!("format {format} at {}", at.sequence));
    }
    let mut records = Vec::with_capacity(pages.iter().map(Page::len).sum());
    for page in pages {
        records.extend(page.unpack(&mut beside).map_err(|error| error.to_string())?);
    }
    beside.end().map(|()| records).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(at: Mark, bytes: &[u8]) -> Offer {
        Offer {
            url: String::new(),
            sha256: Digest::of_content(bytes),
            at,
            base: nowhere(),
            scope: Digest::ZERO,
            counter: 0,
            stamp: Stamp::default(),
        }
    }

    #[test]
    fn it_is_read_only_as_what_was_offered() {
        let at = Mark { sequence: 7, chain: Digest([7; 32]) };
        let bytes = write(at, []);
        assert_eq!(read(&offer(at, &bytes), &bytes), Ok(Vec::new()));
        assert!(read(&offer(Mark::START, &bytes), &bytes).is_err());
        let later = Writer::default().finish(&Content { format: FORMAT + 1, at, pages: Vec::new() });
        assert!(read(&offer(at, &later), &later).is_err());
    }
}
