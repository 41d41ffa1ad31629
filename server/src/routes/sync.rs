//! The exchange with a tablet: push, then pull.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::{
    api::{OPERATIONS_MAX, PROTOCOL, PROTOCOL_OF_BULK, PROTOCOL_OLDEST, ROWS_MAX, Receipt, SyncResponse, first_schema},
    authorize::{self, Sight},
    bulk::{BulkError, Reader},
    id::{ActorId, UnitId},
    merge::operation::{Mark, Operation, SCHEMA},
    person::Person,
    record::RecordKind,
    sync::{lineage, run, sheaf::Bound},
    unit::Unit,
};

use crate::{
    app::{App, SharedApp},
    auth::Sender,
    body::{self, Raw},
    error::ApiError,
    keeper::{Incoming, Push},
    routes::snapshots,
    store::{PullPage, PullQuery, Scope},
};

mod rescue;

/// `SyncRequest` with its operations as they come, unread, so that one that nobody can read does not stop the others.
#[derive(Deserialize)]
struct Exchange<O = Incoming> {
    protocol: u16,
    #[serde(default = "first_schema")]
    schema: u16,
    app: String,
    actor: ActorId,
    cursor: Mark,
    acknowledged: Mark,
    wall_ms: u64,
    operations: Vec<O>,
    limit: u32,
}

impl Exchange<&RawValue> {
    /// Whether this server speaks its protocol and takes so many operations at once.
    fn check(&self, bound: usize) -> Result<(), ApiError> {
        if !(PROTOCOL_OLDEST..=PROTOCOL).contains(&self.protocol) {
            return Err(ApiError::UpgradeRequired);
        }
        if bound.saturating_add(self.operations.len()) > OPERATIONS_MAX {
            return Err(ApiError::BodyTooLarge);
        }
        Ok(())
    }

    /// The same, read, with those of its operations that came bound and the place of each.
    fn read(self, bound: Vec<(usize, Operation)>) -> Result<Exchange, ApiError> {
        let mut slots: Vec<Option<Incoming>> = Vec::new();
        slots.resize_with(bound.len().saturating_add(self.operations.len()), || None);
        for (at, operation) in bound {
            let slot = slots.get_mut(at).filter(|slot| slot.is_none());
            let slot = slot.ok_or_else(|| ApiError::MalformedRequest(format!("no place {at}")))?;
            *slot = Some(Incoming::Operation(Box::new(operation)));
        }
        let mut others = self.operations.iter().map(|operation| Incoming::read(operation.get()));
        let operations = slots.into_iter().filter_map(|slot| slot.or_else(|| others.next())).collect();
        let Self { protocol, schema, app, actor, cursor, acknowledged, wall_ms, limit, .. } = self;
        Ok(Exchange { protocol, schema, app, actor, cursor, acknowledged, wall_ms, operations, limit })
    }
}

impl Exchange {
    fn of(body: &Raw) -> Result<Self, ApiError> {
        match body {
            Raw::Json(bytes) => {
                let request: Exchange<&RawValue> = body::parse(bytes)?;
                request.check(0)?;
                request.read(Vec::new())
            }
            Raw::Bulk(bytes) => {
                let malformed = |error: BulkError| ApiError::MalformedRequest(error.to_string());
                let (bound, mut beside) = Reader::open(bytes).map_err(malformed)?;
                let Bound::<Exchange<&RawValue>> { request, sheaf } = bound;
                request.check(sheaf.len())?;
                let edits = sheaf.unbind(&mut beside).map_err(malformed)?;
                beside.end().map_err(malformed)?;
                request.read(edits)
            }
        }
    }
}

/// One exchange.
pub async fn create(State(app): State<SharedApp>, sender: Sender, body: Raw) -> Result<Json<SyncResponse>, ApiError> {
    let mut exchange = Exchange::of(&body)?;
    drop(body);
    let signed = match sender {
        Sender::Living(signed) if signed.is_enrolling => return Err(ApiError::SecondFactorMissing),
        Sender::Living(signed) => signed,
        Sender::Revoked(person) => return rescue::keep(&app, &person, &exchange).await.map(Json),
    };
    // Before anything is taken in: a tablet that holds rows this log has lost must offer those first, in order.
    let scope = scope(&app.ledger()?.record().units, &signed.person);
    if !exchange.operations.is_empty() {
        check_lineage(&exchange, &pull(&app, &exchange, &scope, 0).await?)?;
        signed.touch(&app).await?;
    } else if !signed.is_management() {
        signed.touch(&app).await?;
    }
    let receipts = push(&app, &signed.person, std::mem::take(&mut exchange.operations)).await?;
    app.metrics.count_operations(&receipts);
    // Never in the place of receipts: what a tablet has to say is heard before it must load anything. And not to one
    // that could not read all it holds.
    let takes_snapshots = receipts.is_empty() && exchange.protocol >= PROTOCOL_OF_BULK && exchange.schema >= SCHEMA;
    let is_made = takes_snapshots && snapshots::is_made(&app, &scope, exchange.cursor, exchange.limit);
    let limit = if is_made { 0 } else { exchange.limit.clamp(1, ROWS_MAX) };
    let page = pull(&app, &exchange, &scope, limit).await?;
    check_lineage(&exchange, &page)?;
    if is_made || takes_snapshots && snapshots::is_far(exchange.cursor, exchange.limit, &page) {
        let Exchange { actor, cursor, acknowledged, .. } = exchange;
        let offer = snapshots::offer(&app, &signed.person, &scope, actor, [cursor, acknowledged]).await?;
        return Err(ApiError::Snapshot(Box::new(offer)));
    }
    let now_ms = app.clock.now_ms();
    tracing::debug!(
        actor = %exchange.actor,
        app = exchange.app,
        operations = receipts.len(),
        rows = page.rows.len(),
        clock_offset_ms = i128::from(exchange.wall_ms) - i128::from(now_ms),
        "exchange"
    );
    let (schema, knows_runs) = (exchange.schema, exchange.protocol >= PROTOCOL_OF_BULK);
    let asker = Asker { person: &signed.person, schema, knows_runs };
    let (campaign, head) = (app.campaign()?, page.head);
    let has_taken = !receipts.is_empty();
    let mut answer = answer(&asker, exchange.cursor, receipts, page, now_ms);
    answer.backed_up = Some(app.horizon.backed_up(&app.store, campaign, now_ms).await);
    answer.voucher = has_taken.then(|| app.vouchers.over(head, campaign, &app.key, now_ms));
    Ok(Json(answer))
}

async fn push(app: &App, person: &Person, operations: Vec<Incoming>) -> Result<Vec<Receipt>, ApiError> {
    if operations.is_empty() {
        return Ok(Vec::new());
    }
    app.ledger()?.push(Push { person: person.clone(), operations, now_ms: app.clock.now_ms() }).await
}

async fn pull(app: &App, exchange: &Exchange, scope: &Scope, limit: u32) -> Result<PullPage, ApiError> {
    let (after, also) = (exchange.cursor.sequence, exchange.acknowledged.sequence);
    let query = PullQuery { after, also, scope: scope.clone(), limit };
    app.ledger()?.pull(&query).await
}

fn check_lineage(exchange: &Exchange, page: &PullPage) -> Result<(), ApiError> {
    let marks = [(exchange.cursor, page.chain_after), (exchange.acknowledged, page.chain_also)];
    lineage::check(&marks).map_err(|common| ApiError::Lineage { common })
}

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// The person.
    pub person: &'a Person,
    /// The [`SCHEMA`] of their client.
    pub schema: u16,
    /// Whether it knows what a [`run`] is.
    pub knows_runs: bool,
}

/// The answer to whoever stands at `base`, without what their client could not read.
pub fn answer(asker: &Asker<'_>, base: Mark, receipts: Vec<Receipt>, page: PullPage, now_ms: u64) -> SyncResponse {
    let last = page.rows.last().map(|entry| Mark { sequence: entry.row.sequence, chain: entry.row.chain });
    let next = last.filter(|_| page.more).unwrap_or(page.head);
    let (receipts, rows, runs) = if asker.knows_runs {
        run::shorten(receipts, page.rows, |entry| &entry.row)
    } else {
        (receipts, page.rows, Vec::new())
    };
    let rows = rows.into_iter().filter(|entry| entry.row.operation.body.since() <= asker.schema);
    SyncResponse {
        receipts,
        rows: rows.map(|entry| Arc::unwrap_or_clone(entry).row).collect(),
        runs,
        next,
        more: page.more,
        scope: Some(authorize::scope(asker.person, asker.schema)),
        ..SyncResponse::nothing_new(base, now_ms)
    }
}

/// What a person may read, as columns that the store can filter by.
pub fn scope(units: &[Unit], person: &Person) -> Scope {
    let Sight { own, others } = authorize::sight(person);
    let is_own = |unit: &UnitId| *unit == person.unit && !own.is_empty();
    let units = others.is_empty().then(|| units.iter().map(|unit| unit.id).filter(is_own).collect());
    let kinds = RecordKind::ALL.into_iter().filter(|kind| own.contains(kind) || others.contains(kind)).collect();
    Scope { person: person.id, units, kinds }
}
