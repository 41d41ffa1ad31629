//! Accounts.

pub mod intake;
mod steps;

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use shared::{
    api::{AccountView, Invitation, NewPerson, PersonCreated, SessionLine},
    audit::AccountDeed,
    authorize::Action,
    id::{PersonId, UnitId},
    period::By,
    person::{
        Person,
        grant::{self, Rights},
        is_account, may_unite,
    },
};

pub use self::steps::step;
use crate::{
    accounts::{self, Accounts},
    app::{App, SharedApp},
    auth::{self, Signed},
    body::Body,
    entropy,
    error::ApiError,
    one_time::{self, Place},
    routes::sessions,
    store::{Account, Change, FactKind},
};

/// How long an invitation waits.
const INVITATION_MS: u64 = 7 * 24 * 3600 * 1000;

/// Everyone with an account.
pub async fn list(State(app): State<SharedApp>, signed: Signed) -> Result<Json<Vec<AccountView>>, ApiError> {
    signed.must(Action::ReadPeople)?;
    signed.touch(&app).await?;
    Ok(Json(Accounts::read(&app).await?.views()))
}

/// The devices on which a person is logged in.
pub async fn list_sessions(
    State(app): State<SharedApp>,
    signed: Signed,
    Path(person): Path<String>,
) -> Result<Json<Vec<SessionLine>>, ApiError> {
    signed.must(Action::ManagePeople)?;
    signed.touch(&app).await?;
    let person = id(&person)?;
    Accounts::read(&app).await?.of(person)?;
    sessions::lines(&app, person, signed.token).await.map(Json)
}

/// Creates an account that nobody can log in to until its invitation is taken.
pub async fn create(
    State(app): State<SharedApp>,
    signed: Signed,
    headers: HeaderMap,
    Body(new): Body<NewPerson>,
) -> Result<Json<PersonCreated>, ApiError> {
    signed.must(Action::ManagePeople)?;
    signed.touch(&app).await?;
    let given = Rights { roles: new.roles.into_iter().collect(), duties: new.duties.into_iter().collect() };
    let mut wrong = wrong_fields(&app, &new.name, new.unit, &given)?;
    if !is_account(&new.account) {
        wrong.insert(0, "account".to_owned());
    }
    if !wrong.is_empty() {
        return Err(ApiError::InvalidField(wrong));
    }
    let joining = Joining { account: new.account, name: new.name.trim().to_owned(), unit: new.unit, given };
    let has_officer = Accounts::read(&app).await?.has_officer();
    // No password is the one of this hash.
    let password = app.passwords.hash(entropy::hex::<32>()).await?;
    let (person, invitation) = add(&app, &headers, joining, password, has_officer, signed.by(&app)).await?;
    Ok(Json(PersonCreated { account: Accounts::read(&app).await?.of(person)?, invitation }))
}

/// Somebody who gets an account.
struct Joining {
    account: String,
    name: String,
    unit: UnitId,
    given: Rights,
}

/// Creates an account; what of its rights has to wait does, and the person is invited.
async fn add(
    app: &App,
    headers: &HeaderMap,
    joining: Joining,
    password: String,
    has_officer: bool,
    by: By,
) -> Result<(PersonId, Invitation), ApiError> {
    let Joining { account, name, unit, given } = joining;
    let now = grant::effect(&Rights::default(), &given, has_officer);
    let id = PersonId(entropy::new_id(by.at_ms));
    let person = Person { id, account, name, unit, roles: now.roles.clone(), duties: now.duties.clone() };
    let account = Account { person: person.clone(), password };
    app.store.add_account(app.campaign()?, &account, by).await?;
    if now != given {
        ask(app, id, given, by).await?;
    }
    Ok((id, invite(app, headers, &person, by).await?))
}

/// What is wrong with a name, unit or rights.
fn wrong_fields(app: &App, name: &str, unit: UnitId, given: &Rights) -> Result<Vec<String>, ApiError> {
    let record = app.ledger()?.record();
    let checks = [
        ("name", (1..=40).contains(&name.trim().chars().count())),
        ("unit", record.units.iter().any(|known| known.id == unit)),
        ("roles", may_unite(&given.roles)),
    ];
    Ok(checks.into_iter().filter(|(_, fine)| !fine).map(|(field, _)| field.to_owned()).collect())
}

/// Lets what was given wait for the security officer.
async fn ask(app: &App, person: PersonId, given: Rights, by: By) -> Result<(), ApiError> {
    let act = accounts::act(person, AccountDeed::GrantAsked { roles: accounts::codes(&given.roles) }, by);
    let (kind, kept) = (FactKind::Grant, accounts::kept(given, by)?);
    let before = app.store.fact(app.campaign()?, person, kind).await?;
    let change = Change { person, kind, from: before.as_deref(), to: Some(&kept) };
    Ok(app.store.change_fact(app.campaign()?, change, Some(&act)).await?)
}

/// A new invitation; the one before is worth nothing from now on.
async fn invite(app: &App, headers: &HeaderMap, person: &Person, by: By) -> Result<Invitation, ApiError> {
    let place = Place { origin: &auth::origin(headers), path: "/invitation" };
    let tell = |until_ms| accounts::act(person.id, AccountDeed::Invited { until_ms }, by);
    one_time::make(app, person, FactKind::Invitation, INVITATION_MS, place, tell).await
}

fn id(text: &str) -> Result<PersonId, ApiError> {
    text.parse().map_err(|_| ApiError::NotFound)
}
