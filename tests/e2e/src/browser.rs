//! A real browser with a profile of its own, driven over WebDriver.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use fantoccini::{
    Client, ClientBuilder,
    wd::{Capabilities, WebDriverCompatibleCommand},
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{PATIENCE_SECONDS, handed, server::free_port};

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium's page and everything in it, without the window around it: that would be half of a test's work.
    Chromium,
    /// Chromium as people have it. At least the first story is told in it.
    WholeChromium,
    /// Debian's Firefox ESR.
    Firefox,
}

impl Engine {
    const fn is_chromium(self) -> bool {
        matches!(self, Self::Chromium | Self::WholeChromium)
    }
}

/// What kind of screen, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// A tablet, held across.
    Tablet,
    /// A leader's desktop.
    Desktop,
    /// A phone, held upright.
    Phone,
    /// A screen in a hall.
    Wall,
}

impl Screen {
    /// Width and height.
    pub const fn size(self) -> (u32, u32) {
        match self {
            Self::Tablet => (1180, 820),
            Self::Desktop => (1440, 900),
            Self::Phone => (390, 844),
            Self::Wall => (1920, 1080),
        }
    }
}

/// A browser window, its driver process and its profile; all end with it.
#[derive(Debug)]
pub struct Browser {
    /// The WebDriver session.
    pub client: Client,
    origin: String,
    driver: Child,
    engine: Engine,
    screen: Screen,
    profile: TempDir,
}

impl Browser {
    /// Opens a browser with an empty profile for the application at `origin`.
    ///
    /// # Errors
    /// When the driver or the browser does not start.
    pub async fn open(engine: Engine, screen: Screen, origin: &str) -> Result<Self> {
        let profile = tempfile::tempdir()?;
        let (client, driver) = start(engine, screen, profile.path()).await?;
        let mut browser = Self { client, origin: origin.to_owned(), driver, engine, screen, profile };
        browser.fit().await?;
        Ok(browser)
    }

    /// What a power cut does: every process of the browser ends at once, wherever it is. Then it is started again over
    /// what lies on its disk.
    ///
    /// # Errors
    /// When it does not come up again.
    pub async fn cut_power(&mut self) -> Result<()> {
        self.driver.kill()?;
        self.driver.wait()?;
        kill_processes_of(self.profile.path())?;
        let (client, driver) = start(self.engine, self.screen, self.profile.path()).await?;
        (self.client, self.driver) = (client, driver);
        self.fit().await
    }

    /// Goes to a path of the application, as if typed into the address line.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn visit(&self, path: &str) -> Result<()> {
        self.client.goto(&format!("{}{path}", self.origin)).await.with_context(|| format!("visiting {path}"))
    }

    /// Runs a script in the page and gives what it returns.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn run(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Runs a script that calls its last argument back with a result.
    ///
    /// # Errors
    /// When the script throws or never calls back.
    pub async fn run_async(&self, script: &str) -> Result<Value> {
        self.run_async_with(script, Vec::new()).await
    }

    /// The same with arguments before the one to call back.
    ///
    /// # Errors
    /// When the script throws or never calls back.
    pub async fn run_async_with(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute_async(script, arguments).await?)
    }

    /// Sends a command of the Chrome `DevTools` protocol.
    ///
    /// # Errors
    /// When the browser is not Chromium or refuses.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        Ok(self.client.issue_cmd(DevTools(json!({ "cmd": command, "params": parameters }))).await?)
    }

    /// Whether text can be put in as a whole.
    pub(crate) fn inserts_text(&self) -> bool {
        self.engine.is_chromium()
    }

    /// Saves what the page looks like, for people to look at, where `TISHENG_PICTURES` names a folder.
    ///
    /// # Errors
    /// When the browser cannot or the file cannot be written.
    pub async fn picture(&self, name: &str) -> Result<()> {
        let Some(folder) = std::env::var_os("TISHENG_PICTURES").map(PathBuf::from) else {
            return Ok(());
        };
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(format!("{name}.png")), self.client.screenshot().await?)?;
        Ok(())
    }

    /// Closes the window and its driver.
    ///
    /// # Errors
    /// When the session does not end.
    pub async fn close(mut self) -> Result<()> {
        self.client.clone().close().await?;
        self.driver.kill()?;
        self.driver.wait()?;
        Ok(())
    }

    // Headless windows have their own idea of borders; the page's size is what counts.
    async fn fit(&mut self) -> Result<()> {
        let (width, height) = self.screen.size();
        if self.engine.is_chromium() {
            let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
            self.devtools("Emulation.setDeviceMetricsOverride", metrics).await?;
            self.devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": true })).await?;
        } else {
            self.client.set_window_size(width, height).await?;
        }
        Ok(())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

async fn start(engine: Engine, screen: Screen, folder: &Path) -> Result<(Client, Child)> {
    let port = free_port()?;
    let driver = start_driver(engine, port)?;
    let capabilities = capabilities(engine, screen, &folder.join("profile"));
    Ok((connect(port, capabilities).await?, driver))
}

/// Ends every process that was started over a profile, and those that they started, at once.
fn kill_processes_of(profile: &Path) -> Result<()> {
    let profile = profile.display().to_string();
    let all = processes()?;
    let mut doomed = BTreeSet::new();
    loop {
        let known = doomed.len();
        let is_doomed =
            |process: &&Process| process.line.contains(&profile) || doomed.contains(process.parent.as_str());
        let found: Vec<&str> = all.iter().filter(is_doomed).map(|process| process.number.as_str()).collect();
        doomed.extend(found);
        if doomed.len() == known {
            break;
        }
    }
    // Some may have ended by themselves meanwhile, with those they belong to.
    Command::new("kill").arg("-KILL").args(doomed).stderr(Stdio::null()).status()?;
    Ok(())
}

/// A process of this machine.
struct Process {
    number: String,
    parent: String,
    /// How it was started.
    line: String,
}

fn processes() -> Result<Vec<Process>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let number = entry.file_name().to_string_lossy().into_owned();
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        // What has ended meanwhile has neither.
        let read = |name| fs::read(entry.path().join(name)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let (Ok(status), Ok(line)) = (read("stat"), read("cmdline")) else {
            continue;
        };
        // The second field after the program's name, which stands in brackets.
        let after_name = status.rsplit_once(')').map(|(_, after)| after);
        if let Some(parent) = after_name.and_then(|after| after.split_whitespace().nth(1)) {
            found.push(Process { number, parent: parent.to_owned(), line });
        }
    }
    Ok(found)
}

fn start_driver(engine: Engine, port: u16) -> Result<Child> {
    let name = if engine.is_chromium() { "CHROMEDRIVER" } else { "GECKODRIVER" };
    let mut command = Command::new(handed(name)?);
    if engine.is_chromium() {
        command.arg(format!("--port={port}"));
    } else {
        command.args(["--port", &port.to_string(), "--log", "fatal"]).args(["--websocket-port", "0"]);
    }
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().with_context(|| format!("{name} does not start"))
}

fn capabilities(engine: Engine, screen: Screen, profile: &Path) -> Capabilities {
    let (width, height) = screen.size();
    let value = match engine {
        Engine::Chromium | Engine::WholeChromium => json!({ "goog:chromeOptions": { "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update",
            // Or no test could say how much room there is.
            "--disable-features=StaticStorageQuota", "--disable-sync", "--lang=zh-CN", "--touch-events=enabled",
            format!("--user-data-dir={}", profile.display()),
            format!("--window-size={width},{height}"),
        ],
        // Chromium's own first page costs as much as ours, and nobody looks at it.
        "prefs": { "session": { "restore_on_startup": 4, "startup_urls": ["about:blank"] } } } }),
        Engine::Firefox => json!({ "moz:firefoxOptions": {
            "args": ["-headless", format!("--width={width}"), format!("--height={height}")],
            "prefs": { "intl.accept_languages": "zh-CN", "app.update.enabled": false, "network.captive-portal-service.enabled": false,
                       "network.connectivity-service.enabled": false, "datareporting.policy.dataSubmissionEnabled": false,
                       // A first page, and a process for a second one, that nobody looks at.
                       "browser.startup.page": 0, "browser.newtabpage.enabled": false, "dom.ipc.processPrelaunch.enabled": false },
        } }),
    };
    let Value::Object(mut capabilities) = value else {
        return Capabilities::new();
    };
    // Whoever starts one test by hand may leave it out: the whole browser does as well.
    if engine == Engine::Chromium
        && let Ok(shell) = handed("CHROMIUM_SHELL")
        && let Some(Value::Object(options)) = capabilities.get_mut("goog:chromeOptions")
    {
        options.insert("binary".to_owned(), json!(shell));
    }
    capabilities
}

async fn connect(port: u16, capabilities: Capabilities) -> Result<Client> {
    let url = format!("http://127.0.0.1:{port}");
    let mut last = None;
    for _ in 0..PATIENCE_SECONDS * 10 {
        match ClientBuilder::new(HttpConnector::new()).capabilities(capabilities.clone()).connect(&url).await {
            Ok(client) => return Ok(client),
            Err(error) => last = Some(error),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    match last {
        Some(error) => Err(error).context("the browser does not start"),
        None => bail!("the browser's driver does not answer"),
    }
}

/// A command of the Chrome `DevTools` protocol in a WebDriver envelope.
#[derive(Debug)]
struct DevTools(Value);

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.0.to_string()))
    }
}
