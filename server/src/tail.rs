//! The newest rows of the log, in memory: a tablet that is at work asks for nothing else.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use shared::{
    id::Digest,
    merge::operation::{Body, LogRow, Mark},
    sync::accept::Entry,
};

use crate::store::{PullPage, PullQuery, Scope};

/// How much is kept, in [`weight`]s: some 10 MB.
const WEIGHT_MAX: usize = 60_000;

/// What a row weighs beside its fields.
const ROW_WEIGHT: usize = 6;

/// The last rows up to the head that the campaign's writer knows.
#[derive(Debug)]
pub struct Tail(Mutex<Newest>);

#[derive(Debug)]
struct Newest {
    /// Whether the rows reach up to the head: before that, an answer would tell of a log that has fewer.
    is_whole: bool,
    /// The place before the first row that is kept.
    base: Mark,
    rows: VecDeque<Arc<Entry>>,
    weight: usize,
}

impl Default for Tail {
    fn default() -> Self {
        Self(Mutex::new(Newest::nothing()))
    }
}

impl Tail {
    /// The log is read anew: nothing is answered until that has come to its end.
    pub fn restart(&self) {
        *self.lock() = Newest::nothing();
    }

    /// The log has been read up to its head.
    pub fn complete(&self) {
        self.lock().is_whole = true;
    }

    /// The log has these rows more, which are durable.
    pub fn extend(&self, entries: impl IntoIterator<Item = Entry>) {
        let mut newest = self.lock();
        for entry in entries {
            newest.weight += weight(&entry);
            newest.rows.push_back(Arc::new(entry));
            while newest.weight > WEIGHT_MAX
                && let Some(oldest) = newest.rows.pop_front()
            {
                newest.weight -= weight(&oldest);
                newest.base = mark(&oldest.row);
            }
        }
    }

    /// The answer to a question, where it lies among what is kept.
    pub fn page(&self, query: &PullQuery) -> Option<PullPage> {
        let newest = self.lock();
        if !newest.is_whole {
            return None;
        }
        let chain_after = newest.chain_at(query.after)?;
        let chain_also = newest.chain_at(query.also)?;
        let seen = usize::try_from(query.after.checked_sub(newest.base.sequence)?).ok()?;
        let limit = usize::try_from(query.limit).ok()?;
        let mut visible = newest.rows.iter().skip(seen).filter(|entry| shows(&query.scope, &entry.row));
        let rows = visible.by_ref().take(limit).cloned().collect();
        let more = visible.next().is_some();
        let head = newest.head();
        Some(PullPage { head, chain_after: Some(chain_after), chain_also: Some(chain_also), rows, more })
    }

    fn lock(&self) -> MutexGuard<'_, Newest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Newest {
    const fn nothing() -> Self {
        Self { is_whole: false, base: Mark::START, rows: VecDeque::new(), weight: 0 }
    }

    fn head(&self) -> Mark {
        self.rows.back().map_or(self.base, |entry| mark(&entry.row))
    }

    /// The chain at a place, as far as it is kept.
    fn chain_at(&self, sequence: u64) -> Option<Digest> {
        if sequence == 0 {
            return Some(Digest::ZERO);
        }
        let after_base = sequence.checked_sub(self.base.sequence)?;
        match usize::try_from(after_base).ok()?.checked_sub(1) {
            None => Some(self.base.chain),
            Some(place) => self.rows.get(place).map(|entry| entry.row.chain),
        }
    }
}

/// Whether a person sees a row; the stores ask the same of their columns.
fn shows(scope: &Scope, row: &LogRow) -> bool {
    let operation = &row.operation;
    (row.disposition.takes_effect() || operation.author == scope.person)
        && scope.units.as_ref().is_none_or(|units| units.contains(&operation.unit))
        && scope.kinds.contains(&operation.kind)
}

const fn mark(row: &LogRow) -> Mark {
    Mark { sequence: row.sequence, chain: row.chain }
}

fn weight(entry: &Entry) -> usize {
    let fields = if let Body::Edit { fields } = &entry.row.operation.body { fields.len() } else { 0 };
    ROW_WEIGHT + fields
}

#[cfg(test)]
mod tests {
    use shared::{id::PersonId, record::RecordKind};
    use uuid::Uuid;

    use super::*;
    use crate::store::contract;

    fn from(after: u64, also: u64) -> PullQuery {
        let scope = Scope { person: PersonId(Uuid::from_u128(1)), units: None, kinds: RecordKind::ALL.to_vec() };
        PullQuery { after, also, scope, limit: 1 }
    }

    #[tokio::test]
    async fn answers_as_a_store_does() {
        let all = contract::entries(450);
        let tail = Tail::default();
        tail.extend(all.iter().take(300).cloned());
        tail.complete();
        tail.extend(all.iter().skip(300).cloned());
        contract::pages_show_each_visible_row_once(&all, async |query| {
            // What lies after the head, the store is asked.
            tail.page(query)
                .unwrap_or_else(|| PullPage { chain_also: None, ..tail.page(&from(query.after, 0)).unwrap() })
        })
        .await;
    }

    #[test]
    fn answers_nothing_before_the_log_is_read_to_its_end() {
        let tail = Tail::default();
        assert_eq!(tail.page(&from(0, 0)), None);
        tail.complete();
        assert_eq!(tail.page(&from(0, 0)).map(|page| page.head), Some(Mark::START));
        tail.restart();
        tail.extend(contract::entries(3));
        assert_eq!(tail.page(&from(0, 0)), None);
        tail.complete();
        assert_eq!(tail.page(&from(0, 3)).map(|page| (page.head.sequence, page.rows.len())), Some((3, 1)));
        assert_eq!(tail.page(&from(0, 4)), None);
    }

    #[test]
    fn answers_nothing_that_begins_before_what_is_kept() {
        let row = contract::entries(1).remove(0);
        let (tail, count) = (Tail::default(), WEIGHT_MAX / weight(&row) + 10);
        tail.extend((1..).take(count).map(|sequence| {
            let mut entry = row.clone();
            entry.row.sequence = sequence;
            entry
        }));
        tail.complete();
        assert_eq!(tail.page(&from(9, 10)), None);
        assert_eq!(tail.page(&from(10, 9)), None);
        assert_eq!(tail.page(&from(10, 10)).map(|page| page.rows[0].row.sequence), Some(11));
    }
}
