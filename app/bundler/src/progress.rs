//! Numbered steps with times, so that nobody wonders whether it still runs.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::Result;

/// A run of a known number of steps.
#[derive(Debug)]
pub(crate) struct Progress {
    total: usize,
    started: usize,
}

impl Progress {
    /// A run of `total` steps.
    pub(crate) fn new(total: usize) -> Self {
        Self { total, started: 0 }
    }

    /// Does one step and prints how long it took. `work` returns what to say beside the time.
    ///
    /// # Errors
    /// What `work` fails with.
    pub(crate) fn step<T>(&mut self, title: &str, work: impl FnOnce() -> Result<(T, String)>) -> Result<T> {
        self.started += 1;
        println!("[{}/{}] {title} …", self.started, self.total);
        flush();
        let watch = Stopwatch::start();
        let (value, remark) = work()?;
        let remark = if remark.is_empty() { String::new() } else { format!(" · {remark}") };
        println!("[{}/{}] {title}: {}{remark}", self.started, self.total, watch.elapsed_text());
        flush();
        Ok(value)
    }
}

/// Measures how long work takes; the one place of this program that looks at a clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    #[expect(clippy::disallowed_methods, reason = "progress is about real time; nothing depends on it")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// Milliseconds since the start.
    pub(crate) fn elapsed_ms(self) -> u128 {
        self.0.elapsed().as_millis()
    }

    /// Time since the start, for people.
    pub(crate) fn elapsed_text(self) -> String {
        text(self.0.elapsed())
    }
}

fn text(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

// Progress is read while a child program writes to the same terminal or log.
fn flush() {
    let _ = std::io::stdout().flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_durations_in_the_unit_people_use() {
        assert_eq!(text(Duration::from_millis(1234)), "1.2 s");
        assert_eq!(text(Duration::from_secs(125)), "2 min 5 s");
    }
}
