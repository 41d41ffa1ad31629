//! 登录: account and password, or the PIN of a store on this tablet; what went wrong in a sentence.

mod second_factor;

use leptos::{ev::SubmitEvent, prelude::*};
use shared::t;

use self::second_factor::{Code, CodeField};
use crate::{
    pages::gate::Gate,
    state::{self, Phase},
    ui::{
        banner::Banner,
        button::{Button, ButtonKind, ButtonLink, ButtonVariant},
        chip::Tone,
        field::FieldShell,
        input::{TextInput, TextKind},
    },
};

/// `/login`.
#[component]
pub(crate) fn LoginPage() -> impl IntoView {
    view! {
        <Gate>
            <LoginForm />
        </Gate>
    }
}

/// Who has a store on this tablet: one tap fills in the account.
#[component]
fn People(account: RwSignal<String>) -> impl IntoView {
    let choose = move |name: String| {
        account.set(name);
        state::focus("f-password");
    };
    move || {
        let people = state::session().people();
        (!people.is_empty()).then(|| {
            let buttons: Vec<_> = people
                .into_iter()
                .map(|known| {
                    let (name, shown) = (known.account.clone(), known.account.clone());
                    let on_click = Callback::new(move |()| choose(name.clone()));
                    view! { <Button on_click attr:data-person=known.account>{shown}</Button> }
                })
                .collect();
            view! {
                <fieldset class="gate__people">
                    <legend>{t!("tablet.people")}</legend>
                    {buttons}
                    <p class="gate__foot">{t!("tablet.people_hint")}</p>
                </fieldset>
            }
        })
    }
}

#[component]
fn LoginForm() -> impl IntoView {
    // Whoever is at work and only has to log in again is not asked for their name.
    let session = state::session();
    let at_work = untrack(|| session.person().filter(|_| session.phase() == Phase::Open));
    let account = RwSignal::new(at_work.map(|me| me.account).unwrap_or_default());
    let password = RwSignal::new(String::new());
    let code = Code::new();
    let problem = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let (name, secret) = (account.get_untracked().trim().to_owned(), password.get_untracked());
        if name.is_empty() || secret.is_empty() {
            problem.set(Some(t!("login.both")));
            return;
        }
        busy.set(true);
        problem.set(None);
        state::task(async move {
            let result = state::session().log_in(name, secret, code.value()).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    state::address().replace(state::session().home());
                }
                Err(error) => {
                    code.note(&error);
                    problem.try_set(Some(error.message()));
                }
            }
        });
    };
    view! {
        <form class="gate__form" on:submit=submit novalidate>
            <h1 class="gate__heading">{t!("login.title")}</h1>
            {move || state::session().was_evicted().then(|| view! { <Banner tone=Tone::Late text=t!("tablet.evicted") /> })}
            <People account />
            <FieldShell id="f-account" label=t!("login.account")>
                <TextInput value=account on_input=move |text| account.set(text) kind=TextKind::Account />
            </FieldShell>
            <FieldShell id="f-password" label=t!("login.password") error=problem>
                <TextInput value=password on_input=move |text| password.set(text) kind=TextKind::Password />
            </FieldShell>
            <CodeField code />
            <Button variant=ButtonVariant::Primary kind=ButtonKind::Submit busy attr:data-action="log-in">
                {move || if busy.get() { t!("login.busy") } else { t!("login.submit") }}
            </Button>
            // A session that ended stops the sending, never the writing.
            {move || (state::session().phase() == Phase::Open).then(|| view! {
                <ButtonLink href=state::session().home() attr:data-action="continue">
                    {t!("login.go_on", name = state::session().person().map(|me| me.name).unwrap_or_default())}
                </ButtonLink>
            })}
            <p class="gate__foot">{t!("login.foot")}</p>
        </form>
    }
}
