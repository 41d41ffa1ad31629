//! The periods of the campaign and what is done to them: asked of the server directly, for only it decides.

use shared::{
    api::{AuditPage, path},
    bulletin::Bulletin,
    calendar::Month,
    period::{PeriodView, Step},
    scoring::result::Ranking,
};

use crate::state::{DataError, core::core, published};

/// The periods.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Periods;

impl Periods {
    /// Every period of the campaign, in the order of the year.
    pub(crate) async fn list(self) -> Result<Vec<PeriodView>, DataError> {
        let periods = core().http.get(path::PERIODS).await;
        periods.inspect_err(|error| core().note_session_end(error))
    }

    /// One period.
    pub(crate) async fn of(self, month: Month) -> Result<PeriodView, DataError> {
        core().http.get(&format!("{}/{month}", path::PERIODS)).await
    }

    /// A period's figures as they would be frozen now.
    pub(crate) async fn current(self, month: Month) -> Result<Ranking, DataError> {
        core().http.get(&format!("{}/{month}/current", path::PERIODS)).await
    }

    /// The bulletin of a frozen edition.
    pub(crate) async fn bulletin(self, month: Month, edition: u32) -> Result<Bulletin, DataError> {
        let bulletin = core().http.get(&format!("{}/{month}/editions/{edition}/bulletin", path::PERIODS)).await;
        bulletin.inspect_err(|error| core().note_session_end(error))
    }

    /// Takes a step with a period.
    pub(crate) async fn step(self, month: Month, step: &Step) -> Result<PeriodView, DataError> {
        let stepped = core().http.post(&format!("{}/{month}/steps", path::PERIODS), step).await;
        published().refresh();
        stepped.inspect_err(|error| core().note_session_end(error))
    }

    /// The administrative acts after one, oldest first.
    pub(crate) async fn acts(self, after: u64) -> Result<AuditPage, DataError> {
        let acts = core().http.get(&format!("{}?after={after}", path::AUDIT)).await;
        acts.inspect_err(|error| core().note_session_end(error))
    }
}
