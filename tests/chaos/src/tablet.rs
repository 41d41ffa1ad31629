//! A tablet without a screen: the application's store and exchange, a person who writes, and a thumb on the switch.

use std::{collections::BTreeMap, io::Write as _, time::Duration};

use anyhow::{Context, Result, ensure};
use flate2::{Compression, write::GzEncoder};
use futures_util::future::{Either, select};
use reqwest::{RequestBuilder, Response, StatusCode, header};
use serde_json::json;
use shared::{
    api::{ErrorBody, SessionView, SyncRequest, SyncResponse, path},
    fields::Value,
    id::{ActorId, Digest, OperationId, RecordId, uuid_v7},
    merge::operation::{Body, FieldEdit, Operation},
    record::{Record, RecordKind},
    service::visit,
    sync::{
        client::Intent,
        snapshot::{self, Offer},
    },
};
use tokio::time::{sleep, timeout};

use crate::{
    data::{
        error::DataError,
        memory::MemoryStore,
        store::{Loaded, Store},
        sync_driver::{Transport, Watcher, cycle},
    },
    dice::Dice,
};

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How long a cycle on a good network may take.
const SETTLE_TIMEOUT: Duration = Duration::from_mins(1);

/// Records of a unit that its tablets share, so that their people meet in them.
const MEETING_PLACES: u64 = 12;

/// The tablets' time, 23 June 2021; each is off by up to ten years.
const NOON_MS: u64 = 1_624_413_600_000;
const DECADE_MS: u64 = 10 * 365 * 86_400_000;

/// A tablet.
pub struct Tablet {
    /// What its person was told is saved.
    pub promised: BTreeMap<OperationId, Operation>,
    session: SessionView,
    store: MemoryStore,
    line: Line,
    dice: Dice,
    clock_ms: u64,
}

impl Tablet {
    /// A new tablet of a demo account: logs in at `server`, exchanges through `origin`.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn new(server: &str, origin: &str, account: &str, mut dice: Dice) -> Result<Self> {
        let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build()?;
        let login = json!({ "account": account, "password": e2e::DEMO_PASSWORD });
        let answer = client.post(format!("{server}{}", path::SESSION)).json(&login).send().await?;
        ensure!(answer.status().is_success(), "{account} cannot log in: {}", answer.status());
        let cookie = answer.headers().get(header::SET_COOKIE).context("no cookie")?.to_str()?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let session = answer.json().await?;
        let actor = ActorId(dice.bits());
        let clock_ms = NOON_MS - DECADE_MS + dice.within(0..2 * DECADE_MS);
        let line = Line { client, cookie, origin: origin.to_owned() };
        Ok(Self { promised: BTreeMap::new(), session, store: MemoryStore::new(actor), line, dice, clock_ms })
    }

    /// Writes, exchanges, is switched off in the middle, and so on for ever.
    pub async fn live(&mut self) {
        loop {
            for _ in 0..self.dice.within(1..9) {
                self.write().await;
            }
            // Now and then the tablet is switched off wherever the cycle is; what is stored stays.
            let off = if self.dice.chance(25) { self.dice.within(1..400) } else { 20_000 };
            let switch = Box::pin(sleep(Duration::from_millis(off)));
            let exchange = Box::pin(cycle(&self.store, &self.line, &Quiet));
            if let Either::Left((_, _)) = select(exchange, switch).await {
                sleep(Duration::from_millis(self.dice.within(20..300))).await;
            }
        }
    }

    /// Exchanges until nothing is left, on a network that works.
    ///
    /// # Errors
    /// When it does not come to an end.
    pub async fn settle(&self) -> Result<()> {
        timeout(SETTLE_TIMEOUT, cycle(&self.store, &self.line, &Quiet))
            .await
            .context("the tablet does not settle")??;
        let left = self.store.outbox().await?.unsent;
        ensure!(left == 0, "{left} operations are unsent");
        Ok(())
    }

    /// Every record that it holds.
    ///
    /// # Errors
    /// Never: the store is in memory.
    pub async fn records(&self) -> Result<Vec<Record>> {
        Ok(self.store.load().await?.records)
    }

    /// Every row of the log that its person may see, one by one and as it stands.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn rows(&self) -> Result<Vec<shared::merge::operation::LogRow>> {
        let state = shared::sync::client::ClientState::new(ActorId(1));
        let mut request = state.request("books", 0, Vec::new());
        request.protocol = shared::api::PROTOCOL_OF_ROWS;
        let mut rows = Vec::new();
        loop {
            let answer = self.line.sync(&request).await?;
            rows.extend(answer.rows);
            request.cursor = answer.next;
            if !answer.more {
                return Ok(rows);
            }
        }
    }

    async fn write(&mut self) {
        self.clock_ms += self.dice.within(1..5_000);
        let unit = self.session.person.unit;
        let place = if self.dice.chance(70) { self.dice.within(0..MEETING_PLACES) } else { self.dice.bits() >> 16 };
        let mut bytes = [0; 10];
        bytes.iter_mut().zip(unit.0.as_bytes()).for_each(|(byte, of_unit)| *byte = *of_unit);
        let record = RecordId(uuid_v7(place, bytes));
        let field = self.dice.pick(&[visit::ENTERPRISE, visit::LEADER, visit::MATTER]).copied().unwrap_or_default();
        let value = Value::text(&format!("走访记录第{}号", self.dice.bits() % 100_000));
        let held = self.records().await.unwrap_or_default().into_iter().find(|held| held.id == record);
        let new = || Some(FieldEdit { field: field.to_owned(), value: value.clone(), over: Vec::new() });
        let Some(edit) = held.map_or_else(new, |held| held.edit_to(field, &value)) else { return };
        let intent = Intent {
            campaign: self.session.campaign.id,
            unit,
            period: None,
            record,
            kind: RecordKind::ServiceVisit,
            author: self.session.person.id,
            body: Body::Edit { fields: vec![edit] },
        };
        let id = OperationId(uuid_v7(self.clock_ms, self.dice.bytes()));
        if let Ok(saved) = self.store.save(&intent, id, self.clock_ms).await {
            self.promised.insert(id, saved.operation);
        }
    }
}

/// The way to the server, as a browser goes it: JSON, compressed, with a cookie.
struct Line {
    client: reqwest::Client,
    cookie: String,
    origin: String,
}

impl Transport for Line {
    async fn sync(&self, request: &SyncRequest) -> Result<SyncResponse, DataError> {
        let json = serde_json::to_vec(request).map_err(unreadable)?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(&json).map_err(unreadable)?;
        let post = self.client.post(format!("{}{}", self.origin, path::SYNC));
        let post = post.header(header::CONTENT_TYPE, "application/json").header(header::CONTENT_ENCODING, "gzip");
        let answer = self.send(post.body(gzip.finish().map_err(unreadable)?)).await?;
        let text = answer.bytes().await.map_err(|_| DataError::Offline)?;
        let answer: SyncResponse = serde_json::from_slice(&text).map_err(unreadable)?;
        answer.unfolded(&request.operations).ok_or_else(|| unreadable("an answer to something else"))
    }

    async fn snapshot(&self, offer: &Offer) -> Result<Vec<Record>, DataError> {
        let answer = self.send(self.client.get(format!("{}{}", self.origin, offer.url))).await?;
        let text = answer.bytes().await.map_err(|_| DataError::Offline)?;
        if Digest::of_content(&text) != offer.sha256 {
            return Err(unreadable("another snapshot than the one offered"));
        }
        snapshot::read(offer, &text).map_err(unreadable)
    }
}

impl Line {
    async fn send(&self, request: RequestBuilder) -> Result<Response, DataError> {
        let request = request.header(header::COOKIE, &self.cookie).timeout(TIMEOUT);
        let answer = request.send().await.map_err(|_| DataError::Offline)?;
        let status = answer.status();
        if status == StatusCode::OK {
            return Ok(answer);
        }
        let text = answer.bytes().await.map_err(|_| DataError::Offline)?;
        match serde_json::from_slice::<ErrorBody>(&text) {
            Ok(body) => Err(DataError::Server(Box::new(body.error))),
            Err(_) if status.is_server_error() => Err(DataError::Offline),
            Err(error) => Err(unreadable(error)),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands the error over")]
fn unreadable(error: impl ToString) -> DataError {
    DataError::Unreadable(error.to_string())
}

/// Nobody watches.
struct Quiet;

impl Watcher for Quiet {
    fn tablet_ms(&self) -> u64 {
        NOON_MS
    }

    fn sending(&self, _: usize) {}

    fn answered(&self, _: &SyncResponse) {}

    async fn take<S: Store>(&self, store: &S, sent: &[Operation], answer: &SyncResponse) -> Result<bool, DataError> {
        Ok(store.take(sent, answer).await?.is_some())
    }

    async fn adopt<S: Store>(&self, store: &S, offer: &Offer, records: Vec<Record>) -> Result<bool, DataError> {
        let adopted: Option<Loaded> = store.adopt(offer, records).await?;
        Ok(adopted.is_some())
    }

    async fn reload(&self) -> Result<(), DataError> {
        Ok(())
    }
}
