//! The form of a stage claim (阶段认定申请).

use super::{FieldKind, FilesAsked, Form, Section, ask, lines};
use crate::{
    fields::Fields,
    record::RecordKind,
    stage::{EVIDENCE, Stage, field},
};

pub(super) const FORM: Form = Form {
    kind: RecordKind::StageClaim,
    files: FilesAsked::OfStage,
    sections: &[Section {
        key: "claim",
        fields: &[
            ask(field::PROJECT, FieldKind::Record(RecordKind::Project)).required(),
            ask(field::STAGE, FieldKind::Choice(&CLAIMABLE)).required(),
            ask(field::REACHED_ON, FieldKind::Date).required(),
            ask(field::EVIDENCE, FieldKind::Choices(&EVIDENCE)).wide(),
            lines(field::STATEMENT, 1, 1_000),
        ],
    }],
};

/// What can be claimed: every stage but 谋划, which is where a project begins.
const CLAIMABLE: [&str; 6] = [
    Stage::Signed.code(),
    Stage::Landed.code(),
    Stage::Started.code(),
    Stage::PartlyOperating.code(),
    Stage::Completed.code(),
    Stage::Expanded.code(),
];

/// The evidence that the chosen stage asks for; none before a stage is chosen.
pub(super) fn evidence(fields: &Fields) -> &'static [&'static str] {
    Stage::from_code(fields.text(field::STAGE)).map_or(&[], Stage::evidence)
}
