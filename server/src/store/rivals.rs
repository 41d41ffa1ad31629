//! Two processes on one database, in one: each has its own store and its own writer. What they write side by side
//! must be one log.

use std::{
    io,
    sync::{Arc, Mutex},
};

use futures_util::future::join_all;
use shared::{
    id::{ActorId, OperationId, RecordId, UnitId},
    merge::operation::{LogRow, Mark, Operation},
    record::RecordKind,
    sync::accept::Entry,
    unit::Unit,
};
use tracing_subscriber::fmt::MakeWriter;

use super::{
    SharedStore,
    contract::{CAMPAIGN, account, by, campaign, id, operation},
};
use crate::{
    keeper::{Incoming, Keeper, Push},
    ledger::Ledger,
};

/// Tablets that push at once, and how often each does.
const TABLETS: u64 = 8;
const PUSHES: u64 = 12;

/// Operations in one push.
const OPERATIONS: u64 = 3;

/// Tablets push to two writers at once while a reader looks: no gap, nothing twice, nothing lost, one state.
pub(super) async fn leave_no_gap([ours, theirs]: [SharedStore; 2]) {
    ours.create_campaign(&campaign(), &[account(1, "gudong")]).await.unwrap();
    let ledgers = [Ledger::open(ours.clone()).await.unwrap(), Ledger::open(theirs.clone()).await.unwrap()];
    let reading = tokio::spawn(read_to_the_end(theirs.clone()));
    let tablets = (0..TABLETS).zip(ledgers.iter().cycle()).map(|(tablet, ledger)| async move {
        for push in 0..PUSHES {
            let first = OPERATIONS * push;
            let operations = (first..first + OPERATIONS).map(|n| of_tablet(tablet, n)).collect();
            let receipts = ledger.push(pushed(operations)).await.unwrap();
            assert!(receipts.iter().all(|receipt| receipt.refusal().is_none()), "{receipts:?}");
        }
    });
    join_all(tablets).await;
    let log = reading.await.unwrap();
    let mut ids: Vec<OperationId> = log.iter().map(|entry| entry.row.operation.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), log.len());

    // What one was told while the other slept, it knows before it decides.
    let unit = Unit { id: UnitId(id(77)), position: 77, ..campaign().units[0].clone() };
    ledgers[0].add_unit(unit.clone(), by(1)).await.unwrap();
    let mut keepers = [Keeper::open(ours).await.unwrap(), Keeper::open(theirs).await.unwrap()];
    assert!(keepers.iter().all(|keeper| keeper.record().units.contains(&unit)));
    let [one, other] = &mut keepers;
    for n in 0..6 {
        let keeper = if n % 2 == 0 { &mut *one } else { &mut *other };
        let receipts = keeper.commit(&[pushed(vec![of_tablet(TABLETS, n)])]).await.unwrap();
        assert!(receipts[0][0].refusal().is_none());
        // The same again through the other: known, by the same receipt.
        let again = if n % 2 == 0 { &mut *other } else { &mut *one };
        assert_eq!(again.commit(&[pushed(vec![of_tablet(TABLETS, n)])]).await.unwrap(), receipts);
    }
    let period = "2021-06".parse().unwrap();
    assert_eq!(one.head(), other.head());
    assert_eq!(one.ranking(period).await.unwrap().digest, other.ranking(period).await.unwrap().digest);
}

/// Pushes that arrive while the writer is busy are one transaction.
pub(super) async fn share_a_commit(store: SharedStore) {
    let said = Said::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(said.clone()).finish();
    // One thread runs this test and everything it starts.
    let _listening = tracing::subscriber::set_default(subscriber);
    store.create_campaign(&campaign(), &[account(1, "gudong")]).await.unwrap();
    let ledger = Ledger::open(store.clone()).await.unwrap();
    let receipts = join_all(pushes(50).into_iter().map(|push| ledger.push(push))).await;
    assert_eq!(receipts.into_iter().filter(|answer| answer.as_ref().is_ok_and(|it| it.len() == 1)).count(), 50);
    assert_eq!(store.head(CAMPAIGN).await.unwrap().mark.sequence, 50);
    let commits = said.lines_with("committed");
    assert!((1..=2).contains(&commits.len()), "{commits:?}");
}

/// Pushes of one operation each, of so many tablets.
pub(super) fn pushes(tablets: u64) -> Vec<Push> {
    (0..tablets).map(|tablet| pushed(vec![of_tablet(tablet, 0)])).collect()
}

/// Reads as a tablet does, as long as there is more to come, and checks every row against the one before.
async fn read_to_the_end(store: SharedStore) -> Vec<Entry> {
    let rows_max = TABLETS * PUSHES * OPERATIONS;
    let (mut log, mut head) = (Vec::new(), Mark::START);
    while head.sequence < rows_max {
        for entry in store.replay(CAMPAIGN, head.sequence, 50).await.unwrap() {
            let LogRow { operation, effective_stamp, disposition, .. } = &entry.row;
            assert_eq!(entry.row.sequence, head.sequence + 1);
            assert_eq!(entry.row.chain, LogRow::link(head.chain, operation, *effective_stamp, *disposition));
            head = Mark { sequence: entry.row.sequence, chain: entry.row.chain };
            log.push(entry);
        }
        tokio::task::yield_now().await;
    }
    log
}

fn of_tablet(tablet: u64, n: u64) -> Operation {
    let number = 1_000 * (tablet + 1) + n;
    Operation {
        id: OperationId(id(number)),
        record: RecordId(id(100_000 + number)),
        unit: UnitId(id(1)),
        actor: ActorId(100 + tablet),
        counter: n + 1,
        kind: RecordKind::Project,
        ..operation(number)
    }
}

fn pushed(operations: Vec<Operation>) -> Push {
    let operations = operations.into_iter().map(|operation| Incoming::Operation(Box::new(operation))).collect();
    Push { person: account(1, "gudong").person, operations, now_ms: 1_624_413_600_000 }
}

/// The lines of a log.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Said {
    fn lines_with(&self, word: &str) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().filter(|line| line.contains(word)).map(str::to_owned).collect()
    }
}

impl io::Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Said {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
