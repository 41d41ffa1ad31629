//! How far a form is from being submitted, and the way to what is missing.

use std::time::Duration;

use leptos::prelude::*;
use shared::{form, issue::Issue, t};

use super::model::{FormModel, field_id};
use crate::ui::{
    chip::{StatusChip, Tone},
    error_summary::{ErrorSummary, FieldProblem, focus_error_summary},
};

/// “无误” or “n 处待补”; a tap jumps to what is missing.
#[component]
pub(crate) fn ValidityPill(model: FormModel) -> impl IntoView {
    let completeness = Memo::new(move |_| model.completeness());
    let tone = Signal::derive(move || if completeness.get().is_complete() { Tone::Ok } else { Tone::Late });
    view! {
        <StatusChip
            tone
            text=Signal::derive(move || completeness.get().label())
            on_open=move |()| show_problems(model)
            attr:data-action="problems"
            attr:data-open-points=move || completeness.get().errors.to_string()
        />
    }
}

/// Every open point as a jump to its field, after an attempt to submit.
#[component]
pub(crate) fn ProblemSummary(model: FormModel) -> impl IntoView {
    let problems = Memo::new(move |_| {
        if model.is_attempted() {
            model.errors().iter().map(|issue| problem(model, issue)).collect()
        } else {
            Vec::new()
        }
    });
    let title = move || t!("forms.open_points_title", count = problems.with(Vec::len));
    view! { <ErrorSummary title=Signal::derive(title) problems /> }
}

/// Shows every open point and moves the focus to their list.
pub(crate) fn show_problems(model: FormModel) {
    model.attempt();
    // The list comes onto the page in the next turn.
    set_timeout(focus_error_summary, Duration::ZERO);
}

fn problem(model: FormModel, issue: &Issue) -> FieldProblem {
    let label = form::label(model.source.kind, &issue.field);
    let message = issue.message();
    let text = if message.contains(&label) { message } else { t!("forms.problem", label = label, message = message) };
    FieldProblem { field_id: field_id(&issue.field), text }
}
