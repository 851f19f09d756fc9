//! Moments of plain doubles: of a slice to the last bit, and of parts that merge.

use num_bigint::BigInt;
use num_traits::{One, Zero};

use super::estimate::{Estimate, Term};
use super::exact::Exact;
use crate::numeric::{Double, power_of_two};

/// Weight, mean and sum of squared deviations of a part of the data; parts merge to the whole.
///
/// For data that comes in pieces. Merging is Chan, Golub and LeVeque's (1979) update, carried in double-double
/// arithmetic so that the order of merging does not show in fifteen digits: of `n` values the relative error of
/// the deviation is about `n·2⁻¹⁰² / CV`.
///
/// # Limits
/// Values other than zero and weights are from 2⁻²⁵⁰ to 2²⁵⁰ in magnitude (10⁻⁷⁵ to 10⁷⁵), so that no square
/// leaves the range of doubles.
///
/// # Formula
/// With weights `w` (pupils) and values `x`: `W = Σ w`, `x̄ = Σ w·x / W`, `M₂ = Σ w·(x − x̄)²`; the population
/// variance is `M₂ / W` (教督〔2012〕3号, notes on calculation).
///
/// # Examples
/// ```
/// use junheng::stats::Moments;
///
/// // Books per pupil of five schools, weighted by pupils: a published teaching example.
/// let pupils = [45.0, 37.0, 89.0, 76.0, 55.0];
/// let books = [279.0, 137.0, 935.0, 160.0, 402.0];
/// let mut halves = [Moments::default(), Moments::default()];
/// for i in 0..5 {
///     halves[i % 2].add(books[i] / pupils[i], pupils[i]);
/// }
/// let whole = halves[0].merge(&halves[1]);
/// assert!((whole.population_cv().unwrap() - 0.5152566298844764).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    weight: Double,
    mean: Double,
    m2: Double,
}

impl Moments {
    /// Adds one value with a weight; what has no positive weight or is beyond the limits is refused.
    ///
    /// Returns whether it was added.
    pub fn add(&mut self, value: f64, weight: f64) -> bool {
        let fit = is_moderate(value) && is_moderate(weight) && weight > 0.0;
        if fit {
            *self = self.merge(&Moments { weight: weight.into(), mean: value.into(), m2: Double::ZERO });
        }
        fit
    }

    /// The moments of both parts together.
    #[must_use]
    pub fn merge(&self, other: &Moments) -> Moments {
        if other.weight == Double::ZERO {
            return *self;
        }
        if self.weight == Double::ZERO {
            return *other;
        }
        let weight = self.weight + other.weight;
        let delta = other.mean - self.mean;
        let share = other.weight / weight;
        Moments {
            weight,
            mean: self.mean + delta * share,
            m2: self.m2 + other.m2 + delta * delta * self.weight * share,
        }
    }

    /// Sum of the weights.
    pub fn weight(&self) -> f64 {
        self.weight.to_f64()
    }

    /// Weighted mean; `None` without any weight.
    pub fn mean(&self) -> Option<f64> {
        (self.weight != Double::ZERO).then(|| self.mean.to_f64())
    }

    /// Population standard deviation (divisor `W`); `None` without any weight.
    pub fn population_std_dev(&self) -> Option<f64> {
        (self.weight != Double::ZERO).then(|| (self.m2 / self.weight).sqrt().to_f64())
    }

    /// Coefficient of variation (差异系数), population form; `None` without any weight or where the mean is zero.
    #[doc(alias = "差异系数")]
    #[doc(alias = "变异系数")]
    pub fn population_cv(&self) -> Option<f64> {
        if self.weight == Double::ZERO || self.mean == Double::ZERO {
            return None;
        }
        Some(((self.m2 / self.weight).sqrt() / self.mean.abs()).to_f64())
    }
}

/// Whether squares and products of such numbers, and their rounding errors, stay within the range of doubles.
fn is_moderate(x: f64) -> bool {
    x == 0.0 || (power_of_two(-250)..=power_of_two(250)).contains(&x.abs())
}

/// Doubles with their weights, 1 where none are given.
#[derive(Clone, Copy)]
struct Weighted<'a> {
    values: &'a [f64],
    weights: Option<&'a [f64]>,
}

impl<'a> Weighted<'a> {
    /// `None` of what has no mean: unequal lengths, no positive weight, a negative one, anything not finite.
    fn new(values: &'a [f64], weights: Option<&'a [f64]>) -> Option<Self> {
        if weights.is_some_and(|w| w.len() != values.len()) {
            return None;
        }
        let weighted = Weighted { values, weights };
        let fit = |(x, w): (f64, f64)| x.is_finite() && w.is_finite() && w >= 0.0;
        (weighted.pairs().all(fit) && weighted.pairs().any(|(_, w)| w > 0.0)).then_some(weighted)
    }

    fn pairs(self) -> impl Iterator<Item = (f64, f64)> + Clone {
        let weights = self.weights.unwrap_or_default().iter().copied();
        self.values.iter().copied().zip(weights.chain(std::iter::repeat(1.0)))
    }

    /// In double-doubles, where no square leaves their range.
    fn estimate(self) -> Option<Estimate> {
        let moderate = self.pairs().all(|(x, w)| is_moderate(x) && is_moderate(w));
        let term = |(x, w): (f64, f64)| {
            let (value, weight) = (Double::from(x), Double::from(w));
            Term { value, weight, product: value * weight }
        };
        moderate.then(|| Estimate::new(self.pairs().map(term)))
    }

    /// In integers: every double is one, times a power of two.
    fn exact(self) -> Exact {
        let least = |exponents: &mut dyn Iterator<Item = (i64, i64)>| {
            exponents.filter(|(m, _)| *m != 0).map(|(_, e)| e).min().unwrap_or(0)
        };
        let unit = least(&mut self.pairs().map(|(x, _)| integer_parts(x)));
        // The unit of the weights cancels everywhere, that of the values does not.
        let weight_unit = least(&mut self.pairs().map(|(_, w)| integer_parts(w)));
        let whole = |x: f64, unit: i64| {
            let (mantissa, exponent) = integer_parts(x);
            BigInt::from(mantissa) << (exponent - unit).max(0).unsigned_abs()
        };
        let (mut weight, mut sum, mut squares) = (BigInt::zero(), BigInt::zero(), BigInt::zero());
        for (x, w) in self.pairs() {
            let (x, w) = (whole(x, unit), whole(w, weight_unit));
            let product = &x * &w;
            weight += w;
            squares += x * &product;
            sum += product;
        }
        let scaled = |total: BigInt, unit: i64| {
            let power = BigInt::one() << unit.unsigned_abs();
            vec![if unit < 0 { (total, power) } else { (total * power, BigInt::one()) }]
        };
        Exact::new(weight, scaled(sum, unit), scaled(squares, 2 * unit))
    }

    fn mean(self) -> f64 {
        let near = self.estimate().and_then(|e| e.mean.settled(e.error));
        near.unwrap_or_else(|| self.exact().mean())
    }

    fn std_dev(self) -> f64 {
        let near = self.estimate().and_then(|e| e.std_dev().settled(e.error));
        near.unwrap_or_else(|| self.exact().std_dev(false).to_f64())
    }
}

/// A finite double as `mantissa · 2^exponent`, the mantissa odd or zero.
fn integer_parts(x: f64) -> (i64, i64) {
    let bits = x.to_bits();
    let (fraction, exponent) = ((bits & ((1 << 52) - 1)) as i64, (bits >> 52 & 0x7ff) as i64);
    let (size, exponent) =
        if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    // Odd, so that weights of 1 add up to their count, which the sample form needs.
    let zeros = if size == 0 { 0 } else { size.trailing_zeros() };
    let odd = size >> zeros;
    (if x < 0.0 { -odd } else { odd }, exponent + i64::from(zeros))
}

/// Weighted mean of doubles, the double nearest to the exact one; `None` where it does not exist.
///
/// Undefined for empty or unequally long slices, weights that are negative or all zero, and anything not finite.
pub fn population_mean(values: &[f64], weights: &[f64]) -> Option<f64> {
    Some(Weighted::new(values, Some(weights))?.mean())
}

/// Weighted standard deviation of doubles with the sum of the weights as divisor (population form): the double
/// nearest to the exact one.
///
/// Two passes in double-double arithmetic with a bound of their error, and integers where that does not decide the
/// last bit. `None` as for [`population_mean`].
pub fn population_std_dev(values: &[f64], weights: &[f64]) -> Option<f64> {
    Some(Weighted::new(values, Some(weights))?.std_dev())
}

/// Weighted coefficient of variation of doubles (差异系数), population form: the double nearest to the exact one.
///
/// `None` as for [`population_mean`], where the mean is zero, and beyond the range of doubles.
///
/// # Examples
/// ```
/// use junheng::stats::population_cv;
/// // Two large schools decide, eight small ones hardly count: an unweighted coefficient would be 0.285.
/// let values = [1000.0, 4500.0, 2750.0, 2750.0, 2750.0, 2750.0, 2750.0, 2750.0, 2750.0, 2750.0];
/// let pupils = [2000.0, 2000.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0];
/// assert_eq!(format!("{:.3}", population_cv(&values, &pupils).unwrap()), "0.581");
/// assert_eq!(population_cv(&[0.0, 0.0], &[1.0, 1.0]), None);
/// ```
#[doc(alias = "差异系数")]
pub fn population_cv(values: &[f64], weights: &[f64]) -> Option<f64> {
    let weighted = Weighted::new(values, Some(weights))?;
    let near = weighted.estimate().and_then(|e| e.cv()).and_then(|(cv, e)| cv.settled(e * cv.to_f64()));
    near.or_else(|| Some(weighted.exact().cv()?.to_f64()).filter(|cv| cv.is_finite()))
}

/// Unweighted mean and sample standard deviation (divisor `n − 1`), for comparison with other programs: each the
/// double nearest to the exact one.
///
/// Never the coefficient of the regulations, whose divisor is the sum of all pupils. `None` for fewer than two
/// values, anything not finite, and a deviation beyond the range of doubles.
pub fn sample_mean_std_dev(values: &[f64]) -> Option<(f64, f64)> {
    let weighted = Weighted::new(values, None).filter(|w| w.values.len() > 1)?;
    let near = weighted.estimate().map(|e| e.sample_std_dev()).and_then(|(sd, error)| sd.settled(error));
    let std_dev = near.unwrap_or_else(|| weighted.exact().std_dev(true).to_f64());
    std_dev.is_finite().then(|| (weighted.mean(), std_dev))
}
