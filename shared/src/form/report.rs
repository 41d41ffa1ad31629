//! The monthly forms: a project's report (月报) and a unit's other indicators (指标填报).

use super::{Condition, FieldKind, FigureUnit, FilesAsked, Form, Section, ask, lines, money};
use crate::{
    record::RecordKind,
    report::{PROBLEM_TYPES, Progress, Status, indicator, monthly},
};

pub(super) const MONTHLY: Form = Form {
    kind: RecordKind::MonthlyReport,
    files: FilesAsked::OfChange,
    sections: &[
        Section {
            key: "subject",
            fields: &[
                ask(monthly::PROJECT, FieldKind::Record(RecordKind::Project)).required(),
                ask(monthly::PERIOD, FieldKind::Month).required(),
            ],
        },
        Section {
            key: "investment",
            fields: &[
                money(monthly::INVESTMENT).required(),
                money(monthly::FUNDS),
                ask(monthly::CORRECTION, FieldKind::Flag).wide().when(Condition::Negative(monthly::INVESTMENT)),
            ],
        },
        Section {
            key: "works",
            fields: &[
                ask(monthly::STATUS, FieldKind::Segmented(&STATUSES)).wide(),
                ask(monthly::PROGRESS, FieldKind::Segmented(&GRADES)).required().wide(),
                ask(monthly::UNCHANGED, FieldKind::Flag).wide(),
                lines(monthly::PLANNED_WORKS, 10, 300),
                lines(monthly::WORKS, 10, 300).required(),
                lines(monthly::NEXT_MONTH, 1, 300),
            ],
        },
        Section {
            key: "problem",
            fields: &[
                lines(monthly::PROBLEM, 4, 500),
                ask(monthly::PROBLEM_TYPE, FieldKind::Choice(&PROBLEM_TYPES))
                    .required()
                    .when(Condition::Filled(monthly::PROBLEM)),
                lines(monthly::COORDINATION, 4, 500),
            ],
        },
    ],
};

pub(super) const INDICATOR: Form = Form {
    kind: RecordKind::IndicatorReport,
    files: FilesAsked::None,
    sections: &[Section {
        key: "figure",
        fields: &[
            ask(indicator::INDICATOR, FieldKind::Choice(&indicator::ALL)).required(),
            ask(indicator::PERIOD, FieldKind::Month).required(),
            ask(indicator::FIGURE, FieldKind::Figure { unit: FigureUnit::Count, decimals: 4 }).required(),
            lines(indicator::STATEMENT, 1, 1_000),
        ],
    }],
};

const STATUSES: [&str; 5] = [
    Status::NotStarted.code(),
    Status::Building.code(),
    Status::Suspended.code(),
    Status::Postponed.code(),
    Status::Completed.code(),
];

const GRADES: [&str; 3] = [Progress::Ahead.code(), Progress::Normal.code(), Progress::Behind.code()];
