//! Server-sent events: a poke whenever the log has grown, with what is new where that is little.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::{
        Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use shared::{
    api::{Poke, SyncResponse, first_schema},
    merge::operation::Mark,
};
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use crate::{
    app::SharedApp,
    auth::Signed,
    error::ApiError,
    routes::sync::{Asker, answer, scope},
    store::PullQuery,
};

/// Silence after which a comment keeps proxies from closing the stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A stream ends after this long; the browser opens the next by itself, if the session still lives.
const LIFETIME: Duration = Duration::from_mins(10);

/// Rows that a poke carries at most; who lacks more pulls them.
const NEWS_ROWS_MAX: u32 = 50;

/// Who listens.
#[derive(Deserialize)]
pub struct Ears {
    /// The [`shared::merge::operation::SCHEMA`] of the client.
    #[serde(default = "first_schema")]
    schema: u16,
}

/// One stream.
struct Listener {
    app: SharedApp,
    signed: Signed,
    schema: u16,
    head: watch::Receiver<u64>,
    stopping: watch::Receiver<bool>,
    end: Instant,
    /// The row that the last poke went up to.
    told: Option<Mark>,
}

/// The current head, then every new one.
pub async fn show(
    State(app): State<SharedApp>,
    signed: Signed,
    ears: Result<Query<Ears>, QueryRejection>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let Query(Ears { schema }) = ears.map_err(|error| ApiError::MalformedRequest(error.to_string()))?;
    let mut head = app.ledger()?.head();
    head.mark_changed();
    let (stopping, end) = (app.stopping(), Instant::now() + LIFETIME);
    let listener = Listener { app, signed, schema, head, stopping, end, told: None };
    let pokes = stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    });
    Ok(Sse::new(pokes).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

impl Listener {
    async fn next(&mut self) -> Option<Event> {
        tokio::select! {
            changed = timeout_at(self.end, self.head.changed()) => changed.ok()?.ok()?,
            _ = self.stopping.wait_for(|stopping| *stopping) => return None,
        }
        let head = *self.head.borrow_and_update();
        // An ended session, or a database that does not answer, ends the stream; the browser asks again.
        let news = self.news().await.ok()?;
        Event::default().json_data(Poke { head, news }).ok()
    }

    /// What a pull would answer to whoever has heard the last poke.
    async fn news(&mut self) -> Result<Option<SyncResponse>, ApiError> {
        // The person as they are now: a stream must not outlive what they may see.
        let campaign = self.app.campaign()?;
        let (_, person) = self.app.store.session(campaign, self.signed.token).await?;
        let scope = scope(&self.app.ledger()?.record().units, &person);
        let told = self.told.unwrap_or(Mark::START);
        let limit = if self.told.is_some() { NEWS_ROWS_MAX } else { 0 };
        let query = PullQuery { after: told.sequence, also: told.sequence, scope, limit };
        let page = self.app.ledger()?.pull(&query).await?;
        let base = self.told.replace(page.head);
        let is_whole = page.chain_after == Some(told.chain) && !page.more;
        let now_ms = self.app.clock.now_ms();
        // Nothing was sent, so nothing is told in short.
        let asker = Asker { person: &person, schema: self.schema, knows_runs: false };
        let Some(base) = base.filter(|_| is_whole) else {
            return Ok(None);
        };
        let backed_up = Some(self.app.horizon.backed_up(&self.app.store, campaign, now_ms).await);
        Ok(Some(SyncResponse { backed_up, ..answer(&asker, base, Vec::new(), page, now_ms) }))
    }
}
