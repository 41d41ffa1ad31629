//! 指标填报: the unit's indicators that are no projects, one report a month each.

use leptos::prelude::*;
use shared::{
    calendar::Month,
    fields::{Fields, Value},
    form::{display, form, option_label},
    id::{CampaignId, UnitId},
    record::{Record, RecordKind, indicator_report_id},
    report::indicator,
    t,
};

use crate::{
    pages::{
        moment::{month, year_and_month},
        month_steps::MonthSteps,
        record::{Opening, RecordEditor, RecordPlace, open, standing::standing_of},
    },
    state::{self, Page, Target},
    ui::{
        chip::{Chip, Tone},
        empty::EmptyState,
        list_item::ListItem,
        page_header::{HeaderPlace, PageHeader},
        split::Split,
    },
};

/// `/indicators/:record?period=`, where the segment is an indicator's key.
#[component]
pub(crate) fn IndicatorsPage() -> impl IntoView {
    let address = state::address();
    let (named, month) = (address.segment(Page::Indicators, 1), address.query(Page::Indicators, "period"));
    let period = Memo::new(move |_| {
        let named = month.with(|text| text.as_ref()?.parse::<Month>().ok());
        named.or_else(|| state::session().period())
    });
    let opened = Memo::new(move |_| {
        let named = named.get()?;
        indicator::ALL.into_iter().find(|key| *key == named)
    });
    let list = move || {
        view! {
            <PageHeader
                place=HeaderPlace::List
                title=t!("indicators.title")
                sub=Signal::derive(move || period.get().map(year_and_month))
            />
            <div class="split__tools">
                <MonthSteps period href=|month: Month| format!("/indicators?period={month}") />
            </div>
            {indicator::ALL.map(|key| view! { <Line key period opened /> }).collect_view()}
        }
    };
    view! {
        <Split list detail_open=Signal::derive(move || opened.get().is_some()) list_label=t!("indicators.title")>
            {move || match (opened.get(), period.get()) {
                (Some(key), Some(period)) => view! {
                    <IndicatorEditor
                        indicator=key.to_owned()
                        period
                        place=RecordPlace::Detail
                        back_href=format!("/indicators?period={period}")
                        back_label=t!("indicators.title")
                    />
                }
                .into_any(),
                _ => view! { <EmptyState title=t!("indicators.choose") text=Some(t!("indicators.choose_text")) /> }.into_any(),
            }}
        </Split>
    }
}

#[component]
fn Line(key: &'static str, period: Memo<Option<Month>>, opened: Memo<Option<&'static str>>) -> impl IntoView {
    let report = Memo::new(move |_| {
        let id = report_id(key, period.get()?)?;
        state::ledger().record(id)
    });
    let standing = move || {
        report.with(|report| report.as_ref().map(standing_of)).unwrap_or((Tone::Neutral, t!("indicators.not_reported")))
    };
    let figure = move || report.with(|report| report.as_ref().and_then(figure_of));
    let href = move || {
        period.get().map_or_else(|| format!("/indicators/{key}"), |period| format!("/indicators/{key}?period={period}"))
    };
    view! {
        <ListItem
            href=Signal::derive(href)
            title=option_label(indicator::INDICATOR, key)
            current=Signal::derive(move || opened.get() == Some(key))
            attr:data-indicator=key
        >
            <Chip tone=Signal::derive(move || standing().0) text=Signal::derive(move || standing().1) />
            <span>{move || figure()}</span>
        </ListItem>
    }
}

fn figure_of(report: &Record) -> Option<String> {
    let field = form(RecordKind::IndicatorReport).field(indicator::FIGURE)?;
    let value = report.value(indicator::FIGURE);
    (!value.is_empty()).then(|| t!("indicators.figure", figure = display(field, value)))
}

fn report_id(key: &str, period: Month) -> Option<shared::id::RecordId> {
    let session = state::session();
    Some(indicator_report_id(session.campaign()?.id, session.person()?.unit, period, key))
}

/// How many indicators the own unit has not begun to report in the open month.
pub(crate) fn unreported_count() -> usize {
    let Some(period) = state::session().period() else { return 0 };
    let is_reported =
        |key: &&str| report_id(key, period).is_some_and(|id| state::ledger().with(|replica| replica.get(id).is_some()));
    indicator::ALL.iter().filter(|key| !is_reported(key)).count()
}

/// The form of one indicator and month.
#[component]
pub(crate) fn IndicatorEditor(
    indicator: String,
    period: Month,
    place: RecordPlace,
    back_href: String,
    back_label: String,
) -> impl IntoView {
    let owner = Memo::new(|_| {
        let session = state::session();
        Some((session.campaign()?.id, session.person()?.unit))
    });
    move || {
        let (campaign, unit) = owner.get()?;
        let (key, back_href, back_label) = (indicator.clone(), back_href.clone(), back_label.clone());
        Some(view! { <Editor campaign unit key period place back_href back_label /> })
    }
}

#[component]
fn Editor(
    campaign: CampaignId,
    unit: UnitId,
    key: String,
    period: Month,
    place: RecordPlace,
    back_href: String,
    back_label: String,
) -> impl IntoView {
    let before = indicator_report_id(campaign, unit, period.previous(), &key);
    let previous = Memo::new(move |_| state::ledger().record(before).as_ref().map(Record::fields).unwrap_or_default());
    let opened = open(Opening {
        target: Target {
            record: indicator_report_id(campaign, unit, period, &key),
            kind: RecordKind::IndicatorReport,
            period: Some(period),
            unit: None,
        },
        known: &[indicator::INDICATOR, indicator::PERIOD],
        seeds: vec![(indicator::INDICATOR, Value::text(&key)), (indicator::PERIOD, Value::text(&period.to_string()))],
        previous: Signal::derive(move || previous.with(Fields::clone)),
    });
    let name = option_label(indicator::INDICATOR, &key);
    let title = t!("record.title.indicator_report", indicator = name, month = month(period));
    view! { <RecordEditor opened place title back_href back_label /> }
}
