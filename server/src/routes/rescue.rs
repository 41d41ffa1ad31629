//! Work of people and devices out of service, for those to look through who answer for the unit.

use axum::{
    Json,
    extract::{Path, State},
};
use shared::{
    api::{RescueOutcome, RescueSettled, RescueStep, RescuedItem},
    audit::{Act, Deed},
    authorize::{Action, authorize},
    id::{ActorId, Digest, OperationId},
    issue::RefusalCode,
    merge::{
        operation::{Disposition, Operation},
        stamp::Stamp,
    },
};

use crate::{
    app::{App, SharedApp},
    auth::Signed,
    body::Body,
    entropy,
    error::ApiError,
    keeper::{Incoming, Push},
    store::Aside,
};

/// Characters of a reason.
const REASON_CHARS_MAX: usize = 200;

/// What was kept of the units that one answers for, oldest first.
pub async fn list(State(app): State<SharedApp>, signed: Signed) -> Result<Json<Vec<RescuedItem>>, ApiError> {
    signed.must(Action::Rescue(signed.person.unit))?;
    signed.touch(&app).await?;
    let mut items = read(&app).await?;
    items.retain(|item| authorize(&signed.person, Action::Rescue(item.operation.unit)));
    Ok(Json(items))
}

/// Sends one again in one's own name, or leaves it.
pub async fn step(
    State(app): State<SharedApp>,
    signed: Signed,
    Path(id): Path<String>,
    Body(step): Body<RescueStep>,
) -> Result<Json<RescueSettled>, ApiError> {
    signed.must(Action::Rescue(signed.person.unit))?;
    signed.touch(&app).await?;
    let id: Digest = id.parse().map_err(|_| ApiError::NotFound)?;
    let mut item = read(&app).await?.into_iter().find(|item| item.id == id).ok_or(ApiError::NotFound)?;
    signed.must(Action::Rescue(item.operation.unit))?;
    if item.outcome.is_some() {
        return Err(ApiError::Duplicate);
    }
    let (adopted, reason, receipt) = match step {
        RescueStep::Discard { reason } => {
            let reason = reason.trim().to_owned();
            if !(1..=REASON_CHARS_MAX).contains(&reason.chars().count()) {
                return Err(ApiError::InvalidField(vec!["reason".to_owned()]));
            }
            (false, reason, None)
        }
        RescueStep::Adopt => {
            signed.must(Action::EditRecord(item.operation.kind, item.operation.unit))?;
            let operations = vec![Incoming::Operation(Box::new(again(&app, &signed, &item)))];
            let push = Push { person: signed.person.clone(), operations, now_ms: app.clock.now_ms() };
            let receipt = app.ledger()?.push(push).await?.pop();
            if receipt.as_ref().is_none_or(|receipt| receipt.refusal().is_some()) {
                return Ok(Json(RescueSettled { item, receipt }));
            }
            (true, String::new(), receipt)
        }
    };
    let (by, at_ms) = (signed.person.id, app.clock.now_ms());
    let outcome = RescueOutcome { adopted, by, at_ms, reason: reason.clone() };
    let kept = serde_json::to_string(&outcome).map_err(ApiError::internal)?;
    let act = Act { at_ms, person: Some(by), deed: Deed::Rescued { item: id, adopted, reason } };
    app.store.settle_aside(app.campaign()?, id, &kept, &act).await?;
    item.outcome = Some(outcome);
    Ok(Json(RescueSettled { item, receipt }))
}

/// The same operation by another author, in a store of its own.
fn again(app: &App, signed: &Signed, item: &RescuedItem) -> Operation {
    let now_ms = app.clock.now_ms();
    Operation {
        id: OperationId(entropy::new_id(now_ms)),
        author: signed.person.id,
        actor: ActorId(u64::from_be_bytes(entropy::bytes())),
        counter: 1,
        stamp: Stamp::at_ms(now_ms),
        ..item.operation.clone()
    }
}

async fn read(app: &App) -> Result<Vec<RescuedItem>, ApiError> {
    let asides = app.store.asides(app.campaign()?).await?;
    let is_rescued = |aside: &Aside| aside.disposition == Disposition::Quarantined(RefusalCode::Revoked);
    let item = |aside: Aside| {
        let outcome = aside.outcome.as_deref().map(serde_json::from_str).transpose();
        Some(RescuedItem {
            id: aside.digest,
            person: aside.person,
            received_ms: aside.received_ms,
            // What no code of ours has written stays for the doctor alone.
            operation: serde_json::from_str(&aside.body).ok()?,
            outcome: outcome.ok()?,
        })
    };
    Ok(asides.into_iter().filter(is_rescued).filter_map(item).collect())
}
