//! 申诉与复核: what a unit may do when its objection was turned down, and until when everybody has to act.

use serde::{Deserialize, Serialize};

use super::{Answer, By, Objection};

/// How long after an objection its answer is due: our choice.
pub const ANSWER_HOURS: u64 = 48;

/// How long after an answer a unit may appeal against it, and how long after an appeal its ruling is due: our choice.
pub const APPEAL_HOURS: u64 = 48;

const HOUR_MS: u64 = 3_600_000;

/// A unit's appeal against the answer to its objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Appeal {
    /// Who wrote it.
    pub by: By,
    /// Why the answer is wrong.
    pub text: String,
    /// What became of it, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruling: Option<Answer>,
}

impl Objection {
    /// When its answer is due, ms since 1970. Late or not, the period waits for it.
    pub const fn answer_due_ms(&self) -> u64 {
        self.by.at_ms.saturating_add(ANSWER_HOURS * HOUR_MS)
    }

    /// Until when the unit may appeal, ms since 1970; nothing while there is no answer, and where it was upheld.
    pub fn appeal_until_ms(&self) -> Option<u64> {
        let rejected = self.answer.as_ref().filter(|answer| !answer.upheld)?;
        Some(rejected.by.at_ms.saturating_add(APPEAL_HOURS * HOUR_MS))
    }

    /// When the ruling on its appeal is due, ms since 1970.
    pub fn ruling_due_ms(&self) -> Option<u64> {
        self.appeal.as_ref().map(|appeal| appeal.by.at_ms.saturating_add(APPEAL_HOURS * HOUR_MS))
    }

    /// Whether the unit may appeal now.
    pub fn may_be_appealed(&self, now_ms: u64) -> bool {
        self.appeal.is_none() && self.appeal_until_ms().is_some_and(|until_ms| now_ms <= until_ms)
    }

    /// Whether nothing can come of it any more.
    pub fn is_settled(&self, now_ms: u64) -> bool {
        match &self.appeal {
            Some(appeal) => appeal.ruling.is_some(),
            None => self.answer.is_some() && !self.may_be_appealed(now_ms),
        }
    }

    /// Whether it was right in the end; nothing while that is open.
    pub fn outcome(&self) -> Option<bool> {
        match &self.appeal {
            Some(appeal) => appeal.ruling.as_ref().map(|ruling| ruling.upheld),
            None => self.answer.as_ref().map(|answer| answer.upheld),
        }
    }
}
