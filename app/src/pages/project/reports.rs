//! The months of a project: which are reported, which are open.

use leptos::prelude::*;
use shared::{
    calendar::{Date, Month},
    fields::parse_decimal,
    form::thousands,
    id::RecordId,
    record::{Record, RecordKind, monthly_report_id},
    report::monthly,
    stage::{self, Stage},
    t,
    workflow::State,
};

use crate::{
    pages::{moment::month, record::standing::standing_of},
    state,
    ui::{
        chip::{Chip, Tone},
        panel::Panel,
    },
};

/// A month's line: its report, where there is one.
#[derive(Clone, PartialEq)]
struct Line {
    period: Month,
    tone: Tone,
    standing: String,
    invested: Option<String>,
}

/// One row per month that is reported or could be, the latest first.
#[component]
pub(super) fn ReportsPanel(project: RecordId) -> impl IntoView {
    let lines = Memo::new(move |_| lines(project));
    let row = move |line: Line| {
        let href = format!("/projects/{project}/reports/{}", line.period);
        let invested = line.invested.map(|amount| t!("project.invested", amount = amount));
        view! {
            <li class="row-link" data-period=line.period.to_string()>
                <a class="row-link__link" href=href>{t!("project.report_of", month = month(line.period))}</a>
                <span class="row-link__aside">{invested}</span>
                <Chip tone=line.tone text=line.standing />
            </li>
        }
    };
    view! {
        <Panel title=t!("project.reports") flush=true>
            <ul class="row-links">{move || lines.get().into_iter().map(row).collect_view()}</ul>
        </Panel>
    }
}

fn lines(project: RecordId) -> Vec<Line> {
    let session = state::session();
    let (Some(campaign), Some(last)) = (session.campaign(), session.period()) else { return Vec::new() };
    let began = began(project);
    let mut period = Month::january(campaign.year);
    let mut lines = Vec::new();
    while period <= last {
        let report = state::ledger().record(monthly_report_id(campaign.id, project, period));
        let report = report.as_ref().filter(|report| report.kind == RecordKind::MonthlyReport && !report.removed);
        // A month without a report shows once works have begun; the open month always does.
        if report.is_some() || period == last || began.is_some_and(|began| began <= period) {
            lines.push(line(period, report));
        }
        period = period.next();
    }
    lines.reverse();
    lines
}

/// The month in which the works began, by a verified claim.
fn began(project: RecordId) -> Option<Month> {
    state::ledger().with(|replica| {
        let claims = replica
            .about(project)
            .filter(|claim| claim.kind == RecordKind::StageClaim && claim.state() == State::Verified);
        let started =
            claims.map(Record::fields).find(|fields| fields.text(stage::field::STAGE) == Stage::Started.code());
        started.and_then(|fields| fields.date(stage::field::REACHED_ON)).map(Date::month)
    })
}

fn line(period: Month, report: Option<&Record>) -> Line {
    let (tone, standing) = report.map_or_else(|| (Tone::Neutral, t!("project.not_reported")), standing_of);
    let invested = report.and_then(|report| parse_decimal(report.value(monthly::INVESTMENT).as_text()?));
    Line { period, tone, standing, invested: invested.map(|figure| thousands(figure, 2)) }
}
