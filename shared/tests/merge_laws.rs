//! Merging is commutative, associative and idempotent, and equal records are equal bytes.
#![allow(clippy::unwrap_used, reason = "a test stops where something is missing")]

use proptest::{prelude::*, sample::Index};
use shared::{
    attachment::{Attachment, FileKind},
    fields::Value,
    id::{ActorId, CampaignId, Digest, OperationId, PersonId, RecordId, UnitId},
    merge::{
        operation::{Body, Disposition, FieldEdit, LogRow, Operation, SCHEMA},
        replica::Replica,
        stamp::Stamp,
    },
    record::{
        Record, RecordKind,
        packed::{pack, unpack},
    },
};
use uuid::Uuid;

/// Fields a generated operation may edit; the first says which project a claim is about.
const FIELDS: [&str; 3] = ["project", "stage", "statement"];

/// Records a generated operation may be about.
const RECORDS: u128 = 3;

/// One generated edit: what it writes, and which of the edits before it its author had seen.
#[derive(Clone, Debug)]
struct Draft {
    actor: u64,
    record: u128,
    field: &'static str,
    value: u8,
    ms: u64,
    seen: Vec<Index>,
    remark: bool,
}

fn draft() -> impl Strategy<Value = Draft> {
    let seen = prop::collection::vec(any::<Index>(), 0..4);
    (0..3_u64, 0..RECORDS, prop::sample::select(FIELDS.to_vec()), 0..4_u8, 0..40_u64, seen, prop::bool::weighted(0.3))
        .prop_map(|(actor, record, field, value, ms, seen, remark)| Draft {
            actor,
            record,
            field,
            value,
            ms,
            seen,
            remark,
        })
}

/// Rows of a log whose edits were written over some of the earlier edits of the same field and record.
fn rows(drafts: &[Draft]) -> Vec<LogRow> {
    let mut rows: Vec<LogRow> = Vec::new();
    for (draft, sequence) in drafts.iter().zip(1_u64..) {
        let same: Vec<OperationId> = rows.iter().filter(|row| writes(row, draft)).map(|row| row.operation.id).collect();
        let mut over: Vec<OperationId> =
            draft.seen.iter().filter(|_| !same.is_empty()).map(|index| *index.get(&same)).collect();
        over.sort_unstable();
        over.dedup();
        rows.push(row(draft, sequence, over));
    }
    rows
}

fn writes(row: &LogRow, draft: &Draft) -> bool {
    let Body::Edit { fields } = &row.operation.body else {
        return false;
    };
    row.operation.record == RecordId(Uuid::from_u128(draft.record))
        && fields.iter().any(|edit| edit.field == draft.field)
}

fn row(draft: &Draft, sequence: u64, over: Vec<OperationId>) -> LogRow {
    let value = match draft.field {
        // A project's id, so that claims move from one project to another.
        "project" => Value::text(&Uuid::from_u128(u128::from(draft.value) + 100).to_string()),
        _ => Value::text(&"甲乙丙丁".chars().skip(usize::from(draft.value)).collect::<String>()),
    };
    let body = if draft.remark {
        remark_or_file(draft, sequence)
    } else {
        Body::Edit { fields: vec![FieldEdit { field: draft.field.into(), value, over }] }
    };
    let operation = Operation {
        id: OperationId(Uuid::from_u128(u128::from(sequence) * 7_919 % 1_009 + 1)),
        campaign: CampaignId(Uuid::nil()),
        unit: UnitId(Uuid::nil()),
        period: None,
        record: RecordId(Uuid::from_u128(draft.record)),
        kind: RecordKind::StageClaim,
        author: PersonId(Uuid::from_u128(u128::from(draft.actor))),
        actor: ActorId(draft.actor),
        counter: sequence,
        stamp: Stamp::at_ms(draft.ms + 1_000),
        seen: 0,
        schema: SCHEMA,
        body,
    };
    // Clamped: the server's stamp is not the author's.
    let effective_stamp = Stamp::at_ms(draft.ms);
    LogRow {
        operation,
        sequence,
        chain: Digest::ZERO,
        effective_stamp,
        disposition: Disposition::Ok,
        received_ms: draft.ms,
    }
}

/// A remark, a file, or files taken off that may not even be there yet.
fn remark_or_file(draft: &Draft, sequence: u64) -> Body {
    match draft.value {
        0 | 1 => Body::Comment { field: None, text: format!("第 {sequence} 条") },
        2 => Body::Attach(Box::new(Attachment {
            blob: Digest::of_content(&[draft.value]),
            name: format!("{sequence}.jpg"),
            size: 1,
            mime: FileKind::Jpeg.mime().to_owned(),
            paper: None,
            thumbnail: None,
            shot: None,
        })),
        _ => Body::Detach { files: (1..9).map(|id| OperationId(Uuid::from_u128(id * 113))).collect() },
    }
}

fn fold<'a>(rows: impl IntoIterator<Item = &'a LogRow>) -> Replica {
    let mut replica = Replica::default();
    for row in rows {
        replica.apply_row(row);
    }
    replica
}

fn bytes(replica: &Replica) -> Vec<u8> {
    let ids = (0..RECORDS).map(|id| RecordId(Uuid::from_u128(id)));
    serde_json::to_vec(&ids.filter_map(|id| replica.get(id)).collect::<Vec<&Record>>()).unwrap()
}

/// The same without records that are blank because all that was written in them was refused.
fn bytes_of_content(replica: &Replica) -> Vec<u8> {
    serde_json::to_vec(&replica.records().collect::<Vec<&Record>>()).unwrap()
}

/// Some rows and the same rows in another order.
fn shuffled() -> impl Strategy<Value = (Vec<LogRow>, Vec<LogRow>)> {
    let rows = prop::collection::vec(draft(), 1..24).prop_map(|drafts| rows(&drafts));
    rows.prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
}

proptest! {
    #[test]
    fn any_order_of_edits_gives_the_same_records_and_bytes((ordered, shuffled) in shuffled()) {
        let (one, other) = (fold(&ordered), fold(&shuffled));
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(bytes(&one), bytes(&other));
    }

    #[test]
    fn edits_delivered_twice_change_nothing((ordered, again) in shuffled(), extra in prop::collection::vec(any::<Index>(), 0..24)) {
        let mut doubled = fold(&ordered);
        for index in &extra {
            doubled.apply_row(index.get(&again));
        }
        prop_assert_eq!(doubled, fold(&ordered));
    }

    #[test]
    fn edits_taken_in_pages_of_any_size_give_the_same_records((ordered, _) in shuffled(), cut in any::<Index>()) {
        let (first, rest) = ordered.split_at(cut.index(ordered.len()));
        // A tablet stores what it folded and goes on from there.
        let stored: Vec<u8> = bytes(&fold(first));
        let mut resumed = Replica::of_records(serde_json::from_slice::<Vec<Record>>(&stored).unwrap());
        for row in rest {
            resumed.apply_row(row);
        }
        prop_assert_eq!(resumed, fold(&ordered));
    }

    #[test]
    fn a_packed_record_is_the_record_and_any_cut_of_it_is_none(
        (ordered, shuffled) in shuffled(),
        cut in any::<Index>(),
    ) {
        let mut tablet = fold(&ordered);
        for row in &shuffled[..cut.index(shuffled.len())] {
            let mut edit = row.operation.clone();
            edit.id = OperationId(Uuid::from_u128(10_000 + u128::from(row.sequence)));
            tablet.apply_local(&edit);
        }
        for record in (0..RECORDS).filter_map(|id| tablet.get(RecordId(Uuid::from_u128(id)))) {
            let mut bytes = Vec::new();
            pack(record, &mut bytes);
            prop_assert_eq!(&unpack(&bytes).unwrap(), record);
            prop_assert!(unpack(&bytes[..cut.index(bytes.len())]).is_err());
        }
    }

    #[test]
    fn edits_made_here_and_acknowledged_later_leave_no_trace_of_their_own(
        (ordered, shuffled) in shuffled(),
        cut in any::<Index>(),
    ) {
        let mut tablet = Replica::default();
        for row in &shuffled[..cut.index(shuffled.len())] {
            tablet.apply_local(&row.operation);
        }
        for row in &ordered {
            tablet.apply_row(row);
        }
        prop_assert_eq!(bytes(&tablet), bytes(&fold(&ordered)));
        prop_assert_eq!(tablet, fold(&ordered));
    }

    #[test]
    fn edits_made_here_and_refused_leave_no_trace((ordered, shuffled) in shuffled(), cut in any::<Index>()) {
        let (refused, accepted) = shuffled.split_at(cut.index(shuffled.len()));
        let accepted = |row: &&LogRow| accepted.iter().any(|kept| kept.sequence == row.sequence);
        let mut tablet = fold(ordered.iter().filter(accepted));
        for row in refused {
            tablet.apply_local(&row.operation);
        }
        for row in refused {
            tablet.answer(row.operation.record, row.operation.id);
        }
        prop_assert_eq!(bytes_of_content(&tablet), bytes_of_content(&fold(ordered.iter().filter(accepted))));
        for project in 100..104 {
            let project = RecordId(Uuid::from_u128(project));
            prop_assert!(tablet.about(project).all(|record| record.value("project").as_text() == Some(&project.to_string())));
        }
    }

    #[test]
    fn a_claim_stands_under_exactly_the_project_it_names((ordered, _) in shuffled()) {
        let replica = fold(&ordered);
        for project in 100..104 {
            let project = RecordId(Uuid::from_u128(project));
            let listed: Vec<RecordId> = replica.about(project).map(|record| record.id).collect();
            let naming = replica.records().filter(|record| record.value("project").as_text() == Some(&project.to_string()));
            prop_assert_eq!(listed, naming.map(|record| record.id).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_write_over_all_that_stands_settles_a_conflict_wherever_it_arrives(
        (ordered, shuffled) in shuffled(),
        late in any::<Index>(),
    ) {
        let seen = fold(&ordered);
        let wanted = Value::text("定");
        for record in seen.records() {
            for (field, _) in record.conflicts() {
                let edit = record.edit_to(field, &wanted).unwrap();
                let last = ordered.iter().rfind(|row| row.operation.record == record.id).unwrap();
                let mut settling = last.clone();
                settling.operation.id = OperationId(Uuid::from_u128(5_000));
                settling.operation.body = Body::Edit { fields: vec![edit] };
                // The tablet that settles may have a clock behind all others.
                settling.effective_stamp = Stamp::default();
                let mut rows = shuffled.clone();
                rows.insert(late.index(rows.len() + 1), settling);
                let settled = fold(&rows);
                let register = settled.get(record.id).unwrap().registers.get(field).unwrap();
                prop_assert!(!register.is_in_conflict());
                prop_assert_eq!((register.value(), register.entries().len()), (&wanted, 1));
            }
        }
    }

    #[test]
    fn people_who_write_different_fields_never_conflict(drafts in prop::collection::vec(draft(), 1..24)) {
        let mut rows: Vec<LogRow> = Vec::new();
        for (draft, sequence) in drafts.into_iter().zip(1_u64..) {
            let field = FIELDS[usize::try_from(draft.actor).unwrap()];
            let draft = Draft { field, remark: false, ..draft };
            // Everyone sees what they wrote themselves, and nothing else.
            let over = rows.iter().filter(|row| writes(row, &draft)).map(|row| row.operation.id).collect();
            rows.push(row(&draft, sequence, over));
        }
        prop_assert!(fold(&rows).records().all(|record| record.conflicts().count() == 0));
    }

    #[test]
    fn a_value_is_gone_only_when_somebody_wrote_over_it((ordered, _) in shuffled()) {
        let replica = fold(&ordered);
        for row in &ordered {
            let Body::Edit { fields } = &row.operation.body else { continue };
            let id = row.operation.id;
            let was_replaced = ordered.iter().any(|other| match &other.operation.body {
                Body::Edit { fields } => fields.iter().any(|edit| edit.over.contains(&id)),
                _ => false,
            });
            let record = replica.get(row.operation.record).unwrap();
            let entries = record.registers.get(&fields[0].field).unwrap().entries();
            let stands = entries.iter().any(|entry| entry.operation == id);
            prop_assert_eq!(stands, !was_replaced);
        }
    }
}
