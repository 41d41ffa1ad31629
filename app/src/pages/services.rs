//! 企业服务: visits (挂钩走访) of a month and issues (一企一议) that are open.

use leptos::prelude::*;
use shared::{
    calendar::{Date, Month},
    fields::{Fields, Value},
    id::RecordId,
    project,
    record::{Record, RecordKind},
    report::monthly,
    service::{issue, visit},
    t,
};

use crate::{
    pages::{
        moment::{date, year_and_month},
        month_steps::MonthSteps,
        record::{Opening, RecordEditor, RecordPlace, facts::join, naming::title, open, standing::standing_of},
    },
    state::{self, Page, Target},
    ui::{
        button::Button,
        chip::{Chip, Tone},
        empty::EmptyState,
        list_item::ListItem,
        page_header::{HeaderPlace, PageHeader},
        split::Split,
    },
};

/// Lines shown of one kind.
const LINES_MAX: usize = 100;

/// `/services/:record?period=&kind=`.
#[component]
pub(crate) fn ServicesPage() -> impl IntoView {
    let address = state::address();
    let (record, month) = (address.segment(Page::Services, 1), address.query(Page::Services, "period"));
    let (asked, report) = (address.query(Page::Services, "kind"), address.query(Page::Services, "report"));
    let period = Memo::new(move |_| {
        let named = month.with(|text| text.as_ref()?.parse::<Month>().ok());
        named.or_else(|| state::session().period())
    });
    let opened = Memo::new(move |_| record.with(|text| text.as_ref()?.parse::<RecordId>().ok()));
    // The kind of a record that exists is its own; the address says that of a new one.
    let kind = Memo::new(move |_| {
        let stored = opened.get().and_then(|id| state::ledger().record(id)).map(|record| record.kind);
        stored.unwrap_or(match asked.get().as_deref() {
            Some(code) if code == RecordKind::ServiceIssue.code() => RecordKind::ServiceIssue,
            _ => RecordKind::ServiceVisit,
        })
    });
    let list = move || {
        view! {
            <PageHeader
                place=HeaderPlace::List
                title=t!("services.title")
                sub=Signal::derive(move || period.get().map(year_and_month))
            />
            <div class="split__tools">
                <MonthSteps period href=|month: Month| format!("/services?period={month}") />
            </div>
            <KindList kind=RecordKind::ServiceVisit period opened />
            <KindList kind=RecordKind::ServiceIssue period opened />
        }
    };
    view! {
        <Split list detail_open=Signal::derive(move || opened.get().is_some()) list_label=t!("services.title")>
            {move || match opened.get() {
                Some(id) => view! {
                    <ServiceEditor
                        id
                        kind=kind.get()
                        period=period.get()
                        seeds=untrack(|| seeds_of(report.get().and_then(|id| id.parse().ok())))
                        place=RecordPlace::Detail
                        back_href="/services".to_owned()
                        back_label=t!("services.title")
                    />
                }
                .into_any(),
                None => view! { <EmptyState title=t!("services.choose") text=Some(t!("services.choose_text")) /> }.into_any(),
            }}
        </Split>
    }
}

/// How many issues of the own unit are open.
pub(crate) fn open_count() -> usize {
    let Some(me) = state::session().person() else { return 0 };
    state::ledger().with(|replica| {
        let issues = replica.of_unit(me.unit, RecordKind::ServiceIssue);
        issues.filter(|record| record.value(issue::CLOSED_ON).is_empty()).count()
    })
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Line {
    id: RecordId,
    title: String,
    when: String,
    standing: String,
    is_open: bool,
}

#[component]
fn KindList(kind: RecordKind, period: Memo<Option<Month>>, opened: Memo<Option<RecordId>>) -> impl IntoView {
    let lines = Memo::new(move |_| lines(kind, period.get()));
    let heading = move || t!("services.heading", kind = t!(kind.label_key()), count = lines.with(Vec::len));
    let begin = Callback::new(move |()| {
        let id = state::ledger().new_record();
        let period = period.get_untracked().map(|period| format!("&period={period}")).unwrap_or_default();
        state::address().go(&format!("/services/{id}?kind={}{period}", kind.code()));
    });
    let (action, words) = begin_words(kind);
    let row = move |line: Line| {
        let id = line.id;
        view! {
            <ListItem
                href=format!("/services/{id}?kind={}", kind.code())
                title=line.title
                current=Signal::derive(move || opened.get() == Some(id))
                attr:data-record=id.to_string()
            >
                <Chip tone=if line.is_open { Tone::Calm } else { Tone::Ok } text=line.standing />
                <span>{line.when}</span>
            </ListItem>
        }
    };
    view! {
        <div class="split__group">
            <h2>{heading}</h2>
            <Button on_click=begin attr:data-action=action>{words}</Button>
        </div>
        <For each=move || lines.get() key=Clone::clone children=row />
    }
}

/// The action that begins a new record, and its words.
fn begin_words(kind: RecordKind) -> (&'static str, String) {
    if kind == RecordKind::ServiceIssue {
        ("new-issue", t!("services.new_issue"))
    } else {
        ("new-visit", t!("services.new_visit"))
    }
}

fn lines(kind: RecordKind, period: Option<Month>) -> Vec<Line> {
    let Some(me) = state::session().person() else { return Vec::new() };
    state::ledger().with(|replica| {
        let meant = |record: &&Record| kind == RecordKind::ServiceIssue || record.period == period;
        let mut records: Vec<&Record> = replica.of_unit(me.unit, kind).filter(meant).collect();
        records.sort_by_key(|record| std::cmp::Reverse(record.touched));
        let line = |record: &&Record| {
            let fields = record.fields();
            let day: Option<Date> = fields.date(visit::VISITED_ON).or_else(|| fields.date(issue::ACCEPTED_ON));
            let (tone, standing) = standing_of(record);
            Line {
                id: record.id,
                title: title(replica, record),
                when: day.map(date).unwrap_or_default(),
                standing,
                is_open: tone != Tone::Ok,
            }
        };
        records.iter().take(LINES_MAX).map(line).collect()
    })
}

/// What an issue takes over from the monthly report that asks for it.
fn seeds_of(report: Option<RecordId>) -> Vec<(&'static str, Value)> {
    state::ledger().with(|replica| {
        let Some(report) = report.and_then(|id| replica.get(id)) else { return Vec::new() };
        let project = report.value(monthly::PROJECT).as_text().and_then(|id| replica.get(id.parse().ok()?));
        let owner = project.map(|project| project.value(project::field::OWNER).clone()).unwrap_or_default();
        vec![(issue::ENTERPRISE, owner), (issue::MATTER, report.value(monthly::COORDINATION).clone())]
    })
}

/// The form of a visit or an issue.
#[component]
pub(crate) fn ServiceEditor(
    id: RecordId,
    kind: RecordKind,
    /// The month of a new one.
    period: Option<Month>,
    /// What is proposed for a new one.
    #[prop(optional)]
    seeds: Vec<(&'static str, Value)>,
    place: RecordPlace,
    back_href: String,
    back_label: String,
) -> impl IntoView {
    let month = Value::text(&period.map(|period| period.to_string()).unwrap_or_default());
    let (known, own): (&'static [&'static str], _) = match kind {
        RecordKind::ServiceIssue => (&[], (issue::ACCEPTED_ON, Value::text(&state::clock::today().to_string()))),
        RecordKind::Project
        | RecordKind::MonthlyReport
        | RecordKind::StageClaim
        | RecordKind::IndicatorReport
        | RecordKind::Inspection
        | RecordKind::ServiceVisit => (&[visit::PERIOD], (visit::PERIOD, month)),
    };
    let seeds = [vec![own], seeds].concat();
    let opened = open(Opening {
        target: Target { record: id, kind, period, unit: None },
        known,
        seeds,
        previous: Signal::stored(Fields::default()),
    });
    let title = move || {
        let enterprise = opened.model.value(visit::ENTERPRISE).as_text().map(str::to_owned);
        enterprise.unwrap_or_else(|| begin_words(kind).1)
    };
    let sub = move || Some(join([Some(t!(kind.label_key())), period.map(year_and_month)]));
    view! { <RecordEditor opened place title=Signal::derive(title) sub=Signal::derive(sub) back_href back_label /> }
}
