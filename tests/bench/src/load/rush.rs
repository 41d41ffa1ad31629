//! Many connections at once, for so long.

use std::{future::Future, time::Duration};

use anyhow::Result;
use tokio::{task::JoinSet, time::Instant};

/// Who sends one request after the other on a connection of its own.
pub trait Talker: Send + 'static {
    /// Sends the next request and waits for its answer; tells how many records were acknowledged.
    fn talk(&mut self) -> impl Future<Output = Result<u32>> + Send;
}

/// What became of a rush.
#[derive(Debug, Default)]
pub struct Rush {
    /// How long each answered request took, ms, shortest first.
    times_ms: Vec<f64>,
    /// Records that were acknowledged.
    pub records: u32,
    /// Requests without the answer that was expected.
    pub failures: u32,
    /// How long it lasted, s.
    pub seconds: f64,
}

impl Rush {
    /// Requests answered in a second.
    pub fn requests_per_second(&self) -> f64 {
        f64::from(u32::try_from(self.times_ms.len()).unwrap_or(u32::MAX)) / self.seconds
    }

    /// Records acknowledged in a second.
    pub fn records_per_second(&self) -> f64 {
        f64::from(self.records) / self.seconds
    }

    /// The time within which so many of a thousand requests were answered, ms.
    pub fn within_ms(&self, of_thousand: usize) -> f64 {
        let place = (self.times_ms.len() * of_thousand / 1_000).min(self.times_ms.len().saturating_sub(1));
        self.times_ms.get(place).copied().unwrap_or(f64::NAN)
    }
}

/// Lets all talk as fast as they are answered, for so long. A connection that breaks counts once and ends.
pub async fn rush<T: Talker>(talkers: impl IntoIterator<Item = T>, lasting: Duration) -> (Rush, Vec<T>) {
    let (mut all, mut running, mut left) = (Rush::default(), JoinSet::new(), Vec::new());
    let began = Instant::now();
    let end = began + lasting;
    for mut talker in talkers {
        running.spawn(async move {
            let mut own = Rush::default();
            while Instant::now() < end {
                let asked = Instant::now();
                match talker.talk().await {
                    Ok(records) => {
                        own.records += records;
                        own.times_ms.push(asked.elapsed().as_secs_f64() * 1_000.0);
                    }
                    Err(error) => {
                        if own.failures == 0 {
                            eprintln!("a request failed: {error:#}");
                        }
                        own.failures += 1;
                        break;
                    }
                }
            }
            (own, talker)
        });
    }
    while let Some(done) = running.join_next().await {
        let Ok((own, talker)) = done else { continue };
        all.records += own.records;
        all.failures += own.failures;
        all.times_ms.extend(own.times_ms);
        left.push(talker);
    }
    all.seconds = began.elapsed().as_secs_f64();
    all.times_ms.sort_by(f64::total_cmp);
    (all, left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_the_times_is_found_among_them() {
        let rush = Rush { times_ms: (1..=1_000).map(f64::from).collect(), seconds: 2.0, ..Rush::default() };
        for (of_thousand, expected) in [(500, 501.0), (990, 991.0), (999, 1_000.0), (1_000, 1_000.0)] {
            assert!((rush.within_ms(of_thousand) - expected).abs() < f64::EPSILON, "{of_thousand}");
        }
        assert!((rush.requests_per_second() - 500.0).abs() < f64::EPSILON);
        assert!(Rush::default().within_ms(500).is_nan());
    }
}
