//! How a generated scheme scores one group: an item for every rule, extras, vetoes, ties, meeting and grades.

use super::{
    Writer,
    indicators::{COUNTS, INCIDENTS},
    keys, tenths,
};
use crate::dice::Dice;

const BLOCKS: [&str; 3] = ["projects", "enterprises", "service"];

/// Tenths of a point that the items of a group share.
const TENTHS: u32 = 1_000;

pub(super) fn write(file: &mut Writer, dice: &mut Dice, group: &str) {
    let items = items(dice, group);
    file.line(&format!("[group.{group}]"));
    file.line(&format!("joint = {}", keys(&["services_started", "services_completed"])));
    file.line(&format!("finished = {}", keys(&COUNTS)));
    if group == "department" {
        file.line("[group.department.leads]");
        file.line("\"区商务局\" = [\"services_started\", \"services_completed\", \"new_commerce_above_quota\"]");
        file.line("\"区工信局\" = [\"industry_started\", \"industry_completed\", \"services_share\"]");
    }
    for block in BLOCKS {
        file.line(&format!("[[group.{group}.block]]\nkey = \"{block}\"\nlabel = \"{block}\""));
        if dice.hits(30) {
            file.line(&format!("cap = {}", tenths(dice, 50, 500)));
        }
    }
    let count = u32::try_from(items.len()).unwrap_or(1);
    let mut left = TENTHS - count;
    for (place, (key, body)) in (1..=count).zip(&items) {
        let more = if place == count { left } else { dice.below(left * 2 / (count - place + 1) + 1).min(left) };
        left -= more;
        let (points, block) = (1 + more, dice.text(&BLOCKS));
        file.line(&format!("[[group.{group}.item]]\nkey = \"{key}\"\nlabel = \"{key}\"\nblock = \"{block}\""));
        file.line(&format!("points = \"{}.{}\"\n{body}", points / 10, points % 10));
        let no_task = [
            "\"redistribute\"",
            "\"redistribute\"",
            "\"full\"",
            "\"zero\"",
            "\"group_mean\"",
            "\"group_lowest\"",
            "{ fixed = \"0.7\" }",
        ];
        file.line(&format!("no_task = {}", dice.text(&no_task)));
    }
    extras(file, dice, group);
    vetoes(file, dice, group);
    ties(file, dice, group);
    outcome(file, dice, group);
}

/// One item for each rule, with its key and the rest of its lines.
fn items(dice: &mut Dice, group: &str) -> Vec<(&'static str, String)> {
    let count = |dice: &mut Dice| keys(&[dice.text(&COUNTS)]);
    let by = |dice: &mut Dice| dice.text(&["completion", "actual"]);
    let (one, two) = (count(dice), keys(&["services_started", "industry_started"]));
    let measured = dice.text(&["amount", "items", "percent_of_due", "percent_of_target"]);
    let (whole, size) = (dice.hits(50), dice.between(1, 20));
    let step = format!(
        "rule = {{ kind = \"step\", measured = \"{measured}\", size = {size}, up = \"0.7\", down = 1, least = 0, most = 12, whole = {whole} }}\nof = {one}"
    );
    let (lo, hi) = (tenths(dice, 0, 5), tenths(dice, 10, 15));
    let combine = dice.text(&["joint", "mean"]);
    let proportional =
        format!("rule = {{ kind = \"proportional\", lo = {lo}, hi = {hi} }}\nof = {two}\ncombine = \"{combine}\"");
    let threshold = format!("rule = {{ kind = \"threshold\", strict = {} }}\nof = {}", dice.hits(50), count(dice));
    let tiers =
        "rule = { kind = \"tiers\", tiers = [{ least = [100, 80], points = 5 }, { least = [60], points = \"2.5\" }] }";
    let bands =
        "[{ to = 100, slope = \"0.1\" }, { from = 100, to = 130, slope = \"0.2\" }, { from = 130, slope = \"0.1\" }]";
    let piecewise =
        format!("rule = {{ kind = \"piecewise\", down = 3, up = 4, bands = {bands} }}\nof = {}", count(dice));
    let composite = "rule = { kind = \"composite\", weights = [\"0.3\", \"0.7\"], cap = \"1.2\" }";
    let alpha = tenths(dice, 0, 9);
    let sized = "{ kind = \"by_size\", size = \"target\", cases = [{ at_most = 2, rule = { kind = \"threshold\" } }, \
                 { at_most = 6, rule = { kind = \"best_is_full\" } }, { rule = { kind = \"proportional\" } }] }";
    let units = "{ kind = \"by_size\", size = \"units\", cases = [\
                 { at_most = 3, rule = { kind = \"rank_points\", ranges = [{ to = 1, points = 3 }] } }, \
                 { rule = { kind = \"rank_points\", ranges = [{ to = 3, points = 3 }, { to = 9, points = 1 }] } }] }";
    let milestones = "rule = { kind = \"milestones\", milestones = [{ label = \"首个\", least = [1], points = 1 }, \
                      { label = \"两项\", least = [1, 2], points = \"1.5\" }] }";
    let mut items = vec![
        ("proportional", proportional),
        ("threshold", threshold),
        ("tiers", format!("{tiers}\nof = {two}")),
        ("step", step),
        ("piecewise", piecewise),
        ("composite", format!("{composite}\nof = {}", keys(&["services_started", "started_investment"]))),
        (
            "min_max",
            format!("rule = {{ kind = \"min_max\", alpha = {alpha}, by = \"{}\" }}\nof = {}", by(dice), count(dice)),
        ),
        (
            "best_is_full",
            format!("rule = {{ kind = \"best_is_full\", by = \"actual\" }}\nof = {}", keys(&["standing"])),
        ),
        (
            "relative_to_mean",
            format!(
                "rule = {{ kind = \"relative_to_mean\", cap = \"1.5\", by = \"{}\" }}\nof = {}",
                by(dice),
                count(dice)
            ),
        ),
        (
            "rank_points",
            format!(
                "rule = {{ kind = \"rank_points\", by = \"actual\", ranges = [{{ to = 1, points = 4 }}, {{ to = 4, points = 2 }}] }}\nof = {}",
                keys(&["invested"])
            ),
        ),
        (
            "per_project",
            format!(
                "rule = {{ kind = \"per_project\"{} }}\nof = {}",
                dice.text(&[", cap = 6", ""]),
                keys(&["project_points"])
            ),
        ),
        (
            "rating",
            format!(
                "rule = {{ kind = \"rating\", weights = [\"0.5\", \"0.3\", \"0.2\"] }}\nof = {}",
                keys(&["rated_by_leaders", "rated_by_enterprises", "rated_by_public"])
            ),
        ),
        ("milestones", format!("{milestones}\nof = {two}")),
        ("by_size", format!("rule = {sized}\nof = {}", count(dice))),
        ("by_units", format!("rule = {units}\nof = {}", keys(&["net_new_national_hightech"]))),
        (
            "share",
            format!(
                "rule = {{ kind = \"step\", measured = \"percentage_points\", size = 2, up = \"0.5\", down = \"0.5\", least = 0, most = 9 }}\nof = {}",
                keys(&["services_share"])
            ),
        ),
        ("growth", format!("of = {}", keys(&["commerce_growth"]))),
        ("nested", format!("of = {}", keys(&["share_of_a_share"]))),
        ("amounts", format!("of = {}", keys(&["planned_investment", "foreign_capital"]))),
        ("reported", format!("of = {}", keys(&["new_commerce_above_quota"]))),
        (
            "rates",
            format!("of = {}\ncombine = \"mean\"", keys(&["visits", "service_issues", "reports", "verification"])),
        ),
    ];
    if group == "department" {
        items.push(("led", "scope = \"led\"\ncombine = \"mean\"".to_owned()));
    }
    items
}

fn extras(file: &mut Writer, dice: &mut Dice, group: &str) {
    file.line(&format!("[group.{group}.bonus]\ncap = {}", tenths(dice, 10, 80)));
    for (key, event, of) in [
        ("beyond", "beyond_target", keys(&COUNTS)),
        ("without", "without_task", keys(&COUNTS)),
        ("large", "each", keys(&["large_started"])),
        ("huge", "each", keys(&["huge_started"])),
        ("award", "each", keys(&["award"])),
    ] {
        extra(file, dice, &format!("{group}.bonus"), (key, event, &of));
    }
    file.line(&format!("[group.{group}.deduction]\ncap = {}", tenths(dice, 10, 120)));
    for key in ["late_report", "returned_twice", "false_report", "notice"] {
        extra(file, dice, &format!("{group}.deduction"), (key, "each", &keys(&[key])));
    }
}

fn extra(file: &mut Writer, dice: &mut Dice, place: &str, (key, event, of): (&str, &str, &str)) {
    let (points, cap) = (tenths(dice, 1, 20), tenths(dice, 5, 50));
    file.line(&format!("[[group.{place}.line]]\nkey = \"{key}\"\nlabel = \"{key}\"\nevent = \"{event}\""));
    file.line(&format!("of = {of}\npoints = {points}\ncap = {cap}"));
}

fn vetoes(file: &mut Writer, dice: &mut Dice, group: &str) {
    for (key, incidents) in [
        ("fraud", ["fraud"].as_slice()),
        ("accident", &["accident"]),
        ("notice", &["notice", "false_report"]),
        ("late", &["late_report"]),
    ] {
        let effects = dice.text(&[
            "[\"concerned_items_zero\", \"no_speech\"]",
            "[\"concerned_items_zero\"]",
            "[{ items_zero = [\"step\", \"rating\"] }]",
            "[{ blocks_zero = [\"service\"] }, \"no_speech\"]",
            "[{ rank_at_best = 2 }]",
            "[{ rank_at_best = 3 }, { items_zero = [\"share\"] }]",
            "[\"disqualified\"]",
        ]);
        file.line(&format!("[[group.{group}.veto]]\nkey = \"{key}\"\nlabel = \"{key}\"\nof = {}", keys(incidents)));
        file.line(&format!("effects = {effects}"));
    }
}

fn ties(file: &mut Writer, dice: &mut Dice, group: &str) {
    for _ in 0..dice.below(3) {
        file.line(&format!("[[group.{group}.tie]]"));
        file.line(dice.text(&[
            "by = \"completion\"\nof = [\"services_started\", \"services_completed\"]",
            "by = \"sum\"\nof = [\"started_investment\"]",
            "by = \"fewer_deductions\"",
        ]));
    }
}

fn outcome(file: &mut Writer, dice: &mut Dice, group: &str) {
    file.line(&format!("[group.{group}.meeting]\nmonths = [3, 6, 9, 12]"));
    file.line(&format!("against = \"{}\"", dice.text(&["due", "annual"])));
    file.line(&format!("exempt_by = {}", keys(&[dice.text(&INCIDENTS), "exemption"])));
    for list in ["speak", "pledge"] {
        let condition = condition(dice, 3);
        file.line(&format!("{list} = {condition}"));
    }
    if dice.hits(60) {
        let lift = condition(dice, 2);
        file.line(&format!("[group.{group}.grades]\nlift = {lift}"));
        file.line("steps = [{ label = \"优秀\", first = 2, least = 60 }, { label = \"良好\", first = 4 }, { label = \"一般\" }]");
    }
}

/// A Boolean expression of at most so many levels.
fn condition(dice: &mut Dice, levels: u32) -> String {
    if levels > 0 && dice.hits(60) {
        let (one, other) = (condition(dice, levels - 1), condition(dice, levels - 1));
        return match dice.below(3) {
            0 => format!("{{ all = [{one}, {other}] }}"),
            1 => format!("{{ any = [{one}, {other}] }}"),
            _ => format!("{{ not = {one} }}"),
        };
    }
    match dice.below(6) {
        0 => format!("{{ first = {} }}", dice.between(1, 4)),
        1 => format!("{{ last = {} }}", dice.between(1, 4)),
        2 => "\"finished\"".to_owned(),
        3 => "\"joint_finished\"".to_owned(),
        4 => "\"vetoed\"".to_owned(),
        _ => "\"exempt\"".to_owned(),
    }
}
