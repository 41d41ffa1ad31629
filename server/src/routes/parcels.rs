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
        parcel::{Carried, Parcel, VERSION},
    },
};

use crate::{
    app::{App, SharedApp},
    auth::Signed,
    body::Body,
    error::ApiError,
    keeper::{Incoming, Push},
    parcel,
    routes::sync,
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
    let operations: Vec<&RawValue> = serde_json::from_slice(&plain).map_err(|_| ApiError::ParcelRefused)?;
    if operations.len() > OPERATIONS_MAX || operations.len() != address.count {
        return Err(ApiError::ParcelRefused);
    }
    let people = app.store.people(campaign).await?;
    let owner = people.into_iter().find(|person| person.id == address.person).ok_or(ApiError::ParcelRefused)?;
    if app.store.fact(campaign, owner.id, FactKind::Disabled).await?.is_some() {
        return Err(ApiError::Revoked);
    }
    check_lineage(&app, &owner, &parcel).await?;
    let incoming = operations.iter().map(|operation| Incoming::read(operation.get())).collect();
    let By { person, at_ms } = signed.by(&app);
    let push = Push { person: owner.clone(), operations: incoming, now_ms: at_ms };
    let receipts = app.ledger()?.push(push).await?;
    app.metrics.count_operations(&receipts);
    let taken = receipts.iter().filter(|receipt| receipt.disposition.takes_effect()).count();
    let deed = Deed::Carried { of: owner.id, operations: u64::try_from(receipts.len()).unwrap_or(u64::MAX) };
    app.store.record(campaign, &Act { at_ms, person: Some(person), deed }).await?;
    Ok(Json(Carried { name: owner.name, taken, refused: receipts.len() - taken }))
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
