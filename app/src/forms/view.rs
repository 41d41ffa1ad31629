//! The form as a whole.

use leptos::prelude::*;
use shared::form::{self, Section};

use super::{field::field_view, files::FilesField, model::FormModel};

/// How deep a form's section titles stand in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SectionLevel {
    /// Right under the page's title.
    Second,
    /// Under the title of a detail beside a list.
    Third,
}

/// Every section and field of the record's form, in two columns where they fit.
#[component]
pub(crate) fn FormView(model: FormModel, level: SectionLevel) -> impl IntoView {
    let section = move |section: &'static Section| section_view(model, level, section);
    view! {
        <form
            class="form-grid"
            autocomplete="off"
            novalidate
            data-form=model.source.kind.code()
            on:submit=|event| event.prevent_default()
        >
            {model.form().sections.iter().map(section).collect_view()}
            <FilesField model />
        </form>
    }
}

fn section_view(model: FormModel, level: SectionLevel, section: &'static Section) -> AnyView {
    let is_asked = Memo::new(move |_| section.fields.iter().any(|field| model.asks(field)));
    // A form of one section needs no title over it.
    let titled = model.form().sections.len() > 1;
    let title = move || {
        let words = form::section_title(model.source.kind, section);
        let heading = match level {
            SectionLevel::Second => view! { <h2 class="form-grid__title">{words}</h2> }.into_any(),
            SectionLevel::Third => view! { <h3 class="form-grid__title">{words}</h3> }.into_any(),
        };
        (titled && is_asked.get()).then_some(heading)
    };
    let field = move |field: &'static shared::form::Field| {
        let asked = Memo::new(move |_| model.asks(field));
        move || asked.get().then(|| field_view(model, field))
    };
    view! {
        {title}
        {section.fields.iter().map(field).collect_view()}
    }
    .into_any()
}
