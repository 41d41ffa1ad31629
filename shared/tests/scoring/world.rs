//! A small campaign whose records come about through the log, as a server folds it.

use shared::{
    calendar::{Date, Month},
    campaign::{Campaign, Targets},
    fields::Value,
    id::{ActorId, CampaignId, Digest, OperationId, PersonId, RecordId, UnitId},
    inspection,
    merge::{
        operation::{Body, Disposition, FieldEdit, LogRow, Operation, SCHEMA},
        register::Register,
        replica::Replica,
        stamp::Stamp,
    },
    project::{self, twin::Word},
    record::{RecordKind, indicator_report_id, monthly_report_id},
    report,
    scoring::{
        board::Board,
        result::{Explanation, Node, Ranking, Standing},
        scheme::Scheme,
        targets::TargetsTable,
    },
    service, stage,
    unit::Unit,
    workflow::State,
};
use uuid::Uuid;

pub(crate) const TARGETS: &str = include_str!("../../fixtures/targets_demo.csv");

/// Records, the board that follows them, and what changed since the board last looked.
pub(crate) struct World {
    pub(crate) replica: Replica,
    pub(crate) board: Board,
    pub(crate) units: Vec<Unit>,
    pub(crate) targets: Targets,
    pub(crate) campaign: Campaign,
    changed: Vec<RecordId>,
    sequence: u64,
}

/// What a project is made of.
#[derive(Clone, Copy)]
pub(crate) struct Draft<'a> {
    pub(crate) category: &'a str,
    pub(crate) total: &'a str,
    pub(crate) sector: &'a str,
    pub(crate) flags: &'a [&'a str],
    pub(crate) code: &'a str,
}

pub(crate) const SHOP: Draft<'static> =
    Draft { category: "services", total: "20000", sector: "F5100", flags: &[], code: "" };

impl World {
    pub(crate) fn new() -> Self {
        Self::with_scheme(Scheme::default_scheme())
    }

    pub(crate) fn with_scheme(scheme: Scheme) -> Self {
        Self::with_targets(scheme, TARGETS)
    }

    pub(crate) fn with_targets(scheme: Scheme, targets: &str) -> Self {
        let campaign = Campaign {
            id: CampaignId(Uuid::from_u128(1)),
            district: "鼓楼区".into(),
            name: "抓项目促提升".into(),
            year: 2021,
            region: "350102".into(),
            demo: true,
        };
        let table = TargetsTable::parse_csv(targets, &scheme).unwrap_or_else(|issues| panic!("{issues:#?}"));
        let units: Vec<Unit> =
            table.rows.iter().enumerate().map(|(index, row)| unit(index, &row.unit, row.group)).collect();
        let targets = table.resolve(&units).unwrap();
        let board = Board::new(&campaign, units.clone(), targets.clone(), scheme);
        Self { replica: Replica::default(), board, units, targets, campaign, changed: Vec::new(), sequence: 0 }
    }

    pub(crate) fn unit(&self, name: &str) -> UnitId {
        self.units.iter().find(|unit| unit.name == name).unwrap_or_else(|| panic!("no unit {name}")).id
    }

    /// A board that looks at everything anew.
    pub(crate) fn recomputed(&self) -> Board {
        let mut board =
            Board::new(&self.campaign, self.units.clone(), self.targets.clone(), self.board.scheme().clone());
        board.recompute(&self.replica);
        board
    }

    pub(crate) fn refresh(&mut self) {
        let changed = std::mem::take(&mut self.changed);
        self.board.refresh(&self.replica, changed);
    }

    pub(crate) fn ranking(&mut self, period: &str) -> Ranking {
        self.refresh();
        self.board.ranking(month(period))
    }

    pub(crate) fn standing(&mut self, name: &str, period: &str) -> Standing {
        let unit = self.unit(name);
        let ranking = self.ranking(period);
        let mut standings = ranking.groups.into_iter().flat_map(|group| group.units);
        standings.find(|standing| standing.unit == unit).unwrap()
    }

    pub(crate) fn item(&mut self, name: &str, period: &str, key: &str) -> Option<String> {
        let standing = self.standing(name, period);
        let item = standing.items.iter().find(|item| item.key == key).unwrap_or_else(|| panic!("no item {key}"));
        item.score.map(|score| score.to_string())
    }

    pub(crate) fn explain(&mut self, name: &str, period: &str) -> Explanation {
        self.refresh();
        self.board.explain(&self.replica, month(period), self.unit(name)).unwrap()
    }

    /// The indicator's cumulative figure as the explanation shows it, with how many records it names.
    pub(crate) fn counted(&mut self, name: &str, period: &str, indicator: &str) -> (String, usize) {
        let explanation = self.explain(name, period);
        let node = find(&explanation.root, indicator).unwrap_or_else(|| panic!("no {indicator}"));
        (node.progress.unwrap().actual.to_string(), node.sources.len())
    }

    pub(crate) fn project(&mut self, unit: UnitId, draft: Draft<'_>, day: &str) -> RecordId {
        let id = self.new_id();
        self.edit_project(id, unit, draft, day);
        id
    }

    /// Writes the whole project and has it approved.
    pub(crate) fn edit_project(&mut self, id: RecordId, unit: UnitId, draft: Draft<'_>, day: &str) {
        let fields = [
            (project::field::NAME, text(&format!("项目{}", id.0.as_u128()))),
            (project::field::CATEGORY, text(draft.category)),
            (project::field::TOTAL_INVESTMENT, text(draft.total)),
            (project::field::SECTOR, text(draft.sector)),
            (project::field::CODE, text(draft.code)),
            (project::field::FLAGS, Value::List(draft.flags.iter().map(|flag| (*flag).to_owned()).collect())),
        ];
        self.write(RecordKind::Project, id, unit, None, &fields, day);
        self.step(id, State::Submitted, day);
        self.step(id, State::Reviewed, day);
    }

    /// A claim that was submitted.
    pub(crate) fn claim(&mut self, unit: UnitId, project: RecordId, reached: &str, day: &str) -> RecordId {
        let id = self.new_id();
        let fields = [(stage::field::PROJECT, text(&project.to_string())), (stage::field::STAGE, text(reached))];
        self.write(RecordKind::StageClaim, id, unit, None, &fields, day);
        self.step(id, State::Submitted, day);
        id
    }

    pub(crate) fn verified(&mut self, unit: UnitId, project: RecordId, reached: &str, day: &str) -> RecordId {
        let id = self.claim(unit, project, reached, day);
        self.step(id, State::Reviewed, day);
        self.step(id, State::Verified, day);
        id
    }

    pub(crate) fn monthly_report(
        &mut self,
        unit: UnitId,
        project: RecordId,
        period: &str,
        submitted: &str,
        reviewed: Option<&str>,
    ) -> RecordId {
        let id = monthly_report_id(self.campaign.id, project, month(period));
        let fields = [(report::monthly::PROJECT, text(&project.to_string())), (report::monthly::PERIOD, text(period))];
        self.write(RecordKind::MonthlyReport, id, unit, Some(month(period)), &fields, submitted);
        self.step(id, State::Submitted, submitted);
        if let Some(day) = reviewed {
            self.step(id, State::Reviewed, day);
        }
        id
    }

    pub(crate) fn indicator(&mut self, unit: UnitId, period: &str, key: &str, figure: &str, day: &str) -> RecordId {
        let id = indicator_report_id(self.campaign.id, unit, month(period), key);
        let fields = [
            (report::indicator::INDICATOR, text(key)),
            (report::indicator::PERIOD, text(period)),
            (report::indicator::FIGURE, text(figure)),
        ];
        self.write(RecordKind::IndicatorReport, id, unit, Some(month(period)), &fields, day);
        self.step(id, State::Submitted, day);
        self.step(id, State::Reviewed, day);
        self.step(id, State::Verified, day);
        id
    }

    pub(crate) fn visit(&mut self, unit: UnitId, period: &str, visited: Option<&str>) -> RecordId {
        let id = self.new_id();
        let day = format!("{period}-05");
        let mut fields = vec![
            (service::visit::PERIOD, text(period)),
            (service::visit::ENTERPRISE, text("某企业")),
            (service::visit::PLANNED, Value::Flag(true)),
        ];
        fields.extend(visited.map(|visited| (service::visit::VISITED_ON, text(visited))));
        self.write(RecordKind::ServiceVisit, id, unit, Some(month(period)), &fields, &day);
        self.step(id, State::Submitted, &day);
        self.step(id, State::Reviewed, &day);
        id
    }

    /// An inspection that was submitted.
    pub(crate) fn finding(&mut self, unit: UnitId, said: &[(&'static str, &str)], day: &str) -> RecordId {
        let id = self.new_id();
        let mut fields: Vec<(&'static str, Value)> = said.iter().map(|(field, value)| (*field, text(value))).collect();
        fields.push((inspection::field::FOUND_ON, text(day)));
        self.write(RecordKind::Inspection, id, unit, None, &fields, day);
        self.step(id, State::Submitted, day);
        id
    }

    /// An inspection that was confirmed on its day.
    pub(crate) fn found(&mut self, unit: UnitId, said: &[(&'static str, &str)], day: &str) -> RecordId {
        let id = self.finding(unit, said, day);
        self.step(id, State::Reviewed, day);
        id
    }

    pub(crate) fn service_issue(&mut self, unit: UnitId, due: &str, closed: Option<&str>) -> RecordId {
        let id = self.new_id();
        let mut fields = vec![(service::issue::ENTERPRISE, text("某企业")), (service::issue::DUE_ON, text(due))];
        fields.extend(closed.map(|closed| (service::issue::CLOSED_ON, text(closed))));
        self.write(RecordKind::ServiceIssue, id, unit, None, &fields, due);
        self.step(id, State::Submitted, due);
        self.step(id, State::Reviewed, due);
        id
    }

    pub(crate) fn step(&mut self, id: RecordId, to: State, day: &str) {
        let record = self.replica.get(id).unwrap();
        let (unit, kind, period, revision) = (record.unit, record.kind, record.period, record.revision());
        self.apply(kind, id, unit, period, Body::Transition { to, reason: None, revision }, day);
    }

    pub(crate) fn write(
        &mut self,
        kind: RecordKind,
        id: RecordId,
        unit: UnitId,
        period: Option<Month>,
        fields: &[(&str, Value)],
        day: &str,
    ) {
        let edits = fields.iter().map(|(field, value)| {
            let over = self
                .replica
                .get(id)
                .and_then(|record| record.registers.get(field))
                .map(Register::seen)
                .unwrap_or_default();
            FieldEdit { field: (*field).to_owned(), value: value.clone(), over }
        });
        let body = Body::Edit { fields: edits.collect() };
        self.apply(kind, id, unit, period, body, day);
    }

    /// The campaign office says whether two projects are one.
    pub(crate) fn say_of_twins(&mut self, project: RecordId, other: RecordId, word: Word, day: &str) {
        let unit = self.replica.get(project).unwrap().unit;
        self.apply(RecordKind::Project, project, unit, None, Body::Twin { other, word }, day);
    }

    /// Writes a field of a record without having seen what stands in it.
    pub(crate) fn write_unseen(&mut self, id: RecordId, field: &str, value: Value, day: &str) {
        let record = self.replica.get(id).unwrap();
        let (unit, kind, period) = (record.unit, record.kind, record.period);
        let body = Body::Edit { fields: vec![FieldEdit { field: field.to_owned(), value, over: Vec::new() }] };
        self.apply(kind, id, unit, period, body, day);
    }

    fn apply(
        &mut self,
        kind: RecordKind,
        record: RecordId,
        unit: UnitId,
        period: Option<Month>,
        body: Body,
        day: &str,
    ) {
        self.sequence += 1;
        let stamp = Stamp::at_ms(day.parse::<Date>().unwrap().at_hour_ms(9));
        let operation = Operation {
            id: OperationId(Uuid::from_u128(u128::from(self.sequence) | 1 << 100)),
            campaign: self.campaign.id,
            unit,
            period,
            record,
            kind,
            author: PersonId(Uuid::from_u128(7)),
            actor: ActorId(1),
            counter: self.sequence,
            stamp,
            seen: 0,
            schema: SCHEMA,
            body,
        };
        let row = LogRow {
            sequence: self.sequence,
            chain: Digest::ZERO,
            effective_stamp: stamp,
            disposition: Disposition::Ok,
            received_ms: stamp.ms(),
            operation,
        };
        self.replica.apply_row(&row);
        self.changed.push(record);
    }

    pub(crate) fn new_id(&mut self) -> RecordId {
        self.sequence += 1;
        RecordId(Uuid::from_u128(u128::from(self.sequence)))
    }
}

fn unit(index: usize, name: &str, group: shared::unit::Group) -> Unit {
    let number = u32::try_from(index).unwrap();
    Unit {
        id: UnitId(Uuid::from_u128(1000 + u128::from(number))),
        name: name.to_owned(),
        group,
        position: number,
        from: None,
        until: None,
    }
}

pub(crate) fn month(text: &str) -> Month {
    text.parse().unwrap()
}

pub(crate) fn text(text: &str) -> Value {
    Value::text(text)
}

pub(crate) fn find<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    // The deepest node of a key: an item and its only indicator share theirs.
    node.children.iter().find_map(|child| find(child, key)).or_else(|| (node.key == key).then_some(node))
}

/// Every node with points and lines that have points: the lines sum to it.
pub(crate) fn assert_lines_sum(node: &Node) {
    let lines: Vec<_> = node.children.iter().filter_map(|child| child.score).collect();
    if let (Some(score), false) = (node.score, lines.is_empty()) {
        assert_eq!(lines.iter().sum::<rust_decimal::Decimal>(), score, "{}: {}", node.key, node.sentence);
    }
    assert!(!node.sentence.contains(['{', '}']) && !node.sentence.contains("scoring."), "{}", node.sentence);
    node.children.iter().for_each(assert_lines_sum);
}
