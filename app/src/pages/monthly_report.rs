//! The report of one project and month.

use leptos::prelude::*;
use shared::{
    calendar::Month,
    fields::{Fields, Value},
    id::{CampaignId, RecordId},
    record::{Record, RecordKind, monthly_report_id, report_issue_id},
    report::monthly,
    t,
};

use crate::{
    pages::{
        moment::{month, year_and_month},
        record::{Opened, Opening, RecordEditor, RecordPlace, facts::project_facts, naming::project_name, open},
    },
    state::{self, Page, Target},
    ui::button::Button,
};

/// What “无变化” takes over from last month: words and grades, never amounts.
const UNCHANGED_FIELDS: [&str; 8] = [
    monthly::STATUS,
    monthly::PROGRESS,
    monthly::PLANNED_WORKS,
    monthly::WORKS,
    monthly::NEXT_MONTH,
    monthly::PROBLEM,
    monthly::PROBLEM_TYPE,
    monthly::COORDINATION,
];

/// `/projects/:record/reports/:period`.
#[component]
pub(crate) fn MonthlyReportPage() -> impl IntoView {
    let (project, month) =
        (state::address().segment(Page::MonthlyReport, 1), state::address().segment(Page::MonthlyReport, 3));
    let named = Memo::new(move |_| {
        let project = project.get()?.parse::<RecordId>().ok()?;
        Some((project, month.get()?.parse::<Month>().ok()?))
    });
    move || {
        named.get().map(|(project, period)| {
            // A signal: were the name read here, every keystroke would build the form anew.
            let back_label = Memo::new(move |_| state::ledger().with(|replica| project_name(replica.get(project))));
            view! {
                <MonthlyReportEditor
                    project
                    period
                    place=RecordPlace::Page
                    back_href=format!("/projects/{project}")
                    back_label
                />
            }
        })
    }
}

/// The form of one project's month; the record comes into being with the first keystroke.
#[component]
pub(crate) fn MonthlyReportEditor(
    project: RecordId,
    period: Month,
    place: RecordPlace,
    back_href: String,
    #[prop(into)] back_label: Signal<String>,
) -> impl IntoView {
    let campaign = Memo::new(|_| state::session().campaign().map(|campaign| campaign.id));
    move || {
        let campaign = campaign.get()?;
        let back_href = back_href.clone();
        Some(view! { <Editor campaign project period place back_href back_label /> })
    }
}

#[component]
fn Editor(
    campaign: CampaignId,
    project: RecordId,
    period: Month,
    place: RecordPlace,
    back_href: String,
    #[prop(into)] back_label: Signal<String>,
) -> impl IntoView {
    let id = monthly_report_id(campaign, project, period);
    let before = monthly_report_id(campaign, project, period.previous());
    let previous = Memo::new(move |_| state::ledger().record(before).as_ref().map(Record::fields).unwrap_or_default());
    let opened = open(Opening {
        target: Target { record: id, kind: RecordKind::MonthlyReport, period: Some(period), unit: None },
        known: &[monthly::PROJECT, monthly::PERIOD, monthly::UNCHANGED],
        seeds: vec![
            (monthly::PROJECT, Value::text(&project.to_string())),
            (monthly::PERIOD, Value::text(&period.to_string())),
        ],
        previous: previous.into(),
    });
    let about = Memo::new(move |_| state::ledger().record(project));
    let title = move || {
        let name = about.with(|about| project_name(about.as_ref()));
        t!("record.title.monthly_report", project = name, month = month(period))
    };
    let sub = move || about.with(|about| about.as_ref().map(project_facts));
    let tools = move || {
        view! {
            <Unchanged opened previous period />
            <Issue report=id issue=report_issue_id(campaign, id) />
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
            tools
        />
    }
}

/// What others must settle becomes an issue, once: from then on the button leads to it.
#[component]
fn Issue(report: RecordId, issue: RecordId) -> impl IntoView {
    let is_asked = Memo::new(move |_| {
        let record = state::ledger().record(report);
        record.is_some_and(|record| !record.value(monthly::COORDINATION).is_empty())
    });
    let is_there = Memo::new(move |_| state::ledger().record(issue).is_some());
    let open = move |()| {
        let kind = RecordKind::ServiceIssue.code();
        state::address().go(&format!("/services/{issue}?kind={kind}&report={report}"));
    };
    let words = move || {
        if is_there.get() { t!("monthly_report.show_issue") } else { t!("monthly_report.open_issue") }
    };
    view! {
        <Show when=move || is_asked.get()>
            <Button on_click=open attr:data-action="open-issue">{words}</Button>
        </Show>
    }
}

/// “无变化”: takes last month's words over in one tap, and says so.
#[component]
fn Unchanged(opened: Opened, previous: Memo<Fields>, period: Month) -> impl IntoView {
    let offered = move || !opened.model.source.locked.get() && previous.with(|previous| !previous.is_empty());
    let copy = move |()| {
        let source = opened.model.source;
        previous.with_untracked(|previous| {
            for field in UNCHANGED_FIELDS {
                source.on_write.run((field, previous.get(field).clone()));
            }
        });
        source.on_write.run((monthly::UNCHANGED, Value::Flag(true)));
        source.on_leave.run(());
        state::notices().say(t!("monthly_report.unchanged_said", month = year_and_month(period.previous())));
    };
    view! {
        <Show when=offered>
            <Button on_click=copy attr:data-action="unchanged">{t!("monthly_report.unchanged")}</Button>
        </Show>
    }
}
