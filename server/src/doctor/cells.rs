//! Cells by their place, as what they should be.

use shared::id::Digest;

use super::digest_of;
use crate::store::tables::Cell;

/// A row; a cell that is not what it should be is nothing.
#[derive(Clone, Debug)]
pub(super) struct Row(pub(super) Vec<Cell>);

impl Row {
    pub(super) fn text(&self, place: usize) -> Option<&str> {
        match self.0.get(place)? {
            Cell::Text(text) => Some(text),
            Cell::Null | Cell::Bytes(_) | Cell::Number(_) | Cell::Flag(_) => None,
        }
    }

    pub(super) fn bytes(&self, place: usize) -> Option<&[u8]> {
        match self.0.get(place)? {
            Cell::Bytes(bytes) => Some(bytes),
            Cell::Null | Cell::Text(_) | Cell::Number(_) | Cell::Flag(_) => None,
        }
    }

    pub(super) fn number(&self, place: usize) -> Option<i64> {
        match self.0.get(place)? {
            Cell::Number(number) => Some(*number),
            Cell::Null | Cell::Text(_) | Cell::Bytes(_) | Cell::Flag(_) => None,
        }
    }

    pub(super) fn sequence(&self, place: usize) -> Option<u64> {
        u64::try_from(self.number(place)?).ok()
    }

    pub(super) fn flag(&self, place: usize) -> Option<bool> {
        match self.0.get(place)? {
            Cell::Flag(flag) => Some(*flag),
            Cell::Null | Cell::Text(_) | Cell::Bytes(_) | Cell::Number(_) => None,
        }
    }

    pub(super) fn digest(&self, place: usize) -> Option<Digest> {
        digest_of(self.bytes(place))
    }

    /// Whether the seal at a place is this one; a row of an older version has none.
    pub(super) fn is_sealed(&self, place: usize, seal: &[u8]) -> bool {
        self.0.get(place) == Some(&Cell::Null) || self.bytes(place) == Some(seal)
    }
}
