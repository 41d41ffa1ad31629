//! Who answers for what: each unit's division of work (责任分工), and which leader stands by which enterprise or project
//! in difficulty (挂钩帮扶). Both hold from a month on; what held in earlier months stays known.

use serde::{Deserialize, Serialize};

use crate::{
    api::ErrorCode,
    authorize::{Action, authorize},
    calendar::Month,
    campaign::Campaign,
    id::{RecordId, UnitId},
    period::{By, Refused},
    person::Person,
    unit::Unit,
    validate::check_credit_code,
};

/// People that one unit names.
pub const POSTS_MAX: usize = 30;

/// Characters of a name or an office.
const NAME_CHARS_MAX: usize = 40;

/// Characters of what somebody answers for, of a difficulty and of an outcome.
const TEXT_CHARS_MAX: usize = 300;

/// How high in a unit somebody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 主要领导: answers for everything; a unit has exactly one.
    Head,
    /// 分管领导: answers for a part.
    Deputy,
    /// 经办人: does the work.
    Handler,
}

impl Level {
    /// Every level, the highest first.
    pub const ALL: [Self; 3] = [Self::Head, Self::Deputy, Self::Handler];

    /// The catalogue key of its name.
    pub const fn label_key(self) -> &'static str {
        match self {
            Self::Head => "term.level.head",
            Self::Deputy => "term.level.deputy",
            Self::Handler => "term.level.handler",
        }
    }
}

/// Somebody in a unit, and what they answer for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Post {
    /// How high.
    pub level: Level,
    /// Their name.
    pub name: String,
    /// Their office (职务).
    pub title: String,
    /// What they answer for.
    pub work: String,
}

/// Whom a leader stands by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Partner {
    /// An enterprise.
    Enterprise {
        /// Its name.
        name: String,
        /// Its 统一社会信用代码, where it is known.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        credit_code: String,
    },
    /// A project of the ledger.
    Project {
        /// Which.
        record: RecordId,
        /// Its name, for those who do not see the ledger.
        name: String,
    },
}

impl Partner {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Enterprise { name, .. } | Self::Project { name, .. } => name,
        }
    }
}

/// One change of the roster: `POST /api/v1/roster`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RosterChange {
    /// A unit's whole division of work from a month on.
    Divide {
        /// Whose.
        unit: UnitId,
        /// The first month for which it holds.
        from: Month,
        /// Everybody who answers for something.
        posts: Vec<Post>,
    },
    /// A leader stands by somebody from a month on.
    Pair {
        /// The leader's name.
        leader: String,
        /// The leader's office.
        title: String,
        /// By whom.
        partner: Partner,
        /// What is difficult.
        difficulty: String,
        /// The first month.
        from: Month,
    },
    /// A leader stands by somebody no more.
    Part {
        /// The pairing's number.
        pairing: u32,
        /// The first month for which it holds no more.
        from: Month,
        /// What came of it.
        outcome: String,
    },
}

impl RosterChange {
    /// The first month for which it holds.
    pub const fn from(&self) -> Month {
        match self {
            Self::Divide { from, .. } | Self::Pair { from, .. } | Self::Part { from, .. } => *from,
        }
    }

    /// What a person must be allowed to do for it.
    pub const fn action(&self) -> Action {
        match self {
            Self::Divide { unit, .. } => Action::DivideWork(*unit),
            Self::Pair { .. } | Self::Part { .. } => Action::Pair,
        }
    }
}

/// A unit's division of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Responsibility {
    /// Whose.
    pub unit: UnitId,
    /// The first month for which it holds.
    pub from: Month,
    /// Everybody who answers for something, the highest first.
    pub posts: Vec<Post>,
    /// Who said so.
    pub by: By,
}

/// A leader with whom they stand by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Pairing {
    /// Its place among the campaign's pairings, from 1.
    pub number: u32,
    /// The leader's name.
    pub leader: String,
    /// The leader's office.
    pub title: String,
    /// By whom.
    pub partner: Partner,
    /// What is difficult.
    pub difficulty: String,
    /// The first month.
    pub from: Month,
    /// How it ended, once it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parted: Option<Parted>,
}

impl Pairing {
    /// Whether it holds in a month.
    pub fn holds_in(&self, month: Month) -> bool {
        self.from <= month && self.parted.as_ref().is_none_or(|parted| month < parted.from)
    }
}

/// The end of a pairing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Parted {
    /// The first month for which it holds no more.
    pub from: Month,
    /// What came of it.
    pub outcome: String,
}

/// Everything that was said of divisions of work and pairings, in that order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Roster {
    /// Divisions of work.
    pub responsibilities: Vec<Responsibility>,
    /// Pairings.
    pub pairings: Vec<Pairing>,
}

impl Roster {
    /// Takes in what was changed.
    pub fn apply(&mut self, change: &RosterChange, by: By) {
        match change.clone() {
            RosterChange::Divide { unit, from, mut posts } => {
                posts.sort_by_key(|post| post.level);
                self.responsibilities.push(Responsibility { unit, from, posts, by });
            }
            RosterChange::Pair { leader, title, partner, difficulty, from } => {
                let number = self.pairings.last().map_or(1, |last| last.number.saturating_add(1));
                self.pairings.push(Pairing { number, leader, title, partner, difficulty, from, parted: None });
            }
            RosterChange::Part { pairing, from, outcome } => {
                if let Some(ended) = self.pairings.iter_mut().find(|known| known.number == pairing) {
                    ended.parted = Some(Parted { from, outcome });
                }
            }
        }
    }

    /// A unit's division of work in a month; of two from the same month the later one holds.
    pub fn responsibility(&self, unit: UnitId, month: Month) -> Option<&Responsibility> {
        let said = self.responsibilities.iter().filter(|said| said.unit == unit && said.from <= month);
        said.max_by_key(|said| said.from)
    }

    /// The pairings that hold in a month.
    pub fn pairings_in(&self, month: Month) -> impl Iterator<Item = &Pairing> {
        self.pairings.iter().filter(move |pairing| pairing.holds_in(month))
    }

    /// What is wrong with a change, by its fields; `is_project` tells whether the ledger has a project.
    pub fn faults(
        &self,
        change: &RosterChange,
        campaign: &Campaign,
        units: &[Unit],
        is_project: impl Fn(RecordId) -> bool,
    ) -> Vec<&'static str> {
        let mut faults = match change {
            RosterChange::Divide { unit, posts, .. } => {
                let is_known = units.iter().any(|known| known.id == *unit);
                wrong(&[("unit", is_known), ("posts", are_sound(posts))])
            }
            RosterChange::Pair { leader, title, partner, difficulty, .. } => wrong(&[
                ("leader", is_name(leader)),
                ("title", is_name(title)),
                ("partner", is_sound(partner, is_project)),
                ("difficulty", is_text(difficulty)),
            ]),
            RosterChange::Part { pairing, from, outcome } => {
                let known = self.pairings.iter().find(|known| known.number == *pairing);
                let holds = known.filter(|known| known.parted.is_none());
                wrong(&[
                    ("pairing", holds.is_some()),
                    ("from", holds.is_none_or(|known| known.from < *from)),
                    ("outcome", is_text(outcome)),
                ])
            }
        };
        if change.from().year() != campaign.year && !faults.contains(&"from") {
            faults.push("from");
        }
        faults
    }

    /// Whether a person may make a change.
    ///
    /// # Errors
    /// The first reason that forbids it.
    pub fn decide(
        &self,
        person: &Person,
        change: &RosterChange,
        campaign: &Campaign,
        units: &[Unit],
        is_project: impl Fn(RecordId) -> bool,
    ) -> Result<(), Refused> {
        if !authorize(person, change.action()) {
            return Err(ErrorCode::Forbidden.into());
        }
        match self.faults(change, campaign, units, is_project).first().copied() {
            Some(field) => Err(Refused { code: ErrorCode::InvalidField, field: Some(field) }),
            None => Ok(()),
        }
    }
}

fn wrong(checks: &[(&'static str, bool)]) -> Vec<&'static str> {
    checks.iter().filter(|(_, fine)| !fine).map(|(field, _)| *field).collect()
}

/// One head, and nobody without a name, an office or work.
fn are_sound(posts: &[Post]) -> bool {
    let is_whole = |post: &Post| is_name(&post.name) && is_name(&post.title) && is_text(&post.work);
    let heads = posts.iter().filter(|post| post.level == Level::Head).count();
    posts.len() <= POSTS_MAX && heads == 1 && posts.iter().all(is_whole)
}

fn is_sound(partner: &Partner, is_project: impl Fn(RecordId) -> bool) -> bool {
    let is_known = match partner {
        Partner::Enterprise { credit_code, .. } => credit_code.is_empty() || check_credit_code(credit_code).is_ok(),
        Partner::Project { record, .. } => is_project(*record),
    };
    is_known && (1..=100).contains(&partner.name().trim().chars().count())
}

fn is_name(text: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&text.trim().chars().count())
}

fn is_text(text: &str) -> bool {
    (1..=TEXT_CHARS_MAX).contains(&text.trim().chars().count())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        id::{CampaignId, PersonId},
        unit::Group,
    };

    const OURS: UnitId = UnitId(Uuid::from_u128(1));
    const PROJECT: RecordId = RecordId(Uuid::from_u128(7));

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    fn by(at_ms: u64) -> By {
        By { person: PersonId(Uuid::from_u128(9)), at_ms }
    }

    fn post(level: Level, name: &str) -> Post {
        Post { level, name: name.into(), title: "主任".into(), work: "项目谋划".into() }
    }

    fn divide(from: &str, posts: Vec<Post>) -> RosterChange {
        RosterChange::Divide { unit: OURS, from: month(from), posts }
    }

    fn pair(partner: Partner) -> RosterChange {
        RosterChange::Pair {
            leader: "张三".into(),
            title: "副区长".into(),
            partner,
            difficulty: "用地未落实".into(),
            from: month("2021-03"),
        }
    }

    fn firm(credit_code: &str) -> Partner {
        Partner::Enterprise { name: "某公司".into(), credit_code: credit_code.into() }
    }

    fn part(pairing: u32, from: &str, outcome: &str) -> RosterChange {
        RosterChange::Part { pairing, from: month(from), outcome: outcome.into() }
    }

    fn faults(roster: &Roster, change: &RosterChange) -> Vec<&'static str> {
        let campaign = Campaign {
            id: CampaignId(Uuid::nil()),
            district: "鼓楼区".into(),
            name: "专项行动".into(),
            year: 2021,
            region: "350102".into(),
            demo: false,
        };
        let unit =
            Unit { id: OURS, name: "鼓东街道".into(), group: Group::Street, position: 1, from: None, until: None };
        roster.faults(change, &campaign, &[unit], |record| record == PROJECT)
    }

    #[test]
    fn a_division_of_work_holds_from_its_month_and_earlier_months_keep_theirs() {
        let mut roster = Roster::default();
        roster.apply(&divide("2021-03", vec![post(Level::Handler, "丙"), post(Level::Head, "甲")]), by(1));
        roster.apply(&divide("2021-06", vec![post(Level::Head, "乙")]), by(2));
        let head = |text| Some(roster.responsibility(OURS, month(text))?.posts.first()?.name.as_str());
        assert_eq!([head("2021-02"), head("2021-05"), head("2021-06")], [None, Some("甲"), Some("乙")]);
        roster.apply(&divide("2021-06", vec![post(Level::Head, "丁")]), by(3));
        assert_eq!(roster.responsibility(OURS, month("2021-12")).unwrap().posts[0].name, "丁");
    }

    #[test]
    fn a_pairing_holds_until_its_leader_parts() {
        let mut roster = Roster::default();
        roster.apply(&pair(firm("")), by(1));
        roster.apply(&pair(Partner::Project { record: PROJECT, name: "某项目".into() }), by(2));
        roster.apply(&part(1, "2021-06", "已落地"), by(3));
        let numbers = |text| roster.pairings_in(month(text)).map(|pairing| pairing.number).collect::<Vec<_>>();
        assert_eq!(numbers("2021-02"), [0; 0]);
        assert_eq!((numbers("2021-05"), numbers("2021-06")), (vec![1, 2], vec![2]));
        assert_eq!(faults(&roster, &part(1, "2021-07", "又")), ["pairing"], "it parted before");
    }

    #[test]
    fn what_is_wrong_is_told_by_its_field() {
        let mut roster = Roster::default();
        roster.apply(&pair(firm("")), by(1));
        let head = || post(Level::Head, "甲");
        let stranger = Partner::Project { record: RecordId(Uuid::nil()), name: "某项目".into() };
        let elsewhere =
            RosterChange::Divide { unit: UnitId(Uuid::from_u128(2)), from: month("2021-03"), posts: vec![head()] };
        for (change, expected) in [
            (divide("2021-03", vec![head(), post(Level::Deputy, "乙")]), ""),
            (divide("2021-03", vec![post(Level::Deputy, "乙")]), "posts"),
            (divide("2021-03", vec![head(), head()]), "posts"),
            (divide("2021-03", vec![post(Level::Head, " ")]), "posts"),
            (divide("2022-03", vec![head()]), "from"),
            (elsewhere, "unit"),
            (pair(firm("91350102MA00000820")), ""),
            (pair(firm("91350102MA00000821")), "partner"),
            (pair(Partner::Project { record: PROJECT, name: "某项目".into() }), ""),
            (pair(stranger), "partner"),
            (part(1, "2021-04", "已解决"), ""),
            (part(1, "2021-03", "已解决"), "from"),
            (part(1, "2021-04", ""), "outcome"),
            (part(2, "2021-04", "已解决"), "pairing"),
        ] {
            assert_eq!(faults(&roster, &change).join(" "), expected, "{change:?}");
        }
    }
}
