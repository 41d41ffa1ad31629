//! What a correction changes.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    id::{Digest, UnitId},
    scoring::result::{Ranking, Standing},
};

/// How an edition differs from the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Difference {
    /// The digest of the ranking before.
    pub since: Digest,
    /// The units whose rank or score is another, in the order of the new ranking, then those that left it.
    pub moved: Vec<Moved>,
    /// The district's totals that are others, by key: before, now.
    pub headlines: BTreeMap<String, (Option<Decimal>, Option<Decimal>)>,
}

/// A unit whose rank or score is another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Moved {
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// Rank and score before; nothing for a unit that was not listed.
    pub before: Option<(Option<u32>, Decimal)>,
    /// Rank and score now; nothing for a unit that is not listed any more.
    pub now: Option<(Option<u32>, Decimal)>,
}

impl Difference {
    /// What is different between two rankings of one period.
    pub fn between(before: &Ranking, now: &Ranking) -> Self {
        let old: BTreeMap<UnitId, &Standing> = standings(before).map(|standing| (standing.unit, standing)).collect();
        let new: BTreeMap<UnitId, &Standing> = standings(now).map(|standing| (standing.unit, standing)).collect();
        let left = standings(before).filter(|standing| !new.contains_key(&standing.unit));
        let moved = standings(now).chain(left).filter_map(|standing| {
            let place = |of: &BTreeMap<UnitId, &Standing>| of.get(&standing.unit).map(|it| (it.rank, it.score));
            let (before, now) = (place(&old), place(&new));
            let moved = Moved { unit: standing.unit, name: standing.name.clone(), before, now };
            (before != now).then_some(moved)
        });
        Self { since: before.digest, moved: moved.collect(), headlines: headlines(before, now) }
    }
}

fn standings(ranking: &Ranking) -> impl Iterator<Item = &Standing> {
    ranking.groups.iter().flat_map(|group| &group.units)
}

fn headlines(before: &Ranking, now: &Ranking) -> BTreeMap<String, (Option<Decimal>, Option<Decimal>)> {
    let figures = |ranking: &Ranking| -> BTreeMap<String, Decimal> {
        ranking.headlines.iter().map(|headline| (headline.key.clone(), headline.progress.actual)).collect()
    };
    let (old, new) = (figures(before), figures(now));
    let keys = old.keys().chain(new.keys());
    let pairs = keys.map(|key| (key.clone(), (old.get(key).copied(), new.get(key).copied())));
    pairs.filter(|(_, (before, now))| before != now).collect()
}
