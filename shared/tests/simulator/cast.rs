//! The people, their records, and what they do next.

use std::collections::BTreeSet;

use shared::{
    attachment::{Attachment, FileKind},
    calendar::Month,
    fields::Value,
    id::{CampaignId, Digest, PersonId, RecordId, UnitId},
    merge::operation::{Body, FieldEdit},
    person::{Duty, Person, Role},
    record::{Record, RecordKind, indicator_report_id},
    sync::client::Intent,
    workflow::{Reason, State, leads_to},
};
use uuid::Uuid;

use crate::random::Random;

pub(crate) const CAMPAIGN: CampaignId = CampaignId(Uuid::from_u128(1));
pub(crate) const UNITS: [UnitId; 2] = [UnitId(Uuid::from_u128(2)), UnitId(Uuid::from_u128(3))];

/// 10 o'clock on 23 June 2021 in China.
pub(crate) const START_MS: u64 = 1_624_413_600_000;

/// What a complete record of the kind holds.
const VISIT: [(&str, &str); 3] = [("period", "2021-06"), ("enterprise", "福建某电子有限公司"), ("leader", "陈一")];
const REPORT: [(&str, &str); 3] = [("indicator", "new_commerce_above_quota"), ("period", "2021-06"), ("figure", "3")];

/// Two who file and one who reviews in the first unit, one who files in the second, one who verifies for all.
pub(crate) fn people() -> Vec<Person> {
    let person = |id: u128, unit: UnitId, role: Role| Person {
        id: PersonId(Uuid::from_u128(10 + id)),
        account: format!("p{id}"),
        name: format!("p{id}"),
        unit,
        roles: BTreeSet::from([role]),
        duties: BTreeSet::from([Duty::Commerce]),
    };
    vec![
        person(0, UNITS[0], Role::Filer),
        person(1, UNITS[0], Role::Filer),
        person(2, UNITS[0], Role::UnitReviewer),
        person(3, UNITS[1], Role::Filer),
        person(4, UNITS[1], Role::Verifier),
    ]
}

/// The records that anybody writes: few, so that they meet.
fn subjects(unit: UnitId) -> [(RecordId, RecordKind); 3] {
    let period = "2021-06".parse::<Month>().unwrap();
    let report = indicator_report_id(CAMPAIGN, unit, period, "new_commerce_above_quota");
    let visit = |number: u128| RecordId(Uuid::from_u128(unit.0.as_u128() * 100 + number));
    [(report, RecordKind::IndicatorReport), (visit(1), RecordKind::ServiceVisit), (visit(2), RecordKind::ServiceVisit)]
}

/// What the person does next on a tablet that shows `record` for an id.
pub(crate) fn intent<'a>(
    person: &Person,
    random: &mut Random,
    record: impl Fn(RecordId) -> Option<&'a Record>,
) -> Intent {
    // Now and then in a unit that is not the person's (any more).
    let unit = if person.is(Role::Verifier) || random.chance(3) { *random.pick(&UNITS) } else { person.unit };
    let (id, kind) = *random.pick(&subjects(unit));
    let body = match record(id) {
        Some(record) if person.is(Role::Verifier) => {
            if random.chance(15) {
                comment(random)
            } else {
                transition(record, random)
            }
        }
        None if person.is(Role::Verifier) => comment(random),
        Some(record) => match random.below(100) {
            0..45 => edit(record, random),
            45..60 => fill(kind, Some(record)),
            60..90 => transition(record, random),
            90..93 => comment(random),
            93..96 => file(record, random),
            _ => Body::Tombstone,
        },
        None if random.chance(3) => Body::Edit { fields: Vec::new() },
        None if random.chance(50) => fill(kind, None),
        None => Body::Edit { fields: vec![over_nothing(random)] },
    };
    Intent { campaign: CAMPAIGN, unit, period: None, record: id, kind, author: person.id, body }
}

fn edit(record: &Record, random: &mut Random) -> Body {
    let FieldEdit { field, value, .. } = over_nothing(random);
    let over = record.edit_to(&field, &value).unwrap_or(FieldEdit { field, value, over: Vec::new() });
    Body::Edit { fields: vec![over] }
}

fn over_nothing(random: &mut Random) -> FieldEdit {
    let (field, value) = *random.pick(&[("statement", "甲"), ("statement", "乙"), ("figure", "4"), ("leader", "陈二")]);
    FieldEdit { field: field.to_owned(), value: Value::text(value), over: Vec::new() }
}

fn fill(kind: RecordKind, record: Option<&Record>) -> Body {
    let wanted = if kind == RecordKind::ServiceVisit { VISIT } else { REPORT };
    let written = |(field, text): (&str, &str)| {
        let value = Value::text(text);
        match record {
            Some(record) => record.edit_to(field, &value),
            None => Some(FieldEdit { field: field.to_owned(), value, over: Vec::new() }),
        }
    };
    let fields: Vec<FieldEdit> = wanted.into_iter().filter_map(written).collect();
    if fields.is_empty() { Body::Comment { field: None, text: "已齐".to_owned() } } else { Body::Edit { fields } }
}

fn comment(random: &mut Random) -> Body {
    Body::Comment { field: random.chance(50).then(|| "figure".to_owned()), text: "请核".to_owned() }
}

/// A file hung on, or all that hang there taken off.
fn file(record: &Record, random: &mut Random) -> Body {
    let files: Vec<_> = record.attachments.iter().map(|(operation, _)| operation).collect();
    if !files.is_empty() && random.chance(30) {
        return Body::Detach { files };
    }
    Body::Attach(Box::new(Attachment {
        blob: Digest::of_content(&random.below(4).to_be_bytes()),
        name: "现场.jpg".to_owned(),
        size: 8,
        mime: FileKind::Jpeg.mime().to_owned(),
        paper: None,
        thumbnail: None,
        shot: None,
    }))
}

/// A step that leads on from where the record seems to stand; now and then any other.
fn transition(record: &Record, random: &mut Random) -> Body {
    let from = record.expected_state();
    let leading: Vec<State> = State::ALL.into_iter().filter(|to| leads_to(record.kind, from, *to)).collect();
    let to = if leading.is_empty() || random.chance(5) { *random.pick(&State::ALL) } else { *random.pick(&leading) };
    let reason = random.chance(90).then(|| Reason { text: "材料不全".to_owned(), ..Reason::default() });
    Body::Transition { to, reason, revision: record.revision() }
}
