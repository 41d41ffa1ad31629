//! The steps that a record took through the workflow.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use crate::{
    id::{Digest, OperationId, PersonId},
    merge::stamp::Stamp,
    workflow::{Reason, State},
};

/// One step of the workflow that the server accepted, or that waits for its decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The operation.
    pub operation: OperationId,
    /// The state reached.
    pub to: State,
    /// Who took it.
    pub author: PersonId,
    /// Why, where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What was judged.
    pub revision: Digest,
    /// When it took effect, by the server's clock; for a waiting one, when it was asked for.
    pub stamp: Stamp,
}

/// Accepted steps by sequence. A record has a handful, and scoring looks at those of a whole year: they lie in one
/// piece, in order, an eighth of what a tree's node would take.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "BTreeMap<u64, Step>")]
pub struct Steps(Vec<(u64, Step)>);

impl Steps {
    /// Takes a step in, in its place; the first of a sequence stays.
    pub(super) fn insert(&mut self, sequence: u64, step: Step) {
        if let Err(place) = self.place(sequence) {
            self.0.insert(place, (sequence, step));
        }
    }

    /// Whether the step of a sequence is there.
    pub fn contains(&self, sequence: u64) -> bool {
        self.place(sequence).is_ok()
    }

    /// The steps with their sequences, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, &Step)> {
        self.0.iter().map(|(sequence, step)| (*sequence, step))
    }

    /// The steps, in order.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Step> {
        self.0.iter().map(|(_, step)| step)
    }

    /// The steps after a sequence, in order.
    pub fn after(&self, sequence: u64) -> impl Iterator<Item = &Step> {
        self.iter().skip_while(move |(own, _)| *own <= sequence).map(|(_, step)| step)
    }

    /// The last one.
    pub fn last(&self) -> Option<&Step> {
        self.0.last().map(|(_, step)| step)
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn place(&self, sequence: u64) -> Result<usize, usize> {
        self.0.binary_search_by_key(&sequence, |(own, _)| *own)
    }
}

impl From<BTreeMap<u64, Step>> for Steps {
    fn from(steps: BTreeMap<u64, Step>) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl Serialize for Steps {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}
