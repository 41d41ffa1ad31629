//! The verbs of the trait, in statements that either database reads.

use std::sync::Arc;

use async_trait::async_trait;
use shared::{
    id::{CampaignId, Digest, OperationId},
    merge::operation::Mark,
    period::By,
    person::Person,
    sync::accept::Entry,
    unit::Unit,
};
use tokio::sync::watch;

use super::{
    Base, Connection, IDS_MAX, archive, locked_head, logged,
    turn::{self, OwnTurn, head_of},
    visible,
};
use crate::store::{
    Account, CampaignRecord, Failures, Head, PullPage, PullQuery, Store, StoreError, Turn,
    acts::{account_created, unit_added},
    rows::{EntryRow, FailureRow, PersonRow, corrupt, digest_bytes, digest_of, id_bytes, json, number, of_json},
    seals::{failure_seal, head_seal, seal},
};

#[async_trait]
impl Store for Base {
    async fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        let value = sqlx::query_scalar("SELECT value FROM setting WHERE name = $1").bind(name.to_owned());
        Ok(value.fetch_optional(self.reading()).await?)
    }

    async fn set_setting(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO setting (name, value, seal) VALUES ($1, $2, $3) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value, seal = excluded.seal",
        );
        let sealed = seal(&[name.as_bytes(), value.as_bytes()]);
        query.bind(name.to_owned()).bind(value.to_owned()).bind(sealed).execute(self.writing()).await?;
        Ok(())
    }

    async fn take_setting(&self, name: &str, value: &str) -> Result<bool, StoreError> {
        let query = sqlx::query("DELETE FROM setting WHERE name = $1 AND value = $2").bind(name.to_owned());
        Ok(query.bind(value.to_owned()).execute(self.writing()).await?.rows_affected() == 1)
    }

    async fn create_campaign(&self, record: &CampaignRecord, accounts: &[Account]) -> Result<(), StoreError> {
        let campaign = record.campaign.id;
        let mut transaction = self.begin().await?;
        sqlx::query("INSERT INTO campaign (id, body, targets, head, chain, seal) VALUES ($1, $2, $3, 0, $4, $5)")
            .bind(id_bytes(campaign.0))
            .bind(json(&record.campaign)?)
            .bind(json(&record.targets)?)
            .bind(digest_bytes(Digest::ZERO))
            .bind(head_seal(Head { mark: Mark::START, version: 0 }))
            .execute(&mut *transaction)
            .await?;
        for unit in &record.units {
            insert_unit(&mut transaction, campaign, unit).await?;
        }
        for account in accounts {
            insert_account(&mut transaction, campaign, account).await?;
        }
        transaction.commit().await?;
        self.announcement().make();
        Ok(())
    }

    async fn campaign(&self) -> Result<CampaignRecord, StoreError> {
        let mut moment = self.moment().await?;
        let (id, body, targets): (Vec<u8>, String, String) =
            sqlx::query_as("SELECT id, body, targets FROM campaign ORDER BY id LIMIT 1")
                .fetch_one(&mut *moment)
                .await?;
        let units: Vec<String> = sqlx::query_scalar("SELECT body FROM unit WHERE campaign = $1 ORDER BY position, id")
            .bind(id)
            .fetch_all(&mut *moment)
            .await?;
        moment.commit().await?;
        let units = units.iter().map(|unit| of_json(unit)).collect::<Result<_, _>>()?;
        Ok(CampaignRecord { campaign: of_json(&body)?, units, targets: of_json(&targets)? })
    }

    async fn add_unit(&self, campaign: CampaignId, unit: &Unit, by: By) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        turn::raise_version(&mut transaction, campaign).await?;
        insert_unit(&mut transaction, campaign, unit).await?;
        archive::append_act(&mut transaction, campaign, &unit_added(unit, by)?).await?;
        transaction.commit().await?;
        self.announcement().make();
        Ok(())
    }

    async fn add_account(&self, campaign: CampaignId, account: &Account, by: By) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        insert_account(&mut transaction, campaign, account).await?;
        archive::append_act(&mut transaction, campaign, &account_created(account, by)?).await?;
        Ok(transaction.commit().await?)
    }

    async fn people(&self, campaign: CampaignId) -> Result<Vec<Person>, StoreError> {
        let people: Vec<String> = sqlx::query_scalar("SELECT body FROM person WHERE campaign = $1 ORDER BY account")
            .bind(id_bytes(campaign.0))
            .fetch_all(self.reading())
            .await?;
        people.iter().map(|person| of_json(person)).collect()
    }

    async fn account(&self, campaign: CampaignId, name: &str) -> Result<Account, StoreError> {
        let query =
            sqlx::query_as::<_, PersonRow>("SELECT body, password FROM person WHERE campaign = $1 AND account = $2");
        query.bind(id_bytes(campaign.0)).bind(name.to_owned()).fetch_one(self.reading()).await?.try_into()
    }

    async fn failures(&self, campaign: CampaignId, subject: &str) -> Result<Failures, StoreError> {
        let query = sqlx::query_as::<_, FailureRow>(
            "SELECT count, last_ms FROM login_failure WHERE campaign = $1 AND subject = $2",
        );
        let query = query.bind(id_bytes(campaign.0)).bind(subject.to_owned());
        query.fetch_optional(self.reading()).await?.map_or(Ok(Failures::default()), Failures::try_from)
    }

    async fn count_failure(
        &self,
        campaign: CampaignId,
        subjects: &[&str],
        now_ms: u64,
        forget_before_ms: u64,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM login_failure WHERE campaign = $1 AND last_ms < $2")
            .bind(id_bytes(campaign.0))
            .bind(number(forget_before_ms))
            .execute(&mut *transaction)
            .await?;
        // In one order everywhere: two log-ins that fail at once must not wait for each other.
        let mut subjects = subjects.to_vec();
        subjects.sort_unstable();
        for subject in subjects {
            let count: i64 = sqlx::query_scalar(
                "INSERT INTO login_failure (campaign, subject, count, last_ms) VALUES ($1, $2, 1, $3) \
                 ON CONFLICT (campaign, subject) \
                 DO UPDATE SET count = login_failure.count + 1, last_ms = excluded.last_ms RETURNING count",
            )
            .bind(id_bytes(campaign.0))
            .bind(subject.to_owned())
            .bind(number(now_ms))
            .fetch_one(&mut *transaction)
            .await?;
            sqlx::query("UPDATE login_failure SET seal = $1 WHERE campaign = $2 AND subject = $3")
                .bind(failure_seal(subject, count, number(now_ms)))
                .bind(id_bytes(campaign.0))
                .bind(subject.to_owned())
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn clear_failures(&self, campaign: CampaignId, subject: &str) -> Result<(), StoreError> {
        let query =
            sqlx::query("DELETE FROM login_failure WHERE campaign = $1 AND subject = $2").bind(id_bytes(campaign.0));
        query.bind(subject.to_owned()).execute(self.writing()).await?;
        Ok(())
    }

    async fn head(&self, campaign: CampaignId) -> Result<Head, StoreError> {
        head_of(&mut *self.reading().acquire().await?, campaign).await
    }

    async fn turn(&self, campaign: CampaignId) -> Result<Box<dyn Turn>, StoreError> {
        let mut transaction = self.begin_turn().await?;
        let head = locked_head(&mut transaction, campaign).await?;
        Ok(Box::new(OwnTurn { campaign, head, transaction, announcement: self.announcement() }))
    }

    async fn entries(&self, campaign: CampaignId, operations: &[OperationId]) -> Result<Vec<Entry>, StoreError> {
        let mut reader = self.reading().acquire().await?;
        let mut found = Vec::new();
        for some in operations.chunks(IDS_MAX) {
            let rows = logged(&mut reader, campaign, some).await?;
            found.extend(rows.into_iter().map(Entry::try_from).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(found)
    }

    async fn pull(&self, campaign: CampaignId, query: &PullQuery) -> Result<PullPage, StoreError> {
        // The head, the chain and the rows belong together.
        let mut moment = self.moment().await?;
        let head = head_of(&mut moment, campaign).await?.mark;
        let chains: Vec<(i64, Vec<u8>)> =
            sqlx::query_as("SELECT sequence, chain FROM log WHERE campaign = $1 AND sequence IN ($2, $3)")
                .bind(id_bytes(campaign.0))
                .bind(number(query.after))
                .bind(number(query.also))
                .fetch_all(&mut *moment)
                .await?;
        let mut rows = visible(&mut moment, campaign, query).await?;
        moment.commit().await?;
        let limit = usize::try_from(query.limit).map_err(corrupt)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        Ok(PullPage {
            head,
            chain_after: chain_at(&chains, query.after)?,
            chain_also: chain_at(&chains, query.also)?,
            rows: rows.into_iter().map(|row| Entry::try_from(row).map(Arc::new)).collect::<Result<_, _>>()?,
            more,
        })
    }

    async fn replay(&self, campaign: CampaignId, after: u64, limit: u32) -> Result<Vec<Entry>, StoreError> {
        let rows: Vec<EntryRow> = sqlx::query_as(
            "SELECT body, issues FROM log WHERE campaign = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
        )
        .bind(id_bytes(campaign.0))
        .bind(number(after))
        .bind(i64::from(limit))
        .fetch_all(self.reading())
        .await?;
        rows.into_iter().map(Entry::try_from).collect()
    }

    fn changes(&self) -> watch::Receiver<()> {
        self.changed()
    }

    async fn close(&self) {
        self.close_pools().await;
    }
}

async fn insert_unit(connection: &mut Connection, campaign: CampaignId, unit: &Unit) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO unit (campaign, id, position, body) VALUES ($1, $2, $3, $4)")
        .bind(id_bytes(campaign.0))
        .bind(id_bytes(unit.id.0))
        .bind(i64::from(unit.position))
        .bind(json(unit)?)
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert_account(
    connection: &mut Connection,
    campaign: CampaignId,
    account: &Account,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO person (campaign, id, account, body, password) VALUES ($1, $2, $3, $4, $5)")
        .bind(id_bytes(campaign.0))
        .bind(id_bytes(account.person.id.0))
        .bind(account.person.account.clone())
        .bind(json(&account.person)?)
        .bind(account.password.clone())
        .execute(connection)
        .await?;
    Ok(())
}

fn chain_at(chains: &[(i64, Vec<u8>)], sequence: u64) -> Result<Option<Digest>, StoreError> {
    if sequence == 0 {
        return Ok(Some(Digest::ZERO));
    }
    let found = chains.iter().find(|(place, _)| *place == number(sequence));
    found.map(|(_, chain)| digest_of(chain)).transpose()
}
