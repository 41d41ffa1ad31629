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
        css.push_str(&bare(&sheet));
    }
    Ok(css)
}

/// A sheet without comments, indentation and empty lines: a quarter of what crosses the wire, and nobody reads it there.
fn bare(sheet: &str) -> String {
    let mut css = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some((before, comment)) = rest.split_once("/*") {
        css.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    css.push_str(rest);
    let lines = css.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_reads_is_left_out_and_every_rule_stays() {
        let sheet = "/* tokens\n   two lines */\n.a {\n  color: red; /* why */\n\n  margin: 0 1px;\n}\n.b::after { content: \"\"; }\n";
        assert_eq!(bare(sheet), ".a {\ncolor: red;\nmargin: 0 1px;\n}\n.b::after { content: \"\"; }\n");
        assert_eq!(bare("/* open"), "");
    }
}
