//! The project's form (项目台账).

use super::{Condition, FieldKind, FigureUnit, FilesAsked, Form, Section, ask, line, lines, money};
use crate::{
    project::{Category, EMERGING_FIELDS, FUNDING_SOURCES, PROGRAMMES, TYPES, field, flag},
    record::RecordKind,
};

pub(super) const FORM: Form = Form {
    kind: RecordKind::Project,
    files: FilesAsked::None,
    sections: &[
        Section {
            key: "identity",
            fields: &[
                ask(field::NAME, FieldKind::Text { min: 4, max: 100 }).required().wide(),
                ask(field::CODE, FieldKind::Code),
                line(field::OWNER, 100).required(),
                ask(field::CREDIT_CODE, FieldKind::Code),
                line(field::STREET, 20),
                line(field::PLACE, 100).required(),
                ask(field::POSITION, FieldKind::Code),
            ],
        },
        Section {
            key: "classification",
            fields: &[
                ask(field::CATEGORY, FieldKind::Segmented(&CATEGORIES)).required().wide(),
                ask(field::FLAGS, FieldKind::Choices(&flag::ALL)).wide(),
                ask(field::EMERGING_FIELD, FieldKind::Choice(&EMERGING_FIELDS))
                    .required()
                    .when(Condition::Holds(field::FLAGS, &[flag::EMERGING])),
                ask(field::PROGRAMME, FieldKind::Choice(&PROGRAMMES)).required(),
                ask(field::SECTOR, FieldKind::Code).required(),
                ask(field::TYPE, FieldKind::Choice(&TYPES)),
            ],
        },
        Section {
            key: "scale",
            fields: &[
                lines(field::CONTENT, 20, 1_000).required(),
                money(field::TOTAL_INVESTMENT).required(),
                ask(field::FUNDING, FieldKind::Choices(&FUNDING_SOURCES)),
                money(field::CIVIL_WORKS),
                money(field::EQUIPMENT),
                money(field::OTHER_COSTS),
                ask(field::FOREIGN_CAPITAL, FieldKind::Figure { unit: FigureUnit::TenThousandDollars, decimals: 2 })
                    .required()
                    .when(Condition::Holds(field::FLAGS, &[flag::FOREIGN])),
                ask(field::FOREIGN_RATE, FieldKind::Figure { unit: FigureUnit::YuanPerDollar, decimals: 4 })
                    .when(Condition::Holds(field::FLAGS, &[flag::FOREIGN])),
                ask(field::FOREIGN_ON, FieldKind::Date).when(Condition::Holds(field::FLAGS, &[flag::FOREIGN])),
            ],
        },
        Section {
            key: "plan",
            fields: &[
                money(field::PLANNED_INVESTMENT).required(),
                ask(field::PLANNED_START, FieldKind::Month).required(),
                ask(field::PLANNED_COMPLETION, FieldKind::Month).required(),
                ask(field::MONTH_PLAN, MONTHS).wide(),
            ],
        },
        Section {
            key: "people",
            fields: &[
                line(field::RESPONSIBLE, 20).required(),
                ask(field::CONTACT, FieldKind::Phone),
                line(field::PAIRED_LEADER, 20),
                ask(field::CREDIT, FieldKind::Credit).wide(),
                lines(field::NOTE, 1, 500),
            ],
        },
    ],
};

const MONTHS: FieldKind =
    FieldKind::Months { unit: FigureUnit::TenThousandYuan, decimals: 2, of: field::PLANNED_INVESTMENT };

const CATEGORIES: [&str; 4] = [
    Category::Industry.code(),
    Category::Services.code(),
    Category::Digital.code(),
    Category::EcologyLivelihood.code(),
];
