//! Every text that people read stands in the catalogue; every text of the catalogue is read.

use std::collections::{BTreeMap, BTreeSet};

use crate::code::{self, Source};
use crate::tree::{self, File};

const CATALOGUE: &str = "shared/locales/zh-CN";

/// The rooms whose texts people read.
const ROOMS: [&str; 3] = ["shared/src", "server/src", "app/src"];

/// Where Chinese may stand in the source: the demo's names and figures.
const CHINESE_PLACES: [&str; 2] = ["server/src/demo", "server/src/demo.rs"];

/// A source without its tests.
struct Reader {
    path: String,
    source: Source,
}

fn readers(files: &[File]) -> Vec<Reader> {
    const TESTS: [&str; 3] = ["tests.rs", "/contract.rs", "/timing.rs"];
    let is_test = |path: &str| path.contains("/tests/") || TESTS.iter().any(|name| path.ends_with(name));
    files
        .iter()
        .filter(|file| file.is_in(&ROOMS) && !is_test(&file.path))
        .map(|file| Reader { path: file.path.clone(), source: code::read(code::without_tests(&file.text)) })
        .collect()
}

// Literals that look like a key of an area that exists, or like the beginning of one: "area.{…}".
fn check_keys(keys: &BTreeSet<String>, readers: &[Reader]) -> Vec<String> {
    let areas: BTreeSet<&str> = keys.iter().filter_map(|key| key.split_once('.')).map(|(area, _)| area).collect();
    let mut read: BTreeSet<&str> = BTreeSet::new();
    let mut complaints = Vec::new();
    for Reader { path, source } in readers {
        for (line, text) in &source.strings {
            if let Some((prefix, _)) = text.split_once('{').filter(|(prefix, _)| looks_like_key(prefix)) {
                read.extend(keys.iter().filter(|key| key.starts_with(prefix)).map(String::as_str));
            } else if let Some(key) = keys.get(text) {
                read.insert(key);
            } else if text.split_once('.').is_some_and(|(area, _)| areas.contains(area)) && looks_like_key(text) {
                complaints.push(format!("{path}:{line}: the catalogue has no `{text}`"));
            }
        }
    }
    let unread = keys.iter().filter(|key| !read.contains(key.as_str()));
    complaints.extend(unread.map(|key| format!("{CATALOGUE}: nobody reads `{key}`")));
    complaints
}

fn looks_like_key(text: &str) -> bool {
    text.contains('.') && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c))
}

fn check_literals(readers: &[Reader]) -> Vec<String> {
    let is_allowed =
        |path: &str| CHINESE_PLACES.iter().any(|place| path == *place || path.starts_with(&format!("{place}/")));
    let mut complaints = Vec::new();
    for Reader { path, source } in readers.iter().filter(|reader| !is_allowed(&reader.path)) {
        for (line, text) in source.strings.iter().filter(|(_, text)| text.chars().any(is_chinese)) {
            complaints.push(format!("{path}:{line}: \"{text}\" belongs into the catalogue"));
        }
    }
    complaints
}

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn catalogue(files: &[File]) -> Result<BTreeSet<String>, String> {
    let mut keys = BTreeSet::new();
    for file in files.iter().filter(|file| file.is_in(&[CATALOGUE])) {
        let texts: BTreeMap<String, String> =
            serde_json::from_str(&file.text).map_err(|error| format!("{}: {error}", file.path))?;
        for key in texts.into_keys() {
            if !keys.insert(key.clone()) {
                return Err(format!("{}: `{key}` is there twice", file.path));
            }
        }
    }
    Ok(keys)
}

fn samples(text: &str) -> Vec<Reader> {
    readers(&[File::sample("app/src/a.rs", text)])
}

#[test]
fn refuses_a_key_nobody_wrote_and_a_key_nobody_reads() {
    let keys = BTreeSet::from(["menu.open".to_owned(), "menu.kind.a".to_owned(), "menu.close".to_owned()]);
    let readers = samples("t!(\"menu.open\"); t!(\"menu.opened\"); text(&format!(\"menu.kind.{}\", k)); \"file.rs\"");
    let expected =
        ["app/src/a.rs:1: the catalogue has no `menu.opened`", "shared/locales/zh-CN: nobody reads `menu.close`"];
    assert_eq!(check_keys(&keys, &readers), expected);
}

#[test]
fn refuses_chinese_in_code_but_not_in_comments_and_tests() {
    assert_eq!(check_literals(&samples("let a = \"排名\";")).len(), 1);
    assert_eq!(check_literals(&samples("// 排名\nlet a = \"rank\";\n#[cfg(test)]\nmod tests { \"排名\" }")).len(), 0);
}

#[test]
fn every_key_is_written_and_read() {
    let keys = catalogue(&tree::with_extension("json")).unwrap();
    tree::assert_none(&check_keys(&keys, &readers(&tree::with_extension("rs"))));
}

#[test]
fn no_source_holds_a_text_people_read() {
    tree::assert_none(&check_literals(&readers(&tree::with_extension("rs"))));
}
