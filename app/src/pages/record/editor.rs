//! A record's form with its head and foot.

use leptos::prelude::*;
use shared::t;

use super::{actions::Actions, history::History, open::Opened, standing::StandingChip, turn::TurnBanner};
use crate::{
    forms::{FormView, ProblemSummary, SectionLevel, ValidityPill},
    pages::moment::moment,
    state,
    ui::{
        banner::Banner,
        chip::Tone,
        page_header::{HeaderPlace, PageHeader},
    },
};

/// Where a record's form stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordPlace {
    /// On a page of its own.
    Page,
    /// Beside the list it was opened from.
    Detail,
}

/// The whole of a record: head, what is open, the form, the page's own panels, its history, foot.
#[component]
pub(crate) fn RecordEditor(
    opened: Opened,
    place: RecordPlace,
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] sub: Signal<Option<String>>,
    #[prop(into)] back_href: Signal<String>,
    #[prop(into)] back_label: Signal<String>,
    /// The page's own buttons in the foot.
    #[prop(optional, into)]
    tools: ViewFnOnce,
    /// The page's own panels under the form.
    #[prop(optional, into)]
    panels: ViewFnOnce,
) -> impl IntoView {
    let model = opened.model;
    let record = model.source.record;
    let id = opened.record.to_string();
    let (header, level) = match place {
        RecordPlace::Page => (HeaderPlace::Bar, SectionLevel::Second),
        RecordPlace::Detail => (HeaderPlace::Detail, SectionLevel::Third),
    };
    let is_open = move || !model.source.locked.get();
    view! {
        <article class="record" data-record=id>
            <PageHeader place=header title sub back_href=Signal::derive(move || Some(back_href.get())) back_label>
                <StandingChip record />
                <Show when=is_open>
                    <ValidityPill model />
                </Show>
            </PageHeader>
            <TurnBanner />
            <ReturnedBanner opened />
            <div class="content content--narrow">
                <ProblemSummary model />
                <FormView model level />
                {panels.run()}
                <History record />
            </div>
            <Actions opened leave_to=back_href>
                {tools.run()}
            </Actions>
        </article>
    }
}

/// Why the record came back, by whom and when.
#[component]
fn ReturnedBanner(opened: Opened) -> impl IntoView {
    let returned = Memo::new(move |_| {
        opened.model.source.record.with(|record| {
            let record = record.as_ref()?;
            let reason = record.return_reason()?;
            record.waiting.is_empty().then_some(())?;
            let step = record.last_step()?;
            Some((reason.text.clone(), step.author, step.stamp.ms()))
        })
    });
    move || {
        let (text, author, at_ms) = returned.get()?;
        let person = state::published().person_name(author);
        let sentence = t!("record.returned_because", text = text, person = person, time = moment(at_ms));
        Some(view! { <Banner tone=Tone::Late text=sentence /> })
    }
}
