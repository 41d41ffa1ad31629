//! The floor's server: axum and `SQLite`, durable before it answers, and nothing else. It also hands out the pages.

use std::{
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context as _, Result, anyhow};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path as UrlPath, Query, State},
    http::{HeaderName, header},
    response::{Html, IntoResponse, Response, Sse, sse::Event},
    routing::get,
};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use futures_util::{Stream, stream};
use rusqlite::{Connection, params};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::{net::TcpListener, sync::broadcast};

/// Bytes of one request at most.
const BODY_MAX: usize = 64 * 1024 * 1024;

/// Events that a slow listener may be behind.
const EVENTS_MAX: usize = 1_024;

const TABLE: &str = "CREATE TABLE record (sequence INTEGER PRIMARY KEY, body TEXT NOT NULL)";
const INSERT: &str = "INSERT INTO record (body) VALUES (?)";
const AFTER: &str = "SELECT body FROM record WHERE sequence > ? ORDER BY sequence";
const COUNT: &str = "SELECT COUNT(*) FROM record";

/// What every request works on.
#[derive(Clone)]
struct Floor {
    connection: Arc<Mutex<Connection>>,
    pokes: broadcast::Sender<()>,
    /// Everything as it was last compressed, with how many records that were: nobody need do it twice.
    packed: Arc<Mutex<(i64, Bytes)>>,
    pages: PathBuf,
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: i64,
}

/// Serves a new database in a folder, and the pages of another, until it is killed.
///
/// # Errors
/// When it cannot.
pub async fn serve(folder: &Path, pages: &Path) -> Result<()> {
    let connection = Connection::open(folder.join("floor.sqlite3"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute(TABLE, [])?;
    let floor = Floor {
        connection: Arc::new(Mutex::new(connection)),
        pokes: broadcast::channel(EVENTS_MAX).0,
        packed: Arc::default(),
        pages: pages.to_owned(),
    };
    let routes = Router::new()
        .route("/records", get(read).post(take))
        .route("/records/count", get(count))
        .route("/events", get(events))
        .route("/", get(page))
        .route("/{script}", get(script))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(floor);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    axum::serve(listener, routes).await?;
    Ok(())
}

async fn page(State(floor): State<Floor>) -> Result<Html<String>, String> {
    std::fs::read_to_string(floor.pages.join("floor.html")).map(Html).map_err(|error| error.to_string())
}

async fn script(State(floor): State<Floor>, UrlPath(name): UrlPath<String>) -> Result<Response, String> {
    let text = std::fs::read_to_string(floor.pages.join(name)).map_err(|error| error.to_string())?;
    Ok(([(header::CONTENT_TYPE, "text/javascript")], text).into_response())
}

async fn take(State(floor): State<Floor>, body: Bytes) -> Result<String, String> {
    floor.insert(&body).map(|count| count.to_string()).map_err(|error| error.to_string())
}

async fn count(State(floor): State<Floor>) -> Result<String, String> {
    floor.count().map(|count| count.to_string()).map_err(|error| error.to_string())
}

async fn read(State(floor): State<Floor>, Query(After { after }): Query<After>) -> Result<Response, String> {
    let json = (header::CONTENT_TYPE, "application/json");
    let answer = if after == 0 {
        let gzip: [(HeaderName, &str); 2] = [json, (header::CONTENT_ENCODING, "gzip")];
        floor.packed().map(|packed| (gzip, packed).into_response())
    } else {
        floor.after(after).map(|text| ([json], text).into_response())
    };
    answer.map_err(|error| error.to_string())
}

async fn events(State(floor): State<Floor>) -> Sse<impl Stream<Item = Result<Event, broadcast::error::RecvError>>> {
    let pokes = stream::unfold(floor.pokes.subscribe(), |mut pokes| async move {
        let poke = pokes.recv().await;
        Some((poke.map(|()| Event::default().data("new")), pokes))
    });
    Sse::new(pokes)
}

impl Floor {
    fn insert(&self, body: &[u8]) -> Result<usize> {
        let mut text = String::new();
        GzDecoder::new(body).read_to_string(&mut text)?;
        let records: Vec<Box<RawValue>> = serde_json::from_str(&text)?;
        let mut connection = self.connection.lock().map_err(|_| anyhow!("a request before failed"))?;
        let transaction = connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached(INSERT)?;
            for record in &records {
                insert.execute(params![record.get()])?;
            }
        }
        transaction.commit()?;
        // Nobody may be listening.
        let _ = self.pokes.send(());
        Ok(records.len())
    }

    fn count(&self) -> Result<i64> {
        let connection = self.connection.lock().map_err(|_| anyhow!("a request before failed"))?;
        Ok(connection.query_row(COUNT, [], |row| row.get(0))?)
    }

    fn after(&self, sequence: i64) -> Result<String> {
        let connection = self.connection.lock().map_err(|_| anyhow!("a request before failed"))?;
        let mut select = connection.prepare_cached(AFTER)?;
        let bodies = select.query_map(params![sequence], |row| row.get(0))?;
        let bodies: Vec<String> = bodies.collect::<Result<_, _>>()?;
        Ok(format!("[{}]", bodies.join(",")))
    }

    fn packed(&self) -> Result<Bytes> {
        let count = self.count()?;
        let mut packed = self.packed.lock().unwrap_or_else(PoisonError::into_inner);
        if packed.0 != count || packed.1.is_empty() {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
            gzip.write_all(self.after(0)?.as_bytes()).context("compressing into memory")?;
            *packed = (count, gzip.finish()?.into());
        }
        Ok(packed.1.clone())
    }
}
