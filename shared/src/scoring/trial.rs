//! What a what-if is computed from: one group at the end of a month, small enough to lie on a tablet.
//!
//! The server tells it; the question is answered wherever it was told, with or without a network, by the code that
//! computes the ranking.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    board::Evaluated,
    reading::{Keys, Member, Reading, Readings},
    scheme::{Item, Scheme},
    what_if::{Addition, Least, Stand, WhatIf},
};
use crate::{
    calendar::Month,
    id::UnitId,
    unit::{Group, Unit},
};

/// One group at the end of one month: its rules and what was read of its units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Trial {
    /// The month.
    pub period: Month,
    /// The group.
    pub group: Group,
    /// The scheme in force, with the rules of this group alone.
    #[cfg_attr(feature = "server", schemars(with = "BTreeMap<String, serde_json::Value>"))]
    scheme: Scheme,
    /// In the plan's order.
    members: Vec<TrialMember>,
}

/// One unit of a [`Trial`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
struct TrialMember {
    unit: Unit,
    /// Its own figures by the indicator's key.
    own: BTreeMap<String, Reading>,
    /// The district's figures of the indicators that it leads.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    led: BTreeMap<String, Reading>,
    /// By incident the indicators that its findings are about.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    concerned: BTreeMap<String, BTreeSet<String>>,
}

impl Trial {
    pub(super) fn of(scheme: &Scheme, period: Month, evaluated: &Evaluated<'_>) -> Self {
        let group = evaluated.group;
        let members = evaluated.units.iter().zip(&evaluated.members).map(|(unit, member)| TrialMember {
            unit: (*unit).clone(),
            own: told(&member.own),
            led: told(&member.led),
            concerned: member.concerned.clone(),
        });
        let groups = scheme.groups.iter().filter(|(other, _)| **other == group);
        let groups = groups.map(|(group, rules)| (*group, rules.clone())).collect();
        Self { period, group, scheme: Scheme { groups, ..scheme.clone() }, members: members.collect() }
    }

    /// The items of the group, in the scheme's order.
    pub fn items(&self) -> &[Item] {
        self.scheme.groups.get(&self.group).map_or(&[], |rules| rules.items.as_slice())
    }

    /// Where a unit would stand with other figures; `None` for a unit that is not in the group, and for an addition
    /// to what is no indicator or beyond [`super::what_if::ADDITION_MAX`].
    pub fn what_if(&self, unit: UnitId, added: &[Addition]) -> Option<WhatIf> {
        let evaluated = self.evaluated()?;
        self.stand(unit, &evaluated)?.what_if(unit, added)
    }

    /// The least by which a unit gains one place; `None` for a unit that is not in the group.
    pub fn least(&self, unit: UnitId) -> Option<Least> {
        let evaluated = self.evaluated()?;
        self.stand(unit, &evaluated)?.least()
    }

    fn stand<'a>(&'a self, unit: UnitId, evaluated: &'a Evaluated<'a>) -> Option<Stand<'a>> {
        let place = evaluated.index_of(unit)?;
        Some(Stand { scheme: &self.scheme, evaluated, place })
    }

    fn evaluated(&self) -> Option<Evaluated<'_>> {
        let keys = Keys::of(&self.scheme.indicators);
        let readings = |by_key: &BTreeMap<String, Reading>| {
            Readings::new(&keys, |place| by_key.get(&self.scheme.indicators.get(place)?.key).copied())
        };
        let members = self.members.iter().map(|member| Member {
            own: readings(&member.own),
            led: readings(&member.led),
            concerned: member.concerned.clone(),
        });
        let units = self.members.iter().map(|member| &member.unit).collect();
        Evaluated::of(&self.scheme, self.group, units, members.collect())
    }
}

fn told(readings: &Readings) -> BTreeMap<String, Reading> {
    readings.iter().map(|(key, reading)| (key.clone(), *reading)).collect()
}
