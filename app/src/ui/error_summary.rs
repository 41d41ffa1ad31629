//! Every open point of a form in one place.

use leptos::prelude::*;

use super::focus::focus_by_id;

/// One open point.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FieldProblem {
    /// The id of the field it belongs to.
    pub(crate) field_id: String,
    /// The field's name and what is wrong.
    pub(crate) text: String,
}

/// The points as links that jump to their fields and focus them. Renders nothing while there are none.
#[component]
pub(crate) fn ErrorSummary(
    /// The sentence over the list, with the count.
    #[prop(into)]
    title: Signal<String>,
    #[prop(into)] problems: Signal<Vec<FieldProblem>>,
) -> impl IntoView {
    let problem = |problem: FieldProblem| {
        let FieldProblem { field_id, text } = problem;
        let href = format!("#{field_id}");
        // Not left to the browser: following a fragment would add to the history and wake the router.
        let jump = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            focus_by_id(&field_id);
        };
        view! {
            <li>
                <a class="error-summary__link" href=href on:click=jump>
                    {text}
                </a>
            </li>
        }
    };
    view! {
        <Show when=move || problems.with(|problems| !problems.is_empty())>
            <div class="error-summary" role="group" aria-labelledby="error-summary-title">
                <p class="error-summary__title" id="error-summary-title" tabindex="-1">
                    {move || title.get()}
                </p>
                <ul>
                    <For each=move || problems.get() key=Clone::clone children=problem />
                </ul>
            </div>
        </Show>
    }
}

/// Moves the focus to the summary on the page, as after an attempt to submit.
pub(crate) fn focus_error_summary() {
    focus_by_id("error-summary-title");
}
