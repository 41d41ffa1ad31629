//! What a stage claim adds: a day that has come, in the order of stages, with its evidence.

use super::Context;
use crate::{
    attachment::EvidencePolicy,
    calendar::Date,
    fields::Fields,
    form::option_label,
    issue::Issue,
    project::{self, Category},
    stage::{Stage, field},
    t,
};

pub(super) fn check(fields: &Fields, context: &Context, issues: &mut Vec<Issue>) {
    if !fields.get(field::PROJECT).is_empty() && context.project.is_none() {
        issues.push(Issue::error(field::PROJECT, "project_unknown"));
    }
    let reached_on = fields.date(field::REACHED_ON);
    if let Some(day) = reached_on.filter(|day| *day > context.today()) {
        issues.push(Issue::error(field::REACHED_ON, "date_in_future").with("date", day));
    }
    let Some(stage) = Stage::from_code(fields.text(field::STAGE)).filter(|stage| *stage != Stage::Planned) else {
        return;
    };
    issues.extend(evidence(fields, stage));
    issues.extend(files(stage, context));
    if stage != Stage::Expanded && context.stages.iter().any(|(claimed, _)| *claimed == stage) {
        issues.push(Issue::warning(field::STAGE, "stage_claimed_already").with("stage", t!(stage.label_key())));
    }
    issues.extend(reached_on.and_then(|day| order(stage, day, context)));
}

/// The evidence that is not at hand, by name.
fn evidence(fields: &Fields, stage: Stage) -> Option<Issue> {
    let held = fields.list(field::EVIDENCE);
    let missing: Vec<String> = stage
        .evidence()
        .iter()
        .filter(|code| !held.iter().any(|item| item == *code))
        .map(|code| option_label(field::EVIDENCE, code))
        .collect();
    let issue =
        || Issue::error(field::EVIDENCE, "evidence_missing").with("missing", missing.join(&t!("form.list_separator")));
    (!missing.is_empty()).then(issue)
}

/// What is at hand is worth little to a judge who cannot see it: “缺附件 2/5”.
fn files(stage: Stage, context: &Context) -> Option<Issue> {
    let category =
        context.project.as_ref().and_then(|project| Category::from_code(project.text(project::field::CATEGORY)));
    let missing = EvidencePolicy::default_policy().missing(stage, category, &context.files);
    let names: Vec<String> = missing.papers.iter().map(|paper| option_label(field::EVIDENCE, paper)).collect();
    (!names.is_empty()).then(|| {
        Issue::warning(field::EVIDENCE, "files_missing")
            .with("lacking", missing.lacking)
            .with("needed", missing.needed)
            .with("missing", names.join(&t!("form.list_separator")))
    })
}

/// Stages follow each other: a later one is not reached on an earlier day.
fn order(stage: Stage, day: Date, context: &Context) -> Option<Issue> {
    let issue = |code: &str, other: Stage, date: Date| {
        Issue::error(field::REACHED_ON, code).with("stage", t!(other.label_key())).with("date", date)
    };
    let before =
        context.stages.iter().filter(|(other, date)| *other < stage && *date > day).max_by_key(|(_, date)| *date);
    let after =
        context.stages.iter().filter(|(other, date)| *other > stage && *date < day).min_by_key(|(_, date)| *date);
    before
        .map(|(other, date)| issue("stage_before_earlier", *other, *date))
        .or_else(|| after.map(|(other, date)| issue("stage_after_later", *other, *date)))
}
