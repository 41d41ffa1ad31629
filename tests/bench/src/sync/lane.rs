//! One contender: its server on a core of its own, its page in a browser, and the verbs of the page.

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use e2e::browser::{Browser, Engine, Screen};
use fantoccini::wd::TimeoutConfiguration;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::relay::Relay;
use crate::{
    load::{District, PASSWORD, Pinned},
    server,
};

/// How long one measurement may take.
const PATIENCE: Duration = Duration::from_mins(10);

/// A thin line: bytes a second of 4 Mbit/s, and how long anything takes to come back, ms.
const THIN_BYTES: u32 = 500_000;
const THIN_LATENCY_MS: u32 = 100;

/// Whoever did what the page measures, its last argument is called with.
const CALL: &str = "const [verb, values, done] = arguments;
    measure[verb](...values).then((value) => done({ value }), (error) => done({ error: `${error && error.stack || error}` }));";

/// Who is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contender {
    /// The application's store and exchange, against the real server.
    Ours,
    /// Plain `IndexedDB` by hand, against axum and `SQLite`.
    Floor,
    /// `PouchDB`, against its own server.
    PouchDb,
}

/// A contender with its browser; ends with it.
#[derive(Debug)]
pub struct Lane {
    browser: Browser,
    relay: Relay,
    server: Pinned,
    contender: Contender,
    _folder: TempDir,
}

impl Lane {
    /// With a server that holds nothing, a browser that holds nothing, and the page opened.
    ///
    /// # Errors
    /// When something does not start.
    pub async fn start(contender: Contender) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let pages = PathBuf::from(env::var_os("TISHENG_BENCH_PAGES").context("start me as `cargo xtask bench sync`")?);
        let server = match contender {
            Contender::Ours => start_ours(folder.path(), &pages).await?,
            Contender::Floor => {
                let (folder, pages) = (folder.path().to_string_lossy(), pages.to_string_lossy());
                Pinned::start(&env::current_exe()?, &["floor", &*folder, &*pages])?
            }
            Contender::PouchDb => {
                let modules = env::var("TISHENG_POUCHDB").context("PouchDB is not there")?;
                let script = pages.join("pouchdb_server.js");
                let served = folder.path().join("pages");
                fs::create_dir(&served)?;
                for (file, name) in
                    [("pouchdb.html", "index.html"), ("pouchdb.js", ""), ("records.js", ""), ("measure.js", "")]
                {
                    fs::copy(pages.join(file), served.join(if name.is_empty() { file } else { name }))?;
                }
                let paths = [script.as_path(), folder.path(), served.as_path()].map(Path::to_string_lossy);
                let [script, data, served] = &paths;
                Pinned::start(Path::new("node"), &[&**script, &*modules, &**data, &**served])?
            }
        };
        let relay = Relay::before(&server.address).await?;
        let browser =
            Browser::open(Engine::WholeChromium, Screen::Tablet, &format!("http://{}", server.address)).await?;
        let patience = TimeoutConfiguration::new(Some(PATIENCE), Some(PATIENCE), None);
        browser.client.update_timeouts(patience).await?;
        let lane = Self { browser, relay, server, contender, _folder: folder };
        lane.go_direct().await?;
        Ok(lane)
    }

    /// From now on the page speaks to its server as it is.
    ///
    /// # Errors
    /// When the page does not open.
    pub async fn go_direct(&self) -> Result<()> {
        self.go_to(&self.server.address).await
    }

    /// From now on what crosses is counted.
    ///
    /// # Errors
    /// When the page does not open.
    pub async fn go_counted(&self) -> Result<()> {
        self.go_to(&self.relay.address).await
    }

    async fn go_to(&self, address: &str) -> Result<()> {
        self.browser.client.goto(&format!("http://{address}/")).await?;
        let begun: bool = self.call("begin", json!(["filer0", PASSWORD])).await?;
        anyhow::ensure!(begun, "the page of {:?} does not begin", self.contender);
        Ok(())
    }

    /// From now on the network is thin, or as it is.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn thin(&self, is_thin: bool) -> Result<()> {
        let (rate, latency) = if is_thin { (json!(THIN_BYTES), THIN_LATENCY_MS) } else { (json!(-1), 0) };
        let conditions =
            json!({ "offline": false, "latency": latency, "downloadThroughput": rate, "uploadThroughput": rate });
        self.browser.devtools("Network.enable", json!({})).await?;
        self.browser.devtools("Network.emulateNetworkConditions", conditions).await?;
        Ok(())
    }

    /// Has the page measure; `values` are the verb's own.
    ///
    /// # Errors
    /// What the page says.
    pub async fn call<T: DeserializeOwned>(&self, verb: &str, values: Value) -> Result<T> {
        let answer = self.browser.run_async_with(CALL, vec![json!(verb), values]).await?;
        match answer.get("error") {
            Some(error) => bail!("{:?}, {verb}: {}", self.contender, error.as_str().unwrap_or_default()),
            None => Ok(serde_json::from_value(answer.get("value").cloned().unwrap_or_default())?),
        }
    }

    /// The same, with the kB that crossed meanwhile.
    ///
    /// # Errors
    /// What the page says.
    pub async fn call_counted<T: DeserializeOwned>(&self, verb: &str, values: Value) -> Result<(T, f64)> {
        self.relay.take_bytes();
        let answer = self.call(verb, values).await?;
        let bytes = u32::try_from(self.relay.take_bytes()).context("over 4 GB crossed")?;
        Ok((answer, f64::from(bytes) / 1_000.0))
    }

    /// Closes the browser.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn close(self) -> Result<()> {
        self.browser.close().await
    }
}

/// The real server, which hands out the page in the place of the application, set up with one filer.
async fn start_ours(folder: &Path, pages: &Path) -> Result<Pinned> {
    let page = folder.join("page");
    let assets = page.join("assets");
    fs::create_dir_all(&assets)?;
    fs::copy(pages.join("ours.html"), page.join("index.html"))?;
    for script in ["records.js", "ours.js", "measure.js"] {
        fs::copy(pages.join(script), assets.join(script))?;
    }
    let module = PathBuf::from(env::var_os("TISHENG_BENCH_TABLET").context("start me as `cargo xtask bench sync`")?);
    for file in ["tablet.js", "tablet.wasm"] {
        fs::copy(module.join(file), assets.join(file))?;
    }
    let (data, page) = (folder.join("data"), page.to_string_lossy());
    let data = data.to_string_lossy();
    let serve = ["serve", "--second-factor", "off", "--address", "127.0.0.1:0", "--requests-per-minute", "0"];
    let mut server = Pinned::start(&server()?, &[&serve[..], &["--data", &*data, "--assets", &*page]].concat())?;
    District::found(&mut server, 1).await?;
    Ok(server)
}
