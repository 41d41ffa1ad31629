//! The newest rows of the log, in memory: a tablet that is at work asks for nothing else.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use shared::{
    id::{Digest, PersonId, UnitId},
    merge::operation::{Body, LogRow, Mark, Operation},
    record::RecordKind,
    sync::accept::Entry,
};

use crate::store::{PullPage, PullQuery, Scope};

/// How much is kept of rows as they are, in [`weight`]s: some 10 MB.
const WEIGHT_MAX: usize = 60_000;

/// What a row weighs beside its fields.
const ROW_WEIGHT: usize = 6;

/// Rows of which it is kept who sees them: some 4 MB. Most tablets that come back have missed many rows and may see
/// few or none of them.
const LINES_MAX: usize = 50_000;

/// The last rows up to the head that the campaign's writer knows.
#[derive(Debug)]
pub struct Tail(Mutex<Newest>);

#[derive(Debug)]
struct Newest {
    /// Whether the rows reach up to the head: before that, an answer would tell of a log that has fewer.
    is_whole: bool,
    /// The place before the first line.
    base: Mark,
    lines: VecDeque<Line>,
    /// How many of the first lines have no row any more.
    bare: usize,
    weight: usize,
    /// Where the last two groups of rows begin. Whoever has sent some of them asks for them next: they stay, whatever
    /// they weigh.
    groups: [u64; 2],
}

/// What decides who sees a row, and the row while it is among the newest.
#[derive(Debug)]
struct Line {
    chain: Digest,
    unit: UnitId,
    kind: RecordKind,
    author: PersonId,
    takes_effect: bool,
    entry: Option<Arc<Entry>>,
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
        let [_, last] = newest.groups;
        newest.groups = [last, newest.head().sequence.saturating_add(1)];
        for entry in entries {
            newest.push(entry);
        }
    }

    /// The answer to a question, where what is kept holds it.
    pub fn page(&self, query: &PullQuery) -> Option<PullPage> {
        let newest = self.lock();
        if !newest.is_whole {
            return None;
        }
        let chain_after = newest.chain_at(query.after)?;
        let chain_also = newest.chain_at(query.also)?;
        let seen = usize::try_from(query.after.checked_sub(newest.base.sequence)?).ok()?;
        let limit = usize::try_from(query.limit).ok()?;
        let mut visible = newest.lines.iter().skip(seen).filter(|line| line.is_shown_to(&query.scope));
        let rows = visible.by_ref().take(limit).map(|line| line.entry.clone()).collect::<Option<_>>()?;
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
        Self { is_whole: false, base: Mark::START, lines: VecDeque::new(), bare: 0, weight: 0, groups: [0; 2] }
    }

    fn push(&mut self, entry: Entry) {
        self.weight += weight(&entry);
        self.lines.push_back(Line::of(entry));
        let [asked_for, _] = self.groups;
        while self.weight > WEIGHT_MAX
            && self.base.sequence.saturating_add(count(self.bare)) < asked_for.saturating_sub(1)
            && let Some(oldest) = self.lines.get_mut(self.bare).and_then(|line| line.entry.take())
        {
            self.weight -= weight(&oldest);
            self.bare += 1;
        }
        if self.lines.len() > LINES_MAX
            && let Some(oldest) = self.lines.pop_front()
        {
            self.base = Mark { sequence: self.base.sequence.saturating_add(1), chain: oldest.chain };
            match oldest.entry {
                Some(entry) => self.weight -= weight(&entry),
                None => self.bare -= 1,
            }
        }
    }

    fn head(&self) -> Mark {
        let chain = self.lines.back().map_or(self.base.chain, |line| line.chain);
        Mark { sequence: self.base.sequence.saturating_add(count(self.lines.len())), chain }
    }

    /// The chain at a place, as far as it is kept.
    fn chain_at(&self, sequence: u64) -> Option<Digest> {
        if sequence == 0 {
            return Some(Digest::ZERO);
        }
        let after_base = sequence.checked_sub(self.base.sequence)?;
        match usize::try_from(after_base).ok()?.checked_sub(1) {
            None => Some(self.base.chain),
            Some(place) => self.lines.get(place).map(|line| line.chain),
        }
    }
}

impl Line {
    fn of(entry: Entry) -> Self {
        let LogRow { operation, chain, disposition, .. } = &entry.row;
        let Operation { unit, kind, author, .. } = *operation;
        Self {
            chain: *chain,
            unit,
            kind,
            author,
            takes_effect: disposition.takes_effect(),
            entry: Some(Arc::new(entry)),
        }
    }

    /// Whether a person sees it; the stores ask the same of their columns.
    fn is_shown_to(&self, scope: &Scope) -> bool {
        (self.takes_effect || self.author == scope.person)
            && scope.units.as_ref().is_none_or(|units| units.contains(&self.unit))
            && scope.kinds.contains(&self.kind)
    }
}

fn count(lines: usize) -> u64 {
    u64::try_from(lines).unwrap_or(u64::MAX)
}

fn weight(entry: &Entry) -> usize {
    let fields = if let Body::Edit { fields } = &entry.row.operation.body { fields.len() } else { 0 };
    ROW_WEIGHT + fields
}

#[cfg(test)]
mod tests {
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
        let whole = WEIGHT_MAX / weight(&row);
        let (tail, count) = (Tail::default(), u64::try_from(LINES_MAX + 10).unwrap());
        let rows = |from: u64, to: u64| {
            let row = row.clone();
            (from..=to).map(move |sequence| {
                let mut entry = row.clone();
                entry.row.sequence = sequence;
                entry
            })
        };
        tail.extend(rows(1, count - 2));
        tail.extend(rows(count - 1, count - 1));
        tail.extend(rows(count, count));
        tail.complete();
        assert_eq!(tail.page(&from(9, 10)), None);
        assert_eq!(tail.page(&from(10, 9)), None);
        // Of older rows the marks are known and who sees them; what they say, the store is asked.
        let oldest = count - u64::try_from(whole).unwrap();
        let first = |after| tail.page(&from(after, 10)).map(|page| (page.head.sequence, page.rows[0].row.sequence));
        assert_eq!((first(oldest - 1), first(oldest)), (None, Some((count, oldest + 1))));
        let mut nothing = from(10, 10);
        nothing.scope.units = Some(Vec::new());
        let page = tail.page(&nothing).unwrap();
        assert_eq!((page.head.sequence, page.rows.len(), page.more), (count, 0, false));
    }

    #[test]
    fn the_last_two_groups_stay_whatever_they_weigh() {
        let row = contract::entries(1).remove(0);
        let (tail, group) = (Tail::default(), u64::try_from(WEIGHT_MAX / weight(&row) + 10).unwrap());
        for n in 0..3 {
            tail.extend((n * group + 1..=(n + 1) * group).map(|sequence| {
                let mut entry = row.clone();
                entry.row.sequence = sequence;
                entry
            }));
        }
        tail.complete();
        assert_eq!(tail.page(&from(group - 1, 0)), None);
        assert_eq!(tail.page(&from(group, 0)).map(|page| page.rows[0].row.sequence), Some(group + 1));
    }
}
