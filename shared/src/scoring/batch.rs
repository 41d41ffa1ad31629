//! The batch: a ranking computed from two tables, without loading them into a campaign.

use rust_decimal::Decimal;
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{
    actuals::ActualsTable,
    evaluate::evaluate,
    exact::Exact,
    measure::{Measure, Missing},
    rank,
    reading::{Done, Keys, Member, Reading, Readings},
    schedule::Asked,
    scheme::{GroupScheme, Indicator, Scheme},
    targets::{TargetRow, TargetsTable},
};
use crate::{calendar::Month, id::Digest, unit::Group};

/// The result as printed: names instead of ids, since nothing of it was loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Batch {
    /// The month.
    pub period: Month,
    /// The scheme's name and version.
    pub scheme: String,
    /// The digest of period, scheme, groups and meeting.
    pub digest: Digest,
    /// The groups, in the plan's order.
    pub groups: Vec<BatchGroup>,
    /// The quarterly meeting's lists; absent in other months.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meeting: Option<ByKey<BatchMeeting>>,
}

/// One group's units, ranked first, then those listed but not ranked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BatchGroup {
    /// The group.
    pub group: Group,
    /// Its units.
    pub units: Vec<BatchUnit>,
}

/// One unit's line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BatchUnit {
    /// The unit's name.
    pub unit: String,
    /// Its rank; `null` for a unit listed but not ranked.
    pub rank: Option<u32>,
    /// The score, 2 decimals.
    pub score: Decimal,
    /// Item scores; `null` where an item does not apply.
    pub items: ByKey<Option<Decimal>>,
    /// Bonus points after their cap.
    pub bonus: Decimal,
    /// Deducted points after their cap.
    pub deduction: Decimal,
    /// The grade after ranking, where the scheme has grades.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
}

/// One group's lists of the quarterly meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BatchMeeting {
    /// 介绍经验.
    pub speak: Vec<String>,
    /// 表态发言.
    pub pledge: Vec<String>,
}

/// A JSON object that keeps its order: items in the scheme's, groups in the plan's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByKey<T>(pub Vec<(String, T)>);

impl<T> ByKey<T> {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&T> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }
}

impl<T: Serialize> Serialize for ByKey<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl Batch {
    /// Scores the tables at the end of a month.
    pub fn score(targets: &TargetsTable, actuals: &ActualsTable, period: Month, scheme: &Scheme) -> Self {
        let mut groups = Vec::new();
        let mut meetings = Vec::new();
        for (group, rules) in &scheme.groups {
            let rows: Vec<&TargetRow> = targets.rows.iter().filter(|row| row.group == *group).collect();
            let (units, meeting) = score_group(scheme, rules, &rows, actuals, period);
            groups.push(BatchGroup { group: *group, units });
            meetings.extend(meeting.map(|meeting| (group.code().to_owned(), meeting)));
        }
        let meeting = (!meetings.is_empty()).then_some(ByKey(meetings));
        let digest = Digest::of_json(&(period, &scheme.name, &groups, &meeting));
        Self { period, scheme: scheme.name.clone(), digest, groups, meeting }
    }
}

fn score_group(
    scheme: &Scheme,
    group: &GroupScheme,
    rows: &[&TargetRow],
    actuals: &ActualsTable,
    period: Month,
) -> (Vec<BatchUnit>, Option<BatchMeeting>) {
    // What a department leads, and how it verifies, is known only from the records of a campaign.
    let keys = Keys::of(&scheme.indicators);
    let own = |row: &&TargetRow| Readings::new(&keys, |place| reading(scheme, place, row, actuals, period));
    let members: Vec<Member> = rows.iter().map(|row| Member { own: own(row), ..Member::default() }).collect();
    let evaluations = evaluate(scheme, group, &members);
    let places = rank::rank(group, &members, &evaluations);
    let name = |member: usize| rows.get(member).map(|row| row.unit.clone());
    let names = |members: Vec<usize>| members.into_iter().filter_map(name).collect();
    let rule = group.meeting.as_ref().filter(|rule| rule.months.contains(&period.number()));
    let meeting = rule.map(|rule| {
        let (speak, pledge) = rank::lists(group, rule, &members, &evaluations, &places);
        BatchMeeting { speak: names(speak), pledge: names(pledge) }
    });
    let units = places.iter().filter_map(|place| {
        let evaluation = evaluations.get(place.member)?;
        let items = group.items.iter().zip(&evaluation.items).map(|(item, result)| (item.key.clone(), result.score()));
        Some(BatchUnit {
            unit: name(place.member)?,
            rank: place.rank,
            score: evaluation.score,
            items: ByKey(items.collect()),
            bonus: evaluation.bonus.points,
            deduction: evaluation.deduction.points,
            grade: rank::grade(group, &members, &evaluations, place).map(|(grade, _)| grade.label.clone()),
        })
    });
    (units.collect(), meeting)
}

fn reading(scheme: &Scheme, place: usize, row: &TargetRow, actuals: &ActualsTable, period: Month) -> Option<Reading> {
    let indicator = scheme.indicators.get(place)?;
    let asked = Asked {
        unit: &row.unit,
        period,
        share: scheme.share(indicator, period),
        tabled: row.figures.get(&indicator.key).copied().flatten(),
        // The tables hold no list of projects.
        planned: None,
    };
    Some(Reading::of(scheme, indicator, done(scheme, indicator, &row.unit, actuals), asked))
}

/// A table's figure is that of the period: months are rolled up by whoever made it.
fn done(scheme: &Scheme, indicator: &Indicator, unit: &str, actuals: &ActualsTable) -> Done {
    if indicator.measure.parts().is_some() {
        let figure = |key: &str| scheme.indicator(key).and_then(|part| done(scheme, part, unit, actuals).figure);
        return Done::derived(&indicator.measure, figure);
    }
    let figures = actuals.units.get(unit);
    let reported = figures.and_then(|figures| figures.get(&indicator.key).copied().flatten()).map(Exact::from);
    let is_zero = match indicator.measure {
        Measure::Reported { missing, .. } => missing == Missing::Zero,
        Measure::Rate { .. } | Measure::Rating { .. } | Measure::Share { .. } | Measure::Growth { .. } => false,
        Measure::Count(_)
        | Measure::Stock(_)
        | Measure::Sum(_)
        | Measure::Event(_)
        | Measure::Points(_)
        | Measure::Incident { .. } => true,
    };
    Done::from(reported.or_else(|| is_zero.then_some(Exact::ZERO)))
}
