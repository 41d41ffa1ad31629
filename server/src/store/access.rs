//! Tokens of other systems.

use async_trait::async_trait;
use shared::{
    api::token::TokenView,
    audit::{Act, Deed},
    id::{CampaignId, Digest, PersonId},
    period::By,
};
use uuid::Uuid;

use super::{
    StoreError,
    rows::{corrupt, digest_of, number_of},
    seals::seal,
};

/// What a database keeps of the tokens of other systems.
#[async_trait]
pub trait Access {
    /// Keeps what is known of a new token, on the word of who issued it.
    async fn issue_token(&self, campaign: CampaignId, token: &TokenView) -> Result<(), StoreError>;
    /// Takes a token back, on the word of a person.
    async fn revoke_token(&self, campaign: CampaignId, digest: Digest, by: By) -> Result<(), StoreError>;
    /// All tokens, the newest last.
    async fn tokens(&self, campaign: CampaignId) -> Result<Vec<TokenView>, StoreError>;
    /// A token.
    async fn token(&self, campaign: CampaignId, digest: Digest) -> Result<TokenView, StoreError>;
}

/// The act of issuing.
pub(super) fn issued(token: &TokenView) -> Act {
    let deed = Deed::TokenIssued { token: token.digest, name: token.name.clone() };
    Act { at_ms: token.issued_ms, person: Some(token.by), deed }
}

/// The act of taking back.
pub(super) fn revoked(digest: Digest, name: String, by: By) -> Act {
    Act { at_ms: by.at_ms, person: Some(by.person), deed: Deed::TokenRevoked { token: digest, name } }
}

/// The seal of a token.
pub(crate) fn token_seal(digest: &[u8], name: &str, person: &[u8], issued_ms: i64) -> Vec<u8> {
    seal(&[digest, name.as_bytes(), person, &issued_ms.to_be_bytes()])
}

/// A row of `access_token`.
#[derive(sqlx::FromRow)]
pub(super) struct TokenRow {
    digest: Vec<u8>,
    name: String,
    person: Vec<u8>,
    issued_ms: i64,
}

impl TryFrom<TokenRow> for TokenView {
    type Error = StoreError;

    fn try_from(row: TokenRow) -> Result<Self, StoreError> {
        Ok(Self {
            digest: digest_of(&row.digest)?,
            name: row.name,
            by: PersonId(Uuid::from_slice(&row.person).map_err(corrupt)?),
            issued_ms: number_of(row.issued_ms)?,
        })
    }
}
