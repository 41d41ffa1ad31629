//! What is done to an account.

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use shared::{
    api::{AccountView, PersonStep, PersonStepped},
    audit::AccountDeed,
    authorize::Action,
    period::By,
    person::{
        Person,
        grant::{self, Rights},
    },
};

use super::{ask, id, invite, wrong_fields};
use crate::{
    accounts::{self, Accounts},
    app::{App, SharedApp},
    auth::Signed,
    body::Body,
    error::ApiError,
    second_factor,
    store::{Change, FactKind, Standing, Which},
};

/// Characters of a reason.
const REASON_CHARS_MAX: usize = 200;

/// Takes a step with an account. Nobody takes one with the own account: two people manage, or none.
pub async fn step(
    State(app): State<SharedApp>,
    signed: Signed,
    headers: HeaderMap,
    Path(person): Path<String>,
    Body(step): Body<PersonStep>,
) -> Result<Json<PersonStepped>, ApiError> {
    signed.must(match step {
        PersonStep::Confirm | PersonStep::Decline { .. } => Action::ConfirmGrants,
        PersonStep::Change { .. }
        | PersonStep::Disable { .. }
        | PersonStep::Enable
        | PersonStep::Invite
        | PersonStep::ResetSecondFactor
        | PersonStep::EndSessions => Action::ManagePeople,
    })?;
    signed.touch(&app).await?;
    let accounts = Accounts::read(&app).await?;
    let account = accounts.of(id(&person)?)?;
    if account.person.id == signed.person.id {
        return Err(ApiError::SecondPerson);
    }
    let (by, of) = (signed.by(&app), account.person.id);
    let mut invitation = None;
    match step {
        PersonStep::Change { name, unit, roles, duties } => {
            let given = Rights { roles: roles.into_iter().collect(), duties: duties.into_iter().collect() };
            let wrong = wrong_fields(&app, &name, unit, &given)?;
            if !wrong.is_empty() {
                return Err(ApiError::InvalidField(wrong));
            }
            let changed = Person { name: name.trim().to_owned(), unit, ..account.person.clone() };
            change(&app, &account, changed, given, accounts.has_officer(), by).await?;
        }
        PersonStep::Disable { reason } => app.store.disable(app.campaign()?, of, &said(&reason)?, by).await?,
        PersonStep::Enable => take(&app, &account, FactKind::Disabled, AccountDeed::Enabled, by).await?,
        PersonStep::Invite => {
            if account.disabled.is_some() {
                return Err(ApiError::Revoked);
            }
            invitation = Some(invite(&app, &headers, &account.person, by).await?);
        }
        PersonStep::ResetSecondFactor => {
            second_factor::reset(&app, of, by.person).await?;
            end_sessions(&app, &account.person, by).await?;
        }
        PersonStep::EndSessions => end_sessions(&app, &account.person, by).await?,
        PersonStep::Confirm => confirm(&app, &account, by).await?,
        PersonStep::Decline { reason } => {
            take(&app, &account, FactKind::Grant, AccountDeed::GrantDeclined { reason: said(&reason)? }, by).await?;
        }
    }
    Ok(Json(PersonStepped { account: Accounts::read(&app).await?.of(of)?, invitation }))
}

/// What of it takes effect now does; the rest waits. A grant that waited is replaced by this one.
async fn change(
    app: &App,
    account: &AccountView,
    changed: Person,
    given: Rights,
    has_officer: bool,
    by: By,
) -> Result<(), ApiError> {
    let held = Rights { roles: account.person.roles.clone(), duties: account.person.duties.clone() };
    let now = grant::effect(&held, &given, has_officer);
    let (of, is_whole) = (changed.id, now == given);
    put(app, account, Person { roles: now.roles, duties: now.duties, ..changed }, by).await?;
    if !is_whole {
        return ask(app, of, given, by).await;
    }
    if account.asked.is_some() {
        let declined = AccountDeed::GrantDeclined { reason: String::new() };
        take(app, account, FactKind::Grant, declined, by).await?;
    }
    Ok(())
}

/// What waited takes effect.
async fn confirm(app: &App, account: &AccountView, by: By) -> Result<(), ApiError> {
    let asked = account.asked.clone().ok_or(ApiError::NotFound)?;
    if asked.by == by.person {
        return Err(ApiError::SecondPerson);
    }
    take(app, account, FactKind::Grant, AccountDeed::GrantConfirmed, by).await?;
    let person = Person { roles: asked.roles, duties: asked.duties, ..account.person.clone() };
    put(app, account, person, by).await
}

/// Stores a person. Whose new roles ask for a second factor sets it up before the next step.
async fn put(app: &App, account: &AccountView, person: Person, by: By) -> Result<(), ApiError> {
    let campaign = app.campaign()?;
    app.store.change_person(campaign, &person, by).await?;
    if app.asks_second_factor && person.needs_second_factor() && !account.has_second_factor {
        app.store.set_standing(campaign, person.id, Which::All, Standing::Enrolling, None).await?;
    }
    Ok(())
}

/// Takes a fact away that is there.
async fn take(app: &App, account: &AccountView, kind: FactKind, deed: AccountDeed, by: By) -> Result<(), ApiError> {
    let (campaign, person) = (app.campaign()?, account.person.id);
    let stored = app.store.fact(campaign, person, kind).await?.ok_or(ApiError::NotFound)?;
    let change = Change { person, kind, from: Some(&stored), to: None };
    Ok(app.store.change_fact(campaign, change, Some(&accounts::act(person, deed, by))).await?)
}

async fn end_sessions(app: &App, person: &Person, by: By) -> Result<(), ApiError> {
    app.store.set_standing(app.campaign()?, person.id, Which::All, Standing::Revoked, Some(by)).await?;
    Ok(())
}

fn said(reason: &str) -> Result<String, ApiError> {
    let reason = reason.trim();
    let is_said = (1..=REASON_CHARS_MAX).contains(&reason.chars().count());
    if is_said { Ok(reason.to_owned()) } else { Err(ApiError::InvalidField(vec!["reason".to_owned()])) }
}
