//! What a project's form adds: codes, sums, thresholds.

use rust_decimal::Decimal;

use super::{Context, CreditCodeError, ProjectCodeError, check_credit_code, check_project_code};
use crate::{
    fields::{Fields, parse_decimal},
    form::{months, thousands},
    issue::Issue,
    project::{Category, Project, field, flag},
};

/// How far the parts of 总投资 may be from the whole, in 万元.
const SPLIT_TOLERANCE: Decimal = Decimal::ONE;

/// 总投资 from which a project counts in 表1–表4, in 万元 (fixed by the plan).
const CATEGORY_MINIMUM: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);

/// 总投资 from which an industrial project counts in 表5, in 万元 (fixed by the plan).
const LANDING_INDUSTRY_MINIMUM: Decimal = Decimal::from_parts(30_000, 0, 0, false, 0);

/// The same for a technical upgrade (fixed by the plan).
const LANDING_UPGRADE_MINIMUM: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);

/// The same for a service project (fixed by the plan).
const LANDING_SERVICES_MINIMUM: Decimal = Decimal::from_parts(5_000, 0, 0, false, 0);

/// The middle of the district, in degrees.
const LATITUDE: Decimal = Decimal::from_parts(2_608, 0, 0, false, 2);
const LONGITUDE: Decimal = Decimal::from_parts(11_930, 0, 0, false, 2);

pub(super) fn check(fields: &Fields, context: &Context, issues: &mut Vec<Issue>) {
    issues.extend(credit_code(fields.text(field::CREDIT_CODE)));
    issues.extend(project_code(fields.text(field::CODE), context));
    issues.extend(sector(fields.text(field::SECTOR)));
    match fields.decimal(field::TOTAL_INVESTMENT) {
        Some(total) if total.is_zero() => issues.push(Issue::error(field::TOTAL_INVESTMENT, "not_positive")),
        Some(total) if total > Decimal::ZERO => {
            issues.extend(split(fields, total));
            issues.extend(planned(fields, total));
        }
        _ => {}
    }
    issues.extend(completion(fields));
    issues.extend(month_plan(fields));
    issues.extend(position(fields.text(field::POSITION)));
    issues.extend(rate(fields));
    issues.extend(what_does_not_count(&Project::read(fields)));
}

fn credit_code(code: &str) -> Option<Issue> {
    let issue = |code| Issue::error(field::CREDIT_CODE, code);
    if code.is_empty() {
        return Some(Issue::warning(field::CREDIT_CODE, "credit_code_missing"));
    }
    match check_credit_code(code).err()? {
        CreditCodeError::Length(length) => Some(issue("credit_code_length").with("length", length)),
        CreditCodeError::Letter { position, letter, suggestion } => {
            let issue = issue("credit_code_letter").with("position", position).with("letter", letter);
            Some(suggested(issue, suggestion))
        }
        CreditCodeError::Check => Some(issue("credit_code_check")),
    }
}

fn project_code(code: &str, context: &Context) -> Option<Issue> {
    if code.is_empty() {
        return Some(Issue::warning(field::CODE, "project_code_missing"));
    }
    match check_project_code(code) {
        Ok(region) => {
            let (expected, _) = context.campaign.as_ref().filter(|(expected, _)| expected != region)?;
            Some(Issue::warning(field::CODE, "project_code_region").with("region", region).with("expected", expected))
        }
        Err(ProjectCodeError::Month(month)) => {
            Some(Issue::error(field::CODE, "project_code_month").with("month", month))
        }
        Err(ProjectCodeError::Shape { suggestion }) => {
            Some(suggested(Issue::error(field::CODE, "project_code_shape"), suggestion))
        }
    }
}

fn suggested(issue: Issue, suggestion: Option<String>) -> Issue {
    match suggestion {
        Some(suggestion) => issue.suggest(suggestion),
        None => issue,
    }
}

/// 行业代码: a section letter A–T and four digits.
fn sector(code: &str) -> Option<Issue> {
    let mut letters = code.chars();
    let is_shaped = letters.next().is_some_and(|section| ('A'..='T').contains(&section))
        && letters.clone().count() == 4
        && letters.all(|digit| digit.is_ascii_digit());
    (!code.is_empty() && !is_shaped).then(|| Issue::error(field::SECTOR, "sector_shape"))
}

/// The parts of 总投资, once any of them is filled.
fn split(fields: &Fields, total: Decimal) -> Option<Issue> {
    let sum = split_sum(fields)?;
    let difference = (sum - total).abs();
    let issue = || {
        Issue::error(field::CIVIL_WORKS, "split_sum")
            .with("sum", thousands(sum, 2))
            .with("total", thousands(total, 2))
            .with("difference", thousands(difference, 2))
    };
    (difference > SPLIT_TOLERANCE).then(issue)
}

/// 土建 + 设备 + 其他, where any of them is a figure.
pub(super) fn split_sum(fields: &Fields) -> Option<Decimal> {
    let parts = [field::CIVIL_WORKS, field::EQUIPMENT, field::OTHER_COSTS].map(|part| fields.decimal(part));
    parts.iter().any(Option::is_some).then(|| parts.into_iter().flatten().sum())
}

fn completion(fields: &Fields) -> Option<Issue> {
    let start = fields.month(field::PLANNED_START)?;
    let is_before = fields.month(field::PLANNED_COMPLETION)? < start;
    is_before.then(|| Issue::error(field::PLANNED_COMPLETION, "completion_before_start").with("start", start))
}

fn planned(fields: &Fields, total: Decimal) -> Option<Issue> {
    let planned = fields.decimal(field::PLANNED_INVESTMENT).filter(|planned| *planned > total)?;
    let issue = Issue::warning(field::PLANNED_INVESTMENT, "planned_over_total").with("total", thousands(total, 2));
    Some(suggested(issue, super::report::one_digit_less(planned, total)))
}

/// The months' plan against the year's, once any month is filled.
fn month_plan(fields: &Fields) -> Option<Issue> {
    let sum = months::sum(fields.get(field::MONTH_PLAN))?;
    let year = fields.decimal(field::PLANNED_INVESTMENT)?;
    let issue = || {
        Issue::error(field::MONTH_PLAN, "month_plan_sum")
            .with("sum", thousands(sum, 2))
            .with("year", thousands(year, 2))
            .with("difference", thousands((sum - year).abs(), 2))
    };
    (sum != year).then(issue)
}

/// A latitude and a longitude; one that is not in the district's surroundings is likely the other way round.
fn position(text: &str) -> Option<Issue> {
    if text.is_empty() {
        return None;
    }
    let degrees = text.split_once(',').map(|(latitude, longitude)| (parse_decimal(latitude), parse_decimal(longitude)));
    let Some((Some(latitude), Some(longitude))) = degrees else {
        return Some(Issue::error(field::POSITION, "position_shape"));
    };
    let is_near = |latitude: Decimal, longitude: Decimal| {
        (latitude - LATITUDE).abs() <= Decimal::ONE && (longitude - LONGITUDE).abs() <= Decimal::ONE
    };
    if is_near(latitude, longitude) {
        None
    } else if is_near(longitude, latitude) {
        Some(Issue::error(field::POSITION, "position_order").suggest(format!("{longitude},{latitude}")))
    } else {
        Some(Issue::warning(field::POSITION, "position_far"))
    }
}

/// A rate with its day, or neither: alone, neither can be checked later.
fn rate(fields: &Fields) -> Option<Issue> {
    if !fields.list(field::FLAGS).iter().any(|flag| flag == flag::FOREIGN) {
        return None;
    }
    let rate = fields.decimal(field::FOREIGN_RATE);
    if rate.is_some_and(|rate| rate.is_zero()) {
        return Some(Issue::error(field::FOREIGN_RATE, "not_positive"));
    }
    match (fields.get(field::FOREIGN_RATE).is_empty(), fields.get(field::FOREIGN_ON).is_empty()) {
        (false, true) => Some(Issue::error(field::FOREIGN_ON, "rate_without_day")),
        (true, false) => Some(Issue::error(field::FOREIGN_RATE, "day_without_rate")),
        (true, true) => Some(Issue::warning(field::FOREIGN_RATE, "rate_missing")),
        (false, false) => None,
    }
}

/// Which tables leave this project out, and why: said while it is filed, not when the ranking surprises.
fn what_does_not_count(project: &Project) -> Vec<Issue> {
    let mut issues = Vec::new();
    if let (Some(category), true) = (project.category, is_below(project, CATEGORY_MINIMUM)) {
        let issue = Issue::warning(field::TOTAL_INVESTMENT, "below_category_threshold");
        issues.push(issue.with("table", table(category)));
    }
    let counts_emerging = matches!(project.category, None | Some(Category::Industry | Category::Services));
    if project.has(flag::EMERGING) && !counts_emerging {
        issues.push(Issue::warning(field::FLAGS, "emerging_category"));
    }
    if project.has(flag::INVESTMENT_PROMOTION) {
        issues.extend(landing(project));
    }
    issues
}

const fn table(category: Category) -> u8 {
    match category {
        Category::Industry => 1,
        Category::Services => 2,
        Category::Digital => 3,
        Category::EcologyLivelihood => 4,
    }
}

/// Why a project of investment promotion does not count in 表5.
fn landing(project: &Project) -> Option<Issue> {
    if project.has(flag::REAL_ESTATE) {
        return Some(Issue::warning(field::FLAGS, "real_estate_landing"));
    }
    let minimum = match project.section? {
        'B'..='E' if project.has(flag::TECHNICAL_UPGRADE) => LANDING_UPGRADE_MINIMUM,
        'B'..='E' => LANDING_INDUSTRY_MINIMUM,
        'F'..='T' => LANDING_SERVICES_MINIMUM,
        section => return Some(Issue::warning(field::SECTOR, "sector_landing").with("section", section)),
    };
    let issue =
        || Issue::warning(field::TOTAL_INVESTMENT, "below_landing_threshold").with("minimum", thousands(minimum, 0));
    is_below(project, minimum).then(issue)
}

/// Whether 总投资 is a sound figure below a minimum.
fn is_below(project: &Project, minimum: Decimal) -> bool {
    project.total_investment.is_some_and(|total| total > Decimal::ZERO && total < minimum)
}
