//! The double nearest to a quotient of long integers, or to its square root.

use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::Zero;

use super::double::Double;

/// The leading bits of a number that is not negative: `bits · 2^exponent`, and whether more was cut off below.
///
/// About 120 bits, or zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leading {
    bits: u128,
    exponent: i64,
    cut: bool,
}

/// How many bits are kept, give or take one.
const KEPT: i64 = 120;

impl Leading {
    const ZERO: Leading = Leading { bits: 0, exponent: 0, cut: false };

    /// Of `num / den`; the divisor is positive.
    pub(crate) fn of_quotient(num: &BigUint, den: &BigUint) -> Self {
        if num.is_zero() {
            return Self::ZERO;
        }
        let shift = KEPT - (num.bits() as i64 - den.bits() as i64);
        let (quotient, rest) = shifted(num, den, shift);
        Self::new(quotient, -shift, !rest.is_zero())
    }

    /// Of `√(num / den)`; the divisor is positive.
    pub(crate) fn of_root(num: &BigUint, den: &BigUint) -> Self {
        if num.is_zero() {
            return Self::ZERO;
        }
        // Even, so that half of it can leave the root.
        let shift = (2 * KEPT - (num.bits() as i64 - den.bits() as i64)) & !1;
        let (quotient, rest) = shifted(num, den, shift);
        let root = quotient.sqrt();
        let exact = rest.is_zero() && &root * &root == quotient;
        Self::new(root, -shift / 2, !exact)
    }

    fn new(bits: BigUint, exponent: i64, cut: bool) -> Self {
        Leading { bits: u128::try_from(bits).unwrap_or(u128::MAX), exponent, cut }
    }

    /// The nearest double, the even one at a tie; infinite beyond their range.
    pub(crate) fn to_f64(self) -> f64 {
        let length = 128 - i64::from(self.bits.leading_zeros());
        // Fewer bits fit below the normal range, whose last place is 2⁻¹⁰⁷⁴.
        let keep = (length + self.exponent + 1074).min(53);
        if self.bits == 0 || keep < 0 {
            return 0.0;
        }
        let drop = length - keep;
        let whole = self.bits.checked_shr(drop as u32).unwrap_or(0);
        let (rest, half) = (self.bits - (whole << drop), 1u128 << (drop - 1));
        let up = rest > half || (rest == half && (self.cut || whole % 2 == 1));
        (whole + u128::from(up)) as f64 * power_of_two(self.exponent + drop)
    }

    /// As a double-double, within a few parts in 2¹⁰⁶.
    pub(crate) fn to_double(self) -> Double {
        let exponent = self.exponent.clamp(-1074, 1023);
        Double::from_i128(self.bits as i128).times_power_of_two(power_of_two(exponent))
    }
}

/// Whole part and rest of `num · 2^shift / den`.
fn shifted(num: &BigUint, den: &BigUint, shift: i64) -> (BigUint, BigUint) {
    if shift >= 0 {
        (num << shift.unsigned_abs()).div_rem(den)
    } else {
        num.div_rem(&(den << shift.unsigned_abs()))
    }
}

/// 2 to the power of `exponent`, infinite beyond the range of doubles.
pub(crate) fn power_of_two(exponent: i64) -> f64 {
    match exponent {
        ..-1074 => 0.0,
        -1074..-1022 => f64::from_bits(1 << (exponent + 1074)),
        -1022..=1023 => f64::from_bits(((exponent + 1023) as u64) << 52),
        _ => f64::INFINITY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn big(text: &str) -> BigUint {
        text.parse().expect("digits")
    }

    #[test]
    fn quotients_round_to_the_nearest_even_double() {
        let quotient = |n: &BigUint, d: &BigUint| Leading::of_quotient(n, d).to_f64();
        assert_eq!(quotient(&big("1"), &big("3")), 1.0 / 3.0);
        assert_eq!(quotient(&big("0"), &big("3")), 0.0);
        let tie = (BigUint::from(1u32) << 53u32) + 1u32;
        let unit = BigUint::from(1u32) << 300u32;
        assert_eq!(quotient(&(&tie * &unit), &unit), 9007199254740992.0);
        assert_eq!(quotient(&(&tie * &unit + 1u32), &unit), 9007199254740994.0);
    }

    #[test]
    fn the_ends_of_the_range_are_those_of_doubles() {
        let power = |e: u32| BigUint::from(1u32) << e;
        let quotient = |n: &BigUint, d: &BigUint| Leading::of_quotient(n, d).to_f64();
        assert_eq!(quotient(&power(0), &power(1074)), f64::from_bits(1));
        // Half of the smallest is a tie and goes to zero, the even one; anything more goes up.
        assert_eq!(quotient(&power(0), &power(1075)), 0.0);
        assert_eq!(quotient(&(power(500) + 1u32), &power(1575)), f64::from_bits(1));
        assert_eq!(quotient(&power(0), &power(1076)), 0.0);
        assert_eq!(quotient(&power(1024), &power(0)), f64::INFINITY);
        assert_eq!(quotient(&((power(53) - 1u32) << 971u32), &power(0)), f64::MAX);
    }

    #[test]
    fn roots_round_to_the_nearest_double() {
        let root = |n: &BigUint, d: &BigUint| Leading::of_root(n, d).to_f64();
        assert_eq!(root(&big("2"), &big("1")), std::f64::consts::SQRT_2);
        assert_eq!(root(&big("9"), &big("16")), 0.75);
        // (2⁵³ + 1)² has a root exactly between two doubles.
        let tie = (BigUint::from(1u32) << 53u32) + 1u32;
        assert_eq!(root(&(&tie * &tie), &big("1")), 9007199254740992.0);
        assert_eq!(root(&(&tie * &tie + 1u32), &big("1")), 9007199254740994.0);
    }
}
