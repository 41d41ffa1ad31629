//! Unit, roles and duties as they are chosen in a form.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::{
    person::{Duty, Person, Role},
    t,
};

use crate::{
    state,
    ui::{
        check::CheckList,
        field::{FieldGroup, FieldShell},
        input::{Choice, Select, TextInput},
    },
};

/// What is chosen.
#[derive(Clone, Copy)]
pub(super) struct Rights {
    pub(super) name: RwSignal<String>,
    pub(super) unit: RwSignal<String>,
    roles: RwSignal<Vec<String>>,
    duties: RwSignal<Vec<String>>,
}

impl Rights {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self {
            name: RwSignal::default(),
            unit: RwSignal::default(),
            roles: RwSignal::default(),
            duties: RwSignal::default(),
        }
    }

    /// What a person has.
    pub(super) fn of(person: &Person) -> Self {
        Self {
            name: RwSignal::new(person.name.clone()),
            unit: RwSignal::new(person.unit.to_string()),
            roles: RwSignal::new(person.roles.iter().map(code_of).collect()),
            duties: RwSignal::new(person.duties.iter().map(code_of).collect()),
        }
    }

    pub(super) fn roles(self) -> Vec<Role> {
        chosen(&self.roles.get_untracked())
    }

    pub(super) fn duties(self) -> Vec<Duty> {
        if self.roles().contains(&Role::Verifier) { chosen(&self.duties.get_untracked()) } else { Vec::new() }
    }
}

/// Name, unit, roles, and for a verifier the duties. Ids begin with `prefix`.
#[component]
pub(super) fn RightsFields(rights: Rights, prefix: &'static str) -> impl IntoView {
    let Rights { name, unit, roles, duties } = rights;
    let units = Signal::derive(move || {
        let view = state::published().campaign().value;
        let units = view.map(|view| view.units.clone()).unwrap_or_default();
        units.into_iter().map(|unit| Choice { value: unit.id.to_string(), label: unit.name }).collect::<Vec<_>>()
    });
    let role_options: Vec<Choice> =
        Role::ALL.iter().map(|role| Choice { value: code_of(role), label: t!(role.label_key()) }).collect();
    let is_verifier = move || roles.with(|roles| roles.contains(&code_of(&Role::Verifier)));
    view! {
        <FieldShell id=format!("{prefix}-name") label=t!("admin.name")>
            <TextInput value=name on_input=move |typed| name.set(typed) />
        </FieldShell>
        <FieldShell id=format!("{prefix}-unit") label=t!("admin.unit")>
            <Select value=unit options=units empty_label=Some(t!("admin.choose")) on_select=move |value| unit.set(value) />
        </FieldShell>
        <FieldGroup id=format!("{prefix}-roles") label=t!("admin.roles") hint=Some(t!("admin.roles_hint")) wide=true>
            <CheckList values=roles options=role_options on_toggle=move |(code, on)| toggle(roles, code, on) />
        </FieldGroup>
        {move || is_verifier().then(|| view! {
            <FieldGroup id=format!("{prefix}-duties") label=t!("admin.duties") wide=true>
                <CheckList values=duties options=duty_options() on_toggle=move |(code, on)| toggle(duties, code, on) />
            </FieldGroup>
        })}
    }
}

fn duty_options() -> Vec<Choice> {
    Duty::ALL.iter().map(|duty| Choice { value: code_of(duty), label: t!(duty.label_key()) }).collect()
}

/// A choice's code as the wire writes it.
fn code_of<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn chosen<T: serde::de::DeserializeOwned>(codes: &[String]) -> Vec<T> {
    codes.iter().filter_map(|code| serde_json::from_value(code.clone().into()).ok()).collect()
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
