//! The four style sheets, joined into the one the page loads.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Later sheets win over earlier ones where selectors weigh the same. There is no `@layer` around
/// them: Chromium 90 would drop everything inside.
const SHEETS: [&str; 4] = ["tokens", "base", "ui", "pages"];

/// Joins `app/styles/*.css` in the order of [`SHEETS`].
///
/// # Errors
/// When a sheet cannot be read.
pub(crate) fn join(folder: &Path) -> Result<String> {
    let mut css = String::new();
    for name in SHEETS {
        let path = folder.join(format!("{name}.css"));
        let sheet = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        css.push_str(&sheet);
    }
    Ok(css)
}
