//! What others decided lately about the unit's records.

use leptos::prelude::*;
use shared::{
    id::{RecordId, UnitId},
    merge::replica::Replica,
    t,
    workflow::State,
};

use crate::{
    pages::{
        moment::moment,
        record::{
            naming::{href, title},
            standing::standing_of,
        },
    },
    state,
    ui::{
        chip::{Chip, Tone},
        panel::Panel,
    },
};

/// Decisions shown at most.
const LINES_MAX: usize = 8;

/// How far back, in ms: 7 days.
const SPAN_MS: u64 = 7 * 24 * 3600 * 1000;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Line {
    record: RecordId,
    href: String,
    title: String,
    standing: String,
    at_ms: u64,
    is_good: bool,
}

/// The last decisions, the latest first. Renders nothing while there is none.
#[component]
pub(super) fn RecentPanel() -> impl IntoView {
    let lines = Memo::new(|_| {
        let Some(me) = state::session().person() else { return Vec::new() };
        let since_ms = state::clock::now_ms().saturating_sub(SPAN_MS);
        state::ledger().with(|replica| recent(replica, me.unit, since_ms))
    });
    let line = |line: Line| {
        view! {
            <li class="row-link" data-record=line.record.to_string()>
                <a class="row-link__link" href=line.href>{line.title}</a>
                <span class="row-link__aside">{moment(line.at_ms)}</span>
                <Chip tone=if line.is_good { Tone::Ok } else { Tone::Late } text=line.standing />
            </li>
        }
    };
    view! {
        <Show when=move || lines.with(|lines| !lines.is_empty())>
            <Panel title=t!("today.recent") aside=Some(t!("today.recent_note")) flush=true>
                <ul class="row-links">
                    <For each=move || lines.get() key=Clone::clone children=line />
                </ul>
            </Panel>
        </Show>
    }
}

fn recent(replica: &Replica, unit: UnitId, since_ms: u64) -> Vec<Line> {
    let mut lines: Vec<Line> = replica
        .records()
        .filter(|record| record.unit == unit)
        .filter_map(|record| {
            let step = record.last_step().filter(|step| step.stamp.ms() >= since_ms)?;
            let is_good = match step.to {
                State::Reviewed | State::Verified => true,
                State::Returned | State::Withdrawn => false,
                State::Draft | State::Submitted | State::OnSiteCheck => return None,
            };
            let (_, standing) = standing_of(record);
            Some(Line {
                record: record.id,
                href: href(record),
                title: title(replica, record),
                standing,
                at_ms: step.stamp.ms(),
                is_good,
            })
        })
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.at_ms));
    lines.truncate(LINES_MAX);
    lines
}
