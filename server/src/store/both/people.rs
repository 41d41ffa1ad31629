//! Accounts beside their persons, and sessions.

use async_trait::async_trait;
use shared::{
    audit::{AccountDeed, Act},
    id::{CampaignId, Digest, PersonId},
    period::By,
    person::Person,
};

use super::{Base, Connection, archive::append_act, turn::insert_aside};
use crate::store::{
    Aside, StoreError,
    acts::{account_changed, logged_in, of_account, password_changed},
    people::{Change, Fact, FactKind, People, Session, Standing, Which},
    rows::{AsideRow, FactRow, SessionColumns, SessionRow, digest_bytes, id_bytes, json, number},
    seals::{aside_seal, fact_seal, session_seal},
    statements,
};

/// Sessions that were ended are told why for so long.
const ENDED_KEPT_MS: u64 = 180 * 24 * 3600 * 1000;

#[async_trait]
impl People for Base {
    async fn change_person(&self, campaign: CampaignId, person: &Person, by: By) -> Result<(), StoreError> {
        let body = json(person)?;
        let mut transaction = self.begin().await?;
        let password: Option<String> = sqlx::query_scalar(statements::CHANGE_PERSON)
            .bind(body.clone())
            .bind(id_bytes(campaign.0))
            .bind(id_bytes(person.id.0))
            .fetch_optional(&mut *transaction)
            .await?;
        let act = account_changed(person, &body, &password.ok_or(StoreError::NotFound)?, by)?;
        append_act(&mut transaction, campaign, &act).await?;
        Ok(transaction.commit().await?)
    }

    async fn set_password(&self, campaign: CampaignId, by: By, password: &str, keep: Digest) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let stored: Option<(String, String)> = sqlx::query_as(statements::CHANGE_PASSWORD)
            .bind(password.to_owned())
            .bind(id_bytes(campaign.0))
            .bind(id_bytes(by.person.0))
            .fetch_optional(&mut *transaction)
            .await?;
        let (account, body) = stored.ok_or(StoreError::NotFound)?;
        let act = password_changed(by, &account, &body, password);
        append_act(&mut transaction, campaign, &act).await?;
        let others = Which::Except(keep);
        stand(&mut transaction, campaign, by.person, others, Standing::PasswordChanged).await?;
        Ok(transaction.commit().await?)
    }

    async fn disable(&self, campaign: CampaignId, person: PersonId, reason: &str, by: By) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        // The act comes first: it is what concurrent log-ins wait behind.
        let act = of_account(person, AccountDeed::Disabled { reason: reason.to_owned() }, by);
        append_act(&mut transaction, campaign, &act).await?;
        let change = Change { person, kind: FactKind::Disabled, from: None, to: Some(reason) };
        put_fact(&mut transaction, campaign, change).await?;
        stand(&mut transaction, campaign, person, Which::All, Standing::Revoked).await?;
        Ok(transaction.commit().await?)
    }

    async fn facts(&self, campaign: CampaignId) -> Result<Vec<Fact>, StoreError> {
        let rows: Vec<FactRow> =
            sqlx::query_as(statements::FACTS).bind(id_bytes(campaign.0)).fetch_all(self.reading()).await?;
        rows.into_iter().map(Fact::try_from).collect()
    }

    async fn fact(&self, campaign: CampaignId, person: PersonId, kind: FactKind) -> Result<Option<String>, StoreError> {
        let query = sqlx::query_scalar(statements::FACT);
        let query = query.bind(id_bytes(campaign.0)).bind(id_bytes(person.0)).bind(kind.code());
        Ok(query.fetch_optional(self.reading()).await?)
    }

    async fn change_fact(&self, campaign: CampaignId, change: Change<'_>, act: Option<&Act>) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        put_fact(&mut transaction, campaign, change).await?;
        if let Some(act) = act {
            append_act(&mut transaction, campaign, act).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn begin_session(&self, campaign: CampaignId, session: &Session) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        append_act(&mut transaction, campaign, &logged_in(session)).await?;
        if is_disabled(&mut transaction, campaign, session.person).await? {
            return Err(StoreError::Conflict);
        }
        let forgotten_ms = session.created_ms.saturating_sub(ENDED_KEPT_MS);
        sqlx::query(statements::FORGET_ENDED)
            .bind(id_bytes(campaign.0))
            .bind(id_bytes(session.person.0))
            .bind(number(forgotten_ms))
            .execute(&mut *transaction)
            .await?;
        sqlx::query(statements::BEGIN_SESSION)
            .bind(id_bytes(campaign.0))
            .bind(digest_bytes(session.token))
            .bind(id_bytes(session.person.0))
            .bind(number(session.created_ms))
            .bind(number(session.seen_ms))
            .bind(session_seal(session, true))
            .bind(session.address.clone())
            .bind(session.device.clone())
            .bind(session.standing.code())
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    async fn session(&self, campaign: CampaignId, token: Digest) -> Result<(Session, Person), StoreError> {
        self.known(campaign, token).await
    }

    async fn sessions(&self, campaign: CampaignId, person: PersonId) -> Result<Vec<Session>, StoreError> {
        let rows: Vec<SessionColumns> = sqlx::query_as(statements::SESSIONS)
            .bind(id_bytes(campaign.0))
            .bind(id_bytes(person.0))
            .fetch_all(self.reading())
            .await?;
        rows.into_iter().map(Session::try_from).collect()
    }

    async fn touch_session(&self, campaign: CampaignId, token: Digest, seen_ms: u64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let stored: Option<SessionColumns> = sqlx::query_as(statements::TOUCH_SESSION)
            .bind(number(seen_ms))
            .bind(id_bytes(campaign.0))
            .bind(digest_bytes(token))
            .fetch_optional(&mut *transaction)
            .await?;
        if let Some(stored) = stored {
            seal_session(&mut transaction, campaign, stored).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn end_session(&self, campaign: CampaignId, token: Digest) -> Result<(), StoreError> {
        let query = sqlx::query(statements::END_SESSION).bind(id_bytes(campaign.0));
        query.bind(digest_bytes(token)).execute(self.writing()).await?;
        Ok(())
    }

    async fn set_standing(
        &self,
        campaign: CampaignId,
        person: PersonId,
        which: Which,
        standing: Standing,
        by: Option<By>,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.begin().await?;
        let count = stand(&mut transaction, campaign, person, which, standing).await?;
        if let Some(by) = by.filter(|_| count > 0) {
            let act = of_account(person, AccountDeed::SessionsEnded { count }, by);
            append_act(&mut transaction, campaign, &act).await?;
        }
        transaction.commit().await?;
        Ok(count)
    }

    async fn set_aside(&self, campaign: CampaignId, asides: &[Aside]) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        for aside in asides {
            insert_aside(&mut transaction, campaign, aside).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn asides(&self, campaign: CampaignId) -> Result<Vec<Aside>, StoreError> {
        let rows: Vec<AsideRow> =
            sqlx::query_as(statements::ASIDES).bind(id_bytes(campaign.0)).fetch_all(self.reading()).await?;
        rows.into_iter().map(Aside::try_from).collect()
    }

    async fn settle_aside(
        &self,
        campaign: CampaignId,
        item: Digest,
        outcome: &str,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let stored: Option<(Vec<u8>, i64, String)> = sqlx::query_as(statements::SETTLE_ASIDE)
            .bind(outcome.to_owned())
            .bind(id_bytes(campaign.0))
            .bind(digest_bytes(item))
            .fetch_optional(&mut *transaction)
            .await?;
        let (person, received_ms, said) = stored.ok_or(StoreError::Conflict)?;
        sqlx::query(statements::SEAL_ASIDE)
            .bind(aside_seal(&item.0, &person, received_ms, &said, Some(outcome)))
            .bind(id_bytes(campaign.0))
            .bind(digest_bytes(item))
            .execute(&mut *transaction)
            .await?;
        append_act(&mut transaction, campaign, act).await?;
        Ok(transaction.commit().await?)
    }
}

/// A session with its person.
pub(super) async fn look_up(
    connection: &mut Connection,
    campaign: CampaignId,
    token: Digest,
) -> Result<(Session, Person), StoreError> {
    let query = sqlx::query_as::<_, SessionRow>(statements::SESSION);
    query.bind(id_bytes(campaign.0)).bind(digest_bytes(token)).fetch_one(connection).await?.try_into()
}

async fn is_disabled(connection: &mut Connection, campaign: CampaignId, person: PersonId) -> Result<bool, StoreError> {
    let found: Option<String> = sqlx::query_scalar(statements::DISABLED)
        .bind(id_bytes(campaign.0))
        .bind(id_bytes(person.0))
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}

async fn put_fact(connection: &mut Connection, campaign: CampaignId, change: Change<'_>) -> Result<(), StoreError> {
    let Change { person, kind, from, to } = change;
    let changed = match (from, to) {
        (None, None) => return Ok(()),
        (None, Some(to)) => {
            let query = sqlx::query(statements::ADD_FACT);
            let query = query.bind(id_bytes(campaign.0)).bind(id_bytes(person.0)).bind(kind.code());
            query.bind(to.to_owned()).bind(fact_seal(person, kind.code(), to)).execute(connection).await?
        }
        (Some(from), Some(to)) => {
            let query = sqlx::query(statements::REPLACE_FACT);
            let query = query.bind(to.to_owned()).bind(fact_seal(person, kind.code(), to)).bind(id_bytes(campaign.0));
            query.bind(id_bytes(person.0)).bind(kind.code()).bind(from.to_owned()).execute(connection).await?
        }
        (Some(from), None) => {
            let query = sqlx::query(statements::TAKE_FACT);
            let query = query.bind(id_bytes(campaign.0)).bind(id_bytes(person.0)).bind(kind.code());
            query.bind(from.to_owned()).execute(connection).await?
        }
    };
    if changed.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// Lets living sessions stand elsewhere; gives how many.
async fn stand(
    connection: &mut Connection,
    campaign: CampaignId,
    person: PersonId,
    which: Which,
    standing: Standing,
) -> Result<u64, StoreError> {
    let (only, except) = match which {
        Which::All => (None, None),
        Which::Except(token) => (None, Some(digest_bytes(token))),
        Which::Only(token) => (Some(digest_bytes(token)), None),
    };
    let stored: Vec<SessionColumns> = sqlx::query_as(statements::STAND)
        .bind(standing.code())
        .bind(id_bytes(campaign.0))
        .bind(id_bytes(person.0))
        .bind(only)
        .bind(except)
        .fetch_all(&mut *connection)
        .await?;
    let count = u64::try_from(stored.len()).unwrap_or(u64::MAX);
    for session in stored {
        seal_session(connection, campaign, session).await?;
    }
    Ok(count)
}

async fn seal_session(
    connection: &mut Connection,
    campaign: CampaignId,
    columns: SessionColumns,
) -> Result<(), StoreError> {
    let tells_device = columns.tells_device();
    let session = Session::try_from(columns)?;
    sqlx::query(statements::SEAL_SESSION)
        .bind(session_seal(&session, tells_device))
        .bind(id_bytes(campaign.0))
        .bind(digest_bytes(session.token))
        .execute(connection)
        .await?;
    Ok(())
}
