//! The roster: changed in the log's turn, so that nobody parts twice and every project is one of the ledger.

use std::sync::Arc;

use shared::{
    audit::{Act, Deed},
    id::RecordId,
    person::Person,
    record::RecordKind,
    roster::{Roster, RosterChange},
};

use super::Keeper;
use crate::error::ApiError;

impl Keeper {
    /// Who answers for what, and which leader stands by whom.
    pub const fn roster(&self) -> &Arc<Roster> {
        &self.roster
    }

    /// Changes it, decided while nobody appends to the log. Gives the roster as it is then.
    pub async fn change_roster(
        &mut self,
        person: &Person,
        change: RosterChange,
        now_ms: u64,
    ) -> Result<Arc<Roster>, ApiError> {
        let turn = self.store.turn(self.campaign().id).await?;
        self.follow(turn.head()).await?;
        let is_project =
            |id: RecordId| self.log.replica().get(id).is_some_and(|record| record.kind == RecordKind::Project);
        self.roster.decide(person, &change, self.campaign(), &self.record.units, is_project)?;
        let act = Act { at_ms: now_ms, person: Some(person.id), deed: Deed::Roster { change } };
        turn.decide(self.log.head(), &act, None).await?;
        self.catch_up().await?;
        Ok(self.roster.clone())
    }
}
