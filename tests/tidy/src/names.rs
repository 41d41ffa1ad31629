//! Names say what a thing is.

use crate::code;
use crate::tree::{self, File};

/// Suffixes that say nothing.
const EMPTY_SUFFIXES: [&str; 6] = ["Manager", "Helper", "Helpers", "Util", "Utils", "Data"];
const KEYWORDS: [&str; 5] = ["struct", "enum", "trait", "type", "mod"];

fn check(file: &File) -> Vec<String> {
    let mut complaints = Vec::new();
    if file.path.ends_with("/mod.rs") {
        complaints.push(format!("{}: name the file after the module", file.path));
    }
    let source = code::read(&file.text);
    for (number, line) in source.code.lines().enumerate() {
        let words: Vec<&str> = line.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
        for pair in words.windows(2) {
            if KEYWORDS.contains(&pair[0]) && is_empty_name(pair[1]) {
                complaints.push(format!("{}:{}: `{}` says nothing by its end", file.path, number + 1, pair[1]));
            }
        }
    }
    complaints
}

fn is_empty_name(name: &str) -> bool {
    EMPTY_SUFFIXES.iter().any(|suffix| {
        name.ends_with(suffix)
            || name == suffix.to_lowercase()
            || name.ends_with(&format!("_{}", suffix.to_lowercase()))
    }) && name != "data"
}

#[test]
fn refuses_names_that_say_nothing() {
    let check = |path: &str, text: &str| check(&File::sample(path, text)).len();
    assert_eq!(check("a/mod.rs", ""), 1);
    assert_eq!(check("a.rs", "pub struct SyncManager;"), 1);
    assert_eq!(check("a.rs", "mod string_utils;"), 1);
    assert_eq!(check("a.rs", "// struct SyncManager\nmod data; struct Record;"), 0);
}

#[test]
fn every_name_says_something() {
    let complaints: Vec<String> = tree::with_extension("rs").iter().flat_map(check).collect();
    tree::assert_none(&complaints);
}
