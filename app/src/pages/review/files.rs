//! What hangs on the record before its judge: small pictures that open, and how many have not arrived.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::{
    api::FileView, attachment::Attached, form::option_label, id::OperationId, record::Record, stage::field, t,
};

use crate::{
    pages::files::{Tile, Viewer},
    state,
    ui::{banner::Banner, chip::Tone, file_tile::FileTiles, panel::Panel},
};

/// Nothing where nothing hangs.
#[component]
pub(super) fn Files(record: Record, viewer: Viewer) -> impl IntoView {
    let Record { id, attachments, .. } = record;
    if attachments.is_empty() {
        return ().into_any();
    }
    let told = RwSignal::new(None::<Vec<FileView>>);
    state::files().follow(id, told);
    let files: Vec<(OperationId, Attached)> =
        attachments.iter().map(|(operation, attached)| (operation, attached.clone())).collect();
    let count = files.len();
    let missing = Memo::new(move |_| {
        let of = |files: &Vec<FileView>| {
            let lacks = |file: &&FileView| !file.has_arrived && !file.file.is_of_visit();
            files.iter().filter(lacks).map(|file| file.operation).collect::<BTreeSet<_>>()
        };
        told.with(|told| told.as_ref().map(of).unwrap_or_default())
    });
    let lacking = move || Some(missing.with(BTreeSet::len)).filter(|lacking| *lacking > 0);
    // A file that arrives while somebody looks is drawn anew.
    let lines = move || {
        let line = |(operation, attached): &(OperationId, Attached)| {
            (*operation, missing.with(|missing| missing.contains(operation)), attached.clone())
        };
        files.iter().map(line).collect::<Vec<_>>()
    };
    view! {
        {move || lacking().map(|lacking| view! {
            <Banner tone=Tone::Late text=t!("files.missing", lacking = lacking, count = count) />
        })}
        <Panel title=t!("files.title") aside=Some(t!("files.total", count = count))>
            <FileTiles>
                <For
                    each=lines
                    key=|(operation, is_missing, _)| (*operation, *is_missing)
                    children=move |(_, is_missing, attached)| view! { <Line attached is_missing viewer /> }
                />
            </FileTiles>
        </Panel>
    }
    .into_any()
}

#[component]
fn Line(attached: Attached, is_missing: bool, viewer: Viewer) -> impl IntoView {
    let paper = attached.file.paper.as_ref().map(|paper| option_label(field::EVIDENCE, paper));
    let note = if is_missing { Some(t!("files.on_its_way_short")) } else { paper };
    view! { <Tile attached viewer note=Signal::stored(note) /> }
}
