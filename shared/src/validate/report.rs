//! What monthly reports and indicator reports add.

use rust_decimal::Decimal;

use super::Context;
use crate::{
    calendar::Month,
    fields::Fields,
    form::thousands,
    issue::Issue,
    project,
    report::{Progress, Status, indicator, monthly},
};

/// Cumulative investment above this share of 总投资, in percent, is worth a second look.
const OVER_PERCENT: Decimal = Decimal::ONE_HUNDRED;

/// Above this share, in percent, it is refused.
const FAR_OVER_PERCENT: Decimal = Decimal::from_parts(120, 0, 0, false, 0);

pub(super) fn check_monthly(fields: &Fields, context: &Context, issues: &mut Vec<Issue>) {
    if !fields.get(monthly::PROJECT).is_empty() && context.project.is_none() {
        issues.push(Issue::error(monthly::PROJECT, "project_unknown"));
    }
    if let Some(period) = fields.month(monthly::PERIOD) {
        issues.extend(period_issue(monthly::PERIOD, period, context));
        issues.extend(investment(fields, period, context));
        issues.extend(works(fields, period, context));
        issues.extend(status(fields, period, context));
    }
    issues.extend(funds(fields, context));
    let is_behind = Progress::from_code(fields.text(monthly::PROGRESS)) == Some(Progress::Behind);
    if is_behind && fields.get(monthly::PROBLEM).is_empty() {
        issues.push(Issue::error(monthly::PROBLEM, "behind_without_problem"));
    }
}

pub(super) fn check_indicator(fields: &Fields, context: &Context, issues: &mut Vec<Issue>) {
    if let Some(period) = fields.month(indicator::PERIOD) {
        issues.extend(period_issue(indicator::PERIOD, period, context));
    }
    let Some(figure) = fields.decimal(indicator::FIGURE) else {
        return;
    };
    let key = fields.text(indicator::INDICATOR);
    if key == indicator::RND_GROWTH {
        if figure.abs() > Decimal::ONE {
            let share = (figure / Decimal::ONE_HUNDRED).normalize();
            issues.push(Issue::warning(indicator::FIGURE, "share_as_percent").suggest(share));
        }
    } else if figure.normalize().scale() > 0 {
        issues.push(Issue::error(indicator::FIGURE, "not_whole"));
    } else if figure < Decimal::ZERO && key != indicator::NET_NEW_NATIONAL_HIGHTECH {
        issues.push(Issue::error(indicator::FIGURE, "negative"));
    }
    if !figure.is_zero() && fields.get(indicator::STATEMENT).is_empty() {
        issues.push(Issue::warning(indicator::STATEMENT, "statement_missing"));
    }
}

/// A month that has not begun, or lies outside the campaign's year.
fn period_issue(field: &str, period: Month, context: &Context) -> Option<Issue> {
    if period > context.today().month() {
        return Some(Issue::error(field, "period_in_future").with("period", period));
    }
    let (_, year) = context.campaign.as_ref().filter(|(_, year)| *year != period.year())?;
    Some(Issue::warning(field, "period_outside_year").with("year", year))
}

fn investment(fields: &Fields, period: Month, context: &Context) -> Option<Issue> {
    let field = monthly::INVESTMENT;
    let figure = fields.decimal(field)?;
    if figure < Decimal::ZERO {
        if !fields.flag(monthly::CORRECTION) {
            return Some(Issue::error(field, "negative_without_correction"));
        }
        let cumulative = figure + earlier_sum(context, period, monthly::INVESTMENT);
        let issue = || Issue::error(field, "correction_below_zero").with("cumulative", thousands(cumulative, 2));
        return (cumulative < Decimal::ZERO).then(issue);
    }
    if figure > Decimal::ZERO && context.project.is_some() && !context.is_started_by(period) {
        return Some(Issue::error(field, "investment_before_start").with("period", period));
    }
    let total = total_investment(context)?;
    let earlier = earlier_sum(context, period, monthly::INVESTMENT);
    let cumulative = earlier + figure;
    let percent = cumulative * Decimal::ONE_HUNDRED / total;
    let issue = if percent > FAR_OVER_PERCENT {
        Issue::error(field, "far_over_total")
    } else if percent > OVER_PERCENT {
        Issue::warning(field, "over_total").with("percent", thousands(percent.round_dp(1), 1))
    } else {
        return None;
    };
    let issue = issue.with("cumulative", thousands(cumulative, 2)).with("total", thousands(total, 2));
    Some(match one_digit_less(figure, total - earlier) {
        Some(meant) => issue.suggest(meant),
        None => issue,
    })
}

fn funds(fields: &Fields, context: &Context) -> Option<Issue> {
    let total = total_investment(context)?;
    let funds = fields.decimal(monthly::FUNDS).filter(|funds| *funds > total)?;
    let issue = Issue::error(monthly::FUNDS, "funds_over_total").with("total", thousands(total, 2));
    Some(match one_digit_less(funds, total) {
        Some(meant) => issue.suggest(meant),
        None => issue,
    })
}

fn works(fields: &Fields, period: Month, context: &Context) -> Option<Issue> {
    let is_still = Status::of(fields).is_some_and(Status::is_still);
    let works = fields.text(monthly::WORKS).trim();
    if works.is_empty() || is_still || fields.flag(monthly::UNCHANGED) {
        return None;
    }
    let (month, last) = last_report(context, period)?;
    let repeats = last.text(monthly::WORKS).trim() == works;
    repeats.then(|| Issue::error(monthly::WORKS, "works_repeated").with("period", month))
}

/// Warnings alone: reports of earlier releases say nothing of it.
fn status(fields: &Fields, period: Month, context: &Context) -> Option<Issue> {
    if Status::of(fields).is_none() {
        return Some(Issue::warning(monthly::STATUS, "status_missing"));
    }
    let (_, before) = last_report(context, period)?;
    let is_bare = Status::has_changed(fields, before) && context.files.is_empty();
    is_bare.then(|| Issue::warning(monthly::STATUS, "photos_missing"))
}

/// The latest report before a month.
pub(super) fn last_report(context: &Context, period: Month) -> Option<(Month, &Fields)> {
    let dated = context.reports.iter().filter_map(|report| Some((report.month(monthly::PERIOD)?, report)));
    dated.filter(|(month, _)| *month < period).max_by_key(|(month, _)| *month)
}

/// The sum of a figure over the reports of earlier months.
pub(super) fn earlier_sum(context: &Context, period: Month, field: &str) -> Decimal {
    let earlier =
        context.reports.iter().filter(|report| report.month(monthly::PERIOD).is_some_and(|month| month < period));
    earlier.filter_map(|report| report.decimal(field)).sum()
}

/// The project's 总投资, where it is known and positive.
pub(super) fn total_investment(context: &Context) -> Option<Decimal> {
    let total = context.project.as_ref()?.decimal(project::field::TOTAL_INVESTMENT)?;
    (total > Decimal::ZERO).then_some(total)
}

/// The figure with its point one place further left, when that brings it under the limit: a digit too many is
/// the commonest slip.
pub(super) fn one_digit_less(figure: Decimal, limit: Decimal) -> Option<String> {
    let tenth = (figure / Decimal::TEN).normalize();
    (tenth <= limit && tenth.scale() <= 2).then(|| tenth.to_string())
}
