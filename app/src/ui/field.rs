//! The frame of a field: its label, last month's value on the label's line, the control, then the error or the hint.
//! The control inside learns its id and what describes it from the context, so a page names a field once.

use leptos::context::Provider;
use leptos::prelude::*;

/// What a field tells the control inside it.
#[derive(Clone)]
struct FieldContext {
    id: String,
    described_by: Signal<Option<String>>,
    invalid: Signal<bool>,
    required: Signal<bool>,
}

/// The attributes that tie a control to its field; all empty outside a field.
#[derive(Clone)]
pub(super) struct Wiring {
    /// The id of the control: what the label and the error summary point to.
    pub(super) id: Option<String>,
    /// The id of the visible label, for groups.
    pub(super) label_id: Option<String>,
    /// Ids of the error or hint and of the aside.
    pub(super) described_by: Signal<Option<String>>,
    /// `Some("true")` while the field has an error.
    pub(super) invalid: Signal<Option<&'static str>>,
    /// `Some("true")` for a required field.
    pub(super) required: Signal<Option<&'static str>>,
}

/// The wiring for the control being built.
pub(super) fn wiring() -> Wiring {
    let Some(field) = use_context::<FieldContext>() else {
        return Wiring {
            id: None,
            label_id: None,
            described_by: Signal::default(),
            invalid: Signal::default(),
            required: Signal::default(),
        };
    };
    Wiring {
        label_id: Some(part_id(&field.id, "label")),
        id: Some(field.id),
        described_by: field.described_by,
        invalid: Signal::derive(move || field.invalid.get().then_some("true")),
        required: Signal::derive(move || field.required.get().then_some("true")),
    }
}

/// A field around one control: text, number, date, select.
#[component]
pub(crate) fn FieldShell(
    /// The id of the control; the error summary jumps to it.
    #[prop(into)]
    id: String,
    #[prop(into)] label: Signal<String>,
    /// The mark of a required field, such as the word for it; none for an optional one.
    #[prop(optional, into)]
    required_mark: Signal<Option<String>>,
    /// On the label's line, at the right: last month's value, where a photo's place comes from.
    #[prop(optional, into)]
    aside: Signal<Option<String>>,
    /// Under the control: what follows from the value. Hidden while there is an error.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// Under the control: what is wrong and, where known, the likely right value.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Takes the full width of a form grid.
    #[prop(optional)]
    wide: bool,
    children: Children,
) -> impl IntoView {
    let label_view = view! {
        <label class="field__label" id=part_id(&id, "label") for=id.clone()>
            {move || label.get()}
            {required_view(required_mark)}
        </label>
    }
    .into_any();
    frame(FieldParts { id, label_view, required_mark, aside, hint, error, wide }, children)
}

/// A field around a group of controls: segmented, check list, photographs.
#[component]
pub(crate) fn FieldGroup(
    /// The id of the group; the error summary jumps to it.
    #[prop(into)]
    id: String,
    #[prop(into)] label: Signal<String>,
    /// As in `FieldShell`.
    #[prop(optional, into)]
    required_mark: Signal<Option<String>>,
    /// As in `FieldShell`.
    #[prop(optional, into)]
    aside: Signal<Option<String>>,
    /// As in `FieldShell`.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// As in `FieldShell`.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Takes the full width of a form grid.
    #[prop(optional)]
    wide: bool,
    children: Children,
) -> impl IntoView {
    let label_view = view! {
        <span class="field__label" id=part_id(&id, "label")>
            {move || label.get()}
            {required_view(required_mark)}
        </span>
    }
    .into_any();
    frame(FieldParts { id, label_view, required_mark, aside, hint, error, wide }, children)
}

struct FieldParts {
    id: String,
    label_view: AnyView,
    required_mark: Signal<Option<String>>,
    aside: Signal<Option<String>>,
    hint: Signal<Option<String>>,
    error: Signal<Option<String>>,
    wide: bool,
}

fn frame(parts: FieldParts, children: Children) -> AnyView {
    let FieldParts { id, label_view, required_mark, aside, hint, error, wide } = parts;
    let (aside_id, hint_id, error_id) = (part_id(&id, "aside"), part_id(&id, "hint"), part_id(&id, "error"));
    let context = FieldContext {
        described_by: described_by_signal(&id, aside, hint, error),
        invalid: Signal::derive(move || error.with(Option::is_some)),
        required: Signal::derive(move || required_mark.with(Option::is_some)),
        id,
    };
    // The error's element is always there, so that a screen reader hears the error when it appears.
    view! {
        <div
            class="field"
            class=("form-grid__wide", wide)
            class=("field--invalid", move || error.with(Option::is_some))
        >
            <div class="field__head">
                {label_view}
                {move || {
                    let id = aside_id.clone();
                    aside.get().map(|text| view! { <span class="field__aside" id=id>{text}</span> })
                }}
            </div>
            <Provider value=context>{children()}</Provider>
            <div class="field__error" id=error_id aria-live="polite" hidden=move || error.with(Option::is_none)>
                {move || error.get()}
            </div>
            {move || {
                let id = hint_id.clone();
                hint.get()
                    .filter(|_| error.with(Option::is_none))
                    .map(|text| view! { <div class="field__hint" id=id>{text}</div> })
            }}
        </div>
    }
    .into_any()
}

fn required_view(mark: Signal<Option<String>>) -> impl IntoView {
    move || mark.get().map(|mark| view! { <span class="field__required">{mark}</span> })
}

fn described_by_signal(
    id: &str,
    aside: Signal<Option<String>>,
    hint: Signal<Option<String>>,
    error: Signal<Option<String>>,
) -> Signal<Option<String>> {
    let id = id.to_owned();
    Signal::derive(move || {
        described_by(&id, aside.with(Option::is_some), hint.with(Option::is_some), error.with(Option::is_some))
    })
}

/// The ids of the texts that describe a control, those that are on the page, most important first.
fn described_by(id: &str, has_aside: bool, has_hint: bool, has_error: bool) -> Option<String> {
    let mut ids = Vec::new();
    if has_error {
        ids.push(part_id(id, "error"));
    } else if has_hint {
        ids.push(part_id(id, "hint"));
    }
    if has_aside {
        ids.push(part_id(id, "aside"));
    }
    (!ids.is_empty()).then(|| ids.join(" "))
}

fn part_id(id: &str, part: &str) -> String {
    format!("{id}-{part}")
}

#[cfg(test)]
mod tests {
    use super::described_by;

    #[test]
    fn a_plain_field_is_described_by_nothing() {
        assert_eq!(described_by("name", false, false, false), None);
    }

    #[test]
    fn an_error_takes_the_place_of_the_hint() {
        assert_eq!(described_by("name", true, true, true).as_deref(), Some("name-error name-aside"));
        assert_eq!(described_by("name", true, true, false).as_deref(), Some("name-hint name-aside"));
    }
}
