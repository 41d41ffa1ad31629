//! The first password with a one-time code, and a device that joins with one.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    api::{DeviceJoining, InvitationTaken},
    t,
};

use crate::{
    pages::gate::Gate,
    state::{self, DataError, Page},
    ui::{
        banner::Banner,
        button::{Button, ButtonKind, ButtonVariant},
        chip::Tone,
        field::FieldShell,
        input::{TextInput, TextKind},
    },
};

/// `/invitation`: choose a password.
#[component]
pub(crate) fn InvitationPage() -> impl IntoView {
    let typed = Typed::of(Page::Invitation);
    let [password, repeat] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let send = move || async move {
        if password.get_untracked() != repeat.get_untracked() {
            return Err(t!("account.differs"));
        }
        let taken =
            InvitationTaken { account: typed.account(), code: typed.code(), password: password.get_untracked() };
        state::own_account().take_invitation(taken).await.map_err(|error| words(&error))
    };
    view! {
        <CodeForm typed title=t!("invitation.title") text=t!("invitation.text") submit=t!("invitation.submit") send>
            <FieldShell id="f-new" label=t!("account.new") hint=Some(t!("account.new_hint"))>
                <TextInput value=password kind=TextKind::NewPassword on_input=move |text| password.set(text) />
            </FieldShell>
            <FieldShell id="f-repeat" label=t!("account.repeat")>
                <TextInput value=repeat kind=TextKind::NewPassword on_input=move |text| repeat.set(text) />
            </FieldShell>
        </CodeForm>
    }
}

/// `/device`: join.
#[component]
pub(crate) fn DevicePage() -> impl IntoView {
    let typed = Typed::of(Page::Device);
    let password = RwSignal::new(String::new());
    let send = move || async move {
        let joining =
            DeviceJoining { account: typed.account(), code: typed.code(), password: password.get_untracked() };
        state::own_account().join(joining).await.map_err(|error| error.message())
    };
    view! {
        <CodeForm typed title=t!("device.title") text=t!("device.text") submit=t!("device.submit") send>
            <FieldShell id="f-password" label=t!("login.password")>
                <TextInput value=password kind=TextKind::Password on_input=move |text| password.set(text) />
            </FieldShell>
        </CodeForm>
    }
}

fn words(error: &DataError) -> String {
    match error {
        DataError::Server(detail) if detail.fields.iter().any(|field| field == "password") => t!("account.new_short"),
        error => error.message(),
    }
}

/// Account and code, filled in by the address where it was scanned.
#[derive(Clone, Copy)]
struct Typed {
    account: RwSignal<String>,
    code: RwSignal<String>,
}

impl Typed {
    fn of(page: Page) -> Self {
        let value = |key| state::address().query(page, key).get_untracked().map(|text| unescaped(&text));
        Self {
            account: RwSignal::new(value("account").unwrap_or_default()),
            code: RwSignal::new(value("code").unwrap_or_default()),
        }
    }

    fn account(self) -> String {
        self.account.get_untracked().trim().to_owned()
    }

    fn code(self) -> String {
        shared::fields::half_width(self.code.get_untracked().trim())
    }
}

#[component]
fn CodeForm<S, F>(
    typed: Typed,
    title: String,
    text: String,
    submit: String,
    /// Sends it; what is wrong comes back in a sentence.
    send: S,
    children: Children,
) -> impl IntoView
where
    S: Fn() -> F + Copy + Send + 'static,
    F: Future<Output = Result<(), String>> + 'static,
{
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        state::task(async move {
            let outcome = send().await;
            busy.try_set(false);
            match outcome {
                Ok(()) => state::address().replace(state::session().home()),
                Err(sentence) => {
                    problem.try_set(Some(sentence));
                }
            }
        });
    };
    view! {
        <Gate>
            <form class="gate__form" on:submit=on_submit novalidate>
                <h1 class="gate__heading">{title}</h1>
                <p class="gate__foot">{text}</p>
                {move || problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
                <FieldShell id="f-account" label=t!("login.account")>
                    <TextInput value=typed.account kind=TextKind::Account on_input=move |text| typed.account.set(text) />
                </FieldShell>
                <FieldShell id="f-code" label=t!("one_time.code")>
                    <TextInput value=typed.code on_input=move |text| typed.code.set(text) />
                </FieldShell>
                {children()}
                <Button variant=ButtonVariant::Primary kind=ButtonKind::Submit busy attr:data-action="use-code">{submit}</Button>
            </form>
        </Gate>
    }
}

/// `%E9%BC%93` as it was written.
fn unescaped(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, tail)) = rest.split_first() {
        let escaped = tail.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn what_was_escaped_is_read_and_what_was_not_stays() {
        for (text, expected) in [("%E9%BC%93a", "鼓a"), ("a.b-c", "a.b-c"), ("100%", "100%"), ("%zz", "%zz")] {
            assert_eq!(unescaped(text), expected);
        }
    }
}
