//! Several values of one field: all shown with who wrote them and when, settled with one tap by those who file.

use leptos::prelude::*;
use shared::{
    form::{Field, FieldKind, display},
    merge::register::Entry,
    project::credit,
    t,
};

use super::model::FormModel;
use crate::ui::button::{Button, ButtonVariant};

/// The values that stand, where there is more than one.
#[component]
pub(super) fn ConflictView(model: FormModel, field: &'static Field) -> impl IntoView {
    let values = Memo::new(move |_| model.conflict(field.name));
    let choice = move |entry: Entry| {
        let value = entry.value.clone();
        let shown = match field.kind {
            _ if value.is_empty() => t!("forms.emptied"),
            FieldKind::Credit => credit::words(value.as_list(), |unit| model.unit_name(unit)),
            _ => display(field, &value),
        };
        let words = t!("forms.conflict_value", value = shown, signature = model.source.signature.run(entry));
        let Some(on_settle) = model.source.on_settle else {
            return view! { <p>{words}</p> }.into_any();
        };
        let settle = move |()| on_settle.run((field.name, value.clone()));
        view! {
            <Button variant=ButtonVariant::Secondary on_click=settle attr:data-action="settle">
                {words}
            </Button>
        }
        .into_any()
    };
    let shown = move |values: Vec<Entry>| {
        view! {
            <div class="field__conflict" role="group" aria-label=t!("forms.conflict")>
                <p class="field__conflict-title">{t!("forms.conflict")}</p>
                {values.into_iter().map(choice).collect_view()}
            </div>
        }
    };
    move || Some(values.get()).filter(|values| !values.is_empty()).map(shown)
}
