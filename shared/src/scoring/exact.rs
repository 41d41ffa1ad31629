//! Exact fractions: multiply first, divide last, whatever the order in which a formula is written.

use std::cmp::Ordering;

use rust_decimal::{Decimal, RoundingStrategy};

/// Decimal places kept when a fraction outgrows 127 bits: ten more than any result shows.
const COARSE_PLACES: u32 = 12;

/// A fraction in lowest terms. Nothing is rounded until [`Exact::round`] is asked for.
///
/// Figures of a campaign stay far below the limit of 127 bits. A fraction that would outgrow it is first
/// brought to `COARSE_PLACES` decimals; a second overflow saturates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    numerator: i128,
    /// Always above zero.
    denominator: i128,
}

impl Exact {
    /// 0.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };
    /// 1.
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };

    /// A whole number.
    pub const fn whole(number: i128) -> Self {
        Self { numerator: number, denominator: 1 }
    }

    /// `numerator / denominator`; `None` for a denominator of zero.
    pub fn ratio(numerator: i128, denominator: i128) -> Option<Self> {
        (denominator != 0).then(|| Self::reduced(numerator, denominator))
    }

    /// Whether it is 0.
    pub const fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// Whether it is above 0.
    pub const fn is_positive(self) -> bool {
        self.numerator > 0
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        self.checked_plus(other).unwrap_or_else(|| {
            let (left, right) = (self.coarse(), other.coarse());
            left.checked_plus(right).unwrap_or(if left.numerator > 0 {
                Self::whole(i128::MAX)
            } else {
                Self::whole(i128::MIN + 1)
            })
        })
    }

    /// The difference.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        self.plus(Self { numerator: other.numerator.saturating_neg(), denominator: other.denominator })
    }

    /// The product.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        self.checked_times(other).unwrap_or_else(|| {
            let (left, right) = (self.coarse(), other.coarse());
            let is_negative = (left.numerator < 0) != (right.numerator < 0);
            left.checked_times(right).unwrap_or(if is_negative {
                Self::whole(i128::MIN + 1)
            } else {
                Self::whole(i128::MAX)
            })
        })
    }

    /// The quotient; `None` for a divisor of zero.
    pub fn over(self, divisor: Self) -> Option<Self> {
        let inverse = Self::ratio(divisor.denominator, divisor.numerator)?;
        Some(self.times(inverse))
    }

    /// Held between two bounds.
    #[must_use]
    pub fn held(self, least: Self, most: Self) -> Self {
        self.max(least).min(most)
    }

    /// The largest whole number that is not above it.
    pub const fn floor(self) -> i128 {
        self.numerator.div_euclid(self.denominator)
    }

    /// The smallest whole number that is not below it.
    pub const fn ceil(self) -> i128 {
        -(-self.numerator).div_euclid(self.denominator)
    }

    /// Rounded half away from zero (四舍五入), written with exactly `places` decimals.
    pub fn round(self, places: u32) -> Decimal {
        let scaled = 10_i128.checked_pow(places).and_then(|power| self.numerator.checked_mul(power));
        let Some(scaled) = scaled else { return self.round_large(places) };
        let (quotient, remainder) = match (i64::try_from(scaled), i64::try_from(self.denominator)) {
            (Ok(scaled), Ok(denominator)) => (i128::from(scaled / denominator), i128::from(scaled % denominator)),
            _ => (scaled / self.denominator, scaled % self.denominator),
        };
        // |remainder| · 2 ≥ denominator without an overflow.
        let is_half_or_more = remainder.unsigned_abs() >= self.denominator.unsigned_abs() - remainder.unsigned_abs();
        let quotient = if is_half_or_more { quotient + scaled.signum() } else { quotient };
        Decimal::try_from_i128_with_scale(quotient, places).unwrap_or_else(|_| self.round_large(places))
    }

    /// The figure for people: rounded to at most `places` decimals, without trailing zeros.
    pub fn shown(self, places: u32) -> Decimal {
        self.round(places).normalize()
    }

    fn round_large(self, places: u32) -> Decimal {
        let saturated = |number: i128| {
            Decimal::try_from_i128_with_scale(number, 0).unwrap_or(if number < 0 { Decimal::MIN } else { Decimal::MAX })
        };
        let quotient = saturated(self.numerator).checked_div(saturated(self.denominator)).unwrap_or(Decimal::MAX);
        quotient.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
    }

    fn coarse(self) -> Self {
        Self::from(self.round(COARSE_PLACES))
    }

    fn checked_plus(self, other: Self) -> Option<Self> {
        if self.is_zero() || other.is_zero() {
            return Some(if self.is_zero() { other } else { self });
        }
        if self.denominator == other.denominator {
            return Some(Self::reduced(self.numerator.checked_add(other.numerator)?, self.denominator));
        }
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Some(Self::reduced(left.checked_add(right)?, self.denominator.checked_mul(other.denominator)?))
    }

    fn checked_times(self, other: Self) -> Option<Self> {
        // Crosswise reduction first keeps the products small and the result in lowest terms.
        let (left, right) =
            (Self::reduced(self.numerator, other.denominator), Self::reduced(other.numerator, self.denominator));
        let numerator = left.numerator.checked_mul(right.numerator)?;
        Some(Self { numerator, denominator: left.denominator.checked_mul(right.denominator)? })
    }

    /// In lowest terms; the denominator must not be zero.
    fn reduced(numerator: i128, denominator: i128) -> Self {
        if denominator == 1 {
            return Self { numerator, denominator };
        }
        // Almost every figure fits 64 bits, where a division is many times cheaper.
        if let (Ok(small_numerator), Ok(small_denominator)) = (i64::try_from(numerator), u64::try_from(denominator)) {
            let divisor = common_divisor_small(small_numerator.unsigned_abs(), small_denominator);
            if divisor == 1 {
                return Self { numerator, denominator };
            }
            if let Ok(signed) = i64::try_from(divisor) {
                let (numerator, denominator) = (small_numerator / signed, small_denominator / divisor);
                return Self { numerator: i128::from(numerator), denominator: i128::from(denominator) };
            }
        }
        let divisor =
            i128::try_from(common_divisor(numerator.unsigned_abs(), denominator.unsigned_abs())).unwrap_or(1).max(1);
        let divisor = if denominator < 0 { -divisor } else { divisor };
        Self { numerator: numerator / divisor, denominator: denominator / divisor }
    }
}

impl Default for Exact {
    fn default() -> Self {
        Self::ZERO
    }
}

impl From<Decimal> for Exact {
    fn from(figure: Decimal) -> Self {
        Self::reduced(figure.mantissa(), 10_i128.pow(figure.scale()))
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.denominator == other.denominator {
            return self.numerator.cmp(&other.numerator);
        }
        let crosswise =
            self.numerator.checked_mul(other.denominator).zip(other.numerator.checked_mul(self.denominator));
        match crosswise {
            Some((left, right)) => left.cmp(&right),
            None => self.round(COARSE_PLACES).cmp(&other.round(COARSE_PLACES)),
        }
    }
}

fn common_divisor(mut left: u128, mut right: u128) -> u128 {
    while right != 0 {
        // Almost every figure fits 64 bits, where a division is many times cheaper.
        if let (Ok(small_left), Ok(small_right)) = (u64::try_from(left), u64::try_from(right)) {
            return u128::from(common_divisor_small(small_left, small_right));
        }
        (left, right) = (right, left % right);
    }
    left
}

/// By halving and subtracting: a shift costs a tenth of a division.
const fn common_divisor_small(mut left: u64, mut right: u64) -> u64 {
    if left == 0 || right == 0 {
        return left | right;
    }
    let twos = (left | right).trailing_zeros();
    left >>= left.trailing_zeros();
    while right != 0 {
        right >>= right.trailing_zeros();
        if left > right {
            (left, right) = (right, left);
        }
        right -= left;
    }
    left << twos
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::from(text.parse::<Decimal>().unwrap())
    }

    #[test]
    fn rounds_half_away_from_zero() {
        for (numerator, denominator, rounded) in [
            (1, 3, "0.33"),
            (2, 3, "0.67"),
            (1, 8, "0.13"),
            (-1, 8, "-0.13"),
            (3, 1, "3.00"),
            (-1, 300, "0.00"),
            (1, 200, "0.01"),
            (-1, 200, "-0.01"),
        ] {
            assert_eq!(
                Exact::ratio(numerator, denominator).unwrap().round(2).to_string(),
                rounded,
                "{numerator}/{denominator}"
            );
        }
    }

    #[test]
    fn a_third_three_times_is_one() {
        let third = Exact::ratio(1, 3).unwrap();
        assert_eq!(third.plus(third).plus(third), Exact::ONE);
        assert_eq!(exact("12.50").over(exact("0.25")), Some(Exact::whole(50)));
        assert_eq!(Exact::ONE.over(Exact::ZERO), None);
    }

    #[test]
    fn fractions_come_in_lowest_terms_whatever_their_size() {
        for (numerator, denominator, reduced) in [
            (0, 7, (0, 1)),
            (6, 4, (3, 2)),
            (-6, 4, (-3, 2)),
            (6, -4, (-3, 2)),
            (48, 36, (4, 3)),
            (7, 7, (1, 1)),
            (i128::from(i64::MIN), 1 << 63, (-1, 1)),
            (i128::from(u64::MAX) * 6, 9, (i128::from(u64::MAX) / 3 * 2, 1)),
            (1 << 100, 3 << 99, (2, 3)),
        ] {
            let fraction = Exact::ratio(numerator, denominator).unwrap();
            assert_eq!((fraction.numerator, fraction.denominator), reduced, "{numerator}/{denominator}");
        }
    }

    #[test]
    fn floor_and_ceil_hold_below_zero() {
        assert_eq!((exact("-1.5").floor(), exact("-1.5").ceil()), (-2, -1));
        assert_eq!((exact("4.2").floor(), exact("4.2").ceil(), exact("4").ceil()), (4, 5, 4));
    }

    #[test]
    fn what_outgrows_127_bits_stays_near_the_true_figure() {
        let large = Exact::ratio(i128::MAX, 3).unwrap();
        assert!(large.times(large).is_positive());
        let prime = |number: i128| Exact::ratio(1, number).unwrap();
        let sum = prime(1_000_000_007_000_003)
            .plus(prime(998_244_353_000_011))
            .plus(prime(1_000_000_000_000_037))
            .plus(Exact::ONE);
        assert_eq!(sum.round(2).to_string(), "1.00");
    }
}
