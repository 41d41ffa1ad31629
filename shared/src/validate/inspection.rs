//! What an inspection adds.

use super::Context;
use crate::{
    fields::Fields,
    inspection::{Finding, field, parse_marks},
    issue::Issue,
};

pub(super) fn check(fields: &Fields, context: &Context, issues: &mut Vec<Issue>) {
    if let Some(day) = fields.date(field::FOUND_ON).filter(|day| *day > context.today()) {
        issues.push(Issue::error(field::FOUND_ON, "date_in_future").with("date", day));
    }
    let is_rating = fields.text(field::FINDING) == Finding::Rating.code();
    if let Err(piece) = parse_marks(fields.text(field::MARKS))
        && is_rating
    {
        issues.push(Issue::error(field::MARKS, "not_a_mark").with("value", piece));
    }
}
