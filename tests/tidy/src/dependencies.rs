//! What a manifest asks for is what the code uses, and no more than the layer may have.

use std::collections::BTreeSet;

use toml::Table;

use crate::code;
use crate::tree::{self, File};

/// What the core may stand on: data and how it lies in memory, exact numbers, ids, errors, hashes. Nothing that waits or
/// reads a clock.
const SHARED_MAY_USE: [&str; 12] = [
    "base64",
    "ed25519-dalek",
    "rust_decimal",
    "schemars",
    "serde",
    "serde_json",
    "sha2",
    "smallvec",
    "thiserror",
    "time",
    "toml",
    "uuid",
];

/// Crates of this workspace that each room may depend on.
const ROOMS_MAY_USE: [(&str, &[&str]); 11] = [
    ("shared", &[]),
    ("server", &["shared"]),
    ("app", &["shared"]),
    ("app/bundler", &[]),
    ("tests/tidy", &[]),
    ("tests/e2e", &["shared"]),
    ("tests/bench", &["shared", "campaigns", "e2e"]),
    ("tests/bench/tablet", &["shared"]),
    ("tests/campaigns", &["shared"]),
    ("tests/chaos", &["shared", "e2e"]),
    ("tests/wasm-runner", &[]),
];

const MEMBERS: [&str; 11] =
    ["app", "bench", "bench-tablet", "bundler", "campaigns", "chaos", "e2e", "server", "shared", "tidy", "wasm-runner"];

const SECTIONS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

fn names(manifest: &Table, section: &str) -> BTreeSet<String> {
    let own = manifest.get(section).and_then(|value| value.as_table()).into_iter();
    let targets = manifest.get("target").and_then(|value| value.as_table()).into_iter().flat_map(Table::values);
    let of_targets = targets.filter_map(|target| target.get(section)?.as_table());
    own.chain(of_targets).flat_map(|table| table.keys().cloned()).collect()
}

fn check_layers(room: &str, manifest: &Table) -> Vec<String> {
    let Some((_, allowed)) = ROOMS_MAY_USE.iter().find(|(name, _)| *name == room) else {
        return vec![format!("{room}: a room that tests/tidy does not know")];
    };
    let used: BTreeSet<String> = SECTIONS.iter().flat_map(|section| names(manifest, section)).collect();
    let rooms = used.iter().filter(|name| MEMBERS.contains(&name.as_str()) && !allowed.contains(&name.as_str()));
    let mut complaints: Vec<String> = rooms.map(|name| format!("{room}/Cargo.toml: may not use `{name}`")).collect();
    if room == "shared" {
        let strange =
            names(manifest, "dependencies").into_iter().filter(|name| !SHARED_MAY_USE.contains(&name.as_str()));
        complaints.extend(strange.map(|name| format!("shared/Cargo.toml: the core may not use `{name}`")));
    }
    complaints
}

// A dependency that is there for a feature of another is named in [package.metadata.tidy] features-only.
fn check_unused(room: &str, manifest: &Table, sources: &str) -> Vec<String> {
    let excused = manifest
        .get("package")
        .and_then(|package| package.get("metadata")?.get("tidy")?.get("features-only")?.as_array())
        .map(|names| names.iter().filter_map(|name| name.as_str()).collect::<Vec<_>>())
        .unwrap_or_default();
    SECTIONS
        .iter()
        .flat_map(|section| names(manifest, section))
        .filter(|name| !excused.contains(&name.as_str()) && !code::has_word(sources, &name.replace('-', "_")))
        .map(|name| format!("{room}/Cargo.toml: nothing uses `{name}`"))
        .collect()
}

fn check_workspace(workspace: &Table, members: &[Table]) -> Vec<String> {
    let offered = workspace["workspace"].get("dependencies").and_then(|value| value.as_table()).unwrap();
    let used: BTreeSet<String> =
        members.iter().flat_map(|manifest| SECTIONS.iter().flat_map(|section| names(manifest, section))).collect();
    offered
        .keys()
        .filter(|name| !used.contains(*name))
        .map(|name| format!("Cargo.toml: no room uses `{name}`"))
        .collect()
}

fn manifests() -> Vec<(String, Table)> {
    tree::with_extension("toml")
        .into_iter()
        .filter_map(|file| Some((file.path.strip_suffix("/Cargo.toml")?.to_owned(), file.text.parse().unwrap())))
        .collect()
}

// The crate's own sources: a crate may have another in a folder below it.
fn sources(room: &str, files: &[File]) -> String {
    let places = ["src", "tests", "benches", "build.rs"].map(|place| format!("{room}/{place}"));
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    files.iter().filter(|file| file.is_in(&places)).map(|file| code::read(&file.text).code).collect()
}

#[test]
fn refuses_an_arrow_that_is_not_drawn() {
    let check = |room: &str, text: &str| check_layers(room, &text.parse().unwrap()).len();
    assert_eq!(check("server", "[dependencies]\nshared.workspace = true\n"), 0);
    assert_eq!(check("server", "[dependencies]\napp.workspace = true\n"), 1);
    assert_eq!(check("shared", "[dependencies]\ntokio = \"1\"\n"), 1);
    assert_eq!(check("tests/e2e", "[dev-dependencies]\nserver = \"1\"\n"), 1);
    assert_eq!(check("attic", ""), 1);
}

#[test]
fn refuses_a_dependency_that_nothing_uses() {
    let manifest =
        "[dependencies]\nserde-json = \"1\"\n[target.'cfg(unix)'.dependencies]\nuuid = \"1\"\n".parse().unwrap();
    assert_eq!(check_unused("a", &manifest, "use serde_json::Value;"), ["a/Cargo.toml: nothing uses `uuid`"]);
    let excused = "[package.metadata.tidy]\nfeatures-only = [\"uuid\"]\n[dependencies]\nuuid = \"1\"".parse().unwrap();
    assert!(check_unused("a", &excused, "").is_empty());
    let workspace = "[workspace.dependencies]\nuuid = \"1\"\nserde = \"1\"".parse().unwrap();
    assert_eq!(check_workspace(&workspace, &[manifest]), ["Cargo.toml: no room uses `serde`"]);
}

#[test]
fn rooms_depend_as_drawn() {
    let complaints: Vec<String> =
        manifests().iter().flat_map(|(room, manifest)| check_layers(room, manifest)).collect();
    tree::assert_none(&complaints);
}

#[test]
fn every_dependency_is_used() {
    let files = tree::with_extension("rs");
    let manifests = manifests();
    let mut complaints: Vec<String> =
        manifests.iter().flat_map(|(room, manifest)| check_unused(room, manifest, &sources(room, &files))).collect();
    let workspace = tree::files().into_iter().find(|file| file.path == "Cargo.toml").unwrap().text.parse().unwrap();
    let members: Vec<Table> = manifests.into_iter().map(|(_, manifest)| manifest).collect();
    complaints.extend(check_workspace(&workspace, &members));
    tree::assert_none(&complaints);
}
