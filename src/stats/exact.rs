//! Weighted sums as quotients of long integers: what decides where doubles cannot.

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::{One, Zero};

use crate::numeric::{Decimal, Leading, RootSum, pow10};

/// Weights, first and second moments of a group, exactly.
pub(crate) struct Exact {
    /// `T = Σ w`.
    weight: BigInt,
    /// `S = Σ w·x`: numerator and positive denominator.
    sum: (BigInt, BigInt),
    /// `T·Σ w·x² − S²`, which is `T²` times the variance: numerator and positive denominator.
    spread: (BigUint, BigUint),
}

impl Exact {
    /// From the sum of the weights, which is positive, and the terms `w·x` and `w·x²` as quotients with
    /// positive denominators.
    pub(crate) fn new(weight: BigInt, sums: Vec<(BigInt, BigInt)>, squares: Vec<(BigInt, BigInt)>) -> Self {
        let sum = sum_of_quotients(sums);
        let (q, q_den) = sum_of_quotients(squares);
        let den = &sum.1 * &sum.1;
        // Never negative (Cauchy and Schwarz), so the sign carries nothing.
        let spread = &weight * q * &den - &sum.0 * &sum.0 * &q_den;
        let spread = (spread.into_parts().1, (den * q_den).into_parts().1);
        Exact { weight, sum, spread }
    }

    /// The double nearest to the mean.
    pub(crate) fn mean(&self) -> f64 {
        let (sign, num) = (self.sum.0.sign(), self.sum.0.magnitude());
        let size = Leading::of_quotient(num, (&self.sum.1 * &self.weight).magnitude()).to_f64();
        if sign == Sign::Minus { -size } else { size }
    }

    /// The square root of the variance with the sum of the weights as divisor, and with that less one
    /// (`sample`), which must leave something.
    pub(crate) fn std_dev(&self, sample: bool) -> Leading {
        let divisor = if sample { &self.weight - 1 } else { self.weight.clone() };
        Leading::of_root(&self.spread.0, &(&self.spread.1 * (&self.weight * divisor).magnitude()))
    }

    /// The coefficient; `None` where the mean is zero.
    pub(crate) fn cv(&self) -> Option<Leading> {
        self.cv_squared().map(|(num, den)| Leading::of_root(&num, &den))
    }

    /// The square of the coefficient; `None` where the mean is zero.
    pub(crate) fn cv_squared(&self) -> Option<(BigUint, BigUint)> {
        let (num, den) = (self.sum.0.magnitude(), self.sum.1.magnitude());
        (!num.is_zero()).then(|| (&self.spread.0 * den * den, &self.spread.1 * num * num))
    }

    /// Compares the coefficient with a limit; `None` where there is none.
    pub(crate) fn cmp_cv(&self, limit: Decimal) -> Option<Ordering> {
        let (num, den) = self.cv_squared()?;
        if limit.is_negative() {
            return Some(Ordering::Greater);
        }
        let (c, scale) = limit.parts();
        let (c, unit) = (BigUint::from(c.unsigned_abs()), BigUint::from(pow10(scale).unsigned_abs()));
        Some((num * &unit * &unit).cmp(&(&c * &c * den)))
    }

    /// Compares the mean with a decimal.
    pub(crate) fn cmp_mean(&self, other: Decimal) -> Ordering {
        let (m, scale) = other.parts();
        (&self.sum.0 * pow10(scale)).cmp(&(&self.weight * &self.sum.1 * m))
    }
}

/// The roots of the squares of the groups' coefficients; `None` where a group has none.
pub(crate) fn root_sum(groups: impl Iterator<Item = Exact>) -> Option<RootSum> {
    Some(RootSum { squares: groups.map(|g| g.cv_squared()).collect::<Option<_>>()? })
}

/// Like denominators first, then in pairs of pairs, so that long integers meet only long ones.
fn sum_of_quotients(mut terms: Vec<(BigInt, BigInt)>) -> (BigInt, BigInt) {
    terms.sort_unstable_by(|a, b| a.1.cmp(&b.1));
    terms.dedup_by(|term, kept| {
        let same = term.1 == kept.1;
        if same {
            kept.0 += &term.0;
        }
        same
    });
    while terms.len() > 1 {
        let pairs = terms.chunks(2).map(|pair| match pair {
            [(a, b), (c, d)] => (a * d + c * b, b * d),
            _ => pair.first().cloned().unwrap_or_else(|| (BigInt::zero(), BigInt::one())),
        });
        terms = pairs.collect();
    }
    terms.pop().unwrap_or_else(|| (BigInt::zero(), BigInt::one()))
}
