//! The one renderer of the forms that `shared` declares: a declaration and a record in, fields with their last
//! values, consequences, issues and conflicts out. It stores nothing: a page
//! wires where values come from and go to.

mod conflict;
mod control;
mod field;
mod files;
mod model;
mod validity;
mod view;

pub(crate) use files::{FilesSource, Hung};
pub(crate) use model::{FormModel, FormSource};
pub(crate) use validity::{ProblemSummary, ValidityPill, show_problems};
pub(crate) use view::{FormView, SectionLevel};
