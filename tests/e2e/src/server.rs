//! The server under test: the shipped binary, as a process, over a data folder of its own.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::{PATIENCE_SECONDS, handed};

/// A running server, or one that was stopped and can start again over the same data and address.
#[derive(Debug)]
pub struct Server {
    process: Option<Child>,
    port: u16,
    data: TempDir,
    assets: PathBuf,
    demo: bool,
    /// A later day on which the demo goes on, from the next start on.
    day: Option<&'static str>,
    /// Whether a real district's people need a second factor, as they do unless somebody says otherwise.
    asks_second_factor: bool,
    printed: Arc<Mutex<String>>,
}

impl Server {
    /// A server with the demo loaded.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn demo() -> Result<Self> {
        Self::over_new_folder(true, handed("TISHENG_ASSETS")?, false).await
    }

    /// The same, serving an application of the test's own making.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn demo_serving(assets: &Path) -> Result<Self> {
        Self::over_new_folder(true, assets.to_owned(), false).await
    }

    /// A server that waits to be set up.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn empty() -> Result<Self> {
        Self::over_new_folder(false, handed("TISHENG_ASSETS")?, false).await
    }

    /// The same, where people above the daily work of a unit need a second factor.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn empty_asking_second_factor() -> Result<Self> {
        Self::over_new_folder(false, handed("TISHENG_ASSETS")?, true).await
    }

    async fn over_new_folder(demo: bool, assets: PathBuf, asks_second_factor: bool) -> Result<Self> {
        let (port, data, printed) = (free_port()?, tempfile::tempdir()?, Arc::default());
        let mut server = Self { process: None, port, data, assets, demo, day: None, asks_second_factor, printed };
        if demo {
            // Made once for all: what the first start writes is tested elsewhere.
            copy_folder(&handed("TISHENG_DEMO")?, &server.folder())?;
        }
        server.start().await?;
        Ok(server)
    }

    /// Starts it; the address and the data are the same as before.
    ///
    /// # Errors
    /// When it does not answer in time.
    pub async fn start(&mut self) -> Result<()> {
        let mut command = Command::new(handed("TISHENG_SERVER")?);
        command.arg("serve").arg("--address").arg(format!("127.0.0.1:{}", self.port));
        command.arg("--data").arg(self.folder()).arg("--assets").arg(&self.assets);
        if self.demo {
            command.arg("--demo");
        }
        if let Some(day) = self.day {
            command.args(["--demo-day", day]);
        }
        if !self.asks_second_factor {
            command.args(["--second-factor", "off"]);
        }
        // Warnings and errors stay visible in the test's output; the rest would drown it.
        command.env("TISHENG_LOG", "warn").stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut process = command.spawn().context("the server's binary does not start")?;
        collect(process.stdout.take(), Arc::clone(&self.printed));
        self.process = Some(process);
        self.answers().await
    }

    /// Ends it and starts it again on a later day of the demo.
    ///
    /// # Errors
    /// When it does not come up again.
    pub async fn go_on_at(&mut self, day: &'static str) -> Result<()> {
        self.kill()?;
        self.day = Some(day);
        self.start().await
    }

    /// Ends it at once, as a power cut would: no request of any page reaches it any more.
    ///
    /// # Errors
    /// When the process cannot be ended.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut process) = self.process.take() {
            process.kill()?;
            process.wait()?;
        }
        Ok(())
    }

    /// What lies in the data folder of a server that was ended.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub fn copy(&self) -> Result<TempDir> {
        let copy = tempfile::tempdir()?;
        copy_folder(&self.folder(), copy.path())?;
        Ok(copy)
    }

    /// Puts a copy in the place of the data folder of a server that was ended.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub fn put_back(&self, copy: &TempDir) -> Result<()> {
        std::fs::remove_dir_all(self.folder())?;
        copy_folder(copy.path(), &self.folder())
    }

    /// Ends it and lets the doctor look at everything that it has written.
    ///
    /// # Errors
    /// What the doctor says, where anything is wrong.
    pub fn doctor(mut self) -> Result<()> {
        self.kill()?;
        let mut command = Command::new(handed("TISHENG_SERVER")?);
        let output = command.arg("doctor").arg("--data").arg(self.folder()).output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        anyhow::ensure!(output.status.success(), "the doctor says: {said}{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    fn folder(&self) -> PathBuf {
        self.data.path().join("data")
    }

    /// The address without a path.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The one-time code that an empty district's server prints once it answers.
    ///
    /// # Errors
    /// When it prints none.
    pub async fn setup_code(&self) -> Result<String> {
        for _ in 0..PATIENCE_SECONDS * 20 {
            if let Some(code) = self.printed_code() {
                return Ok(code);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the server printed no code")
    }

    fn printed_code(&self) -> Option<String> {
        let printed = self.printed.lock().ok()?;
        let is_code = |word: &&str| word.len() == 19 && word.matches('-').count() == 3;
        printed.split_whitespace().find(is_code).map(str::to_owned)
    }

    async fn answers(&mut self) -> Result<()> {
        let client = reqwest::Client::new();
        let url = format!("{}/healthz", self.origin());
        for _ in 0..PATIENCE_SECONDS * 20 {
            if client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if let Some(status) = self.process.as_mut().map(Child::try_wait).transpose()?.flatten() {
                bail!("the server ended at once with {status}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the server does not answer at {url}")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A test that fails must not leave a server behind.
        let _ = self.kill();
    }
}

/// Keeps what the server prints, and keeps its pipe from filling up.
fn collect(output: Option<ChildStdout>, printed: Arc<Mutex<String>>) {
    std::thread::spawn(move || {
        for line in output.into_iter().flat_map(|output| BufReader::new(output).lines().map_while(Result::ok)) {
            if let Ok(mut printed) = printed.lock() {
                printed.push_str(&line);
                printed.push('\n');
            }
        }
    });
}

/// Copies a folder with all that is in it.
///
/// # Errors
/// When something cannot be read or written.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// A port that nobody listens on. The server gets it fixed, since it must come back where it was.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
