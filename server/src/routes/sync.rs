//! The exchange with a tablet: push, then pull.

use std::collections::HashMap;

use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::{
    api::{
        Echo, OPERATIONS_MAX, PROTOCOL, PROTOCOL_OF_ROWS, PROTOCOL_OLDEST, ROWS_MAX, Receipt, SyncResponse,
        first_schema,
    },
    authorize::{self, Action, authorize},
    id::{ActorId, OperationId},
    merge::operation::{Mark, SCHEMA},
    person::Person,
    record::RecordKind,
    sync::lineage,
    unit::Unit,
};

use crate::{
    app::{App, SharedApp},
    auth::Sender,
    body::{self, RawJson},
    error::ApiError,
    keeper::{Incoming, Push},
    routes::snapshots,
    store::{PullPage, PullQuery, Scope},
};

mod rescue;

/// `SyncRequest` with its operations unread, so that one that nobody can read does not stop the others.
#[derive(Deserialize)]
struct Exchange<'a> {
    protocol: u16,
    #[serde(default = "first_schema")]
    schema: u16,
    app: String,
    actor: ActorId,
    cursor: Mark,
    acknowledged: Mark,
    wall_ms: u64,
    #[serde(borrow)]
    operations: Vec<&'a RawValue>,
    limit: u32,
}

/// One exchange.
pub async fn create(
    State(app): State<SharedApp>,
    sender: Sender,
    RawJson(bytes): RawJson,
) -> Result<Json<SyncResponse>, ApiError> {
    let exchange: Exchange<'_> = body::parse(&bytes)?;
    if !(PROTOCOL_OLDEST..=PROTOCOL).contains(&exchange.protocol) {
        return Err(ApiError::UpgradeRequired);
    }
    if exchange.operations.len() > OPERATIONS_MAX {
        return Err(ApiError::BodyTooLarge);
    }
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
    let receipts = push(&app, &signed.person, &exchange).await?;
    app.metrics.count_operations(&receipts);
    let page = pull(&app, &exchange, &scope, exchange.limit.clamp(1, ROWS_MAX)).await?;
    check_lineage(&exchange, &page)?;
    // Never in the place of receipts: what a tablet has to say is heard before it must load anything. And not to one
    // that could not read all it holds.
    let knows_snapshots = exchange.protocol > PROTOCOL_OF_ROWS && exchange.schema >= SCHEMA;
    if knows_snapshots && receipts.is_empty() && snapshots::is_far(exchange.cursor, exchange.limit, &page) {
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
    let reader = Reader { person: &signed.person, schema: exchange.schema };
    let (campaign, head) = (app.campaign()?, page.head);
    let mut answer = answer(&reader, exchange.cursor, receipts, page, now_ms);
    answer.backed_up = Some(app.horizon.backed_up(&app.store, campaign, now_ms).await);
    answer.voucher = (!answer.receipts.is_empty()).then(|| app.vouchers.over(head, campaign, &app.key, now_ms));
    Ok(Json(if exchange.protocol > PROTOCOL_OF_ROWS { in_short(answer) } else { answer }))
}

async fn push(app: &App, person: &Person, exchange: &Exchange<'_>) -> Result<Vec<Receipt>, ApiError> {
    if exchange.operations.is_empty() {
        return Ok(Vec::new());
    }
    let operations = exchange.operations.iter().map(|operation| Incoming::read(operation.get())).collect();
    app.ledger()?.push(Push { person: person.clone(), operations, now_ms: app.clock.now_ms() }).await
}

async fn pull(app: &App, exchange: &Exchange<'_>, scope: &Scope, limit: u32) -> Result<PullPage, ApiError> {
    let (after, also) = (exchange.cursor.sequence, exchange.acknowledged.sequence);
    let query = PullQuery { after, also, scope: scope.clone(), limit };
    app.ledger()?.pull(&query).await
}

fn check_lineage(exchange: &Exchange<'_>, page: &PullPage) -> Result<(), ApiError> {
    let marks = [(exchange.cursor, page.chain_after), (exchange.acknowledged, page.chain_also)];
    lineage::check(&marks).map_err(|common| ApiError::Lineage { common })
}

/// Who reads an answer.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// The person.
    pub person: &'a Person,
    /// The [`SCHEMA`] of their client.
    pub schema: u16,
}

/// The answer to whoever stands at `base`, without what their client could not read.
pub fn answer(reader: &Reader<'_>, base: Mark, receipts: Vec<Receipt>, page: PullPage, now_ms: u64) -> SyncResponse {
    let last = page.rows.last().map(|entry| Mark { sequence: entry.row.sequence, chain: entry.row.chain });
    let next = last.filter(|_| page.more).unwrap_or(page.head);
    let rows = page.rows.into_iter().map(|entry| entry.row);
    SyncResponse {
        receipts,
        rows: rows.filter(|row| row.operation.body.since() <= reader.schema).collect(),
        next,
        more: page.more,
        scope: Some(authorize::scope(reader.person, reader.schema)),
        ..SyncResponse::nothing_new(base, now_ms)
    }
}

/// The answer without what its receiver has just sent.
fn in_short(mut answer: SyncResponse) -> SyncResponse {
    let places: HashMap<OperationId, usize> =
        answer.receipts.iter().enumerate().rev().map(|(place, receipt)| (receipt.id, place)).collect();
    let receipts = &answer.receipts;
    let mut echoes = Vec::new();
    answer.rows.retain(|row| {
        let sent = places
            .get(&row.operation.id)
            .filter(|place| receipts.get(**place).is_some_and(|receipt| receipt.mark.sequence == row.sequence));
        let Some(place) = sent else {
            return true;
        };
        echoes.push(Echo { place: *place, effective_stamp: row.effective_stamp, received_ms: row.received_ms });
        false
    });
    answer.echoes = echoes;
    answer
}

/// What a person may read, as columns that the store can filter by.
pub fn scope(units: &[Unit], person: &Person) -> Scope {
    let reads = |kind: RecordKind, unit: &Unit| authorize(person, Action::ReadRecord(kind, unit.id));
    let kinds = RecordKind::ALL.into_iter().filter(|kind| units.iter().any(|unit| reads(*kind, unit))).collect();
    let seen = units.iter().filter(|unit| RecordKind::ALL.into_iter().any(|kind| reads(kind, unit)));
    let seen: Vec<_> = seen.map(|unit| unit.id).collect();
    Scope { person: person.id, units: (seen.len() < units.len()).then_some(seen), kinds }
}
