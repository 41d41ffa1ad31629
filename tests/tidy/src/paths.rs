//! The tree is the same on every machine: nothing names a folder of one, and the top level is as drawn.

use std::fs;

use crate::tree::{self, File};

/// The top level, without dotted names.
const TOP_LEVEL: [&str; 8] = ["Cargo.lock", "Cargo.toml", "LICENSE", "README.md", "app", "public", "server", "shared"];
const TOP_LEVEL_TESTS: &str = "tests";

/// Built by cargo, ignored by git.
const BUILT: &str = "target";

fn machine_folders() -> [String; 4] {
    // Put together here, so that this file does not name one itself.
    ["home/", "root/", "Users/", "work/main"].map(|name| format!("/{name}"))
}

fn check(file: &File) -> Vec<String> {
    let folders = machine_folders();
    file.text
        .lines()
        .enumerate()
        .filter(|(_, line)| folders.iter().any(|folder| names(line, folder)))
        .map(|(number, _)| format!("{}:{}: names a folder of one machine", file.path, number + 1))
        .collect()
}

// At the beginning of a path, not inside of one.
fn names(line: &str, folder: &str) -> bool {
    line.match_indices(folder)
        .any(|(at, _)| !line[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || "._-}*".contains(c)))
}

fn check_top_level(names: &[String]) -> Vec<String> {
    let wanted: Vec<&str> = TOP_LEVEL.into_iter().chain([TOP_LEVEL_TESTS]).collect();
    let visible = names.iter().filter(|name| !name.starts_with('.') && *name != BUILT);
    let unknown =
        visible.filter(|name| !wanted.contains(&name.as_str())).map(|name| format!("{name}: not on the card"));
    let missing = wanted.iter().filter(|name| !names.iter().any(|other| other == *name));
    unknown.chain(missing.map(|name| format!("{name}: missing at the top level"))).collect()
}

#[test]
fn refuses_a_folder_of_one_machine() {
    let line = format!("let path = \"{}x\";", machine_folders()[0]);
    assert_eq!(check(&File::sample("a.rs", &line)).len(), 1);
    assert!(check(&File::sample("a.rs", "app/src/pages/home/list.rs")).is_empty());
}

#[test]
fn refuses_a_stranger_and_a_gap_at_the_top() {
    let mut names: Vec<String> = TOP_LEVEL.iter().map(ToString::to_string).collect();
    assert_eq!(check_top_level(&names), ["tests: missing at the top level"]);
    names.extend(["tests", "docs", ".ci", "target"].map(String::from));
    assert_eq!(check_top_level(&names), ["docs: not on the card"]);
}

#[test]
fn nothing_names_a_folder_of_one_machine() {
    let complaints: Vec<String> = tree::files().iter().flat_map(check).collect();
    tree::assert_none(&complaints);
}

#[test]
fn the_top_level_is_as_on_the_card() {
    let entries = fs::read_dir(tree::root()).unwrap();
    let names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    tree::assert_none(&check_top_level(&names));
}
