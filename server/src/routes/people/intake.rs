//! Units and people out of a workbook: a dry run first, then all of it.

use axum::{Json, extract::State, http::HeaderMap};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use shared::{
    api::{IntakeTaken, Invitation, Workbook},
    audit::{Act, Deed},
    authorize::Action,
    intake::{self, Intake, PersonLine},
    period::By,
    person::grant::Rights,
};

use super::{Joining, add};
use crate::{
    accounts::Accounts,
    app::{App, SharedApp},
    auth::Signed,
    body::Body,
    entropy,
    error::ApiError,
    routes::units,
    score::file,
};

/// What a workbook would create. Nothing is created by it.
pub async fn preview(
    State(app): State<SharedApp>,
    signed: Signed,
    Body(workbook): Body<Workbook>,
) -> Result<Json<Intake>, ApiError> {
    signed.must(Action::ManagePeople)?;
    signed.touch(&app).await?;
    judge(&app, workbook).await.map(Json)
}

/// Creates what is not there yet. What stops half way is finished by taking the same workbook in again.
pub async fn create(
    State(app): State<SharedApp>,
    signed: Signed,
    headers: HeaderMap,
    Body(workbook): Body<Workbook>,
) -> Result<Json<IntakeTaken>, ApiError> {
    signed.must(Action::ManagePeople)?;
    signed.must(Action::ManageUnits)?;
    signed.touch(&app).await?;
    let Intake { faults, units, people, .. } = judge(&app, workbook).await?;
    if !faults.is_empty() {
        return Err(ApiError::InvalidField(vec!["content".to_owned()]));
    }
    let by = signed.by(&app);
    let mut added = 0;
    for line in units {
        match units::add(&app, line.name, line.group, by).await {
            Ok(_) => added += 1,
            // Somebody else was faster, with the same unit.
            Err(ApiError::Duplicate) => {}
            Err(error) => return Err(error),
        }
    }
    let invitations = join(&app, &headers, people, by).await?;
    let count = u64::try_from(invitations.len()).map_err(ApiError::internal)?;
    let deed = Deed::Imported { units: added, people: count };
    app.store.record(app.campaign()?, &Act { at_ms: by.at_ms, person: Some(by.person), deed }).await?;
    Ok(Json(IntakeTaken { units: added, invitations }))
}

async fn judge(app: &App, workbook: Workbook) -> Result<Intake, ApiError> {
    // What is no base64 is no workbook either: its reader says so.
    let bytes = STANDARD.decode(&workbook.content).unwrap_or_default();
    match file::sheets(&workbook.name, bytes) {
        Ok(sheets) => {
            let people = app.store.people(app.campaign()?).await?;
            let accounts = people.into_iter().map(|person| person.account).collect();
            Ok(intake::read(&sheets, &app.ledger()?.record().units, &accounts))
        }
        Err(text) => {
            let fault = intake::Fault { sheet: String::new(), cell: String::new(), text };
            Ok(Intake { faults: vec![fault], ..Intake::default() })
        }
    }
}

async fn join(app: &App, headers: &HeaderMap, people: Vec<PersonLine>, by: By) -> Result<Vec<Invitation>, ApiError> {
    let record = app.ledger()?.record();
    let has_officer = Accounts::read(app).await?.has_officer();
    // One hash that no password has does for all: hashing takes long.
    let password = app.passwords.hash(entropy::hex::<32>()).await?;
    let mut invitations = Vec::new();
    for line in people {
        let PersonLine { account, name, unit, roles, duties } = line;
        let unit = record.units.iter().find(|known| known.name == unit).ok_or(ApiError::NotFound)?.id;
        let joining = Joining { account, name, unit, given: Rights { roles, duties } };
        match add(app, headers, joining, password.clone(), has_officer, by).await {
            Ok((_, invitation)) => invitations.push(invitation),
            Err(ApiError::Duplicate) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(invitations)
}
