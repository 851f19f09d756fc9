//! The coefficient of variation of exact quotients, and its exact comparison with a limit.
//!
//! Values are computed in double-double arithmetic, which leaves the result within a few parts in 10³⁰ of the
//! exact one for every coefficient above 10⁻¹⁵; what is smaller, and every comparison that this cannot decide,
//! is settled with integers of any length.

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, Zero};

use crate::numeric::{Decimal, Double, RootSum, compare_root_sum, pow10};

/// One unit: its value `num / den` and its weight, both exact; `den` and `weight` are positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) num: i128,
    pub(crate) den: i128,
    pub(crate) weight: i128,
}

/// Mean, standard deviation and coefficient of variation of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Coefficient {
    pub(crate) mean: Double,
    pub(crate) std_dev: Double,
    /// `None` where the mean is zero.
    pub(crate) cv: Option<Double>,
}

/// Below this a coefficient is computed exactly: double-double deviations have fewer than fifteen digits left.
const SMALLEST_BY_DOUBLES: f64 = 1e-15;
/// A comparison is decided by doubles only where the relative gap is beyond this, far above their error.
const SAFE_GAP: f64 = 1e-18;
/// Below this, even a large relative gap is not trusted to doubles.
const SAFE_CV: f64 = 1e-9;

/// The coefficient of a group; `None` of an empty one.
pub(crate) fn coefficient(items: &[Item]) -> Option<Coefficient> {
    if items.is_empty() {
        return None;
    }
    let mut total = 0i128;
    let mut sum = Double::ZERO;
    for item in items {
        total = total.checked_add(item.weight)?;
        // An amount per pupil times the pupils is the amount itself.
        sum = sum
            + if item.den == item.weight {
                Double::from_i128(item.num)
            } else {
                value(item) * Double::from_i128(item.weight)
            };
    }
    let total = Double::from_i128(total);
    let mean = sum / total;
    let mut m2 = Double::ZERO;
    for item in items {
        let d = value(item) - mean;
        m2 = m2 + d * d * Double::from_i128(item.weight);
    }
    let std_dev = (m2 / total).sqrt();
    let by_doubles = std_dev / mean.abs();
    if mean != Double::ZERO && by_doubles.to_f64() > SMALLEST_BY_DOUBLES {
        return Some(Coefficient { mean, std_dev, cv: Some(by_doubles) });
    }
    let exact = Exact::new(items);
    let mean = exact.mean();
    let cv = exact.cv_squared().map(|(num, den)| ratio_to_double(&num, &den).sqrt());
    let std_dev = cv.map_or_else(|| exact.std_dev(), |cv| cv * mean.abs());
    Some(Coefficient { mean, std_dev, cv })
}

fn value(item: &Item) -> Double {
    Double::from_i128(item.num) / Double::from_i128(item.den)
}

impl Coefficient {
    /// Compares the coefficient with a limit, exactly; `None` where there is none.
    pub(crate) fn cmp_cv(&self, items: &[Item], limit: Decimal) -> Option<Ordering> {
        let cv = self.cv?;
        if cv.to_f64() > SAFE_CV
            && let Some(order) = safe_order(cv, limit_double(limit))
        {
            return Some(order);
        }
        let (num, den) = Exact::new(items).cv_squared()?;
        if limit.is_negative() {
            return Some(Ordering::Greater);
        }
        let (c, scale) = limit.parts();
        let (c, unit) = (BigUint::from(c.unsigned_abs()), BigUint::from(pow10(scale).unsigned_abs()));
        Some((num * &unit * &unit).cmp(&(&c * &c * den)))
    }

    /// The coefficient rounded half up, on its exact value.
    pub(crate) fn rounded_cv(&self, items: &[Item], digits: u8) -> Option<Decimal> {
        round_with(self.cv?, digits, |tie| self.cmp_cv(items, tie))
    }

    /// The mean rounded half up, on its exact value.
    pub(crate) fn rounded_mean(&self, items: &[Item], digits: u8) -> Option<Decimal> {
        round_with(self.mean, digits, |tie| Some(Exact::new(items).cmp_mean(tie)))
    }
}

fn limit_double(limit: Decimal) -> Double {
    let (m, scale) = limit.parts();
    Double::from_i128(m as i128) / Double::from_i128(pow10(scale))
}

/// The order of two numbers where the gap between them is far beyond the error of doubles.
fn safe_order(value: Double, limit: Double) -> Option<Ordering> {
    let gap = (value - limit).to_f64();
    if gap.abs() > SAFE_GAP * limit.to_f64().abs() { gap.partial_cmp(&0.0) } else { None }
}

/// Rounds a non-negative number half up where its distance from the tie shows in doubles, by comparison otherwise.
pub(crate) fn round_with(
    value: Double,
    digits: u8,
    cmp: impl FnOnce(Decimal) -> Option<Ordering>,
) -> Option<Decimal> {
    let scaled = value * Double::from(10f64.powi(digits as i32));
    let below = scaled.to_f64();
    if !(0.0..1e15).contains(&below) {
        return None;
    }
    let floor = (below - 0.5).floor().max(0.0);
    // The tie nearest to the value: either floor + 0.5 or, where the value lies lower, the one before it.
    let lower = floor as i64;
    let from_tie = (scaled - Double::from(floor + 0.5)).to_f64();
    let up = if from_tie.abs() > 1e-9 && (from_tie - 1.0).abs() > 1e-9 {
        from_tie.floor() as i64 + 1
    } else if from_tie.abs() <= 1e-9 {
        let tie = Decimal::new(lower * 10 + 5, digits + 1).ok()?;
        i64::from(cmp(tie)? != Ordering::Less)
    } else {
        let tie = Decimal::new((lower + 1) * 10 + 5, digits + 1).ok()?;
        1 + i64::from(cmp(tie)? != Ordering::Less)
    };
    Decimal::new(lower + up, digits).ok()
}

/// Compares the arithmetic mean of the groups' coefficients (综合差异系数) with a limit, exactly.
///
/// `None` where a group has no coefficient.
pub(crate) fn cmp_mean_cv(groups: &[(&Coefficient, &[Item])], limit: Decimal) -> Option<Ordering> {
    let mut sum = Double::ZERO;
    let mut trusted = true;
    for (coefficient, _) in groups {
        sum = sum + coefficient.cv?;
        trusted &= coefficient.cv?.to_f64() > SAFE_CV;
    }
    let n = groups.len() as i128;
    let target = limit_double(limit) * Double::from_i128(n);
    if trusted && let Some(order) = safe_order(sum, target) {
        return Some(order);
    }
    if limit.is_negative() {
        return Some(Ordering::Greater);
    }
    let squares =
        groups.iter().map(|(_, items)| Exact::new(items).cv_squared()).collect::<Option<Vec<_>>>()?;
    let (m, scale) = limit.parts();
    let target = BigUint::from(m.unsigned_abs()) * groups.len();
    Some(compare_root_sum(&RootSum { squares }, &target, &BigUint::from(pow10(scale).unsigned_abs())))
}

/// Whole-number sums over a common denominator `L`: `T = Σ w`, `S = Σ w·x·L`, `Q = Σ w·(x·L)²`.
struct Exact {
    weight: BigInt,
    sum: BigInt,
    squares: BigInt,
    common: BigInt,
}

impl Exact {
    fn new(items: &[Item]) -> Self {
        let mut dens: Vec<i128> = items.iter().map(|i| i.den / i.den.gcd(&i.num)).collect();
        dens.sort_unstable();
        dens.dedup();
        let common = dens.iter().fold(BigInt::one(), |l, d| l.lcm(&BigInt::from(*d)));
        let mut out = Exact { weight: BigInt::zero(), sum: BigInt::zero(), squares: BigInt::zero(), common };
        for item in items {
            let x = BigInt::from(item.num) * &out.common / item.den;
            let wx = &x * item.weight;
            out.weight += item.weight;
            out.squares += &wx * x;
            out.sum += wx;
        }
        out
    }

    fn mean(&self) -> Double {
        let den = &self.weight * &self.common;
        let size = ratio_to_double(self.sum.magnitude(), den.magnitude());
        if self.sum.sign() == Sign::Minus { Double::ZERO - size } else { size }
    }

    /// `T·Q − S²`, the variance times `(T·L)²`; never negative.
    fn spread(&self) -> BigUint {
        (&self.weight * &self.squares - &self.sum * &self.sum).magnitude().clone()
    }

    /// The square of the coefficient, `(T·Q − S²) / S²`; `None` where the mean is zero.
    fn cv_squared(&self) -> Option<(BigUint, BigUint)> {
        let square = self.sum.magnitude() * self.sum.magnitude();
        (!square.is_zero()).then(|| (self.spread(), square))
    }

    fn std_dev(&self) -> Double {
        let den = &self.weight * &self.common;
        ratio_to_double(&self.spread(), &(den.magnitude() * den.magnitude())).sqrt()
    }

    fn cmp_mean(&self, other: Decimal) -> Ordering {
        let (m, scale) = other.parts();
        (&self.sum * pow10(scale)).cmp(&(&self.weight * &self.common * m))
    }
}

/// A quotient of long integers as a double-double; zero where it is below the range of doubles.
fn ratio_to_double(num: &BigUint, den: &BigUint) -> Double {
    if num.is_zero() {
        return Double::ZERO;
    }
    // Shift so that the whole part of the quotient has 112 to 114 bits.
    let shift = 113 - (num.bits() as i64 - den.bits() as i64);
    let quotient = if shift >= 0 { (num << shift as u64) / den } else { num / (den << shift.unsigned_abs()) };
    let whole = i128::try_from(quotient).unwrap_or(i128::MAX);
    let half = Double::from(2f64.powi((-shift / 2).clamp(-1000, 1000) as i32));
    let rest = Double::from(2f64.powi((-shift - (-shift / 2)).clamp(-1000, 1000) as i32));
    Double::from_i128(whole) * half * rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(parts: &[(i128, i128)]) -> Vec<Item> {
        parts.iter().map(|&(num, weight)| Item { num, den: weight, weight }).collect()
    }

    #[test]
    fn equal_ratios_have_a_coefficient_of_exactly_zero() {
        // 1/3 = 2/6 = 5/15: no double holds any of them.
        let c = coefficient(&items(&[(1, 3), (2, 6), (5, 15)])).expect("not empty");
        assert_eq!(c.cv.map(Double::to_f64), Some(0.0));
        assert_eq!(c.std_dev.to_f64(), 0.0);
    }

    #[test]
    fn a_coefficient_on_the_limit_is_equal_to_it() {
        // Two schools of 100 pupils with 1 and 3: mean 2, deviation 1, coefficient exactly 0.5.
        let group = items(&[(100, 100), (300, 100)]);
        let c = coefficient(&group).expect("not empty");
        let limit = |text: &str| text.parse::<Decimal>().expect("decimal");
        assert_eq!(c.cmp_cv(&group, limit("0.5")), Some(Ordering::Equal));
        assert_eq!(c.cmp_cv(&group, limit("0.49999999999999999")), Some(Ordering::Greater));
        assert_eq!(c.cmp_cv(&group, limit("0.50000000000000001")), Some(Ordering::Less));
        assert_eq!(c.cmp_cv(&group, limit("0")), Some(Ordering::Greater));
        let both = [(&c, &group[..]), (&c, &group[..])];
        assert_eq!(cmp_mean_cv(&both, limit("0.5")), Some(Ordering::Equal));
    }

    #[test]
    fn a_zero_mean_has_no_coefficient_but_a_deviation() {
        let c = coefficient(&items(&[(-100, 100), (100, 100)])).expect("not empty");
        assert_eq!((c.mean.to_f64(), c.std_dev.to_f64(), c.cv), (0.0, 1.0, None));
    }

    #[test]
    fn rounding_is_decided_on_the_exact_value() {
        // 1/8 = 0.125 is a tie at two decimals.
        let group = items(&[(1, 8)]);
        let c = coefficient(&group).expect("not empty");
        assert_eq!(c.rounded_mean(&group, 2).map(|d| d.to_string()), Some("0.13".into()));
        for (num, den, shown) in [
            (1249, 10000, "0.12"),
            (1250, 10000, "0.13"),
            (1251, 10000, "0.13"),
            (4, 1000, "0"),
            (5, 1000, "0.01"),
            (1, 1, "1"),
        ] {
            let group = items(&[(num, den)]);
            let c = coefficient(&group).expect("not empty");
            assert_eq!(c.rounded_mean(&group, 2).map(|d| d.to_string()), Some(shown.into()), "{num}/{den}");
        }
    }

    #[test]
    fn a_tiny_coefficient_keeps_its_digits() {
        // Values 1 and 1 + 2·10⁻¹⁷ with equal weights: coefficient 10⁻¹⁷ / (1 + 10⁻¹⁷).
        let one = 10i128.pow(17);
        let group = [Item { num: one, den: one, weight: 1 }, Item { num: one + 2, den: one, weight: 1 }];
        let cv = coefficient(&group).and_then(|c| c.cv).expect("mean is not zero").to_f64();
        assert!((cv / 1e-17 - 1.0).abs() < 1e-15, "{cv}");
    }
}
