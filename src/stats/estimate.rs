//! Mean and deviation in double-double arithmetic, with a bound of their error.

use crate::numeric::Double;

/// One unit: its value, its weight (positive), and the product of both.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Term {
    pub(crate) value: Double,
    pub(crate) weight: Double,
    pub(crate) product: Double,
}

/// Mean and sum of squared deviations of some terms, each within a known distance of the exact ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Estimate {
    pub(crate) total: Double,
    pub(crate) mean: Double,
    m2: Double,
    /// Bound of the absolute error of the mean and of the population deviation alike.
    pub(crate) error: f64,
}

impl Estimate {
    /// Two passes over the terms; a mean of 0 and no weight where there are none.
    ///
    /// # Bound
    /// Let u be the error of one operation and R the quadratic mean of the values, `√(x̄² + s²)`. By Jensen's
    /// inequality the mean of `|x|` is at most R, so the mean is within `(2n + 8)·u·R`. By Minkowski's, the
    /// deviation moves by no more than the quadratic mean of the errors of the single deviations: those of the
    /// values and the mean, `8·u·R`, and that of the mean again; summing, dividing and taking the root add
    /// `(n + 8)·u·s`. So `(4n + 32)·u·R` covers both.
    pub(crate) fn new(terms: impl Iterator<Item = Term> + Clone) -> Self {
        let (mut total, mut sum, mut n) = (Double::ZERO, Double::ZERO, 0.0);
        for term in terms.clone() {
            total = total + term.weight;
            sum = sum + term.product;
            n += 1.0;
        }
        if total == Double::ZERO {
            return Estimate { total, mean: Double::ZERO, m2: Double::ZERO, error: 0.0 };
        }
        let mean = sum / total;
        let m2 = terms.fold(Double::ZERO, |m2, term| {
            let d = term.value - mean;
            m2 + d * d * term.weight
        });
        let size = mean.to_f64().abs() + (m2 / total).sqrt().to_f64();
        Estimate { total, mean, m2, error: (4.0 * n + 32.0) * Double::STEP * size }
    }

    /// Population standard deviation.
    pub(crate) fn std_dev(&self) -> Double {
        (self.m2 / self.total).sqrt()
    }

    /// Standard deviation with the sum of the weights less one as divisor, and the bound of its error.
    pub(crate) fn sample_std_dev(&self) -> (Double, f64) {
        let divisor = self.total - Double::from(1.0);
        let grown = (self.total / divisor).sqrt().to_f64();
        ((self.m2 / divisor).sqrt(), 2.0 * self.error * grown)
    }

    /// The coefficient and the bound of its relative error; `None` where deviation or mean may be zero.
    pub(crate) fn cv(&self) -> Option<(Double, f64)> {
        let (mean, std_dev) = (self.mean.abs(), self.std_dev());
        let error = self.error / mean.to_f64() + self.error / std_dev.to_f64();
        // Both quotients are small, so what they leave out, their product, is covered by the factor of two.
        (error < 1e-3).then(|| (std_dev / mean, 2.0 * error + 4.0 * Double::STEP))
    }
}
