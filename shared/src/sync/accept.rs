//! How an operation enters the log: who may, what it becomes, what its sender is told.
//!
//! One writer per campaign calls [`Log::accept`] for one operation after the other and stores what it gives;
//! replaying the stored rows through [`Log::replay`] gives the same state again, byte for byte.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    api::Receipt,
    authorize::{Action, authorize},
    calendar::Month,
    id::{ActorId, CampaignId, OperationId, RecordId, UnitId},
    issue::{Issue, Refusal, RefusalCode},
    merge::{
        operation::{Body, Disposition, LogRow, Mark, Operation},
        replica::Replica,
        stamp::Stamp,
    },
    period,
    person::Person,
    project::twin::{self, Word},
    record::{Record, RecordKind},
    sync::counters::Counters,
    workflow::{self, State},
};

/// The fold of a campaign's log with what decisions about the next row need.
#[derive(Clone, Debug)]
pub struct Log {
    campaign: CampaignId,
    units: BTreeSet<UnitId>,
    replica: Replica,
    head: Mark,
    stores: BTreeMap<ActorId, Store>,
    /// The months that are frozen: what still arrives for them is late.
    frozen: BTreeSet<Month>,
}

/// What the log knows of one store on one device.
#[derive(Clone, Debug, Default)]
struct Store {
    counters: Counters,
    stamp: Stamp,
}

/// A row with what its sender was told beyond the disposition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The row.
    pub row: LogRow,
    /// The issues to mend, for [`RefusalCode::Incomplete`].
    pub issues: Vec<Issue>,
}

impl Entry {
    /// The answer to whoever sends its operation, the first time and every other.
    pub fn receipt(&self) -> Receipt {
        Receipt {
            id: self.row.operation.id,
            mark: Mark { sequence: self.row.sequence, chain: self.row.chain },
            disposition: self.row.disposition,
            issues: self.issues.clone(),
        }
    }
}

/// What became of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the log's next row: store it, then send its receipt.
    Next(Box<Entry>),
    /// It is in the log already: send the receipt of then.
    Known(Receipt),
    /// Another operation holds its id. Keep it beside the log for a person to look at.
    Aside(Receipt),
}

/// The receipt of something that is not, and will never be, in the log. It is final: sending it again gives
/// the same answer.
pub fn aside(id: OperationId, disposition: Disposition) -> Receipt {
    Receipt { id, mark: Mark::START, disposition, issues: Vec::new() }
}

impl Log {
    /// An empty log.
    pub fn new(campaign: CampaignId, units: impl IntoIterator<Item = UnitId>) -> Self {
        Self {
            campaign,
            units: units.into_iter().collect(),
            replica: Replica::default(),
            head: Mark::START,
            stores: BTreeMap::new(),
            frozen: BTreeSet::new(),
        }
    }

    /// Which months are frozen from the next row on.
    pub fn set_frozen(&mut self, months: impl IntoIterator<Item = Month>) {
        self.frozen = months.into_iter().collect();
    }

    /// Takes the next stored row in.
    pub fn replay(&mut self, row: &LogRow) {
        let store = self.stores.entry(row.operation.actor).or_default();
        store.counters.take(row.operation.counter);
        store.stamp = store.stamp.max(row.effective_stamp);
        self.replica.apply_row(row);
        self.head = Mark { sequence: row.sequence, chain: row.chain };
    }

    /// The last row.
    pub const fn head(&self) -> Mark {
        self.head
    }

    /// The greatest counter and stamp that the log holds of a store; nothing of one that it does not know.
    pub fn reach(&self, store: ActorId) -> (u64, Stamp) {
        self.stores.get(&store).map(|store| (store.counters.last(), store.stamp)).unwrap_or_default()
    }

    /// The records.
    pub const fn replica(&self) -> &Replica {
        &self.replica
    }

    /// A unit joined the campaign.
    pub fn add_unit(&mut self, unit: UnitId) {
        self.units.insert(unit);
    }

    /// Whether the operation's store has used its counter before, so that the operation may be in the log:
    /// look its id up before [`Log::accept`].
    pub fn may_hold(&self, operation: &Operation) -> bool {
        self.stores.get(&operation.actor).is_some_and(|store| store.counters.holds(operation.counter))
    }

    /// Decides an operation that `person` sent and takes it in.
    ///
    /// `held` is the log's entry of the same id, where there is one.
    pub fn accept(&mut self, operation: Operation, person: &Person, held: Option<&Entry>, now_ms: u64) -> Verdict {
        if let Some(held) = held {
            let same = held.row.operation == operation;
            return if same {
                Verdict::Known(held.receipt())
            } else {
                Verdict::Aside(aside(operation.id, Disposition::Quarantined(RefusalCode::IdReused)))
            };
        }
        let (disposition, issues) = match self.judge(&operation, person, now_ms) {
            Ok(()) => (Disposition::Ok, Vec::new()),
            Err(Refusal { code: RefusalCode::CounterReused, issues }) => {
                (Disposition::Quarantined(RefusalCode::CounterReused), issues)
            }
            Err(Refusal { code, issues }) => (Disposition::Refused(code), issues),
        };
        let previous = self.stores.get(&operation.actor).map(|store| store.stamp).unwrap_or_default();
        let effective_stamp = operation.stamp.effective(now_ms, previous);
        let is_late = period::month_of(&operation, effective_stamp).is_some_and(|month| self.frozen.contains(&month));
        let disposition = if is_late && disposition == Disposition::Ok { Disposition::Late } else { disposition };
        let row = LogRow {
            sequence: self.head.sequence.saturating_add(1),
            chain: LogRow::link(self.head.chain, &operation, effective_stamp, disposition),
            effective_stamp,
            disposition,
            received_ms: now_ms,
            operation,
        };
        self.replay(&row);
        Verdict::Next(Box::new(Entry { row, issues }))
    }

    fn judge(&self, operation: &Operation, person: &Person, now_ms: u64) -> Result<(), Refusal> {
        operation.check_shape()?;
        if operation.campaign != self.campaign {
            return Err(RefusalCode::UnknownCampaign.into());
        }
        if operation.author != person.id {
            return Err(RefusalCode::NotTheAuthor.into());
        }
        if self.may_hold(operation) {
            return Err(RefusalCode::CounterReused.into());
        }
        if !self.units.contains(&operation.unit) {
            return Err(RefusalCode::UnknownUnit.into());
        }
        let record = self.replica.get(operation.record);
        if record.is_some_and(|record| record.unit != operation.unit || record.kind != operation.kind) {
            return Err(RefusalCode::NotTheOwner.into());
        }
        match &operation.body {
            // What was seen on site is no part of what the unit filed, and stays.
            Body::Detach { files } if record.is_some_and(|record| record.attachments.are_of_visit(files)) => {
                Err(RefusalCode::NotAllowed.into())
            }
            Body::Edit { .. } | Body::Detach { .. } => may_edit(operation, person).map_err(Refusal::from),
            Body::Attach(file) if file.is_of_visit() => may_show(&self.replica, record, person).map_err(Refusal::from),
            Body::Attach(_) => may_attach(operation, person, record).map_err(Refusal::from),
            Body::Unheard => Err(RefusalCode::Malformed.into()),
            Body::Comment { .. } => may_comment(operation, person, record).map_err(Refusal::from),
            Body::Tombstone => may_remove(operation, person, record).map_err(Refusal::from),
            Body::Twin { other, word } => {
                may_pair(&self.replica, record, person, (*other, *word)).map_err(Refusal::from)
            }
            Body::Transition { to, reason, revision } => {
                let record = record.ok_or(RefusalCode::UnknownRecord)?;
                let request = workflow::Request { person, to: *to, reason: reason.as_ref(), revision: *revision };
                workflow::decide(&self.replica, record, &request, now_ms)
            }
        }
    }
}

fn may_edit(operation: &Operation, person: &Person) -> Result<(), RefusalCode> {
    if authorize(person, Action::EditRecord(operation.kind, operation.unit)) {
        Ok(())
    } else if person.unit == operation.unit {
        Err(RefusalCode::NotAllowed)
    } else {
        Err(RefusalCode::NotTheOwner)
    }
}

/// Whoever writes a record hangs files on it, while there is room.
fn may_attach(operation: &Operation, person: &Person, record: Option<&Record>) -> Result<(), RefusalCode> {
    may_edit(operation, person)?;
    let has_room = record.is_none_or(|record| record.attachments.has_room());
    if has_room { Ok(()) } else { Err(RefusalCode::TooManyFiles) }
}

/// Whoever visits the site hangs photos on the record that waits for it.
fn may_show(replica: &Replica, record: Option<&Record>, person: &Person) -> Result<(), RefusalCode> {
    let record = record.ok_or(RefusalCode::UnknownRecord)?;
    if !workflow::may_visit(replica, record, person) {
        return Err(RefusalCode::NotAllowed);
    }
    if record.attachments.has_room() { Ok(()) } else { Err(RefusalCode::TooManyFiles) }
}

/// Whoever may read a record may say something about it.
fn may_comment(operation: &Operation, person: &Person, record: Option<&Record>) -> Result<(), RefusalCode> {
    if !authorize(person, Action::ReadRecord(operation.kind, operation.unit)) {
        return Err(RefusalCode::NotAllowed);
    }
    record.map(|_| ()).ok_or(RefusalCode::UnknownRecord)
}

/// Only what nobody has ever judged may be taken away.
fn may_remove(operation: &Operation, person: &Person, record: Option<&Record>) -> Result<(), RefusalCode> {
    may_edit(operation, person)?;
    let record = record.ok_or(RefusalCode::UnknownRecord)?;
    let is_unjudged_draft = record.state() == State::Draft
        && record.steps.values().all(|step| matches!(step.to, State::Submitted | State::Draft));
    if is_unjudged_draft { Ok(()) } else { Err(RefusalCode::WrongState) }
}

/// Two projects that both exist, by the campaign office; a project never gives way to itself, not by any detour.
fn may_pair(
    replica: &Replica,
    record: Option<&Record>,
    person: &Person,
    (other, word): (RecordId, Word),
) -> Result<(), RefusalCode> {
    if !authorize(person, Action::MergeProjects) {
        return Err(RefusalCode::NotAllowed);
    }
    let is_project = |record: &&Record| record.kind == RecordKind::Project && !record.removed;
    let record = record.filter(is_project).ok_or(RefusalCode::UnknownRecord)?;
    let other = replica.get(other).filter(is_project).ok_or(RefusalCode::UnknownRecord)?;
    let is_circle = word == Word::Same && twin::gives_way_to(replica, other, record.id);
    if other.id == record.id || is_circle { Err(RefusalCode::WrongState) } else { Ok(()) }
}

/// Reads one operation of a request; an unreadable one gives the id it names, nil where it names none, so that
/// the others of the request are not held up by it.
///
/// # Errors
/// The receipt of an operation that no code of ours has written.
pub fn read(text: &str) -> Result<Operation, Receipt> {
    #[derive(serde::Deserialize)]
    struct Named {
        id: OperationId,
    }
    let read = serde_json::from_str(text).ok();
    read.filter(|operation: &Operation| operation.body != Body::Unheard).ok_or_else(|| {
        let id = serde_json::from_str(text).map_or(OperationId(uuid::Uuid::nil()), |named: Named| named.id);
        aside(id, Disposition::Quarantined(RefusalCode::Malformed))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::{
        fields::Value,
        id::{Digest, PersonId},
        merge::{
            operation::{FieldEdit, SCHEMA},
            stamp::FUTURE_MAX_MS,
        },
        person::Role,
    };

    const CAMPAIGN: CampaignId = CampaignId(Uuid::from_u128(1));
    const UNIT: UnitId = UnitId(Uuid::from_u128(2));
    const RECEIVED_MS: u64 = 1_624_413_600_000;

    fn filer() -> Person {
        Person {
            id: PersonId(Uuid::from_u128(3)),
            account: "gudong".into(),
            name: "陈一".into(),
            unit: UNIT,
            roles: [Role::Filer].into(),
            duties: BTreeSet::new(),
        }
    }

    fn edit(id: u128, actor: u64, counter: u64, stamp_ms: u64) -> Operation {
        let edit = FieldEdit { field: "name".into(), value: Value::text(&format!("项目{id}")), over: Vec::new() };
        Operation {
            id: OperationId(Uuid::from_u128(100 + id)),
            campaign: CAMPAIGN,
            unit: UNIT,
            period: None,
            record: RecordId(Uuid::from_u128(id % 3)),
            kind: RecordKind::Project,
            author: filer().id,
            actor: ActorId(actor),
            counter,
            stamp: Stamp::at_ms(stamp_ms),
            seen: 0,
            schema: SCHEMA,
            body: Body::Edit { fields: vec![edit] },
        }
    }

    fn log() -> Log {
        Log::new(CAMPAIGN, [UNIT])
    }

    fn next(log: &mut Log, operation: Operation, now_ms: u64) -> Entry {
        match log.accept(operation, &filer(), None, now_ms) {
            Verdict::Next(entry) => *entry,
            other @ (Verdict::Known(_) | Verdict::Aside(_)) => panic!("not the next row: {other:?}"),
        }
    }

    proptest! {
        #[test]
        fn replaying_the_rows_gives_the_same_log(
            sent in proptest::collection::vec((0_u64..2, 0_u64..12, any::<u32>(), 0_u64..1_000_000), 1..40)
        ) {
            let (mut log, mut rows) = (log(), Vec::new());
            for (place, (actor, counter, stamp_ms, passed_ms)) in sent.into_iter().enumerate() {
                let operation = edit(u128::try_from(place).unwrap(), actor, counter, RECEIVED_MS + u64::from(stamp_ms));
                rows.push(next(&mut log, operation, RECEIVED_MS + passed_ms).row);
            }
            let mut again = self::log();
            for row in &rows {
                again.replay(row);
            }
            prop_assert_eq!(again.head(), log.head());
            prop_assert_eq!(again.replica(), log.replica());
            prop_assert_eq!(&again.stores.len(), &log.stores.len());
            let mut before = Digest::ZERO;
            for (sequence, row) in (1_u64..).zip(&rows) {
                prop_assert_eq!(row.sequence, sequence);
                prop_assert_eq!(row.chain, LogRow::link(before, &row.operation, row.effective_stamp, row.disposition));
                before = row.chain;
            }
        }
    }

    #[test]
    fn a_clock_a_decade_off_changes_neither_acceptance_nor_order() {
        let (mut log, decade_ms) = (log(), 10 * 365 * 86_400_000);
        let future = next(&mut log, edit(1, 7, 1, RECEIVED_MS + decade_ms), RECEIVED_MS).row;
        let past = next(&mut log, edit(2, 7, 2, RECEIVED_MS - decade_ms), RECEIVED_MS).row;
        assert!(future.disposition.takes_effect() && past.disposition.takes_effect());
        assert_eq!(future.effective_stamp.ms(), RECEIVED_MS + FUTURE_MAX_MS);
        assert!(past.effective_stamp > future.effective_stamp);
    }

    #[test]
    fn a_second_sending_gets_the_receipt_of_the_first() {
        let mut log = log();
        let held = next(&mut log, edit(1, 7, 1, RECEIVED_MS), RECEIVED_MS);
        let before = log.head();
        assert!(log.may_hold(&edit(1, 7, 1, RECEIVED_MS)) && !log.may_hold(&edit(2, 7, 2, RECEIVED_MS)));
        let again = log.accept(edit(1, 7, 1, RECEIVED_MS), &filer(), Some(&held), RECEIVED_MS + 9);
        assert_eq!(again, Verdict::Known(held.receipt()));
        let other = log.accept(edit(1, 7, 1, RECEIVED_MS + 1), &filer(), Some(&held), RECEIVED_MS);
        assert!(matches!(other, Verdict::Aside(receipt) if receipt.refusal() == Some(RefusalCode::IdReused)));
        assert_eq!(log.head(), before);
    }

    #[test]
    fn what_arrives_for_a_frozen_month_is_late_and_takes_effect_all_the_same() {
        let mut log = log();
        let june: Month = "2021-06".parse().unwrap();
        let of = |id, counter, period| Operation { period, ..edit(id, 7, counter, RECEIVED_MS) };
        assert_eq!(next(&mut log, of(1, 1, Some(june)), RECEIVED_MS).row.disposition, Disposition::Ok);
        log.set_frozen([june]);
        let a_month_later_ms = RECEIVED_MS + 31 * 86_400_000;
        let in_july = Operation { stamp: Stamp::at_ms(a_month_later_ms), ..of(4, 4, None) };
        for (operation, disposition) in [
            (of(2, 2, Some(june)), Disposition::Late),
            (of(3, 3, None), Disposition::Late),
            (in_july, Disposition::Ok),
            (
                Operation { unit: UnitId(Uuid::nil()), ..of(5, 5, Some(june)) },
                Disposition::Refused(RefusalCode::UnknownUnit),
            ),
        ] {
            let row = next(&mut log, operation, a_month_later_ms).row;
            assert_eq!(row.disposition, disposition, "{}", row.sequence);
        }
        log.set_frozen([]);
        assert_eq!(next(&mut log, of(6, 6, Some(june)), a_month_later_ms).row.disposition, Disposition::Ok);
    }

    #[test]
    fn the_campaign_office_alone_says_which_projects_are_one_and_never_in_a_circle() {
        let mut log = log();
        let projects = [1_u128, 2, 3].map(|id| RecordId(Uuid::from_u128(id % 3)));
        for (counter, id) in [(1, 1), (2, 2), (3, 3)] {
            next(&mut log, edit(id, 7, counter, RECEIVED_MS), RECEIVED_MS);
        }
        let office = Person { id: PersonId(Uuid::from_u128(4)), roles: [Role::CampaignOffice].into(), ..filer() };
        let [one, two, three] = projects;
        let nowhere = RecordId(Uuid::from_u128(99));
        let (mut counter, refused) = (3, |code| Some(code));
        for (person, record, other, word, expected) in [
            (&filer(), one, two, Word::Same, refused(RefusalCode::NotAllowed)),
            (&office, one, nowhere, Word::Same, refused(RefusalCode::UnknownRecord)),
            (&office, one, one, Word::Different, refused(RefusalCode::WrongState)),
            (&office, one, two, Word::Same, None),
            (&office, two, three, Word::Same, None),
            (&office, three, one, Word::Same, refused(RefusalCode::WrongState)),
            (&office, three, one, Word::Different, None),
            (&office, two, one, Word::Same, None),
        ] {
            counter += 1;
            let body = Body::Twin { other, word };
            let id = OperationId(Uuid::from_u128(200 + u128::from(counter)));
            let operation =
                Operation { id, record, body, author: person.id, ..edit(1, 7, counter, RECEIVED_MS + counter) };
            let Verdict::Next(entry) = log.accept(operation, person, None, RECEIVED_MS + counter) else {
                panic!("not the next row")
            };
            assert_eq!(entry.receipt().refusal(), expected, "{record:?} {other:?} {word:?}");
        }
    }

    #[test]
    fn only_a_draft_that_exists_can_be_taken_away() {
        let mut log = log();
        let tombstone = |id, counter| Operation { body: Body::Tombstone, ..edit(id, 7, counter, RECEIVED_MS) };
        assert_eq!(next(&mut log, tombstone(4, 1), 0).receipt().refusal(), Some(RefusalCode::UnknownRecord));
        next(&mut log, edit(4, 7, 2, RECEIVED_MS), RECEIVED_MS);
        assert_eq!(next(&mut log, tombstone(7, 3), RECEIVED_MS).receipt().refusal(), None);
        assert_eq!(log.replica().records().count(), 0);
    }
}
