//! The form of an inspection (督查与评议).

use super::{Condition, FieldKind, FilesAsked, Form, Section, ask, line, lines};
use crate::{
    inspection::{CLASSES, MATTERS, field},
    record::RecordKind,
};

/// [`crate::inspection::Finding`] codes.
const FINDINGS: &[&str] = &["award", "false_report", "notice", "fraud", "accident", "exemption", "rating"];

pub(super) const FORM: Form = Form {
    kind: RecordKind::Inspection,
    files: FilesAsked::None,
    sections: &[Section {
        key: "finding",
        fields: &[
            ask(field::FINDING, FieldKind::Choice(FINDINGS)).required(),
            ask(field::FOUND_ON, FieldKind::Date).required(),
            line(field::DOCUMENT, 60),
            ask(field::PROJECT, FieldKind::Record(RecordKind::Project))
                .when(Condition::Holds(field::FINDING, &["false_report", "fraud", "exemption"])),
            ask(field::MATTER, FieldKind::Choice(&MATTERS))
                .required()
                .when(Condition::Holds(field::FINDING, &["false_report", "fraud"])),
            ask(field::CLASS, FieldKind::Choice(&CLASSES))
                .required()
                .when(Condition::Holds(field::FINDING, &["rating"])),
            lines(field::MARKS, 1, 2000).required().when(Condition::Holds(field::FINDING, &["rating"])),
            lines(field::STATEMENT, 4, 1000).required(),
        ],
    }],
};
