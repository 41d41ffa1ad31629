//! A tablet that pushes: what it sends is what the application sends.

use std::{fmt::Write as _, sync::Arc};

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, de::IgnoredAny};
use shared::{
    api::{ErrorBody, PROTOCOL, path},
    id::Digest,
    merge::operation::{Mark, SCHEMA},
    sync::snapshot::Offer,
};

use super::{Client, Talker, client::Answer, district::Filer};

/// Fields of a submission, as the operation's JSON writes them: so many, each with a short answer.
pub fn record_fields(count: usize) -> Arc<str> {
    let mut fields = String::new();
    for n in 0..count {
        let comma = if n == 0 { "" } else { "," };
        // Writing into memory cannot fail.
        let _ = write!(fields, "{comma}{{\"field\":\"question_{n:03}\",\"value\":\"答复{n}\"}}");
    }
    fields.into()
}

/// A tablet of one filer, which makes new records for ever.
#[derive(Debug)]
pub struct Tablet {
    client: Client,
    filer: Filer,
    /// Its store, and the first part of its ids.
    number: u32,
    counter: u32,
    /// Operations of one push.
    operations: u32,
    /// Rows it asks for.
    limit: u32,
    fields: Arc<str>,
    cursor: Mark,
    acknowledged: Mark,
}

/// What a tablet looks at of an answer.
#[derive(Deserialize)]
struct Seen {
    receipts: Vec<IgnoredAny>,
    #[serde(default)]
    runs: Vec<SeenRun>,
    next: Mark,
}

/// Operations that were all taken in.
#[derive(Deserialize)]
struct SeenRun {
    count: u32,
    first: u64,
    chain: Digest,
}

impl Tablet {
    /// A tablet with a connection of its own.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn connect(address: &str, filer: &Filer, number: u32, cursor: Mark) -> Result<Self> {
        let mut client = Client::connect(address).await?;
        client.cookie.clone_from(&filer.cookie);
        Ok(Self {
            client,
            filer: filer.clone(),
            number,
            counter: 0,
            operations: 1,
            limit: 1_000,
            fields: record_fields(1),
            cursor,
            acknowledged: Mark::START,
        })
    }

    /// The same, pushing so many operations of such fields at once and asking for so many rows.
    #[must_use]
    pub fn pushing(self, operations: u32, fields: &Arc<str>, limit: u32) -> Self {
        Self { operations, fields: fields.clone(), limit, ..self }
    }

    /// The last row it has pulled.
    pub const fn cursor(&self) -> Mark {
        self.cursor
    }

    fn next_push(&mut self) -> String {
        let Self { number, limit, cursor, acknowledged, .. } = self;
        let (cursor, acknowledged) = (json(cursor), json(acknowledged));
        let mut body = format!(
            "{{\"protocol\":{PROTOCOL},\"schema\":{SCHEMA},\"app\":\"bench\",\"actor\":\"{number:016x}\",\"cursor\":{cursor},\
             \"acknowledged\":{acknowledged},\"wall_ms\":0,\"limit\":{limit},\"operations\":["
        );
        for n in 0..self.operations {
            self.counter += 1;
            body.push_str(if n == 0 { "" } else { "," });
            self.write_operation(&mut body);
        }
        body.push_str("]}");
        body
    }

    fn write_operation(&self, body: &mut String) {
        let Self { number, counter, fields, filer, .. } = self;
        let Filer { campaign, unit, person, .. } = filer;
        let stamp = 0x1_0000 + u64::from(*counter);
        let _ = write!(
            body,
            "{{\"id\":\"00000000-0000-7000-8000-{number:04x}{counter:08x}\",\"campaign\":\"{campaign}\",\
             \"unit\":\"{unit}\",\"record\":\"00000000-0000-7000-9000-{number:04x}{counter:08x}\",\
             \"kind\":\"project\",\"author\":\"{person}\",\"actor\":\"{number:016x}\",\"counter\":{counter},\
             \"stamp\":\"{stamp:016x}\",\"seen\":0,\"schema\":1,\
             \"body\":{{\"type\":\"edit\",\"fields\":[{fields}]}}}}"
        );
    }

    /// Pulls as a tablet with an empty store does, to the end: the snapshot that it is offered, then the rows.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn pull_everything(&mut self) -> Result<()> {
        self.operations = 0;
        loop {
            let body = self.next_push();
            let answer = self.client.send("POST", path::SYNC, body).await?;
            if let Some(offer) = offer_in(&answer) {
                let loaded = self.client.load(&offer.url).await?;
                ensure!(loaded.status == 200, "{}: {}", offer.url, loaded.status);
                (self.cursor, self.acknowledged) = (offer.at, offer.at);
                continue;
            }
            let page: Page = answer.json()?;
            self.cursor = page.next;
            if !page.more {
                return Ok(());
            }
        }
    }

    /// Reads what the application reads when it starts.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn read(&mut self, path: &str) -> Result<()> {
        let answer = self.client.send("GET", path, "").await?;
        ensure!(answer.status == 200, "{path}: {}", answer.status);
        Ok(())
    }
}

/// The snapshot that a refusal offers.
fn offer_in(answer: &Answer) -> Option<Offer> {
    let body: ErrorBody = serde_json::from_slice(&answer.body).ok()?;
    body.error.snapshot.map(|offer| *offer)
}

#[derive(Deserialize)]
struct Page {
    next: Mark,
    more: bool,
}

impl Talker for Tablet {
    async fn talk(&mut self) -> Result<u32> {
        let body = self.next_push();
        let seen: Seen = self.client.send("POST", path::SYNC, body).await?.json()?;
        let count = seen.runs.iter().map(|run| run.count).sum();
        ensure!(seen.receipts.is_empty() && count == self.operations, "not everything was taken in");
        let last = seen.runs.last().context("a receipt")?;
        let sequence = last.first + u64::from(last.count) - 1;
        self.acknowledged = Mark { sequence, chain: last.chain };
        self.cursor = seen.next;
        Ok(count)
    }
}

fn json(mark: &Mark) -> String {
    format!("{{\"sequence\":{},\"chain\":\"{}\"}}", mark.sequence, mark.chain)
}
