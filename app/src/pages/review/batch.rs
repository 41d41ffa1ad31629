//! Approving several at once: what can be chosen, what was, and what of it the server did not take.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::{
    id::{Digest, RecordId},
    merge::{operation::Body, replica::Replica},
    person::Person,
    record::Record,
    t,
    workflow::{Flaw, State, flawless},
};

use super::Waiting;
use crate::{
    pages::record::naming::title,
    state::{self, Refused},
    ui::{
        banner::Banner,
        button::{Button, ButtonVariant},
        check::Checkbox,
        chip::Tone,
    },
};

/// How a record of the queue can be approved with others: by this step, as it was when it was chosen; or the words for
/// why it must be looked at by itself.
pub(super) type Choosable = Result<(State, Digest), String>;

/// What is chosen, as it was when it was chosen: the server judges exactly that.
pub(super) type Chosen = RwSignal<BTreeMap<RecordId, (State, Digest)>>;

/// Whether a record of the queue can be approved with others.
pub(super) fn choosable(replica: &Replica, record: &Record, person: &Person) -> Choosable {
    match flawless(replica, record, person, state::clock::now_ms()) {
        Ok(to) => Ok((to, record.revision())),
        Err(Flaw::Conflict) => Err(t!("review.flaw.conflict")),
        Err(Flaw::Issues(count)) => Err(t!("review.flaw.issues", count = count)),
        Err(Flaw::Visit) => Err(t!("review.flaw.visit")),
        Err(Flaw::Refused(code)) => Err(code.message()),
    }
}

/// The box beside a line; nothing where the record must be looked at by itself.
#[component]
pub(super) fn Pick(
    record: RecordId,
    #[prop(into)] title: Signal<String>,
    choosable: Choosable,
    chosen: Chosen,
) -> impl IntoView {
    let seen = choosable.ok()?;
    let checked = Signal::derive(move || chosen.with(|chosen| chosen.get(&record) == Some(&seen)));
    let toggle = move |choose: bool| {
        chosen.update(|chosen| {
            if choose {
                chosen.insert(record, seen);
            } else {
                chosen.remove(&record);
            }
        });
    };
    let name = Signal::derive(move || Some(t!("review.batch.pick_named", title = title.get())));
    Some(
        view! { <Checkbox checked label=t!("review.batch.pick") name on_change=toggle attr:data-pick=record.to_string() /> },
    )
}

/// Choosing everything that can be chosen, and approving what is.
#[component]
pub(super) fn Tools(queue: Memo<Vec<Waiting>>, chosen: Chosen) -> impl IntoView {
    let busy = RwSignal::new(false);
    let choosable = Memo::new(move |_| {
        let of = |line: &Waiting| line.choosable.as_ref().ok().map(|seen| (line.record, *seen));
        queue.with(|queue| queue.iter().filter_map(of).collect::<BTreeMap<_, _>>())
    });
    // What changed since it was chosen is no longer chosen.
    let standing = Memo::new(move |_| {
        choosable.with(|choosable| {
            chosen.with(|chosen| {
                let still = chosen.iter().filter(|(record, seen)| choosable.get(record) == Some(seen));
                still.map(|(record, seen)| (*record, *seen)).collect::<Vec<_>>()
            })
        })
    });
    let choose_all = move |()| {
        let all = choosable.get_untracked();
        chosen.update(|chosen| {
            let is_all = all.keys().all(|record| chosen.contains_key(record));
            *chosen = if is_all { BTreeMap::new() } else { all };
        });
    };
    let approve = move |()| {
        let (standing, names) = (standing.get_untracked(), names(&queue.get_untracked()));
        chosen.set(BTreeMap::new());
        busy.set(true);
        state::task(async move {
            for (record, (to, revision)) in standing {
                // One that cannot go does not hold up the others.
                if let Err(error) = state::ledger().approve(record, to, revision).await {
                    let title = names.get(&record).cloned().unwrap_or_default();
                    state::notices().say(t!("review.batch.left", title = title, reason = error.message()));
                }
            }
            busy.try_set(false);
        });
    };
    let count = move || choosable.with(BTreeMap::len);
    view! {
        <Show when=move || 1 < count()>
            <div class="split__tools">
                <Button on_click=choose_all attr:data-action="choose-all">
                    {move || t!("review.batch.all", count = count())}
                </Button>
                <Button
                    variant=ButtonVariant::Primary
                    busy
                    disabled=Signal::derive(move || standing.with(Vec::is_empty))
                    on_click=approve
                    attr:data-action="approve-chosen"
                >
                    {move || t!("review.batch.approve", count = standing.with(Vec::len))}
                </Button>
            </div>
        </Show>
    }
}

fn names(queue: &[Waiting]) -> BTreeMap<RecordId, String> {
    queue.iter().map(|line| (line.record, line.title.clone())).collect()
}

/// The judgements that the server did not take, each by the name of its record, until a person has noted them.
#[component]
pub(super) fn NotTaken() -> impl IntoView {
    let refused = Memo::new(|_| {
        let mut refused = state::ledger().refusals();
        refused.retain(|refused| is_approval(&refused.operation.body));
        refused
    });
    view! { <For each=move || refused.get() key=|refused| refused.operation.id children=not_taken /> }
}

fn is_approval(body: &Body) -> bool {
    matches!(body, Body::Transition { to: State::Reviewed | State::Verified, .. })
}

fn not_taken(refused: Refused) -> impl IntoView {
    let Refused { operation, code, .. } = refused;
    let id = operation.id;
    let title = state::ledger().with(|replica| {
        let record = replica.get(operation.record);
        record.map_or_else(|| t!(operation.kind.label_key()), |record| title(replica, record))
    });
    let reason = format!("{}{}", code.message(), code.next_step());
    let note = move |()| state::act(async move { state::ledger().drop_refusal(id).await });
    view! {
        <Banner tone=Tone::Stop text=t!("review.batch.left", title = title, reason = reason)>
            <Button variant=ButtonVariant::Quiet on_click=note attr:data-action="note-refusal">{t!("sync.dismiss")}</Button>
        </Banner>
    }
}
