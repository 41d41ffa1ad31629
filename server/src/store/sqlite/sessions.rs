//! Sessions that were looked up lately. Every request asks for one, and they rarely change: the database itself says
//! when something was written that one could depend on, whoever wrote it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use shared::{
    id::{CampaignId, Digest},
    person::Person,
};

use crate::store::Session;

/// Sessions that are remembered; beyond it all are looked up anew.
const REMEMBERED_MAX: usize = 10_000;

/// Tables that no session depends on. Whatever else is written makes all of them forgotten.
const APART: [&str; 9] =
    ["log", "campaign", "aside", "act", "audit", "period_result", "login_failure", "account_fact", "setting"];

/// What was looked up since the last change.
#[derive(Clone, Debug, Default)]
pub(super) struct Sessions(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    /// How often everything was forgotten.
    epoch: u64,
    /// Something is being written: until that is committed nobody can say what holds.
    is_changing: bool,
    found: HashMap<(CampaignId, Digest), (Session, Person)>,
}

/// A look-up that may be remembered, as long as nothing has changed since it began.
#[derive(Clone, Copy, Debug)]
pub(super) struct LookUp(u64);

impl Sessions {
    /// The session of a token, where it is known; else the look-up to begin.
    pub(super) fn get(&self, campaign: CampaignId, token: Digest) -> Result<(Session, Person), Option<LookUp>> {
        let known = self.lock();
        if known.is_changing {
            return Err(None);
        }
        known.found.get(&(campaign, token)).cloned().ok_or(Some(LookUp(known.epoch)))
    }

    /// Remembers what a look-up has found.
    pub(super) fn remember(&self, look_up: LookUp, campaign: CampaignId, found: &(Session, Person)) {
        let mut known = self.lock();
        if known.epoch != look_up.0 || known.is_changing {
            return;
        }
        if known.found.len() >= REMEMBERED_MAX {
            known.found.clear();
        }
        known.found.insert((campaign, found.0.token), found.clone());
    }

    /// A row of a table was written, in a transaction that is still open.
    pub(super) fn written(&self, table: &str) {
        if !APART.contains(&table) {
            self.lock().is_changing = true;
        }
    }

    /// The one connection that writes is free: its transaction is over.
    pub(super) fn settled(&self) {
        let mut known = self.lock();
        if known.is_changing {
            *known = Known { epoch: known.epoch.wrapping_add(1), ..Known::default() };
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use shared::id::PersonId;
    use uuid::Uuid;

    use super::*;
    use crate::store::{
        Standing,
        contract::{CAMPAIGN, account},
    };

    fn session() -> (Session, Person) {
        let token = Digest([7; 32]);
        let session = Session {
            token,
            person: PersonId(Uuid::from_u128(1)),
            created_ms: 1,
            seen_ms: 1,
            address: String::new(),
            device: String::new(),
            standing: Standing::Open,
        };
        (session, account(1, "gudong").person)
    }

    #[test]
    fn a_session_is_known_until_something_it_depends_on_is_written() {
        let (sessions, found) = (Sessions::default(), session());
        let token = found.0.token;
        let look_up = sessions.get(CAMPAIGN, token).unwrap_err().unwrap();
        sessions.remember(look_up, CAMPAIGN, &found);
        sessions.written("log");
        sessions.settled();
        assert_eq!(sessions.get(CAMPAIGN, token).unwrap(), found);
        sessions.written("person");
        assert!(sessions.get(CAMPAIGN, token).unwrap_err().is_none(), "before the commit nobody knows");
        sessions.settled();
        assert!(sessions.get(CAMPAIGN, token).unwrap_err().is_some());
    }

    #[test]
    fn what_was_read_before_a_change_is_not_remembered_after_it() {
        let (sessions, found) = (Sessions::default(), session());
        let look_up = sessions.get(CAMPAIGN, found.0.token).unwrap_err().unwrap();
        sessions.written("session");
        sessions.remember(look_up, CAMPAIGN, &found);
        sessions.settled();
        sessions.remember(look_up, CAMPAIGN, &found);
        assert!(sessions.get(CAMPAIGN, found.0.token).is_err());
    }
}
