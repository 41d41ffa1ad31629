//! Texts that come with the chunk: the module before it must not ask for them, or people read keys in their place.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail};
use memchr::memmem;
use serde_json::Value;

/// Where they stand, from the root of the workspace.
const LATER: &str = "shared/locales/zh-CN/later";

/// Finds out whether a module names any of them. A key that is put together of pieces is not found.
///
/// # Errors
/// The keys that it names, or why they cannot be read.
pub(crate) fn check(root: &Path, module: &[u8]) -> Result<()> {
    let mut named = Vec::new();
    for entry in fs::read_dir(root.join(LATER)).with_context(|| format!("cannot read {LATER}"))? {
        let path = entry?.path();
        let texts: BTreeMap<String, Value> =
            serde_json::from_slice(&fs::read(&path)?).with_context(|| format!("{} is no catalogue", path.display()))?;
        named.extend(texts.into_keys().filter(|key| memmem::find(module, key.as_bytes()).is_some()));
    }
    if !named.is_empty() {
        bail!("the module names texts that only its chunk brings; move them out of {LATER}: {}", named.join(", "));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;

    #[test]
    fn a_module_that_names_a_later_text_is_refused_with_its_key() {
        let workspace = Workspace::find().unwrap();
        assert!(check(workspace.root(), b"..app.name..login.title..").is_ok());
        let error = check(workspace.root(), b"..app.nametrends.legend..").unwrap_err();
        assert!(error.to_string().ends_with(": trends.legend"), "{error}");
    }
}
