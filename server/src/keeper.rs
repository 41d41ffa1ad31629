//! The campaign in memory and in the store, kept equal: operations are decided in memory, committed, and only
//! then true; when a commit fails the memory is read anew from the store.
//!
//! Several processes may keep one campaign. Each decides in its turn, after it has read what the others wrote.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use shared::{
    api::Receipt,
    calendar::Month,
    campaign::Campaign,
    id::{Digest, OperationId, UnitId},
    merge::{
        operation::{LogRow, Mark, Operation},
        replica::Replica,
    },
    open::{self, Table},
    period::By,
    person::Person,
    roster::Roster,
    rules::Rules,
    scoring::{
        board::Board,
        movement::Movement,
        result::{Explanation, Ranking},
        trial::Trial,
    },
    sync::{
        accept::{self, Entry, Log, Verdict},
        snapshot,
    },
    unit::{self, Unit},
};

pub use self::files::{Folder, Hanging};
use self::periods::Published;
pub use self::periods::{Annex, Histories, Reasons, StepRequest};
use crate::{
    snapshots::{Told, Wanted},
    store::{Aside, CampaignRecord, Head, SharedStore, StoreError},
    tail::Tail,
};

mod files;
mod periods;
mod roster;
mod rules;

/// Rows read at once when the log is replayed.
const REPLAY_ROWS: u32 = 5_000;

/// Operations of one person.
#[derive(Clone, Debug)]
pub struct Push {
    /// Who sends them.
    pub person: Person,
    /// What was sent, in its order.
    pub operations: Vec<Incoming>,
    /// When it was received.
    pub now_ms: u64,
}

/// One operation as it arrived.
#[derive(Clone, Debug)]
pub enum Incoming {
    /// A readable one.
    Operation(Box<Operation>),
    /// One that no code of ours has written: what its sender is told, and the text to keep.
    Unreadable(Receipt, String),
}

impl Incoming {
    /// Reads the text of one operation.
    pub fn read(text: &str) -> Self {
        accept::read(text).map_or_else(
            |receipt| Self::Unreadable(receipt, text.to_owned()),
            |operation| Self::Operation(Box::new(operation)),
        )
    }

    /// The id it has or names.
    pub const fn id(&self) -> OperationId {
        match self {
            Self::Operation(operation) => operation.id,
            Self::Unreadable(receipt, _) => receipt.id,
        }
    }

    /// Its text.
    pub fn text(&self) -> String {
        match self {
            Self::Operation(operation) => serde_json::to_string(operation).unwrap_or_default(),
            Self::Unreadable(_, text) => text.clone(),
        }
    }
}

/// The campaign's state and its store.
pub struct Keeper {
    store: SharedStore,
    record: Arc<CampaignRecord>,
    /// The version of `record`, or an older one.
    version: u64,
    log: Log,
    board: Board,
    /// Rankings asked for since the last change.
    rankings: BTreeMap<Month, Arc<Ranking>>,
    /// What was done to the periods.
    periods: Arc<Histories>,
    /// What was put in force after the campaign began.
    rules: Arc<Rules>,
    roster: Arc<Roster>,
    /// Published results asked for since the periods last changed.
    published: BTreeMap<Month, Arc<Published>>,
    /// What tablets read of it.
    tail: Arc<Tail>,
    /// The memory may be ahead of the store: read it anew before anything else.
    stale: bool,
}

/// What one group of pushes adds.
#[derive(Default)]
struct Group {
    receipts: Vec<Vec<Receipt>>,
    entries: Vec<Entry>,
    asides: Vec<Aside>,
    /// Where an operation of this group stands in `entries`.
    places: HashMap<OperationId, usize>,
}

impl Keeper {
    /// Loads the stored campaign.
    pub async fn open(store: SharedStore) -> Result<Self, StoreError> {
        let record = Arc::new(store.campaign().await?);
        let log = Log::new(record.campaign.id, record.units.iter().map(|unit| unit.id));
        let basis = Rules::default().basis(&record.campaign, &record.units, &record.targets);
        let board = basis.board(log.replica());
        let mut keeper = Self {
            store,
            record,
            version: 0,
            log,
            board,
            rankings: BTreeMap::new(),
            periods: Arc::default(),
            rules: Arc::default(),
            roster: Arc::default(),
            published: BTreeMap::new(),
            tail: Arc::default(),
            stale: true,
        };
        keeper.catch_up().await?;
        Ok(keeper)
    }

    /// The campaign.
    pub fn campaign(&self) -> &Campaign {
        &self.record.campaign
    }

    /// The records.
    pub const fn replica(&self) -> &Replica {
        self.log.replica()
    }

    /// The campaign with its units and targets.
    pub const fn record(&self) -> &Arc<CampaignRecord> {
        &self.record
    }

    /// The newest rows, for whoever reads.
    pub const fn tail(&self) -> &Arc<Tail> {
        &self.tail
    }

    /// The last row's sequence.
    pub const fn head(&self) -> u64 {
        self.log.head().sequence
    }

    /// Adds a unit, on the word of a person.
    pub async fn add_unit(&mut self, unit: &Unit, by: By) -> Result<(), StoreError> {
        self.store.add_unit(self.record.campaign.id, unit, by).await?;
        self.catch_up().await
    }

    /// Reads what other processes have written.
    pub async fn catch_up(&mut self) -> Result<(), StoreError> {
        let head = self.store.head(self.record.campaign.id).await?;
        self.follow(head).await
    }

    /// The ranking at the end of a month: the published one, once there is one.
    pub async fn ranking(&mut self, period: Month) -> Result<Arc<Ranking>, StoreError> {
        self.refresh_if_stale().await?;
        if let Some(published) = self.published(period).await? {
            return Ok(published.ranking.clone());
        }
        self.current(period).await
    }

    /// The ranking at the end of a month as it would be frozen now, whatever was published.
    pub async fn current(&mut self, period: Month) -> Result<Arc<Ranking>, StoreError> {
        self.refresh_if_stale().await?;
        Ok(self.rankings.entry(period).or_insert_with(|| Arc::new(self.board.ranking(period))).clone())
    }

    /// Why a unit has its score.
    pub async fn explain(&mut self, period: Month, unit: UnitId) -> Result<Option<Explanation>, StoreError> {
        self.refresh_if_stale().await?;
        if let Some(published) = self.published(period).await? {
            return Ok(published.annex.get(&unit).map(|reasons| reasons.explanation.clone()));
        }
        Ok(self.board.explain(self.log.replica(), period, unit))
    }

    /// Why a unit moved since the month before.
    pub async fn movement(&mut self, period: Month, unit: UnitId) -> Result<Option<Movement>, StoreError> {
        self.refresh_if_stale().await?;
        if let Some(published) = self.published(period).await? {
            return Ok(published.annex.get(&unit).and_then(|reasons| reasons.movement.clone()));
        }
        Ok(self.board.movement(self.log.replica(), period, unit))
    }

    /// What a what-if about a group is computed from: the figures of now, even of a month that was frozen.
    pub async fn trial(&mut self, period: Month, group: unit::Group) -> Result<Option<Trial>, StoreError> {
        self.refresh_if_stale().await?;
        Ok(self.board.trial(period, group))
    }

    /// What a snapshot is made of, where the one that is known is not the newest, and what the log knows of a store.
    pub async fn snapshot(&mut self, wanted: &Wanted) -> Result<Told, StoreError> {
        self.catch_up().await?;
        let content = wanted.known.is_none().then(|| {
            let records = self.log.replica().all().filter(|record| wanted.share.holds(record));
            (self.log.head(), snapshot::write(self.log.head(), records))
        });
        Ok(Told { reach: self.log.reach(wanted.actor), content })
    }

    /// The projects as they were last approved, as a table.
    pub async fn projects(&mut self) -> Result<Table, StoreError> {
        self.refresh_if_stale().await?;
        Ok(open::projects(self.log.replica(), &self.record.units))
    }

    /// Monthly reports that came in time, of all that were due for a month.
    pub async fn reports(&mut self, period: Month) -> Result<(u32, u32), StoreError> {
        self.refresh_if_stale().await?;
        Ok(self.board.reports(period))
    }

    /// Decides all operations in their order and stores them in one transaction. The receipts, one list per push
    /// and one per operation, may be sent when it returns.
    pub async fn commit(&mut self, pushes: &[Push]) -> Result<Vec<Vec<Receipt>>, StoreError> {
        match self.try_commit(pushes, Log::may_hold).await {
            // An id came back under another store's name: decide again, with every id looked up.
            Err(StoreError::Conflict) => self.try_commit(pushes, |_, _| true).await,
            done => done,
        }
    }

    async fn try_commit(
        &mut self,
        pushes: &[Push],
        is_suspect: impl Fn(&Log, &Operation) -> bool,
    ) -> Result<Vec<Vec<Receipt>>, StoreError> {
        let campaign = self.record.campaign.id;
        let turn = self.store.turn(campaign).await?;
        self.follow(turn.head()).await?;
        let suspects = operations(pushes).filter(|operation| is_suspect(&self.log, operation));
        let look_up: Vec<OperationId> = suspects.map(|operation| operation.id).collect();
        let found = if look_up.is_empty() { Vec::new() } else { self.store.entries(campaign, &look_up).await? };
        let held: HashMap<OperationId, Entry> =
            found.into_iter().map(|entry| (entry.row.operation.id, entry)).collect();
        let base = self.log.head();
        let mut group = Group::default();
        for push in pushes {
            let receipts =
                push.operations.iter().map(|incoming| group.take(&mut self.log, push, incoming, &held)).collect();
            group.receipts.push(receipts);
        }
        if group.entries.is_empty() && group.asides.is_empty() {
            return Ok(group.receipts);
        }
        self.stale = true;
        turn.append(base, &group.entries, &group.asides).await?;
        self.stale = false;
        tracing::debug!(pushes = pushes.len(), rows = group.entries.len(), head = self.head(), "committed");
        self.board.refresh(self.log.replica(), group.entries.iter().map(|entry| entry.row.operation.record));
        self.rankings.clear();
        self.tail.extend(group.entries);
        Ok(group.receipts)
    }

    async fn refresh_if_stale(&mut self) -> Result<(), StoreError> {
        if self.stale { self.catch_up().await } else { Ok(()) }
    }

    /// Makes the memory equal to the store at `head`, reading only what is new where the memory can be trusted.
    async fn follow(&mut self, head: Head) -> Result<(), StoreError> {
        // A store restored from a backup may stand behind the memory, or beside it.
        let is_elsewhere = head.mark != self.log.head() && head.mark.sequence <= self.head();
        if head.version != self.version || is_elsewhere {
            let record = self.store.campaign().await?;
            let is_same = record == *self.record;
            self.record = Arc::new(record);
            self.version = head.version;
            self.record.units.iter().for_each(|unit| self.log.add_unit(unit.id));
            let has_other_rules = self.read_acts().await?;
            if !is_same || has_other_rules {
                self.rebuild_board();
            }
        }
        if self.stale || is_elsewhere {
            self.log = self.empty_log();
            self.tail.restart();
            self.stale = true;
        }
        if head.mark != self.log.head() {
            self.read_rows().await?;
        }
        self.tail.complete();
        if self.stale {
            self.rebuild_board();
            self.stale = false;
        }
        Ok(())
    }

    /// Reads the rows after the memory's head; all of them when they do not follow on it.
    async fn read_rows(&mut self) -> Result<(), StoreError> {
        loop {
            let after = self.log.head();
            let entries = self.store.replay(self.record.campaign.id, after.sequence, REPLAY_ROWS).await?;
            let Some(first) = entries.first() else {
                return Ok(());
            };
            if !follows(after.chain, &first.row) {
                if after == Mark::START {
                    return Err(StoreError::Corrupt("the log's first row does not begin its chain".to_owned()));
                }
                self.log = self.empty_log();
                self.tail.restart();
                self.stale = true;
                continue;
            }
            for entry in &entries {
                self.log.replay(&entry.row);
            }
            if !self.stale {
                self.board.refresh(self.log.replica(), entries.iter().map(|entry| entry.row.operation.record));
                self.rankings.clear();
            }
            self.tail.extend(entries);
        }
    }

    fn rebuild_board(&mut self) {
        self.board = self.basis().board(self.log.replica());
        self.rankings.clear();
    }

    fn empty_log(&self) -> Log {
        let mut log = Log::new(self.record.campaign.id, self.record.units.iter().map(|unit| unit.id));
        log.set_frozen(periods::frozen(&self.periods));
        log
    }
}

fn follows(chain: Digest, row: &LogRow) -> bool {
    LogRow::link(chain, &row.operation, row.effective_stamp, row.disposition) == row.chain
}

impl Group {
    fn take(&mut self, log: &mut Log, push: &Push, incoming: &Incoming, held: &HashMap<OperationId, Entry>) -> Receipt {
        let operation = match incoming {
            Incoming::Operation(operation) => operation,
            Incoming::Unreadable(receipt, _) => {
                self.put_aside(push, receipt, incoming.text());
                return receipt.clone();
            }
        };
        let of_group = self.places.get(&operation.id).and_then(|place| self.entries.get(*place));
        match log.accept((**operation).clone(), &push.person, of_group.or_else(|| held.get(&operation.id)), push.now_ms)
        {
            Verdict::Next(entry) => {
                let receipt = entry.receipt();
                self.places.insert(operation.id, self.entries.len());
                self.entries.push(*entry);
                receipt
            }
            Verdict::Known(receipt) => receipt,
            Verdict::Aside(receipt) => {
                self.put_aside(push, &receipt, incoming.text());
                receipt
            }
        }
    }

    fn put_aside(&mut self, push: &Push, receipt: &Receipt, body: String) {
        self.asides.push(Aside {
            digest: Digest::of(&[body.as_bytes()]),
            person: push.person.id,
            received_ms: push.now_ms,
            disposition: receipt.disposition,
            body,
            outcome: None,
        });
    }
}

fn operations(pushes: &[Push]) -> impl Iterator<Item = &Operation> {
    pushes.iter().flat_map(|push| &push.operations).filter_map(|incoming| match incoming {
        Incoming::Operation(operation) => Some(&**operation),
        Incoming::Unreadable(..) => None,
    })
}
