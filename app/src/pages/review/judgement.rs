//! One record before its judge: what is claimed beside what was last approved, and the decision.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::{
    fields::Fields,
    form::{self, Field},
    id::RecordId,
    issue::Issue,
    record::{Record, RecordKind},
    t,
    workflow::{Reason, State},
};

use super::{conflicts::Conflicts, files::Files, href, visit::VisitDialog};
use crate::{
    pages::{
        files::{Viewer, ViewerDialog},
        moment,
        record::naming::{title, value_words},
    },
    state,
    ui::{
        action_bar::ActionBar,
        banner::Banner,
        button::{Button, ButtonVariant},
        check::Checkbox,
        chip::Tone,
        dialog::Dialog,
        field::FieldShell,
        input::TextArea,
        page_header::{HeaderPlace, PageHeader},
        panel::Panel,
    },
};

/// The record, the comparison, and the steps this person may take.
#[component]
pub(crate) fn Judgement(record: RecordId, next: Signal<Option<RecordId>>) -> impl IntoView {
    let ledger = state::ledger();
    let pinned_fields = RwSignal::new(BTreeSet::<String>::new());
    let shown = Memo::new(move |_| ledger.record(record));
    let stand = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(|shown| (shown.kind, shown.state()))));
    let viewer = Viewer::new();
    let decide = Callback::new(move |(to, reason): (State, Option<Reason>)| {
        let next = next.get_untracked();
        state::act(async move {
            ledger.transition(record, to, reason).await?;
            let target = next.map_or_else(|| "/review".to_owned(), href);
            state::address().go(&target);
            Ok(())
        });
    });
    let content = move || match shown.get() {
        Some(shown) => view! {
            <Header record=shown.clone() />
            <div class="content">
                <Doubts record />
                <Conflicts record=shown.clone() />
                <Comparison record=shown.clone() pinned_fields />
                <Files record=shown.clone() viewer />
                <Subject record=shown />
            </div>
        }
        .into_any(),
        None => view! { <Banner tone=Tone::Late text=t!("review.gone") /> }.into_any(),
    };
    // An open dialog outlasts a photo that is hung on or a comment that comes in: only another state draws it anew.
    let decision = move || {
        let (kind, state) = stand.get()?;
        Some(view! { <Decision record kind state decide pinned_fields viewer /> })
    };
    view! {
        {content}
        {decision}
        <ViewerDialog viewer />
    }
}

#[component]
fn Header(record: Record) -> impl IntoView {
    let published = state::published();
    let ledger = state::ledger();
    let title = ledger.with(|replica| title(replica, &record));
    let sub = Signal::derive(move || {
        let who = record.submitter().map(|person| published.person_name(person)).unwrap_or_default();
        let when = record.first_submitted().map(|stamp| moment::day_and_time(stamp.ms())).unwrap_or_default();
        Some(t!("review.filed", unit = published.unit_name(record.unit), person = who, at = when))
    });
    view! {
        <PageHeader
            place=HeaderPlace::Detail
            title
            sub
            back_href=Some("/review".to_owned())
            back_label=t!("review.back")
         />
    }
}

/// What the rules find questionable, before the judge reads on.
#[component]
fn Doubts(record: RecordId) -> impl IntoView {
    let ledger = state::ledger();
    let sentences = move || ledger.issues(record).iter().map(Issue::message).collect::<Vec<_>>();
    move || sentences().into_iter().map(|text| view! { <Banner tone=Tone::Late text /> }).collect_view()
}

#[component]
fn Comparison(record: Record, pinned_fields: RwSignal<BTreeSet<String>>) -> impl IntoView {
    let (now, kind) = (record.fields(), record.kind);
    let approved = record.pinned.last().map(|pinned| pinned.fields.clone());
    let aside = if approved.is_some() { t!("review.compared") } else { t!("review.first_time") };
    let shown = |field: &&'static Field| {
        !now.get(field.name).is_empty() || approved.as_ref().is_some_and(|old| !old.get(field.name).is_empty())
    };
    let rows: Vec<_> = form::form(kind)
        .fields()
        .filter(shown)
        .map(|field| {
            let old = approved.as_ref().map(|old| value_text(field, old));
            view! { <CompareRow kind field old new=value_text(field, &now) pinned_fields /> }
        })
        .collect();
    let has_old = approved.is_some();
    view! {
        <Panel title=t!("review.content") aside=Some(aside) flush=true>
            <table class="compare">
                <thead>
                    <tr>
                        <th scope="col">{t!("review.field")}</th>
                        {has_old.then(|| view! { <th scope="col">{t!("review.approved")}</th> })}
                        <th scope="col">{t!("review.submitted")}</th>
                        <th scope="col" class="compare__pin">{t!("review.pin")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </Panel>
    }
}

#[component]
fn CompareRow(
    kind: RecordKind,
    field: &'static Field,
    old: Option<String>,
    new: String,
    pinned_fields: RwSignal<BTreeSet<String>>,
) -> impl IntoView {
    let label = form::label(kind, field.name);
    let changed = old.as_ref().is_some_and(|old| *old != new);
    let name = field.name;
    let checked = Signal::derive(move || pinned_fields.with(|fields| fields.contains(name)));
    let toggle = move |pin: bool| {
        pinned_fields.update(|fields| {
            if pin {
                fields.insert(name.to_owned());
            } else {
                fields.remove(name);
            }
        });
    };
    let heading = if changed { t!("review.changed", field = label) } else { label };
    view! {
        <tr class="compare__row" class=("compare__row--changed", changed) data-field=name>
            <th scope="row">{heading}</th>
            {old.map(|old| view! { <td class="compare__old">{old}</td> })}
            <td class="compare__new">{new}</td>
            <td class="compare__pin"><Checkbox checked label=t!("review.pin_field") on_change=toggle /></td>
        </tr>
    }
}

fn value_text(field: &Field, fields: &Fields) -> String {
    value_words(field, fields.get(field.name))
}

/// For a claim or report: the project it is about, as last approved.
#[component]
fn Subject(record: Record) -> impl IntoView {
    use crate::ui::key_value::{KeyValue, KeyValueList};
    let ledger = state::ledger();
    let project = ledger.with(|replica| replica.project_of(&record).filter(|project| project.id != record.id).cloned());
    project.map(|project| {
        let fields = project.pinned.last().map_or_else(|| project.fields(), |pinned| pinned.fields.clone());
        let lines = form::form(RecordKind::Project).fields().filter(|field| !fields.get(field.name).is_empty());
        let lines: Vec<_> = lines
            .map(|field| {
                let value = value_text(field, &fields);
                view! { <KeyValue label=form::label(RecordKind::Project, field.name)>{value}</KeyValue> }
            })
            .collect();
        let aside = if project.pinned.is_empty() { t!("review.project_open") } else { t!("review.project_approved") };
        view! { <Panel title=t!("review.project") aside=Some(aside)><KeyValueList>{lines}</KeyValueList></Panel> }
    })
}

#[component]
fn Decision(
    record: RecordId,
    kind: RecordKind,
    state: State,
    decide: Callback<(State, Option<Reason>)>,
    pinned_fields: RwSignal<BTreeSet<String>>,
    viewer: Viewer,
) -> impl IntoView {
    let ledger = state::ledger();
    let (returning, visiting) = (RwSignal::new(false), RwSignal::new(false));
    let waits_for_visit = state == State::OnSiteCheck;
    let approve_to = match state {
        State::Submitted => State::Reviewed,
        State::Draft | State::Reviewed | State::OnSiteCheck | State::Verified | State::Returned | State::Withdrawn => {
            State::Verified
        }
    };
    let may = move |to: State| shared::workflow::leads_to(kind, state, to) && ledger.may(record, to).is_ok();
    let refusal = move || {
        ledger
            .may(record, approve_to)
            .err()
            .map(|refusal| format!("{}{}", refusal.code.message(), refusal.code.next_step()))
    };
    let approve_key = if approve_to == State::Reviewed { "review.approve" } else { "review.verify" };
    let hint = Signal::derive(move || refusal().unwrap_or_else(|| t!("review.hint")));
    view! {
        <ActionBar state=hint>
            {move || may(State::OnSiteCheck).then(|| view! {
                <Button variant=ButtonVariant::Secondary on_click=move |()| decide.run((State::OnSiteCheck, None)) attr:data-action="on-site">
                    {t!("review.on_site")}
                </Button>
            })}
            {move || (waits_for_visit && may(State::Verified)).then(|| view! {
                <Button variant=ButtonVariant::Primary on_click=move |()| visiting.set(true) attr:data-action="visit">
                    {t!("review.visit.record")}
                </Button>
            })}
            {move || (!waits_for_visit && may(State::Returned)).then(|| view! {
                <Button variant=ButtonVariant::Secondary on_click=move |()| returning.set(true) attr:data-action="return">{t!("review.return")}</Button>
            })}
            {move || (!waits_for_visit && may(approve_to)).then(|| view! {
                <Button variant=ButtonVariant::Primary on_click=move |()| decide.run((approve_to, None)) attr:data-action="approve">{t!(approve_key)}</Button>
            })}
        </ActionBar>
        <ReturnDialog kind open=returning decide pinned_fields />
        {waits_for_visit.then(|| view! { <VisitDialog record kind open=visiting decide pinned_fields viewer /> })}
    }
}

/// Why it goes back: a sentence, and the fields marked in the comparison.
#[component]
fn ReturnDialog(
    kind: RecordKind,
    open: RwSignal<bool>,
    decide: Callback<(State, Option<Reason>)>,
    pinned_fields: RwSignal<BTreeSet<String>>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let missing = RwSignal::new(false);
    let error = Signal::derive(move || {
        (missing.get() && text.with(|text| text.trim().is_empty())).then(|| t!("review.reason_missing"))
    });
    let send = move |()| {
        let reason = Reason {
            text: text.get_untracked().trim().to_owned(),
            fields: pinned_fields.get_untracked().into_iter().collect(),
            visit: None,
        };
        if reason.text.is_empty() {
            missing.set(true);
        } else {
            open.set(false);
            decide.run((State::Returned, Some(reason)));
        }
    };
    let actions = move || {
        view! {
            <Button on_click=move |()| open.set(false)>{t!("review.cancel")}</Button>
            <Button variant=ButtonVariant::Primary on_click=send attr:data-action="return-confirm">{t!("review.return_now")}</Button>
        }
    };
    view! {
        <Dialog id="return-dialog" open title=t!("review.return_title") on_close=move |()| open.set(false) actions>
            <p>{move || marked_words(kind, pinned_fields)}</p>
            <FieldShell id="f-reason" label=t!("review.reason") error>
                <TextArea value=text on_input=move |typed| text.set(typed) />
            </FieldShell>
        </Dialog>
    }
}

/// Which fields go back with the record. Tracked.
pub(super) fn marked_words(kind: RecordKind, pinned_fields: RwSignal<BTreeSet<String>>) -> String {
    let labels: Vec<String> =
        pinned_fields.with(|fields| fields.iter().map(|field| form::label(kind, field)).collect());
    if labels.is_empty() {
        t!("review.no_fields_marked")
    } else {
        t!("review.fields_marked", fields = labels.join(&t!("form.list_separator")))
    }
}
