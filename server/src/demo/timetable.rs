//! Who does what on which day: every act of the demonstration in order of time.

use shared::{
    id::UnitId,
    person::{Duty, Role},
    stage::Stage,
};

use super::{
    Scenario,
    day::Day,
    dice::Dice,
    ledger::{ClaimPlan, Ending, Ledger, ProjectPlan, Standing},
    pace::Figures,
    story::{self, FoundPlan},
};

/// Acts in order of time.
pub(super) type Timetable = Vec<Act>;

/// One person's step with one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Act {
    pub(super) day: Day,
    pub(super) session: Session,
    /// The person's place in the scenario.
    pub(super) person: usize,
    pub(super) subject: Subject,
    pub(super) what: What,
}

/// When in the day: people file in the morning, unit reviewers follow, verifying departments end the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Session {
    Filing,
    Reviewing,
    Verifying,
}

/// A record of the demonstration: a project's place in the ledger with what is about it, or a unit's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Project(usize),
    /// The project and the claim's place in it.
    Claim(usize, usize),
    /// The project and the month.
    Monthly(usize, u8),
    /// The unit, the month, and which of [`INDICATORS`].
    Indicator(usize, u8, usize),
    /// The unit, the month and the number in it.
    Visit(usize, u8, u32),
    /// The unit, the month in which it is due, and the number in it.
    Issue(usize, u8, u32),
    /// Which of the story's findings.
    Finding(usize),
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// Typed and left.
    Draft,
    /// Typed and submitted.
    File,
    /// Corrected or completed, and submitted again.
    Mend,
    Review,
    Return,
    Verify,
    Withdraw,
}

/// Indicators that units report, with who verifies them.
pub(super) const INDICATORS: [(&str, Duty); 3] = [
    ("new_commerce_above_quota", Duty::Commerce),
    ("new_services_above_scale", Duty::Innovation),
    ("net_new_national_hightech", Duty::Innovation),
];

/// The months told.
const MONTHS: std::ops::RangeInclusive<u8> = 1..=6;

/// All acts of a ledger.
pub(super) fn of(scenario: &Scenario, ledger: &Ledger) -> Timetable {
    let mut writer = Writer { roles: Roles::of(scenario), acts: Vec::new() };
    for (position, plan) in ledger.projects.iter().enumerate() {
        writer.project(position, plan);
        for (place, claim) in plan.claims.iter().enumerate() {
            writer.claim(position, place, plan, *claim);
        }
        for number in MONTHS {
            writer.monthly_report(position, plan, number, ledger);
        }
    }
    for (unit, figures) in ledger.figures.iter().enumerate() {
        for number in MONTHS {
            writer.service(unit, figures, number);
            writer.indicators(unit, figures, number);
        }
    }
    for (place, finding) in story::FINDINGS.iter().enumerate() {
        writer.finding(place, finding);
    }
    writer.acts.retain(|act| act.day <= Day::LAST);
    writer.acts.sort_unstable();
    writer.acts
}

/// The day a claim is filed.
fn filed(plan: &ProjectPlan, claim: ClaimPlan) -> Day {
    claim.reached.next_working().max(plan.filed)
}

/// The days of an issue: accepted, due, closed.
pub(super) fn issue_days(unit: usize, number: u8, nth: u32, late: u32) -> (Day, Day, Day) {
    let mut dice = Dice::named("issue", &[u32::try_from(unit).unwrap_or(0), u32::from(number), nth]);
    let due = Day::of(number, 12).plus(dice.between(0, 8)).working();
    let accepted = due.minus(dice.between(7, 11)).working().min(due);
    let closed = if nth < late {
        due.plus(dice.between(3, 12)).working()
    } else {
        due.minus(dice.between(0, 4)).working().min(due).max(accepted)
    };
    (accepted, due, closed)
}

/// The day of a visit.
pub(super) fn visit_day(unit: usize, number: u8, nth: u32) -> Day {
    let mut dice = Dice::named("visit", &[u32::try_from(unit).unwrap_or(0), u32::from(number), nth]);
    Day::of(number, 3).plus(dice.between(0, 15)).working()
}

struct Writer {
    roles: Roles,
    acts: Timetable,
}

impl Writer {
    fn project(&mut self, position: usize, plan: &ProjectPlan) {
        let subject = Subject::Project(position);
        let what = if plan.standing == Standing::Draft { What::Draft } else { What::File };
        self.file(plan.filed, plan.unit, subject, what);
        if plan.standing == Standing::Approved {
            self.review(plan.filed.next_working(), plan.unit, subject, What::Review);
        }
    }

    fn claim(&mut self, position: usize, place: usize, plan: &ProjectPlan, claim: ClaimPlan) {
        let subject = Subject::Claim(position, place);
        let verifier =
            self.roles.verifier(if claim.stage == Stage::Landed { Duty::Landing } else { plan.category.into() });
        let mut day = filed(plan, claim);
        let deadline = Day::last_working_of(claim.reached.month());
        if claim.ending == Ending::Draft {
            return self.file(day, plan.unit, subject, What::Draft);
        }
        self.file(day, plan.unit, subject, What::File);
        if claim.mended && claim.reached.month() < 6 {
            day = day.next_working();
            self.review(day, plan.unit, subject, What::Return);
            day = day.next_working();
            self.file(day, plan.unit, subject, What::Mend);
        }
        day = day.next_working();
        match claim.ending {
            Ending::Draft | Ending::Submitted => return,
            Ending::ReturnedByReviewer => return self.review(day, plan.unit, subject, What::Return),
            Ending::Reviewed | Ending::ReturnedByVerifier | Ending::Verified | Ending::Withdrawn(_) => {}
        }
        self.review(day, plan.unit, subject, What::Review);
        let decided = day.next_working().min(deadline).max(day);
        match claim.ending {
            Ending::ReturnedByVerifier => self.add(decided, Session::Verifying, verifier, subject, What::Return),
            Ending::Verified => self.add(decided, Session::Verifying, verifier, subject, What::Verify),
            Ending::Withdrawn(on) => {
                self.add(decided, Session::Verifying, verifier, subject, What::Verify);
                let office = self.roles.campaign_office;
                self.add(on.working(), Session::Verifying, office, subject, What::Withdraw);
            }
            Ending::Draft | Ending::Submitted | Ending::Reviewed | Ending::ReturnedByReviewer => {}
        }
    }

    fn monthly_report(&mut self, position: usize, plan: &ProjectPlan, number: u8, ledger: &Ledger) {
        let in_construction =
            plan.claims.iter().any(|claim| claim.stage == Stage::Started && claim.ending == Ending::Verified)
                || plan.is_carried_over();
        let started = plan.claim(Stage::Started).map_or(1, |claim| claim.reached.month());
        let completed = plan.claim(Stage::Completed).map_or(12, |claim| claim.reached.month());
        if !in_construction || !(started..=completed).contains(&number) || plan.silent_in == Some(number) {
            return;
        }
        let place = u32::try_from(plan.unit).unwrap_or(0);
        let mut dice = Dice::named("monthly", &[place, plan.copy, plan.serial, u32::from(number)]);
        let late_percent = ledger.figures.get(plan.unit).map_or(0, |figures| figures.service.late_percent);
        let subject = Subject::Monthly(position, number);
        let day = if number < 6 && dice.chance(late_percent) {
            Day::of(number, 26).plus(dice.between(0, 2)).working()
        } else {
            Day::of(number, 17).plus(dice.between(0, 4)).working()
        };
        // Those who send their reports late have not sent all of June's either.
        if number == 6 && dice.chance(late_percent) {
            return;
        }
        self.file(day, plan.unit, subject, What::File);
        self.review(day.next_working().min(Day::LAST).max(day), plan.unit, subject, What::Review);
    }

    fn service(&mut self, unit: usize, figures: &Figures, number: u8) {
        let at = |steps: super::pace::Steps| steps.get(usize::from(number) - 1).copied().unwrap_or(0);
        let (missed, late) = (at(figures.service.visits_missed), at(figures.service.issues_late));
        for nth in 0..figures.service.visits {
            let made = nth >= missed;
            let day = if made {
                visit_day(unit, number, nth).next_working()
            } else {
                Day::last_working_of(number).minus(1).working_before()
            };
            self.file(day, unit, Subject::Visit(unit, number, nth), What::File);
            self.review(
                day.next_working().min(Day::last_working_of(number)),
                unit,
                Subject::Visit(unit, number, nth),
                What::Review,
            );
        }
        for nth in 0..figures.service.issues {
            let (accepted, _, closed) = issue_days(unit, number, nth, late);
            let subject = Subject::Issue(unit, number, nth);
            // What is closed in time is entered once, when it is closed; what drags on is entered as it is accepted.
            if nth < late {
                self.file(accepted, unit, subject, What::File);
                self.review(accepted.next_working(), unit, subject, What::Review);
                self.file(closed, unit, subject, What::Mend);
            } else {
                self.file(closed, unit, subject, What::File);
            }
            self.review(closed.next_working(), unit, subject, What::Review);
        }
        if unit == story::GUDONG && number == 6 {
            self.file(Day::LAST, unit, Subject::Visit(unit, number, figures.service.visits), What::Draft);
        }
    }

    fn indicators(&mut self, unit: usize, figures: &Figures, number: u8) {
        let given = figures.reports.into_iter().zip(INDICATORS).enumerate();
        for (place, (_, (_, duty))) in given.filter(|(_, (given, _))| *given) {
            let mut dice = Dice::named("indicator", &[u32::try_from(unit).unwrap_or(0), u32::from(number)]);
            let day = Day::of(number, if number == 6 { 7 } else { 9 }).plus(dice.between(0, 3)).working();
            let subject = Subject::Indicator(unit, number, place);
            self.file(day, unit, subject, What::File);
            self.review(day.next_working(), unit, subject, What::Review);
            let verifier = self.roles.verifier(duty);
            self.add(day.next_working().next_working(), Session::Verifying, verifier, subject, What::Verify);
        }
    }

    /// The inspector files it, the campaign office confirms it.
    fn finding(&mut self, place: usize, finding: &FoundPlan) {
        let (subject, day) = (Subject::Finding(place), Day::of(finding.on.0, finding.on.1));
        let (inspector, office) = (self.roles.inspector, self.roles.campaign_office);
        self.add(day, Session::Filing, inspector, subject, What::File);
        if finding.is_confirmed {
            self.add(day.next_working(), Session::Reviewing, office, subject, What::Review);
        }
    }

    fn file(&mut self, day: Day, unit: usize, subject: Subject, what: What) {
        let filer = self.roles.filer(unit);
        self.add(day, Session::Filing, filer, subject, what);
    }

    fn review(&mut self, day: Day, unit: usize, subject: Subject, what: What) {
        let reviewer = self.roles.reviewer(unit);
        self.add(day, Session::Reviewing, reviewer, subject, what);
    }

    fn add(&mut self, day: Day, session: Session, person: usize, subject: Subject, what: What) {
        self.acts.push(Act { day, session, person, subject, what });
    }
}

/// Places of people by what they do.
struct Roles {
    filers: Vec<usize>,
    reviewers: Vec<usize>,
    verifiers: Vec<(Duty, usize)>,
    campaign_office: usize,
    inspector: usize,
}

impl Roles {
    fn of(scenario: &Scenario) -> Self {
        let people = || scenario.people.iter().map(|someone| &someone.person).enumerate();
        let place = |role: Role, unit: Option<UnitId>| {
            let found = people().find(|(_, person)| person.is(role) && unit.is_none_or(|unit| person.unit == unit));
            found.map_or(0, |(place, _)| place)
        };
        let of_units = |role: Role| scenario.units.iter().map(|unit| place(role, Some(unit.id))).collect();
        let verifiers = people().flat_map(|(place, person)| person.duties.iter().map(move |duty| (*duty, place)));
        Self {
            filers: of_units(Role::Filer),
            reviewers: of_units(Role::UnitReviewer),
            verifiers: verifiers.collect(),
            campaign_office: place(Role::CampaignOffice, None),
            inspector: place(Role::Inspector, None),
        }
    }

    fn filer(&self, unit: usize) -> usize {
        self.filers.get(unit).copied().unwrap_or(0)
    }

    fn reviewer(&self, unit: usize) -> usize {
        self.reviewers.get(unit).copied().unwrap_or(0)
    }

    fn verifier(&self, duty: Duty) -> usize {
        self.verifiers.iter().find(|(known, _)| *known == duty).map_or(0, |(_, place)| *place)
    }
}
