//! Every arithmetic rule against exact rationals of any size: no division changes a rounded score.
//!
//! Case 5 once came out as 1.53 where 0.43 is true: a sum of rates outgrew 127 bits and was cut wrongly.
//!
//! 50,000 cases in the normal run; `TISHENG_CASES=1000000` in the environment tries as many.

use std::str::FromStr;

use num_bigint::BigInt;
use num_rational::BigRational;
use rust_decimal::Decimal;
use shared::scoring::{
    exact::Exact,
    rule::{Band, By, Facts, Measured, Milestone, RankRange, Rule, SizeBy, SizeCase, Step, Tier},
};

const CASES: u64 = 50_000;

/// Two representations of one figure.
#[derive(Clone, Debug)]
struct Both {
    exact: Exact,
    rational: BigRational,
}

impl Both {
    fn decimal(figure: Decimal) -> Self {
        Self { exact: Exact::from(figure), rational: rational(figure) }
    }

    fn ratio(numerator: u64, denominator: u64) -> Self {
        Self {
            exact: Exact::ratio(numerator.into(), denominator.into()).unwrap(),
            rational: BigRational::new(numerator.into(), denominator.into()),
        }
    }

    fn times(&self, other: &Self) -> Self {
        Self { exact: self.exact.times(other.exact), rational: &self.rational * &other.rational }
    }
}

fn rational(figure: Decimal) -> BigRational {
    BigRational::new(figure.mantissa().into(), BigInt::from(10_i128.pow(figure.scale())))
}

fn whole(number: i64) -> BigRational {
    BigRational::from_integer(number.into())
}

/// Hundredths, rounded half away from zero.
fn hundredths(figure: &BigRational) -> BigInt {
    (figure * whole(100)).round().to_integer()
}

/// A seeded sequence (SplitMix64): a case is its number.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound
    }

    fn figure(&mut self, bound: u64, scale: u32) -> Decimal {
        Decimal::from_i128_with_scale(self.below(bound).into(), scale)
    }
}

/// One unit's figures: actual, target and due, by indicator.
#[derive(Clone, Debug)]
struct Figures(Vec<(Both, Both, Both)>);

impl Figures {
    /// Counts, or sums in 亿元 by 万元 with 2 decimals; due by a share in per cent or by twelfths.
    fn rolled(dice: &mut Dice, parts: u64) -> Self {
        let part = |dice: &mut Dice| {
            let is_count = dice.below(2) == 0;
            let actual = if is_count { dice.figure(60, 0) } else { dice.figure(90_000_000, 6) };
            let target = if is_count { dice.figure(40, 0) } else { dice.figure(60_000, 2) } + Decimal::ONE;
            let share = if dice.below(2) == 0 {
                Both::ratio(dice.below(12) + 1, 12)
            } else {
                Both::ratio(dice.below(100) + 1, 100)
            };
            let target = Both::decimal(target);
            let due = target.times(&share);
            (Both::decimal(actual), target, due)
        };
        Self((0..parts).map(|_| part(dice)).collect())
    }

    /// With nothing due of some indicators: classes of raters that gave no marks.
    fn partly_silent(mut self, dice: &mut Dice) -> Self {
        for (_, _, due) in self.0.iter_mut().filter(|_| dice.below(3) == 0) {
            *due = Both::decimal(Decimal::ZERO);
        }
        self
    }

    /// With what was done of the only indicator as near as can be to where its points are half a cent.
    fn near_a_half(mut self, dice: &mut Dice, points: Decimal, scale: &BigRational) -> Self {
        let half = BigRational::new((2 * dice.below(2_000) + 1).into(), 200.into());
        for (actual, _, due) in &mut self.0 {
            let wanted = half.clone() * &due.rational / (rational(points) * scale);
            let millionths: BigInt = (wanted * whole(1_000_000)).round().to_integer() + BigInt::from(dice.below(3)) - 1;
            let figure = i128::from_str(&millionths.to_string()).unwrap_or_default().max(0);
            *actual = Both::decimal(Decimal::from_i128_with_scale(figure, 6));
        }
        self
    }

    fn sum(&self, of: fn(&(Both, Both, Both)) -> &Both) -> Both {
        let zero = Both { exact: Exact::ZERO, rational: whole(0) };
        self.0.iter().map(of).fold(zero, |sum, figure| Both {
            exact: sum.exact.plus(figure.exact),
            rational: sum.rational + &figure.rational,
        })
    }

    fn facts(&self) -> Facts {
        Facts {
            actual: self.sum(|part| &part.0).exact,
            target: self.sum(|part| &part.1).exact,
            due: self.sum(|part| &part.2).exact,
            parts: self.0.iter().map(|(actual, _, due)| (actual.exact, due.exact)).collect(),
        }
    }

    fn actual(&self) -> BigRational {
        self.sum(|part| &part.0).rational
    }

    fn due(&self) -> BigRational {
        self.sum(|part| &part.2).rational
    }

    fn by(&self, by: By) -> BigRational {
        match by {
            By::Actual => self.actual(),
            By::Completion => self.actual() / self.due(),
        }
    }
}

fn rule(dice: &mut Dice, parts: usize) -> Rule {
    let by = if dice.below(2) == 0 { By::Actual } else { By::Completion };
    match dice.below(15) {
        0 | 1 => Rule::Proportional { lo: Decimal::ZERO, hi: dice.figure(100, 2) + Decimal::ONE },
        2 => Rule::Threshold { strict: dice.below(2) == 0 },
        3 => {
            let tiers = [100, 90, 60].map(|least| Tier { least: vec![least.into()], points: dice.figure(900, 2) });
            Rule::Tiers { tiers: tiers.into() }
        }
        4 => {
            let all = [Measured::Amount, Measured::PercentagePoints, Measured::PercentOfDue, Measured::PercentOfTarget];
            Rule::Step(Step {
                measured: all[usize::try_from(dice.below(4)).unwrap()],
                size: dice.figure(700, 2) + Decimal::new(1, 2),
                up: dice.figure(300, 2),
                down: dice.figure(300, 2),
                least: Decimal::ZERO,
                most: 40.into(),
                whole: dice.below(2) == 0,
            })
        }
        5 => {
            let mut band = |from: Option<i64>, to: Option<i64>| Band {
                from: from.map(Decimal::from),
                to: to.map(Decimal::from),
                slope: dice.figure(50, 2),
            };
            let bands = vec![band(None, Some(100)), band(Some(100), Some(130)), band(Some(130), None)];
            Rule::Piecewise { bands, down: dice.figure(2_000, 2), up: dice.figure(2_000, 2) }
        }
        6 => {
            let first = dice.figure(100, 2);
            let rest = (Decimal::ONE - first) / Decimal::from(parts.max(2) - 1);
            let mut weights = vec![rest.round_dp(4); parts];
            weights[0] = first;
            Rule::Composite { weights, cap: dice.figure(100, 2) + Decimal::ONE }
        }
        7 => Rule::MinMax { alpha: dice.figure(100, 2), by },
        8 => Rule::BestIsFull { by },
        9 => Rule::RelativeToMean { cap: dice.figure(200, 2), by },
        10 => Rule::RankPoints { ranges: [1, 3, 6].map(|to| RankRange { to, points: dice.figure(900, 2) }).into(), by },
        11 => Rule::PerProject { cap: (dice.below(2) == 0).then(|| dice.figure(9_000, 2)) },
        12 => Rule::Rating { weights: (0..parts).map(|_| dice.figure(100, 2) + Decimal::new(1, 2)).collect() },
        13 => Rule::Milestones { milestones: (0..dice.below(4)).map(|_| milestone(dice, parts)).collect() },
        _ => by_size(dice),
    }
}

/// Of the sum, or of each indicator.
fn milestone(dice: &mut Dice, parts: usize) -> Milestone {
    let figures = if dice.below(2) == 0 { 1 } else { parts };
    let least = (0..figures).map(|_| dice.figure(50, 0)).collect();
    Milestone { label: "节点".to_owned(), least, points: dice.figure(900, 2) }
}

/// Larger tasks must be passed, or are measured by what they reach; none above the last size.
fn by_size(dice: &mut Dice) -> Rule {
    let size = if dice.below(2) == 0 { SizeBy::Target } else { SizeBy::Units };
    let small = SizeCase { at_most: Some(dice.figure(60, 0)), rule: Rule::Threshold { strict: true } };
    let large = SizeCase { at_most: (dice.below(2) == 0).then(|| 300.into()), rule: Rule::default() };
    Rule::BySize { size, cases: vec![small, large] }
}

/// The same rule, written again from the design's table over rationals of any size.
fn reference(rule: &Rule, points: &BigRational, own: &Figures, peers: &[Figures]) -> BigRational {
    let zero = || whole(0);
    let hundred = || whole(100);
    match rule {
        Rule::Proportional { lo, hi } => points * (own.actual() / own.due()).clamp(rational(*lo), rational(*hi)),
        Rule::Threshold { strict } => {
            let is_reached = if *strict { own.actual() > own.due() } else { own.actual() >= own.due() };
            if is_reached { points.clone() } else { zero() }
        }
        Rule::Tiers { tiers } => {
            let rate = own.actual() / own.due() * hundred();
            tiers.iter().find(|tier| rate >= rational(tier.least[0])).map_or_else(zero, |tier| rational(tier.points))
        }
        Rule::Step(step) => {
            let above = own.actual() - own.due();
            let deviation = match step.measured {
                Measured::PercentagePoints => above * hundred(),
                Measured::PercentOfDue => above * hundred() / own.due(),
                Measured::PercentOfTarget => above * hundred() / own.sum(|part| &part.1).rational,
                _ => above,
            };
            let is_below = deviation < zero();
            let steps = (if is_below { -deviation } else { deviation }) / rational(step.size);
            let steps = if step.whole { steps.floor() } else { steps };
            let moved =
                if is_below { points - steps * rational(step.down) } else { points + steps * rational(step.up) };
            moved.clamp(rational(step.least), rational(step.most))
        }
        Rule::Piecewise { bands, down, up } => {
            let rate = own.actual() / own.due() * hundred();
            let change = bands.iter().fold(zero(), |sum, band| {
                // The integral of the slope from 100 % to the rate, inside the band.
                let inside = |x: BigRational| {
                    let x = band.from.map_or(x.clone(), |from| x.clone().max(rational(from)));
                    band.to.map_or(x.clone(), |to| x.min(rational(to)))
                };
                sum + (inside(rate.clone()) - inside(hundred())) * rational(band.slope)
            });
            points + change.clamp(-rational(*down), rational(*up))
        }
        Rule::Composite { weights, cap } => {
            let ratios = own.0.iter().map(|(actual, _, due)| &actual.rational / &due.rational);
            let sum = ratios.zip(weights).fold(zero(), |sum, (ratio, weight)| sum + ratio * rational(*weight));
            points * sum.clamp(zero(), rational(*cap))
        }
        Rule::MinMax { alpha, by } => {
            let (least, most) =
                (peers.iter().map(|peer| peer.by(*by)).min(), peers.iter().map(|peer| peer.by(*by)).max());
            let (least, most) = (least.unwrap(), most.unwrap());
            if least == most {
                return points.clone();
            }
            let share = (own.by(*by) - &least) / (most - &least);
            points * (rational(*alpha) + (whole(1) - rational(*alpha)) * share)
        }
        Rule::BestIsFull { by } => {
            let best = peers.iter().map(|peer| peer.by(*by)).max().unwrap();
            if best <= zero() { zero() } else { points * own.by(*by) / best }
        }
        Rule::RelativeToMean { cap, by } => {
            let sum = peers.iter().fold(zero(), |sum, peer| sum + peer.by(*by));
            if sum <= zero() {
                return zero();
            }
            let mean = sum / whole(i64::try_from(peers.len()).unwrap());
            points * (own.by(*by) / mean).clamp(zero(), rational(*cap))
        }
        Rule::RankPoints { ranges, by } => {
            let rank = 1 + peers.iter().filter(|peer| peer.by(*by) > own.by(*by)).count();
            let range = ranges.iter().find(|range| rank <= usize::try_from(range.to).unwrap());
            range.map_or_else(zero, |range| rational(range.points))
        }
        Rule::PerProject { cap } => own.actual().min(cap.map_or_else(|| points.clone(), rational)),
        Rule::Rating { weights } => {
            let given: Vec<_> = own.0.iter().zip(weights).filter(|((_, _, full), _)| full.rational > zero()).collect();
            let whole = given.iter().fold(zero(), |sum, (_, weight)| sum + rational(**weight));
            let mark = |((mark, _, full), weight): &(&(Both, Both, Both), &Decimal)| {
                &mark.rational / &full.rational * rational(**weight)
            };
            if given.is_empty() { zero() } else { points * given.iter().map(mark).sum::<BigRational>() / whole }
        }
        Rule::Milestones { milestones } => {
            let figures = |least: &[Decimal]| match least {
                [_] => vec![own.actual()],
                _ => own.0.iter().map(|(actual, ..)| actual.rational.clone()).collect(),
            };
            let is_reached =
                |least: &[Decimal]| figures(least).iter().zip(least).all(|(figure, least)| *figure >= rational(*least));
            let reached = milestones.iter().filter(|milestone| is_reached(&milestone.least));
            reached.map(|milestone| rational(milestone.points)).sum()
        }
        Rule::BySize { size, cases } => {
            let size = match size {
                SizeBy::Target => own.sum(|part| &part.1).rational,
                SizeBy::Units => whole(i64::try_from(peers.len()).unwrap()),
            };
            let case = cases.iter().find(|case| case.at_most.is_none_or(|most| size <= rational(most)));
            case.map_or_else(zero, |case| reference(&case.rule, points, own, peers))
        }
    }
}

fn check(case: u64) {
    let mut dice = Dice(case);
    let parts = dice.below(3) + 1;
    let points = dice.figure(60, 0) / Decimal::TWO + Decimal::new(5, 1);
    let rule = rule(&mut dice, usize::try_from(parts).unwrap());
    // ΣP / ΣP applicable.
    let scale = Both::ratio(200, 101 + dice.below(100));
    let count = if rule.looks_at_peers() { dice.below(10) + 3 } else { 1 };
    let mut peers: Vec<Figures> = (0..count).map(|_| Figures::rolled(&mut dice, parts)).collect();
    if matches!(rule, Rule::Rating { .. }) {
        peers[0] = peers[0].clone().partly_silent(&mut dice);
    }
    if dice.below(2) == 0 {
        peers[0] = peers[0].clone().near_a_half(&mut dice, points, &scale.rational);
    }
    let facts: Vec<Facts> = peers.iter().map(Figures::facts).collect();
    let ours = rule.points(Exact::from(points), &facts[0], &facts.iter().collect::<Vec<_>>());
    let theirs = reference(&rule, &rational(points), &peers[0], &peers);
    for (ours, theirs) in [(ours, theirs.clone()), (ours.times(scale.exact), theirs * &scale.rational)] {
        let rounded = ours.round(2);
        assert_eq!(
            (BigInt::from(rounded.mantissa()), rounded.scale()),
            (hundredths(&theirs), 2),
            "case {case}: {rule:?} {points} {peers:?}"
        );
    }
}

#[test]
fn no_division_changes_a_rounded_score() {
    let cases = std::env::var("TISHENG_CASES").ok().map_or(CASES, |cases| cases.parse().unwrap());
    (0..cases).for_each(check);
}

#[test]
fn a_mean_of_rates_whose_denominators_share_nothing_is_exact() {
    // Pairs of rates that sum to 1, each over a large prime of its own: what comes between outgrows 127 bits,
    // and the true points are half a cent.
    let primes = [999_999_937_u64, 999_999_929, 999_999_893, 999_999_883, 999_999_797];
    let pair = |prime: u64| [(1, prime), (prime - 1, prime)];
    let rates = primes.into_iter().map(|prime| pair(prime)[0]).chain(primes.into_iter().map(|prime| pair(prime)[1]));
    let facts = |(actual, due): (u64, u64)| Facts {
        actual: Exact::whole(actual.into()),
        due: Exact::whole(due.into()),
        ..Facts::default()
    };
    let own = facts((1, 400));
    // The mean over eleven: (5 + 1/400 + 399/400) / 12 = 1/2.
    let mut peers: Vec<Facts> = rates.map(facts).collect();
    peers.extend([own.clone(), facts((399, 400))]);
    let rule = Rule::RelativeToMean { cap: 2.into(), by: By::Completion };
    let points = rule.points(Exact::ONE, &own, &peers.iter().collect::<Vec<_>>());
    // 1 · (1/400) / (1/2) = 0.005, which rounds up.
    assert_eq!(points.round(2).to_string(), "0.01");
}

/// A fraction of up to 126 bits above and below the line: most products of two outgrow anything.
fn large(dice: &mut Dice) -> (i128, i128) {
    let mut part = || {
        let bits = dice.roll() % 126 + 1;
        let all = (i128::from(dice.roll() >> 1) << 63) | i128::from(dice.roll() >> 1);
        (all >> (126 - bits)).max(1)
    };
    let (numerator, denominator) = (part(), part());
    (if dice.roll().is_multiple_of(2) { numerator } else { -numerator }, denominator)
}

#[test]
fn large_fractions_are_compared_and_rounded_exactly() {
    let mut dice = Dice(2021);
    for case in 0..20_000 {
        let ((numerator, denominator), (other, parts)) = (large(&mut dice), large(&mut dice));
        // Near each other in every third case: their whole parts and their first digits are the same.
        let (other, parts) = if case % 3 == 0 { (numerator, (denominator - 1).max(1)) } else { (other, parts) };
        let (left, right) = (Exact::ratio(numerator, denominator).unwrap(), Exact::ratio(other, parts).unwrap());
        let exact = |numerator: i128, denominator: i128| BigRational::new(numerator.into(), denominator.into());
        let (left_too, right_too) = (exact(numerator, denominator), exact(other, parts));
        assert_eq!(left.cmp(&right), left_too.cmp(&right_too), "{left_too} {right_too}");
        let hundredths = hundredths(&left_too);
        // A decimal holds 96 bits.
        if hundredths.bits() <= 96 {
            assert_eq!(BigInt::from(left.round(2).mantissa()), hundredths, "{left_too}");
        } else if hundredths.bits() > 97 {
            let held = if numerator < 0 { Decimal::MIN } else { Decimal::MAX };
            assert_eq!(left.round(2), held, "{left_too}");
        }
    }
}

#[test]
fn large_sums_and_products_that_fit_are_exact() {
    let whole = |bits: u32| Exact::whole(1 << bits);
    assert_eq!(whole(100).plus(Exact::ONE), Exact::whole((1 << 100) + 1));
    assert_eq!(whole(70).times(whole(40)), whole(110));
    assert_eq!(whole(70).times(Exact::ratio(3, 1 << 75).unwrap()), Exact::ratio(3, 32).unwrap());
    // The denominators' product has 130 bits, their least common multiple 67.
    let (third, fifth) = (Exact::ratio(1, 3 << 63).unwrap(), Exact::ratio(1, 5 << 63).unwrap());
    assert_eq!(third.plus(fifth), Exact::ratio(1, 15 << 60).unwrap());
    assert_eq!(third.minus(fifth), Exact::ratio(1, 15 << 62).unwrap());
    let many = [third, Exact::ONE, fifth, Exact::ONE, third];
    assert_eq!(Exact::sum(many), Exact::ratio(13, 15 << 63).unwrap().plus(Exact::whole(2)));
}
