//! The files of a record that is being filled in: hung on, taken off, shown.

use leptos::prelude::*;
use shared::{record::Record, t};

use crate::{
    forms::{FilesSource, Hung},
    pages::files::{Tile, Viewer, ViewerDialog, waiting_note},
    state::{self, Target},
    ui::button::{Button, ButtonVariant},
};

/// Wires the form's files. `begin` writes what the page knows of a record that does not exist yet.
pub(super) fn source(
    target: Target,
    record: Signal<Option<Record>>,
    locked: Signal<bool>,
    begin: Callback<()>,
) -> FilesSource {
    let hung = move || {
        let of = |record: &Record| {
            record.attachments.iter().map(|(operation, attached)| (operation, attached.clone())).collect()
        };
        record.with(|record| record.as_ref().map(of).unwrap_or_default())
    };
    let waiting = move || record.with(|record| record.as_ref().map_or(0, |record| state::files().waiting(record)));
    let viewer = Viewer::new();
    let preparing = RwSignal::new(0_usize);
    FilesSource {
        hung: Memo::new(move |_| hung()).into(),
        waiting: Signal::derive(waiting),
        is_preparing: Signal::derive(move || preparing.get() > 0),
        on_choose: Callback::new(move |(paper, input): (Option<&'static str>, String)| {
            begin.run(());
            preparing.update(|count| *count += 1);
            state::act(async move {
                let attached = state::files().attach(target, paper.map(str::to_owned), &input).await;
                preparing.try_update(|count| *count -= 1);
                attached
            });
        }),
        tile: Callback::new(move |file: Hung| tile(target, locked, viewer, file)),
        opened: Callback::new(move |()| view! { <ViewerDialog viewer /> }.into_any()),
    }
}

fn tile(target: Target, locked: Signal<bool>, viewer: Viewer, (operation, attached): Hung) -> AnyView {
    let note = waiting_note(attached.file.clone());
    let stays = attached.file.is_of_visit();
    let name = t!("files.remove_named", name = attached.file.name);
    let remove = move |()| state::act(async move { state::files().take_off(target, operation).await });
    view! {
        <Tile attached viewer note>
            <Show when=move || !stays && !locked.get()>
                <Button variant=ButtonVariant::Quiet name=Some(name.clone()) on_click=remove attr:data-action="remove-file">
                    {t!("files.remove")}
                </Button>
            </Show>
        </Tile>
    }
    .into_any()
}
