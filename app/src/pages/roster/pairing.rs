//! A leader stands by an enterprise or a project, and parts.

use leptos::prelude::*;
use shared::{
    id::RecordId,
    project,
    record::RecordKind,
    roster::{Pairing, Partner, RosterChange},
    t,
};

use super::{MonthField, Shown, present};
use crate::{
    state,
    ui::{
        button::{Button, ButtonVariant},
        field::FieldShell,
        input::{Choice, Select, TextArea, TextInput},
        panel::Panel,
    },
};

/// What is typed of a new pairing.
#[derive(Clone, Copy)]
struct Typed {
    leader: RwSignal<String>,
    title: RwSignal<String>,
    /// A project of the ledger; empty for an enterprise.
    project: RwSignal<String>,
    enterprise: RwSignal<String>,
    credit_code: RwSignal<String>,
    difficulty: RwSignal<String>,
    from: RwSignal<String>,
}

impl Typed {
    fn new() -> Self {
        let [leader, title, project, enterprise, credit_code, difficulty] =
            std::array::from_fn(|_| RwSignal::new(String::new()));
        let from = RwSignal::new(present().to_string());
        Self { leader, title, project, enterprise, credit_code, difficulty, from }
    }

    fn change(self) -> Option<RosterChange> {
        let text = |signal: RwSignal<String>| signal.get_untracked().trim().to_owned();
        let partner = match self.project.get_untracked().parse::<RecordId>() {
            Ok(record) => Partner::Project { record, name: name_of(record) },
            Err(_) => Partner::Enterprise {
                name: text(self.enterprise),
                credit_code: shared::fields::half_width(&text(self.credit_code)).to_uppercase(),
            },
        };
        Some(RosterChange::Pair {
            leader: text(self.leader),
            title: text(self.title),
            partner,
            difficulty: text(self.difficulty),
            from: self.from.get_untracked().parse().ok()?,
        })
    }

    fn clear(self) {
        for signal in [self.leader, self.title, self.project, self.enterprise, self.credit_code, self.difficulty] {
            signal.try_set(String::new());
        }
    }
}

/// The campaign office's forms.
#[component]
pub(super) fn PairingPanel(shown: Shown) -> impl IntoView {
    let typed = Typed::new();
    let save = move |()| {
        if let Some(change) = typed.change() {
            shown.change(change, move || typed.clear());
        }
    };
    let is_project = move || typed.project.with(|project| !project.is_empty());
    view! {
        <Panel title=t!("roster.pair")>
            <div class="form-grid">
                <FieldShell id="f-pair-leader" label=t!("roster.leader")>
                    <TextInput value=typed.leader on_input=move |text| typed.leader.set(text) />
                </FieldShell>
                <FieldShell id="f-pair-title" label=t!("roster.office")>
                    <TextInput value=typed.title on_input=move |text| typed.title.set(text) />
                </FieldShell>
                <FieldShell id="f-pair-project" label=t!("roster.project") hint=Some(t!("roster.project_hint"))>
                    <Select value=typed.project options=projects() empty_label=Some(t!("roster.no_project")) on_select=move |value| typed.project.set(value) />
                </FieldShell>
                <MonthField id="f-pair-from" month=typed.from />
                <Show when=move || !is_project()>
                    <FieldShell id="f-pair-enterprise" label=t!("roster.enterprise")>
                        <TextInput value=typed.enterprise on_input=move |text| typed.enterprise.set(text) />
                    </FieldShell>
                    <FieldShell id="f-pair-code" label=t!("roster.credit_code")>
                        <TextInput value=typed.credit_code on_input=move |text| typed.credit_code.set(text) />
                    </FieldShell>
                </Show>
                <FieldShell id="f-pair-difficulty" label=t!("roster.difficulty") wide=true>
                    <TextArea value=typed.difficulty on_input=move |text| typed.difficulty.set(text) />
                </FieldShell>
            </div>
            <div>
                <Button busy=shown.busy on_click=save attr:data-action="pair">{t!("roster.pair_save")}</Button>
            </div>
        </Panel>
        <PartingPanel shown />
    }
}

#[component]
fn PartingPanel(shown: Shown) -> impl IntoView {
    let standing = Memo::new(move |_| {
        let roster = shown.roster.get().unwrap_or_default();
        roster.pairings.iter().filter(|pairing| pairing.parted.is_none()).map(choice).collect::<Vec<_>>()
    });
    let [pairing, outcome] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let from = RwSignal::new(present().to_string());
    let save = move |()| {
        let (Ok(pairing_number), Ok(from)) = (pairing.get_untracked().parse(), from.get_untracked().parse()) else {
            shown.problem.set(Some(t!("roster.fault.pairing")));
            return;
        };
        let part =
            RosterChange::Part { pairing: pairing_number, from, outcome: outcome.get_untracked().trim().to_owned() };
        shown.change(part, move || {
            pairing.try_set(String::new());
            outcome.try_set(String::new());
        });
    };
    view! {
        <Show when=move || standing.with(|standing| !standing.is_empty())>
            <Panel title=t!("roster.part")>
                <div class="form-grid">
                    <FieldShell id="f-part-pairing" label=t!("roster.pairings")>
                        <Select value=pairing options=standing empty_label=Some(t!("roster.choose")) on_select=move |value| pairing.set(value) />
                    </FieldShell>
                    <MonthField id="f-part-from" month=from />
                    <FieldShell id="f-part-outcome" label=t!("roster.outcome") wide=true>
                        <TextArea value=outcome on_input=move |text| outcome.set(text) />
                    </FieldShell>
                </div>
                <div>
                    <Button variant=ButtonVariant::Danger busy=shown.busy on_click=save attr:data-action="part">
                        {t!("roster.part_save")}
                    </Button>
                </div>
            </Panel>
        </Show>
    }
}

fn choice(pairing: &Pairing) -> Choice {
    let label = t!("roster.pairing_named", leader = pairing.leader, partner = pairing.partner.name());
    Choice { value: pairing.number.to_string(), label }
}

/// The ledger's projects, as the tablet knows them.
fn projects() -> Vec<Choice> {
    let choice = |id: RecordId, name: &str| Choice { value: id.to_string(), label: name.to_owned() };
    state::ledger().peek(|replica| {
        let projects = replica.of_kind(RecordKind::Project);
        projects.map(|record| choice(record.id, record.fields().text(project::field::NAME))).collect()
    })
}

fn name_of(record: RecordId) -> String {
    let record = state::ledger().record(record);
    record.map(|record| record.fields().text(project::field::NAME).to_owned()).unwrap_or_default()
}
