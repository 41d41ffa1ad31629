//! Vetoes (一票否决): what single events take away whatever the points are.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    exact::Exact,
    reading::Member,
    scheme::{GroupScheme, Item},
};

/// One kind of veto.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Veto {
    /// Its key.
    pub key: String,
    /// Its Chinese name.
    pub label: String,
    /// The incidents that call for it, by indicator.
    pub of: Vec<String>,
    /// What it does.
    pub effects: Vec<Effect>,
}

/// What a veto does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The items that hold an indicator which the finding is about give nothing.
    ConcernedItemsZero,
    /// These items give nothing.
    ItemsZero(Vec<String>),
    /// The items of these blocks give nothing.
    BlocksZero(Vec<String>),
    /// The unit is listed, not ranked.
    Disqualified,
    /// The unit's rank is at best this one.
    RankAtBest(u32),
    /// The unit does not speak of its experience at the meeting.
    NoSpeech,
}

/// What the vetoes that hit one unit come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The places of the vetoes in the scheme, each with its events.
    pub hits: Vec<(usize, i128)>,
    /// Listed, not ranked.
    pub is_disqualified: bool,
    /// The best rank allowed.
    pub best_rank: Option<u32>,
    /// Does not speak.
    pub is_silent: bool,
}

impl Verdict {
    /// Which vetoes hit a unit.
    pub fn on(group: &GroupScheme, member: &Member) -> Self {
        let mut verdict = Self::default();
        for (place, veto) in group.vetoes.iter().enumerate() {
            let events = events(&veto.of, member);
            if events == 0 {
                continue;
            }
            verdict.hits.push((place, events));
            for effect in &veto.effects {
                match effect {
                    Effect::Disqualified => verdict.is_disqualified = true,
                    Effect::RankAtBest(rank) => verdict.best_rank = verdict.best_rank.max(Some(*rank)),
                    Effect::NoSpeech => verdict.is_silent = true,
                    Effect::ConcernedItemsZero | Effect::ItemsZero(_) | Effect::BlocksZero(_) => {}
                }
            }
        }
        verdict
    }

    /// The first veto by which an item gives nothing.
    pub fn voids(&self, group: &GroupScheme, member: &Member, item: &Item) -> Option<usize> {
        let mut hits = self.hits.iter().filter_map(|(place, _)| group.vetoes.get(*place).map(|veto| (*place, veto)));
        hits.find(|(_, veto)| veto.voids(member, item)).map(|(place, _)| place)
    }
}

impl Veto {
    fn voids(&self, member: &Member, item: &Item) -> bool {
        self.effects.iter().any(|effect| match effect {
            Effect::ConcernedItemsZero => {
                let concerned: BTreeSet<&String> =
                    self.of.iter().filter_map(|incident| member.concerned.get(incident)).flatten().collect();
                item.of.iter().any(|key| concerned.contains(key))
            }
            Effect::ItemsZero(items) => items.contains(&item.key),
            Effect::BlocksZero(blocks) => blocks.contains(&item.block),
            Effect::Disqualified | Effect::RankAtBest(_) | Effect::NoSpeech => false,
        })
    }
}

/// How many events of some incidents count for a unit.
pub fn events(incidents: &[String], member: &Member) -> i128 {
    let counts = incidents.iter().filter_map(|key| member.own.get(key)).filter_map(|reading| reading.actual);
    counts.map(Exact::floor).sum::<i128>().max(0)
}
