//! The scheme's file: the default one is sound, and what is wrong with another is named with its place.

use shared::scoring::{scheme::Scheme, targets::TargetsTable};

const DEFAULT: &str = include_str!("../../schemes/default-2021.1.toml");
const EXAMPLE: &str = include_str!("../../schemes/rules-by-example.toml");
const TARGETS: &str = include_str!("../../fixtures/targets_demo.csv");

#[test]
fn the_default_scheme_is_sound() {
    let scheme = Scheme::parse(DEFAULT).unwrap_or_else(|issues| panic!("{issues:#?}"));
    assert_eq!(scheme.name, "default-2021.1");
    assert_eq!(scheme.tabled().count(), 27);
    assert_eq!(scheme, Scheme::default_scheme());
}

#[test]
fn the_example_shows_every_rule_measure_schedule_and_effect() {
    Scheme::parse(EXAMPLE).unwrap_or_else(|issues| panic!("{issues:#?}"));
    let kinds = "proportional threshold tiers step piecewise composite min_max best_is_full relative_to_mean rank_points \
                 per_project milestones by_size rating count stock sum points reported growth share rate event incident";
    for kind in kinds.split_whitespace() {
        assert!(EXAMPLE.contains(&format!("kind = \"{kind}\"")), "{kind}");
    }
    for shape in ["linear", "curve", "monthly", "list", "explicit", "by_size"] {
        assert!(EXAMPLE.contains(&format!("shape = \"{shape}\"")), "{shape}");
    }
    for effect in ["concerned_items_zero", "items_zero", "blocks_zero", "disqualified", "rank_at_best", "no_speech"] {
        assert!(EXAMPLE.contains(effect), "{effect}");
    }
}

#[test]
fn the_demo_targets_add_up() {
    let table =
        TargetsTable::parse_csv(TARGETS, &Scheme::default_scheme()).unwrap_or_else(|issues| panic!("{issues:#?}"));
    assert_eq!(table.rows.len(), 25);
}

#[test]
fn another_rule_needs_no_code() {
    let rule = "key = \"services_started\"\nlabel = \"服务业新开工数\"\nblock = \"services\"\n";
    let with = |parameters: &str| DEFAULT.replacen(rule, &format!("{rule}rule = {parameters}\n"), 1);
    for parameters in [
        "{ kind = \"threshold\", strict = true }",
        "{ kind = \"tiers\", tiers = [{ least = [100], points = 14 }, { least = [80], points = 10 }] }",
        "{ kind = \"step\", measured = \"percent_of_due\", size = 2, up = 1, down = 1, least = 0, most = \"15.5\" }",
        "{ kind = \"piecewise\", down = 10, up = 10, bands = [{ to = 100, slope = \"0.1\" }, { from = 100, slope = \"0.2\" }] }",
        "{ kind = \"composite\", weights = [1] }",
        "{ kind = \"min_max\", alpha = \"0.6\", by = \"actual\" }",
        "{ kind = \"best_is_full\" }",
        "{ kind = \"relative_to_mean\", cap = \"1.5\" }",
        "{ kind = \"rank_points\", ranges = [{ to = 1, points = 14 }, { to = 10, points = 7 }] }",
        "{ kind = \"milestones\", milestones = [{ label = \"首个\", least = [1], points = 14 }] }",
        "{ kind = \"rating\", weights = [1] }",
        "{ kind = \"by_size\", size = \"target\", cases = [{ at_most = 2, rule = { kind = \"threshold\" } }, { rule = { kind = \"proportional\" } }] }",
    ] {
        Scheme::parse(&with(parameters)).unwrap_or_else(|issues| panic!("{parameters}: {issues:#?}"));
    }
    for (parameters, expected) in [
        ("{ kind = \"composite\", weights = [\"0.9\"] }", "权重"),
        ("{ kind = \"step\", measured = \"amount\", size = 0, up = 1, down = 1, least = 0, most = 15 }", "步长"),
        ("{ kind = \"proportional\", lo = 2 }", "下限"),
        ("{ kind = \"tiers\", tiers = [{ least = [100, 100], points = 14 }] }", "每档"),
        ("{ kind = \"rank_points\", ranges = [{ to = 3, points = 14 }, { to = 3, points = 7 }] }", "名次"),
        ("{ kind = \"guess\" }", "guess"),
    ] {
        let issues = Scheme::parse(&with(parameters)).unwrap_err();
        assert!(issues.iter().any(|issue| issue.message.contains(expected)), "{parameters}: {issues:#?}");
    }
}
