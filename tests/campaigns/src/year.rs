//! A whole year: the campaign, its units and targets, and what they did.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use shared::{
    calendar::{Date, Month},
    campaign::{Campaign, Targets},
    id::{CampaignId, Digest, RecordId, UnitId},
    merge::replica::Replica,
    record::RecordKind,
    scoring::{board::Board, scheme::Scheme},
    unit::{Group, Unit},
    workflow::State,
};
use uuid::Uuid;

use crate::{
    dice::Dice,
    findings,
    log::{About, Log},
    projects, reports, schemes,
};

/// The campaign's year.
const YEAR: u16 = 2021;

/// How large a campaign is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Units, over the three groups.
    pub units: u32,
    /// Projects, over the units.
    pub projects: u32,
}

impl Size {
    /// The size of the design's bar: 50 units and 5,000 projects over twelve months.
    pub const YEAR: Self = Self { units: 50, projects: 5_000 };
    /// Large enough for every case, small enough for a thousand of them.
    pub const SMALL: Self = Self { units: 9, projects: 24 };
}

/// How many campaigns are compared between machines, by the seeds from 0.
pub const COMPARED: u64 = 1_000;

/// A generated campaign.
#[derive(Clone, Debug)]
pub struct Year {
    /// The campaign.
    pub campaign: Campaign,
    /// Its units.
    pub units: Vec<Unit>,
    /// Their targets.
    pub targets: Targets,
    /// How they are scored.
    pub scheme: Scheme,
    log: Log,
}

impl Year {
    /// The campaign of a seed: the same wherever it is made.
    pub fn generated(seed: u64, size: Size, scheme: Scheme) -> Self {
        let mut dice = Dice::new(seed);
        let campaign = Campaign {
            id: CampaignId(Uuid::from_u128(1)),
            district: "鼓楼区".to_owned(),
            name: "抓项目促提升".to_owned(),
            year: YEAR,
            region: "350102".to_owned(),
            demo: true,
        };
        let units: Vec<Unit> = (0..size.units).map(|number| unit(number, size.units, &scheme)).collect();
        let targets = units.iter().map(|unit| (unit.id, of_unit(&mut dice, size, &scheme))).collect();
        let mut log = Log::new(campaign.id);
        projects::write(&mut log, &mut dice, &campaign, &units, size.projects);
        reports::write(&mut log, &mut dice, &campaign, &units, &scheme);
        findings::write(&mut log, &mut dice, &units);
        Self { campaign, units, targets, scheme, log }
    }

    /// A board that has seen nothing yet.
    pub fn empty_board(&self) -> Board {
        Board::new(&self.campaign, self.units.clone(), self.targets.clone(), self.scheme.clone())
    }

    /// A board that has seen everything.
    pub fn board(&self) -> Board {
        let mut board = self.empty_board();
        board.recompute(self.replica());
        board
    }

    /// Everything they recorded.
    pub const fn replica(&self) -> &Replica {
        self.log.replica()
    }

    /// Every record.
    pub fn records(&self) -> impl Iterator<Item = RecordId> {
        self.replica().records().map(|record| record.id)
    }

    /// Claims that count by now, in the order of their ids.
    pub fn verified_claims(&self) -> Vec<RecordId> {
        let claims = self.replica().of_kind(RecordKind::StageClaim);
        claims.filter(|claim| claim.state() == State::Verified).map(|claim| claim.id).collect()
    }

    /// Withdraws a claim in December.
    pub fn withdraw(&mut self, claim: RecordId) {
        let Some(unit) = self.replica().get(claim).map(|record| record.unit) else { return };
        let about = About { kind: RecordKind::StageClaim, id: claim, unit, period: None };
        self.log.steps(about, &[(State::Withdrawn, day(12, 30))]);
    }

    /// The campaign's twelve months.
    pub fn months(&self) -> impl Iterator<Item = Month> + use<> {
        (1..=12).filter_map(|number| Month::new(YEAR, number))
    }
}

/// The digest of what the scoring says about the small campaign of a seed: the rankings of all quarters, and one
/// unit's explanation at the end of one month. Every fourth is scored by the default scheme, the others by a
/// generated one.
pub fn digest(seed: u64) -> Digest {
    let generated = Some(seed).filter(|seed| !seed.is_multiple_of(4)).and_then(|seed| schemes::scheme(seed).ok());
    let mut dice = Dice::new(seed);
    let size = Size { units: dice.between(4, 7), projects: dice.between(8, 16) };
    let year = Year::generated(seed, size, generated.unwrap_or_else(Scheme::default_scheme));
    let board = year.board();
    let quarters = year.months().filter(|month| month.number() % 3 == 0);
    let rankings: Vec<Digest> = quarters.map(|month| Digest::of_json(&board.ranking(month))).collect();
    let explained = dice.pick(&year.units).zip(u8::try_from(dice.between(1, 12)).ok());
    let explanation = explained.and_then(|(unit, number)| {
        let month = Month::new(YEAR, number)?;
        board.explain(year.replica(), month, unit.id)
    });
    Digest::of_json(&(rankings, explanation))
}

/// A day of the campaign's year, or of the year before: month 1 is its January, 0 the December before it.
pub(crate) fn day(month: i32, day: u32) -> Date {
    let months = i32::from(YEAR) * 12 + month - 1;
    let year = u16::try_from(months.div_euclid(12)).unwrap_or(YEAR);
    let number = u8::try_from(months.rem_euclid(12) + 1).unwrap_or(1);
    let month = Month::new(year, number).unwrap_or_else(|| Month::january(year));
    u8::try_from(day).ok().and_then(|day| Date::new(month, day)).unwrap_or_else(|| month.last_day())
}

/// Two fifths streets, a tenth parks; departments bear the names that the scheme gives something to lead.
fn unit(number: u32, count: u32, scheme: &Scheme) -> Unit {
    let (streets, parks) = (count * 2 / 5, (count / 10).max(1));
    let (group, name) = if number < streets {
        (Group::Street, format!("第{number}街道"))
    } else if number < streets + parks {
        (Group::Park, format!("第{number}园区"))
    } else {
        let mut leads = scheme.groups.values().flat_map(|group| group.leads.keys());
        let place = usize::try_from(number - streets - parks).unwrap_or(usize::MAX);
        (Group::Department, leads.nth(place).cloned().unwrap_or_else(|| format!("第{number}局")))
    };
    // Some joined during the year, some left.
    let from = (number % 17 == 11).then(|| Month::new(YEAR, 3)).flatten();
    let until = (number % 19 == 13).then(|| Month::new(YEAR, 9)).flatten();
    Unit { id: UnitId(Uuid::from_u128(u128::from(number) + 1_000)), name, group, position: number, from, until }
}

fn of_unit(dice: &mut Dice, size: Size, scheme: &Scheme) -> BTreeMap<String, Option<Decimal>> {
    // So that targets are now and then reached: a tenth of the unit's projects.
    let usual = (size.projects / size.units.max(1) / 5).max(2);
    let tabled = scheme.tabled().map(|indicator| {
        let figure = match dice.below(20) {
            0 => None,
            1..=3 => Some(Decimal::ZERO),
            4 => Some(Decimal::new(i64::from(dice.between(1, usual * 1_000)), 3)),
            _ => Some(Decimal::from(dice.between(1, usual))),
        };
        (indicator.key.clone(), figure)
    });
    tabled.collect()
}
