//! 动态口令: setting the second factor up with an authenticator, and the recovery codes.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    api::{SecondFactorOffer, SecondFactorView},
    t,
};

use crate::{
    state,
    ui::{
        banner::Banner,
        button::{Button, ButtonKind, ButtonVariant},
        chip::Tone,
        field::FieldShell,
        input::{TextInput, TextKind},
        panel::Panel,
        qr::QrCode,
    },
};

/// How far the setting-up has come.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    Asking,
    Standing(SecondFactorView),
    Offered(SecondFactorOffer),
    Done(Vec<String>),
}

#[component]
pub(super) fn SecondFactorPanel() -> impl IntoView {
    let (stage, problem, busy) = (RwSignal::new(Stage::Asking), RwSignal::new(None::<String>), RwSignal::new(false));
    state::task(async move {
        match state::own_account().second_factor().await {
            Ok(view) => stage.try_set(Stage::Standing(view)).map(drop),
            Err(error) => problem.try_set(Some(error.message())).map(drop),
        };
    });
    let offer = move |()| {
        busy.set(true);
        state::task(async move {
            let offered = state::own_account().offer_second_factor().await;
            busy.try_set(false);
            problem.try_set(offered.as_ref().err().map(state::DataError::message));
            if let Ok(offer) = offered {
                stage.try_set(Stage::Offered(offer));
            }
        });
    };
    view! {
        <Panel title=t!("second_factor.title")>
            {move || problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
            {move || match stage.get() {
                Stage::Asking => ().into_any(),
                Stage::Standing(view) if view.is_set => {
                    view! { <p>{t!("second_factor.is_set", count = view.recovery_codes)}</p> }.into_any()
                }
                Stage::Standing(view) => {
                    let text = if view.is_required { t!("second_factor.required") } else { t!("second_factor.optional") };
                    view! {
                        <p>{text}</p>
                        <div>
                            <Button variant=ButtonVariant::Secondary busy on_click=offer attr:data-action="second-factor">
                                {t!("second_factor.begin")}
                            </Button>
                        </div>
                    }
                    .into_any()
                }
                Stage::Offered(offer) => view! { <Offered offer stage /> }.into_any(),
                Stage::Done(codes) => view! { <Codes codes /> }.into_any(),
            }}
        </Panel>
    }
}

/// The secret, and the code that proves that the authenticator has it.
#[component]
fn Offered(offer: SecondFactorOffer, stage: RwSignal<Stage>) -> impl IntoView {
    let (code, problem, busy) = (RwSignal::new(String::new()), RwSignal::new(None::<String>), RwSignal::new(false));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let digits = shared::fields::half_width(code.get_untracked().trim());
        state::task(async move {
            let confirmed = state::own_account().confirm_second_factor(digits).await;
            busy.try_set(false);
            problem.try_set(confirmed.as_ref().err().map(state::DataError::message));
            if let Ok(codes) = confirmed {
                stage.try_set(Stage::Done(codes.codes));
            }
        });
    };
    view! {
        <ol class="note">
            <li>{t!("second_factor.step_app")}</li>
            <li>{t!("second_factor.step_scan")}</li>
            <li>{t!("second_factor.step_code")}</li>
        </ol>
        <div class="one-time">
            <QrCode size=offer.picture.size path=offer.picture.path label=t!("second_factor.picture") />
            <p>{t!("second_factor.secret")} " " <code class="one-time__code" data-secret>{offer.secret}</code></p>
        </div>
        <form class="form-grid" on:submit=submit novalidate>
            <FieldShell id="f-second-factor" label=t!("second_factor.code") error=problem>
                <TextInput value=code kind=TextKind::OneTimeCode on_input=move |typed| code.set(typed) />
            </FieldShell>
            <div>
                <Button variant=ButtonVariant::Primary kind=ButtonKind::Submit busy attr:data-action="confirm-second-factor">
                    {t!("second_factor.confirm")}
                </Button>
            </div>
        </form>
    }
}

/// The recovery codes, shown this once.
#[component]
fn Codes(codes: Vec<String>) -> impl IntoView {
    view! {
        <Banner tone=Tone::Ok text=t!("second_factor.done") />
        <p>{t!("second_factor.codes")}</p>
        <ul class="one-time__codes">
            {codes.into_iter().map(|code| view! { <li><code class="one-time__code">{code}</code></li> }).collect_view()}
        </ul>
    }
}
