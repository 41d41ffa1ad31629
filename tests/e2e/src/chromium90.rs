//! Chromium 90, the oldest browser that is supported. No WebDriver of today speaks to it, so this speaks its own
//! protocol over a web socket.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

use crate::{PATIENCE_SECONDS, handed};

/// A page of Chromium 90.
#[derive(Debug)]
pub struct Chromium90 {
    process: Child,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next_id: u64,
    _profile: TempDir,
}

impl Chromium90 {
    /// Opens a page.
    ///
    /// # Errors
    /// When the browser does not start or does not answer.
    pub async fn open(url: &str) -> Result<Self> {
        let profile = tempfile::tempdir()?;
        let mut command = Command::new(handed("CHROMIUM90")?);
        command.args(["--headless", "--no-sandbox", "--no-zygote", "--disable-gpu", "--no-first-run"]);
        command.args(["--disable-background-networking", "--remote-debugging-port=0", "--window-size=1180,820"]);
        command.arg(format!("--user-data-dir={}", profile.path().display())).arg("about:blank");
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let port = debugging_port(&mut process)?;
        let address = page_address(port).await?;
        let (socket, _) = connect_async(&address).await?;
        let mut page = Self { process, socket, next_id: 0, _profile: profile };
        page.command("Page.navigate", json!({ "url": url })).await?;
        Ok(page)
    }

    /// Evaluates a script and gives its value; promises are awaited.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn run(&mut self, script: &str) -> Result<Value> {
        let parameters = json!({ "expression": script, "awaitPromise": true, "returnByValue": true });
        let answer = self.command("Runtime.evaluate", parameters).await?;
        if let Some(exception) = answer.get("exceptionDetails") {
            bail!("the script threw: {exception}");
        }
        Ok(answer.pointer("/result/value").cloned().unwrap_or_default())
    }

    /// Waits until a script gives true.
    ///
    /// # Errors
    /// When it does not in time; the error holds what the page says.
    pub async fn until(&mut self, what: &str, script: &str) -> Result<()> {
        for _ in 0..PATIENCE_SECONDS * 20 {
            if self.run(script).await.is_ok_and(|value| value == Value::Bool(true)) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let text = self.run("document.body ? document.body.innerText : ''").await?;
        bail!("waited {PATIENCE_SECONDS} s for: {what}; the page says: {text}")
    }

    async fn command(&mut self, method: &str, parameters: Value) -> Result<Value> {
        self.next_id += 1;
        let id = self.next_id;
        let request = json!({ "id": id, "method": method, "params": parameters });
        self.socket.send(Message::text(request.to_string())).await?;
        while let Some(message) = self.socket.next().await {
            let Message::Text(text) = message? else { continue };
            let answer: Value = serde_json::from_str(&text)?;
            if answer.get("id").and_then(Value::as_u64) == Some(id) {
                return answer.get("result").cloned().with_context(|| format!("{method}: {answer}"));
            }
        }
        bail!("the browser ended during {method}")
    }
}

impl Drop for Chromium90 {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where the first page listens, once there is one.
async fn page_address(port: u16) -> Result<String> {
    for _ in 0..PATIENCE_SECONDS * 20 {
        let pages: Value = reqwest::get(format!("http://127.0.0.1:{port}/json")).await?.json().await?;
        let page = pages.as_array().into_iter().flatten().find(|target| target["type"] == "page");
        if let Some(address) = page.and_then(|page| page["webSocketDebuggerUrl"].as_str()) {
            return Ok(address.to_owned());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("the browser has no page to drive")
}

/// The port that the browser chose, from what it prints.
fn debugging_port(process: &mut Child) -> Result<u16> {
    let output = process.stderr.take().context("no output to read")?;
    let mut lines = BufReader::new(output).lines();
    let line = lines.by_ref().map_while(Result::ok).find(|line| line.contains("DevTools listening on"));
    let line = line.context("the browser ended before it listened")?;
    // The rest must be read, or the browser stops when the pipe is full.
    std::thread::spawn(move || lines.for_each(drop));
    let port = line.split(':').nth(2).and_then(|rest| rest.split('/').next()).and_then(|port| port.parse().ok());
    port.with_context(|| format!("no port in: {line}"))
}
