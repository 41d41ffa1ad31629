//! The own sessions: on which devices one is logged in.

use axum::{
    Json,
    extract::{Path, State},
};
use shared::{
    api::SessionLine,
    id::{Digest, PersonId},
};

use crate::{
    app::{App, SharedApp},
    auth::Signed,
    error::{ApiError, Done},
    store::{Standing, Which},
};

/// All of them, the latest used first.
pub async fn list(State(app): State<SharedApp>, signed: Signed) -> Result<Json<Vec<SessionLine>>, ApiError> {
    signed.touch(&app).await?;
    lines(&app, signed.person.id, signed.token).await.map(Json)
}

/// Ends all but this one.
pub async fn delete_others(State(app): State<SharedApp>, signed: Signed) -> Result<Done, ApiError> {
    signed.touch(&app).await?;
    end(&app, &signed, Which::Except(signed.token)).await?;
    Ok(Done)
}

/// Ends one.
pub async fn delete(State(app): State<SharedApp>, signed: Signed, Path(id): Path<String>) -> Result<Done, ApiError> {
    signed.touch(&app).await?;
    let id: Digest = id.parse().map_err(|_| ApiError::NotFound)?;
    if end(&app, &signed, Which::Only(id)).await? == 0 { Err(ApiError::NotFound) } else { Ok(Done) }
}

/// A person's devices.
pub(super) async fn lines(app: &App, person: PersonId, this: Digest) -> Result<Vec<SessionLine>, ApiError> {
    let sessions = app.store.sessions(app.campaign()?, person).await?;
    let line = |session: crate::store::Session| SessionLine {
        id: session.token,
        device: session.device,
        address: session.address,
        created_ms: session.created_ms,
        seen_ms: session.seen_ms,
        is_this: session.token == this,
    };
    Ok(sessions.into_iter().map(line).collect())
}

async fn end(app: &App, signed: &Signed, which: Which) -> Result<u64, ApiError> {
    let by = signed.by(app);
    Ok(app.store.set_standing(app.campaign()?, signed.person.id, which, Standing::Revoked, Some(by)).await?)
}
