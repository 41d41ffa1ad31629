//! Setting up an empty district: the one-time code that the server printed, the campaign, the administrator.

use leptos::prelude::*;
use shared::{api::Setup, t};

use crate::{
    pages::gate::Gate,
    state,
    ui::{
        banner::Banner,
        button::{Button, ButtonKind, ButtonVariant},
        chip::Tone,
        field::FieldShell,
        input::{TextInput, TextKind},
    },
};

/// What is typed before it is sent.
#[derive(Clone, Copy)]
struct Typed {
    code: RwSignal<String>,
    district: RwSignal<String>,
    region: RwSignal<String>,
    year: RwSignal<String>,
    account: RwSignal<String>,
    name: RwSignal<String>,
    password: RwSignal<String>,
}

impl Typed {
    fn new() -> Self {
        let year = state::clock::today().month().year().to_string();
        Self {
            code: RwSignal::default(),
            district: RwSignal::default(),
            region: RwSignal::default(),
            year: RwSignal::new(year),
            account: RwSignal::default(),
            name: RwSignal::default(),
            password: RwSignal::default(),
        }
    }

    fn setup(self) -> Setup {
        let text = |signal: RwSignal<String>| shared::fields::half_width(signal.get_untracked().trim());
        Setup {
            code: text(self.code),
            district: self.district.get_untracked().trim().to_owned(),
            region: text(self.region),
            // What is no year is refused by the server with a sentence about the field.
            year: text(self.year).parse().unwrap_or_default(),
            account: text(self.account),
            name: self.name.get_untracked().trim().to_owned(),
            password: self.password.get_untracked(),
        }
    }
}

/// The set-up page.
#[component]
pub(crate) fn SetupPage() -> impl IntoView {
    let typed = Typed::new();
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        state::task(async move {
            let outcome = state::session().set_up(typed.setup()).await;
            busy.try_set(false);
            match outcome {
                Ok(()) => state::address().go(state::session().home()),
                Err(error) => {
                    problem.try_set(Some(error.message()));
                }
            }
        });
    };
    view! {
        <Gate>
            <form class="gate__form" on:submit=send>
                <h1 class="gate__heading">{t!("setup.title")}</h1>
                <p class="gate__foot">{t!("setup.text")}</p>
                {move || problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
                <Line id="f-code" label=t!("setup.code") value=typed.code hint=t!("setup.code_hint") />
                <Line id="f-district" label=t!("setup.district") value=typed.district />
                <Line id="f-region" label=t!("setup.region") value=typed.region hint=t!("setup.region_hint") kind=TextKind::Digits />
                <Line id="f-year" label=t!("setup.year") value=typed.year kind=TextKind::Digits />
                <Line id="f-name" label=t!("setup.name") value=typed.name />
                <Line id="f-account" label=t!("setup.account") value=typed.account kind=TextKind::Account />
                <Line id="f-password" label=t!("setup.password") value=typed.password hint=t!("setup.password_hint") kind=TextKind::NewPassword />
                <Button variant=ButtonVariant::Primary kind=ButtonKind::Submit busy>{t!("setup.send")}</Button>
            </form>
        </Gate>
    }
}

#[component]
fn Line(
    id: &'static str,
    label: String,
    value: RwSignal<String>,
    #[prop(optional)] hint: Option<String>,
    #[prop(optional)] kind: TextKind,
) -> impl IntoView {
    view! {
        <FieldShell id label hint>
            <TextInput value kind on_input=move |typed| value.set(typed) />
        </FieldShell>
    }
}
