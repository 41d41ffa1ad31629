//! One project: its form, its monthly reports and its stage claims.

use leptos::prelude::*;
use shared::{
    fields::Fields,
    id::RecordId,
    project::{field, twin::gives_way},
    record::{Record, RecordKind},
    t,
};

use crate::{
    pages::{
        project::{claims::ClaimsPanel, reports::ReportsPanel},
        record::{
            Opening, RecordEditor, RecordPlace,
            facts::{join, project_facts},
            naming::project_name,
            open,
        },
    },
    state::{self, Page, Target},
    ui::{banner::Banner, chip::Tone},
};

mod claims;
mod reports;

/// `/projects/:record`. An id that no record has yet is a new project.
#[component]
pub(crate) fn ProjectPage() -> impl IntoView {
    let record = state::address().segment(Page::Project, 1);
    let id = Memo::new(move |_| record.with(|id| id.as_ref()?.parse::<RecordId>().ok()));
    move || {
        id.get().map(|id| {
            view! {
                <ProjectEditor
                    id
                    place=RecordPlace::Page
                    back_href="/projects".to_owned()
                    back_label=t!("projects.title")
                />
            }
        })
    }
}

/// A project's form.
#[component]
pub(crate) fn ProjectEditor(id: RecordId, place: RecordPlace, back_href: String, back_label: String) -> impl IntoView {
    let target = Target { record: id, kind: RecordKind::Project, period: None, unit: None };
    let opened = open(Opening { target, known: &[], seeds: Vec::new(), previous: Signal::stored(Fields::default()) });
    let record = opened.model.source.record;
    let title = move || match opened.model.value(field::NAME).as_text() {
        Some(name) => name.to_owned(),
        None => record.with(|record| match record {
            Some(record) => project_name(Some(record)),
            None => t!("project.new"),
        }),
    };
    let sub = move || record.with(|record| record.as_ref().map(sub_line));
    let exists = Memo::new(move |_| record.with(Option::is_some));
    let gives_way = Memo::new(move |_| record.with(|record| record.as_ref().is_some_and(gives_way)));
    let panels = move || {
        view! {
            <Show when=move || gives_way.get()>
                <Banner tone=Tone::Late text=t!("twins.gives_way") />
            </Show>
            <Show when=move || exists.get()>
                <ReportsPanel project=id />
                <ClaimsPanel project=id />
            </Show>
        }
    };
    view! {
        <RecordEditor
            opened
            place
            title=Signal::derive(title)
            sub=Signal::derive(sub)
            back_href
            back_label
            panels
        />
    }
}

fn sub_line(record: &Record) -> String {
    let code = record.value(field::CODE).as_text().map(str::to_owned);
    join([Some(project_facts(record)), code, Some(state::published().unit_name(record.unit))])
}
