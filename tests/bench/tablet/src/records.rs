//! What the pages call a record, as the application writes and is told it.

use serde::Deserialize;
use shared::{
    api::{SessionView, SyncResponse},
    fields::Value,
    id::{Digest, RecordId, uuid_v7},
    merge::{
        operation::{Body, Disposition, FieldEdit, LogRow, Mark, Operation},
        stamp::Stamp,
    },
    record::RecordKind,
    sync::client::Intent,
};

use crate::browser::{clock, entropy};

/// Records of one answer.
const PAGE: usize = 1_000;

/// A record of `records.js`; its id there is the others'.
#[derive(Deserialize)]
struct Written {
    fields: Vec<(String, String)>,
}

/// The edits that write records for the first time, each with an id that nobody can guess, as the application's are.
pub(crate) fn intents(session: &SessionView, written: &str) -> Result<Vec<Intent>, serde_json::Error> {
    let written: Vec<Written> = serde_json::from_str(written)?;
    let now_ms = clock::tablet_ms();
    let intents = written.into_iter().map(|Written { fields }| {
        let edit = |(field, text)| FieldEdit { field, value: Value::Text(text), over: Vec::new() };
        Intent {
            campaign: session.campaign.id,
            unit: session.person.unit,
            period: None,
            record: RecordId(uuid_v7(now_ms, entropy::random_bytes())),
            kind: RecordKind::Project,
            author: session.person.id,
            body: Body::Edit { fields: fields.into_iter().map(edit).collect() },
        }
    });
    Ok(intents.collect())
}

/// The answers of a server whose log is these operations.
pub(crate) fn answers(operations: &[Operation]) -> Vec<SyncResponse> {
    let mark = |sequence: u64| Mark { sequence, chain: Digest::of(&[&sequence.to_be_bytes()]) };
    let mut base = Mark::START;
    let mut answers = Vec::new();
    for page in operations.chunks(PAGE) {
        let sequences = base.sequence.saturating_add(1)..;
        let rows: Vec<LogRow> = page
            .iter()
            .zip(sequences)
            .map(|(operation, sequence)| LogRow {
                operation: operation.clone(),
                sequence,
                chain: mark(sequence).chain,
                effective_stamp: Stamp::at_ms(operation.stamp.ms()),
                disposition: Disposition::Ok,
                received_ms: operation.stamp.ms(),
            })
            .collect();
        let next = rows.last().map_or(base, |row| mark(row.sequence));
        answers.push(SyncResponse { rows, next, ..SyncResponse::nothing_new(base, 0) });
        base = next;
    }
    answers
}
