//! The second log, frozen results, and the database as a whole.

use async_trait::async_trait;
use futures_util::TryStreamExt as _;
use shared::{
    audit::{Act, ActRow, Deed, Inventory},
    calendar::Month,
    id::CampaignId,
};
use sqlx::{AssertSqlSafe, Database, QueryBuilder, Row as _};
use tokio::sync::mpsc;

use super::{Base, Connection, Driver, ROWS_LOADED_AT_ONCE, audit_head, turn::head_of};
use crate::store::{
    StoreError,
    acts::{ActColumns, InventoryRows},
    archive::{Archive, StoredResult},
    rows::{digest_bytes, id_bytes, json, number, of_json},
    tables::{self, Cell, Kind, ROWS_AT_ONCE, Rows, Table},
};

#[async_trait]
impl Archive for Base {
    async fn begin_audit(&self, campaign: CampaignId, now_ms: u64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        // Of several processes that start at once, one begins it.
        let (begun, _) = audit_head(&mut transaction, campaign).await?;
        if begun > 0 {
            return Ok(());
        }
        let state = Box::new(inventory(&mut transaction, campaign).await?);
        let act = Act { at_ms: now_ms, person: None, deed: Deed::Began { state } };
        append_act(&mut transaction, campaign, &act).await?;
        Ok(transaction.commit().await?)
    }

    async fn record(&self, campaign: CampaignId, act: &Act) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        append_act(&mut transaction, campaign, act).await?;
        Ok(transaction.commit().await?)
    }

    async fn acts(&self, campaign: CampaignId, after: u64, limit: u32) -> Result<Vec<ActRow>, StoreError> {
        let rows: Vec<ActColumns> = sqlx::query_as(
            "SELECT sequence, chain, body FROM act WHERE campaign = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
        )
        .bind(id_bytes(campaign.0))
        .bind(number(after))
        .bind(i64::from(limit))
        .fetch_all(self.reading())
        .await?;
        rows.into_iter().map(ActRow::try_from).collect()
    }

    async fn period_acts(&self, campaign: CampaignId) -> Result<Vec<Act>, StoreError> {
        let rows: Vec<String> =
            sqlx::query_scalar("SELECT body FROM act WHERE campaign = $1 AND period IS NOT NULL ORDER BY sequence")
                .bind(id_bytes(campaign.0))
                .fetch_all(self.reading())
                .await?;
        rows.iter().map(|row| of_json(row)).collect()
    }

    async fn backup_acts(&self, campaign: CampaignId, after: u64) -> Result<Vec<ActRow>, StoreError> {
        let rows: Vec<ActColumns> = sqlx::query_as(
            "SELECT sequence, chain, body FROM act WHERE campaign = $1 AND sequence > $2 AND period IS NULL \
             AND (body LIKE '%\"type\":\"backed_up\"%' OR body LIKE '%\"type\":\"restored\"%') ORDER BY sequence",
        )
        .bind(id_bytes(campaign.0))
        .bind(number(after))
        .fetch_all(self.reading())
        .await?;
        rows.into_iter().map(ActRow::try_from).collect()
    }

    async fn result(&self, campaign: CampaignId, month: Month, edition: u32) -> Result<StoredResult, StoreError> {
        let (document, annex, signature) = sqlx::query_as(
            "SELECT document, annex, signature FROM period_result WHERE campaign = $1 AND period = $2 AND edition = $3",
        )
        .bind(id_bytes(campaign.0))
        .bind(month.to_string())
        .bind(i64::from(edition))
        .fetch_one(self.reading())
        .await?;
        Ok(StoredResult { month, edition, document, annex, signature })
    }

    async fn dump(&self, to: mpsc::Sender<Rows>) -> Result<(), StoreError> {
        let mut moment = self.moment().await?;
        for table in tables::all() {
            let sql = format!("SELECT {} FROM {} ORDER BY {}", table.list(), table.name, table.order());
            let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(&mut *moment);
            let mut batch = Vec::new();
            while let Some(row) = rows.try_next().await? {
                batch.push(cells(&row, &table)?);
                if batch.len() == ROWS_AT_ONCE {
                    let rows = Rows { table: table.name.to_owned(), rows: std::mem::take(&mut batch) };
                    if to.send(rows).await.is_err() {
                        return Ok(());
                    }
                }
            }
            drop(rows);
            if to.send(Rows { table: table.name.to_owned(), rows: batch }).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn load(&self, mut from: mpsc::Receiver<Rows>) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        while let Some(Rows { table: name, rows }) = from.recv().await {
            let table = tables::all().find(|table| table.name == name);
            let table = table.ok_or_else(|| StoreError::Corrupt(format!("no table {name}")))?;
            for chunk in rows.chunks(ROWS_LOADED_AT_ONCE) {
                insert_cells(&mut transaction, &table, chunk).await?;
            }
        }
        Ok(transaction.commit().await?)
    }

    async fn check(&self) -> Result<Vec<String>, StoreError> {
        self.integrity().await
    }
}

/// Appends an act to the second log.
pub(super) async fn append_act(connection: &mut Connection, campaign: CampaignId, act: &Act) -> Result<(), StoreError> {
    let (head, chain) = audit_head(connection, campaign).await?;
    let (sequence, body) = (head.saturating_add(1), json(act)?);
    let chain = ActRow::link(chain, sequence, &body);
    sqlx::query("INSERT INTO act (campaign, sequence, period, chain, body) VALUES ($1, $2, $3, $4, $5)")
        .bind(id_bytes(campaign.0))
        .bind(number(sequence))
        .bind(act.period().map(|month| month.to_string()))
        .bind(digest_bytes(chain))
        .bind(body)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO audit (campaign, head, chain) VALUES ($1, $2, $3) \
         ON CONFLICT (campaign) DO UPDATE SET head = excluded.head, chain = excluded.chain",
    )
    .bind(id_bytes(campaign.0))
    .bind(number(sequence))
    .bind(digest_bytes(chain))
    .execute(connection)
    .await?;
    Ok(())
}

async fn inventory(connection: &mut Connection, campaign: CampaignId) -> Result<Inventory, StoreError> {
    let id = id_bytes(campaign.0);
    let text = sqlx::query_as("SELECT body, targets FROM campaign WHERE id = $1")
        .bind(id.clone())
        .fetch_one(&mut *connection)
        .await?;
    let units = sqlx::query_as("SELECT id, position, body FROM unit WHERE campaign = $1")
        .bind(id.clone())
        .fetch_all(&mut *connection)
        .await?;
    let accounts = sqlx::query_as("SELECT id, account, body, password FROM person WHERE campaign = $1")
        .bind(id)
        .fetch_all(&mut *connection)
        .await?;
    let head = head_of(connection, campaign).await?.mark.sequence;
    InventoryRows { head, campaign: text, units, accounts }.try_into()
}

fn cells(row: &<Driver as Database>::Row, table: &Table) -> Result<Vec<Cell>, StoreError> {
    let cell = |(place, (_, kind)): (usize, &(&str, Kind))| -> Result<Cell, sqlx::Error> {
        Ok(match kind {
            Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(place)?.map_or(Cell::Null, Cell::Bytes),
            Kind::Number => row.try_get::<Option<i64>, _>(place)?.map_or(Cell::Null, Cell::Number),
            Kind::Text => row.try_get::<Option<String>, _>(place)?.map_or(Cell::Null, Cell::Text),
            Kind::Flag => row.try_get::<Option<bool>, _>(place)?.map_or(Cell::Null, Cell::Flag),
        })
    };
    let cells = table.columns.iter().enumerate().map(cell).collect::<Result<_, _>>();
    cells.map_err(|error| tables::damaged(table, error))
}

async fn insert_cells(connection: &mut Connection, table: &Table, rows: &[Vec<Cell>]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut query = QueryBuilder::<Driver>::new(format!("INSERT INTO {} ({}) ", table.name, table.list()));
    query.push_values(rows, |mut values, row| {
        // A backup of an older version knows fewer columns.
        for place in 0..table.columns.len() {
            match row.get(place).cloned().unwrap_or(Cell::Null) {
                Cell::Null => values.push("NULL"),
                Cell::Bytes(bytes) => values.push_bind(bytes),
                Cell::Number(number) => values.push_bind(number),
                Cell::Text(text) => values.push_bind(text),
                Cell::Flag(flag) => values.push_bind(flag),
            };
        }
    });
    query.build().execute(connection).await?;
    Ok(())
}
