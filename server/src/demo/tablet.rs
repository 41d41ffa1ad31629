//! The people's tablets: each act becomes the operations that the application would have made.

use std::collections::BTreeMap;

use shared::{
    calendar::Month,
    fields::Value,
    id::{ActorId, CampaignId, Digest, OperationId, RecordId, UnitId, uuid_v7},
    merge::{
        operation::{Body, FieldEdit, Operation, SCHEMA},
        stamp::Stamp,
    },
    person::Person,
    record::{Record, RecordKind, indicator_report_id, monthly_report_id},
    workflow::{Reason, State},
};

use super::{
    Batch, Scenario,
    content::{self, Typed},
    dice::Dice,
    ledger::{Ending, Ledger},
    month, story,
    timetable::{self, Act, INDICATORS, Session, Subject, Timetable, What},
};

/// Acts that one exchange carries; each makes at most two operations.
const ACTS_MAX: usize = 200;

/// How long before sending a person begins to type, in ms.
const SITTING_MS: u64 = 15 * 60 * 1000;

/// Time between two operations of a sitting, in ms.
const PAUSE_MS: u64 = 2_000;

/// All tablets, working through the timetable.
pub(super) struct Tablets {
    campaign: CampaignId,
    units: Vec<UnitId>,
    ledger: Ledger,
    timetable: std::vec::IntoIter<Act>,
    devices: Vec<Tablet>,
    /// Records on which somebody will still act.
    open: BTreeMap<Subject, Record>,
    projects: Vec<Option<RecordId>>,
    /// Rows in the log so far: every operation becomes one.
    sequence: u64,
    sent_ms: u64,
}

/// One person's device.
struct Tablet {
    person: Person,
    actor: ActorId,
    counter: u64,
    stamp: Stamp,
    dice: Dice,
}

impl Tablets {
    pub(super) fn new(scenario: &Scenario, ledger: Ledger, timetable: Timetable) -> Self {
        let devices = scenario.people.iter().map(|someone| Tablet::of(&someone.person));
        Self {
            campaign: scenario.campaign.id,
            units: scenario.units.iter().map(|unit| unit.id).collect(),
            projects: vec![None; ledger.projects.len()],
            devices: devices.collect(),
            ledger,
            timetable: timetable.into_iter(),
            open: BTreeMap::new(),
            sequence: 0,
            sent_ms: 0,
        }
    }

    /// The acts of the next sitting: one person, one session of a day.
    fn next_sitting(&mut self) -> Vec<Act> {
        let acts = self.timetable.as_slice();
        let Some(first) = acts.first() else { return Vec::new() };
        let same = |act: &&Act| (act.day, act.session, act.person) == (first.day, first.session, first.person);
        let count = acts.iter().take(ACTS_MAX).take_while(same).count();
        self.timetable.by_ref().take(count).collect()
    }

    fn act(&mut self, act: Act, now_ms: u64, operations: &mut Vec<Operation>) {
        match act.what {
            What::Draft => self.edit(act, now_ms, operations),
            What::File | What::Mend => {
                self.edit(act, now_ms, operations);
                self.step(act, State::Submitted, now_ms, operations);
            }
            What::Review => self.step(act, State::Reviewed, now_ms, operations),
            What::Return => self.step(act, State::Returned, now_ms, operations),
            What::Verify => self.step(act, State::Verified, now_ms, operations),
            What::Withdraw => self.step(act, State::Withdrawn, now_ms, operations),
        }
        let is_settled = match act.subject {
            Subject::Project(_) | Subject::Monthly(..) | Subject::Visit(..) | Subject::Finding(_) => {
                matches!(act.what, What::Review | What::Draft)
            }
            Subject::Issue(..) => false,
            Subject::Claim(project, place) => match act.what {
                What::Verify => !self.is_withdrawn(project, place),
                What::Withdraw | What::Draft => true,
                What::File | What::Mend | What::Review | What::Return => false,
            },
            Subject::Indicator(..) => act.what == What::Verify,
        };
        if is_settled {
            self.open.remove(&act.subject);
        }
    }

    fn is_withdrawn(&self, project: usize, place: usize) -> bool {
        let claim = self.ledger.projects.get(project).and_then(|plan| plan.claims.get(place));
        claim.is_some_and(|claim| matches!(claim.ending, Ending::Withdrawn(_)))
    }

    fn edit(&mut self, act: Act, now_ms: u64, operations: &mut Vec<Operation>) {
        let typed = self.typed(act);
        let fields = match self.open.get(&act.subject) {
            Some(record) => typed.iter().filter_map(|(field, value)| record.edit_to(field, value)).collect(),
            None => typed.into_iter().filter(|(_, value)| !value.is_empty()).map(first_edit).collect(),
        };
        self.operate(act, Body::Edit { fields }, now_ms, operations);
    }

    fn step(&mut self, act: Act, to: State, now_ms: u64, operations: &mut Vec<Operation>) {
        let revision = self.open.get(&act.subject).map_or(Digest::ZERO, Record::revision);
        self.operate(act, Body::Transition { to, reason: reason(act), revision }, now_ms, operations);
    }

    fn operate(&mut self, act: Act, body: Body, now_ms: u64, operations: &mut Vec<Operation>) {
        let Some(unit) = self.unit_of(act.subject) else { return };
        let at_ms = now_ms.saturating_sub(SITTING_MS) + u64::try_from(operations.len()).unwrap_or(0) * PAUSE_MS;
        let record = self.record_of(act.subject, unit, at_ms);
        let period = period(act.subject);
        let Some(tablet) = self.devices.get_mut(act.person) else { return };
        let operation = tablet.operation(
            Draft { campaign: self.campaign, unit, period, record, kind: kind(act.subject), body },
            self.sequence,
            at_ms,
        );
        self.open.entry(act.subject).or_insert_with(|| Record::new(&operation)).apply_local(&operation);
        operations.push(operation);
    }

    fn record_of(&mut self, subject: Subject, unit: UnitId, at_ms: u64) -> RecordId {
        if let Some(record) = self.open.get(&subject) {
            return record.id;
        }
        match subject {
            Subject::Monthly(project, number) => {
                monthly_report_id(self.campaign, self.project_id(project), month(number))
            }
            Subject::Indicator(_, number, place) => {
                let key = INDICATORS.get(place).map_or("", |(key, _)| key);
                indicator_report_id(self.campaign, unit, month(number), key)
            }
            Subject::Project(project) => {
                let id = free_id(subject, at_ms);
                if let Some(place) = self.projects.get_mut(project) {
                    *place = Some(id);
                }
                id
            }
            Subject::Claim(..) | Subject::Visit(..) | Subject::Issue(..) | Subject::Finding(_) => {
                free_id(subject, at_ms)
            }
        }
    }

    fn project_id(&self, project: usize) -> RecordId {
        self.projects.get(project).copied().flatten().unwrap_or(RecordId(uuid::Uuid::nil()))
    }

    fn unit_of(&self, subject: Subject) -> Option<UnitId> {
        let place = match subject {
            Subject::Project(project) | Subject::Claim(project, _) | Subject::Monthly(project, _) => {
                self.ledger.projects.get(project)?.unit
            }
            Subject::Indicator(unit, ..) | Subject::Visit(unit, ..) | Subject::Issue(unit, ..) => unit,
            Subject::Finding(place) => story::FINDINGS.get(place)?.unit,
        };
        self.units.get(place).copied()
    }

    fn typed(&self, act: Act) -> Typed {
        let plan = |project: usize| self.ledger.projects.get(project);
        let typed = match act.subject {
            Subject::Project(project) => plan(project).map(content::project),
            Subject::Claim(..) if act.what == What::Mend => Some(content::mended_claim()),
            Subject::Claim(project, place) => plan(project).and_then(|plan| {
                let claim = plan.claims.get(place)?;
                Some(content::claim(plan, *claim, self.project_id(project)))
            }),
            Subject::Monthly(project, number) => {
                plan(project).map(|plan| content::monthly_report(plan, number, self.project_id(project)))
            }
            Subject::Indicator(unit, number, place) => Some(self.indicator(unit, number, place)),
            Subject::Visit(unit, number, nth) => {
                let missed = self.missed(unit, number);
                let day = (nth >= missed && act.what == What::File).then(|| timetable::visit_day(unit, number, nth));
                Some(content::visit(unit, number, nth, day))
            }
            Subject::Issue(unit, number, nth) => Some(self.issue(unit, number, nth, act.what)),
            Subject::Finding(place) => story::FINDINGS.get(place).map(content::finding),
        };
        typed.unwrap_or_default()
    }

    fn indicator(&self, unit: usize, number: u8, place: usize) -> Typed {
        let figures = self.ledger.figures.get(unit).cloned().unwrap_or_default();
        let steps = [figures.commerce, figures.services, figures.hightech].get(place).copied().unwrap_or_default();
        let key = INDICATORS.get(place).map_or("", |(key, _)| key);
        content::indicator_report(key, number, at(steps, number), unit)
    }

    fn issue(&self, unit: usize, number: u8, nth: u32, what: What) -> Typed {
        let late = self.ledger.figures.get(unit).map_or(0, |figures| at(figures.service.issues_late, number));
        let (accepted, due, closed) = timetable::issue_days(unit, number, nth, late);
        let mut typed =
            if what == What::Mend { Typed::new() } else { content::issue(unit, number, nth, accepted, due) };
        if nth >= late || what == What::Mend {
            typed.extend(content::closed_issue(unit, number, nth, closed));
        }
        typed
    }

    fn missed(&self, unit: usize, number: u8) -> u32 {
        self.ledger.figures.get(unit).map_or(0, |figures| at(figures.service.visits_missed, number))
    }
}

impl Iterator for Tablets {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        let acts = self.next_sitting();
        let first = acts.first()?;
        let person = self.devices.get(first.person)?.person.id;
        let now_ms = sent_ms(first).max(self.sent_ms + 1_000);
        self.sent_ms = now_ms;
        let mut operations = Vec::with_capacity(acts.len() * 2);
        for act in acts {
            self.act(act, now_ms, &mut operations);
        }
        self.sequence += u64::try_from(operations.len()).unwrap_or(0);
        Some(Batch { now_ms, person, operations })
    }
}

/// What an operation is about.
struct Draft {
    campaign: CampaignId,
    unit: UnitId,
    period: Option<Month>,
    record: RecordId,
    kind: RecordKind,
    body: Body,
}

impl Tablet {
    fn of(person: &Person) -> Self {
        let mut dice = Dice::named(&person.account, &[1]);
        let actor = ActorId(u64::from_be_bytes(dice.bytes()));
        Self { person: person.clone(), actor, counter: 0, stamp: Stamp::default(), dice }
    }

    fn operation(&mut self, draft: Draft, seen: u64, at_ms: u64) -> Operation {
        self.counter += 1;
        self.stamp = self.stamp.tick(at_ms);
        let Draft { campaign, unit, period, record, kind, body } = draft;
        Operation {
            id: OperationId(uuid_v7(at_ms, self.dice.bytes())),
            campaign,
            unit,
            period,
            record,
            kind,
            author: self.person.id,
            actor: self.actor,
            counter: self.counter,
            stamp: self.stamp,
            seen,
            schema: SCHEMA,
            body,
        }
    }
}

/// When a sitting's operations reach the server: sessions follow each other, people a minute apart.
fn sent_ms(act: &Act) -> u64 {
    let minute = u32::try_from(act.person).unwrap_or(0);
    match act.session {
        Session::Filing => act.day.at_ms(10, minute),
        Session::Reviewing => act.day.at_ms(14, minute),
        Session::Verifying => act.day.at_ms(16, minute),
    }
}

fn first_edit((field, value): (&'static str, Value)) -> FieldEdit {
    FieldEdit { field: field.to_owned(), value, over: Vec::new() }
}

fn reason(act: Act) -> Option<Reason> {
    use shared::stage::field::{EVIDENCE, REACHED_ON, STATEMENT};
    let (text, fields): (&str, &[&str]) = match (act.what, act.session) {
        (What::Return, Session::Verifying) => {
            ("施工许可证与合同的建设内容不一致，现场照片看不出开工部位，请补充后重报。", &[EVIDENCE, STATEMENT])
        }
        (What::Return, _) => ("达到日期早于施工合同签订日期，请核对后重新提交。", &[REACHED_ON]),
        (What::Withdraw, _) => ("现场核查未实质性开工，按规定核减。", &[EVIDENCE]),
        _ => return None,
    };
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    Some(Reason { text: text.to_owned(), fields, visit: None })
}

fn kind(subject: Subject) -> RecordKind {
    match subject {
        Subject::Project(_) => RecordKind::Project,
        Subject::Claim(..) => RecordKind::StageClaim,
        Subject::Monthly(..) => RecordKind::MonthlyReport,
        Subject::Indicator(..) => RecordKind::IndicatorReport,
        Subject::Visit(..) => RecordKind::ServiceVisit,
        Subject::Issue(..) => RecordKind::ServiceIssue,
        Subject::Finding(_) => RecordKind::Inspection,
    }
}

fn period(subject: Subject) -> Option<Month> {
    match subject {
        Subject::Monthly(_, number) | Subject::Indicator(_, number, _) | Subject::Visit(_, number, _) => {
            Some(month(number))
        }
        Subject::Project(_) | Subject::Claim(..) | Subject::Issue(..) | Subject::Finding(_) => None,
    }
}

fn free_id(subject: Subject, at_ms: u64) -> RecordId {
    let narrow = |wide: usize| u32::try_from(wide).unwrap_or(u32::MAX);
    let (kind, numbers) = match subject {
        Subject::Project(project) => ("project_id", [narrow(project), 0, 0]),
        Subject::Claim(project, place) => ("claim_id", [narrow(project), narrow(place), 0]),
        Subject::Monthly(project, number) => ("monthly_id", [narrow(project), u32::from(number), 0]),
        Subject::Indicator(unit, number, place) => ("indicator_id", [narrow(unit), u32::from(number), narrow(place)]),
        Subject::Visit(unit, number, nth) => ("visit_id", [narrow(unit), u32::from(number), nth]),
        Subject::Issue(unit, number, nth) => ("issue_id", [narrow(unit), u32::from(number), nth]),
        Subject::Finding(place) => ("finding_id", [narrow(place), 0, 0]),
    };
    RecordId(uuid_v7(at_ms, Dice::named(kind, &numbers).bytes()))
}

fn at(steps: super::pace::Steps, number: u8) -> u32 {
    steps.get(usize::from(number) - 1).copied().unwrap_or(0)
}
