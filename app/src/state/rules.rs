//! The rules in force and what puts others in force: asked of the server directly, for only it decides.

use shared::{
    api::{RulesDraft, path},
    rules::{Preview, RulesView},
};

use crate::{
    browser::chosen_file,
    state::{DataError, core::core, published},
};

/// A file that was chosen: its name, and what it holds in base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChosenFile {
    pub(crate) name: String,
    pub(crate) content: String,
}

/// The rules.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules;

impl Rules {
    /// The schemes and revisions of targets.
    pub(crate) async fn show(self) -> Result<RulesView, DataError> {
        let rules = core().http.get(path::RULES).await;
        rules.inspect_err(|error| core().note_session_end(error))
    }

    /// What a change would do.
    pub(crate) async fn preview(self, draft: &RulesDraft) -> Result<Preview, DataError> {
        let preview = core().http.post(&format!("{}/preview", path::RULES), draft).await;
        preview.inspect_err(|error| core().note_session_end(error))
    }

    /// Puts a change in force.
    pub(crate) async fn put_in_force(self, draft: &RulesDraft) -> Result<RulesView, DataError> {
        let rules = core().http.post(path::RULES, draft).await;
        published().refresh();
        rules.inspect_err(|error| core().note_session_end(error))
    }

    /// The file chosen in an input.
    pub(crate) async fn chosen_file(self, input_id: &str) -> Option<ChosenFile> {
        let (name, bytes) = chosen_file::read(input_id).await?;
        Some(ChosenFile { name, content: chosen_file::base64(&bytes)? })
    }
}
