//! Tokens by which other systems read the open tables.

use axum::{
    Json,
    extract::{Path, State},
};
use shared::{
    api::{
        hall::TOKEN_PREFIX,
        token::{NAME_CHARS_MAX, NewToken, TokenIssued, TokenView},
    },
    authorize::Action,
    id::Digest,
    period::By,
};

use crate::{
    app::SharedApp,
    auth::{self, Signed},
    body::Body,
    entropy,
    error::{ApiError, Done},
};

/// Tokens that there may be at once.
const TOKENS_MAX: usize = 100;

/// All of them.
pub async fn list(State(app): State<SharedApp>, signed: Signed) -> Result<Json<Vec<TokenView>>, ApiError> {
    signed.must(Action::ManagePeople)?;
    signed.touch(&app).await?;
    Ok(Json(app.store.tokens(app.campaign()?).await?))
}

/// Issues one; what it is itself is told this once.
pub async fn create(
    State(app): State<SharedApp>,
    signed: Signed,
    Body(new): Body<NewToken>,
) -> Result<Json<TokenIssued>, ApiError> {
    signed.must(Action::ManagePeople)?;
    signed.touch(&app).await?;
    let name: String = new.name.trim().chars().filter(|letter| !letter.is_control()).collect();
    let campaign = app.campaign()?;
    if !(1..=NAME_CHARS_MAX).contains(&name.chars().count()) || app.store.tokens(campaign).await?.len() >= TOKENS_MAX {
        return Err(ApiError::InvalidField(vec!["name".to_owned()]));
    }
    let secret = if new.screen { TOKEN_PREFIX } else { "" }.to_owned() + &entropy::hex::<32>();
    let By { person: by, at_ms: issued_ms } = signed.by(&app);
    let token = TokenView { digest: auth::digest_of(&secret), name, by, issued_ms };
    app.store.issue_token(campaign, &token).await?;
    Ok(Json(TokenIssued { token, secret }))
}

/// Takes one back.
pub async fn delete(State(app): State<SharedApp>, signed: Signed, Path(token): Path<String>) -> Result<Done, ApiError> {
    signed.must(Action::ManagePeople)?;
    signed.touch(&app).await?;
    let digest: Digest = token.parse().map_err(|_| ApiError::NotFound)?;
    app.store.revoke_token(app.campaign()?, digest, signed.by(&app)).await?;
    Ok(Done)
}
