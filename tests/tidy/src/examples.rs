//! Examples in the documentation stand in the core alone. Every other library tells cargo that it has none: to run
//! them it would compile each of them once more.

use crate::tree::{self, File};

/// The room whose examples are run.
const CORE: &str = "shared";

/// What an example begins with.
const FENCE: &str = "```";

fn check(files: &[File]) -> Vec<String> {
    let is_of_doc = |line: &str| line.trim_start().starts_with("///") || line.trim_start().starts_with("//!");
    let elsewhere = files.iter().filter(|file| !file.is_in(&[CORE]));
    let complaints = elsewhere.flat_map(|file| {
        let lines = file.text.lines().enumerate().filter(|(_, line)| is_of_doc(line) && line.contains(FENCE));
        lines.map(|(place, _)| format!("{}:{}: nobody runs this example", file.path, place + 1)).collect::<Vec<_>>()
    });
    complaints.collect()
}

#[test]
fn refuses_an_example_that_nobody_runs() {
    let example = format!("/// Says.\n/// {FENCE}\n/// say();\n/// {FENCE}\nfn say() {{}}\n");
    assert_eq!(check(&[File::sample("server/src/a.rs", &example)]).len(), 2);
    assert!(check(&[File::sample("shared/src/a.rs", &example)]).is_empty());
    assert!(check(&[File::sample("server/src/a.rs", &format!("let fence = \"{FENCE}\";"))]).is_empty());
}

#[test]
fn every_example_is_run() {
    tree::assert_none(&check(&tree::with_extension("rs")));
}
