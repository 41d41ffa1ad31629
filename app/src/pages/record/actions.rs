//! The foot of a record's form: what is saved, and the next step.

use leptos::prelude::*;
use shared::{record::Record, t, workflow::State};

use super::open::Opened;
use crate::{
    forms::show_problems,
    pages::moment::{clock, moment},
    state::{self, Chip, SaveStatus},
    ui::{
        action_bar::ActionBar,
        button::{Button, ButtonVariant},
        dialog::Dialog,
    },
};

/// The bar under a record's form; the children are the page's own buttons before the common ones.
#[component]
pub(super) fn Actions(
    opened: Opened,
    /// Where to go when the draft is taken away.
    #[prop(into)]
    leave_to: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let record = opened.model.source.record;
    let state = Memo::new(move |_| record.with(|record| record.as_ref().map(Record::expected_state)));
    let waits =
        Memo::new(move |_| record.with(|record| record.as_ref().is_some_and(|record| !record.waiting.is_empty())));
    let is_mine = Memo::new(move |_| !opened.model.source.locked.get());
    let may = move |to: State| state::ledger().may(opened.record, to).is_ok();
    let asking = RwSignal::new(false);
    let was_submitted =
        move || record.with(|record| record.as_ref().is_some_and(|record| record.first_submitted().is_some()));
    let can_remove = move || is_mine.get() && !waits.get() && state.get() == Some(State::Draft) && !was_submitted();
    let can_withdraw = move || state.get() == Some(State::Submitted) && may(State::Draft);
    let can_amend = move || {
        matches!(state.get(), Some(State::Reviewed | State::Verified))
            && !waits.get()
            && !opened.amending.get()
            && is_own(record)
    };
    view! {
        <ActionBar state=Signal::derive(move || saved_line(record))>
            {move || can_remove().then(|| view! {
                <Button variant=ButtonVariant::Quiet on_click=move |()| asking.set(true) attr:data-action="remove">
                    {t!("record.remove")}
                </Button>
            })}
            {children.map(|children| children())}
            {move || can_withdraw().then(|| view! {
                <Button on_click=move |()| take_back(opened) attr:data-action="take-back">{t!("record.take_back")}</Button>
            })}
            {move || can_amend().then(|| view! {
                <Button on_click=move |()| opened.amending.set(true) attr:data-action="amend">{t!("record.amend")}</Button>
            })}
            {move || (is_mine.get() && !waits.get()).then(|| view! {
                <Button variant=ButtonVariant::Primary on_click=move |()| submit(opened) attr:data-action="submit">
                    {t!("record.submit")}
                </Button>
            })}
        </ActionBar>
        <RemoveDialog opened asking leave_to />
    }
}

#[component]
fn RemoveDialog(opened: Opened, asking: RwSignal<bool>, leave_to: Signal<String>) -> impl IntoView {
    let remove = Callback::new(move |()| {
        asking.set(false);
        let id = opened.record;
        state::act(async move { state::ledger().remove_draft(id).await });
        state::address().go(&leave_to.get_untracked());
    });
    let actions = move || {
        view! {
            <Button on_click=move |()| asking.set(false)>{t!("record.remove_keep")}</Button>
            <Button variant=ButtonVariant::Danger on_click=remove attr:data-action="remove-confirm">{t!("record.remove")}</Button>
        }
    };
    view! {
        <Dialog id="remove-draft" open=asking title=t!("record.remove_title") on_close=move |()| asking.set(false) actions>
            <p>{t!("record.remove_text")}</p>
        </Dialog>
    }
}

fn is_own(record: Signal<Option<Record>>) -> bool {
    let Some(me) = state::session().person() else { return false };
    record.with(|record| {
        record.as_ref().is_some_and(|record| {
            shared::authorize::authorize(&me, shared::authorize::Action::EditRecord(record.kind, record.unit))
        })
    })
}

/// Submits what is complete; otherwise shows what is missing.
fn submit(opened: Opened) {
    if !untrack(|| opened.model.errors()).is_empty() || opened.model.source.record.with_untracked(Option::is_none) {
        show_problems(opened.model);
        return;
    }
    let id = opened.record;
    state::act(async move {
        state::ledger().transition(id, State::Submitted, None).await?;
        state::notices().say(t!("record.submitted"));
        Ok(())
    });
    opened.amending.set(false);
}

fn take_back(opened: Opened) {
    let id = opened.record;
    state::act(async move { state::ledger().transition(id, State::Draft, None).await });
}

/// “已保存 10:32 · 本机离线可用 · 网络恢复后自动上报”.
fn saved_line(record: Signal<Option<Record>>) -> String {
    let saved_at = |ms| t!("record.saved", time = clock(ms));
    let saved = match state::drafts().status() {
        SaveStatus::Saving => return t!("record.saving"),
        SaveStatus::Failed { sentence } => return sentence,
        SaveStatus::Saved { at_ms } => Some(saved_at(at_ms)),
        SaveStatus::Idle => {
            record.with(|record| record.as_ref().map(|record| t!("record.saved", time = moment(record.touched.ms()))))
        }
    };
    let Some(saved) = saved else { return t!("record.saves_itself") };
    match state::sync_status().chip() {
        Chip::AllSent => t!("record.saved_and_sent", saved = saved),
        Chip::Sending(_) => t!("record.saved_and_sending", saved = saved),
        Chip::Unsent(_) | Chip::FilesLeft(_) | Chip::NeedsAttention(_) => t!("record.saved_here", saved = saved),
    }
}
