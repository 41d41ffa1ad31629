//! On which devices one is logged in, and one more.

use leptos::prelude::*;
use shared::{
    api::{Invitation, SessionLine},
    id::Digest,
    t,
};

use crate::{
    pages::{moment::day_and_time, one_time::OneTimeCode},
    state,
    ui::{
        banner::Banner,
        button::{Button, ButtonVariant},
        chip::{Chip, Tone},
        panel::Panel,
        table::{ColumnHead, Table},
    },
};

#[component]
pub(super) fn DevicesPanel() -> impl IntoView {
    let (lines, problem) = (RwSignal::new(Vec::<SessionLine>::new()), RwSignal::new(None::<String>));
    let offered = RwSignal::new(None::<Invitation>);
    let load = move || {
        state::task(async move {
            match state::own_account().sessions().await {
                Ok(loaded) => lines.try_set(loaded).map(drop),
                Err(error) => problem.try_set(Some(error.message())).map(drop),
            };
        });
    };
    load();
    let end = Callback::new(move |id: Option<Digest>| {
        state::task(async move {
            let ended = state::own_account().end_session(id).await;
            problem.try_set(ended.err().map(|error| error.message()));
            load();
        });
    });
    let offer = move |()| {
        state::task(async move {
            match state::own_account().offer_device().await {
                Ok(invitation) => offered.try_set(Some(invitation)).map(drop),
                Err(error) => problem.try_set(Some(error.message())).map(drop),
            };
        });
    };
    let has_others = move || lines.with(|lines| lines.iter().any(|line| !line.is_this));
    view! {
        <Panel title=t!("devices.title")>
            {move || problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
            <SessionTable lines end=Some(end) />
            <div class="button-row">
                <Button on_click=offer attr:data-action="add-device">{t!("devices.add")}</Button>
                {move || has_others().then(|| view! {
                    <Button variant=ButtonVariant::Danger on_click=move |()| end.run(None) attr:data-action="end-others">
                        {t!("devices.end_others")}
                    </Button>
                })}
            </div>
            {move || offered.get().map(|invitation| view! {
                <p>{t!("devices.scan")}</p>
                <OneTimeCode invitation />
            })}
        </Panel>
    }
}

/// Devices with when and from where they were used.
#[component]
pub(crate) fn SessionTable(
    #[prop(into)] lines: Signal<Vec<SessionLine>>,
    /// Ends one, where one may.
    end: Option<Callback<Option<Digest>>>,
) -> impl IntoView {
    view! {
        <Table label=t!("devices.title")>
            <thead>
                <tr>
                    <ColumnHead text=t!("devices.device") />
                    <ColumnHead text=t!("devices.address") />
                    <ColumnHead text=t!("devices.seen") />
                    <ColumnHead text=t!("devices.act") />
                </tr>
            </thead>
            <tbody>{move || lines.get().into_iter().map(|line| view! { <Line line end /> }).collect_view()}</tbody>
        </Table>
    }
}

#[component]
fn Line(line: SessionLine, end: Option<Callback<Option<Digest>>>) -> impl IntoView {
    let SessionLine { id, device, address, seen_ms, is_this, .. } = line;
    let device = if device.is_empty() { t!("devices.unknown") } else { device };
    let act = match end {
        _ if is_this => view! { <Chip tone=Tone::Ok text=t!("devices.this") /> }.into_any(),
        Some(end) => {
            let name = Some(t!("devices.end_named", device = device));
            view! {
                <Button variant=ButtonVariant::Quiet name on_click=move |()| end.run(Some(id))>{t!("devices.end")}</Button>
            }
            .into_any()
        }
        None => ().into_any(),
    };
    view! {
        <tr>
            <th scope="row">{device}</th>
            <td>{address}</td>
            <td>{day_and_time(seen_ms)}</td>
            <td>{act}</td>
        </tr>
    }
}
