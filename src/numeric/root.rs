//! Sums of square roots of rationals against a rational, decided exactly.

use std::cmp::Ordering;

use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::Zero;

/// A non-negative rational of any length, in lowest terms.
#[derive(Clone, Debug)]
pub(crate) struct RootSum {
    /// The squares whose roots are added: numerator and denominator.
    pub(crate) squares: Vec<(BigUint, BigUint)>,
}

/// Compares `√q₁ + … + √qₙ` with `num / den`.
///
/// The roots are bracketed by whole numbers at rising precision. A sum of positive square roots of rationals
/// is rational only when each root is, so equality needs all squares to be perfect, which is looked for first:
/// the search therefore always ends.
pub(crate) fn compare_root_sum(sum: &RootSum, num: &BigUint, den: &BigUint) -> Ordering {
    if let Some((n, d)) = rational_sum(sum) {
        return (n * den).cmp(&(num * d));
    }
    let mut bits = 128u64;
    loop {
        // Σ floor(√q·2^bits) ≤ 2^bits·Σ√q ≤ that + the count of roots.
        let low = sum.squares.iter().map(|(n, d)| ((n << (2 * bits)) / d).sqrt()).sum::<BigUint>();
        let high = &low + sum.squares.len();
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

/// The sum as a quotient, where every square is the square of a rational.
fn rational_sum(sum: &RootSum) -> Option<(BigUint, BigUint)> {
    let mut total = (BigUint::zero(), BigUint::from(1u32));
    for (n, d) in &sum.squares {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(parts: &[(u32, u32)]) -> RootSum {
        RootSum { squares: parts.iter().map(|&(n, d)| (n.into(), d.into())).collect() }
    }

    #[test]
    fn perfect_squares_can_be_equal() {
        let s = sum(&[(1, 4), (8, 32), (0, 7)]);
        assert_eq!(compare_root_sum(&s, &1u32.into(), &1u32.into()), Ordering::Equal);
    }

    #[test]
    fn a_hair_on_either_side_is_seen() {
        // √2 + √3 = 3.14626436994197234…
        let s = sum(&[(2, 1), (3, 1)]);
        let tenths = |text: &str| text.parse::<BigUint>().expect("digits");
        let den = tenths("100000000000000000");
        assert_eq!(compare_root_sum(&s, &tenths("314626436994197234"), &den), Ordering::Greater);
        assert_eq!(compare_root_sum(&s, &tenths("314626436994197235"), &den), Ordering::Less);
    }
}
