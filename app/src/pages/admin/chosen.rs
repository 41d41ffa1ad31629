//! One account: what it may do, and what is done to it.

use leptos::prelude::*;
use shared::{
    api::{AccountView, Invitation, PersonStep, SessionLine},
    authorize::{Action, authorize},
    id::UnitId,
    t,
};

use super::rights::{Rights, RightsFields};
use crate::{
    pages::{account::SessionTable, moment::day_and_time, one_time::OneTimeCode},
    state,
    ui::{
        banner::Banner,
        button::{Button, ButtonLink, ButtonVariant},
        chip::Tone,
        field::FieldShell,
        input::TextInput,
        panel::Panel,
    },
};

/// Steps that are under way with one account, and what came of them.
#[derive(Clone, Copy)]
struct Stepping {
    of: shared::id::PersonId,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<String>>,
    invitation: RwSignal<Option<Invitation>>,
    reload: Callback<()>,
}

impl Stepping {
    fn step(self, step: PersonStep) {
        self.busy.set(true);
        state::task(async move {
            let outcome = state::administration().step(self.of, step).await;
            self.busy.try_set(false);
            self.problem.try_set(outcome.as_ref().err().map(state::DataError::message));
            if let Ok(stepped) = outcome {
                self.invitation.try_set(stepped.invitation);
                self.reload.try_run(());
            }
        });
    }
}

#[component]
pub(super) fn ChosenPanel(account: AccountView, reload: Callback<()>) -> impl IntoView {
    let stepping = Stepping {
        of: account.person.id,
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
        invitation: RwSignal::new(None),
        reload,
    };
    let me = state::session().person()?;
    let (manages, confirms) = (authorize(&me, Action::ManagePeople), authorize(&me, Action::ConfirmGrants));
    let title = t!("admin.chosen", name = account.person.name, account = account.person.account);
    let is_own = me.id == account.person.id;
    Some(view! {
        <Panel title>
            {move || stepping.problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
            {move || stepping.invitation.get().map(|invitation| view! { <OneTimeCode invitation /> })}
            {account.disabled.clone().map(|reason| view! { <Banner tone=Tone::Stop text=t!("admin.disabled_because", reason = reason) /> })}
            {account.asked.clone().map(|_| view! { <Asked account=account.clone() confirms stepping /> })}
            {is_own.then(|| view! { <Banner text=t!("admin.own") /> })}
            {(manages && !is_own).then(|| view! {
                <Change account=account.clone() stepping />
                <Steps account=account.clone() stepping />
            })}
            {manages.then(|| view! { <Devices of=account.person.id /> })}
            <div><ButtonLink href="/admin">{t!("admin.close")}</ButtonLink></div>
        </Panel>
    })
}

/// Roles that wait, for the security officer to decide.
#[component]
fn Asked(account: AccountView, confirms: bool, stepping: Stepping) -> impl IntoView {
    let asked = account.asked?;
    let reason = RwSignal::new(String::new());
    let mut words: Vec<String> = asked.roles.iter().map(|role| t!(role.label_key())).collect();
    words.extend(asked.duties.iter().map(|duty| t!(duty.label_key())));
    let text = t!("admin.asked_for", rights = words.join("、"), time = day_and_time(asked.at_ms));
    Some(view! {
        <Banner tone=Tone::Late text />
        {confirms.then(|| view! {
            <FieldShell id="f-decline" label=t!("admin.decline_reason")>
                <TextInput value=reason on_input=move |typed| reason.set(typed) />
            </FieldShell>
            <div class="button-row">
                <Button busy=stepping.busy on_click=move |()| stepping.step(PersonStep::Decline { reason: reason.get_untracked() })>
                    {t!("admin.decline")}
                </Button>
                <Button variant=ButtonVariant::Primary busy=stepping.busy on_click=move |()| stepping.step(PersonStep::Confirm) attr:data-action="confirm-grant">
                    {t!("admin.confirm")}
                </Button>
            </div>
        })}
    })
}

#[component]
fn Change(account: AccountView, stepping: Stepping) -> impl IntoView {
    let rights = Rights::of(&account.person);
    let change = move |()| {
        let Ok(unit) = rights.unit.get_untracked().parse::<UnitId>() else {
            stepping.problem.set(Some(t!("admin.unit_missing")));
            return;
        };
        let name = rights.name.get_untracked().trim().to_owned();
        stepping.step(PersonStep::Change { name, unit, roles: rights.roles(), duties: rights.duties() });
    };
    view! {
        <div class="form-grid"><RightsFields rights prefix="f-chosen" /></div>
        <div>
            <Button busy=stepping.busy on_click=change attr:data-action="change-person">{t!("admin.change")}</Button>
        </div>
    }
}

#[component]
fn Steps(account: AccountView, stepping: Stepping) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let is_disabled = account.disabled.is_some();
    let step = move |step: PersonStep| Callback::new(move |()| stepping.step(step.clone()));
    view! {
        <div class="button-row">
            {(!is_disabled).then(|| view! {
                <Button busy=stepping.busy on_click=step(PersonStep::Invite) attr:data-action="invite">{t!("admin.invite")}</Button>
                <Button busy=stepping.busy on_click=step(PersonStep::EndSessions) attr:data-action="end-sessions">{t!("admin.end_sessions")}</Button>
            })}
            {account.has_second_factor.then(|| view! {
                <Button busy=stepping.busy on_click=step(PersonStep::ResetSecondFactor)>{t!("admin.reset_second_factor")}</Button>
            })}
            {is_disabled.then(|| view! {
                <Button busy=stepping.busy on_click=step(PersonStep::Enable) attr:data-action="enable">{t!("admin.enable")}</Button>
            })}
        </div>
        {(!is_disabled).then(|| view! {
            <FieldShell id="f-disable" label=t!("admin.disable_reason") hint=Some(t!("admin.disable_hint"))>
                <TextInput value=reason on_input=move |typed| reason.set(typed) />
            </FieldShell>
            <div>
                <Button
                    variant=ButtonVariant::Danger
                    busy=stepping.busy
                    on_click=move |()| stepping.step(PersonStep::Disable { reason: reason.get_untracked() })
                    attr:data-action="disable"
                >
                    {t!("admin.disable")}
                </Button>
            </div>
        })}
    }
}

/// On which devices the person is logged in.
#[component]
fn Devices(of: shared::id::PersonId) -> impl IntoView {
    let lines = RwSignal::new(Vec::<SessionLine>::new());
    state::task(async move {
        if let Ok(loaded) = state::administration().sessions(of).await {
            lines.try_set(loaded);
        }
    });
    view! { <SessionTable lines end=None /> }
}
