//! How figures are written on the pages that show results.

use rust_decimal::{Decimal, prelude::ToPrimitive};
use shared::scoring::result::Progress;

/// Points with their two decimals: `86.51`.
pub(crate) fn points(points: Decimal) -> String {
    format!("{points:.2}")
}

/// A count or a sum without trailing zeros, at most two decimals: `4`, `4.2`.
pub(crate) fn plain(figure: Decimal) -> String {
    figure.round_dp(2).normalize().to_string()
}

/// A difference with its sign: `+2.36`, `−0.40`, `0.00`.
pub(crate) fn signed(difference: Decimal) -> String {
    match difference.cmp(&Decimal::ZERO) {
        std::cmp::Ordering::Greater => format!("+{difference:.2}"),
        std::cmp::Ordering::Equal => "0.00".to_owned(),
        std::cmp::Ordering::Less => format!("\u{2212}{:.2}", difference.abs()),
    }
}

/// Places gained or lost since the month before, in a sign that does not rest on colour.
pub(crate) fn movement(change: Option<i32>) -> String {
    match change {
        None => String::new(),
        Some(0) => "\u{2014}".to_owned(),
        Some(change) if change > 0 => format!("\u{25b2} {change}"),
        Some(change) => format!("\u{25bc} {}", change.unsigned_abs()),
    }
}

/// A part of a whole in percent, for bars; a whole of zero is empty.
pub(crate) fn percent(part: Decimal, whole: Decimal) -> f64 {
    let share = part.checked_mul(Decimal::ONE_HUNDRED).and_then(|part| part.checked_div(whole));
    share.and_then(|share| share.to_f64()).unwrap_or(0.0)
}

/// A figure in thousandths, as charts compute; beyond all bounds it is the bound.
pub(crate) fn thousandths(figure: Decimal) -> i64 {
    let thousandths = figure.checked_mul(Decimal::ONE_THOUSAND).and_then(|figure| figure.round().to_i64());
    thousandths.unwrap_or(if figure.is_sign_negative() { i64::MIN } else { i64::MAX })
}

/// What is done and what is due, in percent of the target.
pub(crate) fn progress_percent(progress: &Progress) -> (f64, f64) {
    (percent(progress.actual, progress.target), percent(progress.due, progress.target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_officials_read_them() {
        let figure = |text: &str| text.parse::<Decimal>().unwrap();
        assert_eq!(points(figure("86.5")), "86.50");
        assert_eq!(plain(figure("4.00")), "4");
        assert_eq!(plain(figure("4.2000")), "4.2");
        for (difference, text) in [("2.36", "+2.36"), ("-0.4", "\u{2212}0.40"), ("0", "0.00")] {
            assert_eq!(signed(figure(difference)), text);
        }
        let cases = [("86.51", 86_510), ("-0.0004", 0), ("99999999999999999999", i64::MAX)];
        for (text, expected) in cases {
            assert_eq!(thousandths(figure(text)), expected);
        }
        assert!((percent(figure("5"), figure("0"))).abs() < f64::EPSILON);
    }

    #[test]
    fn a_move_is_a_sign_and_a_number() {
        let cases = [(None, ""), (Some(0), "\u{2014}"), (Some(2), "\u{25b2} 2"), (Some(-1), "\u{25bc} 1")];
        for (change, text) in cases {
            assert_eq!(movement(change), text);
        }
    }
}
