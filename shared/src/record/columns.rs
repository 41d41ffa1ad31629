//! Many records as few bytes, field by field: a quarter of what they are one by one, and quickly read.
//!
//! Values of one field stand together, so that they compress well; who wrote them is said once per write instead of
//! once per field. What a field by field table cannot say (several values, values written over, steps) follows
//! apart, in the record's own words.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    attachment::Attachments,
    bulk::{BulkError, Numbers, Reader, Writer, steps, sums},
    calendar::Month,
    fields::{Fields, Value},
    id::{ActorId, OperationId, PersonId, RecordId, UnitId},
    merge::{
        register::{Entry, Register},
        stamp::Stamp,
    },
    project::twin::Twins,
    record::{Pinned, Record, RecordKind, Remark, Span, Steps},
};

/// Records of one kind. Beside it stand the id of each record, the ids of its writes, and the texts of each column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    kind: RecordKind,
    /// Who owns each record: a place in `owners`.
    owner: Vec<usize>,
    owners: Vec<UnitId>,
    periods: Vec<Option<Month>>,
    /// The first row of each, in [`steps`], and how many rows after it the last is.
    first: Vec<i64>,
    lasting: Vec<u64>,
    /// How many operations of each have values in `columns`.
    writes: Vec<usize>,
    /// Of each of those: its stamp and its counter, both in [`steps`], and a place in `writers`.
    stamps: Vec<i64>,
    counters: Vec<i64>,
    writer: Vec<usize>,
    writers: Vec<(ActorId, PersonId)>,
    /// When a record was touched last, where that was by none of its writes.
    touched: Vec<(usize, Stamp)>,
    columns: Vec<Column>,
    /// Fields that are more than one value written once.
    apart: Vec<(usize, Arc<str>, Register)>,
    /// What records hold beside fields.
    beside: Vec<(usize, Beside)>,
}

/// An operation, with its author's place in [`Page::writers`].
#[derive(Clone, Copy, Debug)]
struct Write {
    operation: OperationId,
    stamp: Stamp,
    counter: u64,
    writer: usize,
}

/// The values of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Column {
    field: Arc<str>,
    /// Which records have it; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    of: Vec<usize>,
    /// The values that are no text, by their place among the column's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    others: Vec<(usize, Value)>,
    /// By which of the record's writes; empty for its first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    by: Vec<usize>,
}

/// A record's files, steps, remarks and what was said of its twins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Beside {
    #[serde(default, skip_serializing_if = "Attachments::is_untouched")]
    attachments: Attachments,
    #[serde(default, skip_serializing_if = "Steps::is_empty")]
    steps: Steps,
    /// Each with its fields and files, where they are not those that the record shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pinned: Vec<(Approval, Option<Fields>, Option<Attachments>)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    withdrawn: Vec<Month>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    remarks: BTreeMap<OperationId, Remark>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    twins: Twins,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
}

/// A pinned revision without its fields and files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Approval(u64, OperationId, Month);

/// Packs what the log says of records, a page for each kind: the longer a column, the better it compresses. What was
/// made on a tablet and has no answer is left out.
pub fn pack<'a>(records: impl IntoIterator<Item = &'a Record>, beside: &mut Writer<'a>) -> Vec<Page> {
    let mut by_kind: BTreeMap<RecordKind, Vec<&Record>> = BTreeMap::new();
    for record in records {
        let logged = record.logged.as_deref().unwrap_or(record);
        by_kind.entry(logged.kind).or_default().push(logged);
    }
    by_kind.into_iter().map(|(kind, records)| Page::of(kind, &records, beside)).collect()
}

impl Page {
    /// How many records it holds.
    pub fn len(&self) -> usize {
        self.owner.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.owner.is_empty()
    }

    fn of<'a>(kind: RecordKind, records: &[&'a Record], beside: &mut Writer<'a>) -> Self {
        let mut page = Self::empty(kind);
        beside.ids(records.iter().map(|record| record.id.0));
        let mut owners = Numbers::default();
        let mut hands = Numbers::default();
        let mut columns: BTreeMap<&Arc<str>, Cells<'a>> = BTreeMap::new();
        let mut writes: Vec<Write> = Vec::new();
        for (place, record) in records.iter().enumerate() {
            page.owner.push(owners.of(record.unit));
            page.periods.push(record.period);
            page.lasting.push(record.span.last.wrapping_sub(record.span.first));
            let start = writes.len();
            for (field, register) in record.registers.iter() {
                let Some(entry) = register.written_once() else {
                    page.apart.push((place, field.clone(), register.clone()));
                    continue;
                };
                let own = writes.iter().skip(start).position(|write| write.operation == entry.operation);
                let by = own.unwrap_or_else(|| {
                    let hand = hands.of((entry.actor, entry.author));
                    let Entry { operation, stamp, counter, .. } = *entry;
                    writes.push(Write { operation, stamp, counter, writer: hand });
                    writes.len() - 1 - start
                });
                columns.entry(field).or_default().push(place, &entry.value, by);
            }
            page.writes.push(writes.len() - start);
            if latest(writes.iter().skip(start)) != record.touched {
                page.touched.push((place, record.touched));
            }
            page.beside.extend(Beside::of(record).map(|beside| (place, beside)));
        }
        beside.ids(writes.iter().map(|write| write.operation.0));
        page.first = steps(records.iter().map(|record| record.span.first));
        page.stamps = steps(writes.iter().map(|write| write.stamp.bits()));
        page.counters = steps(writes.iter().map(|write| write.counter));
        page.writer = writes.iter().map(|write| write.writer).collect();
        page.owners = owners.values;
        page.writers = hands.values;
        page.columns = columns.into_iter().map(|(field, cells)| cells.column(field, records.len(), beside)).collect();
        page
    }

    const fn empty(kind: RecordKind) -> Self {
        Self {
            kind,
            owner: Vec::new(),
            owners: Vec::new(),
            periods: Vec::new(),
            first: Vec::new(),
            lasting: Vec::new(),
            writes: Vec::new(),
            stamps: Vec::new(),
            counters: Vec::new(),
            writer: Vec::new(),
            writers: Vec::new(),
            touched: Vec::new(),
            columns: Vec::new(),
            apart: Vec::new(),
            beside: Vec::new(),
        }
    }

    /// The records again.
    ///
    /// # Errors
    /// What does not fit together: no code of ours has written it.
    pub fn unpack(mut self, beside: &mut Reader<'_>) -> Result<Vec<Record>, BulkError> {
        let mut records = self.bare_records(beside)?;
        let writes = self.take_writes(beside)?;
        for (record, own) in records.iter_mut().zip(&writes) {
            record.touched = latest(own);
        }
        for (place, stamp) in std::mem::take(&mut self.touched) {
            records.get_mut(place).ok_or("no such record")?.touched = stamp;
        }
        // Fields come in their order, so that each record's are put together in one go.
        let mut registers = self.room_for_registers(records.len());
        for column in std::mem::take(&mut self.columns) {
            let Column { field, of, others, by } = column;
            let mut others = others.into_iter().peekable();
            for nth in 0..if of.is_empty() { records.len() } else { of.len() } {
                let value = match others.next_if(|(place, _)| *place == nth) {
                    Some((_, value)) => value,
                    None => Value::Text(beside.text()?),
                };
                let place = if of.is_empty() { nth } else { *of.get(nth).ok_or("no such record")? };
                let by = by.get(nth).copied().unwrap_or_default();
                let write = writes.get(place).and_then(|own| own.get(by)).ok_or("no such write")?;
                let (actor, author) = *self.writers.get(write.writer).ok_or("no such writer")?;
                let Write { operation, stamp, counter, .. } = *write;
                let register = Register::of(Entry { operation, value, stamp, actor, counter, author });
                registers.get_mut(place).ok_or("no such record")?.push((Arc::clone(&field), register));
            }
            if others.next().is_some() {
                return Err("no such value".into());
            }
        }
        for (record, registers) in records.iter_mut().zip(registers) {
            record.registers = registers.into();
        }
        for (place, field, register) in self.apart {
            records.get_mut(place).ok_or("no such record")?.registers.put(field, register);
        }
        for (place, beside) in self.beside {
            beside.put_into(records.get_mut(place).ok_or("no such record")?);
        }
        Ok(records)
    }

    /// For each record, room for as many registers as columns have values of it.
    fn room_for_registers(&self, records: usize) -> Vec<Vec<(Arc<str>, Register)>> {
        let of_all = self.columns.iter().filter(|column| column.of.is_empty()).count();
        let mut counts = vec![of_all; records];
        for place in self.columns.iter().flat_map(|column| &column.of) {
            if let Some(count) = counts.get_mut(*place) {
                *count = count.saturating_add(1);
            }
        }
        counts.into_iter().map(Vec::with_capacity).collect()
    }

    /// The records without anything that was written on them.
    fn bare_records(&mut self, beside: &mut Reader<'_>) -> Result<Vec<Record>, BulkError> {
        let Self { kind, owner, owners, periods, first, lasting, writes, .. } = self;
        let count = owner.len();
        if [periods.len(), first.len(), lasting.len(), writes.len()].iter().any(|length| *length != count) {
            return Err("lists of different lengths".into());
        }
        let spans = sums(first.drain(..)).zip(lasting.drain(..));
        let facts = owner.drain(..).zip(periods.drain(..)).zip(spans);
        let records = facts.map(|((owner, period), (first, lasting))| {
            let (id, unit) = (RecordId(beside.id()?), *owners.get(owner).ok_or("no such owner")?);
            let span = Span { first, last: first.wrapping_add(lasting) };
            Ok(Record { period, span, ..Record::empty(id, *kind, unit) })
        });
        records.collect()
    }

    /// Each record's operations.
    fn take_writes(&mut self, beside: &mut Reader<'_>) -> Result<Vec<Vec<Write>>, BulkError> {
        let Self { writes, stamps, counters, writer, .. } = self;
        if [counters.len(), writer.len(), writes.iter().sum()].iter().any(|length| *length != stamps.len()) {
            return Err("lists of different lengths".into());
        }
        let mut facts = sums(stamps.drain(..)).zip(sums(counters.drain(..))).zip(writer.drain(..));
        let mut taken = Vec::with_capacity(writes.len());
        for count in writes.drain(..) {
            let own = facts.by_ref().take(count).map(|((stamp, counter), writer)| {
                let (operation, stamp) = (OperationId(beside.id()?), Stamp::of_bits(stamp));
                Ok(Write { operation, stamp, counter, writer })
            });
            taken.push(own.collect::<Result<_, BulkError>>()?);
        }
        Ok(taken)
    }
}

/// The stamp of the latest of a record's writes.
fn latest<'a>(writes: impl IntoIterator<Item = &'a Write>) -> Stamp {
    writes.into_iter().map(|write| write.stamp).max().unwrap_or_default()
}

/// The values of one field while they are gathered.
#[derive(Clone, Debug, Default)]
struct Cells<'a> {
    of: Vec<usize>,
    texts: Vec<&'a str>,
    others: Vec<(usize, Value)>,
    by: Vec<usize>,
}

impl<'a> Cells<'a> {
    fn push(&mut self, place: usize, value: &'a Value, by: usize) {
        match value {
            Value::Text(text) => self.texts.push(text),
            Value::Null | Value::Flag(_) | Value::List(_) => self.others.push((self.of.len(), value.clone())),
        }
        self.of.push(place);
        self.by.push(by);
    }

    /// The column, without what goes without saying; its texts go beside it.
    fn column(mut self, field: &Arc<str>, records: usize, beside: &mut Writer<'a>) -> Column {
        if self.of.len() == records {
            self.of.clear();
        }
        if self.by.iter().all(|by| *by == 0) {
            self.by.clear();
        }
        beside.texts(self.texts);
        Column { field: Arc::clone(field), of: self.of, others: self.others, by: self.by }
    }
}

impl Beside {
    fn of(record: &Record) -> Option<Self> {
        let shown = record.fields();
        let pinned = record.pinned.iter().map(|pinned| {
            let approval = Approval(pinned.sequence, pinned.operation, pinned.month);
            let fields = (pinned.fields != shown).then(|| pinned.fields.clone());
            (approval, fields, (pinned.attachments != record.attachments).then(|| pinned.attachments.clone()))
        });
        let beside = Self {
            attachments: record.attachments.clone(),
            steps: record.steps.clone(),
            pinned: pinned.collect(),
            withdrawn: record.withdrawn.clone(),
            remarks: record.remarks.clone(),
            twins: record.twins.clone(),
            removed: record.removed,
        };
        (beside != Self::default()).then_some(beside)
    }

    fn put_into(self, record: &mut Record) {
        let shown = if self.pinned.is_empty() { Fields::default() } else { record.fields() };
        let pinned = self.pinned.into_iter().map(|(Approval(sequence, operation, month), fields, attachments)| {
            let fields = fields.unwrap_or_else(|| shown.clone());
            let attachments = attachments.unwrap_or_else(|| self.attachments.clone());
            Pinned { sequence, operation, month, fields, attachments }
        });
        record.pinned = pinned.collect();
        record.attachments = self.attachments;
        record.steps = self.steps;
        record.withdrawn = self.withdrawn;
        record.remarks = self.remarks;
        record.twins = self.twins;
        record.removed = self.removed;
    }
}

#[cfg(test)]
mod tests;
