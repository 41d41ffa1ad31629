//! What every page with a record's form shares: the way from state to form, the head with the record's standing, its
//! history, and the foot with the next step.

mod actions;
mod editor;
pub(crate) mod facts;
mod files;
pub(crate) mod history;
pub(crate) mod naming;
mod open;
pub(crate) mod standing;
mod turn;

pub(crate) use editor::{RecordEditor, RecordPlace};
pub(crate) use open::{Opened, Opening, open};
