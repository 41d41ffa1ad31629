//! Complete records of every kind, and how to change them.

use serde_json::json;
use shared::{
    attachment::{Attachments, EvidencePolicy},
    fields::{Fields, Value},
    id::Digest,
    issue::Severity,
    merge::stamp::Stamp,
    record::RecordKind,
    stage::Stage,
    text::find,
    validate::{Context, validate},
};
use uuid::Uuid;

/// 2021-06-23 10:00 in Fuzhou, in a campaign of 鼓楼区.
pub(crate) fn june() -> Context {
    let now_ms = "2021-06-23".parse::<shared::calendar::Date>().unwrap().at_hour_ms(10);
    Context { now_ms, campaign: Some(("350102".into(), 2021)), ..Context::default() }
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    with(&Fields::default(), pairs)
}

/// The same record with some fields filled otherwise; `true` is a flag.
pub(crate) fn with(complete: &Fields, changes: &[(&str, &str)]) -> Fields {
    let mut fields = complete.clone();
    for (field, text) in changes {
        fields.set(field, if *text == "true" { Value::Flag(true) } else { Value::text(text) });
    }
    fields
}

/// The same record with a list of codes.
pub(crate) fn with_list(complete: &Fields, field: &str, codes: &[&str]) -> Fields {
    let mut fields = complete.clone();
    fields.set(field, Value::List(codes.iter().map(|code| (*code).to_owned()).collect()));
    fields
}

/// The files that a claim of a stage needs.
pub(crate) fn files(stage: Stage) -> Attachments {
    let policy = EvidencePolicy::default_policy();
    let papers = policy.0.iter().filter(|rule| rule.stage == stage).flat_map(|rule| vec![&rule.paper; rule.files]);
    let hung = (1_u128..).zip(papers).map(|(number, paper)| {
        let operation = Uuid::from_u128(number);
        let file = json!({
            "file": {
                "blob": Digest::of_content(operation.as_bytes()), "name": "附件.pdf", "size": 9, "paper": paper,
                "mime": "application/pdf",
            },
            "author": operation, "stamp": Stamp::at_ms(1),
        });
        (operation.to_string(), file)
    });
    serde_json::from_value(json!({ "hung": hung.collect::<serde_json::Map<_, _>>() })).unwrap()
}

/// A service project of 22,000 万元.
pub(crate) fn project() -> Fields {
    fields(&[
        ("name", "三坊七巷文创总部"),
        ("code", "2101-350102-04-01-123456"),
        ("owner", "福州闽都文创有限公司"),
        ("credit_code", "91350102MA00000820"),
        ("place", "南后街 88 号"),
        ("category", "services"),
        ("programme", "city_heritage"),
        ("sector", "R8810"),
        ("content", "新建文创总部大楼一座，建筑面积 3.2 万平方米，含展示馆与办公区"),
        ("total_investment", "22000"),
        ("planned_investment", "12000"),
        ("planned_start", "2021-03"),
        ("planned_completion", "2022-12"),
        ("responsible", "林立"),
    ])
}

/// A report of one month with its investment.
pub(crate) fn report_of(period: &str, investment: &str) -> Fields {
    let works = match period {
        "2021-05" => "主体结构施工到第 5 层",
        _ => "主体结构封顶，幕墙完成 60%",
    };
    fields(&[
        ("project", "01890000-0000-7000-8000-000000000001"),
        ("period", period),
        ("investment", investment),
        ("status", "building"),
        ("progress", "normal"),
        ("works", works),
    ])
}

/// A claim of a stage, still without evidence.
pub(crate) fn claim(stage: &str, reached_on: &str) -> Fields {
    let claim =
        fields(&[("project", "01890000-0000-7000-8000-000000000001"), ("stage", stage), ("reached_on", reached_on)]);
    if stage == "signed" { with_list(&claim, "evidence", &["agreement"]) } else { claim }
}

/// A report of an indicator for June.
pub(crate) fn indicator_report(indicator: &str, figure: &str) -> Fields {
    fields(&[("indicator", indicator), ("period", "2021-06"), ("figure", figure), ("statement", "名单见附件")])
}

/// A visit that took place.
pub(crate) fn visit() -> Fields {
    fields(&[
        ("period", "2021-06"),
        ("enterprise", "福州闽都文创有限公司"),
        ("leader", "陈明"),
        ("visited_on", "2021-06-10"),
        ("matter", "希望协调周边停车位"),
    ])
}

/// An issue that was closed in time.
pub(crate) fn service_issue() -> Fields {
    fields(&[
        ("enterprise", "福州闽都文创有限公司"),
        ("lead", "区城管局"),
        ("matter", "周边停车位不足"),
        ("accepted_on", "2021-06-01"),
        ("due_on", "2021-06-15"),
        ("closed_on", "2021-06-10"),
        ("result", "增设停车位 40 个"),
    ])
}

/// A circular of an inspection.
pub(crate) fn inspection() -> Fields {
    fields(&[
        ("finding", "notice"),
        ("found_on", "2021-06-20"),
        ("document", "榕鼓督〔2021〕8号"),
        ("statement", "项目推进不力，通报批评"),
    ])
}

/// Compares the issues as `field! code` (errors), `field? code` (warnings), with ` → suggestion`; and checks that
/// each has a finished sentence.
pub(crate) fn assert_issues(kind: RecordKind, fields: &Fields, context: &Context, expected: &[&str], what: &str) {
    let issues = validate(kind, fields, context);
    let found: Vec<String> = issues
        .iter()
        .map(|issue| {
            let mark = if issue.severity == Severity::Error { '!' } else { '?' };
            let suggestion = issue.suggestion.as_ref().map(|text| format!(" → {text}")).unwrap_or_default();
            format!("{}{mark} {}{suggestion}", issue.field, issue.code)
        })
        .collect();
    assert_eq!(found, expected, "{what}");
    for issue in &issues {
        assert!(find(&format!("issue.{}", issue.code)).is_some(), "no sentence for {}", issue.code);
        assert!(!issue.message().contains(['{', '}']), "{}", issue.message());
    }
}
