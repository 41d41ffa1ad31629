//! What is being typed: on the tablet within a third of a second, wherever the person goes next.

use std::{collections::BTreeMap, rc::Rc};

use leptos::prelude::{Get, GetUntracked, Set, Update as _};
use shared::{
    fields::{Fields, Value},
    id::RecordId,
};

use crate::{
    browser::{self, locks::Held},
    state::{
        DataError, Target, clock,
        core::{Core, core},
        ledger, task,
    },
};

/// How long a keystroke may wait for the next ones before it is saved; with the save itself ≤ 300 ms.
const WAIT_MS: u32 = 200;

/// How the last save went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SaveStatus {
    /// Nothing was typed yet.
    Idle,
    /// Something is typed and not durable yet.
    Saving,
    /// Everything typed is durable.
    Saved {
        /// Since when, corrected clock.
        at_ms: u64,
    },
    /// The tablet could not save; what was typed is kept and tried again with the next keystroke.
    Failed {
        /// What to do, for the person.
        sentence: String,
    },
}

/// Values that are typed and not durable yet, by record.
#[derive(Debug, Default)]
pub(super) struct Pending {
    typed: BTreeMap<RecordId, (Target, BTreeMap<String, Value>)>,
    /// The part that is on its way to the store; still shown until it arrives.
    leaving: BTreeMap<RecordId, (Target, BTreeMap<String, Value>)>,
    has_timer: bool,
}

/// How often, and after which pause, the turn to write is asked for before it is another tab's.
const TURN_TRIES: u32 = 4;
const TURN_PAUSE_MS: u32 = 100;

fn turn_name(record: RecordId) -> String {
    format!("tisheng-draft-{record}")
}

/// The drafts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drafts;

impl Drafts {
    /// The turn to write a record, or `None` while another tab of this tablet has it.
    pub(crate) async fn try_turn(self, record: RecordId) -> Option<Held> {
        // A form that was left a moment ago lets go a moment later.
        for _ in 0..TURN_TRIES {
            let held = browser::locks::try_hold(&turn_name(record)).await;
            if held.is_some() {
                return held;
            }
            browser::task::sleep(TURN_PAUSE_MS).await;
        }
        None
    }

    /// The turn to write a record, taken from another tab, which saves what was typed there and only reads on.
    pub(crate) async fn take_turn(self, record: RecordId) -> Held {
        browser::locks::take_over(&turn_name(record)).await
    }

    /// Takes what was typed into a field. Call it at every input event.
    pub(crate) fn put(self, target: Target, field: &str, value: Value) {
        let core = core();
        let needs_timer = {
            let mut pending = core.pending.borrow_mut();
            let (_, fields) = pending.typed.entry(target.record).or_insert_with(|| (target, BTreeMap::new()));
            fields.insert(field.to_owned(), value);
            !std::mem::replace(&mut pending.has_timer, true)
        };
        core.typed.update(|typed| *typed += 1);
        core.save_status.set(SaveStatus::Saving);
        if needs_timer {
            task(async move {
                browser::task::sleep(WAIT_MS).await;
                core.pending.borrow_mut().has_timer = false;
                // The status tells of a failure.
                drop(self.flush().await);
            });
        }
    }

    /// All fields as the person sees them. Tracked.
    pub(crate) fn fields(self, id: RecordId) -> Fields {
        let core = core();
        core.typed.get();
        core.track();
        let mut fields =
            ledger().peek(|replica| replica.get(id).map(shared::record::Record::fields).unwrap_or_default());
        core.pending.borrow().lay_over(id, &mut fields);
        fields
    }

    /// Saves now, without waiting for the end: for blur and for a hidden page.
    pub(crate) fn flush_soon(self) {
        if self.is_dirty() {
            task(async move { drop(self.flush().await) });
        }
    }

    /// Saves what is typed. Durable when it returns; a failure keeps it for the next try.
    pub(crate) async fn flush(self) -> Result<(), DataError> {
        let core = core();
        // One flush at a time: whoever waits here finds everything saved that was typed before.
        let _turn = core.flushing.lock().await;
        loop {
            let draft = core.pending.borrow_mut().leave();
            let Some((target, fields)) = draft else {
                break;
            };
            let edits: Vec<(&str, Value)> =
                fields.iter().map(|(field, value)| (field.as_str(), value.clone())).collect();
            let saved = ledger().edit(target, &edits).await;
            core.pending.borrow_mut().arrive(target.record, saved.is_ok());
            if let Err(error) = saved {
                core.save_status.set(SaveStatus::Failed { sentence: error.message() });
                return Err(error);
            }
        }
        settle(&core);
        Ok(())
    }

    /// How the last save went. Tracked.
    pub(crate) fn status(self) -> SaveStatus {
        core().save_status.get()
    }

    /// Whether something is typed that is not durable yet.
    pub(crate) fn is_dirty(self) -> bool {
        let core = core();
        let pending = core.pending.borrow();
        !pending.typed.is_empty() || !pending.leaving.is_empty()
    }
}

fn settle(core: &Rc<Core>) {
    let is_dirty = Drafts.is_dirty();
    if !is_dirty && core.save_status.get_untracked() != SaveStatus::Idle {
        core.save_status.set(SaveStatus::Saved { at_ms: clock::now_ms() });
    }
}

impl Pending {
    fn lay_over(&self, id: RecordId, fields: &mut Fields) {
        for (_, values) in [self.leaving.get(&id), self.typed.get(&id)].into_iter().flatten() {
            for (field, value) in values {
                fields.set(field, value.clone());
            }
        }
    }

    /// The next record to save.
    fn leave(&mut self) -> Option<(Target, BTreeMap<String, Value>)> {
        let (id, draft) = self.typed.pop_first()?;
        self.leaving.insert(id, draft.clone());
        Some(draft)
    }

    /// The save of a record ended; what could not be saved waits again, under what was typed meanwhile.
    fn arrive(&mut self, id: RecordId, is_saved: bool) {
        let Some((target, values)) = self.leaving.remove(&id) else {
            return;
        };
        if is_saved {
            return;
        }
        let (_, fields) = self.typed.entry(id).or_insert_with(|| (target, BTreeMap::new()));
        for (field, value) in values {
            fields.entry(field).or_insert(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::record::RecordKind;
    use uuid::Uuid;

    use super::*;

    fn target() -> Target {
        Target { record: RecordId(Uuid::from_u128(1)), kind: RecordKind::Project, period: None, unit: None }
    }

    fn type_in(pending: &mut Pending, field: &str, text: &str) {
        let (_, fields) = pending.typed.entry(target().record).or_insert_with(|| (target(), BTreeMap::new()));
        fields.insert(field.to_owned(), Value::text(text));
    }

    #[test]
    fn what_is_typed_during_a_save_is_shown_and_saved_after_it() {
        let mut pending = Pending::default();
        type_in(&mut pending, "name", "鼓");
        assert!(pending.leave().is_some());
        type_in(&mut pending, "name", "鼓楼");
        let mut shown = Fields::default();
        pending.lay_over(target().record, &mut shown);
        assert_eq!(shown.text("name"), "鼓楼");
        pending.arrive(target().record, true);
        assert_eq!(pending.leave().map(|(_, fields)| fields["name"].clone()), Some(Value::text("鼓楼")));
    }

    #[test]
    fn a_failed_save_keeps_everything_and_the_newer_value_wins() {
        let mut pending = Pending::default();
        type_in(&mut pending, "name", "旧");
        type_in(&mut pending, "note", "注");
        pending.leave();
        type_in(&mut pending, "name", "新");
        pending.arrive(target().record, false);
        let (_, fields) = pending.leave().unwrap();
        assert_eq!((&fields["name"], &fields["note"]), (&Value::text("新"), &Value::text("注")));
    }
}
