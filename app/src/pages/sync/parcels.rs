//! Without any network: everything unsent as a file, and such files of others.

use leptos::prelude::*;
use shared::{sync::parcel::Carried, t};

use crate::{
    state,
    ui::{button::Button, field::FieldShell, file_input::FileInput, panel::Panel},
};

/// The id of the file's input.
const FILE: &str = "f-parcel";

/// A file to take along, and one to bring.
#[component]
pub(super) fn ParcelPanel() -> impl IntoView {
    let unsent = Memo::new(|_| state::sync_status().unsent().len());
    let files = Memo::new(|_| state::sync_status().files_left().len());
    let (carried, busy) = (RwSignal::new(Vec::<Carried>::new()), RwSignal::new(false));
    let export = move |()| {
        state::act(async move {
            let (count, files) = state::parcels().export().await?;
            state::notices().say(t!("parcel.exported", count = count, files = files));
            Ok(())
        });
    };
    let carry = move |()| {
        busy.set(true);
        state::act(async move {
            let outcome = state::parcels().carry(FILE).await;
            busy.try_set(false);
            carried.try_set(outcome?);
            Ok(())
        });
    };
    let line = |carried: Carried| {
        let Carried { name, taken, refused, files } = carried;
        let words = match refused {
            0 => t!("parcel.carried", name = name, taken = taken, files = files),
            _ => t!("parcel.carried_refused", name = name, taken = taken, refused = refused, files = files),
        };
        view! { <li>{words}</li> }
    };
    view! {
        <Panel title=t!("parcel.title")>
            <p>{t!("parcel.export_why")}</p>
            <div class="button-row">
                <Button
                    disabled=Signal::derive(move || unsent.get() + files.get() == 0)
                    on_click=export
                    attr:data-action="export-parcel"
                >
                    {move || t!("parcel.export", count = unsent.get(), files = files.get())}
                </Button>
            </div>
            <FieldShell id=FILE label=t!("parcel.file") hint=Some(t!("parcel.file_hint")) wide=true>
                <FileInput prompt=t!("files.choose_one") accept=".tisheng" on_choose=move |()| carried.set(Vec::new()) />
            </FieldShell>
            <div class="button-row">
                <Button busy on_click=carry attr:data-action="carry-parcel">{t!("parcel.carry")}</Button>
            </div>
            <Show when=move || !carried.with(Vec::is_empty)>
                <div role="status" data-carried="">
                    <ul>{move || carried.get().into_iter().map(line).collect_view()}</ul>
                </div>
            </Show>
        </Panel>
    }
}
