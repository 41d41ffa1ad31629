//! 督查与评议: what the offices above the units found or were told about one of them.

use leptos::prelude::*;
use shared::{
    fields::{Fields, Value},
    id::{RecordId, UnitId},
    inspection::{Finding, field},
    record::{Record, RecordKind},
    t,
};

use crate::{
    pages::{
        moment::date,
        record::{Opened, Opening, RecordEditor, RecordPlace, naming, open, standing::standing_of},
    },
    state::{self, Page, Target},
    ui::{
        button::Button,
        chip::{Chip, Tone},
        empty::EmptyState,
        field::FieldShell,
        input::{Choice, Select},
        list_item::ListItem,
        page_header::{HeaderPlace, PageHeader},
        panel::Panel,
        split::Split,
    },
};

/// Lines shown.
const LINES_MAX: usize = 200;

/// `/inspections/:record?unit=`: the address of a new one says which unit it is about.
#[component]
pub(crate) fn InspectionsPage() -> impl IntoView {
    let address = state::address();
    let (record, unit) = (address.segment(Page::Inspections, 1), address.query(Page::Inspections, "unit"));
    let opened = Memo::new(move |_| record.with(|text| text.as_ref()?.parse::<RecordId>().ok()));
    let unit = Memo::new(move |_| {
        let stored = opened.get().and_then(|id| state::ledger().record(id)).map(|record| record.unit);
        stored.or_else(|| unit.with(|text| text.as_ref()?.parse::<UnitId>().ok()))
    });
    let list = move || {
        view! {
            <PageHeader place=HeaderPlace::List title=t!("inspections.title") />
            <Begin />
            <Filed opened />
        }
    };
    view! {
        <Split list detail_open=Signal::derive(move || opened.get().is_some()) list_label=t!("inspections.title")>
            {move || match opened.get().zip(unit.get()) {
                Some((id, unit)) => view! { <Editor id unit /> }.into_any(),
                None => {
                    view! { <EmptyState title=t!("inspections.choose") text=Some(t!("inspections.choose_text")) /> }
                        .into_any()
                }
            }}
        </Split>
    }
}

/// Chooses a unit and begins. Nobody files about their own.
#[component]
fn Begin() -> impl IntoView {
    let unit = RwSignal::new(String::new());
    let units = Signal::derive(move || {
        let own = state::session().person().map(|me| me.unit);
        let campaign = state::published().campaign().value;
        let units = campaign.map(|campaign| campaign.units.clone()).unwrap_or_default();
        let others = units.into_iter().filter(|unit| Some(unit.id) != own);
        others.map(|unit| Choice { value: unit.id.to_string(), label: unit.name }).collect::<Vec<_>>()
    });
    let begin = Callback::new(move |()| {
        let id = state::ledger().new_record();
        state::address().go(&format!("/inspections/{id}?unit={}", unit.get_untracked()));
    });
    view! {
        <div class="split__tools">
            <Select
                value=unit
                options=units
                empty_label=Some(t!("inspections.unit"))
                name=Some(t!("inspections.about"))
                on_select=move |id| unit.set(id)
            />
            <Button
                on_click=begin
                disabled=Signal::derive(move || unit.with(String::is_empty))
                attr:data-action="new-inspection"
            >
                {t!("inspections.begin")}
            </Button>
        </div>
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Line {
    id: RecordId,
    title: String,
    unit: String,
    when: String,
    standing: String,
    is_open: bool,
}

#[component]
fn Filed(opened: Memo<Option<RecordId>>) -> impl IntoView {
    let lines = Memo::new(move |_| lines());
    let row = move |line: Line| {
        let id = line.id;
        view! {
            <ListItem
                href=format!("/inspections/{id}")
                title=line.title
                current=Signal::derive(move || opened.get() == Some(id))
                attr:data-record=id.to_string()
            >
                <Chip tone=if line.is_open { Tone::Calm } else { Tone::Ok } text=line.standing />
                <span>{line.unit}</span>
                <span>{line.when}</span>
            </ListItem>
        }
    };
    view! {
        <div class="split__group">
            <h2>{move || t!("inspections.heading", count = lines.with(Vec::len))}</h2>
        </div>
        <For each=move || lines.get() key=Clone::clone children=row />
    }
}

fn lines() -> Vec<Line> {
    state::ledger().with(|replica| {
        let mut records: Vec<&Record> = replica.of_kind(RecordKind::Inspection).collect();
        records.sort_by_key(|record| std::cmp::Reverse(record.touched));
        let line = |record: &&Record| {
            let (tone, standing) = standing_of(record);
            Line {
                id: record.id,
                title: naming::title(replica, record),
                unit: state::published().unit_name(record.unit),
                when: record.fields().date(field::FOUND_ON).map(date).unwrap_or_default(),
                standing,
                is_open: tone != Tone::Ok,
            }
        };
        records.iter().take(LINES_MAX).map(line).collect()
    })
}

#[component]
fn Editor(id: RecordId, unit: UnitId) -> impl IntoView {
    let opened = open(Opening {
        target: Target { record: id, kind: RecordKind::Inspection, period: None, unit: Some(unit) },
        known: &[field::PROJECT],
        seeds: vec![(field::FOUND_ON, Value::text(&state::clock::today().to_string()))],
        previous: Signal::stored(Fields::default()),
    });
    let title = move || {
        let unit = state::published().unit_name(unit);
        t!("inspections.of_unit", unit = unit, what = t!(RecordKind::Inspection.label_key()))
    };
    view! {
        <RecordEditor
            opened
            place=RecordPlace::Detail
            title=Signal::derive(title)
            back_href="/inspections".to_owned()
            back_label=t!("inspections.title")
            panels=move || view! { <ProjectPanel opened unit /> }
        />
    }
}

/// The project it is about, where what was found may be about one.
#[component]
fn ProjectPanel(opened: Opened, unit: UnitId) -> impl IntoView {
    let model = opened.model;
    let is_asked = Memo::new(move |_| {
        let finding = model.value(field::FINDING);
        let finding = finding.as_text().and_then(Finding::from_code);
        matches!(finding, Some(Finding::FalseReport | Finding::Fraud | Finding::Exemption))
    });
    let options = Signal::derive(move || {
        state::ledger().with(|replica| {
            let projects = replica.of_unit(unit, RecordKind::Project);
            let choice =
                |project: &Record| Choice { value: project.id.to_string(), label: naming::project_name(Some(project)) };
            projects.map(choice).collect::<Vec<_>>()
        })
    });
    let value = Signal::derive(move || model.value(field::PROJECT).as_text().unwrap_or_default().to_owned());
    let choose = move |id: String| model.source.on_write.run((field::PROJECT, Value::text(&id)));
    view! {
        <Show when=move || is_asked.get()>
            <Panel title=t!("inspections.project")>
                <FieldShell id="f-inspection-project" label=t!("inspections.project")>
                    <Select
                        value
                        options
                        empty_label=Some(t!("inspections.no_project"))
                        on_select=choose
                        disabled=model.source.locked
                    />
                </FieldShell>
            </Panel>
        </Show>
    }
}
