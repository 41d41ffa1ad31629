//! Open tables: what other systems may read. Figures are exact decimals as text, months are written 2021-06.

mod csv;

pub use csv::harmless;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    calendar::Month,
    campaign::Targets,
    form::{form, label},
    id::{RecordId, UnitId},
    merge::replica::Replica,
    period::PeriodView,
    record::RecordKind,
    scoring::{result::Ranking, scheme::Scheme},
    t,
    unit::Unit,
};

/// A table: columns with a name for programs and one for people, and rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Table {
    /// Its columns in order.
    pub columns: Vec<Column>,
    /// Its rows: by the column's key, nothing where there is none.
    pub rows: Vec<BTreeMap<String, Option<String>>>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Column {
    /// Its name for programs; it never changes.
    pub key: String,
    /// Its name for people.
    pub label: String,
}

impl Table {
    fn of(columns: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let columns = columns.into_iter().map(|(key, label)| Column { key: key.to_owned(), label });
        Self { columns: columns.collect(), rows: Vec::new() }
    }

    /// Adds a row, with a cell for each column.
    fn push(&mut self, cells: impl IntoIterator<Item = Option<String>>) {
        let keys = self.columns.iter().map(|column| column.key.clone());
        self.rows.push(keys.zip(cells).collect());
    }
}

/// The ranking of a month, one row per unit.
pub fn ranking(ranking: &Ranking) -> Table {
    let mut table = Table::of([
        ("period", t!("open.period")),
        ("group", t!("open.group")),
        ("rank", t!("open.rank")),
        ("unit", t!("open.unit_id")),
        ("unit_name", t!("open.unit")),
        ("score", t!("open.score")),
        ("change", t!("open.change")),
        ("started", t!("open.started")),
        ("started_target", t!("open.started_target")),
        ("completed", t!("open.completed")),
        ("completed_target", t!("open.completed_target")),
    ]);
    for group in &ranking.groups {
        for unit in &group.units {
            table.push([
                Some(ranking.period.to_string()),
                Some(t!(group.group.label_key())),
                unit.rank.map(|rank| rank.to_string()),
                Some(unit.unit.to_string()),
                Some(unit.name.clone()),
                Some(unit.score.to_string()),
                unit.change.map(|change| change.to_string()),
                Some(unit.started.actual.to_string()),
                Some(unit.started.target.to_string()),
                Some(unit.completed.actual.to_string()),
                Some(unit.completed.target.to_string()),
            ]);
        }
    }
    table
}

/// The projects as they were last approved by their units' review, one row each.
pub fn projects(replica: &Replica, units: &[Unit]) -> Table {
    let form = form(RecordKind::Project);
    let own = [
        ("project", t!("open.project_id")),
        ("unit", t!("open.unit_id")),
        ("unit_name", t!("open.unit")),
        ("since", t!("open.approved_in")),
    ];
    let asked = form.fields().map(|field| (field.name, label(RecordKind::Project, field.name)));
    let mut table = Table::of(own.into_iter().chain(asked));
    for (id, unit, pinned) in approved(replica) {
        let own = [
            Some(id.to_string()),
            Some(unit.to_string()),
            units.iter().find(|known| known.id == unit).map(|known| known.name.clone()),
            Some(pinned.month.to_string()),
        ];
        let asked = form.fields().map(|field| {
            let value = pinned.fields.get(field.name);
            let listed = (!value.as_list().is_empty()).then(|| value.as_list().join(" "));
            value.as_text().map(str::to_owned).or(listed)
        });
        table.push(own.into_iter().chain(asked));
    }
    table
}

fn approved(replica: &Replica) -> impl Iterator<Item = (RecordId, UnitId, &crate::record::Pinned)> {
    let projects = replica.of_kind(RecordKind::Project);
    let counted = projects.filter(|record| record.state() != crate::workflow::State::Withdrawn);
    counted.filter_map(|record| Some((record.id, record.unit, record.pinned.last()?)))
}

/// The year's targets, one row per unit and indicator; without a figure where none was issued.
pub fn targets(targets: &Targets, units: &[Unit], scheme: &Scheme) -> Table {
    let mut table = Table::of([
        ("unit", t!("open.unit_id")),
        ("unit_name", t!("open.unit")),
        ("group", t!("open.group")),
        ("indicator", t!("open.indicator")),
        ("indicator_name", t!("open.indicator_name")),
        ("target", t!("open.target")),
    ]);
    for unit in units {
        for (key, figure) in targets.get(&unit.id).into_iter().flatten() {
            table.push([
                Some(unit.id.to_string()),
                Some(unit.name.clone()),
                Some(t!(unit.group.label_key())),
                Some(key.clone()),
                scheme.indicator(key).map(|indicator| indicator.label.clone()),
                figure.map(|figure| figure.to_string()),
            ]);
        }
    }
    table
}

/// The campaign's periods, one row each.
pub fn periods(periods: &[PeriodView]) -> Table {
    let mut table = Table::of([
        ("period", t!("open.period")),
        ("phase", t!("open.phase")),
        ("deadline_ms", t!("open.deadline")),
        ("edition", t!("open.edition")),
        ("digest", t!("open.digest")),
        ("published_ms", t!("open.published")),
    ]);
    for period in periods {
        let published = period.history.editions.iter().rev().find_map(|edition| Some((edition, edition.published?)));
        table.push([
            Some(period.month.to_string()),
            Some(t!(period.phase.label_key())),
            Some(period.timetable.deadline_ms.to_string()),
            published.map(|(edition, _)| edition.frozen.edition.to_string()),
            published.map(|(edition, _)| edition.frozen.digest.to_string()),
            published.map(|(_, by)| by.at_ms.to_string()),
        ]);
    }
    table
}

/// The names under which the tables are asked for and told in the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// [`ranking`].
    Ranking(Month),
    /// [`projects`].
    Projects,
    /// [`targets`].
    Targets,
    /// [`periods`].
    Periods,
}

impl Subject {
    /// Its name for people.
    pub fn name(self) -> String {
        match self {
            Self::Ranking(month) => t!("open.subject.ranking", month = month),
            Self::Projects => t!("open.subject.projects"),
            Self::Targets => t!("open.subject.targets"),
            Self::Periods => t!("open.subject.periods"),
        }
    }
}
