//! Whether what was built is still what would be built.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::hash;

/// A hash over the content and names of everything below `paths`, and over `extra`.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn of(root: &Path, paths: &[&str], extra: &str) -> Result<String> {
    let mut files = Vec::new();
    for path in paths {
        collect(&root.join(path), &mut files)?;
    }
    files.sort();
    let mut lines = extra.to_owned();
    for file in files {
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let name = file.strip_prefix(root).unwrap_or(&file).display().to_string();
        lines.extend(["\n", &name, " ", &hash::hex(&bytes)]);
    }
    Ok(hash::hex(lines.as_bytes()))
}

/// Every file below `path`, or `path` itself; nothing if it does not exist.
///
/// # Errors
/// When a folder cannot be read.
pub(crate) fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_path_buf());
    } else if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_with_content_name_and_compiler() {
        let folder = std::env::temp_dir().join(format!("tisheng-fingerprint-{}", std::process::id()));
        fs::create_dir_all(folder.join("app")).unwrap();
        fs::write(folder.join("app/a"), "1").unwrap();
        let first = of(&folder, &["app", "absent"], "rustc 1").unwrap();
        assert_eq!(first, of(&folder, &["app", "absent"], "rustc 1").unwrap());
        assert_ne!(first, of(&folder, &["app", "absent"], "rustc 2").unwrap());
        fs::write(folder.join("app/a"), "2").unwrap();
        let second = of(&folder, &["app", "absent"], "rustc 1").unwrap();
        assert_ne!(first, second);
        fs::rename(folder.join("app/a"), folder.join("app/b")).unwrap();
        assert_ne!(second, of(&folder, &["app", "absent"], "rustc 1").unwrap());
        fs::remove_dir_all(&folder).unwrap();
    }
}
