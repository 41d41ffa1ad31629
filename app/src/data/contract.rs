//! One suite for every store: what the application relies on, whatever lies beneath.

use shared::{
    api::{Receipt, SyncResponse},
    fields::Value,
    id::{CampaignId, Digest, OperationId, PersonId, RecordId, UnitId, uuid_v7},
    issue::RefusalCode,
    merge::{
        operation::{Body, Disposition, FieldEdit, LogRow, Mark, Operation},
        replica::Replica,
        stamp::Stamp,
    },
    record::{Record, RecordKind},
    sync::{client::Intent, horizon::KEPT_MS, snapshot::Offer},
    workflow::State,
};

use crate::data::store::Store;

/// Checks every promise, each on a store of its own.
pub(crate) async fn keeps_every_promise<S: Store>(fresh: impl AsyncFn() -> S) {
    a_saved_record_has_its_operation(&fresh().await).await;
    counters_have_no_gap(&fresh().await).await;
    an_acknowledged_operation_leaves_the_outbox(&fresh().await).await;
    a_refusal_stays_until_it_is_dismissed(&fresh().await).await;
    an_answer_for_another_cursor_changes_nothing(&fresh().await).await;
    a_new_scope_leaves_what_is_unsent_and_nothing_else(&fresh().await).await;
    rows_taken_twice_are_rows_taken_once(&fresh().await).await;
    a_snapshot_takes_the_place_of_all_but_what_is_unsent(&fresh().await).await;
    a_restored_server_is_offered_what_it_lost(&fresh().await).await;
    what_every_backup_holds_for_long_is_let_go(&fresh().await, KEPT_MS - 1, &[1, 2, 3, 4, 5]).await;
    what_every_backup_holds_for_long_is_let_go(&fresh().await, KEPT_MS, &[2, 4, 5]).await;
    published_answers_are_replaced(&fresh().await).await;
}

async fn a_saved_record_has_its_operation<S: Store>(store: &S) {
    let saved = store.save(&edit(1, "name", "软件园二期", vec![]), operation_id(1), 1_000).await.unwrap();
    let loaded = store.load().await.unwrap();
    assert_eq!(loaded.records, [saved.record]);
    assert_eq!(loaded.own.len(), 1);
    assert_eq!(loaded.own[0].operation, saved.operation);
    assert_eq!(loaded.records[0].value("name"), &Value::text("软件园二期"));
}

async fn counters_have_no_gap<S: Store>(store: &S) {
    for number in 1..=20_u64 {
        let saved =
            store.save(&edit(number % 3, "name", "甲", vec![]), operation_id(number), 50 - number).await.unwrap();
        assert_eq!(saved.operation.counter, number);
    }
    let outbox = store.outbox().await.unwrap();
    assert_eq!(outbox.unsent, 20);
    assert!(outbox.operations.iter().map(|operation| operation.counter).eq(1..=20), "in counter order");
    assert!(outbox.operations.is_sorted_by_key(|operation| operation.stamp), "stamps rise though the clock falls");
    assert_eq!(outbox.state.counter, 20);
}

async fn an_acknowledged_operation_leaves_the_outbox<S: Store>(store: &S) {
    let first = store.save(&edit(1, "name", "甲", vec![]), operation_id(1), 1_000).await.unwrap().operation;
    let sent = store.outbox().await.unwrap().operations;
    // Typed while the request is under way.
    let second = edit(1, "name", "乙", vec![first.id]);
    store.save(&second, operation_id(2), 2_000).await.unwrap();
    let taken = store.take(&sent, &answer(Mark::START, &sent, Disposition::Ok)).await.unwrap().unwrap();
    assert_eq!(taken.records[0].value("name"), &Value::text("乙"), "the answer does not undo what was typed meanwhile");
    let outbox = store.outbox().await.unwrap();
    assert_eq!(outbox.operations.iter().map(|operation| operation.counter).collect::<Vec<_>>(), [2]);
    assert_eq!((outbox.state.cursor, outbox.state.acknowledged), (mark(1), mark(1)));
    assert_eq!(store.load().await.unwrap().own.len(), 1, "what is settled concerns nobody");
}

async fn a_refusal_stays_until_it_is_dismissed<S: Store>(store: &S) {
    store.save(&edit(1, "name", "甲", vec![]), operation_id(1), 1_000).await.unwrap();
    let revision = Digest::ZERO;
    let body = Body::Transition { to: State::Submitted, reason: None, revision };
    let step = store.save(&Intent { body, ..edit(1, "", "", vec![]) }, operation_id(2), 2_000).await.unwrap();
    assert_eq!(step.record.waiting.len(), 1);
    let sent = store.outbox().await.unwrap().operations;
    let mut response = answer(Mark::START, &sent, Disposition::Ok);
    let refused = Disposition::Refused(RefusalCode::Incomplete);
    response.receipts[1].disposition = refused;
    response.rows[1].disposition = refused;
    store.take(&sent, &response).await.unwrap().unwrap();
    let loaded = store.load().await.unwrap();
    assert!(loaded.records[0].waiting.is_empty(), "the step waits no longer");
    assert_eq!(loaded.own[0].open_refusal().and_then(Receipt::refusal), Some(RefusalCode::Incomplete));
    store.dismiss(&step.operation).await.unwrap();
    assert!(store.load().await.unwrap().own.is_empty());
}

async fn an_answer_for_another_cursor_changes_nothing<S: Store>(store: &S) {
    store.save(&edit(1, "name", "甲", vec![]), operation_id(1), 1_000).await.unwrap();
    let before = store.load().await.unwrap();
    let sent = store.outbox().await.unwrap().operations;
    assert!(store.take(&sent, &answer(mark(7), &sent, Disposition::Ok)).await.unwrap().is_none());
    assert_eq!(store.load().await.unwrap(), before);
}

async fn a_new_scope_leaves_what_is_unsent_and_nothing_else<S: Store>(store: &S) {
    let under = |scope: u8, response| SyncResponse { scope: Some(Digest([scope; 32])), receipts: vec![], ..response };
    let theirs = [foreign(9, 1)];
    store.take(&[], &under(1, answer(Mark::START, &theirs, Disposition::Ok))).await.unwrap().unwrap();
    store.save(&edit(1, "name", "甲", vec![]), operation_id(1), 1_000).await.unwrap();
    let response = under(2, answer(mark(1), &[], Disposition::Ok));
    assert!(store.take(&[], &response).await.unwrap().is_none(), "its rows are of another scope");
    let loaded = store.load().await.unwrap();
    assert_eq!(loaded.records.iter().map(|record| record.value("name")).collect::<Vec<_>>(), [&Value::text("甲")]);
    let outbox = store.outbox().await.unwrap();
    assert_eq!((outbox.state.cursor, outbox.unsent), (Mark::START, 1));
    store.take(&[], &under(2, answer(Mark::START, &theirs, Disposition::Ok))).await.unwrap().unwrap();
    assert_eq!(store.load().await.unwrap().records.len(), 2);
}

async fn rows_taken_twice_are_rows_taken_once<S: Store>(store: &S) {
    let theirs = [foreign(1, 1), foreign(2, 2), foreign(1, 3)];
    let mut response = answer(Mark::START, &theirs, Disposition::Ok);
    response.receipts.clear();
    store.take(&[], &response).await.unwrap().unwrap();
    let once = store.load().await.unwrap();
    assert_eq!(once.records.len(), 2);
    response.base = response.next;
    store.take(&[], &response).await.unwrap().unwrap();
    assert_eq!(store.load().await.unwrap(), once);
}

async fn a_snapshot_takes_the_place_of_all_but_what_is_unsent<S: Store>(store: &S) {
    let mut response = answer(Mark::START, &[foreign(1, 1)], Disposition::Ok);
    response.receipts.clear();
    store.take(&[], &response).await.unwrap().unwrap();
    store.save(&edit(2, "name", "未报", vec![]), operation_id(1), 1_000).await.unwrap();
    let mut replica = Replica::default();
    answer(mark(4), &[foreign(9, 5)], Disposition::Ok).rows.iter().for_each(|row| replica.apply_row(row));
    let records: Vec<Record> = replica.all().cloned().collect();
    let offer = Offer {
        url: String::new(),
        sha256: Digest::ZERO,
        at: mark(5),
        base: [response.next, Mark::START],
        scope: Digest([1; 32]),
        counter: 0,
        stamp: Stamp::default(),
    };
    let loaded = store.adopt(&offer, records.clone()).await.unwrap().unwrap();
    assert_eq!(loaded, store.load().await.unwrap());
    let ids: Vec<RecordId> = loaded.records.iter().map(|record| record.id).collect();
    assert_eq!(ids, [2, 9].map(|record| RecordId(uuid_v7(record, [3; 10]))));
    assert_eq!((loaded.state.cursor, loaded.own.len()), (mark(5), 1));
    assert!(store.adopt(&offer, records).await.unwrap().is_none(), "it is ahead of nothing");
    assert_eq!(loaded, store.load().await.unwrap());
}

async fn a_restored_server_is_offered_what_it_lost<S: Store>(store: &S) {
    for number in 1..=3 {
        store.save(&edit(number, "name", "甲", vec![]), operation_id(number), 1_000).await.unwrap();
    }
    let sent = store.outbox().await.unwrap().operations;
    store.take(&sent, &answer(Mark::START, &sent, Disposition::Ok)).await.unwrap().unwrap();
    let theirs = [foreign(9, 4)];
    let response = answer(mark(3), &theirs, Disposition::Ok);
    store.take(&[], &SyncResponse { receipts: vec![], ..response }).await.unwrap().unwrap();

    store.rewind(1).await.unwrap();

    let outbox = store.outbox().await.unwrap();
    assert_eq!(outbox.operations, sent[1..], "the very operations, not copies");
    assert_eq!((outbox.state.cursor, outbox.state.acknowledged, outbox.state.counter), (Mark::START, mark(1), 3));
    let loaded = store.load().await.unwrap();
    assert_eq!(loaded.records.len(), 3, "what only the server told of the lost rows is gone");
}

async fn what_every_backup_holds_for_long_is_let_go<S: Store>(store: &S, passed_ms: u64, left: &[u64]) {
    for number in 1..=4 {
        store.save(&edit(number, "name", "甲", vec![]), operation_id(number), 1_000).await.unwrap();
    }
    let sent = store.outbox().await.unwrap().operations;
    let mut response = answer(Mark::START, &sent, Disposition::Ok);
    // The second is refused, and nobody has read that yet.
    response.receipts[1].disposition = Disposition::Refused(RefusalCode::Incomplete);
    response.rows[1].disposition = response.receipts[1].disposition;
    response.backed_up = Some(3);
    store.take(&sent, &response).await.unwrap().unwrap();
    store.save(&edit(5, "name", "未报", vec![]), operation_id(5), 2_000).await.unwrap();
    let now_ms = response.now_ms + passed_ms;
    let later = SyncResponse { backed_up: Some(3), now_ms, ..answer(mark(4), &[], Disposition::Ok) };
    store.take(&[], &later).await.unwrap().unwrap();
    store.prune().await.unwrap();
    let loaded = store.load().await.unwrap();
    assert_eq!(loaded.records.len(), 5, "records stay");
    assert_eq!(loaded.own.iter().map(|own| own.operation.counter).collect::<Vec<_>>(), [2, 5]);
    // What is there is what would be offered to a server that had lost everything.
    store.rewind(0).await.unwrap();
    let offered = store.outbox().await.unwrap().operations;
    assert_eq!(offered.iter().map(|operation| operation.counter).collect::<Vec<_>>(), left, "after {passed_ms} ms");
}

async fn published_answers_are_replaced<S: Store>(store: &S) {
    assert_eq!(store.published("campaign").await.unwrap(), None);
    for text in ["一", "二"] {
        store.publish("campaign", text).await.unwrap();
        assert_eq!(store.published("campaign").await.unwrap().as_deref(), Some(text));
    }
}

/// An edit of the record of a number.
pub(crate) fn edit(record: u64, field: &str, text: &str, over: Vec<OperationId>) -> Intent {
    Intent {
        campaign: CampaignId(uuid_v7(0, [1; 10])),
        unit: UnitId(uuid_v7(0, [2; 10])),
        period: None,
        record: RecordId(uuid_v7(record, [3; 10])),
        kind: RecordKind::Project,
        author: PersonId(uuid_v7(0, [4; 10])),
        body: Body::Edit { fields: vec![FieldEdit { field: field.to_owned(), value: Value::text(text), over }] },
    }
}

/// The operation id of a number.
pub(crate) fn operation_id(number: u64) -> OperationId {
    OperationId(uuid_v7(number, [5; 10]))
}

/// The log's mark at a sequence.
pub(crate) fn mark(sequence: u64) -> Mark {
    Mark { sequence, chain: Digest::of(&[&sequence.to_be_bytes()]) }
}

/// An operation that another tablet made.
fn foreign(record: u64, number: u64) -> Operation {
    let mut state = shared::sync::client::ClientState::new(shared::id::ActorId(99));
    state.counter = number - 1;
    state.write(edit(record, "note", "他人所写", vec![]), OperationId(uuid_v7(number, [6; 10])), number)
}

/// The answer of a server whose log continues after `base` with exactly these operations.
pub(crate) fn answer(base: Mark, operations: &[Operation], disposition: Disposition) -> SyncResponse {
    let rows: Vec<LogRow> = operations
        .iter()
        .zip(base.sequence + 1..)
        .map(|(operation, sequence)| LogRow {
            operation: operation.clone(),
            sequence,
            chain: mark(sequence).chain,
            effective_stamp: Stamp::at_ms(operation.stamp.ms()),
            disposition,
            received_ms: 5_000,
        })
        .collect();
    let receipts = rows.iter().map(|row| Receipt {
        id: row.operation.id,
        mark: mark(row.sequence),
        disposition,
        issues: Vec::new(),
    });
    SyncResponse {
        receipts: receipts.collect(),
        next: rows.last().map_or(base, |row| mark(row.sequence)),
        rows,
        ..SyncResponse::nothing_new(base, 5_000)
    }
}
