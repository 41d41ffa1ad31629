//! Tokens of other systems.

use async_trait::async_trait;
use shared::{
    api::token::TokenView,
    id::{CampaignId, Digest},
    period::By,
};

use super::{Base, archive::append_act};
use crate::store::{
    StoreError,
    access::{Access, TokenRow, issued, revoked, token_seal},
    rows::{digest_bytes, id_bytes, number},
};

#[async_trait]
impl Access for Base {
    async fn issue_token(&self, campaign: CampaignId, token: &TokenView) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        append_act(&mut transaction, campaign, &issued(token)).await?;
        let (digest, person, issued_ms) = (digest_bytes(token.digest), id_bytes(token.by.0), number(token.issued_ms));
        sqlx::query(
            "INSERT INTO access_token (campaign, digest, name, person, issued_ms, seal) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id_bytes(campaign.0))
        .bind(digest.clone())
        .bind(token.name.clone())
        .bind(person.clone())
        .bind(issued_ms)
        .bind(token_seal(&digest, &token.name, &person, issued_ms))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    async fn revoke_token(&self, campaign: CampaignId, digest: Digest, by: By) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let name: Option<String> =
            sqlx::query_scalar("DELETE FROM access_token WHERE campaign = $1 AND digest = $2 RETURNING name")
                .bind(id_bytes(campaign.0))
                .bind(digest_bytes(digest))
                .fetch_optional(&mut *transaction)
                .await?;
        let name = name.ok_or(StoreError::NotFound)?;
        append_act(&mut transaction, campaign, &revoked(digest, name, by)).await?;
        Ok(transaction.commit().await?)
    }

    async fn tokens(&self, campaign: CampaignId) -> Result<Vec<TokenView>, StoreError> {
        let rows: Vec<TokenRow> = sqlx::query_as(
            "SELECT digest, name, person, issued_ms FROM access_token WHERE campaign = $1 ORDER BY issued_ms, digest",
        )
        .bind(id_bytes(campaign.0))
        .fetch_all(self.reading())
        .await?;
        rows.into_iter().map(TokenView::try_from).collect()
    }

    async fn token(&self, campaign: CampaignId, digest: Digest) -> Result<TokenView, StoreError> {
        let query = sqlx::query_as::<_, TokenRow>(
            "SELECT digest, name, person, issued_ms FROM access_token WHERE campaign = $1 AND digest = $2",
        );
        query.bind(id_bytes(campaign.0)).bind(digest_bytes(digest)).fetch_one(self.reading()).await?.try_into()
    }
}
