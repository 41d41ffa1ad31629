//! The acts that a store writes in the transaction of what they tell.

use std::collections::BTreeSet;

use serde::Serialize;
use shared::{
    audit::{AccountDeed, Act, ActRow, Deed, Inventory},
    id::{PersonId, UnitId},
    period::By,
    person::Person,
    unit::Unit,
};
use uuid::Uuid;

use super::{
    Account, Session, StoreError,
    rows::{corrupt, digest_of, json, number_of, of_json},
    seals::{account_digest, campaign_digest, unit_digest},
};

/// A unit joined.
pub(super) fn unit_added(unit: &Unit, by: By) -> Result<Act, StoreError> {
    let stored = unit_digest(i64::from(unit.position), &json(unit)?);
    Ok(of(by, Deed::UnitAdded { unit: unit.id, name: unit.name.clone(), stored }))
}

/// An account was created.
pub(super) fn account_created(account: &Account, by: By) -> Result<Act, StoreError> {
    let person = &account.person;
    let stored = account_digest(&person.account, &json(person)?, &account.password);
    let roles = codes(&person.roles)?;
    Ok(of(by, Deed::AccountCreated { account: person.id, name: person.account.clone(), roles, stored }))
}

/// Another name, unit or roles.
pub(super) fn account_changed(person: &Person, body: &str, password: &str, by: By) -> Result<Act, StoreError> {
    let stored = account_digest(&person.account, body, password);
    let (roles, duties) = (codes(&person.roles)?, codes(&person.duties)?);
    Ok(of_account(person.id, AccountDeed::Changed { unit: person.unit, roles, duties, stored }, by))
}

/// Something was done to an account.
pub(super) fn of_account(account: PersonId, deed: AccountDeed, by: By) -> Act {
    of(by, Deed::Account { account, deed })
}

fn codes<T: Serialize>(values: &BTreeSet<T>) -> Result<Vec<String>, StoreError> {
    values.iter().map(|value| Ok(json(value)?.trim_matches('"').to_owned())).collect()
}

/// A person's password is another.
pub(super) fn password_changed(by: By, account: &str, body: &str, password: &str) -> Act {
    of(by, Deed::PasswordChanged { stored: account_digest(account, body, password) })
}

/// A person logged in.
pub(super) fn logged_in(session: &Session) -> Act {
    let by = By { person: session.person, at_ms: session.created_ms };
    of(by, Deed::LoggedIn { address: session.address.clone(), session: session.token })
}

fn of(by: By, deed: Deed) -> Act {
    Act { at_ms: by.at_ms, person: Some(by.person), deed }
}

/// A row of `act`.
#[derive(sqlx::FromRow)]
pub(super) struct ActColumns {
    sequence: i64,
    chain: Vec<u8>,
    body: String,
}

impl TryFrom<ActColumns> for ActRow {
    type Error = StoreError;

    fn try_from(row: ActColumns) -> Result<Self, StoreError> {
        Ok(Self { sequence: number_of(row.sequence)?, chain: digest_of(&row.chain)?, act: of_json(&row.body)? })
    }
}

/// What stands beside the log, as stored.
pub(super) struct InventoryRows {
    pub(super) head: u64,
    pub(super) campaign: (String, String),
    pub(super) units: Vec<(Vec<u8>, i64, String)>,
    pub(super) accounts: Vec<(Vec<u8>, String, String, String)>,
}

impl TryFrom<InventoryRows> for Inventory {
    type Error = StoreError;

    fn try_from(rows: InventoryRows) -> Result<Self, StoreError> {
        let id = |bytes: &[u8]| Uuid::from_slice(bytes).map_err(corrupt);
        let units =
            rows.units.iter().map(|(unit, position, body)| Ok((UnitId(id(unit)?), unit_digest(*position, body))));
        let accounts = rows.accounts.iter().map(|(person, account, body, password)| {
            Ok((PersonId(id(person)?), account_digest(account, body, password)))
        });
        Ok(Self {
            head: rows.head,
            campaign: campaign_digest(&rows.campaign.0, &rows.campaign.1),
            units: units.collect::<Result<_, StoreError>>()?,
            accounts: accounts.collect::<Result<_, StoreError>>()?,
        })
    }
}
