//! What visits and issues of the enterprise-service mechanism add.

use super::Context;
use crate::{
    calendar::Date,
    fields::Fields,
    issue::Issue,
    service::{issue, visit},
};

pub(super) fn check_visit(fields: &Fields, context: &Context, issues: &mut Vec<Issue>) {
    let Some(day) = fields.date(visit::VISITED_ON) else {
        return;
    };
    issues.extend(future(visit::VISITED_ON, day, context));
    if let Some(period) = fields.month(visit::PERIOD).filter(|period| *period != day.month()) {
        issues.push(Issue::error(visit::VISITED_ON, "visit_outside_period").with("period", period));
    }
}

pub(super) fn check_issue(fields: &Fields, context: &Context, issues: &mut Vec<Issue>) {
    let (due, closed) = (fields.date(issue::DUE_ON), fields.date(issue::CLOSED_ON));
    if let Some(accepted) = fields.date(issue::ACCEPTED_ON) {
        issues.extend(future(issue::ACCEPTED_ON, accepted, context));
        if due.is_some_and(|due| due < accepted) {
            issues.push(Issue::error(issue::DUE_ON, "due_before_accepted").with("date", accepted));
        }
        if closed.is_some_and(|closed| closed < accepted) {
            issues.push(Issue::error(issue::CLOSED_ON, "closed_before_accepted").with("date", accepted));
        }
    }
    if let Some(closed) = closed {
        issues.extend(future(issue::CLOSED_ON, closed, context));
        if let Some(due) = due.filter(|due| *due < closed) {
            issues.push(Issue::warning(issue::CLOSED_ON, "closed_late").with("date", due));
        }
    }
}

fn future(field: &str, day: Date, context: &Context) -> Option<Issue> {
    (day > context.today()).then(|| Issue::error(field, "date_in_future").with("date", day))
}
