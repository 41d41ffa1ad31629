//! Accounts.

use std::collections::BTreeSet;

use axum::{Json, extract::State};
use shared::{
    api::{NewPerson, PersonCreated},
    authorize::Action,
    id::PersonId,
    person::{Person, Role},
};

use crate::{app::SharedApp, auth::Signed, body::Body, entropy, error::ApiError, store::Account};

/// Everyone with an account.
pub async fn list(State(app): State<SharedApp>, signed: Signed) -> Result<Json<Vec<Person>>, ApiError> {
    signed.must(Action::ManagePeople)?;
    signed.touch(&app).await?;
    Ok(Json(app.store.people(app.ledger()?.campaign().id).await?))
}

/// Creates an account; its password is shown this once.
pub async fn create(
    State(app): State<SharedApp>,
    signed: Signed,
    Body(new): Body<NewPerson>,
) -> Result<Json<PersonCreated>, ApiError> {
    signed.must(Action::ManagePeople)?;
    signed.touch(&app).await?;
    let record = app.ledger()?.record();
    let checks = [
        ("account", is_account(&new.account)),
        ("name", (1..=40).contains(&new.name.trim().chars().count())),
        ("unit", record.units.iter().any(|unit| unit.id == new.unit)),
        ("roles", are_compatible(&new.roles)),
    ];
    let wrong: Vec<String> = checks.into_iter().filter(|(_, fine)| !fine).map(|(field, _)| field.to_owned()).collect();
    if !wrong.is_empty() {
        return Err(ApiError::InvalidField(wrong));
    }
    let person = Person {
        id: PersonId(entropy::new_id(app.clock.now_ms())),
        account: new.account,
        name: new.name.trim().to_owned(),
        unit: new.unit,
        roles: new.roles.into_iter().collect(),
        duties: new.duties.into_iter().collect(),
    };
    let password = entropy::code();
    let account = Account { person: person.clone(), password: app.passwords.hash(password.clone()).await? };
    app.store.add_account(record.campaign.id, &account, signed.by(&app)).await?;
    Ok(Json(PersonCreated { person, password }))
}

/// Whether a text may be an account's name.
pub fn is_account(account: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_');
    (2..=32).contains(&account.chars().count()) && account.chars().all(is_letter)
}

/// No account unites managing people, judging figures and auditing both.
fn are_compatible(roles: &[Role]) -> bool {
    let roles: BTreeSet<Role> = roles.iter().copied().collect();
    let alone = [Role::Administrator, Role::Auditor];
    !roles.is_empty() && (roles.len() == 1 || alone.iter().all(|role| !roles.contains(role)))
}
