//! The ledger's search: what is found by which words, and that its table is the `pinyin` crate's.
#![allow(clippy::unwrap_used, reason = "a test stops where something is missing")]

use pinyin::ToPinyin as _;
use shared::search::{self, Initials, Query};

fn key(name: &str, code: &str) -> String {
    search::key(name, code, &Initials::read(include_str!("../../public/initials.txt")))
}

#[test]
fn a_project_is_found_by_name_code_and_initials() {
    let project = key("三坊七巷文创总部（二期）", "2101-350102-04-01-123456");
    for (typed, found) in [
        ("", true),
        ("文创", true),
        ("sfqx", true),
        ("SFQX", true),
        ("ｓｆｑｘ", true),
        ("wczb", true),
        ("wczbeq", true),
        ("350102", true),
        ("2101-350102", true),
        ("文创 1234", true),
        ("1234 wc", true),
        ("文创 9999", false),
        ("sqx", false),
        ("总部文创", false),
    ] {
        assert_eq!(Query::new(typed).matches(&project), found, "{typed:?}");
    }
}

#[test]
fn characters_of_two_readings_are_found_by_either() {
    let project = key("厦门银行重庆路5G机房", "");
    for typed in ["xmyh", "smyx", "xmyhcql", "xmyhzql", "zql5gjf"] {
        assert!(Query::new(typed).matches(&project), "{typed}");
    }
}

#[test]
fn a_name_of_many_readings_keeps_a_bounded_key() {
    assert!(key(&"重行长乐".repeat(25), "").len() < 2_000);
}

#[test]
fn without_a_table_a_name_is_found_by_its_characters() {
    let key = search::key("三坊七巷文创总部", "", &Initials::default());
    assert_eq!((Query::new("文创").matches(&key), Query::new("sfqx").matches(&key)), (true, false));
}

#[test]
fn the_table_of_initials_is_that_of_the_pinyin_crate() {
    let initials = Initials::read(include_str!("../../public/initials.txt"));
    for code in 0x4E00..=0x9FA5_u32 {
        let letter = char::from_u32(code).unwrap();
        let Some(expected) = letter.to_pinyin().and_then(|pinyin| pinyin.plain().chars().next()) else {
            continue;
        };
        let expected = if expected.is_ascii_lowercase() { expected } else { 'e' };
        let key = search::key(&letter.to_string(), "", &initials);
        assert_eq!(key.lines().nth(2).and_then(|initials| initials.chars().next()), Some(expected), "{letter}");
    }
}
