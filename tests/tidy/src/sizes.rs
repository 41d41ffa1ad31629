//! No file grows past what a reader can hold.

use crate::tree::{self, File};

const LINES_MAX: usize = 500;

fn check(files: &[File]) -> Vec<String> {
    files
        .iter()
        .map(|file| (file, file.text.lines().count()))
        .filter(|(_, lines)| *lines > LINES_MAX)
        .map(|(file, lines)| format!("{}: {lines} lines, {LINES_MAX} at most", file.path))
        .collect()
}

#[test]
fn refuses_a_file_that_is_too_long() {
    let long = File::sample("a.rs", &"x\n".repeat(LINES_MAX + 1));
    assert_eq!(check(&[long]).len(), 1);
    assert!(check(&[File::sample("a.rs", &"x\n".repeat(LINES_MAX))]).is_empty());
}

#[test]
fn every_source_is_short() {
    let files: Vec<File> = ["rs", "js", "css"].into_iter().flat_map(tree::with_extension).collect();
    tree::assert_none(&check(&files));
}
