//! Many records as one text, field by field: a third of what they are one by one, and quickly read.
//!
//! Values of one field stand together, so that they compress well; who wrote them is said once per write instead of
//! once per field. What a field by field table cannot say (several values, values written over, steps) follows
//! apart, in the record's own words.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    attachment::Attachments,
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

/// Records of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    kind: Option<RecordKind>,
    ids: Vec<RecordId>,
    /// Who owns each: a place in `owners`.
    owner: Vec<usize>,
    owners: Vec<UnitId>,
    periods: Vec<Option<Month>>,
    touched: Vec<Stamp>,
    spans: Vec<(u64, u64)>,
    /// Each record's operations whose values stand in `columns`.
    writes: Vec<Vec<Write>>,
    writers: Vec<(ActorId, PersonId)>,
    columns: Vec<Column>,
    /// Fields that are more than one value written once.
    apart: Vec<(usize, String, Register)>,
    /// What records hold beside fields.
    beside: Vec<(usize, Beside)>,
}

/// An operation: id, stamp, a place in `writers`, counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Write(OperationId, Stamp, usize, u64);

/// The values of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Column {
    field: String,
    /// Which records have it; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    of: Vec<usize>,
    values: Vec<Value>,
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

/// Packs what the log says of records, by kind and at most `records_max` to a page. What was made on a tablet and has
/// no answer is left out.
pub fn pack<'a>(records: impl IntoIterator<Item = &'a Record>, records_max: usize) -> Vec<Page> {
    let mut by_kind: BTreeMap<RecordKind, Vec<&Record>> = BTreeMap::new();
    for record in records {
        let logged = record.logged.as_deref().unwrap_or(record);
        by_kind.entry(logged.kind).or_default().push(logged);
    }
    let chunks = by_kind.values().flat_map(|records| records.chunks(records_max.max(1)));
    chunks.map(Page::of).collect()
}

impl Page {
    /// How many records it holds.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    fn of(records: &[&Record]) -> Self {
        let mut page = Self { kind: records.first().map(|record| record.kind), ..Self::default() };
        let mut owners = BTreeMap::new();
        let mut hands = BTreeMap::new();
        let mut columns: BTreeMap<&str, Column> = BTreeMap::new();
        for (place, record) in records.iter().enumerate() {
            page.ids.push(record.id);
            page.owner.push(numbered(&mut owners, record.unit));
            page.periods.push(record.period);
            page.touched.push(record.touched);
            page.spans.push((record.span.first, record.span.last));
            let mut writes: Vec<Write> = Vec::new();
            for (field, register) in &record.registers {
                let Some(entry) = register.written_once() else {
                    page.apart.push((place, field.clone(), register.clone()));
                    continue;
                };
                let by = writes.iter().position(|write| write.0 == entry.operation).unwrap_or_else(|| {
                    let hand = numbered(&mut hands, (entry.actor, entry.author));
                    writes.push(Write(entry.operation, entry.stamp, hand, entry.counter));
                    writes.len() - 1
                });
                columns.entry(field).or_insert_with(|| Column::new(field)).push(place, &entry.value, by);
            }
            page.writes.push(writes);
            page.beside.extend(Beside::of(record).map(|beside| (place, beside)));
        }
        page.owners = in_order(owners);
        page.writers = in_order(hands);
        page.columns = columns.into_values().map(|column| column.shortened(records.len())).collect();
        page
    }

    /// The records again.
    ///
    /// # Errors
    /// What does not fit together: no code of ours has written it.
    pub fn unpack(self) -> Result<Vec<Record>, &'static str> {
        let Self { kind, ids, owner, owners, periods, touched, spans, writes, writers, columns, apart, beside } = self;
        let kind = kind.or_else(|| ids.is_empty().then_some(RecordKind::Project)).ok_or("no kind")?;
        let count = ids.len();
        if [owner.len(), periods.len(), touched.len(), spans.len(), writes.len()].iter().any(|len| *len != count) {
            return Err("lists of different lengths");
        }
        let facts = ids.into_iter().zip(owner).zip(periods).zip(touched.into_iter().zip(spans));
        let mut records: Vec<Record> = Vec::with_capacity(count);
        for (((id, owner), period), (touched, (first, last))) in facts {
            let unit = *owners.get(owner).ok_or("no such owner")?;
            records.push(Record { period, touched, span: Span { first, last }, ..Record::empty(id, kind, unit) });
        }
        for Column { field, of, values, by } in columns {
            for (nth, value) in values.into_iter().enumerate() {
                let place = if of.is_empty() { nth } else { *of.get(nth).ok_or("no such record")? };
                let by = by.get(nth).copied().unwrap_or_default();
                let write = writes.get(place).and_then(|writes| writes.get(by)).ok_or("no such write")?;
                let (actor, author) = *writers.get(write.2).ok_or("no such writer")?;
                let entry = Entry { operation: write.0, value, stamp: write.1, actor, counter: write.3, author };
                let record = records.get_mut(place).ok_or("no such record")?;
                record.registers.insert(field.clone(), Register::of(entry));
            }
        }
        for (place, field, register) in apart {
            records.get_mut(place).ok_or("no such record")?.registers.insert(field, register);
        }
        for (place, beside) in beside {
            beside.put_into(records.get_mut(place).ok_or("no such record")?);
        }
        Ok(records)
    }
}

impl Column {
    fn new(field: &str) -> Self {
        Self { field: field.to_owned(), of: Vec::new(), values: Vec::new(), by: Vec::new() }
    }

    fn push(&mut self, place: usize, value: &Value, by: usize) {
        self.of.push(place);
        self.values.push(value.clone());
        self.by.push(by);
    }

    /// Without what goes without saying.
    fn shortened(mut self, records: usize) -> Self {
        if self.of.len() == records {
            self.of.clear();
        }
        if self.by.iter().all(|by| *by == 0) {
            self.by.clear();
        }
        self
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

/// The number of a value, from 0 in the order in which they come.
fn numbered<T: Ord>(numbers: &mut BTreeMap<T, usize>, value: T) -> usize {
    let next = numbers.len();
    *numbers.entry(value).or_insert(next)
}

fn in_order<T: Ord>(numbers: BTreeMap<T, usize>) -> Vec<T> {
    let by_number: BTreeSet<(usize, T)> = numbers.into_iter().map(|(value, number)| (number, value)).collect();
    by_number.into_iter().map(|(_, value)| value).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        attachment::{Attachment, FileKind},
        id::{CampaignId, Digest},
        merge::operation::{Body, Disposition, FieldEdit, LogRow, Operation, SCHEMA},
        project::twin::Word,
        workflow::State,
    };

    fn row(sequence: u64, record: u128, kind: RecordKind, body: Body) -> LogRow {
        let operation = Operation {
            id: OperationId(Uuid::from_u128(1_000 + u128::from(sequence))),
            campaign: CampaignId(Uuid::from_u128(1)),
            unit: UnitId(Uuid::from_u128(record % 2)),
            period: None,
            record: RecordId(Uuid::from_u128(record)),
            kind,
            author: PersonId(Uuid::from_u128(u128::from(sequence) % 3)),
            actor: ActorId(sequence % 2),
            counter: sequence,
            stamp: Stamp::at_ms(sequence),
            seen: 0,
            schema: SCHEMA,
            body,
        };
        LogRow {
            operation,
            sequence,
            chain: Digest::ZERO,
            effective_stamp: Stamp::at_ms(1_624_413_600_000 + sequence),
            disposition: Disposition::Ok,
            received_ms: 0,
        }
    }

    fn edit(fields: &[(&str, Value, &[u128])]) -> Body {
        let edit = |(field, value, over): &(&str, Value, &[u128])| FieldEdit {
            field: (*field).to_owned(),
            value: value.clone(),
            over: over.iter().map(|id| OperationId(Uuid::from_u128(*id))).collect(),
        };
        Body::Edit { fields: fields.iter().map(edit).collect() }
    }

    fn file(name: &str) -> Body {
        Body::Attach(Box::new(Attachment {
            blob: Digest::of_content(name.as_bytes()),
            name: name.to_owned(),
            size: 9,
            mime: FileKind::Pdf.mime().to_owned(),
            paper: None,
            thumbnail: None,
            shot: None,
        }))
    }

    fn records() -> Vec<Record> {
        let text = Value::text;
        let step =
            |record: &Record| Body::Transition { to: State::Reviewed, reason: None, revision: record.revision() };
        let mut all: BTreeMap<RecordId, Record> = BTreeMap::new();
        let mut take = |row: &LogRow| {
            all.entry(row.operation.record).or_insert_with(|| Record::new(&row.operation)).apply_row(row);
        };
        let project = RecordKind::Project;
        take(&row(1, 1, project, edit(&[("name", text("软件园"), &[]), ("place", text("福州"), &[])])));
        take(&row(2, 2, project, edit(&[("name", text("港区"), &[]), ("flags", Value::List(vec!["a".into()]), &[])])));
        take(&row(3, 1, project, edit(&[("owner", Value::Flag(true), &[])])));
        take(&row(4, 1, project, edit(&[("name", text("软件园二期"), &[1_001])])));
        take(&row(5, 2, project, edit(&[("name", text("港区一期"), &[])])));
        take(&row(6, 3, RecordKind::ServiceVisit, edit(&[("leader", Value::Null, &[])])));
        take(&row(7, 1, project, Body::Comment { field: None, text: "请核".into() }));
        take(&row(8, 4, project, Body::Tombstone));
        take(&row(11, 2, project, Body::Twin { other: RecordId(Uuid::from_u128(1)), word: Word::Same }));
        take(&row(12, 1, project, file("立项.pdf")));
        take(&row(13, 3, RecordKind::ServiceVisit, file("走访.pdf")));
        take(&row(14, 3, RecordKind::ServiceVisit, Body::Detach { files: vec![OperationId(Uuid::from_u128(1_013))] }));
        let judged = all.values().next().map(step).unwrap();
        let mut first = all.remove(&RecordId(Uuid::from_u128(1))).unwrap();
        first.apply_row(&row(9, 1, project, judged));
        let later = row(10, 1, project, edit(&[("place", text("马尾"), &[1_001])]));
        let approved = first.clone();
        first.apply_row(&later);
        assert_eq!((approved.pinned.len(), first.pinned.len()), (1, 1));
        first.apply_row(&row(15, 1, project, file("合同.pdf")));
        assert_eq!((first.attachments.len(), first.pinned.last().map(|pinned| pinned.attachments.len())), (2, Some(1)));
        let fifth = Record { id: RecordId(Uuid::from_u128(5)), ..approved };
        all.into_values().chain([first, fifth]).collect()
    }

    #[test]
    fn what_is_packed_comes_out_as_it_was_whatever_the_size_of_a_page() {
        let mut expected = records();
        expected.sort_by_key(|record| record.id);
        for size in [1, 2, 100] {
            let text = serde_json::to_string(&pack(&expected, size)).unwrap();
            let pages: Vec<Page> = serde_json::from_str(&text).unwrap();
            assert!(pages.iter().all(|page| (1..=size).contains(&page.len())));
            let mut again: Vec<Record> = pages.into_iter().flat_map(|page| page.unpack().unwrap()).collect();
            again.sort_by_key(|record| record.id);
            assert_eq!(again, expected);
        }
    }

    #[test]
    fn what_no_server_has_seen_is_left_out() {
        let mut record = records().remove(0);
        let logged = record.clone();
        record.apply_local(&row(11, 2, RecordKind::Project, edit(&[("name", Value::text("改"), &[])])).operation);
        let pages = pack([&record], 10);
        assert_eq!(pages.into_iter().flat_map(|page| page.unpack().unwrap()).collect::<Vec<_>>(), [logged]);
    }

    #[test]
    fn a_page_that_does_not_fit_together_is_refused() {
        let page = pack(&records(), 100).remove(0);
        let spoil = |change: &dyn Fn(&mut Page)| {
            let mut page = page.clone();
            change(&mut page);
            page.unpack()
        };
        assert!(spoil(&|_| ()).is_ok());
        assert!(spoil(&|page| page.owner.clear()).is_err());
        assert!(spoil(&|page| page.owners.clear()).is_err());
        assert!(spoil(&|page| page.writers.clear()).is_err());
        assert!(spoil(&|page| page.writes.iter_mut().for_each(Vec::clear)).is_err());
        assert!(spoil(&|page| page.beside.iter_mut().for_each(|(place, _)| *place = 99)).is_err());
    }
}
