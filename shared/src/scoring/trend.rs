//! How a year went, month by month: the district's totals and each unit's figures, read out of the rankings.
//!
//! A month whose ranking is not known, and a month in which a unit has no such figure, is a gap and never a zero.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::result::{Progress, Ranking, Standing};
use crate::{id::UnitId, unit::Group};

/// What begins the code of an item's points.
const ITEM: &str = "item.";

/// Which of a unit's figures.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// 得分.
    Score,
    /// 名次.
    Rank,
    /// 新开工.
    Started,
    /// 建成.
    Completed,
    /// The points of an item, by its key.
    Item(String),
}

impl Measure {
    /// Those that every scheme has, in the order in which people ask for them.
    pub const COMMON: [Self; 4] = [Self::Score, Self::Rank, Self::Started, Self::Completed];

    /// The code in addresses.
    pub fn code(&self) -> String {
        match self {
            Self::Score => "score".to_owned(),
            Self::Rank => "rank".to_owned(),
            Self::Started => "started".to_owned(),
            Self::Completed => "completed".to_owned(),
            Self::Item(key) => format!("{ITEM}{key}"),
        }
    }

    /// The measure of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        let item = || code.strip_prefix(ITEM).map(|key| Self::Item(key.to_owned()));
        Self::COMMON.into_iter().find(|measure| measure.code() == code).or_else(item)
    }

    /// The figure; `None` where the unit has none: it is not ranked, or the item does not apply.
    fn of(&self, standing: &Standing) -> Option<Decimal> {
        match self {
            Self::Score => Some(standing.score),
            Self::Rank => standing.rank.map(Decimal::from),
            Self::Started | Self::Completed => self.progress(standing).map(|progress| progress.actual),
            Self::Item(key) => standing.items.iter().find(|item| item.key == *key)?.score,
        }
    }

    /// What is done, asked and due, for what has a task.
    fn progress(&self, standing: &Standing) -> Option<Progress> {
        match self {
            Self::Started => Some(standing.started),
            Self::Completed => Some(standing.completed),
            Self::Score | Self::Rank | Self::Item(_) => None,
        }
    }
}

/// How a figure stands to what the schedule makes due by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// More is done, by so much.
    Ahead(Decimal),
    /// Just that much is done.
    Even,
    /// Less is done, by so much.
    Behind(Decimal),
}

impl Progress {
    /// How it stands to its schedule; `None` where there is no task.
    pub fn pace(&self) -> Option<Pace> {
        let over = self.actual.checked_sub(self.due).filter(|_| !self.target.is_zero())?;
        Some(match over.cmp(&Decimal::ZERO) {
            std::cmp::Ordering::Greater => Pace::Ahead(over),
            std::cmp::Ordering::Equal => Pace::Even,
            std::cmp::Ordering::Less => Pace::Behind(over.abs()),
        })
    }
}

/// One of the district's totals through the year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadlineTrend {
    /// Its key.
    pub key: String,
    /// What was done by the end of each month up to the one asked about.
    pub actual: Vec<Option<Decimal>>,
    /// What the schedule makes due by the end of each month, those to come as well.
    pub due: Vec<Option<Decimal>>,
    /// Where it stands in the month asked about.
    pub now: Progress,
}

/// The district's totals as they stand in the month at `at`, each through the year.
///
/// Of the months after it only what they make due is read: what is done by then nobody knows.
pub fn of_headlines(year: &[Option<&Ranking>], at: usize) -> Vec<HeadlineTrend> {
    let Some(now) = year.get(at).copied().flatten() else { return Vec::new() };
    let in_month = |key: &str, ranking: Option<&Ranking>| {
        Some(ranking?.headlines.iter().find(|headline| headline.key == key)?.progress)
    };
    let trend = |key: &str, now: Progress| HeadlineTrend {
        key: key.to_owned(),
        actual: year.iter().take(at.saturating_add(1)).map(|month| Some(in_month(key, *month)?.actual)).collect(),
        due: year.iter().map(|month| Some(in_month(key, *month)?.due)).collect(),
        now,
    };
    now.headlines.iter().map(|headline| trend(&headline.key, headline.progress)).collect()
}

/// One unit's figures through the year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitTrend {
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// Its figure in each month.
    pub figures: Vec<Option<Decimal>>,
    /// What the schedule made due in each month, for what has a task.
    pub due: Vec<Option<Decimal>>,
    /// What is done, asked and due in the last month of which there is a ranking, for what has a task.
    pub now: Option<Progress>,
}

/// The units of a group in the order of the last ranking that is known, then those that left before.
pub fn of_units(year: &[Option<&Ranking>], group: Group, measure: &Measure) -> Vec<UnitTrend> {
    let months: Vec<&[Standing]> = year.iter().map(|ranking| standings(*ranking, group)).collect();
    let mut seen = BTreeSet::new();
    let newest_first = months.iter().rev().flat_map(|standings| standings.iter());
    newest_first
        .filter(|standing| seen.insert(standing.unit))
        .map(|newest| {
            let in_month = |standings: &&[Standing]| standings.iter().find(|it| it.unit == newest.unit).cloned();
            let own: Vec<Option<Standing>> = months.iter().map(in_month).collect();
            let due = |standing: &Standing| measure.progress(standing).filter(has_task).map(|progress| progress.due);
            UnitTrend {
                unit: newest.unit,
                name: newest.name.clone(),
                figures: own.iter().map(|standing| measure.of(standing.as_ref()?)).collect(),
                due: own.iter().map(|standing| due(standing.as_ref()?)).collect(),
                now: measure.progress(newest),
            }
        })
        .collect()
}

fn standings(ranking: Option<&Ranking>, group: Group) -> &[Standing] {
    let listed = ranking.and_then(|ranking| ranking.groups.iter().find(|listed| listed.group == group));
    listed.map_or(&[], |listed| listed.units.as_slice())
}

fn has_task(progress: &Progress) -> bool {
    !progress.target.is_zero()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        calendar::Month,
        id::Digest,
        scoring::result::{GroupRanking, Headline, ItemScore},
    };

    fn progress(actual: i64, target: i64, due: i64) -> Progress {
        Progress { actual: actual.into(), target: target.into(), due: due.into() }
    }

    fn standing(unit: u128, rank: Option<u32>, score: i64, started: Progress) -> Standing {
        Standing {
            unit: UnitId(Uuid::from_u128(unit)),
            name: format!("单位{unit}"),
            rank,
            change: None,
            score: score.into(),
            previous_score: None,
            gap: None,
            started,
            completed: Progress::default(),
            joint: Progress::default(),
            finished: false,
            items: vec![ItemScore { key: "visits".into(), score: rank.map(Decimal::from) }],
            bonus: Decimal::ZERO,
            deduction: Decimal::ZERO,
            grade: None,
            lifted: false,
            vetoes: Vec::new(),
            waiting: 0,
        }
    }

    fn ranking(units: Vec<Standing>, headline: Progress) -> Ranking {
        Ranking {
            period: Month::january(2021),
            scheme: String::new(),
            digest: Digest::of_json(&()),
            groups: vec![GroupRanking { group: Group::Street, units, meeting: None }],
            headlines: vec![Headline { key: "started".into(), progress: headline }],
        }
    }

    fn figures(figures: &[Option<i64>]) -> Vec<Option<Decimal>> {
        figures.iter().map(|figure| figure.map(Decimal::from)).collect()
    }

    #[test]
    fn a_month_that_is_not_known_is_a_gap_and_what_is_done_is_told_up_to_now() {
        let month = |headline| ranking(Vec::new(), headline);
        let (january, march, april) =
            (month(progress(10, 168, 13)), month(progress(40, 168, 50)), month(progress(40, 168, 64)));
        let year = [Some(&january), None, Some(&march), Some(&april)];
        let trends = of_headlines(&year, 2);
        assert_eq!(trends.len(), 1);
        assert_eq!(trends[0].actual, figures(&[Some(10), None, Some(40)]));
        assert_eq!(trends[0].due, figures(&[Some(13), None, Some(50), Some(64)]));
        assert_eq!(trends[0].now, progress(40, 168, 50));
        assert_eq!(of_headlines(&year, 1), Vec::new(), "of a month that is not known nothing is claimed");
    }

    #[test]
    fn units_stand_in_the_order_of_the_last_ranking_and_those_that_left_come_after() {
        let january = ranking(
            vec![standing(1, Some(1), 90, progress(2, 9, 1)), standing(3, Some(2), 80, Progress::default())],
            Progress::default(),
        );
        let march = ranking(
            vec![standing(2, Some(1), 95, progress(3, 8, 3)), standing(1, None, 70, progress(4, 9, 5))],
            Progress::default(),
        );
        let year = [Some(&january), None, Some(&march)];
        let table = |measure: Measure| -> Vec<(String, Vec<Option<Decimal>>)> {
            let units = of_units(&year, Group::Street, &measure).into_iter();
            units.map(|unit| (unit.name, unit.figures)).collect()
        };
        let row = |unit: u32, of: &[Option<i64>]| (format!("单位{unit}"), figures(of));
        for (measure, expected) in [
            (Measure::Score, [[None, None, Some(95)], [Some(90), None, Some(70)], [Some(80), None, None]]),
            (Measure::Rank, [[None, None, Some(1)], [Some(1), None, None], [Some(2), None, None]]),
            (Measure::Started, [[None, None, Some(3)], [Some(2), None, Some(4)], [Some(0), None, None]]),
            (Measure::Item("visits".into()), [[None, None, Some(1)], [Some(1), None, None], [Some(2), None, None]]),
            (Measure::Item("other".into()), [[None; 3]; 3]),
        ] {
            let [second, first, third] = expected;
            assert_eq!(table(measure.clone()), [row(2, &second), row(1, &first), row(3, &third)], "{measure:?}");
        }
        let started = of_units(&year, Group::Street, &Measure::Started);
        assert_eq!(started[1].due, figures(&[Some(1), None, Some(5)]));
        assert_eq!(started[1].now, Some(progress(4, 9, 5)));
        assert_eq!(started[2].due, figures(&[None; 3]), "without a task nothing is due");
        assert_eq!(of_units(&year, Group::Park, &Measure::Score), Vec::new());
    }

    #[test]
    fn a_pace_is_told_where_there_is_a_task() {
        for (of, expected) in [
            (progress(61, 168, 74), Some(Pace::Behind(13.into()))),
            (progress(80, 168, 74), Some(Pace::Ahead(6.into()))),
            (progress(74, 168, 74), Some(Pace::Even)),
            (progress(3, 0, 0), None),
        ] {
            assert_eq!(of.pace(), expected, "{of:?}");
        }
    }

    #[test]
    fn a_measure_is_found_again_by_its_code() {
        for measure in Measure::COMMON.into_iter().chain([Measure::Item("services".into())]) {
            assert_eq!(Measure::from_code(&measure.code()), Some(measure));
        }
        assert_eq!(Measure::from_code("services"), None);
    }
}
