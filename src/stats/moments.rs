//! Moments of plain doubles: a corrected two-pass over a slice, and partial results that merge.

use crate::numeric::Double;

/// Weight, mean and sum of squared deviations of a part of the data; parts merge to the whole.
///
/// For data that comes in pieces. Merging is Chan, Golub and LeVeque's (1979) update, carried in double-double
/// arithmetic so that the order of merging does not show in fifteen digits.
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
    /// Adds one value with a weight; what is not finite or has no positive weight is refused.
    ///
    /// Returns whether it was added.
    pub fn add(&mut self, value: f64, weight: f64) -> bool {
        let fit = value.is_finite() && weight.is_finite() && weight > 0.0;
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

fn two_pass(values: &[f64], weights: Option<&[f64]>) -> Option<(Double, Double, Double)> {
    if weights.is_some_and(|w| w.len() != values.len()) || values.is_empty() {
        return None;
    }
    let weight = |i: usize| weights.map_or(1.0, |w| w[i]);
    let fit = |i: usize| values[i].is_finite() && weight(i).is_finite() && weight(i) >= 0.0;
    if !(0..values.len()).all(fit) {
        return None;
    }
    let total = (0..values.len()).fold(Double::ZERO, |sum, i| sum + weight(i).into());
    if total == Double::ZERO {
        return None;
    }
    let sum = (0..values.len()).fold(Double::ZERO, |sum, i| sum + Double::from(values[i]) * weight(i).into());
    let mean = sum / total;
    let mut m2 = Double::ZERO;
    for (i, value) in values.iter().enumerate() {
        let d = Double::from(*value) - mean;
        m2 = m2 + d * d * weight(i).into();
    }
    (m2.to_f64().is_finite() && mean.to_f64().is_finite()).then_some((total, mean, m2))
}

/// Weighted mean of doubles; `None` where it does not exist.
///
/// Undefined for empty or unequally long slices, weights that are negative or all zero, and anything not finite.
pub fn population_mean(values: &[f64], weights: &[f64]) -> Option<f64> {
    two_pass(values, Some(weights)).map(|(_, mean, _)| mean.to_f64())
}

/// Weighted standard deviation of doubles with the sum of the weights as divisor (population form).
///
/// Two passes, the sums and deviations in double-double arithmetic. `None` as for [`population_mean`].
pub fn population_std_dev(values: &[f64], weights: &[f64]) -> Option<f64> {
    two_pass(values, Some(weights)).map(|(total, _, m2)| (m2 / total).sqrt().to_f64())
}

/// Weighted coefficient of variation of doubles (差异系数), population form; `None` also where the mean is zero.
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
pub fn population_cv(values: &[f64], weights: &[f64]) -> Option<f64> {
    let (total, mean, m2) = two_pass(values, Some(weights))?;
    (mean != Double::ZERO).then(|| ((m2 / total).sqrt() / mean.abs()).to_f64())
}

/// Unweighted mean and sample standard deviation (divisor `n − 1`), for comparison with other programs.
///
/// Never the coefficient of the regulations, whose divisor is the sum of all pupils. `None` for fewer than two values.
pub fn sample_mean_std_dev(values: &[f64]) -> Option<(f64, f64)> {
    let (total, mean, m2) = two_pass(values, None)?;
    let below = total - Double::from(1.0);
    (values.len() > 1).then(|| (mean.to_f64(), (m2 / below).sqrt().to_f64()))
}
