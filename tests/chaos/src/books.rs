//! The books: what people were told is saved, what the server's log holds, what a new tablet shows.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use shared::{
    id::{OperationId, RecordId},
    merge::operation::{LogRow, Operation},
    record::Record,
};

/// What a comparison found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Entries that people were told are saved.
    pub saved: usize,
    /// Those that stand in the log.
    pub logged: usize,
    /// Those that the log lacks or holds with other words.
    pub lost: usize,
    /// Rows too many of them.
    pub doubled: usize,
}

impl Books {
    /// Compares what was promised with the log.
    pub fn of<'a>(promised: impl IntoIterator<Item = &'a Operation>, log: &[LogRow]) -> Self {
        let mut rows: BTreeMap<OperationId, Vec<&LogRow>> = BTreeMap::new();
        for row in log {
            rows.entry(row.operation.id).or_default().push(row);
        }
        let mut books = Self::default();
        for operation in promised {
            books.saved += 1;
            let held = rows.get(&operation.id).map_or(&[][..], Vec::as_slice);
            let is_there = held.iter().any(|row| row.operation == *operation && row.disposition.takes_effect());
            books.logged += usize::from(is_there);
            books.lost += usize::from(!is_there);
            books.doubled += held.len().saturating_sub(1);
        }
        books
    }

    /// Whether nothing is lost and nothing doubled.
    ///
    /// # Errors
    /// What is.
    pub fn balance(&self) -> Result<()> {
        ensure!(self.lost == 0 && self.doubled == 0 && self.logged == self.saved, "the books differ: {self:?}");
        Ok(())
    }
}

/// Whether two tablets of one person hold the same, and each record as the log says.
///
/// # Errors
/// The first record that differs.
pub fn same(one: &[Record], other: &[Record]) -> Result<()> {
    let by_id = |records: &[Record]| -> BTreeMap<RecordId, Record> {
        records.iter().filter(|record| !record.is_blank()).map(|record| (record.id, record.clone())).collect()
    };
    let (one, other) = (by_id(one), by_id(other));
    let ids: BTreeSet<RecordId> = one.keys().chain(other.keys()).copied().collect();
    for id in ids {
        ensure!(one.get(&id) == other.get(&id), "{id}: {:?} and {:?}", one.get(&id), other.get(&id));
    }
    Ok(())
}
