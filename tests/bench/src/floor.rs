//! What nobody can go below: axum and `SQLite` with group commit, and nothing else; and `SQLite` alone.

use std::{
    io::Write as _,
    path::Path,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use axum::{Json, Router, extract::State, routing::post};
use rusqlite::{Connection, params};
use serde_json::value::RawValue;
use tokio::{net::TcpListener, sync::oneshot, time::Instant};

use crate::load::{Client, Talker};

/// Where the floor takes records in.
const PATH: &str = "/push";

/// Pushes that may wait for one commit.
const QUEUE_MAX: usize = 1_024;

/// Records that one commit takes.
const GROUP_MAX: usize = 5_000;

/// Records in one transaction of the raw inserts.
const BATCH: u32 = 500;

const TABLE: &str = "CREATE TABLE record (id INTEGER PRIMARY KEY, body TEXT NOT NULL)";
const INSERT: &str = "INSERT INTO record (body) VALUES (?)";

type Push = (Vec<Box<RawValue>>, oneshot::Sender<()>);

/// Serves the floor over a new database in a folder, until it is killed.
///
/// # Errors
/// When it cannot.
pub async fn serve(folder: &Path) -> Result<()> {
    let connection = open(folder)?;
    let (queue, pushes) = sync_channel(QUEUE_MAX);
    thread::spawn(move || write(connection, &pushes));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    axum::serve(listener, Router::new().route(PATH, post(take)).with_state(queue)).await?;
    Ok(())
}

async fn take(State(queue): State<SyncSender<Push>>, Json(records): Json<Vec<Box<RawValue>>>) -> String {
    let (done, durable) = oneshot::channel();
    let count = records.len();
    let is_durable = queue.try_send((records, done)).is_ok() && durable.await.is_ok();
    if is_durable { count.to_string() } else { "0".to_owned() }
}

/// Writes what waits in one transaction, then answers.
fn write(mut connection: Connection, pushes: &Receiver<Push>) -> Result<()> {
    while let Ok(first) = pushes.recv() {
        let transaction = connection.transaction()?;
        let (mut waiting, mut next, mut records) = (Vec::new(), Some(first), 0);
        {
            let mut insert = transaction.prepare_cached(INSERT)?;
            while let Some((bodies, done)) = next {
                for body in &bodies {
                    insert.execute(params![body.get()])?;
                }
                records += bodies.len();
                waiting.push(done);
                next = if records < GROUP_MAX { pushes.try_recv().ok() } else { None };
            }
        }
        transaction.commit()?;
        for done in waiting {
            let _ = done.send(());
        }
    }
    Ok(())
}

fn open(folder: &Path) -> Result<Connection> {
    let connection = Connection::open(folder.join("floor.sqlite3"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute(TABLE, [])?;
    Ok(connection)
}

/// Inserts one body again and again in large transactions for so long; prints how many a second.
///
/// # Errors
/// When the database does.
pub fn insert_raw(folder: &Path, body: &str, lasting: Duration) -> Result<()> {
    let mut connection = open(folder)?;
    let began = Instant::now();
    let mut count = 0;
    while began.elapsed() < lasting {
        let transaction = connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached(INSERT)?;
            for _ in 0..BATCH {
                insert.execute(params![body])?;
            }
        }
        transaction.commit()?;
        count += BATCH;
    }
    println!("{}", f64::from(count) / began.elapsed().as_secs_f64());
    Ok(())
}

/// A connection that pushes the same records for ever.
#[derive(Debug)]
pub struct Pusher {
    client: Client,
    body: String,
    records: u32,
}

impl Pusher {
    /// With so many records of these bytes in a push.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn connect(address: &str, record: &str, records: u32) -> Result<Self> {
        let body = vec![record; usize::try_from(records)?].join(",");
        Ok(Self { client: Client::connect(address).await?, body: format!("[{body}]"), records })
    }
}

impl Talker for Pusher {
    async fn talk(&mut self) -> Result<u32> {
        let count: u32 = self.client.send("POST", PATH, self.body.clone()).await?.json()?;
        ensure!(count == self.records, "not everything was taken in");
        Ok(count)
    }
}

/// What [`insert_raw`] printed.
///
/// # Errors
/// When it did not print a number.
pub fn read_rate(printed: &[u8]) -> Result<f64> {
    std::str::from_utf8(printed)?.trim().parse().context("a rate")
}
