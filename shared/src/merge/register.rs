//! A multi-value register: every value that no other value was written over.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use smallvec::{SmallVec, smallvec};

use crate::{
    fields::Value,
    id::{ActorId, OperationId, PersonId},
    merge::stamp::Stamp,
};

/// One value that a person wrote and nobody has written over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The operation that wrote it.
    pub operation: OperationId,
    /// The value.
    pub value: Value,
    /// The stamp that counts.
    pub stamp: Stamp,
    /// The store it was written in.
    pub actor: ActorId,
    /// The operation's counter there.
    pub counter: u64,
    /// Who wrote it.
    pub author: PersonId,
}

impl Entry {
    fn rank(&self) -> (Stamp, ActorId, u64) {
        (self.stamp, self.actor, self.counter)
    }
}

/// Almost every register holds one entry for ever, and a server holds millions of them: it lies in the register itself.
type Entries = SmallVec<[Entry; 1]>;

/// The state of one field.
///
/// Merging is commutative, associative and idempotent: `entries` and `overwritten` only ever hold what the
/// set of applied operations says, whatever their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Values that stand, by operation id. Kept sorted so that equal registers are equal bytes.
    entries: Entries,
    /// Operations written over. Remembered so that a late or doubled delivery does not bring them back.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    overwritten: BTreeSet<OperationId>,
}

impl Register {
    /// The register of a value that was written once.
    pub fn of(entry: Entry) -> Self {
        Self { entries: smallvec![entry], overwritten: BTreeSet::new() }
    }

    /// The one value, where there is one and it was written over nothing.
    pub fn written_once(&self) -> Option<&Entry> {
        match self.entries.as_slice() {
            [entry] if self.overwritten.is_empty() => Some(entry),
            _ => None,
        }
    }

    /// Applies one write. A second delivery of the same operation only updates its stamp: the server's
    /// effective stamp replaces the author's.
    pub fn write(&mut self, entry: Entry, over: &[OperationId]) {
        self.overwritten.extend(over.iter().filter(|id| **id != entry.operation));
        self.entries.retain(|standing| !self.overwritten.contains(&standing.operation));
        if self.overwritten.contains(&entry.operation) {
            return;
        }
        match self.entries.binary_search_by_key(&entry.operation, |standing| standing.operation) {
            Ok(position) => {
                if let Some(standing) = self.entries.get_mut(position) {
                    standing.stamp = entry.stamp;
                }
            }
            Err(position) => {
                self.entries.insert(position, entry);
            }
        }
    }

    /// The value shown: the greatest by `(stamp, actor, counter)`.
    pub fn value(&self) -> &Value {
        self.latest().map_or(&Value::Null, |entry| &entry.value)
    }

    /// The entry whose value is shown.
    pub fn latest(&self) -> Option<&Entry> {
        self.entries.iter().max_by_key(|entry| entry.rank())
    }

    /// All values that stand; more than one different value is a conflict for a person to settle.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The operations that were written over.
    pub(crate) fn overwritten(&self) -> impl Iterator<Item = &OperationId> + '_ {
        self.overwritten.iter()
    }

    /// The register of what [`Register::entries`] and `overwritten` gave.
    pub(crate) fn of_parts(entries: Vec<Entry>, overwritten: impl IntoIterator<Item = OperationId>) -> Self {
        Self { entries: entries.into(), overwritten: overwritten.into_iter().collect() }
    }

    /// Whether people wrote different values without having seen each other's.
    pub fn is_in_conflict(&self) -> bool {
        self.entries.split_first().is_some_and(|(first, rest)| rest.iter().any(|entry| entry.value != first.value))
    }

    /// The operations that a new write replaces when its author saw this state.
    pub fn seen(&self) -> Vec<OperationId> {
        self.entries.iter().map(|entry| entry.operation).collect()
    }
}
