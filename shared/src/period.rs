//! A period's life: open → deadline → late arrivals → objections → freeze by two people → publication → numbered
//! corrections.
//!
//! Where a period stands follows from its calendar, the time, and what was done to it; nothing else is kept. Whether
//! something came before or after a freeze is decided by its place in the log ([`Frozen::mark`]), never by a clock.

mod appeal;
mod arrival;
mod difference;
mod guard;
mod result;
mod timetable;

use serde::{Deserialize, Serialize};

pub use self::{
    appeal::{ANSWER_HOURS, APPEAL_HOURS, Appeal},
    arrival::{Arrival, LateArrival, LateArrivals, month_of},
    difference::{Difference, Moved},
    guard::{Refused, Situation, decide},
    result::{Basis, FrozenResult},
    timetable::{GRACE_HOURS, OBJECTION_DAYS, Timetable},
};
use crate::{
    calendar::Month,
    id::{Digest, PersonId, UnitId},
    merge::operation::Mark,
};

/// Where a period stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// 未开始: the month has not begun.
    Upcoming,
    /// 填报中.
    Open,
    /// 补报: the deadline has passed; what was filed before it may still arrive.
    LateArrivals,
    /// 公示异议: units may object to what the month will say.
    Objections,
    /// 待锁定.
    Due,
    /// 已锁定.
    Frozen,
    /// 已发布.
    Published,
    /// 更正中: taken up again for the next edition.
    Reopened,
}

impl Phase {
    /// Every phase, in the order of a period's life.
    pub const ALL: [Self; 8] = [
        Self::Upcoming,
        Self::Open,
        Self::LateArrivals,
        Self::Objections,
        Self::Due,
        Self::Frozen,
        Self::Published,
        Self::Reopened,
    ];

    /// The catalogue key of its name.
    pub const fn label_key(self) -> &'static str {
        match self {
            Self::Upcoming => "period.phase.upcoming",
            Self::Open => "period.phase.open",
            Self::LateArrivals => "period.phase.late_arrivals",
            Self::Objections => "period.phase.objections",
            Self::Due => "period.phase.due",
            Self::Frozen => "period.phase.frozen",
            Self::Published => "period.phase.published",
            Self::Reopened => "period.phase.reopened",
        }
    }
}

/// What a person wants to do to a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Proposes to freeze it with the figures of this digest ([`crate::scoring::result::Ranking::digest`]).
    Propose {
        /// The figures that the person saw.
        digest: Digest,
    },
    /// Takes the proposal back, or turns it down.
    Decline,
    /// Freezes it as proposed; another person than the one who proposed.
    Confirm {
        /// The figures that this person saw.
        digest: Digest,
    },
    /// Publishes the frozen edition.
    Publish,
    /// Takes a frozen period up again for the next edition.
    Reopen {
        /// What is to be corrected, and why.
        reason: String,
    },
    /// Objects for a unit.
    Object {
        /// The unit.
        unit: UnitId,
        /// What is wrong.
        text: String,
    },
    /// Answers an objection.
    Answer {
        /// Its number, from 1.
        objection: u32,
        /// Whether it is right.
        upheld: bool,
        /// Why.
        text: String,
    },
    /// Appeals against the answer to an objection that was turned down.
    Appeal {
        /// The unit.
        unit: UnitId,
        /// The objection's number.
        objection: u32,
        /// Why the answer is wrong.
        text: String,
    },
    /// Rules on an appeal; another person than the one who answered.
    Rule {
        /// The objection's number.
        objection: u32,
        /// Whether the appeal is right.
        upheld: bool,
        /// Why.
        text: String,
    },
}

/// Characters that a reason, an objection or an answer may have.
pub const TEXT_CHARS_MAX: usize = 1_000;

/// Something done to a period, with all that must be known to repeat it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Deed {
    /// Proposed with these figures.
    Proposed {
        /// The ranking's digest.
        digest: Digest,
    },
    /// The proposal was taken back or turned down.
    Declined,
    /// Confirmed, and so frozen.
    Frozen(Box<Frozen>),
    /// Published.
    Published {
        /// Which edition.
        edition: u32,
    },
    /// Taken up again.
    Reopened {
        /// Why.
        reason: String,
    },
    /// A unit objects.
    Objected {
        /// The unit.
        unit: UnitId,
        /// What is wrong.
        text: String,
    },
    /// An objection was answered.
    Answered {
        /// Its number, from 1.
        objection: u32,
        /// Whether it was right.
        upheld: bool,
        /// Why.
        text: String,
    },
    /// A unit appeals against an answer.
    Appealed {
        /// The objection's number.
        objection: u32,
        /// Why.
        text: String,
    },
    /// An appeal was ruled on.
    Ruled {
        /// The objection's number.
        objection: u32,
        /// Whether it was right.
        upheld: bool,
        /// Why.
        text: String,
    },
}

/// What a freeze pins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Frozen {
    /// Its number, from 1.
    pub edition: u32,
    /// The last row of the log that counts.
    pub mark: Mark,
    /// The scheme's name.
    pub scheme: String,
    /// The ranking's digest.
    pub digest: Digest,
    /// The digest of the stored document ([`FrozenResult::bytes`]).
    pub document: Digest,
    /// The digest of the explanations stored beside it.
    pub annex: Digest,
    /// The public key that signed the document, 64 hexadecimal digits.
    pub key: String,
}

/// Who did something, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct By {
    /// Who.
    pub person: PersonId,
    /// When, ms since 1970.
    pub at_ms: u64,
}

/// A proposal that waits for a second person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Proposal {
    /// Who proposed.
    pub by: By,
    /// The figures proposed.
    pub digest: Digest,
}

/// A frozen edition of a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Edition {
    /// What it pins.
    pub frozen: Frozen,
    /// Who proposed it.
    pub proposed: By,
    /// Who confirmed it.
    pub confirmed: By,
    /// Who published it, once that was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<By>,
    /// What it corrects, and why; absent in the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A unit's objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Objection {
    /// Its number, from 1.
    pub number: u32,
    /// The unit.
    pub unit: UnitId,
    /// Who wrote it.
    pub by: By,
    /// What is wrong.
    pub text: String,
    /// The answer, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// The unit's appeal against that answer, where it made one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appeal: Option<Appeal>,
}

/// The answer to an objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Answer {
    /// Who answered.
    pub by: By,
    /// Whether the objection was right.
    pub upheld: bool,
    /// Why.
    pub text: String,
}

/// What was done to a period: the fold of its deeds in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct History {
    /// The frozen editions, oldest first.
    pub editions: Vec<Edition>,
    /// The proposal that waits.
    pub proposal: Option<Proposal>,
    /// Why it was taken up again, while it is.
    pub reopened: Option<String>,
    /// What units objected to.
    pub objections: Vec<Objection>,
}

impl History {
    /// Takes the next deed in.
    pub fn apply(&mut self, deed: &Deed, by: By) {
        match deed {
            Deed::Proposed { digest } => self.proposal = Some(Proposal { by, digest: *digest }),
            Deed::Declined => self.proposal = None,
            Deed::Frozen(frozen) => {
                let proposed = self.proposal.take().map_or(by, |proposal| proposal.by);
                let reason = self.reopened.take();
                let frozen = (**frozen).clone();
                self.editions.push(Edition { frozen, proposed, confirmed: by, published: None, reason });
            }
            Deed::Published { edition } => {
                let published = self.editions.iter_mut().find(|other| other.frozen.edition == *edition);
                if let Some(published) = published {
                    published.published = Some(by);
                }
            }
            Deed::Reopened { reason } => {
                self.proposal = None;
                self.reopened = Some(reason.clone());
            }
            Deed::Objected { unit, text } => {
                let number = u32::try_from(self.objections.len()).unwrap_or(u32::MAX).saturating_add(1);
                self.objections.push(Objection {
                    number,
                    unit: *unit,
                    by,
                    text: text.clone(),
                    answer: None,
                    appeal: None,
                });
            }
            Deed::Answered { objection, upheld, text } => {
                let answered = self.objections.iter_mut().find(|other| other.number == *objection);
                if let Some(answered) = answered {
                    answered.answer = Some(Answer { by, upheld: *upheld, text: text.clone() });
                }
            }
            Deed::Appealed { objection, text } => {
                let appealed = self.objections.iter_mut().find(|other| other.number == *objection);
                if let Some(appealed) = appealed {
                    appealed.appeal = Some(Appeal { by, text: text.clone(), ruling: None });
                }
            }
            Deed::Ruled { objection, upheld, text } => {
                let ruled = self.objections.iter_mut().find(|other| other.number == *objection);
                if let Some(appeal) = ruled.and_then(|objection| objection.appeal.as_mut()) {
                    appeal.ruling = Some(Answer { by, upheld: *upheld, text: text.clone() });
                }
            }
        }
    }

    /// Where the period stands at a moment.
    pub fn phase(&self, timetable: &Timetable, now_ms: u64) -> Phase {
        if self.reopened.is_some() {
            return Phase::Reopened;
        }
        match self.editions.last() {
            Some(Edition { published: Some(_), .. }) => Phase::Published,
            Some(_) => Phase::Frozen,
            None => timetable.phase(now_ms),
        }
    }

    /// Whether what arrives now for the period is late.
    pub fn is_frozen(&self) -> bool {
        !self.editions.is_empty() && self.reopened.is_none()
    }

    /// The edition that people are shown: the latest published one.
    pub fn published(&self) -> Option<&Edition> {
        self.editions.iter().rev().find(|edition| edition.published.is_some())
    }

    /// The number of the next edition.
    pub fn next_edition(&self) -> u32 {
        self.editions.last().map_or(1, |edition| edition.frozen.edition.saturating_add(1))
    }
}

/// A period as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct PeriodView {
    /// The month.
    pub month: Month,
    /// Where it stands.
    pub phase: Phase,
    /// Its calendar.
    pub timetable: Timetable,
    /// What was done to it.
    pub history: History,
}
