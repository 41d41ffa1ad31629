//! The rules in force, and what puts others in force.

use axum::{Json, extract::State};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use shared::{
    api::RulesDraft,
    authorize::Action,
    rules::{Change, Preview, RulesView},
};

use crate::{app::SharedApp, auth::Signed, body::Body, error::ApiError, score::file};

/// The schemes and revisions of targets.
pub async fn show(State(app): State<SharedApp>, signed: Signed) -> Result<Json<RulesView>, ApiError> {
    signed.must(Action::ReadRanking)?;
    signed.touch(&app).await?;
    let ledger = app.ledger()?;
    Ok(Json(ledger.rules().view(&ledger.record().units)))
}

/// What a change would do. Nothing is changed by it.
pub async fn preview(
    State(app): State<SharedApp>,
    signed: Signed,
    Body(draft): Body<RulesDraft>,
) -> Result<Json<Preview>, ApiError> {
    signed.must(Action::ManageRules)?;
    signed.touch(&app).await?;
    match read(draft) {
        Ok(change) => app.ledger()?.preview(change, app.clock.now_ms()).await.map(Json),
        Err(issue) => Ok(Json(Preview { issues: vec![issue], ..Preview::default() })),
    }
}

/// Puts a change in force.
pub async fn create(
    State(app): State<SharedApp>,
    signed: Signed,
    Body(draft): Body<RulesDraft>,
) -> Result<Json<RulesView>, ApiError> {
    signed.must(Action::ManageRules)?;
    signed.touch(&app).await?;
    let change = read(draft).map_err(|_| ApiError::InvalidField(vec!["content".to_owned()]))?;
    let ledger = app.ledger()?;
    let rules = ledger.change_rules(signed.person, change, app.clock.now_ms()).await?;
    Ok(Json(rules.view(&ledger.record().units)))
}

/// The change that a draft's file holds, or what is wrong with the file.
fn read(draft: RulesDraft) -> Result<Change, String> {
    // What is no base64 is no file either: its reader says so.
    let bytes = |content: &str| STANDARD.decode(content).unwrap_or_default();
    match draft {
        RulesDraft::Scheme { name, content } => Ok(Change::Scheme { text: file::decoded(&name, &bytes(&content))? }),
        RulesDraft::Targets { name, content, from, reason } => {
            let table = file::Table::of(name, bytes(&content))?;
            Ok(Change::Targets { from, rows: table.into_rows(), reason })
        }
    }
}
