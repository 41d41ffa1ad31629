//! Accounts with what is true of them.

use std::collections::{BTreeMap, BTreeSet};

use shared::{
    api::{AccountView, Grant},
    audit::{AccountDeed, Act, Deed},
    id::PersonId,
    period::By,
    person::{Person, Role, grant::Rights},
};

use crate::{
    app::App,
    error::ApiError,
    one_time, second_factor,
    store::{Fact, FactKind},
};

/// Every account of the campaign.
#[derive(Debug)]
pub struct Accounts {
    people: Vec<Person>,
    facts: BTreeMap<PersonId, Vec<Fact>>,
    now_ms: u64,
}

impl Accounts {
    /// All of them as they are now.
    pub async fn read(app: &App) -> Result<Self, ApiError> {
        let campaign = app.campaign()?;
        let mut facts: BTreeMap<PersonId, Vec<Fact>> = BTreeMap::new();
        for fact in app.store.facts(campaign).await? {
            facts.entry(fact.person).or_default().push(fact);
        }
        Ok(Self { people: app.store.people(campaign).await?, facts, now_ms: app.clock.now_ms() })
    }

    /// The account of a person.
    pub fn of(&self, person: PersonId) -> Result<AccountView, ApiError> {
        let found = self.people.iter().find(|other| other.id == person).ok_or(ApiError::NotFound)?;
        Ok(self.view(found.clone()))
    }

    /// All, by name.
    pub fn views(&self) -> Vec<AccountView> {
        self.people.iter().cloned().map(|person| self.view(person)).collect()
    }

    /// Whether somebody can confirm what is granted.
    pub fn has_officer(&self) -> bool {
        let is_officer =
            |person: &&Person| person.is(Role::Security) && self.fact(person.id, FactKind::Disabled).is_none();
        self.people.iter().any(|person| is_officer(&person))
    }

    fn fact(&self, person: PersonId, kind: FactKind) -> Option<&str> {
        self.facts.get(&person)?.iter().find(|fact| fact.kind == kind).map(|fact| fact.body.as_str())
    }

    fn view(&self, person: Person) -> AccountView {
        let fact = |kind| self.fact(person.id, kind);
        let invitation = fact(FactKind::Invitation).and_then(|text| one_time::Kept::living(text, self.now_ms));
        AccountView {
            disabled: fact(FactKind::Disabled).map(str::to_owned),
            invited_until_ms: invitation.map(|kept| kept.until_ms),
            has_second_factor: fact(FactKind::SecondFactor).is_some_and(second_factor::is_set),
            asked: fact(FactKind::Grant).and_then(|text| serde_json::from_str(text).ok()),
            person,
        }
    }
}

/// What is kept of a grant that waits.
pub fn kept(rights: Rights, by: By) -> Result<String, ApiError> {
    let Rights { roles, duties } = rights;
    serde_json::to_string(&Grant { roles, duties, by: by.person, at_ms: by.at_ms }).map_err(ApiError::internal)
}

/// The act that tells of an account.
pub fn act(account: PersonId, deed: AccountDeed, by: By) -> Act {
    Act { at_ms: by.at_ms, person: Some(by.person), deed: Deed::Account { account, deed } }
}

/// Roles as the audit log names them.
pub fn codes(roles: &BTreeSet<Role>) -> Vec<String> {
    let code = |role: &Role| serde_json::to_value(role).ok().and_then(|value| value.as_str().map(str::to_owned));
    roles.iter().filter_map(code).collect()
}
