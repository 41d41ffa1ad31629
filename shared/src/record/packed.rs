//! A record as few bytes: how tablets keep thousands of them in pages.
//!
//! Nearly all of a record is its registers, and nearly all of a register says who wrote when: the same for every
//! field of one operation. So operations stand in a table once, and registers name them by their place. The rest,
//! small and varied, is the record's own JSON: what a release adds there is read as in JSON anywhere.
//!
//! What was packed by any release is read for ever; a change of this shape takes a new version.

use std::collections::BTreeSet;

use crate::{
    fields::Value,
    id::{ActorId, OperationId, PersonId},
    merge::{
        register::{Entry, Register},
        registers::Registers,
        stamp::Stamp,
    },
    record::Record,
};
use uuid::Uuid;

/// The shape of the bytes.
const VERSION: u8 = 1;

/// The bytes are not a packed record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are not a packed record")]
pub struct PackedError;

/// Appends a record to `bytes`.
pub fn pack(record: &Record, bytes: &mut Vec<u8>) {
    let mut writer = Writer { bytes };
    writer.bytes.push(VERSION);
    writer.record(record);
}

/// The record of packed bytes.
///
/// # Errors
/// When they are none, or of a release after this one.
pub fn unpack(bytes: &[u8]) -> Result<Record, PackedError> {
    let mut reader = Reader { rest: bytes };
    if reader.array::<1>()? != [VERSION] {
        return Err(PackedError);
    }
    let record = reader.record()?;
    if reader.rest.is_empty() { Ok(record) } else { Err(PackedError) }
}

/// What entries of one operation share.
type Write = (OperationId, Stamp, ActorId, u64, PersonId);

fn write_of(entry: &Entry) -> Write {
    (entry.operation, entry.stamp, entry.actor, entry.counter, entry.author)
}

struct Writer<'a> {
    bytes: &'a mut Vec<u8>,
}

impl Writer<'_> {
    fn record(&mut self, record: &Record) {
        // Only what is small is copied and written as JSON.
        self.slice(&serde_json::to_vec(&record.without_registers()).unwrap_or_default());
        self.registers(&record.registers);
        match &record.logged {
            None => self.bytes.push(0),
            Some(logged) => {
                self.bytes.push(1);
                self.record(logged);
            }
        }
    }

    fn registers(&mut self, registers: &Registers) {
        let mut writes: Vec<Write> = Vec::new();
        let mut by = Vec::with_capacity(registers.len());
        for entry in registers.values().flat_map(Register::entries) {
            let write = write_of(entry);
            by.push(writes.iter().position(|other| *other == write).unwrap_or_else(|| {
                writes.push(write);
                writes.len() - 1
            }));
        }
        let mut by = by.into_iter();
        let overwritten: BTreeSet<OperationId> = registers.values().flat_map(Register::overwritten).copied().collect();
        let overwritten: Vec<OperationId> = overwritten.into_iter().collect();
        self.number(writes.len());
        for (operation, stamp, actor, counter, author) in &writes {
            self.bytes.extend_from_slice(operation.0.as_bytes());
            self.bytes.extend_from_slice(&stamp.bits().to_be_bytes());
            self.bytes.extend_from_slice(&actor.0.to_be_bytes());
            self.bytes.extend_from_slice(&counter.to_be_bytes());
            self.bytes.extend_from_slice(author.0.as_bytes());
        }
        self.number(overwritten.len());
        for id in &overwritten {
            self.bytes.extend_from_slice(id.0.as_bytes());
        }
        self.number(registers.len());
        for (field, register) in registers.iter() {
            self.slice(field.as_bytes());
            self.number(register.entries().len());
            for entry in register.entries() {
                self.number(by.next().unwrap_or_default());
                self.value(&entry.value);
            }
            self.number(register.overwritten().count());
            for id in register.overwritten() {
                self.number(overwritten.binary_search(id).unwrap_or_default());
            }
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.bytes.push(0),
            Value::Flag(false) => self.bytes.push(1),
            Value::Flag(true) => self.bytes.push(2),
            Value::Text(text) => {
                self.bytes.push(3);
                self.slice(text.as_bytes());
            }
            Value::List(items) => {
                self.bytes.push(4);
                self.number(items.len());
                for item in items {
                    self.slice(item.as_bytes());
                }
            }
        }
    }

    fn slice(&mut self, slice: &[u8]) {
        self.number(slice.len());
        self.bytes.extend_from_slice(slice);
    }

    /// Seven bits a byte, the lowest first; the eighth says that more follow.
    fn number(&mut self, number: usize) {
        let mut left = number;
        loop {
            let low = u8::try_from(left & 0x7f).unwrap_or_default();
            left >>= 7;
            if left == 0 {
                self.bytes.push(low);
                return;
            }
            self.bytes.push(low | 0x80);
        }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn record(&mut self) -> Result<Record, PackedError> {
        let mut record: Record = serde_json::from_slice(self.slice()?).map_err(|_| PackedError)?;
        record.registers = self.registers()?;
        record.logged = match self.array::<1>()? {
            [0] => None,
            [1] => Some(Box::new(self.record()?)),
            _ => return Err(PackedError),
        };
        Ok(record)
    }

    fn registers(&mut self) -> Result<Registers, PackedError> {
        let writes: Vec<Write> = self.many(|reader| {
            Ok((
                OperationId(Uuid::from_bytes(reader.array()?)),
                Stamp::of_bits(u64::from_be_bytes(reader.array()?)),
                ActorId(u64::from_be_bytes(reader.array()?)),
                u64::from_be_bytes(reader.array()?),
                PersonId(Uuid::from_bytes(reader.array()?)),
            ))
        })?;
        let overwritten: Vec<OperationId> = self.many(|reader| Ok(OperationId(Uuid::from_bytes(reader.array()?))))?;
        let registers = self.many(|reader| {
            let field = reader.str()?.into();
            let entries = reader.many(|reader| {
                let (operation, stamp, actor, counter, author) = *writes.get(reader.number()?).ok_or(PackedError)?;
                Ok(Entry { operation, value: reader.value()?, stamp, actor, counter, author })
            })?;
            let over = reader.many(|reader| overwritten.get(reader.number()?).copied().ok_or(PackedError))?;
            Ok((field, Register::of_parts(entries, over)))
        })?;
        Ok(registers.into())
    }

    fn value(&mut self) -> Result<Value, PackedError> {
        match self.array::<1>()? {
            [0] => Ok(Value::Null),
            [1] => Ok(Value::Flag(false)),
            [2] => Ok(Value::Flag(true)),
            [3] => Ok(Value::Text(self.text()?)),
            [4] => Ok(Value::List(self.many(Reader::text)?)),
            _ => Err(PackedError),
        }
    }

    fn many<T>(&mut self, read: impl Fn(&mut Self) -> Result<T, PackedError>) -> Result<Vec<T>, PackedError> {
        let count = self.number()?;
        // A damaged count must not reserve a gigabyte: everything takes a byte at least.
        let mut items = Vec::with_capacity(count.min(self.rest.len()));
        for _ in 0..count {
            items.push(read(self)?);
        }
        Ok(items)
    }

    fn text(&mut self) -> Result<String, PackedError> {
        self.str().map(str::to_owned)
    }

    fn str(&mut self) -> Result<&'a str, PackedError> {
        std::str::from_utf8(self.slice()?).map_err(|_| PackedError)
    }

    fn slice(&mut self) -> Result<&'a [u8], PackedError> {
        let length = self.number()?;
        let (slice, rest) = self.rest.split_at_checked(length).ok_or(PackedError)?;
        self.rest = rest;
        Ok(slice)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PackedError> {
        let (array, rest) = self.rest.split_first_chunk().ok_or(PackedError)?;
        self.rest = rest;
        Ok(*array)
    }

    fn number(&mut self) -> Result<usize, PackedError> {
        let mut number = 0_usize;
        for shift in (0..usize::BITS).step_by(7) {
            let [byte] = self.array()?;
            number |= usize::from(byte & 0x7f).checked_shl(shift).ok_or(PackedError)?;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(PackedError)
    }
}
