//! Exact answers in rational arithmetic, written from the definitions and sharing nothing with the library.

#![allow(dead_code)]

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};

/// A quotient of integers of any length.
pub type Rational = num_rational::Ratio<BigInt>;

/// One unit: a value and its weight.
#[derive(Clone, Debug)]
pub struct Unit {
    pub value: Rational,
    pub weight: Rational,
}

impl Unit {
    /// A school with an amount and pupils: the amount per pupil, weighted by pupils.
    pub fn school(amount: &Rational, pupils: &Rational) -> Self {
        Unit { value: amount / pupils, weight: pupils.clone() }
    }

    /// A double weighted by a double, both exactly as they are in binary.
    pub fn doubles(value: f64, weight: f64) -> Self {
        Unit { value: double(value), weight: double(weight) }
    }
}

pub fn whole(n: i128) -> Rational {
    Rational::from_integer(n.into())
}

/// A decimal text such as `-12.50`.
pub fn decimal(text: &str) -> Rational {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits: BigInt = format!("{whole}{decimals}").parse().expect("digits");
    Rational::new(digits, BigInt::from(10).pow(decimals.len() as u32))
}

/// A finite double, exactly.
pub fn double(x: f64) -> Rational {
    let bits = x.to_bits();
    let (fraction, exponent) = ((bits & ((1 << 52) - 1)) as i64, (bits >> 52 & 0x7ff) as i32);
    assert_ne!(exponent, 0x7ff, "{x} is not finite");
    let size = if exponent == 0 { fraction } else { fraction + (1 << 52) };
    let power = Rational::from_integer(2.into()).pow(exponent.max(1) - 1075);
    whole(i128::from(if x < 0.0 { -size } else { size })) * power
}

/// `Σ w·x / Σ w`.
pub fn mean(units: &[Unit]) -> Rational {
    let total: Rational = units.iter().map(|u| u.weight.clone()).sum();
    units.iter().map(|u| &u.value * &u.weight).sum::<Rational>() / total
}

/// `Σ w·(x − x̄)² / Σ w`.
pub fn variance(units: &[Unit]) -> Rational {
    let total: Rational = units.iter().map(|u| u.weight.clone()).sum();
    squared_deviations(units) / total
}

/// `Σ (x − x̄)² / (n − 1)`, of units that all weigh 1.
pub fn sample_variance(units: &[Unit]) -> Rational {
    assert!(units.iter().all(|u| u.weight.is_one()));
    squared_deviations(units) / whole(units.len() as i128 - 1)
}

fn squared_deviations(units: &[Unit]) -> Rational {
    let mean = mean(units);
    units.iter().map(|u| (&u.value - &mean) * (&u.value - &mean) * &u.weight).sum()
}

/// The square of the coefficient of variation; `None` where the mean is zero.
pub fn cv_squared(units: &[Unit]) -> Option<Rational> {
    let mean = mean(units);
    (!mean.is_zero()).then(|| variance(units) / (&mean * &mean))
}

/// The coefficient against a limit that is not negative.
pub fn cmp_cv(units: &[Unit], limit: &Rational) -> Option<Ordering> {
    Some(cv_squared(units)?.cmp(&(limit * limit)))
}

/// Whole numbers around `10^digits · Σ √square / n`: the arithmetic mean of coefficients given by their squares.
pub fn mean_of_roots(squares: &[Rational], digits: u32) -> (BigInt, BigInt) {
    let unit = BigInt::from(10).pow(2 * digits);
    let low: BigInt = squares.iter().map(|q| (q.numer() * &unit / q.denom()).sqrt()).sum();
    let n = BigInt::from(squares.len());
    (&low / &n, (low + &n) / &n + 1)
}

/// Rounded half up, away from zero at a tie, to `digits` decimals.
pub fn round_half_up(x: &Rational, digits: u32) -> Rational {
    let unit = Rational::from_integer(BigInt::from(10).pow(digits));
    let half = Rational::new(1.into(), 2.into());
    let magnitude = (x.abs() * &unit + half).floor() / unit;
    if x.is_negative() { -magnitude } else { magnitude }
}

/// The shares of three stages in an amount, by pupils weighted 1 : 1.1 : 1.32; `None` without pupils.
pub fn shares(amount: &Rational, pupils: [i128; 3]) -> Option<[Rational; 3]> {
    let weighted: Vec<Rational> =
        ["1", "1.1", "1.32"].iter().zip(pupils).map(|(w, p)| decimal(w) * whole(p)).collect();
    let total: Rational = weighted.iter().cloned().sum();
    (!total.is_zero()).then(|| [0, 1, 2].map(|i| amount * &weighted[i] / &total))
}

/// Asserts that no double is nearer to the exact number than `x` is, and that ties went to the even one.
pub fn assert_nearest(x: f64, exact: &Rational) {
    assert!(is_between(x, |end| exact.cmp(end)), "{x:?} is not the double nearest to {exact}");
}

/// The same of a square root, given the exact square.
pub fn assert_nearest_root(x: f64, square: &Rational) {
    let cmp = |end: &Rational| if end.is_negative() { Ordering::Greater } else { square.cmp(&(end * end)) };
    assert!(is_between(x, cmp), "{x:?} is not the double nearest to the root of {square}");
}

/// Whether a number lies within half a step of `x`, by its order against the two ends.
fn is_between(x: f64, cmp: impl Fn(&Rational) -> Ordering) -> bool {
    let end = |neighbour: f64| (double(x) + double(neighbour)) / whole(2);
    let even = x.to_bits().is_multiple_of(2);
    let (low, high) = (cmp(&end(x.next_down())), cmp(&end(x.next_up())));
    low.is_gt() && high.is_lt() || even && (low.is_eq() || high.is_eq())
}

/// How many significant digits of `certified` a result has (log relative error), 16 at most.
pub fn digits(x: f64, certified: &Rational) -> f64 {
    let off = ((double(x) - certified) / certified).abs();
    // Far below what a double resolves, the quotient itself may leave its range.
    if off < Rational::new(1.into(), BigInt::from(10).pow(16)) {
        return 16.0;
    }
    let (n, d) = (off.numer(), off.denom());
    let shift = d.bits().saturating_sub(900);
    let scaled = |b: &BigInt| (b >> shift).to_string().parse::<f64>().expect("a number");
    -(scaled(n) / scaled(d)).log10()
}

/// Whether the number is within the limits of `Decimal`: below 10¹², at most 17 decimals and 18 digits.
pub fn is_decimal(x: &Rational) -> bool {
    let unit = BigInt::from(10);
    let scale = (0..=17u32).find(|s| (x * unit.pow(*s)).is_integer());
    scale.is_some_and(|s| {
        x.abs() < Rational::from_integer(unit.pow(12))
            && (x * unit.pow(s)).abs() < Rational::from_integer(unit.pow(18))
    })
}

/// Whether `x` is within a relative 10⁻¹⁵ of the exact number.
pub fn within_1e15(x: f64, exact: &Rational) -> bool {
    (double(x) - exact).abs() * BigInt::from(10).pow(15) <= exact.abs()
}

/// Whether `x` is within a relative 10⁻¹⁵ of the exact root of `square`.
pub fn within_1e15_of_root(x: f64, square: &Rational) -> bool {
    let slack = Rational::new(1.into(), BigInt::from(10).pow(15));
    let low = double(x) / (Rational::one() + &slack);
    let high = double(x) / (Rational::one() - &slack);
    &low * &low <= *square && *square <= &high * &high
}
