//! Everything that is built in may be built in.

use std::process::Command;

use serde_json::Value;

use crate::tree;

/// Licences that ask for no more than being named.
const ALLOWED: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Parts of the tests, which nobody hands on.
const IN_TESTS_ONLY: [(&str, &str); 1] = [("webdriver", "MPL-2.0")];

// `A OR (B AND C)`: one alternative must be allowed as a whole.
fn is_allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    alternatives(&expression).iter().any(|alternative| {
        split(alternative, " AND ").iter().all(|part| {
            let part = part.trim();
            match part.strip_prefix('(').and_then(|part| part.strip_suffix(')')) {
                Some(inner) => is_allowed(inner),
                None => ALLOWED.contains(&part),
            }
        })
    })
}

fn alternatives(expression: &str) -> Vec<String> {
    split(expression, " OR ")
}

// Splits outside of parentheses.
fn split(expression: &str, word: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for piece in expression.split_inclusive(word) {
        let last = parts.last_mut().unwrap();
        last.push_str(piece);
        let is_closed = last.matches('(').count() == last.matches(')').count();
        if is_closed && piece.ends_with(word) {
            last.truncate(last.len() - word.len());
            parts.push(String::new());
        }
    }
    parts
}

fn check(metadata: &Value) -> Vec<String> {
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .filter(|package| {
            let name = package["name"].as_str().unwrap_or_default();
            let licence = package["license"].as_str().unwrap_or_default();
            !is_allowed(licence) && !IN_TESTS_ONLY.contains(&(name, licence))
        })
        .map(|package| format!("{} {}: {}", package["name"], package["version"], package["license"]))
        .collect()
}

#[test]
fn understands_alternatives_and_sums() {
    for (expression, expected) in [
        ("MIT", true),
        ("MIT/Apache-2.0", true),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0", false),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("(MIT OR Apache-2.0) AND GPL-3.0", false),
        ("GPL-3.0 OR (MIT AND BSD-3-Clause)", true),
        ("Apache-2.0 WITH LLVM-exception OR GPL-2.0", true),
    ] {
        assert_eq!(is_allowed(expression), expected, "{expression}");
    }
}

#[test]
fn every_licence_is_allowed() {
    let mut cargo = Command::new(env!("CARGO"));
    let output =
        cargo.args(["metadata", "--format-version", "1", "--locked"]).current_dir(tree::root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    tree::assert_none(&check(&serde_json::from_slice(&output.stdout).unwrap()));
}
