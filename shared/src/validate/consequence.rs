//! What a figure leads to, said under it while it is typed.

use std::cmp::Ordering;

use rust_decimal::{Decimal, RoundingStrategy};

use super::{
    Context,
    project::split_sum,
    report::{earlier_sum, total_investment},
};
use crate::{
    calendar::Month,
    fields::Fields,
    form::{months, thousands, yi_hint},
    project::field,
    record::RecordKind,
    report::monthly,
    t,
};

/// One line under a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consequence {
    /// The field's name.
    pub field: &'static str,
    /// The sentence.
    pub text: String,
}

/// What a record's figures lead to. Fields without a readable figure have no line.
pub fn consequences(kind: RecordKind, fields: &Fields, context: &Context) -> Vec<Consequence> {
    match kind {
        RecordKind::Project => of_project(fields),
        RecordKind::MonthlyReport => of_monthly_report(fields, context),
        RecordKind::StageClaim
        | RecordKind::IndicatorReport
        | RecordKind::ServiceVisit
        | RecordKind::ServiceIssue
        | RecordKind::Inspection => Vec::new(),
    }
}

fn of_project(fields: &Fields) -> Vec<Consequence> {
    let mut lines: Vec<Consequence> = [month_plan(fields), foreign(fields)].into_iter().flatten().collect();
    let Some(total) = fields.decimal(field::TOTAL_INVESTMENT) else {
        return lines;
    };
    lines.push(Consequence { field: field::TOTAL_INVESTMENT, text: t!("consequence.yi", amount = yi_hint(total)) });
    if let Some(sum) = split_sum(fields) {
        let text = if sum == total {
            t!("consequence.split_even", sum = thousands(sum, 2))
        } else {
            t!("consequence.split", sum = thousands(sum, 2), difference = thousands((total - sum).abs(), 2))
        };
        lines.push(Consequence { field: field::OTHER_COSTS, text });
    }
    let planned = fields.decimal(field::PLANNED_INVESTMENT);
    if let Some(percent) = planned.and_then(|planned| percent(planned, total)) {
        let text = t!("consequence.planned_share", percent = percent);
        lines.push(Consequence { field: field::PLANNED_INVESTMENT, text });
    }
    lines
}

/// What the months sum to, against the year.
fn month_plan(fields: &Fields) -> Option<Consequence> {
    let sum = months::sum(fields.get(field::MONTH_PLAN))?;
    let year = fields.decimal(field::PLANNED_INVESTMENT)?;
    let (sum_text, difference) = (thousands(sum, 2), thousands((sum - year).abs(), 2));
    let text = match sum.cmp(&year) {
        Ordering::Equal => t!("consequence.months_even", sum = sum_text),
        Ordering::Less => t!("consequence.months_short", sum = sum_text, difference = difference),
        Ordering::Greater => t!("consequence.months_over", sum = sum_text, difference = difference),
    };
    Some(Consequence { field: field::MONTH_PLAN, text })
}

/// Foreign capital in yuan.
fn foreign(fields: &Fields) -> Option<Consequence> {
    let yuan = fields.decimal(field::FOREIGN_CAPITAL)?.checked_mul(fields.decimal(field::FOREIGN_RATE)?)?;
    let yuan = yuan.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    let text = t!("consequence.foreign", amount = thousands(yuan, 2));
    Some(Consequence { field: field::FOREIGN_RATE, text })
}

fn of_monthly_report(fields: &Fields, context: &Context) -> Vec<Consequence> {
    let Some(period) = fields.month(monthly::PERIOD) else {
        return Vec::new();
    };
    let investment = fields.decimal(monthly::INVESTMENT).map(|figure| Consequence {
        field: monthly::INVESTMENT,
        text: year_to_date(figure + sum_of_year(context, period), period, context),
    });
    let funds = fields.decimal(monthly::FUNDS).and_then(|figure| {
        let sum = figure + earlier_sum(context, period, monthly::FUNDS);
        let percent = percent(sum, total_investment(context)?)?;
        Some(Consequence {
            field: monthly::FUNDS,
            text: t!("consequence.funds", sum = thousands(sum, 2), percent = percent),
        })
    });
    investment.into_iter().chain(funds).collect()
}

/// 本年累计 against 年度计划, which is due as the months were planned, or else a twelfth a month.
fn year_to_date(sum: Decimal, period: Month, context: &Context) -> String {
    let plan = context.project.as_ref().and_then(|project| project.decimal(field::PLANNED_INVESTMENT));
    let due = planned_until(period, context).or_else(|| percent(Decimal::from(period.number()), Decimal::from(12)));
    match (plan.and_then(|plan| percent(sum, plan)), due) {
        (Some(percent), Some(due)) => {
            t!("consequence.year_to_date", sum = thousands(sum, 2), percent = percent, due = due)
        }
        _ => t!("consequence.year_to_date_without_plan", sum = thousands(sum, 2)),
    }
}

/// The share of the year that the months' plan makes due by the end of a month, in percent.
fn planned_until(period: Month, context: &Context) -> Option<String> {
    let plan = context.project.as_ref()?.get(field::MONTH_PLAN);
    let due = months::figures(plan).into_iter().take(usize::from(period.number())).flatten().sum();
    percent(due, months::sum(plan)?)
}

fn sum_of_year(context: &Context, period: Month) -> Decimal {
    let all = earlier_sum(context, period, monthly::INVESTMENT);
    all - earlier_sum(context, Month::january(period.year()), monthly::INVESTMENT)
}

/// A share in percent with at most one decimal; `None` of nothing.
fn percent(part: Decimal, whole: Decimal) -> Option<String> {
    let share = (part * Decimal::ONE_HUNDRED).checked_div(whole)?;
    Some(thousands(share.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero).normalize(), 0))
}
