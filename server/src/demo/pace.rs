//! How far each unit got by the end of each month: the figures that the demonstration's projects add up to.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, prelude::ToPrimitive};
use shared::project::Category;

use super::{dice::Dice, story};

/// Cumulative counts at the end of January … June.
pub(super) type Steps = [u32; 6];

/// One unit's figures.
#[derive(Clone, Debug, Default)]
pub(super) struct Figures {
    /// 新开工 by category, in the order of [`Category::ALL`].
    pub(super) started: [Steps; 4],
    /// Of these in emerging industries.
    pub(super) started_emerging: [Steps; 4],
    /// 建成.
    pub(super) completed: [Steps; 4],
    /// Of these in emerging industries.
    pub(super) completed_emerging: [Steps; 4],
    /// 新落地.
    pub(super) landed: Steps,
    /// Of these with foreign capital.
    pub(super) foreign: Steps,
    /// 新增限上.
    pub(super) commerce: Steps,
    /// 新增规上.
    pub(super) services: Steps,
    /// 高新净增.
    pub(super) hightech: Steps,
    /// Whether the unit was given each of the last three.
    pub(super) reports: [bool; 3],
    /// The service mechanism.
    pub(super) service: Service,
}

/// How a unit keeps up the service mechanism, and its reports.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Service {
    /// Visits planned in a month.
    pub(super) visits: u32,
    /// Of these not made, by month.
    pub(super) visits_missed: Steps,
    /// Issues due in a month.
    pub(super) issues: u32,
    /// Of these not closed in time, by month.
    pub(super) issues_late: Steps,
    /// Monthly reports of a hundred that come after the deadline.
    pub(super) late_percent: u32,
}

/// What the schedule makes due by the end of January … June, in percent of the year.
const START_CURVE: Steps = [8, 16, 30, 38, 47, 60];
const COMPLETION_CURVE: Steps = [5, 10, 18, 25, 33, 45];
const LINEAR: Steps = [8, 17, 25, 33, 42, 50];

/// How a unit works: percent of what is due, the drift of that from January to June, and care for the service
/// mechanism (0 careless … 3 exemplary). In the order of the units.
const TEMPERS: [(u32, i32, u32); 25] = [
    (104, 0, 2),
    (110, -8, 2),
    (118, 2, 3),
    (98, 12, 1),
    (92, 8, 1),
    (86, -6, 0),
    (114, -4, 3),
    (84, 10, 0),
    (104, 6, 2),
    (116, -2, 3),
    (116, 2, 3),
    (94, 10, 1),
    (110, 0, 3),
    (104, 6, 2),
    (114, -4, 2),
    (100, 8, 3),
    (110, 2, 2),
    (92, 6, 1),
    (108, -2, 2),
    (84, 12, 0),
    (94, 4, 1),
    (90, 10, 1),
    (102, 0, 2),
    (96, -6, 1),
    (100, 0, 3),
];

/// The place of the first department, after ten streets and two parks.
const FIRST_DEPARTMENT: usize = 12;

/// The figures of a unit, from its annual targets.
pub(super) fn figures(position: usize, targets: &BTreeMap<String, Option<Decimal>>) -> Figures {
    let place = u32::try_from(position).unwrap_or(0);
    let (percent, drift, care) = TEMPERS.get(position).copied().unwrap_or((100, 0, 1));
    let target =
        |indicator: &str| targets.get(indicator).copied().flatten().and_then(|figure| figure.to_u32()).unwrap_or(0);
    let grow = |indicator: &str, curve: &Steps, percent: u32| {
        let target = target(indicator);
        if position >= FIRST_DEPARTMENT && target == 1 && *curve == START_CURVE {
            // A department's only start is a project of the budget: it begins with the year.
            return [1; 6];
        }
        grow(&mut Dice::named(indicator, &[place]), target, curve, percent, drift)
    };
    let by_category = |suffix: &str, curve: &Steps, percent: u32| {
        Category::ALL.map(|category| grow(&format!("{}_{suffix}", category.code()), curve, percent))
    };
    let reported = ["new_commerce_above_quota", "new_services_above_scale", "net_new_national_hightech"];
    let figures = Figures {
        started: by_category("started", &START_CURVE, percent),
        started_emerging: by_category("started_emerging", &START_CURVE, percent),
        completed: by_category("completed", &COMPLETION_CURVE, percent * 86 / 100),
        completed_emerging: by_category("completed_emerging", &COMPLETION_CURVE, percent * 86 / 100),
        landed: grow("major_industry_landed", &LINEAR, percent),
        foreign: grow("foreign_landed", &LINEAR, percent),
        commerce: grow("new_commerce_above_quota", &LINEAR, percent),
        services: grow("new_services_above_scale", &LINEAR, percent),
        hightech: grow("net_new_national_hightech", &LINEAR, percent * 8 / 10),
        reports: reported.map(|indicator| target(indicator) > 0),
        service: service(position, care),
    };
    if position == story::GUDONG { story::gudong(&figures) } else { figures }
}

fn grow(dice: &mut Dice, target: u32, curve: &Steps, percent: u32, drift: i32) -> Steps {
    if target == 0 {
        return Steps::default();
    }
    if target == 1 {
        // The year's only one: done in some month, or not yet.
        let month = dice.between(0, 7) * 100 / percent.max(1);
        return [1, 2, 3, 4, 5, 6].map(|number| u32::from(number >= month));
    }
    // Everyone hurries to have a first result early in the year, when less than one is due.
    let mut begun = dice.between(if target == 2 { 84 } else { 62 }, 116) * (percent.min(120) + 100) / 2;
    let mut reached = 0;
    let mut month = -2;
    curve.map(|due| {
        let pace = percent.saturating_add_signed(drift * month / 2 + 8).saturating_sub(dice.between(0, 16));
        month += 1;
        reached = reached.max((target * due * pace + begun) / 10_000);
        begun = begun * 86 / 100;
        reached
    })
}

fn service(position: usize, care: u32) -> Service {
    let mut dice = Dice::named("service", &[u32::try_from(position).unwrap_or(0)]);
    let (visits, issues) =
        if position < FIRST_DEPARTMENT { (10 + dice.between(0, 4), 5 + dice.between(0, 2)) } else { (6, 3) };
    let carelessness = 4 - care;
    let visits_missed = [(); 6].map(|()| dice.between(0, carelessness));
    let issues_late =
        [(); 6].map(|()| u32::from(dice.chance(carelessness * 18)) + u32::from(dice.chance(carelessness * 6)));
    Service { visits, visits_missed, issues, issues_late, late_percent: carelessness * carelessness }
}
