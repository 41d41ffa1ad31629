//! The indicators of a generated scheme: every kind of measure, with random schedules and roll-ups.

use super::{Writer, keys};
use crate::dice::Dice;

/// Counts with an annual target, as bonus and finished tasks look at them.
pub(super) const COUNTS: [&str; 6] = [
    "services_started",
    "services_completed",
    "industry_started",
    "industry_completed",
    "major_industry_landed",
    "digital_started",
];

/// Every kind of event; each has an indicator of its name.
pub(super) const INCIDENTS: [&str; 8] =
    ["late_report", "returned_twice", "award", "false_report", "notice", "fraud", "accident", "exemption"];

pub(super) fn write(file: &mut Writer, dice: &mut Dice) {
    projects(file, dice);
    amounts(file, dice);
    reported(file, dice);
    derived(file);
    for incident in INCIDENTS {
        let within = dice.text(&["month", "quarter", "year"]);
        let measure = format!("{{ kind = \"incident\", of = \"{incident}\", within = \"{within}\" }}");
        indicator(file, incident, "次", "monthly", &measure, "");
    }
    for (key, of) in [
        ("started", ["services_started", "industry_started", "digital_started"].as_slice()),
        ("completed", &["services_completed", "industry_completed"]),
    ] {
        file.line("[[headline]]");
        file.line(&format!("key = \"{key}\""));
        file.line(&format!("of = {}", keys(of)));
    }
}

fn indicator(file: &mut Writer, key: &str, unit: &str, schedule: &str, measure: &str, more: &str) {
    file.line("[[indicator]]");
    file.line(&format!("key = \"{key}\"\nlabel = \"{key}\"\nunit = \"{unit}\"\nschedule = \"{schedule}\""));
    file.line(&format!("measure = {measure}"));
    file.line(more);
}

fn projects(file: &mut Writer, dice: &mut Dice) {
    for (category, stage) in [
        ("services", "started"),
        ("services", "completed"),
        ("industry", "started"),
        ("industry", "completed"),
        ("digital", "started"),
    ] {
        let schedule = dice.text(&["started", "linear", "list", "explicit", "sized", "completed"]);
        let least = dice.text(&["10000", "5000", "20000"]);
        let measure = format!(
            "{{ kind = \"count\", stage = \"{stage}\", categories = [\"{category}\"], thresholds = [{{ total = {least} }}] }}"
        );
        let whole = dice.text(&["exact", "ceil", "floor", "half_up"]);
        indicator(file, &format!("{category}_{stage}"), "个", schedule, &measure, &format!("whole = \"{whole}\""));
    }
    let landed = "{ kind = \"count\", stage = \"landed\", without = [\"real_estate\"], thresholds = [\
                  { sections = \"BCDE\", total = 30000 }, { sections = \"FGHIJ\", total = 5000 }] }";
    let rollup = dice.text(&["rollup = \"latest\"", "rollup = \"max\"", "rollup = \"sum\""]);
    indicator(file, "major_industry_landed", "个", "linear", landed, rollup);
    indicator(
        file,
        "all_started",
        "个",
        "monthly",
        "{ kind = \"count\", stage = \"started\" }",
        "without_target = true",
    );
    indicator(file, "standing", "个", "monthly", "{ kind = \"stock\", stage = \"started\" }", "without_target = true");
    for (key, least) in [("large_started", 20_000), ("huge_started", 100_000)] {
        let measure = format!("{{ kind = \"event\", stage = \"started\", thresholds = [{{ total = {least} }}] }}");
        indicator(file, key, "个", "monthly", &measure, "");
    }
    let progress = dice.text(&[", progress = \"1.5\"", ""]);
    let measure = format!(
        "{{ kind = \"points\", ever = {}{progress}, tables = [\
         [{{ stage = \"completed\", points = 3 }}, {{ stage = \"started\", points = 2 }}, {{ points = \"0.5\" }}], \
         [{{ total = 100000, points = 2 }}, {{ total = 20000, categories = [\"services\"], points = 1 }}], \
         [{{ flags = [\"provincial_key\"], points = 1 }}, {{ sections = \"CI\", points = \"0.3\" }}]] }}",
        dice.hits(50)
    );
    indicator(file, "project_points", "分", "monthly", &measure, "");
}

fn amounts(file: &mut Writer, dice: &mut Dice) {
    for (key, field) in [
        ("invested", "invested"),
        ("planned_investment", "planned_investment"),
        ("foreign_capital", "foreign_capital"),
        ("started_investment", "total_investment"),
    ] {
        let schedule = dice.text(&["started", "linear", "list", "explicit"]);
        let measure = format!("{{ kind = \"sum\", stage = \"started\", field = \"{field}\" }}");
        indicator(file, key, "亿元", schedule, &measure, "");
    }
}

fn reported(file: &mut Writer, dice: &mut Dice) {
    let rollups =
        ["", "rollup = \"mean\"", "rollup = \"max\"", "rollup = \"sum\"", "rollup = { weighted = [10, 45, 45] }"];
    let reported = "{ kind = \"reported\" }";
    indicator(file, "new_commerce_above_quota", "家", "linear", reported, dice.text(&rollups));
    let negative = "{ kind = \"reported\", may_be_negative = true }";
    indicator(file, "net_new_national_hightech", "家", "late", negative, dice.text(&rollups));
    let optional = "{ kind = \"reported\", missing = \"not_applicable\" }";
    indicator(file, "last_year", "家", "monthly", optional, "");
    for rate in ["visits", "service_issues", "reports", "verification"] {
        let measure = format!("{{ kind = \"rate\", of = \"{rate}\" }}");
        let rollup = dice.text(&["", "rollup = \"mean\"", "rollup = { weighted = [20, 30, 50] }"]);
        indicator(file, rate, "%", "monthly", &measure, &format!("target = 1\n{rollup}"));
    }
    for class in ["leaders", "departments", "enterprises", "public"] {
        let measure = format!("{{ kind = \"rating\", class = \"{class}\", trim = {} }}", dice.below(3));
        let rollup = dice.text(&["", "rollup = \"mean\"", "rollup = \"max\""]);
        indicator(file, &format!("rated_by_{class}"), "分", "monthly", &measure, &format!("target = 100\n{rollup}"));
    }
}

fn derived(file: &mut Writer) {
    let share = "{ kind = \"share\", part = [\"services_started\"], whole = [\"all_started\"] }";
    indicator(file, "services_share", "%", "monthly", share, "target = \"0.6\"");
    let growth = "{ kind = \"growth\", now = [\"new_commerce_above_quota\"], base = [\"last_year\"] }";
    indicator(file, "commerce_growth", "%", "monthly", growth, "target = \"0.1\"");
    let nested = "{ kind = \"share\", part = [\"services_share\"], whole = [\"services_share\", \"visits\"] }";
    indicator(file, "share_of_a_share", "%", "late", nested, "target = \"0.4\"\nrollup = \"mean\"");
}
