//! What hall screens show: the newest published ranking, or else how the running month stands.

use axum::{Json, extract::State};
use shared::{api::hall::HallView, calendar::Month, period::PeriodView};

use super::periods;
use crate::{app::SharedApp, error::ApiError, system::Screen};

/// One frame.
pub async fn show(State(app): State<SharedApp>, _screen: Screen) -> Result<Json<HallView>, ApiError> {
    let (ledger, now_ms) = (app.ledger()?, app.clock.now_ms());
    let all = periods::all(&app)?;
    let published = all.iter().rev().find_map(|view| Some((view.month, view.history.published()?)));
    let (period, edition, as_of_ms) = match published {
        Some((month, edition)) => (month, Some(edition.frozen.edition), edition.confirmed.at_ms),
        None => (running(&all, Month::of_ms(now_ms)), None, now_ms),
    };
    let (ranking, reports) = (ledger.ranking(period).await?, ledger.reports(period).await?);
    let campaign = ledger.campaign().clone();
    Ok(Json(HallView { campaign, period, edition, as_of_ms, reports, ranking: (*ranking).clone() }))
}

/// The month that runs, or the campaign's last or first.
fn running(all: &[PeriodView], now: Month) -> Month {
    let begun = all.iter().rev().map(|view| view.month).find(|month| *month <= now);
    begun.or_else(|| all.first().map(|view| view.month)).unwrap_or(now)
}
