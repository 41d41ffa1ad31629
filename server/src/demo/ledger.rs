//! Projects and claims that add up to each unit's figures, with some more that are planned, waiting or returned.

use shared::{id::CampaignId, project::Category, stage::Stage};

use super::{
    Scenario,
    day::Day,
    dice::Dice,
    pace::{self, Figures, Steps},
    story, targets,
};

/// A month counted from January 2019; 24 is January 2021.
pub(super) type MonthNumber = u32;

/// January 2021.
pub(super) const JANUARY: MonthNumber = 24;

/// Everything that happens in the demonstration, before it is put in order of time.
pub(super) struct Ledger {
    /// The units' projects.
    pub(super) projects: Vec<ProjectPlan>,
    /// The units' figures.
    pub(super) figures: Vec<Figures>,
}

/// One project's half year.
#[derive(Clone, Debug)]
pub(super) struct ProjectPlan {
    /// Its unit's place.
    pub(super) unit: usize,
    /// Which of the scale's repetitions it belongs to.
    pub(super) copy: u32,
    /// Its number among the unit's projects of one copy.
    pub(super) serial: u32,
    pub(super) category: Category,
    pub(super) emerging: bool,
    pub(super) foreign: bool,
    /// 总投资, 万元.
    pub(super) total: u32,
    /// The day it was entered.
    pub(super) filed: Day,
    /// How far the record itself got.
    pub(super) standing: Standing,
    pub(super) planned_start: MonthNumber,
    pub(super) planned_completion: MonthNumber,
    pub(super) claims: Vec<ClaimPlan>,
    /// The month from which it stands still.
    pub(super) suspended_from: Option<u8>,
    /// The month whose report is missing.
    pub(super) silent_in: Option<u8>,
}

/// How far a project's record got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Reviewed.
    Approved,
    /// Waits for the reviewer.
    Submitted,
    /// Not submitted.
    Draft,
}

/// One claim.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClaimPlan {
    pub(super) stage: Stage,
    pub(super) reached: Day,
    pub(super) ending: Ending,
    /// Returned once and mended before it got to its ending.
    pub(super) mended: bool,
}

/// How far a claim got by the demonstration's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Verified,
    /// Verified, and withdrawn on a day.
    Withdrawn(Day),
    /// Waits for the verifier.
    Reviewed,
    /// Waits for the unit's reviewer.
    Submitted,
    ReturnedByReviewer,
    ReturnedByVerifier,
    Draft,
}

impl Ledger {
    /// The projects of all units, as many times as the scale says.
    pub(super) fn draw(scenario: &Scenario, scale: u32) -> Self {
        let campaign: CampaignId = scenario.campaign.id;
        let (_, targets) = targets::read(campaign, 1);
        let none = std::collections::BTreeMap::new();
        let of_unit = |(position, unit): (usize, &shared::unit::Unit)| {
            pace::figures(position, targets.get(&unit.id).unwrap_or(&none))
        };
        let figures: Vec<Figures> = scenario.units.iter().enumerate().map(of_unit).collect();
        let mut projects = Vec::new();
        for copy in 0..scale {
            for (unit, figures) in figures.iter().enumerate() {
                projects.append(&mut Draw::new(unit, copy).projects_of(figures));
            }
        }
        Self { projects, figures }
    }
}

impl ProjectPlan {
    /// A project that nothing has happened to yet.
    pub(super) fn planned(unit: usize, copy: u32, serial: u32, category: Category, filed: Day) -> Self {
        let place = u32::try_from(unit).unwrap_or(0);
        let mut dice = Dice::named("project", &[place, copy, serial]);
        let planned_start = JANUARY + u32::from(filed.month()) + dice.between(0, 4);
        Self {
            unit,
            copy,
            serial,
            category,
            emerging: false,
            foreign: false,
            total: total(&mut dice, category),
            filed: filed.working(),
            standing: Standing::Approved,
            planned_start,
            planned_completion: planned_start + dice.between(8, 26),
            claims: Vec::new(),
            suspended_from: None,
            silent_in: None,
        }
    }

    /// The claim of a stage.
    pub(super) fn claim(&self, stage: Stage) -> Option<&ClaimPlan> {
        self.claims.iter().find(|claim| claim.stage == stage)
    }

    /// Whether its start was verified by the end of a month.
    pub(super) fn started_by(&self, month: u8) -> bool {
        self.claim(Stage::Started)
            .is_some_and(|claim| claim.ending == Ending::Verified && claim.reached.month() <= month)
    }

    /// Whether work began before the campaign.
    pub(super) fn is_carried_over(&self) -> bool {
        self.planned_start < JANUARY
    }

    fn add(&mut self, stage: Stage, reached: Day, dice: &mut Dice) {
        self.claims.push(ClaimPlan { stage, reached, ending: Ending::Verified, mended: dice.chance(9) });
        self.claims.sort_by_key(|claim| claim.reached);
    }
}

/// 总投资 in 万元: digital projects are small, the others 2 亿元 on average.
fn total(dice: &mut Dice, category: Category) -> u32 {
    let hundreds = match category {
        Category::Industry => dice.between(140, 270),
        Category::Services => dice.between(120, 300),
        Category::Digital => dice.between(100, 128),
        Category::EcologyLivelihood => dice.between(100, 320),
    };
    hundreds * 100 + dice.between(0, 1) * 50
}

/// The making of one unit's projects.
struct Draw {
    unit: usize,
    copy: u32,
    dice: Dice,
    projects: Vec<ProjectPlan>,
}

impl Draw {
    fn new(unit: usize, copy: u32) -> Self {
        let place = u32::try_from(unit).unwrap_or(0);
        Self { unit, copy, dice: Dice::named("unit", &[place, copy]), projects: Vec::new() }
    }

    fn projects_of(mut self, figures: &Figures) -> Vec<ProjectPlan> {
        for (place, category) in Category::ALL.into_iter().enumerate() {
            self.start(category, steps(&figures.started, place), steps(&figures.started_emerging, place));
        }
        for (place, category) in Category::ALL.into_iter().enumerate() {
            self.complete(category, steps(&figures.completed, place), steps(&figures.completed_emerging, place));
        }
        self.land(figures.landed, figures.foreign);
        self.plan_more();
        for project in &mut self.projects {
            enter_in_time(project, &mut self.dice);
        }
        if self.copy == 0 {
            story::tell(self.unit, &mut self.projects);
        }
        self.projects
    }

    fn start(&mut self, category: Category, started: Steps, emerging: Steps) {
        let mut emerging_left = Increase::of(emerging);
        for (month, count) in increases(started) {
            for _ in 0..count {
                let reached = reached(&mut self.dice, month, 6, 15);
                let mut project = self.next(category, reached);
                project.emerging = emerging_left.take(month);
                project.planned_start = JANUARY + u32::from(month) - 1;
                project.planned_completion = project.planned_start + self.dice.between(9, 26);
                project.add(Stage::Started, reached, &mut self.dice);
                if self.unit == story::GUDONG && category == Category::Services {
                    self.total_of_the_worked_example(&mut project, Stage::Started);
                }
                self.projects.push(project);
            }
        }
    }

    fn complete(&mut self, category: Category, completed: Steps, emerging: Steps) {
        let mut emerging_left = Increase::of(emerging);
        for (month, count) in increases(completed) {
            for _ in 0..count {
                let reached = reached(&mut self.dice, month, 6, 15);
                let emerging = emerging_left.take(month);
                let quick = self.unit != story::GUDONG && self.dice.chance(35);
                if quick && self.complete_started(category, emerging, reached) {
                    continue;
                }
                let mut project = self.next(category, Day::of(1, 4));
                project.emerging = emerging;
                project.planned_start = JANUARY - self.dice.between(5, 20);
                project.planned_completion = JANUARY + u32::from(month) - 1;
                project.add(Stage::Completed, reached, &mut self.dice);
                if self.unit == story::GUDONG {
                    self.total_of_the_worked_example(&mut project, Stage::Completed);
                }
                self.projects.push(project);
            }
        }
    }

    /// Completes a project of this year that was started at least three months before.
    fn complete_started(&mut self, category: Category, emerging: bool, reached: Day) -> bool {
        let fits = |project: &&mut ProjectPlan| {
            let started =
                project.claim(Stage::Started).is_some_and(|claim| claim.reached.month() + 3 <= reached.month());
            project.category == category
                && project.emerging == emerging
                && started
                && project.claim(Stage::Completed).is_none()
        };
        let Some(project) = self.projects.iter_mut().find(fits) else { return false };
        project.planned_completion = JANUARY + u32::from(reached.month()) - 1;
        project.add(Stage::Completed, reached, &mut self.dice);
        true
    }

    fn land(&mut self, landed: Steps, foreign: Steps) {
        let mut foreign_left = Increase::of(foreign);
        for (month, count) in increases(landed) {
            for _ in 0..count {
                let is_foreign = foreign_left.take(month);
                let reached = reached(&mut self.dice, month, 1, 5);
                if self.dice.chance(65) && self.land_starting(is_foreign, reached) {
                    continue;
                }
                let category = self.landing_category();
                let mut project = self.next(category, reached);
                if category == Category::Services {
                    project.total = self.dice.between(50, 240) * 100;
                }
                project.foreign = is_foreign;
                project.planned_start = JANUARY + 5 + self.dice.between(1, 5);
                project.planned_completion = project.planned_start + self.dice.between(8, 24);
                project.add(Stage::Landed, reached, &mut self.dice);
                self.projects.push(project);
            }
        }
    }

    /// Lands a project that starts in the same month or within the next two.
    fn land_starting(&mut self, is_foreign: bool, reached: Day) -> bool {
        let fits = |project: &&mut ProjectPlan| {
            let months = reached.month()..=reached.month() + 2;
            let starts = project.claim(Stage::Started).is_some_and(|claim| months.contains(&claim.reached.month()));
            let lands = matches!(project.category, Category::Services | Category::Digital);
            lands && starts && project.claim(Stage::Landed).is_none()
        };
        let Some(project) = self.projects.iter_mut().find(fits) else { return false };
        project.foreign = is_foreign;
        project.filed = project.filed.min(reached.working());
        project.add(Stage::Landed, reached, &mut self.dice);
        true
    }

    fn landing_category(&mut self) -> Category {
        // Parks and the digital office land software firms; everyone else lands services.
        let is_digital = matches!(self.unit, 10 | 11 | 15) && self.dice.chance(60);
        if is_digital { Category::Digital } else { Category::Services }
    }

    /// Projects that do not count yet: planned, signed, and those whose start waits for someone.
    fn plan_more(&mut self) {
        let Some(category) = self.projects.first().map(|project| project.category) else { return };
        let more = self.projects.len() / 3 + 2;
        for place in 0..more {
            let month = u8::try_from(self.dice.between(1, 5)).unwrap_or(5);
            let day = u8::try_from(self.dice.between(5, 24)).unwrap_or(5);
            let mut project = self.next(category, Day::of(month, day));
            if self.unit != story::GUDONG {
                self.leave_open(&mut project, place);
            }
            self.projects.push(project);
        }
    }

    fn leave_open(&mut self, project: &mut ProjectPlan, place: usize) {
        let reached = Day::of(6, 8).plus(self.dice.between(0, 7));
        let mut wait =
            |ending| project.claims.push(ClaimPlan { stage: Stage::Started, reached, ending, mended: false });
        match place % 8 {
            0 => wait(Ending::Reviewed),
            1 => {
                let reached = project.filed.plus(3);
                project.claims.push(ClaimPlan {
                    stage: Stage::Signed,
                    reached,
                    ending: Ending::Verified,
                    mended: false,
                });
            }
            2 => wait(Ending::Submitted),
            3 => project.standing = if self.dice.chance(50) { Standing::Submitted } else { Standing::Draft },
            4 => wait(Ending::ReturnedByVerifier),
            _ => {}
        }
    }

    fn total_of_the_worked_example(&self, project: &mut ProjectPlan, stage: Stage) {
        let so_far =
            self.projects.iter().filter(|other| other.category == Category::Services && other.claim(stage).is_some());
        if let Some(total) = story::gudong_total(stage, so_far.count()) {
            project.total = total;
        }
    }

    fn next(&self, category: Category, filed: Day) -> ProjectPlan {
        let serial = u32::try_from(self.projects.len()).unwrap_or(u32::MAX);
        ProjectPlan::planned(self.unit, self.copy, serial, category, filed)
    }
}

/// A project is entered up to three weeks before its first claim; one that goes on from last year in January.
fn enter_in_time(project: &mut ProjectPlan, dice: &mut Dice) {
    let first = project.claims.first().map(|claim| claim.reached);
    let latest = first.map_or(project.filed, |reached| reached.minus(dice.between(1, 21)).min(reached));
    let day = if project.is_carried_over() { Day::of(1, 4).plus(dice.between(0, 3)) } else { latest };
    project.filed = day.working();
}

/// A day on which a stage of a month is reached, early enough to be verified within the month.
fn reached(dice: &mut Dice, month: u8, first: u32, last: u32) -> Day {
    let last = if month == 6 { last.min(11) } else { last };
    Day::of(month, 1).plus(dice.between(first, last) - 1)
}

fn steps(by_category: &[Steps; 4], place: usize) -> Steps {
    by_category.get(place).copied().unwrap_or_default()
}

/// What was added in each month, 1–6.
fn increases(steps: Steps) -> impl Iterator<Item = (u8, u32)> {
    let before = std::iter::once(0).chain(steps);
    (1..).zip(steps.into_iter().zip(before).map(|(now, before)| now - before))
}

/// A part of what is drawn, used up as it comes due.
struct Increase {
    steps: Steps,
    taken: u32,
}

impl Increase {
    fn of(steps: Steps) -> Self {
        Self { steps, taken: 0 }
    }

    fn take(&mut self, month: u8) -> bool {
        let due = self.steps.get(usize::from(month) - 1).copied().unwrap_or(0);
        let takes = self.taken < due;
        self.taken += u32::from(takes);
        takes
    }
}
