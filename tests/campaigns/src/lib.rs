//! Generated campaigns: seeded and pure, so that the same campaign comes about natively and in the browser.
//!
//! [`Year::generated`] makes a campaign of any size whose records went through the log as a server folds it, with
//! everything that happens in a real one: returned and withdrawn claims, revised projects, one project filed
//! twice, late and missing reports, findings of every kind. [`scheme`] makes a legal scheme that uses every rule.
//! [`digest`] is what two machines compare.

mod dice;
mod findings;
mod log;
mod projects;
mod reports;
mod schemes;
mod timing;
mod year;

pub use dice::Dice;
pub use schemes::{scheme, scheme_file};
pub use timing::{Timing, timing};
pub use year::{COMPARED, Size, Year, digest};
