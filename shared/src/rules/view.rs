//! The rules as people see them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Revised, Rules, against_plan, sentences, sizes};
use crate::{
    calendar::Month,
    period::By,
    scoring::{outline::Chapter, scheme::Scheme},
    unit::{Group, Unit},
};

/// The rules as people see them, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesView {
    /// Schemes; the first is the one that the campaign began with.
    pub schemes: Vec<SchemeView>,
    /// Revisions of the targets.
    pub targets: Vec<RevisionView>,
}

/// A scheme as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemeView {
    /// Name and version.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The first month it applies to.
    pub from: Month,
    /// The last one, where it ends.
    pub until: Option<Month>,
    /// Who put it in force; nobody for the one that the campaign began with.
    pub by: Option<By>,
    /// What it says, in words.
    pub outline: Vec<Chapter>,
    /// What is odd though legal, each sentence with its place.
    pub warnings: Vec<String>,
    /// Its TOML.
    pub text: String,
}

/// A revision of the targets as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionView {
    /// From which month on.
    pub from: Month,
    /// Who.
    pub by: By,
    /// Why, where they do not add up to the plan.
    pub reason: String,
    /// Where they do not.
    pub against_plan: Vec<String>,
}

impl Rules {
    /// The rules as people see them, for a campaign of these units.
    pub fn view(&self, units: &[Unit]) -> RulesView {
        let sizes = sizes(units);
        let first = Scheme::default_scheme();
        let mut schemes = vec![scheme_view(&first, Scheme::default_text(), None, &sizes)];
        schemes.extend(self.adopted.iter().map(|it| scheme_view(&it.scheme, &it.text, Some(it.by), &sizes)));
        let revision = |revised: &Revised| RevisionView {
            from: revised.from,
            by: revised.by,
            reason: revised.reason.clone(),
            against_plan: against_plan(self.scheme_in(revised.from).as_ref().unwrap_or(&first), &revised.targets),
        };
        RulesView { schemes, targets: self.revised.iter().map(revision).collect() }
    }
}

fn scheme_view(scheme: &Scheme, text: &str, by: Option<By>, sizes: &BTreeMap<Group, usize>) -> SchemeView {
    SchemeView {
        name: scheme.name.clone(),
        title: scheme.title.clone(),
        from: scheme.effective_from,
        until: scheme.effective_until,
        by,
        outline: scheme.outline(),
        warnings: sentences(&scheme.warnings(sizes)),
        text: text.to_owned(),
    }
}
