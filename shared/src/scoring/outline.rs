//! A scheme as an official reads it: chapters of lines in words, whatever the file looks like.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    outcome::{Against, Condition},
    rule::{By, Measured, Rule, SizeBy, Step},
    schedule::Schedule,
    scheme::{Combine, Credit, Event, Extras, GroupScheme, Item, NoTask, Rounding, Scheme, Scope, Tie},
    sentence::effects,
};
use crate::{t, text::find, unit::Group};

/// Lines that people read together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Chapter {
    /// What they are about.
    pub title: String,
    /// The lines.
    pub lines: Vec<Line>,
}

/// One line of a chapter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Line {
    /// What it is about.
    pub name: String,
    /// Points attainable, where it gives any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Decimal>,
    /// The rule in words.
    pub text: String,
}

impl Line {
    fn new(name: impl Into<String>, text: String) -> Self {
        Self { name: name.into(), points: None, text }
    }
}

/// The whole scheme.
pub(super) fn outline(scheme: &Scheme) -> Vec<Chapter> {
    let schedules =
        scheme.schedules.iter().map(|(name, schedule)| Line::new(schedule_name(name), schedule_words(schedule)));
    let mut chapters = vec![
        Chapter { title: t!("rules.general"), lines: general(scheme) },
        Chapter { title: t!("rules.schedules"), lines: schedules.collect() },
    ];
    for (group, rules) in &scheme.groups {
        chapters.extend(of_group(scheme, *group, rules));
    }
    chapters.retain(|chapter| !chapter.lines.is_empty());
    chapters
}

fn general(scheme: &Scheme) -> Vec<Line> {
    let effective = match scheme.effective_until {
        Some(until) => t!("rules.effective_between", from = scheme.effective_from, until = until),
        None => t!("rules.effective_from", from = scheme.effective_from),
    };
    let rounding = match scheme.round {
        Rounding::PerItem => t!("rules.rounding_per_item"),
        Rounding::AtEnd => t!("rules.rounding_at_end"),
    };
    let share = (scheme.minimum_applicable * Decimal::ONE_HUNDRED).normalize();
    let mut lines = vec![
        Line::new(t!("rules.effective"), effective),
        Line::new(t!("rules.rounding"), rounding),
        Line::new(t!("rules.ceiling"), t!("rules.points", points = scheme.ceiling)),
        Line::new(t!("rules.minimum"), t!("rules.minimum_text", share = share)),
    ];
    if scheme.credit == Credit::Shares {
        lines.push(Line::new(t!("rules.credit"), t!("rules.credit_shares")));
    }
    if !scheme.removed_by.is_empty() {
        let findings = listed(scheme.removed_by.iter().map(|finding| t!(finding.label_key())));
        lines.push(Line::new(t!("rules.removed_by"), t!("rules.removed_by_text", findings = findings)));
    }
    lines
}

fn of_group(scheme: &Scheme, group: Group, rules: &GroupScheme) -> Vec<Chapter> {
    let name = t!(group.label_key());
    let items = rules.items.iter().map(|item| Line {
        name: item.label.clone(),
        points: Some(item.points),
        text: item_words(scheme, item),
    });
    let vetoes = rules.vetoes.iter().map(|veto| {
        let text = t!("rules.veto", of = labels(scheme, &veto.of), effects = effects(rules, veto));
        Line::new(&veto.label, text)
    });
    let ties = (1..).zip(&rules.ties).map(|(number, tie)| {
        let text = match tie {
            Tie::Completion { of } => t!("rules.tie.completion", of = labels(scheme, of)),
            Tie::Sum { of } => t!("rules.tie.sum", of = labels(scheme, of)),
            Tie::FewerDeductions => t!("rules.tie.fewer_deductions"),
        };
        Line::new(t!("rules.tie", number = number), text)
    });
    let extras = |extras: &Extras| extras.lines.iter().map(|line| extra_line(scheme, line)).collect();
    let mut chapters = vec![
        Chapter { title: t!("rules.items", group = name), lines: items.collect() },
        Chapter { title: t!("rules.bonus", group = name, cap = rules.bonus.cap), lines: extras(&rules.bonus) },
        Chapter {
            title: t!("rules.deduction", group = name, cap = rules.deduction.cap),
            lines: extras(&rules.deduction),
        },
        Chapter { title: t!("rules.vetoes", group = name), lines: vetoes.collect() },
        Chapter { title: t!("rules.ties", group = name), lines: ties.collect() },
    ];
    if let Some(meeting) = &rules.meeting {
        let against = match meeting.against {
            Against::Due => t!("rules.meeting.due"),
            Against::Annual => t!("rules.meeting.annual"),
        };
        let lines = vec![
            Line::new(t!("rules.meeting.speak"), condition_words(&meeting.speak)),
            Line::new(t!("rules.meeting.pledge"), condition_words(&meeting.pledge)),
            Line::new(t!("rules.meeting.against"), against),
        ];
        chapters.push(Chapter { title: t!("rules.meeting", group = name, months = listed(&meeting.months)), lines });
    }
    chapters
}

fn extra_line(scheme: &Scheme, line: &super::scheme::Extra) -> Line {
    let event = match line.event {
        Event::BeyondTarget => t!("rules.event.beyond_target"),
        Event::WithoutTask => t!("rules.event.without_task"),
        Event::Each => t!("rules.event.each"),
    };
    let of = labels(scheme, &line.of);
    Line::new(&line.label, t!("rules.extra", event = event, points = line.points, cap = line.cap, of = of))
}

fn item_words(scheme: &Scheme, item: &Item) -> String {
    let of = match (item.scope, item.combine) {
        (Scope::Led, _) => t!("rules.item_led"),
        (Scope::Own, Combine::Joint) => scheduled(scheme, &item.of),
        (Scope::Own, Combine::Mean) => t!("rules.item_mean", of = scheduled(scheme, &item.of)),
    };
    let no_task = match item.no_task {
        NoTask::Redistribute => t!("rules.no_task.redistribute"),
        NoTask::Full => t!("rules.no_task.full"),
        NoTask::Zero => t!("rules.no_task.zero"),
        NoTask::GroupMean => t!("rules.no_task.group_mean"),
        NoTask::GroupLowest => t!("rules.no_task.group_lowest"),
        NoTask::Fixed(points) => t!("rules.no_task.fixed", points = points),
    };
    t!("rules.item", rule = rule_words(&item.rule), of = of, no_task = no_task)
}

fn scheduled(scheme: &Scheme, keys: &[String]) -> String {
    let indicators = keys.iter().filter_map(|key| scheme.indicator(key));
    listed(indicators.map(|it| t!("rules.indicator", label = it.label, schedule = schedule_name(&it.schedule))))
}

fn labels(scheme: &Scheme, keys: &[String]) -> String {
    listed(keys.iter().map(|key| scheme.indicator(key).map_or(key, |indicator| &indicator.label)))
}

/// What people call a schedule: those of the scheme that comes with the product have names, others are called as
/// their scheme calls them.
fn schedule_name(name: &str) -> String {
    find(&format!("rules.schedule_name.{name}")).unwrap_or(name).to_owned()
}

fn schedule_words(schedule: &Schedule) -> String {
    match schedule {
        Schedule::Linear => t!("rules.schedule.linear"),
        Schedule::Curve { shares } => t!("rules.schedule.curve", shares = listed(shares)),
        Schedule::Monthly => t!("rules.schedule.monthly"),
        Schedule::List => t!("rules.schedule.list"),
        Schedule::Explicit { figures, units } if units.is_empty() => {
            t!("rules.schedule.explicit", figures = listed(figures))
        }
        Schedule::Explicit { figures, units } => {
            t!("rules.schedule.explicit_units", figures = listed(figures), count = units.len())
        }
        Schedule::BySize { sizes, otherwise } => {
            let size =
                |most: Decimal, name: &str| t!("rules.schedule.size", most = most, schedule = schedule_name(name));
            let sizes = listed(sizes.iter().map(|it| size(it.at_most, &it.schedule)));
            t!("rules.schedule.by_size", sizes = sizes, otherwise = schedule_name(otherwise))
        }
    }
}

fn rule_words(rule: &Rule) -> String {
    match rule {
        Rule::Proportional { lo, hi } => t!("rules.rule.proportional", lo = lo, hi = hi),
        Rule::Threshold { strict: false } => t!("rules.rule.reached"),
        Rule::Threshold { strict: true } => t!("rules.rule.passed"),
        Rule::Tiers { tiers } => {
            let tier =
                |least: &[Decimal], points: Decimal| t!("rules.rule.tier", least = listed(least), points = points);
            t!("rules.rule.tiers", tiers = listed(tiers.iter().map(|it| tier(&it.least, it.points))))
        }
        Rule::Step(step) => step_words(step),
        Rule::Piecewise { bands, down, up } => {
            let bound = |bound: Option<Decimal>| bound.map_or_else(|| t!("rules.rule.open"), |it| format!("{it}%"));
            let bands = bands
                .iter()
                .map(|band| t!("rules.rule.band", from = bound(band.from), to = bound(band.to), slope = band.slope));
            t!("rules.rule.piecewise", bands = listed(bands), down = down, up = up)
        }
        Rule::Composite { weights, cap } => t!("rules.rule.composite", weights = listed(weights), cap = cap),
        Rule::MinMax { alpha, by } => {
            let alpha = (alpha * Decimal::ONE_HUNDRED).normalize();
            t!("rules.rule.min_max", alpha = alpha, by = by_words(*by))
        }
        Rule::BestIsFull { by } => t!("rules.rule.best_is_full", by = by_words(*by)),
        Rule::RelativeToMean { cap, by } => t!("rules.rule.relative_to_mean", cap = cap, by = by_words(*by)),
        Rule::RankPoints { ranges, by } => {
            let ranges = ranges.iter().map(|range| t!("rules.rule.rank_range", to = range.to, points = range.points));
            t!("rules.rule.rank_points", ranges = listed(ranges), by = by_words(*by))
        }
        Rule::PerProject { cap: Some(cap) } => t!("rules.rule.per_project", cap = cap),
        Rule::PerProject { cap: None } => t!("rules.rule.per_project_points"),
        Rule::Rating { weights } => t!("rules.rule.rating", weights = listed(weights)),
        Rule::Milestones { milestones } => {
            let milestones =
                milestones.iter().map(|it| t!("rules.rule.milestone", label = it.label, points = it.points));
            t!("rules.rule.milestones", milestones = listed(milestones))
        }
        Rule::BySize { size, cases } => {
            let cases = listed(cases.iter().map(|case| match case.at_most {
                Some(most) => t!("rules.rule.case", most = most, rule = rule_words(&case.rule)),
                None => t!("rules.rule.case_open", rule = rule_words(&case.rule)),
            }));
            match size {
                SizeBy::Target => t!("rules.rule.by_target", cases = cases),
                SizeBy::Units => t!("rules.rule.by_units", cases = cases),
            }
        }
    }
}

fn step_words(step: &Step) -> String {
    let measured = match step.measured {
        Measured::Amount => t!("rules.measured.amount"),
        Measured::Items => t!("rules.measured.items"),
        Measured::Yi => t!("rules.measured.yi"),
        Measured::PercentagePoints => t!("rules.measured.points"),
        Measured::PercentOfDue => t!("rules.measured.percent_of_due"),
        Measured::PercentOfTarget => t!("rules.measured.percent_of_target"),
    };
    let Step { size, up, down, least, most, .. } = step;
    let words =
        t!("rules.rule.step", size = size, measured = measured, up = up, down = down, least = least, most = most);
    if step.whole { t!("rules.rule.step_whole", rule = words) } else { words }
}

fn by_words(by: By) -> String {
    match by {
        By::Completion => t!("rules.by.completion"),
        By::Actual => t!("rules.by.actual"),
    }
}

fn condition_words(condition: &Condition) -> String {
    let parts = |conditions: &[Condition]| listed(conditions.iter().map(condition_words));
    match condition {
        Condition::All(conditions) => t!("rules.when.all", parts = parts(conditions)),
        Condition::Any(conditions) => t!("rules.when.any", parts = parts(conditions)),
        Condition::Not(condition) => t!("rules.when.not", part = condition_words(condition)),
        Condition::First(count) => t!("rules.when.first", count = count),
        Condition::Last(count) => t!("rules.when.last", count = count),
        Condition::Finished => t!("rules.when.finished"),
        Condition::JointFinished => t!("rules.when.joint_finished"),
        Condition::Vetoed => t!("rules.when.vetoed"),
        Condition::Exempt => t!("rules.when.exempt"),
    }
}

fn listed<T: ToString>(words: impl IntoIterator<Item = T>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| word.to_string()).collect();
    words.join(&t!("scoring.explain.and"))
}
