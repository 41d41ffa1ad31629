//! The campaign in memory and in the store, kept equal: operations are decided in memory, committed, and only
//! then true; when a commit fails the memory is read anew from the store.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use shared::{
    api::Receipt,
    calendar::Month,
    campaign::Campaign,
    id::{Digest, OperationId, UnitId},
    merge::operation::Operation,
    person::Person,
    scoring::{
        board::Board,
        result::{Explanation, Ranking},
        scheme::Scheme,
    },
    sync::accept::{self, Entry, Log, Verdict},
    unit::Unit,
};

use crate::store::{Aside, CampaignRecord, SharedStore, StoreError};

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
}

/// The campaign's state and its store.
pub struct Keeper {
    store: SharedStore,
    record: CampaignRecord,
    log: Log,
    board: Board,
    /// Rankings asked for since the last change.
    rankings: BTreeMap<Month, Arc<Ranking>>,
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
        let record = store.campaign().await?;
        let log = replay(&store, &record).await?;
        let board = board(&record, &log);
        Ok(Self { store, record, log, board, rankings: BTreeMap::new(), stale: false })
    }

    /// The campaign.
    pub const fn campaign(&self) -> &Campaign {
        &self.record.campaign
    }

    /// The campaign with its units and targets.
    pub const fn record(&self) -> &CampaignRecord {
        &self.record
    }

    /// The last row's sequence.
    pub const fn head(&self) -> u64 {
        self.log.head().sequence
    }

    /// Adds a unit.
    pub async fn add_unit(&mut self, unit: Unit) -> Result<(), StoreError> {
        self.store.add_unit(self.record.campaign.id, &unit).await?;
        self.log.add_unit(unit.id);
        self.record.units.push(unit);
        self.rebuild_board();
        Ok(())
    }

    /// The ranking at the end of a month.
    pub async fn ranking(&mut self, period: Month) -> Result<Arc<Ranking>, StoreError> {
        self.refresh_if_stale().await?;
        Ok(self.rankings.entry(period).or_insert_with(|| Arc::new(self.board.ranking(period))).clone())
    }

    /// Why a unit has its score.
    pub async fn explain(&mut self, period: Month, unit: UnitId) -> Result<Option<Explanation>, StoreError> {
        self.refresh_if_stale().await?;
        Ok(self.board.explain(self.log.replica(), period, unit))
    }

    /// Decides all operations in their order and stores them in one transaction. The receipts, one list per push
    /// and one per operation, may be sent when it returns.
    pub async fn commit(&mut self, pushes: &[Push]) -> Result<Vec<Vec<Receipt>>, StoreError> {
        self.refresh_if_stale().await?;
        let suspects =
            operations(pushes).filter(|operation| self.log.may_hold(operation)).map(|operation| operation.id).collect();
        match self.try_commit(pushes, suspects).await {
            // Another process has written, or an id came back under another store's name: decide again on
            // what is stored now, with every id looked up.
            Err(StoreError::Conflict) => {
                self.reload().await?;
                let all = operations(pushes).map(|operation| operation.id).collect();
                self.try_commit(pushes, all).await
            }
            done => done,
        }
    }

    async fn try_commit(
        &mut self,
        pushes: &[Push],
        look_up: Vec<OperationId>,
    ) -> Result<Vec<Vec<Receipt>>, StoreError> {
        let campaign = self.record.campaign.id;
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
        self.store.append(campaign, base, &group.entries, &group.asides).await?;
        self.stale = false;
        self.board.refresh(self.log.replica(), group.entries.iter().map(|entry| entry.row.operation.record));
        self.rankings.clear();
        Ok(group.receipts)
    }

    async fn refresh_if_stale(&mut self) -> Result<(), StoreError> {
        if self.stale { self.reload().await } else { Ok(()) }
    }

    async fn reload(&mut self) -> Result<(), StoreError> {
        self.record = self.store.campaign().await?;
        self.log = replay(&self.store, &self.record).await?;
        self.rebuild_board();
        self.stale = false;
        Ok(())
    }

    fn rebuild_board(&mut self) {
        self.board = board(&self.record, &self.log);
        self.rankings.clear();
    }
}

fn board(record: &CampaignRecord, log: &Log) -> Board {
    let mut board =
        Board::new(&record.campaign, record.units.clone(), record.targets.clone(), Scheme::default_scheme());
    board.recompute(log.replica());
    board
}

impl Group {
    fn take(&mut self, log: &mut Log, push: &Push, incoming: &Incoming, held: &HashMap<OperationId, Entry>) -> Receipt {
        let operation = match incoming {
            Incoming::Operation(operation) => operation,
            Incoming::Unreadable(receipt, text) => {
                self.put_aside(push, receipt, text.clone());
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
                self.put_aside(push, &receipt, serde_json::to_string(operation).unwrap_or_default());
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
        });
    }
}

fn operations(pushes: &[Push]) -> impl Iterator<Item = &Operation> {
    pushes.iter().flat_map(|push| &push.operations).filter_map(|incoming| match incoming {
        Incoming::Operation(operation) => Some(&**operation),
        Incoming::Unreadable(..) => None,
    })
}

async fn replay(store: &SharedStore, record: &CampaignRecord) -> Result<Log, StoreError> {
    let mut log = Log::new(record.campaign.id, record.units.iter().map(|unit| unit.id));
    loop {
        let entries = store.replay(record.campaign.id, log.head().sequence, REPLAY_ROWS).await?;
        if entries.is_empty() {
            return Ok(log);
        }
        for entry in &entries {
            log.replay(&entry.row);
        }
    }
}
