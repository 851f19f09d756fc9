//! Double-double arithmetic: an unevaluated sum of two doubles, about 106 bits.
//!
//! The error-free transformations are Dekker's (1971) and Knuth's; no fused multiply-add is assumed, so
//! every machine gives the same bits.

use std::ops::{Add, Div, Mul, Sub};

/// A number of about 32 significant digits, `hi + lo` with `|lo|` at most half a last place of `hi`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Double {
    hi: f64,
    lo: f64,
}

/// The sum of two doubles, exactly.
#[inline(always)]
pub(super) fn two_sum(a: f64, b: f64) -> Double {
    let hi = a + b;
    let part = hi - a;
    Double { hi, lo: (a - (hi - part)) + (b - part) }
}

fn quick_two_sum(a: f64, b: f64) -> Double {
    let hi = a + b;
    Double { hi, lo: b - (hi - a) }
}

fn split(a: f64) -> (f64, f64) {
    let c = 134_217_729.0 * a;
    let hi = c - (c - a);
    (hi, a - hi)
}

fn two_product(a: f64, b: f64) -> Double {
    let hi = a * b;
    let ((ah, al), (bh, bl)) = (split(a), split(b));
    Double { hi, lo: ((ah * bh - hi) + ah * bl + al * bh) + al * bl }
}

impl Double {
    pub(crate) const ZERO: Double = Double { hi: 0.0, lo: 0.0 };

    /// A generous bound of the relative error of one operation here, 2⁻¹⁰¹; the proven ones of its like are 2⁻¹⁰⁶ times 3
    /// (sum), 7 (product) and 15 (quotient), by Joldes, Muller and Popescu (2017), and 4 (root), by Lefèvre, Louvet,
    /// Muller, Picot and Rideau (2023).
    pub(crate) const STEP: f64 = 1.0 / (1u128 << 101) as f64;

    /// A double and what a number is more than that, less than a last place of it.
    pub(crate) fn of_parts(hi: f64, rest: f64) -> Self {
        quick_two_sum(hi, rest)
    }

    /// What the number is more than a double next to it.
    pub(crate) fn beyond(self, double: f64) -> f64 {
        (self.hi - double) + self.lo
    }

    /// The double nearest to it, and what it is more than that.
    pub(crate) fn parts(self) -> (f64, f64) {
        (self.hi, self.lo)
    }

    /// A whole number, exactly.
    pub(crate) fn from_i64(value: i64) -> Self {
        let hi = value as f64;
        if value.unsigned_abs() < 1 << 53 {
            return Double { hi, lo: 0.0 };
        }
        // The nearest to the largest is beyond them, by one.
        Double { hi, lo: (i128::from(value) - hi as i128) as f64 }
    }

    /// Within a relative 2⁻¹⁰⁵ of a whole number, exact below 2¹⁰⁶.
    pub(crate) fn from_i128(value: i128) -> Self {
        const UNIT: f64 = (1u64 << 52) as f64;
        let high = value >> 52;
        if high.unsigned_abs() < 1 << 62 {
            // In words of the machine, which has no instructions for wider ones.
            let (high, low) = (high as i64, value as i64 & ((1 << 52) - 1));
            let top = high as f64;
            return quick_two_sum(top * UNIT, (high - top as i64) as f64 * UNIT + low as f64);
        }
        let hi = value as f64;
        // Only i128::MAX and its neighbours round up out of range; the cast then saturates by one part in 2^127.
        let lo = value.wrapping_sub(hi as i128) as f64;
        quick_two_sum(hi, lo)
    }

    /// The nearest double of the sum of its parts.
    pub(crate) fn to_f64(self) -> f64 {
        self.hi + self.lo
    }

    /// The nearest double of a number that this one is within `error` of, where that is decided.
    pub(crate) fn settled(self, error: f64) -> Option<f64> {
        // Twice the bound, for the rounding of these two sums themselves.
        let (low, high) = (self.hi + (self.lo - 2.0 * error), self.hi + (self.lo + 2.0 * error));
        (low == high).then_some(low)
    }

    /// Adds a double and what a number is more than that to a long sum of such, of which the rests are only carried along; see
    /// [`collected`](Self::collected).
    pub(crate) fn collect(&mut self, (double, rest): (f64, f64)) {
        let sum = two_sum(self.hi, double);
        *self = Double { hi: sum.hi, lo: self.lo + (rest + sum.lo) };
    }

    /// Such a sum, put in order.
    pub(crate) fn collected(self) -> Self {
        two_sum(self.hi, self.lo)
    }

    /// The number times a power of two, without rounding.
    pub(crate) fn times_power_of_two(self, power: f64) -> Self {
        Double { hi: self.hi * power, lo: self.lo * power }
    }

    /// The number times a double.
    pub(crate) fn times(self, factor: f64) -> Self {
        let product = two_product(self.hi, factor);
        quick_two_sum(product.hi, product.lo + self.lo * factor)
    }

    pub(crate) fn abs(self) -> Self {
        if self.hi < 0.0 { Double { hi: -self.hi, lo: -self.lo } } else { self }
    }

    /// Square root; zero for what is not positive.
    pub(crate) fn sqrt(self) -> Self {
        if self.hi <= 0.0 {
            return Self::ZERO;
        }
        let root = self.hi.sqrt();
        let square = two_product(root, root);
        let rest = (self.hi - square.hi) - square.lo + self.lo;
        quick_two_sum(root, rest / (2.0 * root))
    }
}

impl From<f64> for Double {
    fn from(hi: f64) -> Self {
        Double { hi, lo: 0.0 }
    }
}

impl Add for Double {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let high = two_sum(self.hi, other.hi);
        let low = two_sum(self.lo, other.lo);
        let sum = quick_two_sum(high.hi, high.lo + low.hi);
        quick_two_sum(sum.hi, sum.lo + low.lo)
    }
}

impl Sub for Double {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + Double { hi: -other.hi, lo: -other.lo }
    }
}

impl Mul for Double {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let product = two_product(self.hi, other.hi);
        quick_two_sum(product.hi, product.lo + (self.hi * other.lo + self.lo * other.hi))
    }
}

impl Div for Double {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let first = self.hi / other.hi;
        let product = other.times(first);
        let rest = (self.hi - product.hi) + (self.lo - product.lo);
        quick_two_sum(first, rest / other.hi)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_times_three_is_one_to_thirty_digits() {
        let third = Double::from(1.0) / Double::from(3.0);
        let off = third * Double::from(3.0) - Double::from(1.0);
        assert!(off.to_f64().abs() < 1e-31);
    }

    #[test]
    fn the_root_of_two_squares_to_two() {
        let two = Double::from(2.0);
        assert!((two.sqrt() * two.sqrt() - two).to_f64().abs() < 1e-31);
        assert_eq!(Double::from(-1.0).sqrt(), Double::ZERO);
    }

    #[test]
    fn whole_numbers_beyond_a_double_are_kept() {
        let n = (1i128 << 100) + 1;
        assert_eq!((Double::from_i128(n) - Double::from((1i128 << 100) as f64)).to_f64(), 1.0);
    }
}
