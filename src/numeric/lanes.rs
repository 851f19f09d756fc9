//! Eight double-doubles side by side, see [`Double`].
//!
//! What a product lacks of the exact one is a double, so the same bits come of processors that tell it at once and of those on
//! which Dekker's way must be gone, and of vectors of any length.

use fearless_simd::prelude::*;
use fearless_simd::{Level, f64x8, i64x8, mask64x8};

use super::{Double, double};

/// How many there are.
pub(crate) const LANES: usize = 8;

/// A whole number for each.
pub(crate) type Row = [f64; LANES];

/// Adding this to a double below 2⁵¹ in magnitude puts its nearest whole number into the last bits.
const SHIFTER: f64 = 1.5 * (1u64 << 52) as f64;

/// Eight whole numbers below 2⁵¹ in magnitude as doubles, in operations that exist for vectors of every machine.
#[inline(always)]
pub(crate) fn small_to_f64<S: Simd>(numbers: i64x8<S>) -> f64x8<S> {
    let shifted: f64x8<S> = (numbers + SHIFTER.to_bits() as i64).bitcast();
    shifted - SHIFTER
}

/// The first of these numbers, and others behind them where there are not as many.
#[inline(always)]
pub(crate) fn filled<T: Copy, const N: usize>(numbers: &[T], other: T) -> [T; N] {
    // By itself, or both ways become a copy of any length.
    #[cold]
    #[inline(never)]
    fn few<T: Copy, const N: usize>(numbers: &[T], other: T) -> [T; N] {
        let mut all = [other; N];
        all.iter_mut().zip(numbers).for_each(|(to, number)| *to = *number);
        all
    }
    numbers.first_chunk().copied().unwrap_or_else(|| few(numbers, other))
}

/// Sets eight numbers from a place on, where there is room for them.
#[inline(always)]
pub(crate) fn put_at<T>(all: &mut [T], place: usize, eight: [T; LANES]) {
    if let Some(to) = all.get_mut(place..).and_then(|all| all.first_chunk_mut()) {
        *to = eight;
    }
}

/// Whether a processor multiplies and adds with one rounding.
#[inline(always)]
fn is_fused(level: Level) -> bool {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return matches!(level, Level::Avx2(_) | Level::Avx512(_));
    #[cfg(target_arch = "aarch64")]
    return matches!(level, Level::Neon(_));
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64")))]
    return false;
}

/// Eight numbers of about 32 significant digits.
#[derive(Clone, Copy)]
pub(crate) struct Doubles<S: Simd> {
    hi: f64x8<S>,
    lo: f64x8<S>,
}

#[inline(always)]
fn split<S: Simd>(a: f64x8<S>) -> (f64x8<S>, f64x8<S>) {
    let c = a * 134_217_729.0;
    let hi = c - (c - a);
    (hi, a - hi)
}

#[inline(always)]
fn two_sum<S: Simd>(a: f64x8<S>, b: f64x8<S>) -> Doubles<S> {
    let hi = a + b;
    let part = hi - a;
    Doubles { hi, lo: (a - (hi - part)) + (b - part) }
}

#[inline(always)]
fn quick_two_sum<S: Simd>(a: f64x8<S>, b: f64x8<S>) -> Doubles<S> {
    let hi = a + b;
    Doubles { hi, lo: b - (hi - a) }
}

impl<S: Simd> Doubles<S> {
    #[inline(always)]
    pub(crate) fn zero(simd: S) -> Self {
        Self::all(simd, Double::ZERO)
    }

    /// Eight times the same.
    #[inline(always)]
    pub(crate) fn all(simd: S, number: Double) -> Self {
        let (hi, lo) = number.parts();
        Doubles { hi: f64x8::splat(simd, hi), lo: f64x8::splat(simd, lo) }
    }

    /// Doubles and what they lack of a number, at most a last place of them.
    #[inline(always)]
    pub(crate) fn of_parts(hi: f64x8<S>, lo: f64x8<S>) -> Self {
        Doubles { hi, lo }
    }

    /// Products of doubles, exactly.
    #[inline(always)]
    pub(crate) fn product(a: f64x8<S>, b: f64x8<S>) -> Self {
        let hi = a * b;
        if is_fused(a.token().level()) {
            return Doubles { hi, lo: a.mul_sub(b, hi) };
        }
        let ((ah, al), (bh, bl)) = (split(a), split(b));
        Doubles { hi, lo: ((ah * bh - hi) + ah * bl + al * bh) + al * bl }
    }

    /// One over whole numbers that are above zero and below 2⁵¹, within two parts in 2¹⁰⁶: the quotient, and what its product
    /// with the number lacks of one, divided once more.
    #[inline(always)]
    pub(crate) fn inverse(number: f64x8<S>) -> Self {
        let one = f64x8::splat(number.token(), 1.0);
        let hi = one / number;
        let product = Self::product(hi, number);
        // What is left of one is a double.
        Doubles { hi, lo: ((one - product.hi) - product.lo) * hi }
    }

    /// The numbers nearest to them.
    #[inline(always)]
    pub(crate) fn hi(self) -> f64x8<S> {
        self.hi
    }

    /// What they are more than those.
    #[inline(always)]
    pub(crate) fn lo(self) -> f64x8<S> {
        self.lo
    }

    /// Where `mask` says so these, elsewhere others.
    #[inline(always)]
    pub(crate) fn or(self, mask: mask64x8<S>, others: Self) -> Self {
        Doubles { hi: mask.select(self.hi, others.hi), lo: mask.select(self.lo, others.lo) }
    }

    /// Adds numbers to a long sum, of which the rests are only carried along; see [`collected`](Self::collected).
    #[inline(always)]
    pub(crate) fn collect(&mut self, more: Self) {
        let sum = two_sum(self.hi, more.hi);
        *self = Doubles { hi: sum.hi, lo: self.lo + (more.lo + sum.lo) };
    }

    /// Such a sum, put in order.
    #[inline(always)]
    pub(crate) fn collected(self) -> Self {
        two_sum(self.hi, self.lo)
    }

    /// All eight added up, of which the rests are only carried along.
    #[inline(always)]
    pub(crate) fn total(self) -> Double {
        let (mut hi, mut lo) = (self.hi.to_array(), self.lo.to_array());
        let mut half = LANES / 2;
        while half > 0 {
            for lane in 0..half {
                let (sum, lost) = double::two_sum(hi[lane], hi[lane + half]).parts();
                lo[lane] = (lo[lane] + lo[lane + half]) + lost;
                hi[lane] = sum;
            }
            half /= 2;
        }
        Double::of_parts(hi[0], lo[0])
    }

    /// Square roots; not a number, or infinite, for what is not positive.
    #[inline(always)]
    pub(crate) fn sqrt(self) -> Self {
        let root = self.hi.sqrt();
        let square = Self::product(root, root);
        let rest = (self.hi - square.hi) - square.lo + self.lo;
        quick_two_sum(root, rest / (root + root))
    }

    /// The nearest doubles of numbers that these are within `error` of, and where that is decided.
    #[inline(always)]
    pub(crate) fn settled(self, error: f64x8<S>) -> (f64x8<S>, mask64x8<S>) {
        // Twice the bound, for the rounding of these two sums themselves.
        let margin = error + error;
        let (low, high) = (self.hi + (self.lo - margin), self.hi + (self.lo + margin));
        (low, low.simd_eq(high))
    }

    /// What the numbers are more than doubles next to them.
    #[inline(always)]
    pub(crate) fn beyond(self, doubles: f64x8<S>) -> f64x8<S> {
        (self.hi - doubles) + self.lo
    }
}

impl<S: Simd> std::ops::Sub for Doubles<S> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        let high = two_sum(self.hi, -other.hi);
        let low = two_sum(self.lo, -other.lo);
        let sum = quick_two_sum(high.hi, high.lo + low.hi);
        quick_two_sum(sum.hi, sum.lo + low.lo)
    }
}

impl<S: Simd> std::ops::Mul for Doubles<S> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let product = Self::product(self.hi, other.hi);
        quick_two_sum(product.hi, product.lo + (self.hi * other.lo + self.lo * other.hi))
    }
}

impl<S: Simd> std::ops::Div for Doubles<S> {
    type Output = Self;

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        let first = self.hi / other.hi;
        let product = Self::product(other.hi, first);
        let product = quick_two_sum(product.hi, product.lo + other.lo * first);
        let rest = (self.hi - product.hi) + (self.lo - product.lo);
        quick_two_sum(first, rest / other.hi)
    }
}
