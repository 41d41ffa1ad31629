//! Validation as a table: what is filled in → which issues, beside which field.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is missing")]

#[path = "validate/filled.rs"]
mod filled;

use filled::{assert_issues, claim, indicator_report, inspection, june, project, report_of, service_issue, visit};
use shared::{
    attachment::Attachments,
    calendar::Date,
    fields::Fields,
    issue::Issue,
    record::RecordKind,
    stage::Stage,
    validate::{Completeness, Context, consequences, validate},
};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// What is filled beside the complete record, and the issues expected as `field: code` with the suggestion.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);

fn assert_cases(kind: RecordKind, complete: &Fields, context: &Context, cases: &[Case<'_>]) {
    for (changes, expected) in cases {
        assert_issues(kind, &filled::with(complete, changes), context, expected, &format!("{changes:?}"));
    }
}

#[test]
fn an_empty_form_asks_for_what_it_needs_and_for_nothing_hidden() {
    let fields = Fields::default();
    assert_issues(
        RecordKind::Project,
        &fields,
        &june(),
        &[
            "name! required",
            "code? project_code_missing",
            "owner! required",
            "credit_code? credit_code_missing",
            "place! required",
            "category! required",
            "programme! required",
            "sector! required",
            "content! required",
            "total_investment! required",
            "planned_investment! required",
            "planned_start! required",
            "planned_completion! required",
            "responsible! required",
        ],
        "an empty project",
    );
}

#[test]
fn a_project_is_told_what_is_wrong_with_it() {
    assert_cases(
        RecordKind::Project,
        &project(),
        &june(),
        &[
            (&[], &[]),
            (&[("name", "三坊七")], &["name! too_short"]),
            (&[("content", "太短")], &["content! too_short"]),
            (&[("category", "farming")], &["category! not_a_choice"]),
            (&[("total_investment", "两亿")], &["total_investment! not_a_number"]),
            (&[("total_investment", "-1")], &["total_investment! negative"]),
            (&[("total_investment", "0"), ("planned_investment", "0")], &["total_investment! not_positive"]),
            (&[("total_investment", "22000.001")], &["total_investment! too_many_decimals"]),
            (&[("total_investment", "22000.000")], &[]),
            (
                &[("total_investment", "９９９９.９９"), ("planned_investment", "800")],
                &["total_investment? below_category_threshold"],
            ),
            (&[("total_investment", "10000"), ("planned_investment", "800")], &[]),
            (&[("planned_investment", "80000")], &["planned_investment? planned_over_total → 8000"]),
            (&[("planned_investment", "800000")], &["planned_investment? planned_over_total"]),
            (&[("planned_completion", "2021-02")], &["planned_completion! completion_before_start"]),
            (&[("planned_completion", "2021-03")], &[]),
            (&[("planned_start", "三月")], &["planned_start! not_a_month"]),
            (&[("position", "26.0826,119.2965")], &[]),
            (&[("position", "26.0826")], &["position! position_shape"]),
            (&[("position", "119.2965,26.0826")], &["position! position_order → 26.0826,119.2965"]),
            (&[("position", "39.9,116.4")], &["position? position_far"]),
            (&[("contact", "12345")], &["contact? not_a_phone"]),
            (&[("contact", "0591-87550123")], &[]),
        ],
    );
}

#[test]
fn codes_are_checked_and_lookalikes_answered_with_what_was_meant() {
    assert_cases(
        RecordKind::Project,
        &project(),
        &june(),
        &[
            (&[("credit_code", "91512081MA62K0260E")], &[]),
            (&[("credit_code", "91350102MA00000820")], &[]),
            (&[("credit_code", "91350102MA00000152")], &[]),
            (&[("credit_code", "91350100M000100Y4Z")], &["credit_code! credit_code_letter"]),
            (&[("credit_code", "91512081MA62K0260F")], &["credit_code! credit_code_check"]),
            (&[("credit_code", "9151208IMA62KO26OE")], &["credit_code! credit_code_letter → 91512081MA62K0260E"]),
            (&[("credit_code", "9151208")], &["credit_code! credit_code_length"]),
            (&[("code", "2101-350103-04-01-123456")], &["code? project_code_region"]),
            (&[("code", "2113-350102-04-01-123456")], &["code! project_code_month"]),
            (&[("code", "2017-350102-47-03-012345")], &[]),
            (&[("code", "21013501020401123456")], &["code! project_code_shape → 2101-350102-04-01-123456"]),
            (&[("sector", "6513")], &["sector! sector_shape"]),
            (&[("sector", "U6513")], &["sector! sector_shape"]),
            (&[("sector", "I65130")], &["sector! sector_shape"]),
            (&[("sector", "I６5１３")], &["sector! sector_shape"]),
        ],
    );
}

#[test]
fn the_parts_of_the_investment_add_up_within_one_wan() {
    let split = |civil, equipment, other| [("civil_works", civil), ("equipment", equipment), ("other_costs", other)];
    assert_cases(
        RecordKind::Project,
        &project(),
        &june(),
        &[
            (&split("12000", "8000", "2000"), &[]),
            (&split("12000.5", "8000", "2000.5"), &[]),
            (&split("12000.5", "8000", "2000.51"), &["civil_works! split_sum"]),
            (&split("22000", "", ""), &[]),
            (&split("12000", "8000", ""), &["civil_works! split_sum"]),
        ],
    );
}

#[test]
fn the_months_of_the_plan_are_figures_and_sum_to_the_year() {
    let twelve = |january: &'static str, december: &'static str| {
        let mut months = ["1000"; 12];
        (months[0], months[11]) = (january, december);
        months
    };
    for (months, expected) in [
        (twelve("1000", "1000").to_vec(), &[][..]),
        (twelve("", "2000").to_vec(), &[]),
        (twelve("999.99", "1000.01").to_vec(), &[]),
        (twelve("1000", "1000.01").to_vec(), &["month_plan! month_plan_sum"]),
        (twelve("-1000", "3000").to_vec(), &["month_plan! month_figure"]),
        (twelve("0.005", "1999.995").to_vec(), &["month_plan! month_figure"]),
        (twelve("一千", "2000").to_vec(), &["month_plan! month_figure"]),
        (vec!["12000"], &["month_plan! not_twelve_months"]),
        (Vec::new(), &[]),
    ] {
        let fields = filled::with_list(&project(), "month_plan", &months);
        assert_issues(RecordKind::Project, &fields, &june(), expected, &format!("{months:?}"));
    }
}

#[test]
fn foreign_capital_has_a_rate_with_its_day_or_neither() {
    let foreign = filled::with(&filled::with_list(&project(), "flags", &["foreign"]), &[("foreign_capital", "300")]);
    assert_cases(
        RecordKind::Project,
        &foreign,
        &june(),
        &[
            (&[], &["foreign_rate? rate_missing"]),
            (&[("foreign_rate", "6.4572"), ("foreign_on", "2021-06-23")], &[]),
            (&[("foreign_rate", "6.4572")], &["foreign_on! rate_without_day"]),
            (&[("foreign_on", "2021-06-23")], &["foreign_rate! day_without_rate"]),
            (&[("foreign_rate", "0"), ("foreign_on", "2021-06-23")], &["foreign_rate! not_positive"]),
            (&[("foreign_rate", "6.45721"), ("foreign_on", "2021-06-23")], &["foreign_rate! too_many_decimals"]),
        ],
    );
}

#[test]
fn a_project_is_told_which_tables_leave_it_out() {
    let promoted = filled::with_list(&project(), "flags", &["investment_promotion"]);
    assert_cases(
        RecordKind::Project,
        &promoted,
        &june(),
        &[
            (&[], &[]),
            (
                &[("total_investment", "6000"), ("planned_investment", "600")],
                &["total_investment? below_category_threshold"],
            ),
            (
                &[("total_investment", "4999.99"), ("planned_investment", "600")],
                &["total_investment? below_category_threshold", "total_investment? below_landing_threshold"],
            ),
            (&[("sector", "C3011"), ("category", "industry")], &["total_investment? below_landing_threshold"]),
            (&[("sector", "A0111")], &["sector? sector_landing"]),
        ],
    );
    let upgrade = filled::with_list(&project(), "flags", &["investment_promotion", "technical_upgrade"]);
    assert_cases(RecordKind::Project, &upgrade, &june(), &[(&[("sector", "C3011"), ("category", "industry")], &[])]);
    let estate = filled::with_list(&project(), "flags", &["investment_promotion", "real_estate"]);
    assert_cases(RecordKind::Project, &estate, &june(), &[(&[], &["flags? real_estate_landing"])]);
    let emerging = filled::with_list(&project(), "flags", &["emerging"]);
    assert_cases(
        RecordKind::Project,
        &emerging,
        &june(),
        &[
            (&[], &["emerging_field! required"]),
            (&[("emerging_field", "digital_creative")], &[]),
            (&[("emerging_field", "digital_creative"), ("category", "digital")], &["flags? emerging_category"]),
        ],
    );
}

/// A project of 22,000 万元 that began in February, with reports for March to May.
fn context() -> Context {
    let reports = vec![report_of("2021-03", "3000"), report_of("2021-04", "2660"), report_of("2021-05", "1450")];
    Context { project: Some(project()), stages: vec![(Stage::Started, day("2021-02-20"))], reports, ..june() }
}

#[test]
fn a_monthly_report_is_told_what_is_wrong_with_it() {
    let report = report_of("2021-06", "1820");
    assert_cases(
        RecordKind::MonthlyReport,
        &report,
        &context(),
        &[
            (&[], &[]),
            (&[("period", "2021-07")], &["period! period_in_future"]),
            (&[("period", "2020-12"), ("investment", "0")], &["period? period_outside_year"]),
            (&[("period", "2021-01")], &["investment! investment_before_start"]),
            (&[("period", "2021-01"), ("investment", "0")], &[]),
            (&[("investment", "-5")], &["investment! negative_without_correction"]),
            (&[("investment", "-5"), ("correction", "true")], &[]),
            (&[("investment", "-7110.01"), ("correction", "true")], &["investment! correction_below_zero"]),
            (&[("investment", "14890")], &[]),
            (&[("investment", "14900")], &["investment? over_total → 1490"]),
            (&[("investment", "19290")], &["investment? over_total → 1929"]),
            (&[("investment", "19290.1")], &["investment! far_over_total → 1929.01"]),
            (&[("investment", "19300")], &["investment! far_over_total → 1930"]),
            (&[("funds", "22000")], &[]),
            (&[("funds", "32000")], &["funds! funds_over_total → 3200"]),
            (&[("funds", "320000000")], &["funds! funds_over_total"]),
            (&[("works", "主体结构施工到第 5 层")], &["works! works_repeated"]),
            (&[("works", "主体结构施工到第 5 层"), ("unchanged", "true")], &[]),
            (&[("works", "主体结构施工到第 5 层"), ("status", "suspended")], &["status? photos_missing"]),
            // What the first releases wrote.
            (
                &[("works", "主体结构施工到第 5 层"), ("status", ""), ("progress", "suspended")],
                &["status? photos_missing"],
            ),
            (&[("status", "")], &["status? status_missing"]),
            (&[("status", "asleep")], &["status! not_a_choice", "status? status_missing"]),
            (&[("progress", "behind")], &["problem! behind_without_problem"]),
            (&[("progress", "behind"), ("problem", "征迁交地滞后两个月")], &["problem_type! required"]),
            (&[("progress", "behind"), ("problem", "征迁交地滞后两个月"), ("problem_type", "demolition")], &[]),
            (&[("works", "")], &["works! required"]),
        ],
    );
}

#[test]
fn photos_are_asked_for_when_the_status_changes_and_only_then() {
    let stopped = filled::with(&report_of("2021-06", "0"), &[("status", "suspended")]);
    let bare = |reports: Vec<Fields>| Context { reports, ..context() };
    let stopped_before = filled::with(&report_of("2021-05", "0"), &[("status", "suspended")]);
    let photographed = Context { files: filled::files(Stage::Started), ..context() };
    let kind = RecordKind::MonthlyReport;
    assert_cases(kind, &stopped, &context(), &[(&[], &["status? photos_missing"])]);
    assert_cases(kind, &stopped, &photographed, &[(&[], &[])]);
    assert_cases(kind, &stopped, &bare(vec![stopped_before]), &[(&[], &[])]);
    assert_cases(kind, &stopped, &bare(Vec::new()), &[(&[], &[])]);
}

#[test]
fn a_report_without_its_project_is_not_guessed_at() {
    assert_cases(
        RecordKind::MonthlyReport,
        &report_of("2021-06", "1820"),
        &june(),
        &[(&[], &["project! project_unknown"])],
    );
    assert_cases(
        RecordKind::StageClaim,
        &claim("signed", "2021-06-01"),
        &Context { files: filled::files(Stage::Signed), ..june() },
        &[(&[], &["project! project_unknown"])],
    );
}

#[test]
fn a_project_carried_over_from_an_earlier_year_has_started() {
    let carried = Context { project: Some(filled::with(&project(), &[("planned_start", "2020-05")])), ..june() };
    assert_cases(RecordKind::MonthlyReport, &report_of("2021-01", "1820"), &carried, &[(&[], &[])]);
}

#[test]
fn a_claim_is_told_what_is_wrong_with_it() {
    let context = Context {
        stages: vec![(Stage::Signed, day("2021-01-10")), (Stage::Completed, day("2021-06-01"))],
        files: filled::files(Stage::Started),
        ..context()
    };
    let evidence: Vec<&str> = Stage::Started.evidence().to_vec();
    let complete = filled::with_list(&claim("started", "2021-02-20"), "evidence", &evidence);
    assert_cases(
        RecordKind::StageClaim,
        &complete,
        &context,
        &[
            (&[], &[]),
            (&[("stage", "")], &["stage! required"]),
            (&[("stage", "planned")], &["stage! not_a_choice"]),
            (
                &[("stage", "signed")],
                &["stage? stage_claimed_already", "evidence! evidence_missing", "evidence? files_missing"],
            ),
            (&[("reached_on", "2021-02-30")], &["reached_on! not_a_date"]),
            (&[("reached_on", "2021-06-24")], &["reached_on! date_in_future", "reached_on! stage_after_later"]),
            (&[("reached_on", "2021-01-09")], &["reached_on! stage_before_earlier"]),
            (&[("reached_on", "2021-01-10")], &[]),
            (&[("evidence", "")], &["evidence! evidence_missing"]),
        ],
    );
    let partial = filled::with_list(&complete, "evidence", &["approval_document", "site_photos"]);
    let issues = validate(RecordKind::StageClaim, &partial, &context);
    assert_eq!(issues.first().unwrap().message(), "还缺：施工合同、施工许可证（或替代材料）");
    let bare = validate(RecordKind::StageClaim, &complete, &Context { files: Attachments::default(), ..context });
    let sentence = "缺附件 5/5：立项文件、施工合同、现场照片（不少于 2 张）、施工许可证（或替代材料）";
    assert_eq!(bare.iter().map(Issue::message).collect::<Vec<_>>(), [sentence]);
}

#[test]
fn an_indicator_report_is_told_what_is_wrong_with_it() {
    assert_cases(
        RecordKind::IndicatorReport,
        &indicator_report("new_commerce_above_quota", "12"),
        &june(),
        &[
            (&[], &[]),
            (&[("figure", "12.5")], &["figure! not_whole"]),
            (&[("figure", "-1")], &["figure! negative"]),
            (&[("figure", "-1"), ("indicator", "net_new_national_hightech")], &[]),
            (&[("figure", "0.15"), ("indicator", "rnd_growth")], &[]),
            (&[("figure", "-0.02"), ("indicator", "rnd_growth")], &[]),
            (&[("figure", "15"), ("indicator", "rnd_growth")], &["figure? share_as_percent → 0.15"]),
            (&[("statement", "")], &["statement? statement_missing"]),
            (&[("statement", ""), ("figure", "0")], &[]),
            (&[("period", "2021-12")], &["period! period_in_future"]),
        ],
    );
}

#[test]
fn a_visit_and_an_issue_are_told_what_is_wrong_with_them() {
    assert_cases(
        RecordKind::ServiceVisit,
        &visit(),
        &june(),
        &[
            (&[], &[]),
            (&[("visited_on", ""), ("matter", ""), ("period", "2021-08")], &[]),
            (&[("matter", "")], &["matter! required"]),
            (&[("visited_on", "2021-05-31")], &["visited_on! visit_outside_period"]),
            (&[("visited_on", "2021-06-24")], &["visited_on! date_in_future"]),
        ],
    );
    assert_cases(
        RecordKind::ServiceIssue,
        &service_issue(),
        &june(),
        &[
            (&[], &[]),
            (&[("closed_on", ""), ("result", "")], &[]),
            (&[("result", "")], &["result! required"]),
            (&[("due_on", "2021-05-31")], &["due_on! due_before_accepted", "closed_on? closed_late"]),
            (&[("closed_on", "2021-05-31")], &["closed_on! closed_before_accepted"]),
            (&[("due_on", "2021-06-05")], &["closed_on? closed_late"]),
            (
                &[("accepted_on", "2021-06-24"), ("closed_on", ""), ("due_on", "2021-06-30")],
                &["accepted_on! date_in_future"],
            ),
        ],
    );
}

#[test]
fn a_finding_asks_for_what_its_kind_needs() {
    assert_cases(
        RecordKind::Inspection,
        &inspection(),
        &june(),
        &[
            (&[], &[]),
            (&[("finding", "fraud")], &["matter! required"]),
            (&[("finding", "fraud"), ("matter", "visits")], &[]),
            (&[("finding", "fraud"), ("matter", "weather")], &["matter! not_a_choice"]),
            (&[("finding", "rating")], &["class! required", "marks! required"]),
            (&[("finding", "rating"), ("class", "public"), ("marks", "95 88、70")], &[]),
            (&[("finding", "rating"), ("class", "public"), ("marks", "95 优 70")], &["marks! not_a_mark"]),
            (&[("found_on", "2021-06-24")], &["found_on! date_in_future"]),
            (&[("statement", "")], &["statement! required"]),
        ],
    );
}

#[test]
fn a_figure_is_answered_with_what_it_leads_to() {
    let lines = consequences(
        RecordKind::MonthlyReport,
        &filled::with(&report_of("2021-06", "1820"), &[("funds", "900")]),
        &context(),
    );
    let texts: Vec<(&str, &str)> = lines.iter().map(|line| (line.field, line.text.as_str())).collect();
    assert_eq!(
        texts,
        [
            ("investment", "本年累计 8,930.00 万元，完成年度计划 74.4%（序时 50%）"),
            ("funds", "累计到位 900.00 万元，占总投资 4.1%"),
        ]
    );
    let split = filled::with(&project(), &[("civil_works", "12000"), ("equipment", "8000")]);
    let lines = consequences(RecordKind::Project, &split, &june());
    let texts: Vec<(&str, &str)> = lines.iter().map(|line| (line.field, line.text.as_str())).collect();
    assert_eq!(
        texts,
        [
            ("total_investment", "折合 2.20 亿元"),
            ("other_costs", "三项合计 20,000.00 万元，与总投资相差 2,000.00 万元"),
            ("planned_investment", "占总投资 54.5%"),
        ]
    );
    let nonsense = filled::with(&report_of("2021-06", "一千"), &[]);
    assert!(consequences(RecordKind::MonthlyReport, &nonsense, &context()).is_empty());
}

#[test]
fn a_year_to_date_leaves_earlier_years_out() {
    let mut context = context();
    context.reports.push(report_of("2020-12", "9999"));
    let lines = consequences(RecordKind::MonthlyReport, &report_of("2021-06", "1820"), &context);
    assert!(lines.first().unwrap().text.starts_with("本年累计 8,930.00 万元"));
}

#[test]
fn the_pill_counts_errors_before_warnings() {
    for (changes, label) in [
        (vec![], "无误"),
        (vec![("code", "")], "1 处建议核对"),
        (vec![("code", ""), ("name", ""), ("owner", "")], "2 处待补"),
    ] {
        let issues = validate(RecordKind::Project, &filled::with(&project(), &changes), &june());
        assert_eq!(Completeness::of(&issues).label(), label);
    }
}
