//! Whose stores should be on this tablet: a mark outside the database, so that an eviction is noticed.
//!
//! A browser that runs out of room throws away a site's databases, all of them and without a word. Its cookies stay.

use std::collections::BTreeSet;

use crate::{browser::marker, data::device::Known};

/// The cookie.
const MARKER: &str = "tisheng_stores";

/// People the mark names at most: a cookie travels with every request.
const PEOPLE_MAX: usize = 12;

/// Characters of an id that tell people of one tablet apart.
const ID_CHARS: usize = 8;

/// Marks that these people have stores here.
pub(crate) fn mark(people: &[Known]) {
    let names: Vec<String> = people.iter().take(PEOPLE_MAX).map(name).collect();
    marker::set(MARKER, &names.join("."));
}

/// Whether a store was here of somebody who has none any more.
pub(crate) fn are_missing(people: &[Known]) -> bool {
    let present: BTreeSet<String> = people.iter().map(name).collect();
    let marked = marker::get(MARKER).unwrap_or_default();
    marked.split('.').any(|name| !name.is_empty() && !present.contains(name))
}

// The random end of the id: its beginning is a time that people created together share.
fn name(known: &Known) -> String {
    let id = known.person.to_string();
    id.chars().skip(id.len().saturating_sub(ID_CHARS)).collect()
}
