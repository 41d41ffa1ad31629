//! Snapshots: offered to tablets that are far behind, and sent.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use shared::{
    api::{ROWS_MAX, path},
    authorize, bulk,
    id::{ActorId, Digest},
    merge::operation::{Mark, SCHEMA},
    person::Person,
    sync::snapshot::Offer,
};

use crate::{
    app::{App, SharedApp},
    auth::Signed,
    error::{ApiError, NotModified},
    routes::sync::scope,
    snapshots::{Share, Stored, Told, Wanted},
    store::{PullPage, PullQuery, Scope},
};

/// Rows behind which a tablet that knows something is offered a snapshot all the same.
const FAR_ROWS: u64 = 5_000;

/// Rows that may follow a snapshot: what is left to pull fits one answer.
const TAIL_ROWS_MAX: u64 = 1_000;

/// Whether a page is the first of so many that a snapshot is less to load.
pub fn is_far(cursor: Mark, limit: u32, page: &PullPage) -> bool {
    let behind = page.head.sequence.saturating_sub(cursor.sequence);
    page.more && limit >= ROWS_MAX && (cursor == Mark::START || behind >= FAR_ROWS)
}

/// Whether one is made already for a tablet that knows nothing: it is made only for those who may see more than a page,
/// so that none need be read to offer it.
pub fn is_made(app: &App, scope: &Scope, cursor: Mark, limit: u32) -> bool {
    cursor == Mark::START && limit >= ROWS_MAX && app.snapshots.newest(&Share::of(scope)).is_some()
}

/// A snapshot for a store that stands at `base`, its cursor and what was acknowledged: it holds everything up to the
/// latter at least.
pub async fn offer(
    app: &App,
    person: &Person,
    scope: &Scope,
    actor: ActorId,
    base: [Mark; 2],
) -> Result<Offer, ApiError> {
    let share = Share::of(scope);
    let [_, acknowledged] = base;
    // Whoever waits here finds what the one before has made.
    let turn = app.snapshots.turn(&share).await;
    let known = match app.snapshots.newest(&share) {
        Some(stored) if is_useful(app, scope, &stored, acknowledged).await? => Some(stored),
        _ => None,
    };
    let wanted = Wanted { share: share.clone(), actor, known: known.as_ref().map(|stored| stored.at) };
    // What is made already waits for nobody's pressing.
    let room = if known.is_none() { app.snapshots.room().await } else { None };
    let Told { reach: (counter, stamp), content } = app.ledger()?.snapshot(wanted).await?;
    let stored = match (known, content) {
        (Some(stored), None) => stored,
        (_, Some((at, content))) => {
            let made = tokio::task::spawn_blocking(move || Stored::of(share, at, &content)).await;
            app.snapshots.keep(made.map_err(ApiError::internal)?.map_err(ApiError::internal)?)
        }
        (None, None) => return Err(ApiError::internal("no snapshot was made")),
    };
    drop((room, turn));
    let Stored { at, sha256, .. } = &*stored;
    let url = format!("{}/{sha256}", path::SNAPSHOTS);
    Ok(Offer { url, sha256: *sha256, at: *at, base, scope: authorize::scope(person, SCHEMA), counter, stamp })
}

/// Whether it is of this log, as far as it must go, and little follows.
async fn is_useful(app: &App, scope: &Scope, stored: &Stored, acknowledged: Mark) -> Result<bool, ApiError> {
    if stored.at.sequence < acknowledged.sequence {
        return Ok(false);
    }
    let query = PullQuery { after: stored.at.sequence, also: 0, scope: scope.clone(), limit: 0 };
    let PullPage { head, chain_after, .. } = app.ledger()?.pull(&query).await?;
    let follow = head.sequence.saturating_sub(stored.at.sequence);
    Ok(chain_after == Some(stored.at.chain) && follow <= TAIL_ROWS_MAX)
}

/// One snapshot, for those who may see what it holds.
pub async fn show(
    State(app): State<SharedApp>,
    signed: Signed,
    Path(sha256): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let sha256: Digest = sha256.parse().map_err(|_| ApiError::NotFound)?;
    let share = Share::of(&scope(&app.ledger()?.record().units, &signed.person));
    let stored = app.snapshots.find(sha256, &share).ok_or(ApiError::NotFound)?;
    let tag = HeaderValue::from_str(&format!("\"{sha256}\"")).map_err(ApiError::internal)?;
    let facts = AppendHeaders([
        (header::ETAG, tag.clone()),
        (header::CONTENT_TYPE, HeaderValue::from_static(bulk::MEDIA_TYPE)),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ]);
    if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        return Ok((facts, NotModified).into_response());
    }
    if knows_brotli(&headers) {
        let encoding = AppendHeaders([(header::CONTENT_ENCODING, HeaderValue::from_static("br"))]);
        return Ok((facts, encoding, stored.brotli.clone()).into_response());
    }
    Ok((facts, content_of(stored).await?).into_response())
}

async fn content_of(stored: Arc<Stored>) -> Result<Vec<u8>, ApiError> {
    let content = tokio::task::spawn_blocking(move || stored.content()).await;
    content.map_err(ApiError::internal)?.map_err(ApiError::internal)
}

fn knows_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut codings = accepted.flat_map(|list| list.split(',')).map(str::trim);
    codings.any(|coding| coding == "br" || coding.starts_with("br;") && !coding.ends_with("q=0"))
}
