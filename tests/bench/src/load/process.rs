//! A program on a core of its own.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// The core that what is measured runs on; the load comes from the others.
pub const SERVER_CORE: &str = "1";

/// A program that runs on [`SERVER_CORE`] alone until this is dropped.
#[derive(Debug)]
pub struct Pinned {
    child: Child,
    lines: BufReader<ChildStdout>,
    /// Where it listens.
    pub address: String,
}

impl Pinned {
    /// Starts it and waits until it says where it listens.
    ///
    /// # Errors
    /// When it ends before.
    pub fn start(program: &Path, arguments: &[&str]) -> Result<Self> {
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", SERVER_CORE]).arg(program).args(arguments);
        command.env_remove("TISHENG_DATABASE").stdout(Stdio::piped());
        let mut child = command.spawn().context("taskset is needed: install util-linux")?;
        let lines = BufReader::new(child.stdout.take().context("its output")?);
        let mut pinned = Self { child, lines, address: String::new() };
        let line = pinned.line_with("http://")?;
        let (_, address) = line.split_once("http://").context("an address")?;
        address.trim().clone_into(&mut pinned.address);
        Ok(pinned)
    }

    /// The next line it prints that holds a word.
    ///
    /// # Errors
    /// When it ends before.
    pub fn line_with(&mut self, word: &str) -> Result<String> {
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line)? == 0 {
                bail!("it has ended without saying `{word}`");
            }
            if line.contains(word) {
                return Ok(line);
            }
        }
    }

    /// The most memory it has ever had at once, in MB.
    ///
    /// # Errors
    /// When it has ended.
    pub fn memory_max_mb(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("a line VmHWM")?;
        let kib: u32 = line.split_whitespace().next().context("a number")?.parse()?;
        Ok(f64::from(kib) * 1_024.0 / 1e6)
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        // taskset has become the program itself; what was acknowledged is durable.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
