//! The files of this checkout.

use std::fs;
use std::path::{Path, PathBuf};

/// A text file: its path from the root with `/`, and its content.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    /// A file that exists only in a test.
    pub(crate) fn sample(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Whether it lies below one of the folders, or is one of the files.
    pub(crate) fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.path == *place || self.path.starts_with(&format!("{place}/")))
    }
}

/// The checkout.
pub(crate) fn root() -> PathBuf {
    // Asked when it runs: a build kept outside the clone may have been made for another clone.
    Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).ancestors().nth(2).unwrap().to_path_buf()
}

/// Every text file below the root, without what is built or belongs to git.
pub(crate) fn files() -> Vec<File> {
    let mut files = Vec::new();
    collect(&root(), &root(), &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The text files with this extension.
pub(crate) fn with_extension(extension: &str) -> Vec<File> {
    let mut files = files();
    files.retain(|file| file.path.rsplit_once('.').is_some_and(|(_, last)| last == extension));
    files
}

/// Panics with the complaints, one a line.
pub(crate) fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        // In a second working tree `.git` is a file that names the first one.
        if name == "target" || name == ".git" {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, files);
        } else if let Ok(text) = fs::read_to_string(&path) {
            files.push(File { path: name, text });
        }
    }
}
