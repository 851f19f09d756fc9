//! Sums of square roots of rationals against a rational, decided exactly.

use std::cmp::Ordering;

use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::Zero;

use super::nearest::Leading;

/// A sum of square roots of rationals that are not negative.
#[derive(Clone, Debug)]
pub(crate) struct RootSum {
    /// The squares whose roots are added: numerator and (positive) denominator.
    pub(crate) squares: Vec<(BigUint, BigUint)>,
}

impl RootSum {
    /// Compares `√q₁ + … + √qₙ` with `num / den`.
    ///
    /// The roots are bracketed by whole numbers at rising precision. A sum of positive square roots of rationals
    /// is rational only when each root is, so equality needs all squares to be perfect, which is looked for first:
    /// the search therefore always ends.
    pub(crate) fn compare(&self, num: &BigUint, den: &BigUint) -> Ordering {
        if let Some((n, d)) = self.rational() {
            return (n * den).cmp(&(num * d));
        }
        let mut bits = 128u64;
        loop {
            let (low, high) = self.bracket(bits);
            let target = num << bits;
            if high * den < target {
                return Ordering::Less;
            }
            if low * den > target {
                return Ordering::Greater;
            }
            bits *= 2;
        }
    }

    /// The double nearest to the sum divided by `divisor`, which is positive.
    ///
    /// What lies halfway between two doubles is rational, so this search ends for the same reason.
    pub(crate) fn nearest_quotient(&self, divisor: &BigUint) -> f64 {
        if let Some((n, d)) = self.rational() {
            return Leading::of_quotient(&n, &(d * divisor)).to_f64();
        }
        let mut bits = 128u64;
        loop {
            let (low, high) = self.bracket(bits);
            let unit = divisor << bits;
            let [low, high] = [low, high].map(|end| Leading::of_quotient(&end, &unit).to_f64());
            if low == high {
                return low;
            }
            bits *= 2;
        }
    }

    /// Whole numbers that `2^bits` times the sum lies between.
    fn bracket(&self, bits: u64) -> (BigUint, BigUint) {
        let low = self.squares.iter().map(|(n, d)| ((n << (2 * bits)) / d).sqrt()).sum::<BigUint>();
        let high = &low + self.squares.len();
        (low, high)
    }

    /// The sum as a quotient, where every square is the square of a rational.
    fn rational(&self) -> Option<(BigUint, BigUint)> {
        let mut total = (BigUint::zero(), BigUint::from(1u32));
        for (n, d) in &self.squares {
            let g = n.gcd(d);
            let (n, d) = if g.is_zero() { (n.clone(), d.clone()) } else { (n / &g, d / &g) };
            let (rn, rd) = (n.sqrt(), d.sqrt());
            if &rn * &rn != n || &rd * &rd != d {
                return None;
            }
            total = (&total.0 * &rd + &rn * &total.1, &total.1 * &rd);
        }
        Some(total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(parts: &[(u32, u32)]) -> RootSum {
        RootSum { squares: parts.iter().map(|&(n, d)| (n.into(), d.into())).collect() }
    }

    #[test]
    fn perfect_squares_can_be_equal() {
        let s = sum(&[(1, 4), (8, 32), (0, 7)]);
        assert_eq!(s.compare(&1u32.into(), &1u32.into()), Ordering::Equal);
    }

    #[test]
    fn a_hair_on_either_side_is_seen() {
        // √2 + √3 = 3.14626436994197234…
        let s = sum(&[(2, 1), (3, 1)]);
        let tenths = |text: &str| text.parse::<BigUint>().expect("digits");
        let den = tenths("100000000000000000");
        assert_eq!(s.compare(&tenths("314626436994197234"), &den), Ordering::Greater);
        assert_eq!(s.compare(&tenths("314626436994197235"), &den), Ordering::Less);
        // The same against 24 digits more, beyond any double-double.
        let den = den * tenths("1000000000000000000000000");
        let cut = tenths("314626436994197234232913506571557044551247");
        assert_eq!(s.compare(&cut, &den), Ordering::Greater);
        assert_eq!(s.compare(&(cut + 1u32), &den), Ordering::Less);
    }

    #[test]
    fn a_mean_of_roots_is_the_nearest_double() {
        assert_eq!(sum(&[(2, 1), (3, 1)]).nearest_quotient(&2u32.into()), 1.5731321849709863);
        assert_eq!(sum(&[(1, 4), (1, 9), (1, 4)]).nearest_quotient(&3u32.into()), 4.0 / 9.0);
        assert_eq!(sum(&[(0, 1)]).nearest_quotient(&1u32.into()), 0.0);
    }
}
