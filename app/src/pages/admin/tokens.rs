//! Access for other systems: tokens that read the open tables.

use leptos::prelude::*;
use shared::{
    api::{
        hall::TOKEN_PREFIX,
        token::{TokenIssued, TokenView},
    },
    id::Digest,
    t,
};

use crate::{
    pages::moment::day_and_time,
    state,
    ui::{
        banner::Banner,
        button::{Button, ButtonVariant},
        chip::Tone,
        field::FieldShell,
        input::TextInput,
        panel::Panel,
        table::{ColumnHead, Table},
    },
};

/// What every part of the panel shows and changes.
#[derive(Clone, Copy)]
struct Tokens {
    all: RwSignal<Vec<TokenView>>,
    issued: RwSignal<Option<TokenIssued>>,
    problem: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

impl Tokens {
    fn load(self) {
        state::task(async move {
            match state::administration().tokens().await {
                Ok(all) => drop(self.all.try_set(all)),
                Err(error) => drop(self.problem.try_set(Some(error.message()))),
            }
        });
    }

    fn issue(self, name: RwSignal<String>, screen: bool) {
        self.busy.set(true);
        state::task(async move {
            let outcome = state::administration().issue_token(name.get_untracked().trim().to_owned(), screen).await;
            self.busy.try_set(false);
            self.problem.try_set(outcome.as_ref().err().map(state::DataError::message));
            if let Ok(issued) = outcome {
                self.issued.try_set(Some(issued));
                name.try_set(String::new());
                self.load();
            }
        });
    }

    fn revoke(self, token: Digest) {
        self.busy.set(true);
        state::task(async move {
            let outcome = state::administration().revoke_token(token).await;
            self.busy.try_set(false);
            self.problem.try_set(outcome.err().map(|error| error.message()));
            self.issued.try_update(|issued| issued.take_if(|issued| issued.token.digest == token));
            self.load();
        });
    }
}

/// The tokens there are, and a form for one more.
#[component]
pub(super) fn TokensPanel() -> impl IntoView {
    let tokens = Tokens {
        all: RwSignal::new(Vec::new()),
        issued: RwSignal::new(None),
        problem: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    let name = RwSignal::new(String::new());
    tokens.load();
    view! {
        <Panel title=t!("admin.token.title") aside=Signal::derive(|| Some(t!("admin.token.sub")))>
            {move || tokens.problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
            {move || tokens.issued.get().map(|issued| {
                let TokenIssued { token, secret } = issued;
                let text = if secret.starts_with(TOKEN_PREFIX) {
                    t!("admin.token.issued_screen", name = token.name, address = state::address().whole(&format!("/hall#{secret}")))
                } else {
                    t!("admin.token.issued", name = token.name, secret = secret)
                };
                view! { <Banner tone=Tone::Ok text /> }
            })}
            <div class="form-grid">
                <FieldShell id="f-token-name" label=t!("admin.token.name") hint=Some(t!("admin.token.name_hint"))>
                    <TextInput value=name on_input=move |typed| name.set(typed) />
                </FieldShell>
            </div>
            <div class="button-row">
                <Button busy=tokens.busy on_click=move |()| tokens.issue(name, false)>{t!("admin.token.issue")}</Button>
                <Button busy=tokens.busy on_click=move |()| tokens.issue(name, true) attr:data-action="issue-screen">
                    {t!("admin.token.issue_screen")}
                </Button>
            </div>
            <Show when=move || tokens.all.with(|all| !all.is_empty())>
                <Table label=t!("admin.token.title")>
                    <thead>
                        <tr>
                            <ColumnHead text=t!("admin.token.name") />
                            <ColumnHead text=t!("admin.token.since") />
                            <ColumnHead text=t!("admin.token.act") />
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || tokens.all.get() key=|token| token.digest children=move |token| view! { <Row token tokens /> } />
                    </tbody>
                </Table>
            </Show>
        </Panel>
    }
}

#[component]
fn Row(token: TokenView, tokens: Tokens) -> impl IntoView {
    let TokenView { digest, name, issued_ms, .. } = token;
    let full_name = Some(t!("admin.token.revoke_named", name = name));
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td>{day_and_time(issued_ms)}</td>
            <td>
                <Button variant=ButtonVariant::Danger busy=tokens.busy name=full_name on_click=move |()| tokens.revoke(digest)>
                    {t!("admin.token.revoke")}
                </Button>
            </td>
        </tr>
    }
}
