//! Twins: one project filed by two units. Only the one approved first counts until people have merged them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    calendar::Month,
    id::RecordId,
    merge::replica::Replica,
    project::{
        Project,
        twin::{Twin, Word, each_plain, is_same, word_by},
    },
    record::{Record, RecordKind},
};

/// Which projects ever bore the same 项目代码, or the same credit code and name.
///
/// Signs are kept as 64-bit hashes. Two that collide make two projects look at each other once in vain:
/// [`is_second`] compares the texts.
#[derive(Clone, Debug, Default)]
pub(super) struct Identities {
    bearers: BTreeMap<u64, Vec<RecordId>>,
    borne: BTreeMap<RecordId, Vec<u64>>,
    /// What people have said something of, either way.
    paired: BTreeMap<RecordId, BTreeSet<RecordId>>,
}

impl Identities {
    /// Takes a project's signs in and gives every other project that shares one with it.
    pub(super) fn update(&mut self, id: RecordId, record: Option<&Record>) -> Vec<RecordId> {
        // What was approved once stays approved: a project only ever takes on more of them.
        let signs = signs_of(record);
        let mut touched = Vec::new();
        for sign in &signs {
            let bearers = self.bearers.entry(*sign).or_default();
            touched.extend(bearers.iter().filter(|bearer| **bearer != id));
            if !bearers.contains(&id) {
                bearers.push(id);
            }
        }
        if !signs.is_empty() {
            self.borne.insert(id, signs);
        }
        self.pair(id, record);
        touched.extend(self.paired.get(&id).into_iter().flatten());
        touched
    }

    /// Notes which projects people have said something of, beside this one.
    pub(super) fn pair(&mut self, id: RecordId, record: Option<&Record>) {
        for other in record.into_iter().flat_map(|record| record.twins.keys()) {
            self.paired.entry(id).or_default().insert(*other);
            self.paired.entry(*other).or_default().insert(id);
        }
    }

    /// Takes the signs of every project at once, forgetting what was known; gives the projects that share one.
    pub(super) fn fill(&mut self, mut borne: Vec<(u64, RecordId)>) -> BTreeSet<RecordId> {
        borne.sort_unstable();
        let same_sign = |left: &(u64, RecordId), right: &(u64, RecordId)| left.0 == right.0;
        let shared = borne.chunk_by(same_sign).filter(|bearers| bearers.len() > 1);
        let shared = shared.flatten().map(|(_, id)| *id);
        let twins = shared.chain(self.paired.keys().copied()).collect();
        let ids = |bearers: &[(u64, RecordId)]| bearers.iter().map(|(_, id)| *id).collect();
        let by_sign = borne.chunk_by(same_sign).filter_map(|bearers| Some((bearers.first()?.0, ids(bearers))));
        self.bearers = by_sign.collect();
        borne.sort_unstable_by_key(|(sign, id)| (*id, *sign));
        let signs = |borne: &[(u64, RecordId)]| borne.iter().map(|(sign, _)| *sign).collect();
        let by_id = borne.chunk_by(|left, right| left.1 == right.1);
        self.borne = by_id.filter_map(|borne| Some((borne.first()?.1, signs(borne)))).collect();
        twins
    }

    /// Projects that may be the same as this one, by id.
    pub(super) fn of(&self, id: RecordId) -> Vec<RecordId> {
        let signs = self.borne.get(&id).into_iter().flatten();
        let bearers = signs.filter_map(|sign| self.bearers.get(sign)).flatten();
        let paired = self.paired.get(&id).into_iter().flatten();
        let mut others: Vec<RecordId> = bearers.chain(paired).copied().filter(|other| *other != id).collect();
        others.sort_unstable();
        others.dedup();
        others
    }
}

/// Whether another project counts in this one's place at the end of a month: the one that people keep, or the one
/// that was approved earlier where nobody has said anything.
pub(super) fn is_second(replica: &Replica, project: &Record, others: &[RecordId], period: Month) -> bool {
    let Some(own) = project.pinned_at(period) else { return false };
    let first_of = |record: &Record| record.pinned.first().map(|pinned| pinned.sequence);
    let takes_its_place = |other: &Record| {
        let Some(kept) = other.pinned_at(period).filter(|_| !other.removed) else { return false };
        match word_by(project, other, period) {
            Some((gives_way, Twin { word: Word::Same, .. })) => gives_way.id == project.id,
            Some((_, Twin { word: Word::Different, .. })) => false,
            Some((_, Twin { word: Word::Open, .. })) | None => {
                first_of(other) < first_of(project) && is_same(&own.fields, &kept.fields)
            }
        }
    };
    others.iter().filter_map(|id| replica.get(*id)).any(takes_its_place)
}

/// The signs of every content that was approved.
fn signs_of(record: Option<&Record>) -> Vec<u64> {
    let mut signs = Vec::new();
    let record = record.filter(|record| record.kind == RecordKind::Project);
    for pinned in record.into_iter().flat_map(|record| &record.pinned) {
        add_signs(&Project::read(&pinned.fields), &mut signs);
    }
    signs
}

/// Adds the signs of one content to those of others.
pub(super) fn add_signs(project: &Project<'_>, signs: &mut Vec<u64>) {
    let of_code = sign(&[project.code]);
    let of_owner = sign(&[project.credit_code, project.name]);
    for sign in of_code.into_iter().chain(of_owner) {
        if !signs.contains(&sign) {
            signs.push(sign);
        }
    }
}

/// The hash (FNV-1a) of plain texts with their number; `None` where one of them says nothing.
fn sign(parts: &[&str]) -> Option<u64> {
    const PRIME: u64 = 0x0100_0000_01b3;
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        let before = hash;
        each_plain(part, |letter| hash = (hash ^ u64::from(u32::from(letter))).wrapping_mul(PRIME));
        if hash == before {
            return None;
        }
        hash = (hash ^ u64::from(u32::MAX)).wrapping_mul(PRIME);
    }
    Some(hash)
}
