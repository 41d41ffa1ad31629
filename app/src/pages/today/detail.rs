//! What is open from the list.

use leptos::prelude::*;
use shared::{
    id::RecordId,
    merge::replica::project_id,
    record::{Record, RecordKind},
    report::indicator,
    t,
};

use super::items::Opens;
use crate::{
    pages::{
        indicators::IndicatorEditor, monthly_report::MonthlyReportEditor, project::ProjectEditor, record::RecordPlace,
        services::ServiceEditor, stage_claim::StageClaimEditor,
    },
    state::{self, Page},
    ui::empty::EmptyState,
};

const BACK: &str = "/today";

/// The form of what the address names.
#[component]
pub(crate) fn OpenItem() -> impl IntoView {
    let item = state::address().segment(Page::Today, 1);
    let opens = Memo::new(move |_| item.with(|item| Opens::of_segment(item.as_ref()?)));
    move || opens.get().map(|opens| view! { <TodayDetail opens /> })
}

#[component]
fn TodayDetail(opens: Opens) -> impl IntoView {
    let place = RecordPlace::Detail;
    match opens {
        Opens::Report(project, period) => view! {
            <MonthlyReportEditor project period place back_href=BACK.to_owned() back_label=t!("today.title") />
        }
        .into_any(),
        Opens::Record(id) => {
            // Only what decides the form: typing must not build it anew.
            let shape = Memo::new(move |_| state::ledger().record(id).as_ref().map(Shape::of));
            (move || shape.get().map_or_else(gone, |shape| editor(id, shape))).into_any()
        }
    }
}

#[derive(Clone, PartialEq)]
struct Shape {
    kind: RecordKind,
    period: Option<shared::calendar::Month>,
    project: Option<RecordId>,
    indicator: Option<String>,
}

impl Shape {
    fn of(record: &Record) -> Self {
        let indicator = record.value(indicator::INDICATOR).as_text().map(str::to_owned);
        Self { kind: record.kind, period: record.period, project: project_id(record), indicator }
    }
}

fn editor(id: RecordId, shape: Shape) -> AnyView {
    let place = RecordPlace::Detail;
    let (back_href, back_label) = (BACK.to_owned(), t!("today.title"));
    match shape {
        Shape { kind: RecordKind::Project, .. } => view! { <ProjectEditor id place back_href back_label /> }.into_any(),
        Shape { kind: RecordKind::MonthlyReport, period: Some(period), project: Some(project), .. } => {
            view! { <MonthlyReportEditor project period place back_href back_label /> }.into_any()
        }
        Shape { kind: RecordKind::StageClaim, project, .. } => {
            view! { <StageClaimEditor id asked=project place back=(back_href, back_label) /> }.into_any()
        }
        Shape { kind: RecordKind::IndicatorReport, period: Some(period), indicator: Some(indicator), .. } => {
            view! { <IndicatorEditor indicator period place back_href back_label /> }.into_any()
        }
        Shape { kind: kind @ (RecordKind::ServiceVisit | RecordKind::ServiceIssue), period, .. } => {
            view! { <ServiceEditor id kind period place back_href back_label /> }.into_any()
        }
        Shape { kind: RecordKind::MonthlyReport | RecordKind::IndicatorReport | RecordKind::Inspection, .. } => gone(),
    }
}

fn gone() -> AnyView {
    view! { <EmptyState title=t!("today.gone") text=Some(t!("today.gone_text")) /> }.into_any()
}
