//! The frame of the pages before anybody is known: log-in and set-up.

use leptos::prelude::*;
use shared::t;

/// The application's face beside a form (the children).
#[component]
pub(crate) fn Gate(children: Children) -> impl IntoView {
    view! {
        <main class="gate">
            <div class="gate__face">
                <p class="gate__mark">
                    <span class="shell__mark" aria-hidden="true">{t!("app.mark")}</span>
                    <span>{t!("app.name")}</span>
                </p>
                <p class="gate__title">{t!("gate.title")}</p>
                <p>{t!("gate.text")}</p>
            </div>
            {children()}
        </main>
    }
}
