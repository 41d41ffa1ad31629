//! What a tablet must know to work offline.

use axum::{Json, extract::State};
use shared::{
    api::CampaignView,
    authorize::{Action, authorize},
    person::{Person, Role},
    record::RecordKind,
};

use crate::{app::SharedApp, auth::Signed, error::ApiError};

/// The campaign as the person may see it.
pub async fn show(State(app): State<SharedApp>, signed: Signed) -> Result<Json<CampaignView>, ApiError> {
    signed.touch(&app).await?;
    let ledger = app.ledger()?;
    let (record, rules) = ((*ledger.record()).clone(), ledger.rules());
    let present = record.campaign.period_at(app.clock.now_ms());
    let mut targets = rules.targets_in(present).cloned().unwrap_or(record.targets);
    if !authorize(&signed.person, Action::ReadTargets) {
        targets.retain(|unit, _| *unit == signed.person.unit);
    }
    let people = app.store.people(record.campaign.id).await?;
    let people = people
        .into_iter()
        .filter(|person| sees(&signed.person, person))
        .map(|person| (person.id, person.name))
        .collect();
    let periods = record.campaign.periods();
    Ok(Json(CampaignView { campaign: record.campaign, units: record.units, periods, targets, people }))
}

/// Whether records that the reader sees may name this person: as author, or as one who judged them.
fn sees(reader: &Person, person: &Person) -> bool {
    let reads_unit = RecordKind::ALL.into_iter().any(|kind| authorize(reader, Action::ReadRecord(kind, person.unit)));
    reads_unit || person.unit == reader.unit || person.is(Role::Verifier) || person.is(Role::CampaignOffice)
}
