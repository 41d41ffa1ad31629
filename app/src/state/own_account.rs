//! The own account: devices, the second factor, one-time codes. Asked of the server directly, never stored.

use shared::api::{
    DeviceJoining, Invitation, InvitationTaken, RecoveryCodes, SecondFactorCode, SecondFactorOffer, SecondFactorView,
    SessionLine, SessionView, path,
};
use shared::id::Digest;

use crate::state::{DataError, core::core, session};

/// What everyone may do with the own account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnAccount;

impl OwnAccount {
    /// The devices on which one is logged in.
    pub(crate) async fn sessions(self) -> Result<Vec<SessionLine>, DataError> {
        let sessions = core().http.get(path::SESSIONS).await;
        sessions.inspect_err(|error| core().note_session_end(error))
    }

    /// Ends the session of one device, or of all but this one.
    pub(crate) async fn end_session(self, id: Option<Digest>) -> Result<(), DataError> {
        let path = id.map_or_else(|| path::SESSIONS.to_owned(), |id| format!("{}/{id}", path::SESSIONS));
        core().http.delete(&path).await.inspect_err(|error| core().note_session_end(error))
    }

    /// A code with which another device joins.
    pub(crate) async fn offer_device(self) -> Result<Invitation, DataError> {
        core().http.post(path::DEVICES, &()).await
    }

    /// Lets this device join with a code.
    pub(crate) async fn join(self, joining: DeviceJoining) -> Result<(), DataError> {
        let view: SessionView = core().http.post(&format!("{}/session", path::DEVICES), &joining).await?;
        session().enter(view, &joining.password).await
    }

    /// Sets the first password with the code of an invitation.
    pub(crate) async fn take_invitation(self, taken: InvitationTaken) -> Result<(), DataError> {
        let view: SessionView = core().http.post(path::INVITATION, &taken).await?;
        session().enter(view, &taken.password).await
    }

    /// Where one stands with the second factor.
    pub(crate) async fn second_factor(self) -> Result<SecondFactorView, DataError> {
        let view = core().http.get(path::SECOND_FACTOR).await;
        view.inspect_err(|error| core().note_session_end(error))
    }

    /// A secret for the authenticator.
    pub(crate) async fn offer_second_factor(self) -> Result<SecondFactorOffer, DataError> {
        core().http.post(path::SECOND_FACTOR, &()).await
    }

    /// The authenticator has the secret; what waited for it goes on.
    pub(crate) async fn confirm_second_factor(self, code: String) -> Result<RecoveryCodes, DataError> {
        let place = format!("{}/confirmation", path::SECOND_FACTOR);
        let codes = core().http.post(&place, &SecondFactorCode { code }).await?;
        session().refresh().await;
        crate::state::sync_status().sync_now();
        crate::state::published().refresh();
        Ok(codes)
    }
}
