//! What stands in a backup, line by line.

use std::io::{self, BufRead, Write};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

use shared::id::Digest;

use crate::{
    entropy,
    store::tables::{Cell, Rows},
};

/// One line.
#[derive(Debug)]
pub(super) enum Line {
    /// Rows of one table.
    Rows(Rows),
    /// The content of a file, under its name.
    Blob(Digest, Vec<u8>),
    /// The last one: without it, the backup was cut short.
    End(End),
}

/// What the last line says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct End {
    /// How many rows there are.
    pub(super) rows: u64,
    /// When they were taken.
    pub(super) taken_ms: u64,
    /// The signing key, where it lay in the data folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Written {
    Rows { table: String, rows: Vec<Vec<WrittenCell>> },
    Blob { sha256: Digest, content: String },
    End(End),
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum WrittenCell {
    Null(()),
    Flag(bool),
    Number(i64),
    Text(String),
    Bytes { bytes: String },
}

/// Writes a line.
pub(super) fn write_line(out: &mut impl Write, line: &Line) -> io::Result<()> {
    let written = match line {
        Line::Rows(Rows { table, rows }) => Written::Rows {
            table: table.clone(),
            rows: rows.iter().map(|row| row.iter().map(written).collect()).collect(),
        },
        Line::Blob(sha256, content) => Written::Blob { sha256: *sha256, content: BASE64_STANDARD.encode(content) },
        Line::End(end) => Written::End(end.clone()),
    };
    serde_json::to_writer(&mut *out, &written)?;
    out.write_all(b"\n")
}

/// Reads line by line.
pub(super) fn read_lines(input: impl BufRead) -> impl Iterator<Item = io::Result<Line>> {
    input.lines().map(|line| {
        Ok(match serde_json::from_str(&line?)? {
            Written::Rows { table, rows } => {
                let row = |row: Vec<WrittenCell>| row.into_iter().map(cell).collect::<io::Result<Vec<Cell>>>();
                Line::Rows(Rows { table, rows: rows.into_iter().map(row).collect::<io::Result<_>>()? })
            }
            Written::Blob { sha256, content } => {
                let content = BASE64_STANDARD.decode(content).map_err(io::Error::other)?;
                Line::Blob(sha256, content)
            }
            Written::End(end) => Line::End(end),
        })
    })
}

fn written(cell: &Cell) -> WrittenCell {
    match cell {
        Cell::Null => WrittenCell::Null(()),
        Cell::Flag(flag) => WrittenCell::Flag(*flag),
        Cell::Number(number) => WrittenCell::Number(*number),
        Cell::Text(text) => WrittenCell::Text(text.clone()),
        Cell::Bytes(bytes) => WrittenCell::Bytes { bytes: entropy::digits(bytes) },
    }
}

fn cell(written: WrittenCell) -> io::Result<Cell> {
    Ok(match written {
        WrittenCell::Null(()) => Cell::Null,
        WrittenCell::Flag(flag) => Cell::Flag(flag),
        WrittenCell::Number(number) => Cell::Number(number),
        WrittenCell::Text(text) => Cell::Text(text),
        WrittenCell::Bytes { bytes } => Cell::Bytes(bytes_of(&bytes).ok_or(io::ErrorKind::InvalidData)?),
    })
}

fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
