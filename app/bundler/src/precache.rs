//! The list of files that the service worker keeps.

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::hash;
use crate::page::Published;

/// The line of `public/sw.js` that the list replaces.
const PLACEHOLDER: &str = "const PRECACHE = [];";

/// The worker with its list: every hashed file, and the page under its revision.
///
/// # Errors
/// When the worker has no place for the list.
pub(crate) fn fill(worker: &str, published: &Published, index: &[u8]) -> Result<String> {
    if worker.matches(PLACEHOLDER).count() != 1 {
        bail!("public/sw.js must contain `{PLACEHOLDER}` once");
    }
    let mut entries: Vec<Value> = vec![json!({
        "url": "/",
        "key": format!("/?rev={}", hash::short(index)),
        "integrity": hash::integrity(index),
    })];
    entries
        .extend(published.files().map(|file| json!({ "url": file.url, "key": file.url, "integrity": file.integrity })));
    let list = serde_json::to_string_pretty(&Value::Array(entries))?;
    Ok(worker.replace(PLACEHOLDER, &format!("const PRECACHE = {list};")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_the_page_by_revision_and_files_by_their_hashed_name() {
        let mut published = Published::default();
        published.add("boot.js", b"boot".to_vec());
        let worker = fill("before\nconst PRECACHE = [];\nafter", &published, b"page").unwrap();
        assert!(worker.starts_with("before\nconst PRECACHE = ["));
        assert!(worker.contains(&format!("\"/?rev={}\"", hash::short(b"page"))));
        assert!(worker.contains(&format!("\"/assets/boot.{}.js\"", hash::short(b"boot"))));
        assert!(worker.contains(&hash::integrity(b"boot")));
    }

    #[test]
    fn refuses_a_worker_without_a_place_for_the_list() {
        assert!(fill("const PRECACHE = [1];", &Published::default(), b"").is_err());
    }
}
