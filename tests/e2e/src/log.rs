//! What the server's log says, read beside the browsers.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::{PATIENCE_SECONDS, device::Device};

/// The mark before the first row.
const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Every row that a demo account may see, in the order of the log.
///
/// # Errors
/// When the server does not answer.
pub async fn rows(origin: &str, account: &str) -> Result<Vec<Value>> {
    let device = Device::log_in(origin, account).await?;
    let start = json!({ "sequence": 0, "chain": START });
    let (mut cursor, mut rows) = (start.clone(), Vec::new());
    loop {
        let request = json!({ "protocol": 1, "app": "test", "actor": "00000000000000ff", "cursor": cursor,
            "acknowledged": start, "wall_ms": 0, "operations": [], "limit": 1000 });
        let mut answer = device.post("/api/v1/sync", &request).await?;
        let page = answer.get_mut("rows").and_then(Value::as_array_mut).context("no rows")?;
        rows.append(page);
        cursor = answer.get("next").cloned().context("no mark")?;
        if answer.get("more") != Some(&Value::Bool(true)) {
            return Ok(rows);
        }
    }
}

/// What was done, by the operation's id: equal for two logs that say the same in another order.
///
/// # Errors
/// When an operation stands twice.
pub fn content(rows: &[Value]) -> Result<BTreeMap<String, Value>> {
    let mut content = BTreeMap::new();
    for row in rows {
        let operation = row.get("operation").context("no operation")?;
        let id = operation.get("id").and_then(Value::as_str).context("no id")?;
        ensure!(content.insert(id.to_owned(), operation.clone()).is_none(), "{id} stands twice in the log");
    }
    Ok(content)
}

/// How many operations say something.
pub fn entries(log: &BTreeMap<String, Value>, text: &str) -> usize {
    log.values().filter(|operation| operation.to_string().contains(text)).count()
}

/// Waits until the log says what `is_it` wants, and gives it.
///
/// # Errors
/// When it does not in time; `what` is named.
pub async fn until(
    origin: &str,
    account: &str,
    what: &str,
    is_it: impl Fn(&BTreeMap<String, Value>) -> bool,
) -> Result<BTreeMap<String, Value>> {
    for _ in 0..PATIENCE_SECONDS * 5 {
        let content = content(&rows(origin, account).await?)?;
        if is_it(&content) {
            return Ok(content);
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    bail!("waited {PATIENCE_SECONDS} s for the log: {what}")
}
