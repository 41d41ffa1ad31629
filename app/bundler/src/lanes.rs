//! Programs side by side: as many at once as the machine has processors, each told when it ends. What took longest the
//! last time begins, so that at the end no processor waits for one of them.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::progress::Stopwatch;

/// The ending of the file that says how many milliseconds a program took.
const TOOK: &str = "ms";

/// A program to run. What it prints goes to a file of its own.
#[derive(Debug)]
pub(crate) struct Run {
    name: String,
    command: Command,
    /// What it prints is its point, even if it succeeds.
    is_shown: bool,
}

impl Run {
    /// A program whose output is shown if it fails.
    pub(crate) fn new(name: &str, command: Command) -> Self {
        Self { name: name.to_owned(), command, is_shown: false }
    }

    /// The same program, its output shown in any case.
    pub(crate) fn shown(self) -> Self {
        Self { is_shown: true, ..self }
    }
}

/// Runs all of them, even if one fails. Their output is kept in `folder`.
///
/// # Errors
/// Names those that failed, after their output was shown.
pub(crate) fn run_all(runs: Vec<Run>, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let lanes = thread::available_parallelism().map_or(1, usize::from);
    let waiting = Mutex::new(VecDeque::from(longest_first(runs, folder)));
    let failed = Mutex::new(Vec::new());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    thread::scope(|scope| {
        for _ in 0..lanes {
            scope.spawn(|| {
                while let Some(run) = next() {
                    let name = run.name.clone();
                    if let Err(error) = run_one(run, folder) {
                        let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                        eprintln!("error: {error:#}");
                        failed.push(name);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    if failed.is_empty() {
        return Ok(());
    }
    bail!("tests failed in {}", failed.join(", "))
}

/// What has never run may be long.
fn longest_first(mut runs: Vec<Run>, folder: &Path) -> Vec<Run> {
    let took = |run: &Run| fs::read_to_string(folder.join(&run.name).with_extension(TOOK)).ok()?.parse::<u128>().ok();
    runs.sort_by_cached_key(|run| Reverse(took(run).unwrap_or(u128::MAX)));
    runs
}

fn run_one(mut run: Run, folder: &Path) -> Result<()> {
    let watch = Stopwatch::start();
    let path = folder.join(format!("{}.txt", run.name));
    // A file and not a pipe: a browser that outlives its test would keep a pipe open for ever.
    let status = started(&mut run.command, &path).with_context(|| format!("cannot run {}", run.name))?;
    fs::write(path.with_extension(TOOK), watch.elapsed_ms().to_string())?;
    let said = fs::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    if !status.success() {
        bail!("{} failed ({status}), in {}\n{said}", run.name, path.display());
    }
    let shown = if run.is_shown { format!("\n{said}") } else { String::new() };
    let verdict = verdict(&said);
    // Many a program has no tests, or none that the filters let through.
    if verdict != "0 passed" {
        println!("{:<26} {:>11}  {verdict}{shown}", run.name, watch.elapsed_text());
    }
    Ok(())
}

fn started(command: &mut Command, path: &PathBuf) -> Result<ExitStatus> {
    let output = File::create(path)?;
    let errors = output.try_clone()?;
    Ok(command.stdin(Stdio::null()).stdout(output).stderr(errors).status()?)
}

/// How many tests there were, from the line that the test harness ends with.
fn verdict(said: &str) -> String {
    let line = said.lines().rev().find_map(|line| line.strip_prefix("test result: ok. "));
    line.and_then(|line| line.split(';').next()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(name: &str, script: &str) -> Run {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Run::new(name, command)
    }

    #[test]
    fn all_run_even_if_one_fails_and_the_failed_one_is_named() {
        let folder = std::env::temp_dir().join(format!("tisheng-lanes-{}", std::process::id()));
        let mark = folder.join("mark");
        let runs = vec![
            shell("first", "echo no disk; exit 3"),
            shell("second", &format!("touch {}", mark.display())),
            shell("third", "true").shown(),
        ];
        let message = run_all(runs, &folder).unwrap_err().to_string();
        assert!(message.contains("first") && !message.contains("second"), "{message}");
        assert!(mark.exists());
        assert_eq!(fs::read_to_string(folder.join("first.txt")).unwrap(), "no disk\n");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_took_longest_begins_after_what_has_never_run() {
        let folder = std::env::temp_dir().join(format!("tisheng-lanes-order-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (name, took) in [("short", "90"), ("long", "1000")] {
            fs::write(folder.join(name).with_extension(TOOK), took).unwrap();
        }
        let runs = ["short", "new", "long"].map(|name| shell(name, "true")).into();
        let names: Vec<String> = longest_first(runs, &folder).into_iter().map(|run| run.name).collect();
        assert_eq!(names, ["new", "long", "short"]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_number_of_tests_is_read_from_the_harness() {
        let said = "running 6 tests\n......\ntest result: ok. 6 passed; 0 failed; 0 ignored; finished in 1.2s\n";
        assert_eq!(verdict(said), "6 passed");
        assert_eq!(verdict("nothing"), "");
    }
}
