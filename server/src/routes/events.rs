//! Server-sent events: a poke whenever the log has grown.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::{
        Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::stream::{self, Stream};
use shared::api::Poke;
use tokio::time::{Instant, timeout_at};

use crate::{app::SharedApp, auth::Signed, error::ApiError};

/// Silence after which a comment keeps proxies from closing the stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A stream ends after this long; the browser opens the next by itself, if the session still lives.
const LIFETIME: Duration = Duration::from_mins(10);

/// The current head, then every new one.
pub async fn show(
    State(app): State<SharedApp>,
    _signed: Signed,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let mut head = app.ledger()?.head();
    head.mark_changed();
    let end = Instant::now() + LIFETIME;
    let pokes = stream::unfold((head, app.stopping()), move |(mut head, mut stopping)| async move {
        tokio::select! {
            changed = timeout_at(end, head.changed()) => changed.ok()?.ok()?,
            _ = stopping.wait_for(|stopping| *stopping) => return None,
        }
        let poke = Poke { head: *head.borrow_and_update() };
        let event = Event::default().json_data(poke).ok()?;
        Some((Ok(event), (head, stopping)))
    });
    Ok(Sse::new(pokes).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}
