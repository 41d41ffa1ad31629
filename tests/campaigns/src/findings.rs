//! What offices above the units found: awards, circulars, fraud, exemptions, and the marks that raters gave.

use shared::{
    fields::Value,
    id::RecordId,
    inspection::{CLASSES, Finding, MATTERS, field},
    record::RecordKind,
    unit::Unit,
    workflow::State,
};

use crate::{
    dice::Dice,
    log::{About, Log},
    year::day,
};

/// Findings about one unit in a year, at most.
const FINDINGS_MAX: u32 = 8;

/// Writes a year of findings about every unit, some of them about one of its projects.
pub(crate) fn write(log: &mut Log, dice: &mut Dice, units: &[Unit]) {
    for unit in units {
        let projects: Vec<RecordId> =
            log.replica().of_unit(unit.id, RecordKind::Project).map(|project| project.id).take(50).collect();
        for _ in 0..dice.below(FINDINGS_MAX + 1) {
            finding(log, dice, unit, &projects);
        }
        for claim in returned(log, unit) {
            if dice.hits(50) {
                again(log, dice, claim);
            }
        }
    }
}

fn finding(log: &mut Log, dice: &mut Dice, unit: &Unit, projects: &[RecordId]) {
    let month = i32::try_from(dice.between(1, 12)).unwrap_or(1);
    let on = day(month, dice.between(1, 20));
    let about = About { kind: RecordKind::Inspection, id: log.new_id(on), unit: unit.id, period: None };
    let mut fields = said(dice);
    fields.push((field::FOUND_ON, Value::text(&on.to_string())));
    if let Some(project) = dice.pick(projects).filter(|_| dice.hits(50)) {
        fields.push((field::PROJECT, Value::text(&project.to_string())));
    }
    log.write(about, fields, on);
    let mut path = vec![(State::Submitted, on)];
    if dice.hits(90) {
        path.push((State::Reviewed, day(month, 22)));
    }
    if dice.hits(15) {
        path.push((State::Withdrawn, day(month + i32::try_from(dice.below(4)).unwrap_or_default(), 28)));
    }
    log.steps(about, &path);
    if dice.hits(15) {
        let later = day(month + i32::try_from(dice.below(3)).unwrap_or_default(), 24);
        log.write(about, said(dice), later);
        log.steps(about, &[(State::Submitted, later), (State::Reviewed, later)]);
    }
}

fn said(dice: &mut Dice) -> Vec<(&'static str, Value)> {
    let finding = dice.pick(&Finding::ALL).copied().unwrap_or(Finding::Notice);
    let mut fields = vec![
        (field::FINDING, Value::text(finding.code())),
        (field::DOCUMENT, Value::text("榕鼓督〔2021〕8号")),
        (field::STATEMENT, Value::text("经现场核查,情况属实")),
        (field::MATTER, Value::text(dice.text(&MATTERS))),
    ];
    if finding == Finding::Rating {
        let marks: Vec<String> = (0..dice.between(1, 9)).map(|_| dice.between(55, 100).to_string()).collect();
        fields.push((field::CLASS, Value::text(dice.text(&CLASSES))));
        fields.push((field::MARKS, Value::text(&marks.join(" "))));
    }
    fields
}

/// Claims of a unit that were returned.
fn returned(log: &Log, unit: &Unit) -> Vec<About> {
    let claims = log.replica().of_unit(unit.id, RecordKind::StageClaim);
    let returned = claims.filter(|claim| claim.state() == State::Returned);
    returned.map(|claim| About { kind: claim.kind, id: claim.id, unit: unit.id, period: claim.period }).collect()
}

/// Submitted and returned once more.
fn again(log: &mut Log, dice: &mut Dice, claim: About) {
    let on = day(i32::try_from(dice.between(6, 12)).unwrap_or(12), 29);
    log.steps(claim, &[(State::Submitted, on), (State::Reviewed, on), (State::Returned, on)]);
}
