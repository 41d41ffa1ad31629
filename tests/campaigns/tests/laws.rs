//! Laws of scoring, over generated campaigns and schemes that use every rule.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails where it stands")]

use std::collections::BTreeSet;

use campaigns::{Dice, Size, Year, scheme, scheme_file};
use rust_decimal::Decimal;
use shared::scoring::{board::Board, result::Node, scheme::Scheme, shift::Shift};

/// Schemes tried by the cheap laws.
const SCHEMES: u64 = 500;

/// Campaigns tried by the others.
const CAMPAIGNS: u64 = 12;

fn year(seed: u64) -> Year {
    let scheme = scheme(seed).unwrap_or_else(|issues| panic!("seed {seed}: {issues:#?}"));
    Year::generated(seed, Size::SMALL, scheme)
}

#[test]
fn every_generated_scheme_is_legal_and_no_two_are_the_same() {
    let files: BTreeSet<String> = (0..SCHEMES)
        .map(|seed| {
            scheme(seed).unwrap_or_else(|issues| panic!("seed {seed}: {issues:#?}"));
            scheme_file(seed)
        })
        .collect();
    assert_eq!(files.len(), usize::try_from(SCHEMES).unwrap());
}

#[test]
fn every_generated_scheme_uses_every_rule_and_measure() {
    for seed in 0..SCHEMES {
        let file = scheme_file(seed);
        for kind in [
            "proportional",
            "threshold",
            "tiers",
            "step",
            "piecewise",
            "composite",
            "min_max",
            "best_is_full",
            "relative_to_mean",
            "rank_points",
            "per_project",
            "rating",
            "milestones",
            "by_size",
            "count",
            "stock",
            "sum",
            "event",
            "points",
            "incident",
            "share",
            "growth",
            "reported",
            "rate",
        ] {
            assert!(file.contains(&format!("kind = \"{kind}\"")), "seed {seed} has no {kind}");
        }
    }
}

#[test]
fn the_schemes_together_use_every_policy_schedule_rollup_and_veto() {
    let files: String = (0..SCHEMES).map(scheme_file).collect();
    for word in [
        "\"full\"",
        "\"zero\"",
        "\"group_mean\"",
        "\"group_lowest\"",
        "fixed =",
        "\"redistribute\"",
        "\"ceil\"",
        "\"floor\"",
        "\"half_up\"",
        "schedule = \"list\"",
        "schedule = \"explicit\"",
        "schedule = \"sized\"",
        "\"mean\"",
        "\"max\"",
        "\"sum\"",
        "weighted =",
        "concerned_items_zero",
        "items_zero =",
        "blocks_zero =",
        "rank_at_best =",
        "disqualified",
        "no_speech",
        "\"month\"",
        "\"quarter\"",
        "\"year\"",
        "\"annual\"",
        "lift =",
        "first =",
        "last =",
        "\"exempt\"",
        "\"vetoed\"",
        "\"finished\"",
        "\"joint_finished\"",
        "any =",
        "all =",
        "not =",
        "\"at_end\"",
        "\"percent_of_target\"",
    ] {
        assert!(files.contains(word), "no scheme with {word}");
    }
}

#[test]
fn a_scheme_survives_being_written_and_read() {
    for seed in 0..50 {
        let scheme = scheme(seed).unwrap();
        let json = serde_json::to_string(&scheme).unwrap();
        assert_eq!(serde_json::from_str::<Scheme>(&json).unwrap(), scheme, "seed {seed}");
    }
}

#[test]
fn the_lines_of_every_movement_sum_to_the_difference_of_the_scores() {
    for seed in 0..CAMPAIGNS / 4 {
        let year = year(seed);
        let board = year.board();
        for month in year.months() {
            for standing in board.ranking(month).groups.iter().flat_map(|group| &group.units) {
                let Some(movement) = board.movement(year.replica(), month, standing.unit) else {
                    assert!(standing.previous_score.is_none(), "seed {seed}, {month}, {}", standing.name);
                    continue;
                };
                let change = standing.score - standing.previous_score.unwrap_or_default();
                assert_eq!(movement.root.change, change, "seed {seed}, {month}, {}", standing.name);
                assert_changes_sum(&movement.root, seed);
            }
        }
    }
}

fn assert_changes_sum(shift: &Shift, seed: u64) {
    let has_points = |shift: &&Shift| shift.before.is_some() || shift.now.is_some();
    let of_parts: Vec<Decimal> = shift.children.iter().filter(has_points).map(|child| child.change).collect();
    let of_causes = || shift.causes.iter().map(|cause| cause.points).sum();
    let sum: Decimal = if of_parts.is_empty() { of_causes() } else { of_parts.into_iter().sum() };
    assert_eq!(sum, shift.change, "seed {seed}, {}: {}", shift.key, shift.sentence);
    shift.children.iter().for_each(|child| assert_changes_sum(child, seed));
}

#[test]
fn the_lines_of_every_explanation_sum_to_the_score() {
    for seed in 0..CAMPAIGNS {
        let year = year(seed);
        let board = year.board();
        for month in year.months() {
            let ranking = board.ranking(month);
            for standing in ranking.groups.iter().flat_map(|group| &group.units) {
                let explanation = board.explain(year.replica(), month, standing.unit).unwrap();
                assert_eq!(explanation.score, standing.score, "seed {seed}, {month}, {}", standing.name);
                assert_eq!(explanation.root.score, Some(standing.score), "seed {seed}, {month}, {}", standing.name);
                assert_lines_sum(&explanation.root, seed);
            }
        }
    }
}

#[test]
fn the_campaigns_together_reach_every_status_veto_and_outcome() {
    let mut seen = BTreeSet::new();
    for seed in 0..CAMPAIGNS {
        let year = year(seed);
        let board = year.board();
        for month in year.months().skip(2).step_by(3) {
            for group in board.ranking(month).groups {
                if let Some(lists) = &group.meeting {
                    seen.extend((!lists.speak.is_empty()).then(|| "speaks".to_owned()));
                    seen.extend((!lists.pledge.is_empty()).then(|| "pledges".to_owned()));
                }
                for standing in &group.units {
                    let explanation = board.explain(year.replica(), month, standing.unit).unwrap();
                    note(&explanation.root, &mut seen);
                    for (word, is_so) in [
                        ("lifted", standing.lifted),
                        ("graded", standing.grade.is_some()),
                        ("vetoed", !standing.vetoes.is_empty()),
                        ("unranked", standing.rank.is_none()),
                        ("bonus", !standing.bonus.is_zero()),
                        ("deduction", !standing.deduction.is_zero()),
                    ] {
                        seen.extend(is_so.then(|| word.to_owned()));
                    }
                }
            }
        }
    }
    for word in [
        "Scored",
        "NoTask",
        "NotIssued",
        "NotDue",
        "NotReported",
        "NoBase",
        "lifted",
        "graded",
        "vetoed",
        "unranked",
        "bonus",
        "deduction",
        "speaks",
        "pledges",
        "计 0.00 分",
        "取消评比资格",
        "名次不高于",
        "不作介绍经验发言",
        "涉及的考评项计 0 分",
        "large",
        "huge",
        "award",
        "late_report",
        "returned_twice",
        "false_report",
        "notice",
        "beyond",
        "without",
        "adjustment",
    ] {
        assert!(seen.iter().any(|seen| seen.contains(word)), "no campaign reached {word}");
    }
}

fn note(node: &Node, seen: &mut BTreeSet<String>) {
    seen.insert(format!("{:?}", node.status));
    seen.extend(node.score.map(|_| node.key.clone()));
    seen.insert(node.sentence.clone());
    node.children.iter().for_each(|child| note(child, seen));
}

fn assert_lines_sum(node: &Node, seed: u64) {
    let lines: Vec<Decimal> = node.children.iter().filter_map(|child| child.score).collect();
    if let (Some(score), false) = (node.score, lines.is_empty()) {
        assert_eq!(lines.iter().sum::<Decimal>(), score, "seed {seed}, {}: {}", node.key, node.sentence);
    }
    assert!(!node.sentence.contains(['{', '}']), "seed {seed}: {}", node.sentence);
    assert!(!node.sentence.contains("scoring."), "seed {seed}: {}", node.sentence);
    node.children.iter().for_each(|child| assert_lines_sum(child, seed));
}

#[test]
fn taking_records_in_piece_by_piece_equals_computing_all_at_once() {
    for seed in 0..CAMPAIGNS {
        let mut year = year(seed);
        let mut dice = Dice::new(seed);
        let mut records: Vec<_> = year.records().collect();
        let mut kept = year.empty_board();
        while !records.is_empty() {
            // In any order, and some of them more than once.
            let place = usize::try_from(dice.below(u32::try_from(records.len()).unwrap())).unwrap();
            let record = records.swap_remove(place);
            kept.refresh(year.replica(), [record]);
            if dice.hits(10) {
                kept.refresh(year.replica(), [record]);
            }
            if dice.hits(5) {
                records.push(record);
            }
        }
        assert_same(&kept, &year, seed);
        for claim in year.verified_claims().into_iter().step_by(3) {
            year.withdraw(claim);
            kept.refresh(year.replica(), [claim]);
        }
        assert_same(&kept, &year, seed);
    }
}

fn assert_same(kept: &Board, year: &Year, seed: u64) {
    let anew = year.board();
    for month in year.months() {
        assert_eq!(kept.ranking(month), anew.ranking(month), "seed {seed}, {month}");
    }
}
