//! Unsent work that somebody else carries to the server.

use axum::{Json, extract::State};
use serde_json::value::RawValue;
use shared::{
    api::OPERATIONS_MAX,
    audit::{Act, Deed},
    period::By,
    person::Person,
    sync::{
        lineage,
        parcel::{Carried, Parcel, Piece, VERSION},
    },
};

use crate::{
    app::{App, SharedApp},
    auth::Signed,
    body::Body,
    error::ApiError,
    keeper::{Incoming, Push},
    parcel,
    routes::{blobs::Upload, sync},
    store::{PullQuery, people::FactKind},
};

/// Takes in a parcel, on behalf of whoever sealed it. Who carries it is told in the audit log.
pub async fn create(
    State(app): State<SharedApp>,
    signed: Signed,
    Body(parcel): Body<Parcel>,
) -> Result<Json<Carried>, ApiError> {
    let address = &parcel.address;
    let campaign = app.campaign()?;
    if address.parcel != VERSION || address.campaign != campaign {
        return Err(ApiError::ParcelRefused);
    }
    let plain = parcel::open(app.key.parcel(campaign, address.person), &parcel).ok_or(ApiError::ParcelRefused)?;
    let people = app.store.people(campaign).await?;
    let owner = people.into_iter().find(|person| person.id == address.person).ok_or(ApiError::ParcelRefused)?;
    if app.store.fact(campaign, owner.id, FactKind::Disabled).await?.is_some() {
        return Err(ApiError::Revoked);
    }
    check_lineage(&app, &owner, &parcel).await?;
    let carried = match address.piece {
        Some(piece) => take_piece(&app, owner, piece, &plain).await?,
        None => take_operations(&app, &signed, owner, &plain, address.count).await?,
    };
    Ok(Json(carried))
}

async fn take_operations(
    app: &App,
    signed: &Signed,
    owner: Person,
    plain: &[u8],
    count: usize,
) -> Result<Carried, ApiError> {
    let operations: Vec<&RawValue> = serde_json::from_slice(plain).map_err(|_| ApiError::ParcelRefused)?;
    if operations.len() > OPERATIONS_MAX || operations.len() != count {
        return Err(ApiError::ParcelRefused);
    }
    let incoming = operations.iter().map(|operation| Incoming::read(operation.get())).collect();
    let By { person, at_ms } = signed.by(app);
    let push = Push { person: owner.clone(), operations: incoming, now_ms: at_ms };
    let receipts = app.ledger()?.push(push).await?;
    app.metrics.count_operations(&receipts);
    let taken = receipts.iter().filter(|receipt| receipt.disposition.takes_effect()).count();
    let deed = Deed::Carried { of: owner.id, operations: u64::try_from(receipts.len()).unwrap_or(u64::MAX) };
    app.store.record(app.campaign()?, &Act { at_ms, person: Some(person), deed }).await?;
    Ok(Carried { name: owner.name, taken, refused: receipts.len() - taken, files: 0 })
}

/// Takes a piece of a content. One that is refused, because no record names its content or that is not what it was said
/// to be, holds up no other: its tablet tells the reason when it sends it itself.
async fn take_piece(app: &App, owner: Person, piece: Piece, bytes: &[u8]) -> Result<Carried, ApiError> {
    let is_whole_file = match append(app, &owner, piece, bytes).await {
        Err(
            ApiError::NotFound
            | ApiError::WrongOffset(_)
            | ApiError::BodyTooLarge
            | ApiError::ChecksumMismatch
            | ApiError::WrongContent(_),
        ) => false,
        appended => appended?,
    };
    Ok(Carried { name: owner.name, files: usize::from(is_whole_file), ..Carried::default() })
}

/// Takes what has not arrived of a piece, for a file may be brought again; whether the server has the whole of it now.
async fn append(app: &App, owner: &Person, piece: Piece, bytes: &[u8]) -> Result<bool, ApiError> {
    let upload = Upload::find(app, owner, piece.blob).await?;
    let arrived = upload.offset(app).await?;
    let known = usize::try_from(arrived.saturating_sub(piece.offset)).unwrap_or(usize::MAX);
    let end = match bytes.get(known..) {
        Some(rest) if !rest.is_empty() => upload.take(app, arrived.max(piece.offset), rest).await?,
        _ => arrived,
    };
    Ok(end == upload.size && !upload.is_thumbnail)
}

/// A tablet that holds rows this log has lost must offer those first: then it has to come itself.
async fn check_lineage(app: &App, owner: &Person, parcel: &Parcel) -> Result<(), ApiError> {
    let (cursor, acknowledged) = (parcel.address.cursor, parcel.address.acknowledged);
    let scope = sync::scope(&app.ledger()?.record().units, owner);
    let query = PullQuery { after: cursor.sequence, also: acknowledged.sequence, scope, limit: 0 };
    let page = app.ledger()?.pull(&query).await?;
    let marks = [(cursor, page.chain_after), (acknowledged, page.chain_also)];
    lineage::check(&marks).map_err(|common| ApiError::Lineage { common })
}
