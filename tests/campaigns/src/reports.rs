//! What units report beside their projects: visits, issues of enterprises, figures of indicators.

use shared::{
    calendar::Month,
    campaign::Campaign,
    fields::Value,
    record::{RecordKind, indicator_report_id},
    report,
    scoring::{measure::Measure, scheme::Scheme},
    service,
    unit::Unit,
    workflow::State,
};

use crate::{
    dice::Dice,
    log::{About, Log},
    year::day,
};

/// Visits planned for a month, at most.
const VISITS_MAX: u32 = 4;

/// Writes a year of every unit's reports.
pub(crate) fn write(log: &mut Log, dice: &mut Dice, campaign: &Campaign, units: &[Unit], scheme: &Scheme) {
    let reported: Vec<&str> = scheme
        .indicators
        .iter()
        .filter(|indicator| matches!(indicator.measure, Measure::Reported { .. }))
        .map(|indicator| indicator.key.as_str())
        .collect();
    for unit in units {
        let mut reached = vec![0; reported.len()];
        for month in 1..=12 {
            for _ in 0..dice.below(VISITS_MAX) {
                visit(log, dice, unit, month);
            }
            for _ in 0..dice.below(3) {
                issue(log, dice, unit, month);
            }
            for (indicator, figure) in reported.iter().zip(&mut reached) {
                *figure += dice.below(3);
                if dice.hits(70) {
                    indicator_report(log, dice, campaign, unit, month, (indicator, *figure));
                }
            }
        }
    }
}

fn visit(log: &mut Log, dice: &mut Dice, unit: &Unit, month: i32) {
    let on = day(month, 5);
    let about = About { kind: RecordKind::ServiceVisit, id: log.new_id(on), unit: unit.id, period: Some(on.month()) };
    let mut fields = vec![
        (service::visit::PERIOD, Value::text(&on.month().to_string())),
        (service::visit::ENTERPRISE, Value::text("福建某某信息技术有限公司")),
        (service::visit::PLANNED, Value::Flag(dice.hits(90))),
    ];
    if dice.hits(85) {
        fields.push((service::visit::VISITED_ON, Value::text(&day(month, dice.between(5, 28)).to_string())));
    }
    log.write(about, fields, on);
    log.steps(about, &[(State::Submitted, on), (State::Reviewed, on)]);
}

fn issue(log: &mut Log, dice: &mut Dice, unit: &Unit, month: i32) {
    let on = day(month, 3);
    let about = About { kind: RecordKind::ServiceIssue, id: log.new_id(on), unit: unit.id, period: None };
    let mut fields = vec![
        (service::issue::ENTERPRISE, Value::text("福建某某信息技术有限公司")),
        (service::issue::ACCEPTED_ON, Value::text(&on.to_string())),
        (service::issue::DUE_ON, Value::text(&day(month, 20).to_string())),
    ];
    if dice.hits(80) {
        fields.push((service::issue::CLOSED_ON, Value::text(&day(month, dice.between(10, 25)).to_string())));
    }
    log.write(about, fields, on);
    log.steps(about, &[(State::Submitted, on), (State::Reviewed, on)]);
}

fn indicator_report(
    log: &mut Log,
    dice: &mut Dice,
    campaign: &Campaign,
    unit: &Unit,
    month: i32,
    (indicator, figure): (&str, u32),
) {
    let on = day(month, 24);
    let period: Month = on.month();
    let about = About {
        kind: RecordKind::IndicatorReport,
        id: indicator_report_id(campaign.id, unit.id, period, indicator),
        unit: unit.id,
        period: Some(period),
    };
    let figure = match dice.below(12) {
        0 => format!("-{figure}"),
        1 => format!("0.{figure:02}"),
        _ => figure.to_string(),
    };
    let fields = vec![
        (report::indicator::INDICATOR, Value::text(indicator)),
        (report::indicator::PERIOD, Value::text(&period.to_string())),
        (report::indicator::FIGURE, Value::text(&figure)),
    ];
    log.write(about, fields, on);
    let verified = day(month + i32::try_from(dice.below(2)).unwrap_or_default(), 27);
    let mut path = vec![(State::Submitted, on), (State::Reviewed, on)];
    path.extend(dice.hits(90).then_some((State::Verified, verified)));
    if dice.hits(3) {
        path.push((State::Withdrawn, day(month + 2, 2)));
    }
    log.steps(about, &path);
}
