//! A new unit.

use leptos::prelude::*;
use shared::{api::NewUnit, t, unit::Group};

use crate::{
    state,
    ui::{
        banner::Banner,
        button::{Button, ButtonVariant},
        chip::Tone,
        field::FieldShell,
        input::{Choice, Select, TextInput},
        panel::Panel,
    },
};

#[component]
pub(super) fn NewUnitPanel(reload: Callback<()>) -> impl IntoView {
    let (name, group) = (RwSignal::new(String::new()), RwSignal::new(Group::Street.code().to_owned()));
    let (problem, busy) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let groups: Vec<Choice> = Group::ALL
        .into_iter()
        .map(|group| Choice { value: group.code().to_owned(), label: t!(group.label_key()) })
        .collect();
    let create = move |()| {
        let Some(group) = Group::from_code(&group.get_untracked()) else { return };
        let new = NewUnit { name: name.get_untracked().trim().to_owned(), group };
        busy.set(true);
        state::task(async move {
            let outcome = state::administration().create_unit(new).await;
            busy.try_set(false);
            problem.try_set(outcome.as_ref().err().map(state::DataError::message));
            if outcome.is_ok() {
                name.try_set(String::new());
                state::published().refresh();
                reload.try_run(());
            }
        });
    };
    view! {
        <Panel title=t!("admin.new_unit")>
            {move || problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
            <div class="form-grid">
                <FieldShell id="f-unit-name" label=t!("admin.unit_name")>
                    <TextInput value=name on_input=move |typed| name.set(typed) />
                </FieldShell>
                <FieldShell id="f-unit-group" label=t!("admin.group")>
                    <Select value=group options=groups on_select=move |value| group.set(value) />
                </FieldShell>
            </div>
            <div><Button variant=ButtonVariant::Secondary busy on_click=create>{t!("admin.create_unit")}</Button></div>
        </Panel>
    }
}
