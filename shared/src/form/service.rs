//! The forms of the enterprise-service mechanism: visits (挂钩走访) and issues (一企一议).

use super::{Condition, FieldKind, FilesAsked, Form, Section, ask, line, lines};
use crate::{
    record::RecordKind,
    service::{issue, visit},
};

pub(super) const VISIT: Form = Form {
    kind: RecordKind::ServiceVisit,
    files: FilesAsked::Any,
    sections: &[Section {
        key: "visit",
        fields: &[
            ask(visit::PERIOD, FieldKind::Month).required(),
            line(visit::ENTERPRISE, 100).required(),
            line(visit::LEADER, 20).required(),
            ask(visit::PLANNED, FieldKind::Flag),
            ask(visit::VISITED_ON, FieldKind::Date),
            lines(visit::MATTER, 4, 500).required().when(Condition::Filled(visit::VISITED_ON)),
        ],
    }],
};

pub(super) const ISSUE: Form = Form {
    kind: RecordKind::ServiceIssue,
    files: FilesAsked::None,
    sections: &[
        Section {
            key: "matter",
            fields: &[
                line(issue::ENTERPRISE, 100).required(),
                line(issue::LEAD, 60).required(),
                lines(issue::MATTER, 4, 500).required(),
                ask(issue::ACCEPTED_ON, FieldKind::Date).required(),
                ask(issue::DUE_ON, FieldKind::Date).required(),
            ],
        },
        Section {
            key: "outcome",
            fields: &[
                ask(issue::CLOSED_ON, FieldKind::Date),
                lines(issue::RESULT, 4, 500).required().when(Condition::Filled(issue::CLOSED_ON)),
            ],
        },
    ],
};
