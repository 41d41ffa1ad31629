//! The ledger's rows: made once per change of the records, filtered per keystroke.

use std::{
    cmp::Reverse,
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
};

use leptos::prelude::*;
use rust_decimal::Decimal;
use shared::{
    id::RecordId,
    merge::{replica::Replica, stamp::Stamp},
    project::{Category, Project, field},
    record::{Record, RecordKind},
    search::{self, Initials, Query},
    stage::{self, Stage},
    t,
    workflow::State,
};

use crate::{
    pages::{
        moment::day,
        record::{facts::join, naming::project_name, standing::standing_of},
    },
    state,
    ui::chip::Tone,
};

/// One project of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: RecordId,
    pub(super) name: String,
    pub(super) sub: String,
    pub(super) category: Option<Category>,
    pub(super) stage: String,
    pub(super) investment: Option<Decimal>,
    pub(super) state: State,
    pub(super) standing: (Tone, String),
    pub(super) touched: Stamp,
    pub(super) changed: String,
    key: String,
}

impl Row {
    /// Everything that shows: a row with another face is drawn anew.
    pub(super) fn face(&self) -> (RecordId, Stamp, [String; 4]) {
        (self.id, self.touched, [self.name.clone(), self.sub.clone(), self.stage.clone(), self.standing.1.clone()])
    }
}

/// What the ledger is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sort {
    /// The latest change first.
    #[default]
    Changed,
    /// By name.
    Name,
    /// The largest first.
    Investment,
}

impl Sort {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Name => "name",
            Self::Investment => "investment",
        }
    }

    pub(super) fn of_code(code: &str) -> Self {
        [Self::Name, Self::Investment].into_iter().find(|sort| sort.code() == code).unwrap_or_default()
    }
}

/// What the person wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) typed: String,
    pub(super) category: Option<Category>,
    pub(super) state: Option<State>,
    pub(super) sort: Sort,
}

/// Every project in the store, as rows.
pub(super) fn ledger_rows() -> Memo<Vec<Row>> {
    let has_table = AtomicBool::new(false);
    Memo::new(move |before: Option<&Vec<Row>>| {
        let initials = state::initials();
        let is_new_table = has_table.swap(!initials.is_empty(), Ordering::Relaxed) == initials.is_empty();
        let own = state::session().person().map(|me| me.unit);
        // A search key costs more than the rest of its row and rarely changes.
        let keys: BTreeMap<RecordId, (&str, &str, &str)> = before
            .into_iter()
            .filter(|_| !is_new_table)
            .flatten()
            .map(|row| (row.id, (row.name.as_str(), row.sub.as_str(), row.key.as_str())))
            .collect();
        state::ledger().with(|replica| {
            let row = |project: &Record| {
                let unit = (Some(project.unit) != own).then(|| state::published().unit_name(project.unit));
                row(replica, project, unit, &initials, |name, sub| {
                    keys.get(&project.id)
                        .filter(|(old, old_sub, _)| *old == name && *old_sub == sub)
                        .map(|(.., key)| (*key).to_owned())
                })
            };
            replica.of_kind(RecordKind::Project).map(row).collect()
        })
    })
}

fn row(
    replica: &Replica,
    project: &Record,
    unit: Option<String>,
    initials: &Initials,
    known_key: impl Fn(&str, &str) -> Option<String>,
) -> Row {
    let fields = project.fields();
    let Project { category, total_investment, .. } = Project::read(&fields);
    let code = fields.text(field::CODE);
    let name = project_name(Some(project));
    let sub = join([category.map(|category| t!(category.label_key())), Some(code.to_owned()), unit]);
    Row {
        id: project.id,
        category,
        stage: t!(stage_of(replica, project).label_key()),
        investment: total_investment,
        state: project.expected_state(),
        standing: standing_of(project),
        touched: project.touched,
        changed: day(project.touched.ms()),
        key: known_key(&name, &sub).unwrap_or_else(|| search::key(&name, code, initials)),
        name,
        sub,
    }
}

/// The furthest stage that was verified.
fn stage_of(replica: &Replica, project: &Record) -> Stage {
    let verified = replica
        .about(project.id)
        .filter(|claim| claim.kind == RecordKind::StageClaim && claim.state() == State::Verified);
    verified
        .filter_map(|claim| Stage::from_code(claim.value(stage::field::STAGE).as_text()?))
        .max()
        .unwrap_or(Stage::Planned)
}

/// The rows that are wanted, in the order wanted.
pub(super) fn wanted_rows(rows: &[Row], wanted: &Wanted) -> Vec<Row> {
    let query = Query::new(&wanted.typed);
    let is_wanted = |row: &&Row| {
        wanted.category.is_none_or(|category| row.category == Some(category))
            && wanted.state.is_none_or(|state| row.state == state)
            && query.matches(&row.key)
    };
    let mut found: Vec<&Row> = rows.iter().filter(is_wanted).collect();
    match wanted.sort {
        Sort::Changed => found.sort_by_key(|row| Reverse(row.touched)),
        Sort::Name => found.sort_by(|one, other| one.name.cmp(&other.name)),
        Sort::Investment => found.sort_by_key(|row| Reverse(row.investment)),
    }
    found.into_iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, category: Category, investment: i64, touched_ms: u64) -> Row {
        Row {
            id: RecordId(shared::id::uuid_v7(touched_ms, [0; 10])),
            name: name.to_owned(),
            sub: String::new(),
            category: Some(category),
            stage: String::new(),
            investment: Some(investment.into()),
            state: State::Draft,
            standing: (Tone::Neutral, String::new()),
            touched: Stamp::at_ms(touched_ms),
            changed: String::new(),
            key: search::key(name, "", &Initials::read(include_str!("../../../../public/initials.txt"))),
        }
    }

    #[test]
    fn the_ledger_is_found_filtered_and_sorted() {
        let rows = [
            row("三坊七巷文创总部", Category::Services, 22_000, 1),
            row("温泉公园地下改造", Category::EcologyLivelihood, 15_600, 3),
            row("鼓东数字金融中心", Category::Digital, 108_500, 2),
        ];
        let names = |wanted: Wanted| wanted_rows(&rows, &wanted).into_iter().map(|row| row.name).collect::<Vec<_>>();
        let cases = [
            (Wanted::default(), vec!["温泉公园地下改造", "鼓东数字金融中心", "三坊七巷文创总部"]),
            (Wanted { typed: "sfqx".into(), ..Wanted::default() }, vec!["三坊七巷文创总部"]),
            (Wanted { category: Some(Category::Digital), ..Wanted::default() }, vec!["鼓东数字金融中心"]),
            (Wanted { state: Some(State::Returned), ..Wanted::default() }, vec![]),
            (
                Wanted { sort: Sort::Investment, ..Wanted::default() },
                vec!["鼓东数字金融中心", "三坊七巷文创总部", "温泉公园地下改造"],
            ),
        ];
        for (wanted, expected) in cases {
            assert_eq!(names(wanted.clone()), expected, "{wanted:?}");
        }
    }
}
