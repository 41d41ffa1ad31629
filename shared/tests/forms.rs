//! Forms: every text exists, and what is typed comes back as it was meant.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is missing")]

use proptest::prelude::*;
use rust_decimal::Decimal;
use shared::{
    api::ErrorCode,
    fields::{Fields, Value},
    form::{self, Field, FieldKind, FigureUnit, display, form, months, normalise, thousands, yi_hint},
    issue::RefusalCode,
    person::{Duty, Role},
    project::{Category, field, flag},
    record::RecordKind,
    report::{FORMER_GRADE, Progress, Status},
    stage::{self, Stage},
    text::find,
    unit::Group,
    workflow::State,
};

fn assert_texts(keys: impl IntoIterator<Item = String>) {
    let missing: Vec<String> = keys.into_iter().filter(|key| find(key).is_none_or(str::is_empty)).collect();
    assert!(missing.is_empty(), "no text for {missing:?}");
}

#[test]
fn every_field_section_and_option_has_its_text() {
    for kind in RecordKind::ALL {
        assert_eq!(form(kind).kind, kind);
        for section in form(kind).sections {
            assert_texts([format!("section.{}.{}", kind.code(), section.key)]);
        }
        for field in form(kind).fields() {
            assert_texts([format!("form.{}.{}", kind.code(), field.name)]);
            let options = match field.kind {
                FieldKind::Choice(codes) | FieldKind::Segmented(codes) | FieldKind::Choices(codes) => codes,
                _ => &[],
            };
            assert_texts(options.iter().map(|code| format!("option.{}.{code}", field.name)));
        }
    }
    assert_texts(FigureUnit::ALL.into_iter().filter_map(FigureUnit::label_key).map(str::to_owned));
}

#[test]
fn every_term_has_its_text() {
    assert_texts(Group::ALL.map(|term| term.label_key().to_owned()));
    assert_texts(Role::ALL.map(|term| term.label_key().to_owned()));
    assert_texts(Duty::ALL.map(|term| term.label_key().to_owned()));
    assert_texts(State::ALL.map(|term| term.label_key().to_owned()));
    assert_texts(RecordKind::ALL.map(|term| term.label_key().to_owned()));
    assert_texts(Category::ALL.map(|term| term.label_key().to_owned()));
    assert_texts(Stage::ALL.map(|term| term.label_key().to_owned()));
    assert_texts(Progress::ALL.map(|term| format!("option.progress.{}", term.code())));
    assert_texts([format!("option.progress.{FORMER_GRADE}")]);
    assert_texts(Status::ALL.map(|term| format!("option.status.{}", term.code())));
}

#[test]
fn every_label_key_is_built_from_its_code() {
    for category in Category::ALL {
        assert_eq!(category.label_key(), format!("option.category.{}", category.code()));
    }
    for stage in Stage::ALL {
        assert_eq!(stage.label_key(), format!("option.stage.{}", stage.code()));
    }
    for state in State::ALL {
        assert_eq!(state.label_key(), format!("term.state.{}", state.code()));
    }
    for kind in RecordKind::ALL {
        assert_eq!(kind.label_key(), format!("term.kind.{}", kind.code()));
    }
}

#[test]
fn every_error_and_refusal_says_what_happened_and_what_to_do() {
    assert_texts(ErrorCode::ALL.map(|code| format!("error.{}", code.key())));
    assert_texts(RefusalCode::ALL.map(|code| format!("refusal.{}", code.key())));
    assert_texts(RefusalCode::ALL.map(|code| format!("refusal.{}.next", code.key())));
}

#[test]
fn the_evidence_of_every_stage_is_known_and_offered_by_the_stage_alone() {
    let field = form(RecordKind::StageClaim).field(stage::field::EVIDENCE).unwrap();
    assert!(field.options(&Fields::default()).is_empty());
    for stage in Stage::ALL {
        assert!(stage.evidence().iter().all(|code| stage::EVIDENCE.contains(code)), "{stage:?}");
        let mut fields = Fields::default();
        fields.set(stage::field::STAGE, Value::text(stage.code()));
        assert_eq!(field.options(&fields), stage.evidence());
    }
}

#[test]
fn a_field_is_asked_when_its_condition_holds() {
    let emerging = form(RecordKind::Project).field(field::EMERGING_FIELD).unwrap();
    let mut fields = Fields::default();
    assert!(!emerging.is_shown(&fields));
    fields.set(field::FLAGS, Value::List(vec![flag::FOREIGN.into(), flag::EMERGING.into()]));
    assert!(emerging.is_shown(&fields));
    let correction = form(RecordKind::MonthlyReport).field("correction").unwrap();
    for (investment, shown) in [("", false), ("10", false), ("0", false), ("-0", false), ("-10", true)] {
        fields.set("investment", Value::text(investment));
        assert_eq!(correction.is_shown(&fields), shown, "{investment}");
    }
}

#[test]
fn a_year_is_spread_over_its_months_and_sums_to_itself() {
    for (year, first, last) in [("12000", "1000", "1000"), ("100", "8.33", "8.37"), ("0.05", "0", "0.05")] {
        let year: Decimal = year.parse().unwrap();
        let plan = months::spread(year);
        assert_eq!((months::text_of(&plan, 0), months::text_of(&plan, 11)), (first, last));
        assert_eq!(months::sum(&plan), Some(year));
    }
    assert_eq!(months::with_month(&Value::Null, 2, " "), Value::Null);
    let march = months::with_month(&Value::Null, 2, "１，８２０");
    assert_eq!((months::text_of(&march, 2), months::sum(&march)), ("1820", Some(Decimal::from(1820))));
    assert_eq!(months::with_month(&march, 2, ""), Value::Null);
    let field = form(RecordKind::Project).field(field::MONTH_PLAN).unwrap();
    let pasted = normalise(field.kind, "1\t2\t\t4\r\n");
    assert_eq!(months::figures(&pasted).into_iter().flatten().sum::<Decimal>(), Decimal::from(7));
    assert_eq!(months::text_of(&pasted, 3), "4");
}

const MONEY: FieldKind = FieldKind::Figure { unit: FigureUnit::TenThousandYuan, decimals: 2 };

#[test]
fn what_is_typed_or_pasted_is_kept_in_one_spelling() {
    let text = FieldKind::Text { min: 1, max: 100 };
    let long = FieldKind::LongText { min: 1, max: 100 };
    for (kind, typed, kept) in [
        (MONEY, "１，８２０．５０", "1820.50"),
        (MONEY, "22,000.00\r\n", "22000.00"),
        (MONEY, " 约两千 ", "约两千"),
        (MONEY, "1.2.3", "1.2.3"),
        (MONEY, "", ""),
        (text, "  三坊七巷\t文创总部\r\n", "三坊七巷 文创总部"),
        (long, "一\r\n二", "一\n二"),
        (FieldKind::Code, " ２１０１－350102－04－01－123456 ", "2101-350102-04-01-123456"),
        (FieldKind::Code, "91350102ma00000820", "91350102MA00000820"),
        (FieldKind::Phone, "０５９１－８７５５ ０１２３", "0591-87550123"),
        (FieldKind::Month, "2021年6月", "2021-06"),
        (FieldKind::Month, "2021/6", "2021-06"),
        (FieldKind::Month, "202106", "2021-06"),
        (FieldKind::Month, "六月", "六月"),
        (FieldKind::Date, "2021.6.3", "2021-06-03"),
        (FieldKind::Date, "２０２１年６月３０日", "2021-06-30"),
        (FieldKind::Date, "20210630", "2021-06-30"),
        (FieldKind::Date, "月底", "月底"),
    ] {
        assert_eq!(normalise(kind, typed), Value::text(kept), "{typed:?}");
    }
}

#[test]
fn what_is_read_has_separators_decimals_and_names() {
    let money = form(RecordKind::Project).field(field::TOTAL_INVESTMENT).unwrap();
    let figure = form(RecordKind::IndicatorReport).field("figure").unwrap();
    let category = form(RecordKind::Project).field(field::CATEGORY).unwrap();
    let flags = form(RecordKind::Project).field(field::FLAGS).unwrap();
    let list = Value::List(vec![flag::FOREIGN.into(), flag::REAL_ESTATE.into()]);
    for (field, value, read) in [
        (money, Value::text("22000"), "22,000.00"),
        (money, Value::text("-1234567.5"), "-1,234,567.50"),
        (money, Value::text("999.999"), "999.999"),
        (money, Value::text("约两千"), "约两千"),
        (money, Value::Null, ""),
        (figure, Value::text("12"), "12"),
        (figure, Value::text("0.1500"), "0.15"),
        (category, Value::text("services"), "服务业"),
        (category, Value::text("no_such"), "no_such"),
        (flags, list, "外资、房地产"),
        (flags, Value::Flag(true), "是"),
    ] {
        assert_eq!(display(field, &value), read, "{value:?}");
    }
}

#[test]
fn an_amount_is_said_in_yi_too() {
    for (amount, said) in
        [("22000", "2.20 亿元"), ("50", "0.01 亿元"), ("123456789", "12,345.68 亿元"), ("0", "0.00 亿元")]
    {
        assert_eq!(yi_hint(amount.parse().unwrap()), said);
    }
}

#[test]
fn a_hint_stands_beside_the_fields_that_need_a_definition() {
    assert!(form::hint(RecordKind::Project, field::TOTAL_INVESTMENT).is_some());
    assert!(form::hint(RecordKind::Project, field::NOTE).is_none());
}

fn money_field() -> &'static Field {
    form(RecordKind::Project).field(field::TOTAL_INVESTMENT).unwrap()
}

proptest! {
    #[test]
    fn a_figure_read_and_typed_again_is_the_same(cents in -99_999_999_999_i64..99_999_999_999) {
        let figure = Decimal::new(cents, 2);
        let shown = display(money_field(), &Value::text(&figure.to_string()));
        let typed_again = normalise(MONEY, &shown);
        prop_assert_eq!(typed_again.as_text().unwrap().parse::<Decimal>().unwrap(), figure);
        prop_assert_eq!(display(money_field(), &typed_again), shown.clone());
        prop_assert_eq!(thousands(figure, 2), shown);
    }

    #[test]
    fn normalising_twice_changes_nothing_more(typed in any::<String>()) {
        for field in RecordKind::ALL.into_iter().flat_map(|kind| form(kind).fields()) {
            let once = normalise(field.kind, &typed);
            if let Value::Text(text) = &once {
                prop_assert_eq!(&normalise(field.kind, text), &once);
            }
        }
    }

    #[test]
    fn text_that_is_no_figure_is_never_lost(typed in "[^0-9０-９]{1,20}") {
        prop_assert_eq!(normalise(MONEY, &typed), Value::text(&typed));
    }
}
