//! Exact fractions: multiply first, divide last, whatever the order in which a formula is written.

use std::cmp::Ordering;

use rust_decimal::Decimal;

mod wire;

/// Bits kept of numerator and denominator when a fraction outgrows 127 bits: products of two such fit again.
const COARSE_BITS: u32 = 62;

/// A fraction in lowest terms. Nothing is rounded until [`Exact::round`] is asked for.
///
/// Figures of a campaign stay below the limit of 127 bits, save for sums of many rates whose denominators share
/// nothing. What would outgrow it is first brought to `COARSE_BITS` bits, some 18 significant digits; figures
/// beyond 2⁶² are held there.
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
        self.checked_plus(other).or_else(|| self.checked_plus_over_least(other)).unwrap_or_else(|| {
            let (left, right) = (self.coarse(), other.coarse());
            let numerator = left.numerator * right.denominator + right.numerator * left.denominator;
            Self::reduced(numerator, left.denominator * right.denominator)
        })
    }

    /// The sum of many. Equal denominators come first: what cancels out cannot outgrow anything on the way.
    #[must_use]
    pub fn sum(figures: impl IntoIterator<Item = Self>) -> Self {
        let mut figures: Vec<Self> = figures.into_iter().collect();
        figures.sort_unstable_by_key(|figure| figure.denominator);
        let groups = figures.chunk_by(|left, right| left.denominator == right.denominator);
        let sums = groups.map(|group| group.iter().fold(Self::ZERO, |sum, figure| sum.plus(*figure)));
        sums.fold(Self::ZERO, Self::plus)
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
            Self::reduced(left.numerator * right.numerator, left.denominator * right.denominator)
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
        let scaled = match 10_i64.checked_pow(places).zip(i64::try_from(self.numerator).ok()) {
            Some((power, numerator)) => Some(i128::from(numerator) * i128::from(power)),
            None => 10_i128.checked_pow(places).and_then(|power| self.numerator.checked_mul(power)),
        };
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

    /// Rounded by long division, digit by digit: no product outgrows anything.
    fn round_large(self, places: u32) -> Decimal {
        let (numerator, denominator) = (self.numerator.unsigned_abs(), self.denominator.unsigned_abs());
        let (mut quotient, mut remainder) = (numerator / denominator, numerator % denominator);
        for _ in 0..places {
            let mut digit = 0;
            // Ten times the remainder, by adding it ten times: both stay below the denominator.
            let rest = (0..10).fold(0_u128, |rest, _| {
                let rest = rest + remainder;
                let is_over = rest >= denominator;
                digit += u128::from(is_over);
                if is_over { rest - denominator } else { rest }
            });
            remainder = rest;
            quotient = quotient.saturating_mul(10).saturating_add(digit);
        }
        let quotient = quotient.saturating_add(u128::from(remainder >= denominator - remainder));
        let quotient = i128::try_from(quotient).unwrap_or(i128::MAX) * self.numerator.signum();
        let held = if quotient < 0 { Decimal::MIN } else { Decimal::MAX };
        Decimal::try_from_i128_with_scale(quotient, places).unwrap_or(held)
    }

    /// The nearest fraction of few bits.
    fn coarse(self) -> Self {
        let bits = |part: u128| u128::BITS - part.leading_zeros();
        let longest = bits(self.numerator.unsigned_abs()).max(bits(self.denominator.unsigned_abs()));
        let surplus = longest.saturating_sub(COARSE_BITS);
        Self::reduced(self.numerator >> surplus, (self.denominator >> surplus).max(1))
    }

    /// The sum over the least common denominator, where the product of the denominators is too large.
    fn checked_plus_over_least(self, other: Self) -> Option<Self> {
        let shared = common_divisor(self.denominator.unsigned_abs(), other.denominator.unsigned_abs());
        let shared = i128::try_from(shared).ok()?;
        let (left, right) = (self.denominator / shared, other.denominator / shared);
        let numerator = self.numerator.checked_mul(right)?.checked_add(other.numerator.checked_mul(left)?)?;
        Some(Self::reduced(numerator, left.checked_mul(other.denominator)?))
    }

    /// Its parts, where both have 64 bits, as almost all have: products of two such need no check.
    fn small(self) -> Option<(i128, i128)> {
        let is_small = i64::try_from(self.numerator).is_ok() && i64::try_from(self.denominator).is_ok();
        is_small.then_some((self.numerator, self.denominator))
    }

    fn checked_plus(self, other: Self) -> Option<Self> {
        if self.is_zero() || other.is_zero() {
            return Some(if self.is_zero() { other } else { self });
        }
        if self.denominator == other.denominator {
            return Some(Self::reduced(self.numerator.checked_add(other.numerator)?, self.denominator));
        }
        if let (Some((left, left_parts)), Some((right, right_parts))) = (self.small(), other.small()) {
            return Some(Self::reduced(left * right_parts + right * left_parts, left_parts * right_parts));
        }
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Some(Self::reduced(left.checked_add(right)?, self.denominator.checked_mul(other.denominator)?))
    }

    fn checked_times(self, other: Self) -> Option<Self> {
        // Crosswise reduction first keeps the products small and the result in lowest terms.
        let (left, right) =
            (Self::reduced(self.numerator, other.denominator), Self::reduced(other.numerator, self.denominator));
        if let (Some((left, left_parts)), Some((right, right_parts))) = (left.small(), right.small()) {
            return Some(Self { numerator: left * right, denominator: left_parts * right_parts });
        }
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

/// A sum under way: brought to lowest terms at its end, not after every figure.
#[derive(Clone, Copy, Debug)]
pub struct Running {
    numerator: i128,
    /// Always above zero.
    denominator: i128,
}

impl Running {
    /// Adds a figure.
    pub fn add(&mut self, figure: Exact) {
        if let Some(numerator) = self.checked_numerator(figure) {
            self.numerator = numerator;
        } else {
            let Exact { numerator, denominator } = self.exact().plus(figure);
            (self.numerator, self.denominator) = (numerator, denominator);
        }
    }

    /// The sum.
    pub fn exact(self) -> Exact {
        Exact::reduced(self.numerator, self.denominator)
    }

    /// The numerator with a figure added, where that leaves the denominator: it does for most, for a campaign's
    /// figures share a few.
    fn checked_numerator(self, figure: Exact) -> Option<i128> {
        if self.denominator == figure.denominator {
            return self.numerator.checked_add(figure.numerator);
        }
        let (denominator, part) = (u64::try_from(self.denominator).ok()?, u64::try_from(figure.denominator).ok()?);
        let times = (denominator % part == 0).then(|| i128::from(denominator / part))?;
        self.numerator.checked_add(figure.numerator.checked_mul(times)?)
    }
}

impl Default for Running {
    fn default() -> Self {
        Self { numerator: 0, denominator: 1 }
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
        if let (Some((left, left_parts)), Some((right, right_parts))) = (self.small(), other.small()) {
            return (left * right_parts).cmp(&(right * left_parts));
        }
        let crosswise =
            self.numerator.checked_mul(other.denominator).zip(other.numerator.checked_mul(self.denominator));
        match crosswise {
            Some((left, right)) => left.cmp(&right),
            None => by_parts((self.numerator, self.denominator), (other.numerator, other.denominator)),
        }
    }
}

/// Compares two fractions by their whole parts, then by the inverses of what is left: exact, without a product.
fn by_parts(left: (i128, i128), right: (i128, i128)) -> Ordering {
    let whole = left.0.div_euclid(left.1).cmp(&right.0.div_euclid(right.1));
    let (left_rest, right_rest) = (left.0.rem_euclid(left.1), right.0.rem_euclid(right.1));
    match whole {
        Ordering::Equal if left_rest == 0 || right_rest == 0 => left_rest.cmp(&right_rest),
        Ordering::Equal => by_parts((right.1, right_rest), (left.1, left_rest)),
        Ordering::Less | Ordering::Greater => whole,
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
        return if left == 0 { right } else { left };
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
    fn a_large_fraction_is_rounded_and_compared_exactly() {
        let near_a_third = Exact::ratio(i128::MAX / 3, i128::MAX).unwrap();
        assert_eq!(near_a_third.round(6).to_string(), "0.333333");
        let near_a_half = |more: i128| Exact::ratio(-(i128::MAX / 200_000 + more), i128::MAX).unwrap();
        assert_eq!(near_a_half(0).round(5).to_string(), "0.00000");
        assert_eq!(near_a_half(1).round(5).to_string(), "-0.00001");
        let nearer = Exact::ratio(i128::MAX / 3 - 1, i128::MAX - 4).unwrap();
        assert!(near_a_third != nearer && (near_a_third < nearer) != (nearer < near_a_third));
        assert!(Exact::ratio(1, 3).unwrap() > Exact::ratio(i128::MAX / 3 - 1, i128::MAX).unwrap());
        // The inverses of what is left after 2⁶⁰ are 2⁴⁰, which leaves nothing, and 2⁴⁰ + 1/3.
        let (whole, part) = (1 << 60, 1 << 40);
        let even = Exact::ratio(whole * part + 1, part).unwrap();
        let odd = Exact::ratio(whole * (3 * part + 1) + 3, 3 * part + 1).unwrap();
        assert_eq!((even.cmp(&odd), odd.cmp(&even)), (Ordering::Greater, Ordering::Less));
    }

    #[test]
    fn a_sum_of_many_is_exact_where_what_is_too_fine_cancels_out() {
        let part = |denominator: i128| Exact::ratio(1, denominator).unwrap();
        let (fine, other) = (part(1 << 70), part(3_i128.pow(44)));
        assert_ne!(fine.plus(other).minus(fine), other, "one after the other they outgrow 127 bits");
        assert_eq!(Exact::sum([fine, other, Exact::ZERO.minus(fine)]), other);
    }

    #[test]
    fn a_sum_under_way_is_the_sum_whatever_the_denominators() {
        let fraction = |(numerator, denominator)| Exact::ratio(numerator, denominator).unwrap();
        let wide = 1_i128 << 66;
        for parts in [
            vec![],
            vec![(1, 3), (1, 3), (1, 3)],
            vec![(1, 100), (3, 10), (0, 1), (-7, 1)],
            vec![(1, 10), (1, 100), (7, 12), (5, 7)],
            vec![(1, wide), (1, 2), (1, wide)],
            vec![(i128::MAX - 1, 1), (1, 1), (-5, 2)],
        ] {
            let figures: Vec<Exact> = parts.iter().copied().map(fraction).collect();
            let mut running = Running::default();
            for figure in &figures {
                running.add(*figure);
            }
            assert_eq!(running.exact(), figures.iter().copied().fold(Exact::ZERO, Exact::plus), "{parts:?}");
        }
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
