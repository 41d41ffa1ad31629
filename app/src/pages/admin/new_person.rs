//! A new account, and the invitation to it.

use leptos::prelude::*;
use shared::{
    api::{Invitation, NewPerson},
    id::UnitId,
    t,
};

use super::rights::{Rights, RightsFields};
use crate::{
    pages::one_time::OneTimeCode,
    state,
    ui::{
        banner::Banner,
        button::{Button, ButtonVariant},
        chip::Tone,
        field::FieldShell,
        input::{TextInput, TextKind},
        panel::Panel,
    },
};

#[component]
pub(super) fn NewPersonPanel(reload: Callback<()>) -> impl IntoView {
    let (account, rights) = (RwSignal::new(String::new()), Rights::new());
    let (invitation, problem, busy) =
        (RwSignal::new(None::<Invitation>), RwSignal::new(None::<String>), RwSignal::new(false));
    let create = move |()| {
        let Ok(unit) = rights.unit.get_untracked().parse::<UnitId>() else {
            problem.set(Some(t!("admin.unit_missing")));
            return;
        };
        let new = NewPerson {
            account: account.get_untracked().trim().to_owned(),
            name: rights.name.get_untracked().trim().to_owned(),
            unit,
            roles: rights.roles(),
            duties: rights.duties(),
        };
        busy.set(true);
        state::task(async move {
            let outcome = state::administration().create_person(new).await;
            busy.try_set(false);
            problem.try_set(outcome.as_ref().err().map(state::DataError::message));
            if let Ok(created) = outcome {
                invitation.try_set(Some(created.invitation));
                rights.name.try_set(String::new());
                account.try_set(String::new());
                reload.try_run(());
            }
        });
    };
    view! {
        <Panel title=t!("admin.new_person")>
            {move || problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
            {move || invitation.get().map(|invitation| view! {
                <Banner tone=Tone::Ok text=t!("admin.created", account = invitation.account) />
                <OneTimeCode invitation />
            })}
            <div class="form-grid">
                <FieldShell id="f-person-account" label=t!("admin.account") hint=Some(t!("admin.account_hint"))>
                    <TextInput value=account kind=TextKind::Account on_input=move |typed| account.set(typed) />
                </FieldShell>
                <RightsFields rights prefix="f-person" />
            </div>
            <div>
                <Button variant=ButtonVariant::Primary busy on_click=create attr:data-action="create-person">
                    {t!("admin.create_person")}
                </Button>
            </div>
        </Panel>
    }
}
