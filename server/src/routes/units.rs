//! Responsible units.

use axum::{Json, extract::State};
use shared::{
    api::NewUnit,
    authorize::Action,
    id::UnitId,
    period::By,
    unit::{Group, Unit},
};

use crate::{
    app::{App, SharedApp},
    auth::Signed,
    body::Body,
    entropy,
    error::ApiError,
};

/// Adds a unit at the end of the list.
pub async fn create(
    State(app): State<SharedApp>,
    signed: Signed,
    Body(new): Body<NewUnit>,
) -> Result<Json<Unit>, ApiError> {
    signed.must(Action::ManageUnits)?;
    signed.touch(&app).await?;
    add(&app, new.name.trim().to_owned(), new.group, signed.by(&app)).await.map(Json)
}

/// Adds one on the word of somebody who may.
pub(super) async fn add(app: &App, name: String, group: Group, by: By) -> Result<Unit, ApiError> {
    if !(1..=40).contains(&name.chars().count()) {
        return Err(ApiError::InvalidField(vec!["name".to_owned()]));
    }
    let record = app.ledger()?.record();
    let units = &record.units;
    if units.iter().any(|unit| unit.name == name) {
        return Err(ApiError::Duplicate);
    }
    let position = units.iter().map(|unit| unit.position).max().unwrap_or_default().saturating_add(1);
    let id = UnitId(entropy::new_id(app.clock.now_ms()));
    let unit = Unit { id, name, group, position, from: None, until: None };
    app.ledger()?.add_unit(unit.clone(), by).await?;
    Ok(unit)
}
