//! What hangs on a record, and how much of it has arrived.

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::{Path, State},
};
use shared::{
    api::FileView,
    attachment::Attached,
    authorize::Action,
    id::{Digest, OperationId, RecordId},
};

use crate::{app::SharedApp, auth::Signed, error::ApiError, keeper::Folder};

/// The files of a record, in the order in which they were hung on.
pub async fn list(
    State(app): State<SharedApp>,
    signed: Signed,
    Path(record): Path<String>,
) -> Result<Json<Vec<FileView>>, ApiError> {
    let record: RecordId = record.parse().map_err(|_| ApiError::NotFound)?;
    let Folder { kind, unit, files } = app.ledger()?.files(record).await?.ok_or(ApiError::NotFound)?;
    signed.must(Action::ReadFile(kind, unit))?;
    let blobs: Vec<Digest> = files.iter().flat_map(|(_, file)| file.file.blobs()).map(|(blob, _)| blob).collect();
    let held: BTreeSet<Digest> = app.store.held_blobs(app.campaign()?, &blobs).await?.into_iter().collect();
    let view = |(operation, attached): &(OperationId, Attached)| FileView {
        operation: *operation,
        file: attached.file.clone(),
        author: attached.author,
        at_ms: attached.stamp.ms(),
        has_arrived: attached.file.blobs().all(|(blob, _)| held.contains(&blob)),
    };
    Ok(Json(files.iter().map(view).collect()))
}
