//! How long the scoring takes, by whatever clock the machine has.

use shared::{calendar::Month, scoring::scheme::Scheme};

use crate::year::{Size, Year};

/// Runs of everything that is timed; the median counts.
const RUNS: usize = 7;

/// Claims that change one after the other.
const CHANGES: usize = 100;

/// Medians, in ms, of one campaign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// An empty board folds every record and ranks all twelve months.
    pub full: f64,
    /// The part of `full` that is folding.
    pub folding: f64,
    /// One record changed: the board takes it in and ranks December.
    pub changed: f64,
}

/// Times the scoring of a campaign of fifty units; `now_ms` reads a clock.
///
/// # Panics
/// When what is timed gives another result than computing it anew.
pub fn timing(projects: u32, now_ms: impl Fn() -> f64) -> Timing {
    let mut year = Year::generated(1, Size { projects, ..Size::YEAR }, Scheme::default_scheme());
    let (mut full, mut folding, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let mut board = year.empty_board();
        let start = now_ms();
        board.recompute(year.replica());
        folding.push(now_ms() - start);
        let groups: usize = year.months().map(|month| board.ranking(month).groups.len()).sum();
        full.push(now_ms() - start);
        assert_eq!(groups, 36, "three groups in twelve months");
    }
    let mut board = year.board();
    let claims = year.verified_claims();
    let december = Month::january(year.campaign.year + 1).previous();
    let mut digest = board.ranking(december).digest;
    for claim in claims.iter().step_by((claims.len() / CHANGES).max(1)) {
        year.withdraw(*claim);
        let start = now_ms();
        board.refresh(year.replica(), [*claim]);
        let ranking = board.ranking(december);
        changed.push(now_ms() - start);
        digest = ranking.digest;
    }
    assert_eq!(digest, year.board().ranking(december).digest, "kept up, the board is what it is computed anew");
    Timing { full: median(full), folding: median(folding), changed: median(changed) }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
