//! What is wrong with how one group is scored.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{Found, rule};
use crate::{
    scoring::{
        grade::Grades,
        outcome::{Condition, MeetingRule},
        scheme::{Event, Extras, GroupScheme, Scope, Tie},
        veto::Effect,
    },
    t,
};

pub(super) fn issues(group: &GroupScheme, place: &str, found: &mut Found<'_>) {
    let total: Decimal = group.items.iter().map(|item| item.points).sum();
    if total != Decimal::ONE_HUNDRED {
        found.add(place, t!("scoring.scheme.weights", total = total.normalize()));
    }
    blocks(group, place, found);
    items(group, place, found);
    for (unit, led) in &group.leads {
        found.unknown(&format!("{place}.leads.{unit}"), led);
    }
    for (name, lines) in [("bonus", &group.bonus), ("deduction", &group.deduction)] {
        extras(lines, &format!("{place}.{name}"), found);
    }
    vetoes(group, place, found);
    for tie in &group.ties {
        if let Tie::Completion { of } | Tie::Sum { of } = tie {
            found.unknown(&format!("{place}.tie"), of);
        }
    }
    found.unknown(&format!("{place}.joint"), &group.joint);
    found.unknown(&format!("{place}.finished"), &group.finished);
    if let Some(rule) = &group.meeting {
        meeting(rule, &format!("{place}.meeting"), found);
    }
    if let Some(steps) = &group.grades {
        grades(steps, &format!("{place}.grades"), found);
    }
}

fn blocks(group: &GroupScheme, place: &str, found: &mut Found<'_>) {
    let mut keys = BTreeSet::new();
    for block in &group.blocks {
        let place = format!("{place}.block.{}", block.key);
        if !keys.insert(block.key.as_str()) {
            found.add(&place, t!("scoring.scheme.twice"));
        }
        if block.cap.is_some_and(|cap| cap.is_sign_negative()) {
            found.add(&place, t!("scoring.scheme.negative_points"));
        }
    }
}

fn items(group: &GroupScheme, place: &str, found: &mut Found<'_>) {
    let mut keys = BTreeSet::new();
    for item in &group.items {
        let place = format!("{place}.item.{}", item.key);
        if !keys.insert(item.key.as_str()) {
            found.add(&place, t!("scoring.scheme.twice"));
        }
        if group.blocks.iter().all(|block| block.key != item.block) {
            found.add(&place, t!("scoring.scheme.unknown_block", name = item.block));
        }
        if item.points.is_sign_negative() {
            found.add(&place, t!("scoring.scheme.negative_points"));
        }
        if item.of.is_empty() != (item.scope == Scope::Led) {
            found.add(&place, t!("scoring.scheme.no_indicator"));
        }
        if let Some(fault) = rule::fault(item) {
            found.add(&place, t!(&format!("scoring.scheme.rule.{fault}")));
        }
        if item.of.iter().filter_map(|key| found.scheme.indicator(key)).any(|of| !rule::measures(&item.rule, of)) {
            found.add(&place, t!("scoring.scheme.rule.measured"));
        }
        if item.rule.asks_what_is_due() && found.any_bare(&item.of) {
            found.add(&place, t!("scoring.scheme.rule.needs_target"));
        }
        found.unknown(&place, &item.of);
    }
}

fn extras(extras: &Extras, place: &str, found: &mut Found<'_>) {
    if extras.cap.is_sign_negative() {
        found.add(place, t!("scoring.scheme.negative_points"));
    }
    let mut keys = BTreeSet::new();
    for line in &extras.lines {
        let place = format!("{place}.{}", line.key);
        if !keys.insert(line.key.as_str()) {
            found.add(&place, t!("scoring.scheme.twice"));
        }
        if line.points.is_sign_negative() || line.cap.is_sign_negative() {
            found.add(&place, t!("scoring.scheme.negative_points"));
        }
        if line.event != Event::Each && found.any_bare(&line.of) {
            found.add(&place, t!("scoring.scheme.rule.needs_target"));
        }
        found.unknown(&place, &line.of);
    }
}

fn vetoes(group: &GroupScheme, place: &str, found: &mut Found<'_>) {
    let mut keys = BTreeSet::new();
    for veto in &group.vetoes {
        let place = format!("{place}.veto.{}", veto.key);
        if !keys.insert(veto.key.as_str()) {
            found.add(&place, t!("scoring.scheme.twice"));
        }
        found.not_incidents(&place, &veto.of);
        for effect in &veto.effects {
            match effect {
                Effect::ItemsZero(named) => {
                    for name in named.iter().filter(|name| group.item(name).is_none()) {
                        found.add(&place, t!("scoring.scheme.unknown_item", name = name));
                    }
                }
                Effect::BlocksZero(named) => {
                    for name in named.iter().filter(|name| group.blocks.iter().all(|block| block.key != **name)) {
                        found.add(&place, t!("scoring.scheme.unknown_block", name = name));
                    }
                }
                Effect::RankAtBest(0) => found.add(&place, t!("scoring.scheme.rank_from_one")),
                Effect::RankAtBest(_) | Effect::ConcernedItemsZero | Effect::Disqualified | Effect::NoSpeech => {}
            }
        }
    }
}

fn meeting(rule: &MeetingRule, place: &str, found: &mut Found<'_>) {
    if rule.months.iter().any(|month| !(1..=12).contains(month)) {
        found.add(&format!("{place}.months"), t!("scoring.scheme.not_a_month"));
    }
    for (name, condition) in [("speak", &rule.speak), ("pledge", &rule.pledge)] {
        condition_issues(condition, &format!("{place}.{name}"), found);
    }
    found.not_incidents(&format!("{place}.exempt_by"), &rule.exempt_by);
}

fn grades(grades: &Grades, place: &str, found: &mut Found<'_>) {
    let ranks: Vec<u32> = grades.steps.iter().filter_map(|grade| grade.first).collect();
    let is_out_of_order = ranks.iter().zip(ranks.iter().skip(1)).any(|(better, worse)| better >= worse);
    if grades.steps.is_empty() || is_out_of_order || ranks.contains(&0) {
        found.add(place, t!("scoring.scheme.grades"));
    }
    if let Some(lift) = &grades.lift {
        condition_issues(lift, &format!("{place}.lift"), found);
    }
}

fn condition_issues(condition: &Condition, place: &str, found: &mut Found<'_>) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            for part in parts {
                condition_issues(part, place, found);
            }
        }
        Condition::Not(part) => condition_issues(part, place, found),
        Condition::First(0) | Condition::Last(0) => found.add(place, t!("scoring.scheme.rank_from_one")),
        Condition::First(_)
        | Condition::Last(_)
        | Condition::Finished
        | Condition::JointFinished
        | Condition::Vetoed
        | Condition::Exempt => {}
    }
}
