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
    let step = |record: &Record| Body::Transition { to: State::Reviewed, reason: None, revision: record.revision() };
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

fn packed<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<u8> {
    let mut beside = Writer::default();
    let pages = pack(records, &mut beside);
    beside.finish(&pages)
}

fn unpacked(bytes: &[u8], change: &dyn Fn(&mut Page)) -> Result<Vec<Record>, BulkError> {
    let (pages, mut beside): (Vec<Page>, _) = Reader::open(bytes)?;
    let mut records = Vec::new();
    for mut page in pages {
        change(&mut page);
        records.extend(page.unpack(&mut beside)?);
    }
    beside.end()?;
    Ok(records)
}

#[test]
fn what_is_packed_comes_out_as_it_was_however_many_they_are() {
    let mut all = records();
    all.sort_by_key(|record| record.id);
    for count in 0..=all.len() {
        let expected = &all[..count];
        let mut again = unpacked(&packed(expected), &|_| ()).unwrap();
        again.sort_by_key(|record| record.id);
        assert_eq!(again, expected);
    }
}

#[test]
fn what_no_server_has_seen_is_left_out() {
    let mut record = records().remove(0);
    let logged = record.clone();
    record.apply_local(&row(11, 2, RecordKind::Project, edit(&[("name", Value::text("改"), &[])])).operation);
    assert_eq!(unpacked(&packed([&record]), &|_| ()).unwrap(), [logged]);
}

#[test]
fn a_page_that_does_not_fit_together_is_refused() {
    let bytes = packed(&records());
    assert!(unpacked(&bytes, &|_| ()).is_ok());
    let spoils: [&dyn Fn(&mut Page); 9] = [
        &|page| page.owner.clear(),
        &|page| page.owners.clear(),
        &|page| page.writers.clear(),
        &|page| page.writes.iter_mut().for_each(|count| *count = 0),
        &|page| page.stamps.push(0),
        &|page| drop(page.columns.pop()),
        &|page| page.columns.iter_mut().for_each(|column| column.others.push((99, Value::Null))),
        &|page| page.touched.push((99, Stamp::default())),
        &|page| page.beside.iter_mut().for_each(|(place, _)| *place = 99),
    ];
    for (nth, spoil) in spoils.into_iter().enumerate() {
        assert!(unpacked(&bytes, spoil).is_err(), "{nth}");
    }
}
