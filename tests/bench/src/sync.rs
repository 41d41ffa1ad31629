//! The tablet's side against its peers, in one headless Chromium: what each page measures, and what serves it.

mod floor;
mod lane;
mod relay;

pub use floor::serve as serve_floor;
pub use lane::{Contender, Lane};

/// What a median hides is not what people wait for, but it is what runs can be compared by.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        for (values, expected) in [(vec![3.0], 3.0), (vec![9.0, 1.0, 5.0], 5.0), (vec![4.0, 1.0, 3.0, 2.0], 3.0)] {
            assert!((median(values.clone()) - expected).abs() < f64::EPSILON, "{values:?}");
        }
        assert!(median(Vec::new()).is_nan());
    }
}
