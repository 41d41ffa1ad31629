//! 冲突 · 重复: projects that may be one, filed twice, for the campaign office to decide; and what it decided.

use leptos::prelude::*;
use shared::{
    form,
    id::RecordId,
    project::{
        field,
        twin::{self, Pair, Suspicion, Word, word_on},
    },
    record::{Record, RecordKind},
    stage::{self, Stage},
    t,
};

use crate::{
    pages::{
        moment::day_and_time,
        record::naming::{href, project_name, value_words},
    },
    state,
    ui::{
        button::Button,
        chip::{Chip, Tone},
        empty::EmptyState,
        key_value::{KeyValue, KeyValueList},
        page_header::PageHeader,
        panel::Panel,
    },
};

/// Pairs shown of each kind.
const PAIRS_MAX: usize = 100;

/// What tells two projects apart.
const FACTS: [&str; 9] = [
    field::CODE,
    field::OWNER,
    field::CREDIT_CODE,
    field::CATEGORY,
    field::TOTAL_INVESTMENT,
    field::STREET,
    field::PLACE,
    field::RESPONSIBLE,
    field::CREDIT,
];

/// One project of a pair, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Side {
    id: RecordId,
    name: String,
    unit: String,
    href: String,
    facts: Vec<(String, String)>,
}

/// What was decided on a pair: the words, and the record that bears them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Decided {
    words: String,
    on: RecordId,
    other: RecordId,
}

/// A pair, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Line {
    suspicion: Suspicion,
    sides: [Side; 2],
    decided: Option<Decided>,
}

/// `/duplicates`
#[component]
pub(crate) fn DuplicatesPage() -> impl IntoView {
    let lines = Memo::new(move |_| lines());
    let of = move |is_open: bool| {
        let all = lines.get().into_iter().filter(move |line| line.decided.is_none() == is_open);
        all.take(PAIRS_MAX).collect::<Vec<_>>()
    };
    let sub = move || Some(t!("twins.count", count = of(true).len()));
    view! {
        <PageHeader title=t!("twins.title") sub=Signal::derive(sub) />
        <div class="content content--narrow">
            <p class="note">{t!("twins.text")}</p>
            <Show when=move || of(true).is_empty()>
                <EmptyState title=t!("twins.none") text=Some(t!("twins.none_text")) />
            </Show>
            <For each=move || of(true) key=Clone::clone children=pair_view />
            <Show when=move || !of(false).is_empty()>
                <h2>{t!("twins.decided")}</h2>
            </Show>
            <For each=move || of(false) key=Clone::clone children=pair_view />
        </div>
    }
}

fn pair_view(line: Line) -> impl IntoView {
    let Line { suspicion, sides: [first, second], decided } = line;
    let title = t!("twins.pair", first = first.name, second = second.name);
    let (id, one, other) = (first.id.to_string(), first.clone(), second.clone());
    let answer = match decided {
        Some(decided) => decided_view(decided).into_any(),
        None => question_view(&first, &second).into_any(),
    };
    view! {
        <Panel title aside=Some(t!(suspicion_key(suspicion)))>
            <div class="form-grid" data-pair=id>
                {side_view(one)}
                {side_view(other)}
            </div>
            {answer}
        </Panel>
    }
}

fn side_view(side: Side) -> impl IntoView {
    let facts = side.facts.into_iter().map(|(label, value)| view! { <KeyValue label>{value}</KeyValue> });
    view! {
        <div>
            <p><Chip tone=Tone::Neutral text=side.unit /> " " <a href=side.href>{side.name}</a></p>
            <KeyValueList>{facts.collect_view()}</KeyValueList>
        </div>
    }
}

fn question_view(first: &Side, second: &Side) -> impl IntoView + use<> {
    let (one, other) = (second.id, first.id);
    view! {
        <div class="button-row">
            {keep_view(first, second.id, "keep-first")}
            {keep_view(second, first.id, "keep-second")}
            <Button on_click=move |()| say(one, other, Word::Different) attr:data-action="different">
                {t!("twins.different")}
            </Button>
        </div>
        <p class="note">{t!("twins.share")}</p>
    }
}

fn keep_view(kept: &Side, other: RecordId, action: &'static str) -> impl IntoView + use<> {
    let (id, words) = (kept.id, t!("twins.keep", unit = kept.unit));
    let name = Some(t!("twins.keep_named", unit = kept.unit, name = kept.name));
    view! {
        <Button name on_click=move |()| say(other, id, Word::Same) attr:data-action=action>
            {words}
        </Button>
    }
}

fn decided_view(Decided { words, on, other }: Decided) -> impl IntoView {
    view! {
        <p>{words}</p>
        <div>
            <Button on_click=move |()| say(on, other, Word::Open) attr:data-action="take-back">{t!("twins.take_back")}</Button>
        </div>
    }
}

/// Says it, and takes back what stands the other way round: each project's own record tells whether it gives way.
fn say(project: RecordId, other: RecordId, word: Word) {
    state::act(async move {
        let ledger = state::ledger();
        let stands_against = ledger.peek(|replica| {
            let said = replica.get(other).and_then(|record| record.twins.get(&project)?.last());
            said.is_some_and(|twin| twin.word != Word::Open)
        });
        if stands_against {
            ledger.say_of_twins(other, project, Word::Open).await?;
        }
        ledger.say_of_twins(project, other, word).await
    });
}

fn suspicion_key(suspicion: Suspicion) -> &'static str {
    match suspicion {
        Suspicion::Code => "twins.same_code",
        Suspicion::OwnerAndName => "twins.same_name",
        Suspicion::SimilarName => "twins.similar_name",
        Suspicion::Decided => "twins.were_similar",
    }
}

fn lines() -> Vec<Line> {
    state::ledger().with(|replica| {
        let line = |pair: Pair| {
            let (first, second) = (replica.get(pair.first)?, replica.get(pair.second)?);
            let sides = [first, second].map(|record| side(record, replica.about(record.id)));
            Some(Line { suspicion: pair.suspicion, sides, decided: decided(first, second) })
        };
        twin::pairs(replica).into_iter().filter_map(line).collect()
    })
}

fn side<'a>(record: &Record, about: impl Iterator<Item = &'a Record>) -> Side {
    let form = form::form(RecordKind::Project);
    let fields = FACTS.into_iter().filter_map(|name| form.field(name));
    let mut facts: Vec<(String, String)> = fields
        .map(|field| (form::label(RecordKind::Project, field.name), value_words(field, record.value(field.name))))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let verified = about.filter(|claim| claim.kind == RecordKind::StageClaim && !claim.pinned.is_empty());
    let stages = verified.filter_map(|claim| Stage::from_code(claim.fields().text(stage::field::STAGE)));
    let mut stages: Vec<Stage> = stages.collect();
    stages.sort_unstable();
    let stages = stages.into_iter().map(|stage| t!(stage.label_key())).collect::<Vec<_>>();
    if !stages.is_empty() {
        facts.push((t!("twins.stages"), stages.join(&t!("form.list_separator"))));
    }
    if let Some((who, stamp)) = record.submitter().zip(record.first_submitted()) {
        let who = state::published().person_name(who);
        facts.push((t!("twins.filed"), t!("periods.by", person = who, time = day_and_time(stamp.ms()))));
    }
    Side {
        id: record.id,
        name: project_name(Some(record)),
        unit: state::published().unit_name(record.unit),
        href: href(record),
        facts,
    }
}

fn decided(first: &Record, second: &Record) -> Option<Decided> {
    let (on, twin) = word_on(first, second).filter(|(_, twin)| twin.word != Word::Open)?;
    let other = if on.id == first.id { second } else { first };
    let (who, when) = (state::published().person_name(twin.author), day_and_time(twin.stamp.ms()));
    let words = match twin.word {
        Word::Same => {
            let unit = state::published().unit_name(other.unit);
            t!("twins.was_same", person = who, time = when, unit = unit, name = project_name(Some(other)))
        }
        Word::Different | Word::Open => t!("twins.was_different", person = who, time = when),
    };
    Some(Decided { words, on: on.id, other: other.id })
}
