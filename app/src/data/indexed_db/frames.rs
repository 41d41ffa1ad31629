//! Records side by side in one value: each packed, with its id and its age before it, so that a page is laid open
//! without looking into any of them.

use std::{ops::Range, rc::Rc};

use shared::{
    id::RecordId,
    merge::stamp::Stamp,
    record::{Record, packed},
};
use uuid::Uuid;

use crate::data::indexed_db::tx::TxError;

/// Bytes of most packed records at most: room in which they grow without being moved.
const PACKED_BYTES_ABOUT: usize = 4 * 1024;

/// One packed record, in the bytes it came in.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    bytes: Rc<Vec<u8>>,
    place: Range<usize>,
    /// When the record was touched last.
    pub(super) touched: Stamp,
    /// The page it lies in; `None` while it is newer than every page.
    pub(super) page: Option<Rc<str>>,
}

impl Frame {
    /// A record that lies in no page yet.
    pub(super) fn of(record: &Record) -> Self {
        let mut bytes = Vec::with_capacity(PACKED_BYTES_ABOUT);
        packed::pack(record, &mut bytes);
        bytes.shrink_to_fit();
        Self { place: 0..bytes.len(), bytes: Rc::new(bytes), touched: record.touched, page: None }
    }

    /// The record.
    pub(super) fn record(&self) -> Result<Record, TxError> {
        packed::unpack(self.packed()).map_err(|error| TxError::Corrupt(error.to_string()))
    }

    /// Appends it to a value.
    pub(super) fn write(&self, id: RecordId, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(id.0.as_bytes());
        bytes.extend_from_slice(&self.touched.bits().to_be_bytes());
        bytes.extend_from_slice(&u32::try_from(self.place.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend_from_slice(self.packed());
    }

    /// Bytes that it takes.
    pub(super) fn len(&self) -> usize {
        self.place.len()
    }

    fn packed(&self) -> &[u8] {
        self.bytes.get(self.place.clone()).unwrap_or_default()
    }
}

/// Lays a value open, from a place in it to its end.
pub(super) fn read(bytes: Vec<u8>, from: usize, page: Option<&Rc<str>>) -> Result<Vec<(RecordId, Frame)>, TxError> {
    let bytes = Rc::new(bytes);
    let mut frames = Vec::new();
    let mut at = from;
    while at < bytes.len() {
        let (id, touched, length) = header(bytes.get(at..).unwrap_or_default()).ok_or_else(damaged)?;
        let start = at.saturating_add(HEADER_BYTES);
        let end = start.checked_add(length).filter(|end| *end <= bytes.len()).ok_or_else(damaged)?;
        frames.push((id, Frame { bytes: Rc::clone(&bytes), place: start..end, touched, page: page.cloned() }));
        at = end;
    }
    Ok(frames)
}

/// Bytes of a frame's id, age and length.
const HEADER_BYTES: usize = 16 + 8 + 4;

fn header(bytes: &[u8]) -> Option<(RecordId, Stamp, usize)> {
    let (id, rest) = bytes.split_first_chunk::<16>()?;
    let (touched, rest) = rest.split_first_chunk::<8>()?;
    let (length, _) = rest.split_first_chunk::<4>()?;
    let touched = Stamp::of_bits(u64::from_be_bytes(*touched));
    Some((RecordId(Uuid::from_bytes(*id)), touched, usize::try_from(u32::from_be_bytes(*length)).ok()?))
}

fn damaged() -> TxError {
    TxError::Corrupt("a page is damaged".to_owned())
}
