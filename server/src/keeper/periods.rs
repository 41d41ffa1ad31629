//! Periods: steps decided in the log's turn, frozen results signed and stored, published ones shown as they were.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};
use shared::{
    api::ErrorCode,
    audit::{Act, Deed as AuditDeed},
    calendar::Month,
    id::{Digest, UnitId},
    period::{By, Deed, Edition, Frozen, FrozenResult, History, Refused, Situation, Step, Timetable, decide},
    person::Person,
    roster::Roster,
    rules::Rules,
    scoring::{
        movement::Movement,
        result::{Explanation, Ranking},
    },
};

use super::Keeper;
use crate::{
    error::ApiError,
    signing::SigningKey,
    store::{StoreError, archive::StoredResult},
};

/// What was done to each period.
pub type Histories = BTreeMap<Month, History>;

/// A step that a person wants to take.
#[derive(Clone, Debug)]
pub struct StepRequest {
    /// Who.
    pub person: Person,
    /// The period.
    pub month: Month,
    /// What.
    pub step: Step,
    /// When.
    pub now_ms: u64,
    /// What signs a frozen result.
    pub key: SigningKey,
}

/// Why a unit had its score when a period was frozen, and why it moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reasons {
    /// Why it had its score.
    pub explanation: Explanation,
    /// Why it moved since the month before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub movement: Option<Movement>,
}

/// The explanations of a frozen result, stored beside it.
pub type Annex = BTreeMap<UnitId, Reasons>;

/// A published result.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) ranking: Arc<Ranking>,
    pub(super) annex: Annex,
}

/// The months for which what still arrives is late.
pub(super) fn frozen(periods: &Histories) -> impl Iterator<Item = Month> {
    periods.iter().filter(|(_, history)| history.is_frozen()).map(|(month, _)| *month)
}

impl Keeper {
    /// What was done to each period.
    pub const fn periods(&self) -> &Arc<Histories> {
        &self.periods
    }

    /// Takes a step with a period: decided, and what it freezes computed, while nobody appends to the log.
    ///
    /// Gives what was done to the period by then.
    pub async fn step(&mut self, request: &StepRequest) -> Result<History, ApiError> {
        let campaign = self.campaign().id;
        if request.month.year() != self.campaign().year {
            return Err(ApiError::NotFound);
        }
        let turn = self.store.turn(campaign).await?;
        self.follow(turn.head()).await?;
        let history = self.periods.get(&request.month).cloned().unwrap_or_default();
        let situation = Situation {
            history: &history,
            timetable: &Timetable::of(request.month),
            now_ms: request.now_ms,
            digest: self.board.ranking(request.month).digest,
        };
        decide(&request.person, &request.step, &situation)?;
        let (deed, result) = self.deed(request, &history).await?;
        let (person, deed) = (Some(request.person.id), AuditDeed::Period { month: request.month, deed });
        let act = Act { at_ms: request.now_ms, person, deed };
        turn.decide(self.log.head(), &act, result.as_ref()).await?;
        self.catch_up().await?;
        Ok(self.periods.get(&request.month).cloned().unwrap_or_default())
    }

    /// Reads what was done to the periods and what was put in force; gives whether the rules are others.
    pub(super) async fn read_acts(&mut self) -> Result<bool, StoreError> {
        let (mut periods, mut rules, mut roster) = (Histories::new(), Rules::default(), Roster::default());
        for act in self.store.period_acts(self.campaign().id).await? {
            let Some(by) = act.person.map(|person| By { person, at_ms: act.at_ms }) else { continue };
            match &act.deed {
                AuditDeed::Period { month, deed } => periods.entry(*month).or_default().apply(deed, by),
                AuditDeed::Roster { change } => roster.apply(change, by),
                deed => rules.apply(deed, by).map_err(StoreError::Corrupt)?,
            }
        }
        self.log.set_frozen(frozen(&periods));
        if periods != *self.periods {
            self.periods = Arc::new(periods);
            self.published.clear();
        }
        if roster != *self.roster {
            self.roster = Arc::new(roster);
        }
        let is_other = rules != *self.rules;
        if is_other {
            self.rules = Arc::new(rules);
        }
        Ok(is_other)
    }

    /// The published result of a period, where there is one.
    pub(super) async fn published(&mut self, month: Month) -> Result<Option<Arc<Published>>, StoreError> {
        let Some(edition) = self.periods.get(&month).and_then(History::published) else {
            return Ok(None);
        };
        if let Some(known) = self.published.get(&month) {
            return Ok(Some(known.clone()));
        }
        let stored = self.store.result(self.record.campaign.id, month, edition.frozen.edition).await?;
        let published = Arc::new(Published {
            ranking: Arc::new(read(&stored.document)?.ranking),
            annex: serde_json::from_str(&stored.annex).map_err(damaged)?,
        });
        self.published.insert(month, published.clone());
        Ok(Some(published))
    }

    async fn deed(&self, request: &StepRequest, history: &History) -> Result<(Deed, Option<StoredResult>), ApiError> {
        let last = history.editions.last().map_or(0, |edition| edition.frozen.edition);
        Ok(match &request.step {
            Step::Confirm { digest } => {
                let (frozen, result) = self.freeze(request, history, *digest).await?;
                (Deed::Frozen(Box::new(frozen)), Some(result))
            }
            Step::Propose { digest } => (Deed::Proposed { digest: *digest }, None),
            Step::Decline => (Deed::Declined, None),
            Step::Publish => (Deed::Published { edition: last }, None),
            Step::Reopen { reason } => (Deed::Reopened { reason: reason.trim().to_owned() }, None),
            Step::Object { unit, text } => (Deed::Objected { unit: *unit, text: text.trim().to_owned() }, None),
            Step::Answer { objection, upheld, text } => {
                (Deed::Answered { objection: *objection, upheld: *upheld, text: text.trim().to_owned() }, None)
            }
            Step::Appeal { objection, text, .. } => {
                (Deed::Appealed { objection: *objection, text: text.trim().to_owned() }, None)
            }
            Step::Rule { objection, upheld, text } => {
                (Deed::Ruled { objection: *objection, upheld: *upheld, text: text.trim().to_owned() }, None)
            }
        })
    }

    async fn freeze(
        &self,
        request: &StepRequest,
        history: &History,
        seen: Digest,
    ) -> Result<(Frozen, StoredResult), ApiError> {
        let (month, edition) = (request.month, history.next_edition());
        let before = match history.editions.last() {
            Some(Edition { frozen, .. }) => {
                Some(read(&self.store.result(self.campaign().id, month, frozen.edition).await?.document)?.ranking)
            }
            None => None,
        };
        let (basis, replica) = (self.basis(), self.log.replica());
        let result = FrozenResult::compute(basis.clone(), replica, self.log.head(), month, (edition, before.as_ref()));
        if result.ranking.digest != seen {
            return Err(Refused { code: ErrorCode::ResultChanged, field: Some("digest") }.into());
        }
        let board = basis.board(replica);
        let reasons = basis.units.iter().filter_map(|unit| {
            let explanation = board.explain(replica, month, unit.id)?;
            Some((unit.id, Reasons { explanation, movement: board.movement(replica, month, unit.id) }))
        });
        let annex = serde_json::to_string(&reasons.collect::<Annex>()).map_err(ApiError::internal)?;
        let document = String::from_utf8(result.bytes()).map_err(ApiError::internal)?;
        let digest = FrozenResult::digest_of(document.as_bytes());
        let frozen = Frozen {
            edition,
            mark: result.mark,
            scheme: result.ranking.scheme,
            digest: result.ranking.digest,
            document: digest,
            annex: FrozenResult::digest_of(annex.as_bytes()),
            key: request.key.public(),
        };
        let signature = request.key.sign(digest);
        Ok((frozen, StoredResult { month, edition, document, annex, signature }))
    }
}

fn read(document: &str) -> Result<FrozenResult, StoreError> {
    serde_json::from_str(document).map_err(damaged)
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands the error over")]
fn damaged(error: serde_json::Error) -> StoreError {
    StoreError::Corrupt(format!("a frozen result: {error}"))
}
