//! What a filer has to do: pure, so that it can be tested with plain records.

use shared::{
    calendar::Month,
    fields::parse_decimal,
    form::thousands,
    id::{CampaignId, RecordId, UnitId},
    merge::replica::Replica,
    record::{Record, RecordKind, monthly_report_id},
    report::monthly,
    stage, t,
    workflow::State,
};

use crate::{
    pages::{
        moment::{day, month},
        record::naming::{project_name, title},
    },
    ui::chip::Tone,
};

/// Why something stands in the list; the order is that of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    /// It came back.
    Returned,
    /// It is due this month.
    Due,
    /// It was begun and not submitted.
    Draft,
    /// It is done here and not at the server.
    Unsent,
}

impl Group {
    pub(super) const ALL: [Self; 4] = [Self::Returned, Self::Due, Self::Draft, Self::Unsent];

    /// The heading over the group.
    pub(super) fn heading(self, count: usize) -> String {
        match self {
            Self::Returned => t!("today.returned", count = count),
            Self::Due => t!("today.due", count = count),
            Self::Draft => t!("today.drafts", count = count),
            Self::Unsent => t!("today.unsent", count = count),
        }
    }
}

/// What a line opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Opens {
    /// A record that exists.
    Record(RecordId),
    /// The report of a project and month, which may not exist yet.
    Report(RecordId, Month),
}

impl Opens {
    /// The last segment of the address.
    pub(super) fn segment(self) -> String {
        match self {
            Self::Record(record) => record.to_string(),
            Self::Report(project, period) => format!("{project}@{period}"),
        }
    }

    /// What an address's last segment opens.
    pub(super) fn of_segment(segment: &str) -> Option<Self> {
        match segment.split_once('@') {
            Some((project, period)) => Some(Self::Report(project.parse().ok()?, period.parse().ok()?)),
            None => Some(Self::Record(segment.parse().ok()?)),
        }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) group: Group,
    pub(super) opens: Opens,
    pub(super) record: RecordId,
    pub(super) title: String,
    pub(super) tone: Tone,
    pub(super) chip: String,
    pub(super) note: String,
    /// The project's code.
    pub(super) code: String,
}

/// Everything a unit's filer has to do in a month, by group.
pub(super) fn items(
    replica: &Replica,
    campaign: CampaignId,
    unit: UnitId,
    period: Month,
    unsent: &[RecordId],
) -> Vec<Item> {
    let mut items = Vec::new();
    // What an office found about the unit is not the unit's to do.
    for kind in RecordKind::ALL.into_iter().filter(|kind| *kind != RecordKind::Inspection) {
        for record in replica.of_unit(unit, kind) {
            items.extend(open_item(replica, record, unsent));
        }
    }
    for project in replica.of_unit(unit, RecordKind::Project) {
        items.extend(due_report(replica, campaign, project, period));
    }
    items.sort_by(|one, other| (one.group, &one.title).cmp(&(other.group, &other.title)));
    items
}

/// A record that came back, was begun, or waits to be sent.
fn open_item(replica: &Replica, record: &Record, unsent: &[RecordId]) -> Option<Item> {
    let is_unsent = unsent.contains(&record.id);
    let (group, tone, chip, note) = match record.expected_state() {
        State::Returned => {
            let fields = record.return_reason().map_or(0, |reason| reason.fields.len());
            let chip =
                if fields == 0 { t!("today.returned_chip") } else { t!("today.returned_fields", count = fields) };
            let note = record.last_step().map(|step| day(step.stamp.ms())).unwrap_or_default();
            (Group::Returned, Tone::Late, chip, note)
        }
        State::Draft => {
            let chip = if is_unsent { t!("today.draft_unsent") } else { t!("today.draft") };
            (Group::Draft, Tone::Neutral, chip, day(record.touched.ms()))
        }
        State::Submitted | State::Reviewed | State::OnSiteCheck | State::Verified | State::Withdrawn if is_unsent => {
            (Group::Unsent, Tone::Calm, t!("today.waits"), day(record.touched.ms()))
        }
        State::Submitted | State::Reviewed | State::OnSiteCheck | State::Verified | State::Withdrawn => return None,
    };
    let kind = t!(record.kind.label_key());
    let note = if note.is_empty() { kind } else { t!("today.note", kind = kind, note = note) };
    Some(Item {
        group,
        opens: Opens::Record(record.id),
        record: record.id,
        tone,
        chip,
        note,
        ..named(title(replica, record), replica, record)
    })
}

/// The month's report of a project under construction, while there is none.
fn due_report(replica: &Replica, campaign: CampaignId, project: &Record, period: Month) -> Option<Item> {
    let id = monthly_report_id(campaign, project.id, period);
    if replica.get(id).is_some_and(|report| !report.removed) || !is_under_construction(replica, project) {
        return None;
    }
    let before = replica.get(monthly_report_id(campaign, project.id, period.previous()));
    let invested = before.and_then(|report| parse_decimal(report.value(monthly::INVESTMENT).as_text()?));
    let note = invested.map(|amount| t!("today.last_month", amount = thousands(amount, 2))).unwrap_or_default();
    Some(Item {
        group: Group::Due,
        opens: Opens::Report(project.id, period),
        record: id,
        tone: Tone::Calm,
        chip: t!("today.report_missing", month = month(period)),
        note,
        ..named(project_name(Some(project)), replica, project)
    })
}

/// Its start counts and its completion does not yet.
fn is_under_construction(replica: &Replica, project: &Record) -> bool {
    let reached = |wanted: stage::Stage| {
        replica.about(project.id).any(|claim| {
            let is_stage = claim.kind == RecordKind::StageClaim
                && claim.value(stage::field::STAGE).as_text() == Some(wanted.code());
            is_stage && claim.state() == State::Verified
        })
    };
    reached(stage::Stage::Started) && !reached(stage::Stage::Completed)
}

/// An item's title, and what finds it.
fn named(title: String, replica: &Replica, record: &Record) -> Item {
    let code = replica.project_of(record).and_then(|project| project.value(shared::project::field::CODE).as_text());
    Item {
        group: Group::Draft,
        opens: Opens::Record(record.id),
        record: record.id,
        tone: Tone::Neutral,
        chip: String::new(),
        note: String::new(),
        code: code.unwrap_or_default().to_owned(),
        title,
    }
}

#[cfg(test)]
mod tests {
    use shared::{
        fields::Value,
        id::{ActorId, Digest, OperationId, PersonId, uuid_v7},
        merge::{
            operation::{Body, Disposition, FieldEdit, LogRow, Operation, SCHEMA},
            stamp::Stamp,
        },
        project,
        workflow::Reason,
    };

    use super::*;

    /// A log that a test writes row by row.
    #[derive(Default)]
    struct Log {
        replica: Replica,
        rows: u64,
    }

    impl Log {
        fn write(&mut self, record: RecordId, kind: RecordKind, body: Body) {
            self.rows += 1;
            let operation = Operation {
                id: OperationId(uuid_v7(self.rows, [1; 10])),
                campaign: campaign(),
                unit: unit(),
                period: None,
                record,
                kind,
                author: PersonId(uuid_v7(1, [2; 10])),
                actor: ActorId(1),
                counter: self.rows,
                stamp: Stamp::at_ms(self.rows),
                seen: 0,
                schema: SCHEMA,
                body,
            };
            let row = LogRow {
                sequence: self.rows,
                chain: Digest::ZERO,
                effective_stamp: operation.stamp,
                disposition: Disposition::Ok,
                received_ms: self.rows,
                operation,
            };
            self.replica.apply_row(&row);
        }

        fn edit(&mut self, record: RecordId, kind: RecordKind, fields: &[(&str, &str)]) {
            let edit = |(field, text): &(&str, &str)| FieldEdit {
                field: (*field).to_owned(),
                value: Value::text(text),
                over: Vec::new(),
            };
            self.write(record, kind, Body::Edit { fields: fields.iter().map(edit).collect() });
        }

        fn step(&mut self, record: RecordId, kind: RecordKind, to: State, reason: Option<Reason>) {
            let revision = self.replica.get(record).map_or(Digest::ZERO, Record::revision);
            self.write(record, kind, Body::Transition { to, reason, revision });
        }

        fn groups(&self) -> Vec<(Group, String)> {
            let found = items(&self.replica, campaign(), unit(), june(), &[]);
            found.into_iter().map(|item| (item.group, item.title)).collect()
        }
    }

    fn campaign() -> CampaignId {
        CampaignId(uuid_v7(1, [3; 10]))
    }

    fn unit() -> UnitId {
        UnitId(uuid_v7(1, [4; 10]))
    }

    fn june() -> Month {
        "2021-06".parse().unwrap()
    }

    /// A reviewed project, and a claim of a stage that was verified.
    fn reached(log: &mut Log, stage: &str) -> RecordId {
        let (project, claim) = (RecordId(uuid_v7(10, [5; 10])), RecordId(uuid_v7(log.rows + 20, [6; 10])));
        if log.replica.is_empty() {
            log.edit(project, RecordKind::Project, &[(project::field::NAME, "三坊七巷文创总部")]);
            log.step(project, RecordKind::Project, State::Submitted, None);
            log.step(project, RecordKind::Project, State::Reviewed, None);
        }
        log.edit(
            claim,
            RecordKind::StageClaim,
            &[(stage::field::PROJECT, &project.to_string()), (stage::field::STAGE, stage)],
        );
        log.step(claim, RecordKind::StageClaim, State::Verified, None);
        project
    }

    #[test]
    fn a_project_under_construction_owes_its_report_until_there_is_one() {
        let mut log = Log::default();
        let project = reached(&mut log, "started");
        assert_eq!(log.groups(), [(Group::Due, "三坊七巷文创总部".to_owned())]);
        let report = monthly_report_id(campaign(), project, june());
        log.edit(
            report,
            RecordKind::MonthlyReport,
            &[(monthly::PROJECT, &project.to_string()), (monthly::INVESTMENT, "1820")],
        );
        assert_eq!(log.groups().first().map(|(group, _)| *group), Some(Group::Draft));
        log.step(report, RecordKind::MonthlyReport, State::Submitted, None);
        assert_eq!(log.groups(), []);
    }

    #[test]
    fn a_finished_project_owes_nothing() {
        let mut log = Log::default();
        reached(&mut log, "started");
        reached(&mut log, "completed");
        assert_eq!(log.groups(), []);
    }

    #[test]
    fn what_came_back_stands_first() {
        let mut log = Log::default();
        let project = reached(&mut log, "started");
        log.edit(project, RecordKind::Project, &[(project::field::NAME, "三坊七巷文创总部二期")]);
        log.step(project, RecordKind::Project, State::Submitted, None);
        let fields = vec![project::field::NAME.into()];
        let reason = Reason { text: "名称与备案不一致".into(), fields, visit: None };
        log.step(project, RecordKind::Project, State::Returned, Some(reason));
        assert_eq!(log.groups().into_iter().map(|(group, _)| group).collect::<Vec<_>>(), [Group::Returned, Group::Due]);
    }

    #[test]
    fn an_address_opens_what_made_it() {
        let record = RecordId(uuid_v7(1, [7; 10]));
        for opens in [Opens::Record(record), Opens::Report(record, june())] {
            assert_eq!(Opens::of_segment(&opens.segment()), Some(opens));
        }
        assert_eq!(Opens::of_segment("nothing"), None);
    }
}
