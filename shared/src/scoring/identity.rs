//! Twins: one project filed by two units. Only the one approved first counts until people have merged them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    calendar::Month,
    fields::{Fields, half_width},
    id::RecordId,
    merge::replica::Replica,
    project::field,
    record::{Record, RecordKind},
};

/// Which projects ever bore the same 项目代码, or the same credit code and name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Identities {
    bearers: BTreeMap<String, BTreeSet<RecordId>>,
    borne: BTreeMap<RecordId, BTreeSet<String>>,
}

impl Identities {
    /// Takes a project's present signs in and gives every project that shares or shared one with it.
    pub(super) fn update(&mut self, id: RecordId, record: Option<&Record>) -> BTreeSet<RecordId> {
        let approved = record
            .filter(|record| record.kind == RecordKind::Project && !record.removed)
            .into_iter()
            .flat_map(|record| &record.pinned);
        let signs: BTreeSet<String> = approved.flat_map(|pinned| signs(&pinned.fields)).collect();
        let before = self.borne.remove(&id).unwrap_or_default();
        let mut touched = BTreeSet::new();
        for sign in before.union(&signs) {
            let bearers = self.bearers.entry(sign.clone()).or_default();
            touched.extend(bearers.iter().copied());
            if signs.contains(sign) {
                bearers.insert(id);
            } else {
                bearers.remove(&id);
            }
        }
        if !signs.is_empty() {
            self.borne.insert(id, signs);
        }
        touched.remove(&id);
        touched
    }

    /// Projects that may be the same as this one.
    pub(super) fn of(&self, id: RecordId) -> BTreeSet<RecordId> {
        let signs = self.borne.get(&id).into_iter().flatten();
        let mut others: BTreeSet<RecordId> =
            signs.filter_map(|sign| self.bearers.get(sign)).flatten().copied().collect();
        others.remove(&id);
        others
    }
}

/// Whether another project that was approved earlier is the same one at the end of a month.
pub(super) fn is_second(replica: &Replica, project: &Record, others: &BTreeSet<RecordId>, period: Month) -> bool {
    let Some(own) = project.pinned_at(period) else { return false };
    let first_of = |record: &Record| record.pinned.first().map(|pinned| pinned.sequence);
    others.iter().filter_map(|id| replica.get(*id)).any(|other| {
        let is_earlier = !other.removed && first_of(other) < first_of(project);
        is_earlier && other.pinned_at(period).is_some_and(|pinned| is_same(&own.fields, &pinned.fields))
    })
}

/// Phases of one project have codes of their own, so two different codes are two projects whatever the name.
fn is_same(left: &Fields, right: &Fields) -> bool {
    let (left_code, right_code) = (plain(left.text(field::CODE)), plain(right.text(field::CODE)));
    if !left_code.is_empty() && !right_code.is_empty() {
        return left_code == right_code;
    }
    owner_and_name(left).is_some_and(|sign| owner_and_name(right) == Some(sign))
}

fn signs(fields: &Fields) -> impl Iterator<Item = String> + use<> {
    let code = plain(fields.text(field::CODE));
    let code = (!code.is_empty()).then(|| format!("code {code}"));
    code.into_iter().chain(owner_and_name(fields))
}

fn owner_and_name(fields: &Fields) -> Option<String> {
    let (owner, name) = (plain(fields.text(field::CREDIT_CODE)), plain(fields.text(field::NAME)));
    (!owner.is_empty() && !name.is_empty()).then(|| format!("owner {owner} {name}"))
}

/// Without what people write differently: width, case, white space, brackets.
fn plain(text: &str) -> String {
    half_width(text).to_uppercase().chars().filter(|letter| letter.is_alphanumeric() || *letter == '-').collect()
}
