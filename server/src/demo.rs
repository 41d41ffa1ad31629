//! The demonstration: campaign 2021 of 鼓楼区 with invented figures (示例), made of the operations that users make.
//!
//! Everything is derived from fixed seeds, so the same scale gives the same bytes on every machine. The steps of
//! the making, in order: targets → `pace` (how far each unit got, month by month) → `ledger` (projects and
//! claims that add up to it) → `timetable` (who did what on which day) → `tablet` (operations).

mod content;
mod day;
mod dice;
mod ledger;
mod names;
mod pace;
mod people;
mod roster;
mod story;
mod tablet;
mod targets;
mod timetable;
mod vocabulary;

pub use people::{DemoPerson, FEATURED_ACCOUNTS, PASSWORD, featured};
pub use roster::{Said, roster};
use shared::{
    calendar::Month,
    campaign::{Campaign, Targets},
    id::{CampaignId, PersonId},
    merge::operation::Operation,
    unit::Unit,
};

use self::{day::Day, ledger::Ledger, tablet::Tablets};

/// The campaign's identity: the same on every machine, so that a demo's tablet fits another demo's server.
const CAMPAIGN_ID: uuid::Uuid = uuid::uuid!("01767f4e-8000-7350-8102-202100000001");

/// The hour at which its days go on.
pub const HOUR: u8 = 10;

/// The year shown.
const YEAR: u16 = 2021;

/// A demonstration's campaign, units, targets and people; its work comes from [`batches`].
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The campaign, marked `demo`.
    pub campaign: Campaign,
    /// Its 25 units, in the plan's order.
    pub units: Vec<Unit>,
    /// Their targets; project figures are multiplied by the scale, so that a ranking means the same at any scale.
    pub targets: Targets,
    /// Everyone who can log in.
    pub people: Vec<DemoPerson>,
    /// The demonstration's “now”: 2021-06-23 10:00 in the district's clock time, in ms since 1970.
    pub ends_ms: u64,
}

/// What one person's tablet sends in one exchange.
#[derive(Clone, Debug)]
pub struct Batch {
    /// When the server receives it, in ms since 1970; greater from batch to batch.
    pub now_ms: u64,
    /// Who sends it.
    pub person: PersonId,
    /// At most [`shared::api::OPERATIONS_MAX`], in counter order.
    pub operations: Vec<Operation>,
}

/// The scenario at a scale: the scale multiplies the number of projects, not the units.
pub fn scenario(scale: u32) -> Scenario {
    let campaign = Campaign {
        id: CampaignId(CAMPAIGN_ID),
        district: "鼓楼区".to_owned(),
        name: "“抓项目促提升”专项行动".to_owned(),
        year: YEAR,
        region: "350102".to_owned(),
        demo: true,
    };
    let (units, targets) = targets::read(campaign.id, scale.max(1));
    let people = people::of_units(campaign.id, &units);
    Scenario { campaign, units, targets, people, ends_ms: Day::NOW.at_ms(HOUR, 0) }
}

/// The work of half a year, in log order: every operation is acceptable to a server that holds the scenario's
/// campaign, units, targets and people and an empty log.
///
/// Operations are made as they are asked for; what is kept between them grows with the number of projects by
/// some hundred bytes each, and with the records that wait for a judge.
pub fn batches(scenario: &Scenario, scale: u32) -> impl Iterator<Item = Batch> + use<> {
    let ledger = Ledger::draw(scenario, scale.max(1));
    let timetable = timetable::of(scenario, &ledger);
    Tablets::new(scenario, ledger, timetable)
}

/// The month of a number 1–12 in the demonstration's year.
fn month(number: u8) -> Month {
    Month::new(YEAR, number).unwrap_or_else(|| Month::january(YEAR))
}
