//! A claim that a project reached a stage.

use leptos::prelude::*;
use shared::{
    fields::{Fields, Value},
    id::RecordId,
    merge::replica::project_id,
    record::RecordKind,
    stage::field,
    t,
};

use crate::{
    pages::record::{
        Opening, RecordEditor, RecordPlace,
        facts::project_facts,
        naming::{claim_title, project_name},
        open,
    },
    state::{self, Page, Target},
    ui::empty::EmptyState,
};

/// `/claims/:record`; a new one says its project in `?project=`.
#[component]
pub(crate) fn StageClaimPage() -> impl IntoView {
    let address = state::address();
    let (record, project) = (address.segment(Page::StageClaim, 1), address.query(Page::StageClaim, "project"));
    let id = Memo::new(move |_| record.with(|id| id.as_ref()?.parse::<RecordId>().ok()));
    let asked = Memo::new(move |_| project.with(|id| id.as_ref()?.parse::<RecordId>().ok()));
    move || {
        let id = id.get()?;
        Some(view! { <StageClaimEditor id asked=asked.get() place=RecordPlace::Page /> })
    }
}

/// The form of a claim.
#[component]
pub(crate) fn StageClaimEditor(
    id: RecordId,
    /// The project of a claim that does not exist yet.
    asked: Option<RecordId>,
    place: RecordPlace,
    /// Where it was opened from; the project, without one.
    #[prop(optional)]
    back: Option<(String, String)>,
) -> impl IntoView {
    let project = Memo::new(move |_| state::ledger().record(id).as_ref().and_then(project_id).or(asked));
    let back = StoredValue::new(back);
    move || {
        let Some(project) = project.get() else {
            return view! { <EmptyState title=t!("stage_claim.no_project") /> }.into_any();
        };
        let (back_href, back_label) = match back.get_value() {
            Some((href, label)) => (href, Signal::stored(label)),
            // A signal: were the name read here, every keystroke would build the form anew.
            None => (format!("/projects/{project}"), name_of(project)),
        };
        view! { <Editor id project place back_href back_label /> }.into_any()
    }
}

fn name_of(project: RecordId) -> Signal<String> {
    Memo::new(move |_| state::ledger().with(|replica| project_name(replica.get(project)))).into()
}

#[component]
fn Editor(
    id: RecordId,
    project: RecordId,
    place: RecordPlace,
    back_href: String,
    back_label: Signal<String>,
) -> impl IntoView {
    let opened = open(Opening {
        target: Target { record: id, kind: RecordKind::StageClaim, period: None, unit: None },
        known: &[field::PROJECT],
        seeds: vec![(field::PROJECT, Value::text(&project.to_string()))],
        previous: Signal::stored(Fields::default()),
    });
    let about = Memo::new(move |_| state::ledger().record(project));
    let title = move || {
        let name = about.with(|about| project_name(about.as_ref()));
        claim_title(&name, opened.model.value(field::STAGE).as_text())
    };
    let sub = move || about.with(|about| about.as_ref().map(project_facts));
    view! {
        <RecordEditor
            opened
            place
            title=Signal::derive(title)
            sub=Signal::derive(sub)
            back_href
            back_label
        />
    }
}
