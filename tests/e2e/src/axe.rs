//! Accessibility of the page as it stands, by axe-core.

use anyhow::{Result, bail};
use serde_json::Value;

use crate::{browser::Browser, handed};

impl Browser {
    /// Fails with every finding that axe calls serious or critical.
    ///
    /// # Errors
    /// The findings, each with the elements it is about.
    pub async fn accessible(&self, page: &str) -> Result<()> {
        let source = std::fs::read_to_string(handed("AXE")?)?;
        self.run(&source).await?;
        let script = "const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then(r => done(r.violations
                .filter(v => ['serious', 'critical'].includes(v.impact))
                .map(v => v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' | '))), e => done(['axe: ' + e]));";
        let findings = self.run_async(script).await?;
        let findings: Vec<&str> = findings.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if findings.is_empty() {
            return Ok(());
        }
        bail!("{page} is not accessible:\n{}", findings.join("\n"))
    }
}
