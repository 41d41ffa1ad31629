//! 通报: what a frozen result says, as a document: its tables, and who speaks at the quarterly meeting and why.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    calendar::{Date, Month},
    id::UnitId,
    period::FrozenResult,
    scoring::{
        outcome::{Against, Condition, MeetingRule, Position},
        result::{GroupRanking, Progress, Standing},
        scheme::Scheme,
    },
    t,
};

/// A bulletin: the same for a page, a document and a workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Bulletin {
    /// The month.
    pub month: Month,
    /// The frozen edition that it is made from.
    pub edition: u32,
    /// Who publishes it (发文机关).
    pub office: String,
    /// Its title.
    pub title: String,
    /// Whom it is addressed to.
    pub addressees: String,
    /// What stands before the tables.
    pub paragraphs: Vec<String>,
    /// The three groups.
    pub tables: Vec<Sheet>,
    /// The meeting's lists; none outside its months.
    pub rolls: Vec<Roll>,
    /// The day, in words.
    pub day: String,
    /// Who gets a copy (抄送).
    pub copies: String,
    /// What proves its figures.
    pub proof: String,
}

/// One group's table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Sheet {
    /// The group's name.
    pub name: String,
    /// Its caption.
    pub title: String,
    /// The heads of its columns.
    pub columns: Vec<String>,
    /// A cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Words.
    Text(String),
    /// A figure.
    Figure(Decimal),
}

impl Cell {
    /// As people read it.
    pub fn words(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Figure(figure) => figure.to_string(),
        }
    }
}

/// One list of the quarterly meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Roll {
    /// The group's name.
    pub group: String,
    /// What it is a list of.
    pub title: String,
    /// The units in rank order; the list may be empty.
    pub entries: Vec<Entry>,
}

/// One unit of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Entry {
    /// The unit.
    pub unit: String,
    /// Why it is there.
    pub reason: String,
}

impl Bulletin {
    /// The bulletin of a frozen result; `on` is the day that it bears.
    pub fn of(result: &FrozenResult, on: Date) -> Self {
        let (campaign, month) = (&result.basis.campaign, result.month);
        let in_words =
            |on: Date| t!("bulletin.day", year = on.month().year(), month = on.month().number(), day = on.day());
        let (year, number) = (month.year(), month.number());
        let scheme = result.basis.scheme_in(month);
        let title = match result.edition {
            1 => t!("bulletin.title", year = year, month = number, campaign = campaign.name),
            edition => {
                t!("bulletin.title_corrected", year = year, month = number, campaign = campaign.name, edition = edition)
            }
        };
        let mut paragraphs =
            vec![t!("bulletin.opening", year = year, month = number, campaign = campaign.name, scheme = scheme.name)];
        paragraphs.extend(headlines(result));
        let of_group = |ranking: &GroupRanking| {
            let rule = scheme.groups.get(&ranking.group).and_then(|group| group.meeting.as_ref());
            rule.map(|rule| rolls(ranking, rule)).unwrap_or_default()
        };
        Self {
            month,
            edition: result.edition,
            office: t!("bulletin.office", district = campaign.district),
            title,
            addressees: t!("bulletin.addressees"),
            paragraphs,
            tables: result.ranking.groups.iter().map(|group| sheet(scheme, group)).collect(),
            rolls: result.ranking.groups.iter().flat_map(of_group).collect(),
            day: in_words(on),
            copies: t!("bulletin.copies"),
            proof: t!("bulletin.proof", row = result.mark.sequence, digest = result.ranking.digest),
        }
    }

    /// How many lines of figures and names it holds: what an export is told to have taken out.
    pub fn rows(&self) -> usize {
        let lines = self.tables.iter().map(|table| table.rows.len());
        lines.chain(self.rolls.iter().map(|roll| roll.entries.len())).sum()
    }
}

fn headlines(result: &FrozenResult) -> Option<String> {
    let of = |key: &str| {
        let headline = result.ranking.headlines.iter().find(|headline| headline.key == key);
        headline.map(|headline| headline.progress)
    };
    let (started, completed) = (of("started")?, of("completed")?);
    Some(t!(
        "bulletin.headlines",
        started = started.actual,
        started_target = started.target,
        completed = completed.actual,
        completed_target = completed.target
    ))
}

fn sheet(scheme: &Scheme, ranking: &GroupRanking) -> Sheet {
    let name = t!(ranking.group.label_key());
    let items = scheme.groups.get(&ranking.group).map(|group| group.items.as_slice()).unwrap_or_default();
    let mut columns = vec![t!("bulletin.rank"), t!("bulletin.unit"), t!("bulletin.score"), t!("bulletin.change")];
    columns.extend(items.iter().map(|item| item.label.clone()));
    columns.extend([t!("bulletin.bonus"), t!("bulletin.deduction"), t!("bulletin.started"), t!("bulletin.completed")]);
    let rows = ranking.units.iter().map(|standing| {
        let figure = |figure: Option<Decimal>| figure.map_or_else(none, Cell::Figure);
        let rank = standing.rank.map_or_else(|| Cell::Text(t!("bulletin.unranked")), |rank| Cell::Figure(rank.into()));
        let change = standing.change.map_or_else(none, |change| Cell::Text(change_words(change)));
        let mut row = vec![rank, Cell::Text(standing.name.clone()), Cell::Figure(standing.score), change];
        row.extend(items.iter().map(|item| {
            let own = standing.items.iter().find(|own| own.key == item.key);
            figure(own.and_then(|own| own.score))
        }));
        row.extend([Cell::Figure(standing.bonus), Cell::Figure(standing.deduction)]);
        row.extend([standing.started, standing.completed].map(|progress| Cell::Text(share(progress))));
        row
    });
    Sheet { title: t!("bulletin.table", group = name), name, columns, rows: rows.collect() }
}

fn none() -> Cell {
    Cell::Text(t!("bulletin.none"))
}

fn change_words(change: i32) -> String {
    match change {
        0 => t!("bulletin.change.same"),
        gained @ 1.. => t!("bulletin.change.up", places = gained),
        lost => t!("bulletin.change.down", places = lost.unsigned_abs()),
    }
}

fn share(progress: Progress) -> String {
    t!("bulletin.share", actual = progress.actual, target = progress.target)
}

/// Who speaks, who pledges, and who missed either by one condition.
fn rolls(ranking: &GroupRanking, rule: &MeetingRule) -> Vec<Roll> {
    let Some(meeting) = &ranking.meeting else { return Vec::new() };
    let group = t!(ranking.group.label_key());
    let seen: Vec<Seen<'_>> = ranking.units.iter().filter_map(|standing| Seen::of(ranking, rule, standing)).collect();
    let list = |title: String, condition: &Condition, units: &[UnitId]| {
        let listed = seen.iter().filter(|seen| units.contains(&seen.standing.unit));
        let entries = listed.map(|seen| seen.entry(seen.facts(condition)));
        Roll { group: group.clone(), title, entries: entries.collect() }
    };
    let mut near = Vec::new();
    for (title, condition, units) in
        [(t!("bulletin.speak"), &rule.speak, &meeting.speak), (t!("bulletin.pledge"), &rule.pledge, &meeting.pledge)]
    {
        for seen in seen.iter().filter(|seen| !units.contains(&seen.standing.unit)) {
            near.extend(
                seen.missed(condition).map(|fact| seen.entry(t!("bulletin.missed", list = title, fact = fact))),
            );
        }
    }
    vec![
        list(t!("bulletin.speak"), &rule.speak, &meeting.speak),
        list(t!("bulletin.pledge"), &rule.pledge, &meeting.pledge),
        Roll { group, title: t!("bulletin.near"), entries: near },
    ]
}

/// A ranked unit as the conditions see it.
struct Seen<'a> {
    standing: &'a Standing,
    position: Position,
    against: Against,
}

impl<'a> Seen<'a> {
    fn of(ranking: &GroupRanking, rule: &MeetingRule, standing: &'a Standing) -> Option<Self> {
        let ranked = ranking.units.iter().filter(|other| other.rank.is_some());
        let below = ranked.filter(|other| other.score < standing.score).count();
        let joint = standing.joint;
        let wanted = match rule.against {
            Against::Due => joint.due,
            Against::Annual => joint.target,
        };
        let position = Position {
            rank: standing.rank?,
            below: u32::try_from(below).unwrap_or(u32::MAX),
            is_finished: standing.finished,
            is_joint_finished: joint.actual >= wanted,
            is_vetoed: !standing.vetoes.is_empty(),
            is_exempt: false,
        };
        // The result does not say who is exempt; whoever would pledge and does not, is.
        let pledges = ranking.meeting.as_ref().is_some_and(|meeting| meeting.pledge.contains(&standing.unit));
        let is_exempt = !pledges && rule.pledge.holds(position);
        Some(Self { standing, position: Position { is_exempt, ..position }, against: rule.against })
    }

    fn entry(&self, reason: String) -> Entry {
        Entry { unit: self.standing.name.clone(), reason }
    }

    /// How everything stands that a condition looks at.
    fn facts(&self, condition: &Condition) -> String {
        let mut leaves = Vec::new();
        self.look(condition, &mut leaves);
        leaves.join(&t!("bulletin.and"))
    }

    fn look(&self, condition: &Condition, leaves: &mut Vec<String>) {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| self.look(part, leaves)),
            Condition::Not(part) => self.look(part, leaves),
            Condition::First(_)
            | Condition::Last(_)
            | Condition::Finished
            | Condition::JointFinished
            | Condition::Vetoed
            | Condition::Exempt => leaves.extend(self.fact(condition)),
        }
    }

    /// One thing that a condition looks at; nothing of what goes without saying.
    fn fact(&self, leaf: &Condition) -> Option<String> {
        let at = self.position;
        Some(match leaf {
            Condition::First(count) if at.rank <= *count => t!("bulletin.fact.first", rank = at.rank, count = count),
            Condition::Last(count) if at.below < *count => t!("bulletin.fact.last", rank = at.rank, count = count),
            Condition::First(_) | Condition::Last(_) => t!("bulletin.fact.rank", rank = at.rank),
            Condition::Finished if at.is_finished => t!("bulletin.fact.finished"),
            Condition::Finished => t!("bulletin.fact.unfinished"),
            Condition::JointFinished => {
                let joint = self.standing.joint;
                let wanted = if self.against == Against::Due { joint.due } else { joint.target };
                t!("bulletin.fact.joint", actual = joint.actual, wanted = wanted.round_dp(2).normalize())
            }
            Condition::Vetoed if at.is_vetoed => {
                t!("bulletin.fact.vetoed", vetoes = self.standing.vetoes.join(&t!("form.list_separator")))
            }
            Condition::Exempt if at.is_exempt => t!("bulletin.fact.exempt"),
            Condition::Vetoed | Condition::Exempt | Condition::All(_) | Condition::Any(_) | Condition::Not(_) => {
                return None;
            }
        })
    }

    /// The one part of a condition that keeps the unit off a list; a rank only where it is off by one place.
    fn missed(&self, condition: &Condition) -> Option<String> {
        let Condition::All(parts) = condition else { return None };
        let mut failing = parts.iter().filter(|part| !part.holds(self.position));
        let part = failing.next().filter(|_| failing.next().is_none())?;
        let is_near = match part {
            Condition::First(count) => self.position.rank == count.saturating_add(1),
            Condition::Last(count) => self.position.below == *count,
            Condition::All(_)
            | Condition::Any(_)
            | Condition::Not(_)
            | Condition::Finished
            | Condition::JointFinished
            | Condition::Vetoed
            | Condition::Exempt => true,
        };
        is_near.then(|| self.facts(part))
    }
}
