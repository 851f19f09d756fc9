//! The coefficient of variation of exact quotients, and its exact comparison with a limit.
//!
//! Every figure is the double nearest to the exact one: double-double arithmetic carries a bound of its error,
//! and what that leaves undecided is settled with integers of any length. Rounding to the nearest keeps order, so
//! a comparison of two such doubles that differ is exact, and only equal ones need the integers again.

use std::cmp::Ordering;

use fearless_simd::prelude::*;
use fearless_simd::{f64x8, mask64x8};
use num_bigint::{BigInt, BigUint};
use num_integer::Integer;

use super::estimate::{Estimate, Term};
use super::exact::{Exact, root_sum};
use crate::numeric::{Decimal, Double, Ratio, RootSum, pow10};

/// One unit: its value `num / den` and its weight, both exact; `den` and `weight` are positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) num: i128,
    pub(crate) den: i128,
    pub(crate) weight: i128,
}

/// Mean, standard deviation and coefficient of variation of a group: each the double nearest to the exact one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Coefficient {
    pub(crate) mean: f64,
    pub(crate) std_dev: f64,
    /// Zero where there is none.
    cv: f64,
    /// What the coefficient is more than that, within [`FINE`] of the exact one, for sums of several.
    rest: f64,
    /// Whether the mean is zero, so that there is no coefficient.
    no_cv: bool,
    /// What it took.
    pub(crate) width: Width,
}

/// The narrowest arithmetic that decided every last bit of a coefficient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Width {
    /// Whole numbers of one word, whose squares are added up in pairs of doubles.
    Words,
    /// Double-double, about 106 bits, or 128-bit integers to see that all values are equal.
    Doubles,
    /// Integers of any length.
    Integers,
}

/// The most by which the coefficient with its rest is off, relatively: 2⁻⁷⁶.
pub(super) const FINE: f64 = 1.0 / (1u128 << 76) as f64;

/// Units whose coefficient can be had.
pub(crate) trait Group {
    /// The coefficient; `None` of a group without units.
    fn coefficient(&self) -> Option<Coefficient>;

    /// The exact sums; the group has units.
    fn exact(&self) -> Exact;
}

impl Group for Vec<Item> {
    fn coefficient(&self) -> Option<Coefficient> {
        if self.is_empty() {
            return None;
        }
        if self.iter().all(|item| item.num == 0) {
            return Some(Coefficient::of_zeros(Width::Doubles));
        }
        let found = Estimate::new(self.iter().map(Item::term));
        let (mean, std_dev) = ((found.mean, found.error), (found.std_dev(), found.error));
        let settled = found.cv().and_then(|cv| Coefficient::settled(mean, std_dev, cv, Width::Doubles));
        settled.or_else(|| all_equal(self)).or_else(|| Some(Coefficient::from_exact(&self.exact())))
    }

    fn exact(&self) -> Exact {
        let weight = self.iter().map(|item| BigInt::from(item.weight)).sum();
        let (sums, squares) = self.iter().map(Item::moments).unzip();
        Exact::new(weight, sums, squares)
    }
}

/// The coefficient of items of one value: a single school, or the same everywhere.
fn all_equal(items: &[Item]) -> Option<Coefficient> {
    let value = items.first()?.value()?;
    let same = items.iter().all(|item| item.value() == Some(value));
    let mean = value.to_f64();
    same.then_some(Coefficient { mean, no_cv: false, ..Coefficient::of_zeros(Width::Doubles) })
}

impl Item {
    fn value(&self) -> Option<Ratio> {
        Ratio::new(self.num, self.den)
    }

    pub(crate) fn term(&self) -> Term {
        let [num, den, weight] = [self.num, self.den, self.weight].map(Double::from_i128);
        let value = num / den;
        // An amount per pupil times the pupils is the amount itself.
        let product = if self.den == self.weight { num } else { value * weight };
        Term { value, weight, product }
    }

    /// `w·x` and `w·x²` with denominators as small as single reductions make them.
    fn moments(&self) -> ((BigInt, BigInt), (BigInt, BigInt)) {
        let common = self.num.gcd(&self.den).max(1);
        let (num, den) = (self.num / common, self.den / common);
        let common = den.gcd(&self.weight).max(1);
        let (rest, weight) = (den / common, self.weight / common);
        let sum = BigInt::from(num) * weight;
        let square = &sum * num;
        ((sum, rest.into()), (square, BigInt::from(rest) * den))
    }
}

impl Coefficient {
    /// The coefficient of values that are all zero.
    pub(crate) const fn of_zeros(width: Width) -> Self {
        Coefficient { mean: 0.0, std_dev: 0.0, cv: 0.0, rest: 0.0, no_cv: true, width }
    }

    /// From the doubles nearest to the mean, the deviation and the coefficient, and what the last is more than that, within
    /// [`FINE`].
    pub(super) fn of_parts([mean, std_dev, cv, rest]: [f64; 4], width: Width) -> Self {
        Coefficient { mean, std_dev, cv, rest, no_cv: false, width }
    }

    /// The same to a double alone, for tests.
    #[cfg(test)]
    pub(crate) fn without_rest(self) -> Self {
        Coefficient { rest: 0.0, ..self }
    }

    /// From figures whose errors are bounded, that of the coefficient relatively, where these decide every last
    /// bit.
    pub(crate) fn settled(
        (mean, mean_error): (Double, f64),
        (std_dev, std_error): (Double, f64),
        (fine, error): (Double, f64),
        width: Width,
    ) -> Option<Self> {
        let mean = mean.settled(mean_error)?;
        let std_dev = std_dev.settled(std_error)?;
        let cv = fine.settled(error * fine.to_f64())?;
        let rest = fine.beyond(cv);
        (error <= FINE).then_some(Coefficient { mean, std_dev, cv, rest, no_cv: false, width })
    }

    fn from_exact(exact: &Exact) -> Self {
        let found = exact.cv();
        let cv = found.map_or(0.0, |cv| cv.to_f64());
        Coefficient {
            mean: exact.mean(),
            std_dev: exact.std_dev(false).to_f64(),
            cv,
            rest: found.map_or(0.0, |found| found.to_double().beyond(cv)),
            no_cv: found.is_none(),
            width: Width::Integers,
        }
    }

    /// The coefficient; `None` where the mean is zero.
    pub(crate) fn cv(&self) -> Option<f64> {
        (!self.no_cv).then_some(self.cv)
    }

    /// Compares the coefficient with a limit, exactly; `None` where there is none.
    pub(crate) fn cmp_cv(&self, group: &dyn Group, limit: Decimal) -> Option<Ordering> {
        self.cmp_cv_nearest(group, limit, limit.to_f64())
    }

    /// The same of a limit whose nearest double is this.
    pub(crate) fn cmp_cv_nearest(&self, group: &dyn Group, limit: Decimal, nearest: f64) -> Option<Ordering> {
        decided(self.cv()?, nearest).or_else(|| group.exact().cmp_cv(limit))
    }

    /// The coefficient rounded half up, on its exact value.
    pub(crate) fn rounded_cv(&self, group: &dyn Group, digits: u8) -> Option<Decimal> {
        round_with(self.cv()?, digits, |tie| self.cmp_cv(group, tie))
    }

    /// The mean rounded half up, on its exact value.
    pub(crate) fn rounded_mean(&self, group: &dyn Group, digits: u8) -> Option<Decimal> {
        let cmp =
            |tie: Decimal| decided(self.mean, tie.to_f64()).unwrap_or_else(|| group.exact().cmp_mean(tie));
        round_with(self.mean, digits, |tie| Some(cmp(tie)))
    }
}

/// The order of two numbers whose nearest doubles these are, where it shows.
pub(crate) fn decided(value: f64, limit: f64) -> Option<Ordering> {
    value.partial_cmp(&limit).filter(|order| order.is_ne())
}

/// Powers of ten, as far as there is something to round.
const POWERS: [f64; 16] = {
    let (mut powers, mut at) = ([1.0; 16], 1);
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10.0;
        at += 1;
    }
    powers
};

/// A number between two that are printed with so many decimals.
#[derive(Clone, Copy)]
struct Between {
    /// The one below, in units of the last decimal, and how far the number is beyond the tie of the two.
    below: i64,
    beyond: f64,
    /// Whether that is far enough to be sure of.
    is_clear: bool,
}

/// How far a product must be beyond a tie, relatively: it is off by two roundings.
const CLEARLY: f64 = 3.0 * f64::EPSILON;

/// How many units of the last of so many decimals there are in one.
pub(super) fn units_of_last(digits: u8) -> f64 {
    POWERS.get(usize::from(digits)).copied().unwrap_or_else(|| 10f64.powi(digits.into()))
}

/// Where a number is that is not negative, given its nearest double.
///
/// `None` of a negative number, and beyond 10¹⁵ of the last digit.
#[inline]
fn between(value: f64, digits: u8) -> Option<Between> {
    let scaled = value * units_of_last(digits);
    if !(0.0..1e15).contains(&scaled) {
        return None;
    }
    let below = scaled as i64;
    let beyond = scaled - (below as f64 + 0.5);
    Some(Between { below, beyond, is_clear: beyond.abs() > scaled * CLEARLY })
}

/// Whether the nearest double of a number says how it is rounded to so many decimals.
#[inline]
pub(crate) fn is_rounded_clearly(value: f64, digits: u8) -> bool {
    between(value, digits).is_none_or(|between| between.is_clear)
}

/// Of which of these numbers that is certain, each given with [`units_of_last`] of its decimals.
#[inline(always)]
pub(super) fn are_rounded_clearly<S: Simd>(values: f64x8<S>, units: f64x8<S>) -> mask64x8<S> {
    let scaled = values * units;
    let beyond = scaled - (scaled.floor() + 0.5);
    beyond.abs().simd_gt(scaled * CLEARLY)
}

/// Rounds half up a number that is not negative and whose nearest double says how.
pub(crate) fn round_clearly(value: f64, digits: u8) -> Option<Decimal> {
    round_with(value, digits, |_| None)
}

/// Rounds half up a number that is not negative, given its nearest double and its order against a tie.
///
/// `None` of a negative number, and beyond the limits of [`Decimal`] or 10¹⁵ of the last digit.
pub(crate) fn round_with(
    value: f64,
    digits: u8,
    cmp: impl FnOnce(Decimal) -> Option<Ordering>,
) -> Option<Decimal> {
    let Between { below, beyond, is_clear } = between(value, digits)?;
    let up = if is_clear {
        beyond > 0.0
    } else {
        let tie = Decimal::new(below * 10 + 5, digits.checked_add(1)?).ok()?;
        cmp(tie)?.is_ge()
    };
    Decimal::new(below + i64::from(up), digits).ok()
}

/// The arithmetic mean of the coefficients of groups (综合差异系数).
pub(crate) struct MeanCv<'g> {
    groups: usize,
    /// The sum of the coefficients, and the bound of its error.
    sum: Double,
    error: f64,
    /// The exact sums of a group, by its place.
    exact: &'g dyn Fn(usize) -> Exact,
}

impl<'g> MeanCv<'g> {
    /// Of coefficients, and of what gives the exact sums of a group by its place.
    ///
    /// `None` without groups and where a group has no coefficient.
    pub(crate) fn of<'c>(
        coefficients: impl Iterator<Item = Option<&'c Coefficient>>,
        exact: &'g dyn Fn(usize) -> Exact,
    ) -> Option<Self> {
        let (mut groups, mut sum) = (0, Double::ZERO);
        for coefficient in coefficients {
            let coefficient = coefficient.filter(|coefficient| !coefficient.no_cv)?;
            groups += 1;
            sum.collect((coefficient.cv, coefficient.rest));
        }
        // The rests of so few, each below a last place of the sum, are off by far less than this.
        let sum = sum.collected();
        let error = (FINE + (groups + 1) as f64 * Double::STEP) * sum.to_f64();
        (groups > 0).then_some(MeanCv { groups, sum, error, exact })
    }

    fn number(&self) -> f64 {
        self.groups as f64
    }

    fn exact_sum(&self) -> Option<RootSum> {
        root_sum((0..self.groups).map(self.exact))
    }

    /// The double nearest to it.
    pub(crate) fn nearest(&self) -> Option<f64> {
        let mean = self.sum / Double::from(self.number());
        let settled = mean.settled(2.0 * self.error / self.number());
        settled.or_else(|| Some(self.exact_sum()?.nearest_quotient(&self.groups.into())))
    }

    /// Compares it with a limit, exactly.
    pub(crate) fn cmp(&self, limit: Decimal) -> Option<Ordering> {
        let (m, scale) = limit.parts();
        let target = Double::from_i128(i128::from(m)) / Double::from_i128(pow10(scale));
        let gap = (self.sum - target * Double::from(self.number())).to_f64();
        // The target's own error is far below that of the sum, unless they are far apart.
        if gap.abs() > 4.0 * self.error + FINE * limit.to_f64().abs() {
            return gap.partial_cmp(&0.0);
        }
        if limit.is_negative() {
            return Some(Ordering::Greater);
        }
        let target = BigUint::from(m.unsigned_abs()) * self.groups;
        Some(self.exact_sum()?.compare(&target, &BigUint::from(pow10(scale).unsigned_abs())))
    }

    /// Rounds it half up, on its exact value, given its nearest double.
    pub(crate) fn rounded(&self, nearest: f64, digits: u8) -> Option<Decimal> {
        round_with(nearest, digits, |tie| self.cmp(tie))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn items(parts: &[(i128, i128)]) -> Vec<Item> {
        parts.iter().map(|&(num, weight)| Item { num, den: weight, weight }).collect()
    }

    fn of(group: &Vec<Item>) -> Coefficient {
        group.coefficient().expect("not empty")
    }

    fn dec(text: &str) -> Decimal {
        text.parse().expect("decimal")
    }

    #[test]
    fn equal_ratios_have_a_coefficient_of_exactly_zero() {
        // 1/3 = 2/6 = 5/15: no double holds any of them.
        let c = of(&items(&[(1, 3), (2, 6), (5, 15)]));
        assert_eq!((c.mean, c.std_dev, c.cv()), (1.0 / 3.0, 0.0, Some(0.0)));
    }

    #[test]
    fn a_coefficient_on_the_limit_is_equal_to_it() {
        // Two schools of 100 pupils with 1 and 3: mean 2, deviation 1, coefficient exactly 0.5.
        let group = items(&[(100, 100), (300, 100)]);
        let c = of(&group);
        assert_eq!(c.cmp_cv(&group, dec("0.5")), Some(Ordering::Equal));
        assert_eq!(c.cmp_cv(&group, dec("0.49999999999999999")), Some(Ordering::Greater));
        assert_eq!(c.cmp_cv(&group, dec("0.50000000000000001")), Some(Ordering::Less));
        assert_eq!(c.cmp_cv(&group, dec("0")), Some(Ordering::Greater));
        assert_eq!(c.cmp_cv(&group, dec("-0.00000000000000001")), Some(Ordering::Greater));
    }

    #[test]
    fn a_mean_of_coefficients_on_the_limit_is_equal_to_it() {
        let (half, zero) = (items(&[(100, 100), (300, 100)]), items(&[(1, 3), (2, 6)]));
        let (a, b) = (of(&half), of(&zero));
        let exact = |place: usize| [&half, &zero][place].exact();
        let mean = MeanCv::of([Some(&a), Some(&b)].into_iter(), &exact).expect("means are not zero");
        assert_eq!(mean.nearest(), Some(0.25));
        for (limit, order) in [
            ("0.25", Ordering::Equal),
            ("0.24999999999999999", Ordering::Greater),
            ("0.25000000000000001", Ordering::Less),
            ("-1", Ordering::Greater),
        ] {
            assert_eq!(mean.cmp(dec(limit)), Some(order), "{limit}");
        }
        // 0.25 is a tie at one decimal.
        assert_eq!(mean.rounded(0.25, 1), Some(dec("0.3")));
        let none = items(&[(0, 3), (0, 6)]);
        let c = of(&none);
        assert!(MeanCv::of([Some(&a), Some(&c)].into_iter(), &exact).is_none());
        assert!(MeanCv::of([Some(&a), None].into_iter(), &exact).is_none());
        assert!(MeanCv::of([].into_iter(), &exact).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn means_of_coefficients_are_those_of_exact_roots(
            groups in prop::collection::vec(prop::collection::vec((1i128..500, 1i128..90), 1..6), 1..9)
        ) {
            let groups: Vec<_> = groups.iter().map(|parts| items(parts)).collect();
            let found: Vec<_> = groups.iter().map(of).collect();
            let exact = |place: usize| groups[place].exact();
            let of_groups = MeanCv::of(found.iter().map(Some), &exact).expect("means are not zero");
            let sum = root_sum(groups.iter().map(Group::exact)).expect("means are not zero");
            let mean = of_groups.nearest().expect("there is one");
            prop_assert_eq!(mean, sum.nearest_quotient(&groups.len().into()));
            // Against the decimals on either side of it, and the one that it may be.
            let near = (mean * 1e15).round() as i64;
            for limit in near - 1..=near + 1 {
                let exact = sum.compare(
                    &(BigUint::from(limit.unsigned_abs()) * groups.len()),
                    &BigUint::from(10u32).pow(15),
                );
                let expected = if limit < 0 { Ordering::Greater } else { exact };
                prop_assert_eq!(of_groups.cmp(Decimal::new(limit, 15).expect("small")), Some(expected));
            }
        }
    }

    #[test]
    fn a_zero_mean_has_no_coefficient_but_a_deviation() {
        let c = of(&items(&[(-100, 100), (100, 100)]));
        assert_eq!((c.mean, c.std_dev, c.cv()), (0.0, 1.0, None));
        let c = of(&items(&[(0, 7), (0, 9)]));
        assert_eq!((c.mean, c.std_dev, c.cv(), c.width), (0.0, 0.0, None, Width::Doubles));
    }

    #[test]
    fn rounding_is_decided_on_the_exact_value() {
        // 1/8 = 0.125 is a tie at two decimals; the smallest amount on either side decides.
        for (num, den, shown) in [
            (1, 8, "0.13"),
            (1249, 10000, "0.12"),
            (1250, 10000, "0.13"),
            (1251, 10000, "0.13"),
            (125 * 10i128.pow(30) - 1, 10i128.pow(33), "0.12"),
            (125 * 10i128.pow(30) + 1, 10i128.pow(33), "0.13"),
            // In doubles 0.145 is 14.499999999999998 hundredths, and 0.275 is 27.500000000000004, as is what lies just below.
            (145, 1000, "0.15"),
            (275 * 10i128.pow(30) - 1, 10i128.pow(33), "0.27"),
            (4, 1000, "0"),
            (5, 1000, "0.01"),
            (0, 1, "0"),
            (1, 1, "1"),
        ] {
            let group = items(&[(num, den)]);
            let mean = of(&group).rounded_mean(&group, 2);
            assert_eq!(mean.map(|d| d.to_string()), Some(shown.into()), "{num}/{den}");
        }
        // Coefficients of exactly 0.5 and a hair less: 1 ∓ 0.5 and 1 ∓ (0.5 − 10⁻²⁵).
        let unit = 10i128.pow(25);
        for (off, shown) in [(0, "1"), (1, "0")] {
            let group = items(&[(unit / 2 + off, unit), (3 * unit / 2 - off, unit)]);
            let cv = of(&group).rounded_cv(&group, 0);
            assert_eq!(cv.map(|d| d.to_string()), Some(shown.into()), "{off}");
        }
    }

    #[test]
    fn what_no_decimal_holds_is_not_rounded() {
        let group = items(&[(-1, 3)]);
        assert_eq!(of(&group).rounded_mean(&group, 2), None);
        let group = items(&[(10i128.pow(30), 3)]);
        assert_eq!(of(&group).rounded_mean(&group, 2), None);
        let group = items(&[(1, 3)]);
        assert_eq!(of(&group).rounded_mean(&group, 255), None);
    }

    #[test]
    fn a_tiny_coefficient_keeps_its_digits() {
        // Values 1 and 1 + 2·10⁻¹⁷ with equal weights: coefficient 10⁻¹⁷ / (1 + 10⁻¹⁷), just nearer to the
        // double below that of 10⁻¹⁷.
        let one = 10i128.pow(17);
        let c = of(&vec![Item { num: one, den: one, weight: 1 }, Item { num: one + 2, den: one, weight: 1 }]);
        assert_eq!((c.cv(), c.width), (Some(9.999999999999999e-18), Width::Integers));
    }

    #[test]
    fn the_largest_parts_are_computed() {
        // The widest that decimals make: 18 digits times 10¹⁷, weights of 29 digits.
        let wide = Item { num: 10i128.pow(35) - 1, den: 10i128.pow(35) - 3, weight: 10i128.pow(29) };
        let c = of(&vec![wide; 3]);
        assert_eq!((c.mean, c.std_dev, c.cv()), (1.0, 0.0, Some(0.0)));
        let c = of(&vec![wide, Item { num: -wide.num, ..wide }]);
        assert_eq!((c.mean, c.std_dev, c.cv()), (0.0, 1.0, None));
    }
}
