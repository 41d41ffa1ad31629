//! Who answers for what, and which leader stands by whom: asked of the server directly, for only it decides.

use shared::{api::path, roster};

use crate::state::{DataError, core::core};

/// The roster.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Roster;

impl Roster {
    /// Everything that was said of it.
    pub(crate) async fn show(self) -> Result<roster::Roster, DataError> {
        let roster = core().http.get(path::ROSTER).await;
        roster.inspect_err(|error| core().note_session_end(error))
    }

    /// Changes it; gives the roster as it is then.
    pub(crate) async fn change(self, change: &roster::RosterChange) -> Result<roster::Roster, DataError> {
        let roster = core().http.post(path::ROSTER, change).await;
        roster.inspect_err(|error| core().note_session_end(error))
    }
}
