//! One field: its frame, its control, what follows from its value and what is wrong with it.

use leptos::prelude::*;
use shared::{
    fields::Value,
    form::{self, Field, FieldKind, display, normalise},
    issue::{Issue, Severity},
    t,
};

use super::{
    conflict::ConflictView,
    control::{control, is_group, is_wide},
    model::{FormModel, field_id},
};
use crate::ui::{
    button::{Button, ButtonVariant},
    field::{FieldGroup, FieldShell},
};

/// Characters of last month's text shown under this month's.
const PREVIOUS_CHARS_MAX: usize = 80;

/// A field of the form.
pub(super) fn field_view(model: FormModel, field: &'static Field) -> AnyView {
    let kind = model.source.kind;
    let id = field_id(field.name);
    let label = form::label(kind, field.name);
    let required_mark =
        Signal::derive(move || (field.required && !model.source.locked.get()).then(|| t!("forms.required")));
    let aside = Signal::derive(move || previous(model, field));
    let hint = Signal::derive(move || hint(model, field));
    let error = Signal::derive(move || error(model, field));
    let inside = move || {
        view! {
            {control(model, field)}
            <Suggestion model field />
            <ConflictView model field />
        }
    };
    if field.kind == FieldKind::Flag {
        // The box carries its own words; a frame would say them twice.
        return view! { <div class="field field--flag" class=("form-grid__wide", field.wide)>{inside()}</div> }
            .into_any();
    }
    if is_group(field) {
        return view! {
            <FieldGroup id label required_mark aside hint error wide=is_wide(field)>
                {inside()}
            </FieldGroup>
        }
        .into_any();
    }
    view! {
        <FieldShell id label required_mark aside hint error wide=is_wide(field)>
            {inside()}
        </FieldShell>
    }
    .into_any()
}

/// What came back and was not changed since; otherwise what must be mended.
fn error(model: FormModel, field: &'static Field) -> Option<String> {
    let returned = model.returned(field.name).map(|text| t!("forms.returned", text = text));
    returned.or_else(|| {
        model.issue(field.name).filter(|issue| issue.severity == Severity::Error).map(|issue| issue.message())
    })
}

/// What is worth a second look, what follows from the value, or what the field means.
fn hint(model: FormModel, field: &'static Field) -> Option<String> {
    let warning = model.issue(field.name).filter(|issue| issue.severity == Severity::Warning);
    let meaning = || form::hint(model.source.kind, field.name).map(str::to_owned);
    warning
        .map(|issue| t!("forms.check_again", text = issue.message()))
        .or_else(|| model.consequence(field.name))
        .or_else(|| previous_text(model, field))
        .or_else(meaning)
}

fn previous(model: FormModel, field: &'static Field) -> Option<String> {
    let is_short = !matches!(field.kind, FieldKind::LongText { .. } | FieldKind::Choices(_) | FieldKind::Flag);
    let value = model.source.previous.with(|previous| previous.get(field.name).clone());
    (is_short && !value.is_empty()).then(|| t!("forms.previous", value = display(field, &value)))
}

fn previous_text(model: FormModel, field: &'static Field) -> Option<String> {
    let FieldKind::LongText { .. } = field.kind else { return None };
    let text = model.source.previous.with(|previous| previous.text(field.name).to_owned());
    let short: String = text.chars().take(PREVIOUS_CHARS_MAX).collect();
    let cut = short.len() < text.len();
    (!text.is_empty()).then(|| t!("forms.previous_text", text = if cut { format!("{short}…") } else { short }))
}

/// The value that was likely meant, taken over with one tap.
#[component]
fn Suggestion(model: FormModel, field: &'static Field) -> impl IntoView {
    let suggestion = Memo::new(move |_| model.issue(field.name).and_then(|issue: Issue| issue.suggestion));
    let shown = move |suggestion: String| {
        let value: Value = normalise(field.kind, &suggestion);
        let words = t!("forms.take_suggestion", value = display(field, &value));
        let take = move |()| {
            model.write(field.name, value.clone());
            model.touch(field.name);
        };
        view! {
            <div class="field__fix">
                <Button variant=ButtonVariant::Secondary on_click=take attr:data-action="suggestion">
                    {words}
                </Button>
            </div>
        }
    };
    move || suggestion.get().filter(|_| !model.source.locked.get()).map(shown)
}
