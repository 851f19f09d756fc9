//! An exact quotient of two whole numbers.

use std::cmp::Ordering;
use std::iter;

use num_bigint::{BigInt, BigUint};
use num_traits::Zero;

use super::Decimal;
use super::decimal::{MAX_SCALE, pow10};
use super::double::Double;
use super::nearest::Leading;

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

    /// A power of ten less; `None` beyond 128 bits.
    pub(crate) fn over_pow10(self, exponent: u8) -> Option<Self> {
        Some(Ratio { num: self.num, den: self.den.checked_mul(10i128.checked_pow(exponent.into())?)? })
    }

    /// A power of ten more; `None` beyond 128 bits.
    pub(crate) fn times_pow10(self, exponent: u8) -> Option<Self> {
        Some(Ratio { num: self.num.checked_mul(10i128.checked_pow(exponent.into())?)?, den: self.den })
    }

    /// The nearest double, always: what double-double arithmetic leaves too near a tie is settled in integers.
    pub fn to_f64(self) -> f64 {
        const EXACT: u128 = 1 << 53;
        if self.num.unsigned_abs() <= EXACT && self.den.unsigned_abs() <= EXACT {
            return self.near_f64();
        }
        let near = self.to_double();
        near.settled(Double::STEP * 4.0 * near.to_f64().abs()).unwrap_or_else(|| {
            let magnitude =
                Leading::of_quotient(&self.num.unsigned_abs().into(), &self.den.unsigned_abs().into());
            if self.num < 0 { -magnitude.to_f64() } else { magnitude.to_f64() }
        })
    }

    /// A double near the value, quickly: off by a few units of its last place at most.
    pub(crate) fn near_f64(self) -> f64 {
        // Doubles come of 64 bits in one instruction, of 128 in many: those must not be computed to be thrown away.
        #[cold]
        fn wide(ratio: Ratio) -> f64 {
            ratio.num as f64 / ratio.den as f64
        }
        match (i64::try_from(self.num), i64::try_from(self.den)) {
            (Ok(num), Ok(den)) => num as f64 / den as f64,
            _ => wide(self),
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
        // Products of numbers of 64 bits fit 128, so nothing needs to be checked.
        let parts = [self.num, self.den, num, den].map(i64::try_from);
        if let [Ok(a), Ok(b), Ok(c), Ok(d)] = parts.map(|part| part.map(i128::from)) {
            return (a * d).cmp(&(c * b));
        }
        match (self.num.checked_mul(den), num.checked_mul(self.den)) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => (BigInt::from(self.num) * den).cmp(&(BigInt::from(num) * self.den)),
        }
    }

    /// What [`rounded`](Self::rounded) gives, where it and all on the way to it fit 128 bits.
    fn rounded_small(self, digits: u8) -> Option<i128> {
        let (num, den) = (self.num.checked_abs()?, self.den);
        let doubled = num.checked_mul(pow10(digits).checked_mul(2)?)?.checked_add(den)?;
        let unit = den.checked_mul(2)?;
        // Division of 64 bits is much quicker, and nearly always enough.
        Some(match (u64::try_from(doubled), u64::try_from(unit)) {
            (Ok(doubled), Ok(unit)) => i128::from(doubled / unit),
            _ => doubled / unit,
        })
    }

    /// The magnitude rounded half up to `digits` decimals, as a whole number of the last digit.
    fn rounded(self, digits: u8) -> BigUint {
        let doubled = BigUint::from(self.num.unsigned_abs()) * 2u32 * BigUint::from(10u32).pow(digits.into());
        let den = BigUint::from(self.den.unsigned_abs());
        (doubled + &den) / (den * 2u32)
    }

    /// Rounded half up (四舍五入, away from zero at a tie) to `digits` decimals; `None` beyond the limits of
    /// [`Decimal`].
    pub fn round_half_up(self, digits: u8) -> Option<Decimal> {
        if digits <= MAX_SCALE
            && let Some(magnitude) = self.rounded_small(digits)
        {
            return Decimal::from_i128(if self.num < 0 { -magnitude } else { magnitude }, digits).ok();
        }
        let (mut magnitude, mut digits) = (self.rounded(digits), digits);
        // Zeros first: they may be all that is beyond the type.
        while digits > 0 && (&magnitude % 10u32).is_zero() {
            magnitude /= 10u32;
            digits -= 1;
        }
        let magnitude = i128::try_from(magnitude).ok()?;
        Decimal::from_i128(if self.num < 0 { -magnitude } else { magnitude }, digits).ok()
    }

    /// As text with exactly `digits` decimals, rounded half up on the exact value.
    pub fn to_fixed(self, digits: u8) -> String {
        let magnitude = self.rounded(digits);
        let (figures, digits) = (magnitude.to_string(), usize::from(digits));
        let lacking = (digits + 1).saturating_sub(figures.len());
        let mut text = String::with_capacity(figures.len() + lacking + 2);
        text.extend((self.num < 0 && !magnitude.is_zero()).then_some('-'));
        text.extend(iter::repeat_n('0', lacking));
        text.push_str(&figures);
        if digits > 0 {
            text.insert(text.len() - digits, '.');
        }
        text
    }
}

/// A number that is kept with a great many others: a decimal, or a ratio that is small where its parts are, as nearly
/// all are.
#[derive(Clone, Debug)]
pub(crate) enum Held {
    Decimal { mantissa: i64, scale: u8 },
    Small { num: i64, den: u32 },
    Wide(Box<Ratio>),
}

const _: () = assert!(size_of::<Held>() == 16);

impl Held {
    pub(crate) fn ratio(&self) -> Ratio {
        match self {
            Held::Decimal { mantissa, scale } => Ratio::from_parts((*mantissa).into(), *scale),
            Held::Small { num, den } => Ratio { num: (*num).into(), den: (*den).into() },
            Held::Wide(ratio) => **ratio,
        }
    }

    /// The decimal it is; `None` of a ratio.
    pub(crate) fn decimal(&self) -> Option<Decimal> {
        match self {
            Held::Decimal { mantissa, scale } => Some(Decimal::from_parts(*mantissa, *scale)),
            Held::Small { .. } | Held::Wide(_) => None,
        }
    }
}

impl From<Ratio> for Held {
    fn from(ratio: Ratio) -> Self {
        match (i64::try_from(ratio.num), u32::try_from(ratio.den)) {
            (Ok(num), Ok(den)) => Held::Small { num, den },
            _ => Held::Wide(Box::new(ratio)),
        }
    }
}

impl From<Decimal> for Held {
    fn from(value: Decimal) -> Self {
        let (mantissa, scale) = value.parts();
        Held::Decimal { mantissa, scale }
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
    use proptest::prelude::*;

    #[test]
    fn a_number_is_held_as_it_was_given() {
        let wide = 1i128 << 64;
        let long = 1i128 << 32;
        for (num, den) in [
            (6, 4),
            (-1, 3),
            (i64::MAX.into(), long - 1),
            (i64::MIN.into(), long),
            (i64::MAX.into(), 1),
            (wide, 3),
            (3, wide),
            (i64::MIN.into(), wide),
        ] {
            let held = Held::from(Ratio::new(num, den).expect("positive"));
            assert_eq!((held.ratio().parts(), held.decimal()), ((num, den), None));
        }
        for text in ["0", "-7.25", "999999999999.999999", "0.00000000000000001"] {
            let decimal: Decimal = text.parse().expect(text);
            let held = Held::from(decimal);
            assert_eq!(held.decimal(), Some(decimal));
            assert_eq!(held.ratio().parts(), Ratio::from(decimal).parts());
        }
    }

    #[test]
    fn products_beyond_128_bits_still_compare() {
        let a = Ratio::new(i128::MAX, i128::MAX - 1).expect("positive");
        let b = Ratio::new(i128::MAX - 1, i128::MAX - 2).expect("positive");
        assert_eq!(a.cmp(&b), Ordering::Less);
        assert_eq!(a.cmp_decimal(Decimal::ONE), Ordering::Greater);
    }

    proptest! {
        #[test]
        fn rounding_in_128_bits_is_that_of_longer_ones(num: i64, den in 1..i64::MAX, cut in 0..63u32, digits in 0..18u8) {
            let ratio = Ratio::new((num >> cut).into(), (den >> cut).max(1).into()).expect("positive");
            let small = ratio.rounded_small(digits).map(|m| BigUint::from(m.unsigned_abs()));
            prop_assert!(small.is_none_or(|small| small == ratio.rounded(digits)));
            // What is ordinary takes the short way.
            prop_assert!(cut < 32 || ratio.rounded_small(9).is_some());
        }
    }

    #[test]
    fn rounding_is_on_the_quotient_itself() {
        let r = |n, d| Ratio::new(n, d).expect("positive");
        assert_eq!(r(1, 8).to_fixed(2), "0.13");
        assert_eq!(r(-1, 8).to_fixed(2), "-0.13");
        assert_eq!(r(2, 3).to_fixed(3), "0.667");
        assert_eq!(r(i128::MAX, i128::MAX).to_fixed(2), "1.00");
        assert_eq!(r(-1, 1000).to_fixed(2), "0.00");
        assert_eq!(r(i128::MIN, 1).to_fixed(1), "-170141183460469231731687303715884105728.0");
        assert_eq!(r(1, 4).to_fixed(255), format!("0.25{}", "0".repeat(253)));
        assert_eq!(r(1, 4).round_half_up(200), Some("0.25".parse().expect("decimal")));
        assert_eq!(r(i128::MAX, 1).round_half_up(200), None);
        assert!(Ratio::new(1, 0).is_none());
    }

    #[test]
    fn the_double_is_the_nearest_even_beside_a_tie() {
        // 2⁵³ + 1 lies halfway between two doubles; the smallest part more or less decides.
        let tie = (1i128 << 53) + 1;
        for (add, nearest) in [(-1, 1u64 << 53), (0, 1 << 53), (1, (1 << 53) + 2)] {
            let unit = 1i128 << 73;
            let ratio = Ratio::new(tie * unit + add, unit).expect("positive");
            assert_eq!(ratio.to_f64(), nearest as f64, "{add}");
            let below = Ratio::new(-(tie * unit + add), unit).expect("positive");
            assert_eq!(below.to_f64(), -(nearest as f64), "{add}");
        }
        assert_eq!(Ratio::new(i128::MIN, 3).expect("positive").to_f64(), -5.671372782015641e37);
    }
}
