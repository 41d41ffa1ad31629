//! What an answer does to records and own operations: the part that every store shares.

use std::collections::{BTreeMap, BTreeSet};

use shared::{
    api::{Receipt, SyncResponse},
    id::RecordId,
    merge::{operation::Operation, replica::Replica},
    record::Record,
    sync::client::{Awaited, OwnOperation, answered},
};

use crate::data::store::Taken;

/// The records that an answer may change: a store loads these before it calls [`fold`].
pub(crate) fn touched(sent: &[Operation], response: &SyncResponse, due: &[Awaited]) -> BTreeSet<RecordId> {
    let rows = response.rows.iter().map(|row| row.operation.record);
    let refused = refusals(sent, response).map(|(operation, _)| operation.record);
    rows.chain(refused).chain(due.iter().map(|awaited| awaited.record)).collect()
}

/// The touched records and the sent operations after the answer.
pub(crate) fn fold(records: Vec<Record>, sent: &[Operation], response: &SyncResponse, due: &[Awaited]) -> Taken {
    let mut replica = Replica::of_records(records);
    for row in &response.rows {
        replica.apply_row(row);
    }
    for (operation, _) in refusals(sent, response) {
        replica.answer(operation.record, operation.id);
    }
    for awaited in due {
        replica.answer(awaited.record, awaited.operation);
    }
    let own = answered(sent, response).map(|(operation, receipt)| OwnOperation {
        operation: operation.clone(),
        receipt: Some(receipt.clone()),
        dismissed: false,
    });
    Taken { records: replica.into_all().collect(), own: own.collect() }
}

/// The records that stay where they are, with what is unsent, after others were dropped to be pulled anew.
pub(crate) fn with_unsent<'a>(
    kept: impl IntoIterator<Item = Record>,
    own: impl IntoIterator<Item = &'a OwnOperation>,
) -> BTreeMap<RecordId, Record> {
    let mut records: BTreeMap<RecordId, Record> = kept.into_iter().map(|record| (record.id, record)).collect();
    for OwnOperation { operation, .. } in own.into_iter().filter(|own| own.is_unsent()) {
        records.entry(operation.record).or_insert_with(|| Record::new(operation)).apply_local(operation);
    }
    records
}

fn refusals<'a>(
    sent: &'a [Operation],
    response: &'a SyncResponse,
) -> impl Iterator<Item = (&'a Operation, &'a Receipt)> {
    answered(sent, response).filter(|(_, receipt)| receipt.refusal().is_some())
}
