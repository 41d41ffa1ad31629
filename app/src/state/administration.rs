//! Accounts and units: asked of the server directly, never stored on the tablet.

use shared::{
    api::{
        AccountView, IntakeTaken, NewPerson, NewUnit, PersonCreated, PersonStep, PersonStepped, SessionLine, Workbook,
        path,
        token::{NewToken, TokenIssued, TokenView},
    },
    id::{Digest, PersonId},
    intake::Intake,
    unit::Unit,
};

use crate::state::{DataError, core::core, published};

/// What an administrator may do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Administration;

impl Administration {
    /// Every account.
    pub(crate) async fn people(self) -> Result<Vec<AccountView>, DataError> {
        let people = core().http.get(path::PEOPLE).await;
        people.inspect_err(|error| core().note_session_end(error))
    }

    /// Takes a step with an account.
    pub(crate) async fn step(self, of: PersonId, step: PersonStep) -> Result<PersonStepped, DataError> {
        let stepped = core().http.post(&format!("{}/{of}/steps", path::PEOPLE), &step).await;
        stepped.inspect_err(|error| core().note_session_end(error))
    }

    /// The devices on which a person is logged in.
    pub(crate) async fn sessions(self, of: PersonId) -> Result<Vec<SessionLine>, DataError> {
        core().http.get(&format!("{}/{of}/sessions", path::PEOPLE)).await
    }

    /// Creates an account; the code of its invitation is told once.
    pub(crate) async fn create_person(self, person: NewPerson) -> Result<PersonCreated, DataError> {
        let created = core().http.post(path::PEOPLE, &person).await;
        created.inspect_err(|error| core().note_session_end(error))
    }

    /// What a workbook would create.
    pub(crate) async fn preview_intake(self, workbook: &Workbook) -> Result<Intake, DataError> {
        let intake = core().http.post(&format!("{}/preview", path::INTAKE), workbook).await;
        intake.inspect_err(|error| core().note_session_end(error))
    }

    /// Creates what a workbook has; the codes of the invitations are told once.
    pub(crate) async fn take_intake(self, workbook: &Workbook) -> Result<IntakeTaken, DataError> {
        let taken = core().http.post(path::INTAKE, workbook).await;
        taken.inspect_err(|error| core().note_session_end(error))
    }

    /// The tokens of other systems.
    pub(crate) async fn tokens(self) -> Result<Vec<TokenView>, DataError> {
        let tokens = core().http.get(path::TOKENS).await;
        tokens.inspect_err(|error| core().note_session_end(error))
    }

    /// Issues a token for a system or a hall screen; what it is itself is told once.
    pub(crate) async fn issue_token(self, name: String, screen: bool) -> Result<TokenIssued, DataError> {
        let issued = core().http.post(path::TOKENS, &NewToken { name, screen }).await;
        issued.inspect_err(|error| core().note_session_end(error))
    }

    /// Takes a token back.
    pub(crate) async fn revoke_token(self, token: Digest) -> Result<(), DataError> {
        let revoked = core().http.delete(&format!("{}/{token}", path::TOKENS)).await;
        revoked.inspect_err(|error| core().note_session_end(error))
    }

    /// Adds a unit to the campaign.
    pub(crate) async fn create_unit(self, unit: NewUnit) -> Result<Unit, DataError> {
        let created = core().http.post(path::UNITS, &unit).await;
        published().refresh();
        created.inspect_err(|error| core().note_session_end(error))
    }
}
