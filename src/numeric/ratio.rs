//! An exact quotient of two whole numbers.

use std::cmp::Ordering;

use num_bigint::BigInt;

use super::Decimal;
use super::decimal::{fixed, pow10};
use super::double::Double;

/// An exact quotient: an amount per pupil, a mean, a threshold.
///
/// Not reduced; two ratios are equal when their values are.
///
/// # Examples
/// ```
/// use junheng::{Decimal, Ratio};
/// use std::cmp::Ordering;
///
/// // Nine teachers for a thousand pupils are exactly 0.9 a hundred; doubles say 0.8999999999999999.
/// let per_hundred = Ratio::new(9 * 100, 1000).unwrap();
/// assert_eq!(per_hundred.cmp_decimal("0.9".parse()?), Ordering::Equal);
/// assert_eq!(per_hundred.to_fixed(2), "0.90");
/// # Ok::<(), junheng::ParseDecimalError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    num: i128,
    den: i128,
}

impl Ratio {
    /// `num / den`, or `None` where the divisor is not positive.
    pub fn new(num: i128, den: i128) -> Option<Self> {
        (den > 0).then_some(Ratio { num, den })
    }

    /// `mantissa × 10^−scale`.
    pub(crate) fn from_parts(mantissa: i128, scale: u8) -> Self {
        Ratio { num: mantissa, den: pow10(scale) }
    }

    /// Numerator and (positive) denominator, as they were given.
    pub fn parts(self) -> (i128, i128) {
        (self.num, self.den)
    }

    /// The nearest double (where both parts are below 2⁵³; within two units in the last place beyond).
    pub fn to_f64(self) -> f64 {
        const EXACT: u128 = 1 << 53;
        if self.num.unsigned_abs() <= EXACT && self.den.unsigned_abs() <= EXACT {
            self.num as f64 / self.den as f64
        } else {
            self.to_double().to_f64()
        }
    }

    pub(crate) fn to_double(self) -> Double {
        Double::from_i128(self.num) / Double::from_i128(self.den)
    }

    /// Compares with a decimal, exactly.
    pub fn cmp_decimal(self, other: Decimal) -> Ordering {
        let (m, scale) = other.parts();
        self.cmp_parts(m as i128, pow10(scale))
    }

    fn cmp_parts(self, num: i128, den: i128) -> Ordering {
        match (self.num.checked_mul(den), num.checked_mul(self.den)) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => (BigInt::from(self.num) * den).cmp(&(BigInt::from(num) * self.den)),
        }
    }

    /// Rounded half up (away from zero at a tie) to `digits` decimals, as a whole number of the last digit.
    /// `None` where that is beyond 128 bits.
    fn rounded(self, digits: u8) -> Option<i128> {
        let magnitude = if self.num.unsigned_abs() < u128::MAX >> 70 && self.den < 1 << 120 && digits <= 17 {
            let doubled = self.num.unsigned_abs() * 2 * pow10(digits).unsigned_abs();
            let den = self.den.unsigned_abs();
            (doubled + den) / (2 * den)
        } else {
            let doubled = BigInt::from(self.num.unsigned_abs()) * 2 * pow10(digits);
            u128::try_from((doubled + self.den) / (BigInt::from(self.den) * 2)).ok()?
        };
        let magnitude = i128::try_from(magnitude).ok()?;
        Some(if self.num < 0 { -magnitude } else { magnitude })
    }

    /// Rounded half up (四舍五入) to `digits` decimals; `None` beyond the limits of [`Decimal`].
    pub fn round_half_up(self, digits: u8) -> Option<Decimal> {
        Decimal::from_i128(self.rounded(digits)?, digits).ok()
    }

    /// As text with exactly `digits` decimals, rounded half up on the exact value.
    pub fn to_fixed(self, digits: u8) -> String {
        match self.rounded(digits) {
            Some(m) => fixed(m, digits),
            None => format!("{:e}", self.to_f64()),
        }
    }
}

impl From<Decimal> for Ratio {
    fn from(value: Decimal) -> Self {
        let (m, scale) = value.parts();
        Ratio::from_parts(m.into(), scale)
    }
}

impl PartialEq for Ratio {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ratio {}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        self.cmp_parts(other.num, other.den)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_beyond_128_bits_still_compare() {
        let a = Ratio::new(i128::MAX, i128::MAX - 1).expect("positive");
        let b = Ratio::new(i128::MAX - 1, i128::MAX - 2).expect("positive");
        assert_eq!(a.cmp(&b), Ordering::Less);
        assert_eq!(a.cmp_decimal(Decimal::ONE), Ordering::Greater);
    }

    #[test]
    fn rounding_is_on_the_quotient_itself() {
        let r = |n, d| Ratio::new(n, d).expect("positive");
        assert_eq!(r(1, 8).to_fixed(2), "0.13");
        assert_eq!(r(-1, 8).to_fixed(2), "-0.13");
        assert_eq!(r(2, 3).to_fixed(3), "0.667");
        assert_eq!(r(i128::MAX, i128::MAX).to_fixed(2), "1.00");
        assert!(Ratio::new(1, 0).is_none());
    }
}
