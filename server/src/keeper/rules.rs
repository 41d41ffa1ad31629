//! Rules: schemes and targets, put in force in the log's turn; what a change would move is computed before.

use std::sync::Arc;

use shared::{
    audit::Act,
    period::{Basis, Difference},
    person::Person,
    rules::{Change, Preview, Rules},
};

use super::{Keeper, periods::frozen};
use crate::{error::ApiError, store::StoreError};

impl Keeper {
    /// What was put in force after the campaign began.
    pub const fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    /// What rankings are computed from beside the log.
    pub(super) fn basis(&self) -> Basis {
        let record = &self.record;
        self.rules.basis(&record.campaign, &record.units, &record.targets)
    }

    /// What a change would do to the ranking of the present month, or of the first one for which it would hold.
    pub async fn preview(&mut self, change: &Change, now_ms: u64) -> Result<Preview, StoreError> {
        self.refresh_if_stale().await?;
        let sound = match self.rules.read(change, &self.record.units) {
            Ok(sound) => sound,
            Err(issues) => return Ok(Preview { issues, ..Preview::default() }),
        };
        let present = self.campaign().period_at(now_ms);
        let month = if sound.from.year() == present.year() { present.max(sound.from) } else { present };
        let before = self.current(month).await?;
        let after = sound.put_into(self.basis()).board(self.log.replica()).ranking(month);
        Ok(Preview {
            issues: Vec::new(),
            outline: sound.outline(),
            from: Some(sound.from),
            month: Some(month),
            moved: Difference::between(&before, &after).moved,
            warnings: sound.warnings,
        })
    }

    /// Puts a change in force, decided while nobody appends to the log. Gives the rules as they are then.
    pub async fn change_rules(
        &mut self,
        person: &Person,
        change: &Change,
        now_ms: u64,
    ) -> Result<Arc<Rules>, ApiError> {
        let turn = self.store.turn(self.campaign().id).await?;
        self.follow(turn.head()).await?;
        let sound = self.rules.read(change, &self.record.units);
        let sound = sound.map_err(|_| ApiError::InvalidField(vec!["content".to_owned()]))?;
        sound.decide(person, self.campaign(), frozen(&self.periods))?;
        let act = Act { at_ms: now_ms, person: Some(person.id), deed: sound.deed };
        turn.decide(self.log.head(), &act, None).await?;
        self.catch_up().await?;
        Ok(self.rules.clone())
    }
}
