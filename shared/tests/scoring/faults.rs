//! What is wrong with a scheme: test data → the expected sentence with its place.

use std::collections::BTreeMap;

use shared::{scoring::scheme::Scheme, unit::Group};

/// A scheme with one of everything that a fault can be put into.
const SOUND: &str = r#"
schema = 1
name = "sound"
title = "示例"
effective_from = "2021-01"
effective_until = "2021-12"
ceiling = 105
minimum_applicable = "0.5"

[schedules]
linear = { shape = "linear" }
list = { shape = "list" }
curve = { shape = "curve", shares = [8, 16, 30, 38, 47, 60, 67, 75, 85, 90, 95, 100] }
explicit = { shape = "explicit", figures = [0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4], units = { "甲街道" = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3] } }
sized = { shape = "by_size", sizes = [{ at_most = 2, schedule = "list" }], otherwise = "curve" }

[[indicator]]
key = "started"
label = "新开工数"
unit = "个"
schedule = "sized"
measure = { kind = "count", stage = "started" }

[[indicator]]
key = "investment"
label = "投资"
unit = "亿元"
schedule = "explicit"
measure = { kind = "sum", stage = "started" }

[[indicator]]
key = "points"
label = "积分"
unit = "分"
schedule = "linear"
measure = { kind = "points", tables = [[{ stage = "started", points = 1 }]] }

[[indicator]]
key = "share"
label = "占比"
unit = "%"
schedule = "linear"
target = "0.5"
measure = { kind = "share", part = ["started"], whole = ["landed"] }

[[indicator]]
key = "landed"
label = "落地"
unit = "个"
schedule = "linear"
measure = { kind = "count", stage = "landed" }

[[indicator]]
key = "rated"
label = "评议"
unit = "分"
schedule = "linear"
target = 100
measure = { kind = "rating", class = "public", trim = 1 }

[[indicator]]
key = "fraud"
label = "弄虚作假"
unit = "次"
schedule = "linear"
measure = { kind = "incident", of = "fraud", within = "quarter" }

[group.street]
joint = ["started"]
finished = ["started"]

[[group.street.block]]
key = "projects"
label = "项目"
cap = 100

[[group.street.item]]
key = "started"
label = "新开工数"
block = "projects"
points = 70
rule = { kind = "min_max", alpha = "0.6" }
of = ["started"]

[[group.street.item]]
key = "points"
label = "积分"
block = "projects"
points = 30
rule = { kind = "per_project", cap = 30 }
of = ["points"]

[group.street.bonus]
cap = 5

[[group.street.bonus.line]]
key = "beyond"
label = "超任务"
event = "beyond_target"
of = ["started"]
points = "0.1"
cap = 2

[[group.street.veto]]
key = "fraud"
label = "弄虚作假"
of = ["fraud"]
effects = ["concerned_items_zero", { items_zero = ["points"] }, { blocks_zero = ["projects"] }, { rank_at_best = 4 }]

[[group.street.tie]]
by = "completion"
of = ["started"]

[group.street.meeting]
months = [3, 6, 9, 12]
exempt_by = ["fraud"]
speak = { all = [{ first = 3 }, { not = "vetoed" }] }
pledge = { last = 2 }

[group.street.grades]
lift = "finished"
steps = [{ label = "优秀", first = 3 }, { label = "一般" }]
"#;

fn issues(toml: &str) -> Vec<String> {
    Scheme::parse(toml).map_or_else(|issues| issues.iter().map(ToString::to_string).collect(), |_| Vec::new())
}

/// What to replace, by what, and an issue that must then be named: place and sentence.
const FAULTS: &[(&str, &str, &str)] = &[
    ("schema = 1", "schema = 9", "schema: 文件格式版本为 9，本程序识别 1"),
    ("2021-12", "2020-12", "effective_until: 终止月份早于起始月份"),
    ("\"2021-01\"", "\"2021-13\"", "第5行: "),
    ("ceiling = 105", "ceiling = 0", "ceiling: 总分封顶须大于零"),
    (
        "ceiling = 105",
        "ceiling = 100.5",
        "第7行: invalid type: floating point `100.5`, expected a whole number, or a decimal number in quotes",
    ),
    ("ceiling = 105", "ceilings = 105", "第7行: "),
    ("\"0.5\"\n\n[sch", "2\n\n[sch", "minimum_applicable: 须在 0 至 1 之间"),
    ("[8, 16, 30, 38", "[8, 16, 10, 38", "schedules.curve: 序时不能下降"),
    ("95, 100]", "95, 99]", "schedules.curve: 序时须在0至100之间，且12月为100"),
    ("[8, 16,", "[16,", "schedules.curve: 序时须有12个月的百分比"),
    ("3, 3, 3, 4]", "3, 3, 3, 2]", "schedules.explicit: 序时不能下降"),
    ("0, 0, 0, 0, 0, 3]", "0, 0, 0, 0, 0, 0]", "schedules.explicit: 序时各月数须不小于零，且12月大于零"),
    ("otherwise = \"curve\"", "otherwise = \"gone\"", "schedules.sized: 没有名为“gone”的序时"),
    ("otherwise = \"curve\"", "otherwise = \"sized\"", "schedules.sized: 循环引用：sized → sized"),
    (
        "[{ at_most = 2, schedule = \"list\" }]",
        "[{ at_most = 2, schedule = \"list\" }, { at_most = 1, schedule = \"curve\" }]",
        "schedules.sized: 规模须由小到大",
    ),
    ("schedule = \"sized\"", "schedule = \"gone\"", "indicator.started: 没有名为“gone”的序时"),
    ("key = \"landed\"", "key = \"started\"", "indicator.started: 名称重复"),
    ("whole = [\"landed\"]", "whole = [\"gone\"]", "indicator.share: 没有名为“gone”的指标"),
    ("whole = [\"landed\"]", "whole = []", "indicator.share: 须列明分子与分母（现数与基数）的指标"),
    ("whole = [\"landed\"]", "whole = [\"landed\", \"share\"]", "indicator.share: 循环引用：share → share"),
    (
        "{ kind = \"count\", stage = \"landed\" }",
        "{ kind = \"growth\", now = [\"share\"], base = [\"started\"] }",
        "indicator.landed: 循环引用：landed → share → landed",
    ),
    (
        "{ kind = \"count\", stage = \"landed\" }",
        "{ kind = \"count\", stage = \"landed\", field = \"invested\" }",
        "indicator.landed: 只有求和的指标可以指定字段",
    ),
    (
        "kind = \"count\", stage = \"started\"",
        "kind = \"count\", stage = \"signed\"",
        "indicator.started: 按计划清单的序时只用于开工、建成的项目数或投资",
    ),
    ("[[{ stage = \"started\", points = 1 }]]", "[[]]", "indicator.points: 积分表是空的"),
    ("class = \"public\"", "class = \"nobody\"", "indicator.rated: 没有这类评议主体"),
    ("target = \"0.5\"", "target = \"-0.5\"", "indicator.share: 任务数不能为负"),
    ("target = \"0.5\"", "target = 1\nwithout_target = true", "indicator.share: 不设任务的指标不能给出任务数"),
    (
        "target = \"0.5\"",
        "target = 1\nrollup = { weighted = [0, 0] }",
        "indicator.share: 各月权重不能为负，合计须大于零",
    ),
    ("joint = [\"started\"]", "joint = [\"gone\"]", "group.street.joint: 没有名为“gone”的指标"),
    ("finished = [\"started\"]", "finished = [\"gone\"]", "group.street.finished: 没有名为“gone”的指标"),
    ("points = 70", "points = 69", "group.street: 分值合计为 99，应为 100"),
    ("points = 70", "points = -70", "group.street.item.started: 分值不能为负"),
    ("cap = 100", "cap = -1", "group.street.block.projects: 分值不能为负"),
    (
        "block = \"projects\"\npoints = 70",
        "block = \"gone\"\npoints = 70",
        "group.street.item.started: 没有名为“gone”的板块",
    ),
    (
        "key = \"points\"\nlabel = \"积分\"\nblock",
        "key = \"started\"\nlabel = \"积分\"\nblock",
        "group.street.item.started: 名称重复",
    ),
    ("alpha = \"0.6\"", "alpha = 2", "group.street.item.started: 功效系数的基础比例须在 0 至 1 之间"),
    (
        "{ kind = \"per_project\", cap = 30 }",
        "{ kind = \"per_project\", cap = -1 }",
        "group.street.item.points: 下限高于上限",
    ),
    (
        "{ kind = \"per_project\", cap = 30 }",
        "{ kind = \"proportional\" }",
        "group.street.item.points: 这条规则要与任务比较，而所列指标没有任务",
    ),
    ("{ kind = \"per_project\", cap = 30 }", "{ kind = \"guess\" }", "第90行: "),
    (
        "{ kind = \"per_project\", cap = 30 }",
        "{ kind = \"by_size\", size = \"units\", cases = [{ rule = { kind = \"threshold\" } }, { at_most = 2, rule = { kind = \"threshold\" } }] }",
        "group.street.item.points: 规模须由小到大，不限规模的一档放在最后",
    ),
    (
        "{ kind = \"per_project\", cap = 30 }",
        "{ kind = \"milestones\", milestones = [{ label = \"首个\", least = [1, 2], points = 1 }] }",
        "group.street.item.points: 每个节点给一个合计数，或与指标一一对应",
    ),
    (
        "{ kind = \"per_project\", cap = 30 }",
        "{ kind = \"step\", measured = \"items\", size = 1, up = 1, down = 1, least = 0, most = 9 }",
        "group.street.item.points: 步长的计量单位与指标不符",
    ),
    (
        "{ kind = \"per_project\", cap = 30 }",
        "{ kind = \"step\", measured = \"yi\", size = 1, up = 1, down = 1, least = 0, most = 9 }",
        "group.street.item.points: 步长的计量单位与指标不符",
    ),
    (
        "{ kind = \"per_project\", cap = 30 }",
        "{ kind = \"step\", measured = \"percentage_points\", size = 1, up = 1, down = 1, least = 0, most = 9 }",
        "group.street.item.points: 步长的计量单位与指标不符",
    ),
    (
        "{ kind = \"per_project\", cap = 30 }",
        "{ kind = \"rating\", weights = [\"0.5\"] }",
        "group.street.item.points: 权重须与指标一一对应，合计为 1",
    ),
    (
        "{ kind = \"per_project\", cap = 30 }",
        "{ kind = \"step\", measured = \"amount\", size = 1, up = 1, down = 1, least = 9, most = 0 }",
        "group.street.item.points: 下限高于上限",
    ),
    (
        "{ kind = \"per_project\", cap = 30 }",
        "{ kind = \"piecewise\", bands = [{ from = 120, to = 110, slope = 1 }], down = 1, up = 1 }",
        "group.street.item.points: 下限高于上限",
    ),
    (
        "{ kind = \"per_project\", cap = 30 }",
        "{ kind = \"piecewise\", bands = [{ to = 100, slope = 1 }], down = -1, up = 1 }",
        "group.street.item.points: 下限高于上限",
    ),
    (
        "{ kind = \"per_project\", cap = 30 }",
        "{ kind = \"piecewise\", bands = [{ to = 100, slope = 1 }], down = 1, up = -1 }",
        "group.street.item.points: 下限高于上限",
    ),
    (
        "rule = { kind = \"per_project\", cap = 30 }",
        "combine = \"mean\"\nrule = { kind = \"composite\", weights = [1] }",
        "group.street.item.points: 这条规则不能按各指标平均使用",
    ),
    ("points = \"0.1\"\ncap = 2", "points = \"-0.1\"\ncap = 2", "group.street.bonus.beyond: 分值不能为负"),
    (
        "event = \"beyond_target\"\nof = [\"started\"]",
        "event = \"beyond_target\"\nof = [\"gone\"]",
        "group.street.bonus.beyond: 没有名为“gone”的指标",
    ),
    (
        "event = \"beyond_target\"\nof = [\"started\"]",
        "event = \"beyond_target\"\nof = [\"fraud\"]",
        "group.street.bonus.beyond: 这条规则要与任务比较，而所列指标没有任务",
    ),
    ("of = [\"fraud\"]\neffects", "of = [\"landed\"]\neffects", "group.street.veto.fraud: “landed”不是事件指标"),
    ("items_zero = [\"points\"]", "items_zero = [\"gone\"]", "group.street.veto.fraud: 没有名为“gone”的考评项"),
    ("blocks_zero = [\"projects\"]", "blocks_zero = [\"gone\"]", "group.street.veto.fraud: 没有名为“gone”的板块"),
    ("rank_at_best = 4", "rank_at_best = 0", "group.street.veto.fraud: 名次从 1 起"),
    (
        "by = \"completion\"\nof = [\"started\"]",
        "by = \"completion\"\nof = [\"gone\"]",
        "group.street.tie: 没有名为“gone”的指标",
    ),
    ("months = [3, 6, 9, 12]", "months = [3, 6, 9, 13]", "group.street.meeting.months: 月份须在 1 至 12 之间"),
    ("exempt_by = [\"fraud\"]", "exempt_by = [\"started\"]", "group.street.meeting.exempt_by: “started”不是事件指标"),
    ("{ first = 3 }, { not", "{ first = 0 }, { not", "group.street.meeting.speak: 名次从 1 起"),
    ("{ last = 2 }", "{ not = { last = 0 } }", "group.street.meeting.pledge: 名次从 1 起"),
    ("{ last = 2 }", "\"perhaps\"", "第118行: "),
    ("{ label = \"一般\" }", "{ label = \"一般\", first = 2 }", "group.street.grades: 等次不能为空，名次须由小到大"),
    ("lift = \"finished\"", "lift = { first = 0 }", "group.street.grades.lift: 名次从 1 起"),
];

#[test]
fn every_fault_is_named_with_its_place() {
    assert_eq!(issues(SOUND), Vec::<String>::new());
    for (from, to, expected) in FAULTS {
        let toml = SOUND.replacen(from, to, 1);
        assert_ne!(toml, SOUND, "{from}");
        let issues = issues(&toml);
        assert!(issues.iter().any(|issue| issue.starts_with(expected)), "{from} → {to}\n{expected}\n{issues:#?}");
    }
}

/// What is at its bound, and sound.
const SOUND_AS_WELL: [(&str, &str); 5] = [
    ("effective_until = \"2021-12\"", "effective_until = \"2021-01\""),
    ("{ kind = \"min_max\", alpha = \"0.6\" }", "{ kind = \"proportional\", lo = 1, hi = 1 }"),
    (
        "{ kind = \"min_max\", alpha = \"0.6\" }",
        "{ kind = \"step\", measured = \"amount\", size = 1, up = 1, down = 1, least = 9, most = 9 }",
    ),
    (
        "{ kind = \"min_max\", alpha = \"0.6\" }",
        "{ kind = \"step\", measured = \"items\", size = 1, up = 1, down = 1, least = 0, most = 9 }",
    ),
    (
        "{ kind = \"min_max\", alpha = \"0.6\" }",
        "{ kind = \"piecewise\", bands = [{ from = 100, to = 100, slope = 1 }], down = 0, up = 0 }",
    ),
];

#[test]
fn a_scheme_may_go_to_its_bounds() {
    for (from, to) in SOUND_AS_WELL {
        assert_eq!(issues(&SOUND.replacen(from, to, 1)), Vec::<String>::new(), "{to}");
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let toml = SOUND.replacen("points = 70", "points = 69", 1).replacen("schema = 1", "schema = 9", 1);
    assert_eq!(issues(&toml).len(), 2);
}

#[test]
fn a_comparison_among_fewer_than_three_units_is_worth_a_second_look() {
    let scheme = Scheme::parse(SOUND).unwrap();
    let told = |scheme: &Scheme, count| -> Vec<String> {
        scheme.warnings(&BTreeMap::from([(Group::Street, count)])).iter().map(ToString::to_string).collect()
    };
    let expected = "group.street.item.started: 本组只有 2 个单位，少于 3 个，与同组比较的规则意义不大";
    assert_eq!(told(&scheme, 2), [expected]);
    assert_eq!(told(&scheme, 3), Vec::<String>::new());
    let sized = SOUND.replacen(
        "{ kind = \"min_max\", alpha = \"0.6\" }",
        "{ kind = \"by_size\", size = \"target\", cases = [{ at_most = 2, rule = { kind = \"best_is_full\" } }, { rule = { kind = \"proportional\" } }] }",
        1,
    );
    assert_eq!(told(&Scheme::parse(&sized).unwrap(), 2), [expected], "in any case of a choice by size");
}

#[test]
fn adding_items_to_yuan_is_worth_a_second_look() {
    let mixed = SOUND.replacen(
        "rule = { kind = \"min_max\", alpha = \"0.6\" }\nof = [\"started\"]",
        "of = [\"started\", \"investment\"]",
        1,
    );
    let warnings = Scheme::parse(&mixed).unwrap().warnings(&BTreeMap::from([(Group::Street, 10)]));
    let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["group.street.item.started: 合计了不同单位的指标（个、亿元），请核对"]);
    // A rule that looks at each by itself adds nothing up.
    let apart = SOUND.replacen(
        "rule = { kind = \"min_max\", alpha = \"0.6\" }\nof = [\"started\"]",
        "rule = { kind = \"composite\", weights = [\"0.5\", \"0.5\"] }\nof = [\"started\", \"investment\"]",
        1,
    );
    assert_eq!(Scheme::parse(&apart).unwrap().warnings(&BTreeMap::from([(Group::Street, 10)])), []);
}

#[test]
fn the_default_scheme_gives_no_warning() {
    let sizes = BTreeMap::from([(Group::Street, 10), (Group::Park, 2), (Group::Department, 13)]);
    assert!(Scheme::default_scheme().warnings(&sizes).is_empty());
}
