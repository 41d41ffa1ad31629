//! Servers that are killed while tablets push: what was acknowledged is there, once, and the log has no gap.

use std::{
    collections::{BTreeMap, VecDeque},
    env,
    path::Path,
    sync::Arc,
};

use futures_util::future::join_all;
use rand::{Rng as _, SeedableRng as _};
use rand_pcg::Pcg32;
use serde_json::Value;
use shared::{
    api::{PROTOCOL_OF_ROWS, Receipt, SyncResponse},
    id::OperationId,
    merge::operation::{Disposition, LogRow, Mark},
};
use tokio::sync::Semaphore;

use crate::{
    postgres,
    running::{Filer, Running, command, exchange, folder, request},
    upkeep::tisheng,
};

/// Rounds of one run; more through the environment.
const ROUNDS_VARIABLE: &str = "TISHENG_KILL_ROUNDS";
const ROUNDS: u32 = 3;

/// What decides when and whom to kill, and its setting.
const SEED_VARIABLE: &str = "TISHENG_KILL_SEED";
const SEED: u64 = 2021;

const TABLETS: u64 = 6;

/// Operations in one push.
const OPERATIONS: u64 = 4;

/// Requests that are on their way when the server dies: between these.
const REQUESTS_BEFORE_KILL: std::ops::Range<u32> = 6..60;

const ROWS_MAX: u32 = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_sqlite_acknowledged_survives_every_kill() {
    let folder = folder();
    survive(folder.path(), None, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_two_servers_on_postgres_acknowledged_survives_every_kill_of_one() {
    let folder = folder();
    survive(folder.path(), Some(postgres::new_database().await), 2).await;
}

async fn survive(folder: &Path, database: Option<String>, servers: usize) {
    let number = |name: &str| env::var(name).ok().map(|text| text.parse().expect("a number"));
    let rounds = number(ROUNDS_VARIABLE).map_or(ROUNDS, |rounds| u32::try_from(rounds).unwrap());
    let seed = number(SEED_VARIABLE).unwrap_or(SEED);
    println!("{servers} servers, {rounds} rounds, seed {seed}");
    let mut dice = Pcg32::seed_from_u64(seed);
    let start = || start(folder, database.as_deref());
    let mut running = vec![start().await];
    let filer = Filer::of_new_district(&mut running[0]).await;
    while running.len() < servers {
        running.push(start().await);
    }
    let mut tablets: Vec<Tablet> = (1..=TABLETS).map(|number| Tablet::new(number, &filer)).collect();
    let mut log = Log::new();
    for round in 0..rounds {
        let (victim, requests) = (dice.random_range(0..servers), dice.random_range(REQUESTS_BEFORE_KILL));
        tablets = under_load(&mut running, tablets, victim, requests).await;
        running[victim].child.wait().await.unwrap();
        // The one that is left, where there is one, then the one that is back.
        log.read_on(&running[(victim + 1) % servers], &filer, servers > 1).await;
        running[victim] = start().await;
        log.read_on(&running[victim], &filer, true).await;
        for tablet in &mut tablets {
            log.holds(&std::mem::take(&mut tablet.receipts), round);
        }
    }
    println!("{} operations acknowledged, {} rows", log.acknowledged, log.rows.len());
    assert!(log.acknowledged > u64::from(rounds));
    let (is_healthy, said) = doctor(folder, database.as_deref()).await;
    assert!(is_healthy, "{said}");
    // Once more from the beginning, through every server: one log for all.
    for server in &running {
        let mut again = Log::new();
        again.read_on(server, &filer, true).await;
        assert_eq!((&again.rows, again.head), (&log.rows, log.head));
    }
}

/// What the doctor says beside the servers that serve.
async fn doctor(folder: &Path, database: Option<&str>) -> (bool, String) {
    let data = folder.join("data");
    match database {
        Some(address) => tisheng(&["doctor", "--database", address], &data).await,
        None => tisheng(&["doctor"], &data).await,
    }
}

async fn start(folder: &Path, database: Option<&str>) -> Running {
    let mut command = command(folder, "127.0.0.1:0", &folder.join("data"));
    if let Some(address) = database {
        command.env("TISHENG_DATABASE", address);
    }
    command.stderr(std::process::Stdio::inherit());
    Running::of(command).await
}

/// Lets all tablets push until so many requests have gone to the victim, kills it, and gives the tablets back.
async fn under_load(running: &mut [Running], tablets: Vec<Tablet>, victim: usize, requests: u32) -> Vec<Tablet> {
    // The victim's tablets count what they send; the others push on until the victim is dead.
    let (sent, over) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let servers = running.len();
    let working = tablets.into_iter().enumerate().map(|(place, tablet)| {
        let address = running[place % servers].address.clone();
        let counted = (place % servers == victim).then(|| sent.clone());
        tokio::spawn(tablet.push_until(address, counted, over.clone()))
    });
    let working: Vec<_> = working.collect();
    sent.acquire_many(requests).await.unwrap().forget();
    running[victim].child.start_kill().unwrap();
    over.close();
    join_all(working).await.into_iter().map(Result::unwrap).collect()
}

/// A tablet that keeps what was not answered and sends it again.
struct Tablet {
    number: u64,
    filer: Filer,
    counter: u64,
    unanswered: VecDeque<Vec<Value>>,
    receipts: Vec<Receipt>,
}

impl Tablet {
    fn new(number: u64, filer: &Filer) -> Self {
        Self { number, filer: filer.clone(), counter: 0, unanswered: VecDeque::new(), receipts: Vec::new() }
    }

    async fn push_until(mut self, address: String, counted: Option<Arc<Semaphore>>, over: Arc<Semaphore>) -> Self {
        while !over.is_closed() {
            let operations = self.unanswered.pop_front().unwrap_or_else(|| self.next());
            if let Some(sent) = &counted {
                sent.add_permits(1);
            }
            // As a tablet of the first release: each receipt with its chain.
            let mut body = exchange(self.number, Mark::START, &operations, 1);
            body["protocol"] = PROTOCOL_OF_ROWS.into();
            let Some((status, _, answer)) = request(&address, "POST", "/api/v1/sync", &self.filer.cookie, &body).await
            else {
                self.unanswered.push_back(operations);
                break;
            };
            assert_eq!(status, 200, "{answer}");
            let answer: SyncResponse = serde_json::from_value(answer).unwrap();
            assert_eq!(answer.receipts.len(), operations.len());
            self.receipts.extend(answer.receipts);
        }
        self
    }

    fn next(&mut self) -> Vec<Value> {
        let first = self.counter + 1;
        self.counter += OPERATIONS;
        (first..=self.counter).map(|counter| self.filer.operation(self.number, counter)).collect()
    }
}

/// What was read of the log, row by row.
struct Log {
    head: Mark,
    rows: Vec<Receipt>,
    places: BTreeMap<OperationId, usize>,
    acknowledged: u64,
}

impl Log {
    fn new() -> Self {
        Self { head: Mark::START, rows: Vec::new(), places: BTreeMap::new(), acknowledged: 0 }
    }

    /// Pulls what is new and checks that it follows on what was there.
    async fn read_on(&mut self, server: &Running, filer: &Filer, is_alive: bool) {
        let mut more = is_alive;
        while more {
            // As a tablet of the first release: each row, and no snapshot in place of many.
            let mut body = exchange(99, self.head, &[], ROWS_MAX);
            body["protocol"] = PROTOCOL_OF_ROWS.into();
            let (status, _, answer) = server.send("POST", "/api/v1/sync", &filer.cookie, &body).await;
            assert_eq!(status, 200, "{answer}");
            let answer: SyncResponse = serde_json::from_value(answer).unwrap();
            more = answer.more;
            answer.rows.iter().for_each(|row| self.take(row));
            assert_eq!(self.head, answer.next);
        }
    }

    fn take(&mut self, row: &LogRow) {
        assert_eq!(row.sequence, self.head.sequence + 1, "a gap");
        let chain = LogRow::link(self.head.chain, &row.operation, row.effective_stamp, row.disposition);
        assert_eq!(row.chain, chain, "a broken chain at {}", row.sequence);
        assert_eq!(row.disposition, Disposition::Ok);
        self.head = Mark { sequence: row.sequence, chain };
        let twice = self.places.insert(row.operation.id, self.rows.len());
        assert_eq!(twice, None, "an operation is in the log twice");
        let (id, mark, disposition) = (row.operation.id, self.head, row.disposition);
        self.rows.push(Receipt { id, mark, disposition, issues: Vec::new() });
    }

    /// Every receipt speaks of a row.
    fn holds(&mut self, receipts: &[Receipt], round: u32) {
        for receipt in receipts {
            let held = self.places.get(&receipt.id).map(|place| &self.rows[*place]);
            assert_eq!(held, Some(receipt), "lost in round {round}");
        }
        self.acknowledged += u64::try_from(receipts.len()).unwrap();
    }
}
