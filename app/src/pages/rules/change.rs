//! Putting another scheme or other targets in force: a file, what it would move, then the decision.

use leptos::prelude::*;
use shared::{
    api::RulesDraft,
    calendar::Month,
    rules::{Preview, RulesView},
    t,
};

use super::preview::PreviewView;
use crate::{
    pages::moment::year_and_month,
    state::{self, ChosenFile, DataError},
    ui::{
        button::{Button, ButtonVariant},
        field::FieldShell,
        file_input::FileInput,
        input::{Choice, Select, TextArea},
        panel::Panel,
    },
};

/// The id of the file's input.
const FILE: &str = "f-rules-file";

/// What is put in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Scheme,
    Targets,
}

/// What is chosen so far.
#[derive(Clone, Copy)]
struct Choosing {
    kind: RwSignal<Kind>,
    from: RwSignal<String>,
    reason: RwSignal<String>,
    /// The draft that was looked at, and what it would do.
    seen: RwSignal<Option<(RulesDraft, Preview)>>,
    busy: RwSignal<bool>,
}

/// The campaign office's part of the page; `take` gets the rules as they are then.
#[component]
pub(super) fn ChangePanel(take: Callback<RulesView>) -> impl IntoView {
    let choosing = Choosing {
        kind: RwSignal::new(Kind::Scheme),
        from: RwSignal::new(state::clock::today().month().to_string()),
        reason: RwSignal::new(String::new()),
        seen: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    let is_targets = Memo::new(move |_| choosing.kind.get() == Kind::Targets);
    let accept = move || if is_targets.get() { ".csv,.xlsx" } else { ".toml" };
    let look = Callback::new(move |()| choosing.look());
    view! {
        <Panel title=t!("rules.page.change")>
            <Kinds choosing />
            <Show when=move || is_targets.get()>
                <Months choosing />
                <FieldShell id="f-rules-reason" label=t!("rules.page.why") hint=Some(t!("rules.page.why_hint")) wide=true>
                    <TextArea value=choosing.reason on_input=move |typed| choosing.reason.set(typed) />
                </FieldShell>
            </Show>
            {move || view! {
                <FieldShell id=FILE label=t!("rules.page.file") hint=Some(t!("rules.page.file_hint")) wide=true>
                    <FileInput prompt=t!("files.choose_one") accept=accept() on_choose=look />
                </FieldShell>
            }}
            {move || choosing.seen.get().map(|(_, preview)| view! { <PreviewView preview /> })}
            <div class="button-row">
                <Button variant=ButtonVariant::Secondary busy=choosing.busy on_click=look>{t!("rules.page.look")}</Button>
                <Button
                    variant=ButtonVariant::Primary
                    busy=choosing.busy
                    disabled=Signal::derive(move || !choosing.is_sound())
                    on_click=move |()| choosing.put_in_force(take)
                    attr:data-action="put-in-force"
                >
                    {t!("rules.page.put_in_force")}
                </Button>
            </div>
        </Panel>
    }
}

#[component]
fn Kinds(choosing: Choosing) -> impl IntoView {
    let choices = vec![
        Choice { value: "scheme".to_owned(), label: t!("rules.page.kind_scheme") },
        Choice { value: "targets".to_owned(), label: t!("rules.page.kind_targets") },
    ];
    let value = move || if choosing.kind.get() == Kind::Targets { "targets" } else { "scheme" }.to_owned();
    let select = move |value: String| {
        choosing.kind.set(if value == "targets" { Kind::Targets } else { Kind::Scheme });
        choosing.seen.set(None);
    };
    view! {
        <FieldShell id="f-rules-kind" label=t!("rules.page.kind")>
            <Select value=Signal::derive(value) options=choices on_select=select />
        </FieldShell>
    }
}

#[component]
fn Months(choosing: Choosing) -> impl IntoView {
    let year = state::clock::today().month().year();
    let months = (1..=12).filter_map(move |number| Month::new(year, number));
    let choices: Vec<Choice> =
        months.map(|month| Choice { value: month.to_string(), label: year_and_month(month) }).collect();
    let select = move |month: String| {
        choosing.from.set(month);
        choosing.seen.set(None);
    };
    view! {
        <FieldShell id="f-rules-from" label=t!("rules.page.from")>
            <Select value=choosing.from options=choices on_select=select />
        </FieldShell>
    }
}

impl Choosing {
    /// Whether what was looked at can be put in force.
    fn is_sound(self) -> bool {
        self.seen.with(|seen| seen.as_ref().is_some_and(|(_, preview)| preview.issues.is_empty()))
    }

    /// Asks the server what the chosen file would do.
    fn look(self) {
        self.seen.set(None);
        let (kind, from) = (self.kind.get_untracked(), self.from.get_untracked());
        let reason = self.reason.get_untracked();
        self.busy.set(true);
        state::act(async move {
            let looked = look(kind, &from, reason).await;
            self.busy.try_set(false);
            self.seen.try_set(looked?);
            Ok(())
        });
    }

    fn put_in_force(self, take: Callback<RulesView>) {
        let Some((mut draft, _)) = self.seen.get_untracked() else { return };
        if let RulesDraft::Targets { reason, .. } = &mut draft {
            *reason = self.reason.get_untracked();
        }
        self.busy.set(true);
        state::act(async move {
            let done = state::rules().put_in_force(&draft).await;
            self.busy.try_set(false);
            let view = done?;
            self.seen.try_set(None);
            take.run(view);
            state::notices().say(t!("rules.page.done"));
            Ok(())
        });
    }
}

/// The chosen file as a draft, with what it would do; nothing while no file is chosen.
async fn look(kind: Kind, from: &str, reason: String) -> Result<Option<(RulesDraft, Preview)>, DataError> {
    let Some(ChosenFile { name, content }) = state::rules().chosen_file(FILE).await else { return Ok(None) };
    let draft = match (kind, from.parse()) {
        (Kind::Targets, Ok(from)) => RulesDraft::Targets { name, content, from, reason },
        (Kind::Targets, Err(_)) | (Kind::Scheme, _) => RulesDraft::Scheme { name, content },
    };
    let preview = state::rules().preview(&draft).await?;
    Ok(Some((draft, preview)))
}
