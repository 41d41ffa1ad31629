//! Measures, schedules and roll-ups against records, each in a small scheme of its own.

use crate::world::{Draft, SHOP, World, assert_lines_sum, find, month};
use shared::{
    fields::Value,
    id::UnitId,
    inspection::field,
    project,
    record::RecordKind,
    scoring::{result::Status, rule::Rule, scheme::Scheme},
    workflow::State,
};

const GUDONG: &str = "鼓东街道";

/// A scheme in which streets are scored by one item over the first indicator.
fn world(schedules: &str, indicators: &str, rule: &str) -> World {
    world_with("", schedules, indicators, rule)
}

/// The same with more to say of the scheme as a whole.
fn world_with(general: &str, schedules: &str, indicators: &str, rule: &str) -> World {
    let key = indicators.split('"').nth(1).unwrap().to_owned();
    let toml = format!(
        "schema = 1\nname = \"small\"\ntitle = \"示例\"\neffective_from = \"2021-01\"\nceiling = 200\nminimum_applicable = 0\n{general}\n\
         [schedules]\nmonthly = {{ shape = \"monthly\" }}\nlinear = {{ shape = \"linear\" }}\n{schedules}\n{indicators}\n\
         [group.street]\njoint = []\nfinished = []\n[[group.street.block]]\nkey = \"all\"\nlabel = \"全部\"\n\
         [[group.street.item]]\nkey = \"item\"\nlabel = \"考评项\"\nblock = \"all\"\npoints = 100\nrule = {rule}\nof = [\"{key}\"]\n"
    );
    let scheme = Scheme::parse(&toml).unwrap_or_else(|issues| panic!("{issues:#?}"));
    let (column, target) =
        if scheme.tabled().next().is_some() { (format!(",{key}"), ",4") } else { (String::new(), "") };
    let row = |unit: &str| format!("{unit},street{target}\n");
    let rows = [GUDONG, "乙街道", "丙街道"].map(row).concat();
    World::with_targets(scheme, &format!("unit,group{column}\n{rows}"))
}

fn indicator(key: &str, measure: &str, more: &str) -> String {
    format!(
        "[[indicator]]\nkey = \"{key}\"\nlabel = \"{key}\"\nunit = \"个\"\nschedule = \"monthly\"\nmeasure = {measure}\n{more}\n"
    )
}

/// What was done and what is due, at the end of each month.
fn actual(world: &mut World, periods: &[&str]) -> Vec<String> {
    let progress = |world: &mut World, period: &str| {
        let explanation = world.explain(GUDONG, period);
        assert_lines_sum(&explanation.root);
        find(&explanation.root, "item").unwrap().progress.unwrap()
    };
    periods.iter().map(|period| progress(world, period).actual.to_string()).collect()
}

fn due(world: &mut World, periods: &[&str]) -> Vec<String> {
    let progress = |world: &mut World, period: &str| {
        find(&world.explain(GUDONG, period).root, "item").unwrap().progress.unwrap().due.to_string()
    };
    periods.iter().map(|period| progress(world, period)).collect()
}

const RATIO: &str = "{ kind = \"proportional\" }";
const ALONE: &str = "{ kind = \"best_is_full\", by = \"actual\" }";

#[test]
fn a_share_is_a_ratio_of_two_sums_and_says_when_there_is_no_whole() {
    let indicators =
        indicator("share", "{ kind = \"share\", part = [\"shops\"], whole = [\"all\"] }", "target = \"0.5\"")
            + &indicator(
                "shops",
                "{ kind = \"count\", stage = \"started\", categories = [\"services\"] }",
                "without_target = true",
            )
            + &indicator("all", "{ kind = \"count\", stage = \"started\" }", "without_target = true");
    let mut world = world("", &indicators, RATIO);
    let unit = world.unit(GUDONG);
    let node = |world: &mut World, period: &str| find(&world.explain(GUDONG, period).root, "item").unwrap().clone();
    assert_eq!(node(&mut world, "2021-01").status, Status::NoBase);
    assert!(node(&mut world, "2021-01").sentence.contains("基数为零"));
    for category in ["services", "industry", "industry"] {
        let project = world.project(unit, Draft { category, ..SHOP }, "2021-01-10");
        world.verified(unit, project, "started", "2021-02-10");
    }
    assert_eq!(actual(&mut world, &["2021-02"]), ["0.333333"]);
    assert_eq!(world.item(GUDONG, "2021-02", "item").as_deref(), Some("66.67"), "100 · (1/3) / 0.5");
    let sources = find(&world.explain(GUDONG, "2021-02").root, "share").unwrap().sources.len();
    assert_eq!(sources, 4, "one of the part and three of the whole");
}

#[test]
fn a_project_of_several_units_is_credited_by_their_parts_and_counts_once_in_the_district() {
    let indicators = indicator("started", "{ kind = \"count\", stage = \"started\" }", "")
        + &indicator("standing", "{ kind = \"stock\", stage = \"started\" }", "without_target = true")
        + &indicator("invested", "{ kind = \"sum\", stage = \"started\" }", "without_target = true");
    for (credit, expected) in [("owner", ["1", "0"]), ("shares", ["0.6", "0.4"])] {
        let mut world = world_with(&format!("credit = \"{credit}\""), "", &indicators, RATIO);
        let (own, other) = (world.unit(GUDONG), world.unit("乙街道"));
        let project = world.project(own, SHOP, "2021-01-10");
        let parts = |parts: [(UnitId, &str); 2]| {
            Value::List(parts.iter().map(|(unit, percent)| format!("{unit}:{percent}")).collect())
        };
        let share = |world: &mut World, value: Value, day: &str| {
            world.write(RecordKind::Project, project, own, None, &[(project::field::CREDIT, value)], day);
            world.step(project, State::Submitted, day);
            world.step(project, State::Reviewed, day);
        };
        share(&mut world, parts([(own, "60"), (other, "40")]), "2021-01-12");
        world.verified(own, project, "started", "2021-02-10");
        let counted = |world: &mut World, unit: &str, period: &str, key: &str| world.counted(unit, period, key).0;
        for (unit, expected) in [(GUDONG, expected[0]), ("乙街道", expected[1])] {
            let explanation = world.explain(unit, "2021-02");
            assert_eq!(find(&explanation.root, "item").unwrap().progress.unwrap().actual.to_string(), expected);
            let sources = find(&explanation.root, "started").map_or(0, |node| node.sources.len());
            assert_eq!(sources, usize::from(expected != "0"), "{unit} names the claim where it has a part");
        }
        let other_parts = parts([(own, "25"), (other, "75")]);
        share(&mut world, other_parts, "2021-04-12");
        if credit == "shares" {
            assert_eq!(counted(&mut world, GUDONG, "2021-03", "started"), "0.6", "an old month keeps its parts");
            assert_eq!(counted(&mut world, GUDONG, "2021-04", "started"), "0.25");
            assert_eq!(counted(&mut world, "乙街道", "2021-04", "started"), "0.75");
        }
        let incremental = world.ranking("2021-04");
        assert_eq!(incremental, world.recomputed().ranking(month("2021-04")), "taken out and put in by parts");
    }
}

#[test]
fn a_growth_compares_with_a_base_that_must_not_be_zero() {
    let indicators = indicator(
        "growth",
        "{ kind = \"growth\", now = [\"new_commerce_above_quota\"], base = [\"new_services_above_scale\"] }",
        "target = \"0.5\"",
    ) + &indicator("new_commerce_above_quota", "{ kind = \"reported\" }", "without_target = true")
        + &indicator(
            "new_services_above_scale",
            "{ kind = \"reported\", missing = \"not_applicable\" }",
            "without_target = true",
        );
    let mut world = world("", &indicators, RATIO);
    let unit = world.unit(GUDONG);
    world.indicator(unit, "2021-02", "new_commerce_above_quota", "12", "2021-02-20");
    let status = |world: &mut World, period: &str| find(&world.explain(GUDONG, period).root, "item").unwrap().status;
    assert_eq!(status(&mut world, "2021-02"), Status::NotReported);
    world.indicator(unit, "2021-03", "new_services_above_scale", "0", "2021-03-20");
    assert_eq!(status(&mut world, "2021-03"), Status::NoBase);
    world.indicator(unit, "2021-04", "new_services_above_scale", "10", "2021-04-20");
    assert_eq!(actual(&mut world, &["2021-04"]), ["0.2"]);
    assert_eq!(world.item(GUDONG, "2021-04", "item").as_deref(), Some("40.00"));
}

#[test]
fn projects_earn_points_by_tables_of_stage_size_kind_and_level_and_by_progress() {
    let tables = "[[{ stage = \"completed\", points = 10 }, { stage = \"started\", points = 6 }, { points = 1 }], \
                  [{ total = 100000, points = 5 }, { total = 20000, categories = [\"services\"], points = 2 }], \
                  [{ flags = [\"provincial_key\"], points = 3 }]]";
    let measure = format!("{{ kind = \"points\", tables = {tables}, progress = 4 }}");
    let mut world = world("", &indicator("points", &measure, ""), "{ kind = \"per_project\", cap = 20 }");
    let unit = world.unit(GUDONG);
    let project = world.project(unit, Draft { flags: &["provincial_key"], ..SHOP }, "2021-01-10");
    assert_eq!(actual(&mut world, &["2021-01"]), ["0"], "no stage was verified");
    world.verified(unit, project, "landed", "2021-02-10");
    world.verified(unit, project, "started", "2021-03-10");
    for (period, investment) in [("2021-04", "5000"), ("2021-05", "5000")] {
        let report = world.monthly_report(unit, project, period, &format!("{period}-20"), None);
        world.write(
            RecordKind::MonthlyReport,
            report,
            unit,
            Some(month(period)),
            &[("investment", Value::text(investment))],
            &format!("{period}-21"),
        );
        world.step(report, State::Submitted, &format!("{period}-21"));
        world.step(report, State::Reviewed, &format!("{period}-22"));
    }
    world.verified(unit, project, "completed", "2021-06-10");
    // 1 + 2 + 3, then 6 + 2 + 3, then a quarter and a half of the 20,000 and 4 points for all, then 10 for 6.
    let periods = ["2021-02", "2021-03", "2021-04", "2021-05", "2021-06"];
    assert_eq!(actual(&mut world, &periods), ["6", "11", "12", "13", "17"]);
    let large = world.project(unit, Draft { category: "industry", total: "100000", ..SHOP }, "2021-06-12");
    world.verified(unit, large, "started", "2021-06-20");
    assert_eq!(actual(&mut world, &["2021-06"]), ["28"]);
    assert_eq!(world.item(GUDONG, "2021-06", "item").as_deref(), Some("20.00"), "capped");
    assert_eq!(world.item(GUDONG, "2021-05", "item").as_deref(), Some("13.00"));
}

#[test]
fn a_stock_counts_what_stands_whenever_it_was_verified() {
    let indicators = indicator("standing", "{ kind = \"stock\", stage = \"started\" }", "without_target = true");
    let mut world = world("", &indicators, ALONE);
    let unit = world.unit(GUDONG);
    for day in ["2020-05-10", "2021-03-10"] {
        let project = world.project(unit, SHOP, "2020-01-10");
        world.verified(unit, project, "started", day);
    }
    assert_eq!(actual(&mut world, &["2021-01", "2021-03"]), ["1", "2"]);
    assert_eq!(world.item(GUDONG, "2021-03", "item").as_deref(), Some("100.00"));
}

#[test]
fn a_sum_adds_the_field_it_names() {
    for (name, expected) in [
        ("total_investment", ["2", "2"]),
        ("planned_investment", ["0.8", "0.8"]),
        ("invested", ["0", "0.5"]),
        ("foreign_capital", ["300", "300"]),
    ] {
        let measure = format!("{{ kind = \"sum\", stage = \"started\", field = \"{name}\" }}");
        let mut world = world("", &indicator("sum", &measure, "without_target = true"), ALONE);
        let unit = world.unit(GUDONG);
        let project = world.project(unit, SHOP, "2021-01-10");
        let more = [
            (project::field::PLANNED_INVESTMENT, Value::text("8000")),
            (project::field::FOREIGN_CAPITAL, Value::text("300")),
        ];
        world.write(RecordKind::Project, project, unit, None, &more, "2021-01-11");
        world.step(project, State::Submitted, "2021-01-11");
        world.step(project, State::Reviewed, "2021-01-11");
        world.verified(unit, project, "started", "2021-02-10");
        // What was invested in another year is of that year.
        for (period, investment) in [("2020-12", "70000"), ("2021-03", "5000")] {
            let (filed, reviewed) = (format!("{period}-20"), format!("{period}-22"));
            let report = world.monthly_report(unit, project, period, &filed, None);
            let investment = [("investment", Value::text(investment))];
            world.write(RecordKind::MonthlyReport, report, unit, Some(month(period)), &investment, &filed);
            world.step(report, State::Submitted, &reviewed);
            world.step(report, State::Reviewed, &reviewed);
        }
        assert_eq!(actual(&mut world, &["2021-02", "2021-03"]), expected, "{name}");
    }
}

#[test]
fn a_project_earns_only_its_largest_bonus() {
    let event = |key: &str, least: &str| {
        let measure = format!("{{ kind = \"event\", stage = \"started\", thresholds = [{{ total = {least} }}] }}");
        indicator(key, &measure, "")
    };
    let toml = indicator("visits", "{ kind = \"rate\", of = \"visits\" }", "target = 1")
        + &event("large", "20000")
        + &event("huge", "100000");
    let mut scheme = world("", &toml, RATIO).board.scheme().clone();
    let street = scheme.groups.values_mut().next().unwrap();
    street.bonus.cap = 9.into();
    let lines = Scheme::default_scheme().groups.values().next().unwrap().bonus.lines.clone();
    let each = lines.iter().find(|line| line.key == "large_started").unwrap();
    for (key, points) in [("large", 1), ("huge", 3)] {
        let mut line = each.clone();
        (line.key, line.of, line.points, line.cap) = (key.into(), vec![key.into()], points.into(), 9.into());
        street.bonus.lines.push(line);
    }
    let mut world = World::with_targets(scheme, &format!("unit,group\n{GUDONG},street\n"));
    let unit = world.unit(GUDONG);
    for total in ["20000", "100000"] {
        let project = world.project(unit, Draft { total, ..SHOP }, "2021-01-10");
        world.verified(unit, project, "started", "2021-02-10");
    }
    assert_eq!(world.standing(GUDONG, "2021-02").bonus.to_string(), "4.00", "1 for the large one, 3 for the huge one");
}

#[test]
fn marks_of_raters_make_a_trimmed_mean_of_their_month() {
    let rated = |class: &str| {
        let measure = format!("{{ kind = \"rating\", class = \"{class}\", trim = 1 }}");
        indicator(class, &measure, "target = 100")
    };
    let indicators = rated("leaders") + &rated("public");
    let mut scheme = world("", &indicators, RATIO).board.scheme().clone();
    let item = &mut scheme.groups.values_mut().next().unwrap().items[0];
    item.of = vec!["leaders".into(), "public".into()];
    item.rule = Rule::Rating { weights: ["0.6", "0.4"].map(|weight| weight.parse().unwrap()).to_vec() };
    let mut world = World::with_targets(scheme, &format!("unit,group\n{GUDONG},street\n"));
    let unit = world.unit(GUDONG);
    let mut rate = |class: &str, marks: &str, day: &str| {
        world.found(unit, &[(field::FINDING, "rating"), (field::CLASS, class), (field::MARKS, marks)], day)
    };
    rate("leaders", "60 90 95 85 100", "2021-03-10");
    rate("public", "80、70、75", "2021-03-12");
    rate("leaders", "88", "2021-04-10");
    assert_eq!(world.item(GUDONG, "2021-02", "item"), None, "nobody was asked");
    // 0.6 · 90 + 0.4 · 75
    assert_eq!(world.item(GUDONG, "2021-03", "item").as_deref(), Some("84.00"));
    assert_eq!(world.item(GUDONG, "2021-04", "item").as_deref(), Some("88.00"), "only one class gave marks");
    assert_eq!(find(&world.explain(GUDONG, "2021-03").root, "leaders").unwrap().sources.len(), 1);
}

#[test]
fn months_roll_up_as_the_scheme_says() {
    for (rollup, expected) in [
        ("\"latest\"", ["3", "3", "9"]),
        ("\"mean\"", ["3", "3", "6"]),
        ("\"sum\"", ["3", "3", "12"]),
        ("\"max\"", ["3", "3", "9"]),
        // 3 · 10 and 9 · 45 over 55; in April the last three months are February, March and April.
        ("{ weighted = [10, 45, 45] }", ["3", "3", "7.909091"]),
    ] {
        let more = format!("without_target = true\nrollup = {rollup}");
        let mut world = world("", &indicator("new_commerce_above_quota", "{ kind = \"reported\" }", &more), ALONE);
        let unit = world.unit(GUDONG);
        world.indicator(unit, "2021-02", "new_commerce_above_quota", "3", "2021-02-20");
        world.indicator(unit, "2021-04", "new_commerce_above_quota", "9", "2021-04-20");
        assert_eq!(actual(&mut world, &["2021-02", "2021-03", "2021-04"]), expected, "{rollup}");
    }
    // Counts roll up by what each month added.
    let more = "without_target = true\nrollup = \"max\"";
    let mut world = world("", &indicator("started", "{ kind = \"count\", stage = \"started\" }", more), ALONE);
    let unit = world.unit(GUDONG);
    for day in ["2021-02-10", "2021-02-11", "2021-03-10"] {
        let project = world.project(unit, SHOP, "2021-01-10");
        world.verified(unit, project, "started", day);
    }
    assert_eq!(actual(&mut world, &["2021-02", "2021-03"]), ["2", "2"]);
}

/// Plans a project's start for a month and has that approved.
fn plan(world: &mut World, project: shared::id::RecordId, start: &str, day: &str) {
    let unit = world.unit(GUDONG);
    world.write(RecordKind::Project, project, unit, None, &[(project::field::PLANNED_START, Value::text(start))], day);
    world.step(project, State::Submitted, day);
    world.step(project, State::Reviewed, day);
}

#[test]
fn a_list_makes_due_what_was_first_planned_and_no_delay_changes_it() {
    let started = "[[indicator]]\nkey = \"started\"\nlabel = \"新开工数\"\nunit = \"个\"\nschedule = \"list\"\n\
                   measure = { kind = \"count\", stage = \"started\" }\n";
    let mut world = world("list = { shape = \"list\" }", started, RATIO);
    let unit = world.unit(GUDONG);
    let mut planned = |start: &str| {
        let id = world.new_id();
        world.write(
            RecordKind::Project,
            id,
            unit,
            None,
            &[(project::field::NAME, Value::text("项目")), (project::field::PLANNED_START, Value::text(start))],
            "2021-01-05",
        );
        world.step(id, State::Submitted, "2021-01-05");
        world.step(id, State::Reviewed, "2021-01-06");
        id
    };
    let first = planned("2021-03");
    planned("2021-09");
    planned("2022-02");
    let periods = ["2021-02", "2021-03", "2021-08", "2021-09", "2021-12"];
    assert_eq!(due(&mut world, &periods), ["0", "1", "1", "2", "4"], "the whole target in December");
    plan(&mut world, first, "2021-11", "2021-02-20");
    assert_eq!(due(&mut world, &periods), ["0", "1", "1", "2", "4"], "put off, and due all the same");
    assert_eq!(world.item(GUDONG, "2021-02", "item"), None, "nothing is due yet");
    assert_eq!(world.ranking("2021-09").digest, world.recomputed().ranking(month("2021-09")).digest);
}

#[test]
fn a_list_is_followed_over_any_number_of_choices_by_size() {
    let schedules = "list = { shape = \"list\" }\n\
                     few = { shape = \"by_size\", sizes = [{ at_most = 9, schedule = \"list\" }], otherwise = \"linear\" }\n\
                     some = { shape = \"by_size\", sizes = [{ at_most = 99, schedule = \"few\" }], otherwise = \"linear\" }";
    for schedule in ["list", "few", "some"] {
        let started = format!(
            "[[indicator]]\nkey = \"started\"\nlabel = \"新开工数\"\nunit = \"个\"\nschedule = \"{schedule}\"\n\
             measure = {{ kind = \"count\", stage = \"started\" }}\n"
        );
        let mut world = world(schedules, &started, RATIO);
        let project = world.new_id();
        plan(&mut world, project, "2021-03", "2021-01-06");
        assert_eq!(due(&mut world, &["2021-02", "2021-03", "2021-12"]), ["0", "1", "4"], "{schedule}");
    }
}

#[test]
fn a_list_makes_due_the_sums_that_were_planned() {
    let invested = "[[indicator]]\nkey = \"invested\"\nlabel = \"新开工投资\"\nunit = \"亿元\"\nschedule = \"list\"\n\
                    measure = { kind = \"sum\", stage = \"started\" }\n";
    let mut world = world("list = { shape = \"list\" }", invested, RATIO);
    let unit = world.unit(GUDONG);
    let project = world.new_id();
    let planned = [
        (project::field::PLANNED_START, Value::text("2021-03")),
        (project::field::TOTAL_INVESTMENT, Value::text("25000")),
    ];
    world.write(RecordKind::Project, project, unit, None, &planned, "2021-01-05");
    world.step(project, State::Submitted, "2021-01-05");
    world.step(project, State::Reviewed, "2021-01-06");
    assert_eq!(due(&mut world, &["2021-02", "2021-03", "2021-12"]), ["0", "2.5", "4"]);
}

#[test]
fn a_figure_counts_in_its_own_year_alone() {
    let quota = indicator("new_commerce_above_quota", "{ kind = \"reported\" }", "without_target = true");
    let mut world = world("", &quota, ALONE);
    let unit = world.unit(GUDONG);
    world.indicator(unit, "2020-12", "new_commerce_above_quota", "9", "2021-01-10");
    assert_eq!(actual(&mut world, &["2021-01", "2021-12"]), ["0", "0"]);
    let report = world.indicator(unit, "2021-02", "new_commerce_above_quota", "3", "2021-02-20");
    world.step(report, State::Withdrawn, "2021-04-10");
    assert_eq!(actual(&mut world, &["2021-03", "2021-04"]), ["3", "0"], "and until it is withdrawn");
}

#[test]
fn marks_that_were_withdrawn_are_in_no_later_mean() {
    let rated = indicator("leaders", "{ kind = \"rating\", class = \"leaders\" }", "target = 100\nrollup = \"mean\"");
    let mut world = world("", &rated, RATIO);
    let unit = world.unit(GUDONG);
    let marks = |mark| [(field::FINDING, "rating"), (field::CLASS, "leaders"), (field::MARKS, mark)];
    let march = world.found(unit, &marks("90"), "2021-03-10");
    world.found(unit, &marks("80"), "2021-04-10");
    assert_eq!(actual(&mut world, &["2021-03", "2021-04"]), ["90", "85"]);
    world.step(march, State::Withdrawn, "2021-04-20");
    assert_eq!(actual(&mut world, &["2021-03", "2021-04"]), ["90", "80"]);
    // Corrected a month later, they are in that month what they were known as.
    let may = world.found(unit, &marks("70"), "2021-05-10");
    world.write(RecordKind::Inspection, may, unit, None, &[(field::MARKS, Value::text("60"))], "2021-06-10");
    world.step(may, State::Submitted, "2021-06-10");
    world.step(may, State::Reviewed, "2021-06-10");
    assert_eq!(actual(&mut world, &["2021-05", "2021-06"]), ["75", "70"]);
    world.found(unit, &marks("10"), "2020-12-20");
    assert_eq!(actual(&mut world, &["2021-12"]), ["70"], "the year before is another year's mean");
}

#[test]
fn explicit_figures_and_whole_numbers_make_due_what_they_say() {
    let with = |schedule: &str, whole: &str| {
        format!(
            "[[indicator]]\nkey = \"started\"\nlabel = \"新开工数\"\nunit = \"个\"\nschedule = \"{schedule}\"\nwhole = \"{whole}\"\n\
             measure = {{ kind = \"count\", stage = \"started\" }}\n"
        )
    };
    let explicit = "explicit = { shape = \"explicit\", figures = [0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4], \
                    units = { \"鼓东街道\" = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 4] } }\n\
                    sized = { shape = \"by_size\", sizes = [{ at_most = 3, schedule = \"monthly\" }], otherwise = \"linear\" }";
    let periods = ["2021-05", "2021-06", "2021-11", "2021-12"];
    for (schedule, whole, expected) in [
        ("explicit", "exact", ["0", "0", "2", "4"]),
        ("linear", "exact", ["1.67", "2", "3.67", "4"]),
        ("linear", "ceil", ["2", "2", "4", "4"]),
        ("linear", "floor", ["1", "2", "3", "4"]),
        ("linear", "half_up", ["2", "2", "4", "4"]),
        ("sized", "exact", ["1.67", "2", "3.67", "4"]),
    ] {
        let mut world = world(explicit, &with(schedule, whole), RATIO);
        assert_eq!(due(&mut world, &periods), expected, "{schedule} {whole}");
    }
}

#[test]
fn a_sentence_says_which_rule_the_size_chose_and_when_the_least_is_given() {
    let started = "[[indicator]]\nkey = \"started\"\nlabel = \"新开工数\"\nunit = \"个\"\nschedule = \"monthly\"\n\
                   measure = { kind = \"count\", stage = \"started\" }\n";
    let small = "{ at_most = 3, rule = { kind = \"threshold\" } }";
    for (rule, expected) in [
        (
            format!("{{ kind = \"by_size\", size = \"target\", cases = [{small}, {{ rule = {RATIO} }}] }}"),
            "得 100 × 1 ÷ 4 = 25.00 分",
        ),
        (
            format!("{{ kind = \"by_size\", size = \"units\", cases = [{{ rule = {RATIO} }}] }}"),
            "按任务规模分档规则得 25.00 分",
        ),
        ("{ kind = \"proportional\", lo = \"0.3\" }".to_owned(), "完成率 25%，按最低 30% 计，得 30.00 分"),
        ("{ kind = \"proportional\", lo = \"0.2\" }".to_owned(), "得 100 × 1 ÷ 4 = 25.00 分"),
        ("{ kind = \"proportional\", lo = \"0.25\" }".to_owned(), "得 100 × 1 ÷ 4 = 25.00 分"),
    ] {
        let mut world = world("", started, &rule);
        let unit = world.unit(GUDONG);
        let project = world.project(unit, SHOP, "2021-01-10");
        world.verified(unit, project, "started", "2021-02-10");
        let sentence = find(&world.explain(GUDONG, "2021-02").root, "item").unwrap().sentence.clone();
        assert!(sentence.ends_with(expected), "{rule}: {sentence}");
    }
}
