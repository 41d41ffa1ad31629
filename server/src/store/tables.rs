//! Every table and column, for what reads or writes a database whole: the doctor, backups and restores.

use super::StoreError;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Raw bytes: ids, digests, signatures.
    Bytes,
    /// A whole number.
    Number,
    /// Text.
    Text,
    /// Yes or no.
    Flag,
}

/// A table: its name, its columns, and how many of them are its key.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, those of the key first.
    pub columns: &'static [(&'static str, Kind)],
    /// Columns of the key.
    pub key: usize,
}

use Kind::{Bytes, Flag, Number, Text};

/// All tables: those that others refer to first, and the log after what is said about it.
const TABLES: [Table; 14] = [
    Table { name: "setting", key: 1, columns: &[("name", Text), ("value", Text), ("seal", Bytes)] },
    Table {
        name: "campaign",
        key: 1,
        columns: &[
            ("id", Bytes),
            ("body", Text),
            ("targets", Text),
            ("head", Number),
            ("chain", Bytes),
            ("version", Number),
            ("seal", Bytes),
        ],
    },
    Table {
        name: "unit",
        key: 2,
        columns: &[("campaign", Bytes), ("id", Bytes), ("position", Number), ("body", Text)],
    },
    Table {
        name: "person",
        key: 2,
        columns: &[("campaign", Bytes), ("id", Bytes), ("account", Text), ("body", Text), ("password", Text)],
    },
    Table {
        name: "session",
        key: 2,
        columns: &[
            ("campaign", Bytes),
            ("token", Bytes),
            ("person", Bytes),
            ("created_ms", Number),
            ("seen_ms", Number),
            ("seal", Bytes),
            ("address", Text),
            ("device", Text),
            ("standing", Text),
        ],
    },
    Table {
        name: "account_fact",
        key: 3,
        columns: &[("campaign", Bytes), ("person", Bytes), ("kind", Text), ("body", Text), ("seal", Bytes)],
    },
    Table {
        name: "login_failure",
        key: 2,
        columns: &[("campaign", Bytes), ("subject", Text), ("count", Number), ("last_ms", Number), ("seal", Bytes)],
    },
    Table {
        name: "access_token",
        key: 2,
        columns: &[
            ("campaign", Bytes),
            ("digest", Bytes),
            ("name", Text),
            ("person", Bytes),
            ("issued_ms", Number),
            ("seal", Bytes),
        ],
    },
    Table {
        name: "act",
        key: 2,
        columns: &[("campaign", Bytes), ("sequence", Number), ("period", Text), ("chain", Bytes), ("body", Text)],
    },
    Table { name: "audit", key: 1, columns: &[("campaign", Bytes), ("head", Number), ("chain", Bytes)] },
    Table {
        name: "period_result",
        key: 3,
        columns: &[
            ("campaign", Bytes),
            ("period", Text),
            ("edition", Number),
            ("document", Text),
            ("annex", Text),
            ("signature", Bytes),
        ],
    },
    Table {
        name: "blob",
        key: 2,
        columns: &[
            ("campaign", Bytes),
            ("sha256", Bytes),
            ("size", Number),
            ("mime", Text),
            ("received_ms", Number),
            ("seal", Bytes),
        ],
    },
    Table {
        name: "log",
        key: 2,
        columns: &[
            ("campaign", Bytes),
            ("sequence", Number),
            ("operation", Bytes),
            ("unit", Bytes),
            ("kind", Text),
            ("author", Bytes),
            ("takes_effect", Flag),
            ("chain", Bytes),
            ("body", Text),
            ("issues", Text),
            ("seal", Bytes),
        ],
    },
    Table {
        name: "aside",
        key: 2,
        columns: &[
            ("campaign", Bytes),
            ("digest", Bytes),
            ("person", Bytes),
            ("received_ms", Number),
            ("disposition", Text),
            ("body", Text),
            ("seal", Bytes),
            ("outcome", Text),
        ],
    },
];

impl Table {
    /// The columns' names, for a statement.
    pub(super) fn list(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }

    /// The key's columns.
    pub(super) fn order(&self) -> String {
        let names: Vec<&str> = self.columns.iter().take(self.key).map(|(name, _)| *name).collect();
        names.join(", ")
    }
}

/// Every table, in the order in which rows can be written.
pub fn all() -> impl Iterator<Item = Table> {
    TABLES.into_iter()
}

/// One value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// Raw bytes.
    Bytes(Vec<u8>),
    /// A whole number.
    Number(i64),
    /// Text.
    Text(String),
    /// Yes or no.
    Flag(bool),
}

/// Rows of one table, in the order of its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The table's name.
    pub table: String,
    /// The rows, each with a cell per column.
    pub rows: Vec<Vec<Cell>>,
}

/// Rows handed over at once.
pub(super) const ROWS_AT_ONCE: usize = 500;

/// What a database holds as something else than it was written.
pub(super) fn damaged(table: &Table, cause: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("{}: {cause}", table.name))
}
