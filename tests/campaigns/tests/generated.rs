//! What the generator promises.

use campaigns::{Size, Year, digest};
use shared::scoring::scheme::Scheme;

#[test]
fn a_seed_gives_the_same_campaign_again_and_another_seed_another() {
    assert_eq!(digest(1), digest(1));
    assert_ne!(digest(1), digest(2));
}

#[test]
fn taking_records_in_one_by_one_gives_what_computing_them_together_gives() {
    for seed in 0..8 {
        let year = Year::generated(seed, Size { units: 9, projects: 24 }, Scheme::default_scheme());
        let (together, mut one_by_one) = (year.board(), year.empty_board());
        for record in year.records() {
            one_by_one.refresh(year.replica(), [record]);
        }
        for month in year.months() {
            assert_eq!(one_by_one.ranking(month), together.ranking(month), "seed {seed}, {month}");
        }
    }
}
