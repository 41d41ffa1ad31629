//! 管理: units and accounts. The administrator sees no score.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::{
    api::{NewPerson, NewUnit, PersonCreated},
    id::UnitId,
    person::{Duty, Person, Role},
    t,
    unit::Group,
};

use self::tokens::TokensPanel;
use crate::{
    state,
    ui::{
        banner::Banner,
        button::{Button, ButtonVariant},
        check::CheckList,
        chip::{Chip, Tone},
        field::{FieldGroup, FieldShell},
        input::{Choice, Select, TextInput, TextKind},
        page_header::PageHeader,
        panel::Panel,
        table::{ColumnHead, Table},
    },
};

mod tokens;

/// Units and accounts of the campaign.
#[component]
pub(crate) fn AdminPage() -> impl IntoView {
    let people = RwSignal::new(Vec::<Person>::new());
    let problem = RwSignal::new(None::<String>);
    let load = move || {
        state::task(async move {
            match state::administration().people().await {
                Ok(loaded) => {
                    people.try_set(loaded);
                    problem.try_set(None);
                }
                Err(error) => {
                    problem.try_set(Some(error.message()));
                }
            }
        });
    };
    load();
    let reload = Callback::new(move |()| load());
    view! {
        <PageHeader title=t!("admin.title") sub=Some(t!("admin.sub")) />
        <div class="content">
            {move || problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
            <NewPersonPanel reload />
            <NewUnitPanel reload />
            <Panel title=t!("admin.people") aside=Signal::derive(move || Some(t!("admin.people_count", count = people.with(Vec::len)))) flush=true>
                <Table label=t!("admin.people")>
                    <thead>
                        <tr>
                            <ColumnHead text=t!("admin.name") />
                            <ColumnHead text=t!("admin.account") />
                            <ColumnHead text=t!("admin.unit") />
                            <ColumnHead text=t!("admin.roles") />
                        </tr>
                    </thead>
                    <tbody>{move || people.get().into_iter().map(|person| view! { <PersonRow person /> }).collect_view()}</tbody>
                </Table>
            </Panel>
            <TokensPanel />
        </div>
    }
}

#[component]
fn PersonRow(person: Person) -> impl IntoView {
    let unit = person.unit;
    let roles: Vec<String> = person.roles.iter().map(|role| t!(role.label_key())).collect();
    view! {
        <tr>
            <th scope="row">{person.name}</th>
            <td>{person.account}</td>
            <td>{move || state::published().unit_name(unit)}</td>
            <td>{roles.into_iter().map(|text| view! { <Chip text /> " " }).collect_view()}</td>
        </tr>
    }
}

/// A choice's code as the wire writes it.
fn code_of<T: serde::Serialize>(value: T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn chosen<T: serde::de::DeserializeOwned>(codes: &[String]) -> Vec<T> {
    codes.iter().filter_map(|code| serde_json::from_value(code.clone().into()).ok()).collect()
}

#[component]
fn NewPersonPanel(reload: Callback<()>) -> impl IntoView {
    let (name, account, unit) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (roles, duties) = (RwSignal::new(Vec::<String>::new()), RwSignal::new(Vec::<String>::new()));
    let (created, problem, busy) =
        (RwSignal::new(None::<PersonCreated>), RwSignal::new(None::<String>), RwSignal::new(false));
    let units = Signal::derive(move || {
        let view = state::published().campaign().value;
        let units = view.map(|view| view.units.clone()).unwrap_or_default();
        units.into_iter().map(|unit| Choice { value: unit.id.to_string(), label: unit.name }).collect::<Vec<_>>()
    });
    let role_options: Vec<Choice> =
        Role::ALL.into_iter().map(|role| Choice { value: code_of(role), label: t!(role.label_key()) }).collect();
    let create = move |()| {
        let Ok(unit) = unit.get_untracked().parse::<UnitId>() else {
            problem.set(Some(t!("admin.unit_missing")));
            return;
        };
        let new = NewPerson {
            account: account.get_untracked().trim().to_owned(),
            name: name.get_untracked().trim().to_owned(),
            unit,
            roles: chosen(&roles.get_untracked()),
            duties: chosen(&duties.get_untracked()),
        };
        busy.set(true);
        state::task(async move {
            let outcome = state::administration().create_person(new).await;
            busy.try_set(false);
            problem.try_set(outcome.as_ref().err().map(state::DataError::message));
            if let Ok(person) = outcome {
                created.try_set(Some(person));
                name.try_set(String::new());
                account.try_set(String::new());
                reload.try_run(());
            }
        });
    };
    let is_verifier = move || roles.with(|roles| roles.contains(&code_of(Role::Verifier)));
    view! {
        <Panel title=t!("admin.new_person")>
            {move || problem.get().map(|text| view! { <Banner tone=Tone::Stop text /> })}
            {move || created.get().map(|created| {
                let text = t!("admin.created", account = created.person.account, password = created.password);
                view! { <Banner tone=Tone::Ok text /> }
            })}
            <div class="form-grid">
                <FieldShell id="f-person-name" label=t!("admin.name")>
                    <TextInput value=name on_input=move |typed| name.set(typed) />
                </FieldShell>
                <FieldShell id="f-person-account" label=t!("admin.account") hint=Some(t!("admin.account_hint"))>
                    <TextInput value=account kind=TextKind::Account on_input=move |typed| account.set(typed) />
                </FieldShell>
                <FieldShell id="f-person-unit" label=t!("admin.unit")>
                    <Select value=unit options=units empty_label=Some(t!("admin.choose")) on_select=move |value| unit.set(value) />
                </FieldShell>
                <FieldGroup id="f-person-roles" label=t!("admin.roles") wide=true>
                    <CheckList values=roles options=role_options on_toggle=move |(code, on)| toggle(roles, code, on) />
                </FieldGroup>
                {move || is_verifier().then(|| view! {
                    <FieldGroup id="f-person-duties" label=t!("admin.duties") wide=true>
                        <CheckList values=duties options=duty_options() on_toggle=move |(code, on)| toggle(duties, code, on) />
                    </FieldGroup>
                })}
            </div>
            <div><Button variant=ButtonVariant::Primary busy on_click=create>{t!("admin.create_person")}</Button></div>
        </Panel>
    }
}

fn duty_options() -> Vec<Choice> {
    Duty::ALL.into_iter().map(|duty| Choice { value: code_of(duty), label: t!(duty.label_key()) }).collect()
}

/// Adds or takes a code, keeping the order in which they were chosen.
fn toggle(codes: RwSignal<Vec<String>>, code: String, on: bool) {
    codes.update(|codes| {
        let unique: BTreeSet<&String> = codes.iter().collect();
        if on && !unique.contains(&code) {
            codes.push(code);
        } else if !on {
            codes.retain(|held| *held != code);
        }
    });
}

#[component]
fn NewUnitPanel(reload: Callback<()>) -> impl IntoView {
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
            <div><Button variant=ButtonVariant::Primary busy on_click=create>{t!("admin.create_unit")}</Button></div>
        </Panel>
    }
}
