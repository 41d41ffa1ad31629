//! From a figure to its photo: what hangs on the record behind it, fetched when somebody asks.

use leptos::prelude::*;
use shared::{api::FileView, attachment::Attached, id::RecordId, merge::stamp::Stamp, t};

use crate::{
    pages::files::{Tile, Viewer},
    state,
    ui::{
        button::{Button, ButtonVariant},
        file_tile::FileTiles,
    },
};

/// A button, and what it brings.
#[component]
pub(super) fn Evidence(record: RecordId, title: String, viewer: Viewer) -> impl IntoView {
    let asked = RwSignal::new(false);
    view! {
        <div class="why__evidence">
            {move || if asked.get() {
                view! { <Fetched record viewer /> }.into_any()
            } else {
                view! {
                    <Button
                        variant=ButtonVariant::Quiet
                        name=Some(t!("why.evidence_of", title = title))
                        on_click=move |()| asked.set(true)
                        attr:data-action="evidence"
                    >
                        {t!("why.evidence")}
                    </Button>
                }
                .into_any()
            }}
        </div>
    }
}

#[component]
fn Fetched(record: RecordId, viewer: Viewer) -> impl IntoView {
    let files = RwSignal::new(None::<Result<Vec<FileView>, String>>);
    state::task(async move {
        let told = state::files().of(record).await;
        files.try_set(Some(told.map_err(|error| error.message())));
    });
    let tile = move |FileView { file, author, at_ms, has_arrived, .. }: FileView| {
        let note = (!has_arrived).then(|| t!("files.on_its_way_short"));
        let attached = Attached { file, author, stamp: Stamp::at_ms(at_ms) };
        view! { <Tile attached viewer note=Signal::stored(note) /> }
    };
    move || match files.get() {
        None => view! { <p>{t!("files.coming")}</p> }.into_any(),
        Some(Err(sentence)) => view! { <p>{sentence}</p> }.into_any(),
        Some(Ok(files)) if files.is_empty() => view! { <p>{t!("why.no_evidence")}</p> }.into_any(),
        Some(Ok(files)) => view! { <FileTiles>{files.into_iter().map(tile).collect_view()}</FileTiles> }.into_any(),
    }
}
