//! Values held against limits from below, on their exact value and as they are printed.

use std::cmp::Ordering;

use fearless_simd::prelude::*;
use fearless_simd::{f64x8, mask64x8};

use crate::numeric::{Decimal, LANES, Ratio, Row};

/// Two readings of one comparison: on the exact value, and on the value as it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Readings {
    pub(crate) exact: bool,
    pub(crate) printed: bool,
}

impl Readings {
    pub(crate) fn differ(self) -> bool {
        self.exact != self.printed
    }
}

/// A limit that values of zero or more reach or do not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    limit: Decimal,
    decimals: u8,
    /// The least value that reaches the limit when it is printed; `None` beyond the range of decimals.
    printed: Option<Decimal>,
    clear: Clear,
}

/// Doubles beyond which a limit is reached, or is not, on both readings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clear {
    above: f64,
    below: f64,
}

impl Clear {
    /// More than the error of a quotient of doubles that are themselves off by a few roundings.
    const ERROR: f64 = 1e-12;

    fn of(limit: Decimal, decimals: u8) -> Self {
        let (double, half) = (limit.to_f64(), half_a_unit(decimals));
        // A limit that can be printed is reached rounded by all that reach it.
        let above = double + if limit.parts().1 <= decimals { 0.0 } else { half };
        Clear { above: above * (1.0 + Self::ERROR), below: (double - half) * (1.0 - Self::ERROR) }
    }

    /// The same for values that are counted in units of so much.
    pub(crate) fn in_units_of(self, unit: f64) -> Self {
        Clear { above: self.above / unit, below: self.below / unit }
    }
}

/// Doubles between which values of several indicators side by side are too near to their threshold or floor to tell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    threshold: Sides,
    floor: Sides,
    /// Whether there is any threshold.
    pub(crate) any: bool,
}

/// A [`Clear`] for each.
#[derive(Clone, Copy, Debug)]
struct Sides {
    above: [f64; LANES],
    below: [f64; LANES],
}

/// How a unit stands to the thresholds and floors.
#[derive(Clone, Copy)]
pub(crate) struct Stand<S: Simd> {
    /// Where it certainly reaches the threshold.
    pub(crate) is_met: mask64x8<S>,
    /// Where it is certainly below the floor.
    pub(crate) is_below: mask64x8<S>,
    /// Where all is certain.
    pub(crate) is_clear: mask64x8<S>,
}

impl Bounds {
    /// Of up to eight indicators: the threshold of each with its floor, and what its values are in units of. Where there is no
    /// threshold nothing is met, and nothing unclear.
    pub(crate) fn new<'r>(
        indicators: impl Iterator<Item = (Option<&'r (Reach, Option<Reach>)>, f64)>,
    ) -> Self {
        let never = Sides { above: [f64::INFINITY; LANES], below: [f64::INFINITY; LANES] };
        let always = Sides { above: [f64::NEG_INFINITY; LANES], below: [f64::NEG_INFINITY; LANES] };
        let mut bounds = Bounds { threshold: never, floor: always, any: false };
        for (lane, (reach, unit)) in indicators.take(LANES).enumerate() {
            let Some((threshold, floor)) = reach else { continue };
            bounds.any = true;
            bounds.threshold.set(lane, threshold.clear().in_units_of(unit));
            if let Some(floor) = floor {
                bounds.floor.set(lane, floor.clear().in_units_of(unit));
            }
        }
        bounds
    }

    /// How the amounts of a unit stand to them, each multiplied with a factor.
    ///
    /// No branches: how schools stand to a threshold cannot be foretold.
    #[inline(always)]
    pub(crate) fn stand<S: Simd>(&self, simd: S, amounts: &Row, factors: f64x8<S>) -> Stand<S> {
        let bound = |bound: &[f64; LANES]| f64x8::load_array_ref(simd, bound);
        let value = f64x8::load_array_ref(simd, amounts) * factors;
        let is_met = value.simd_gt(bound(&self.threshold.above));
        let is_not = value.simd_lt(bound(&self.threshold.below));
        let is_below = is_not & value.simd_lt(bound(&self.floor.below));
        let is_clear = is_met | (is_not & (is_below | value.simd_gt(bound(&self.floor.above))));
        Stand { is_met, is_below, is_clear }
    }
}

impl Sides {
    fn set(&mut self, lane: usize, clear: Clear) {
        self.above[lane] = clear.above;
        self.below[lane] = clear.below;
    }
}

impl Reach {
    /// Of a limit, and values that are printed with so many decimals.
    pub(crate) fn new(limit: Decimal, decimals: u8) -> Self {
        Reach {
            limit,
            decimals,
            printed: first_rounded_to(limit, decimals),
            clear: Clear::of(limit, decimals),
        }
    }

    pub(crate) fn limit(&self) -> Decimal {
        self.limit
    }

    /// What doubles can tell.
    pub(crate) fn clear(&self) -> Clear {
        self.clear
    }

    /// Holds a value against it, exactly.
    pub(crate) fn readings(&self, value: Ratio) -> Readings {
        let reaches = |limit| value.cmp_decimal(limit) != Ordering::Less;
        let exact = reaches(self.limit);
        let rounded = || value.round_half_up(self.decimals).map_or(exact, |rounded| rounded >= self.limit);
        Readings { exact, printed: self.printed.map_or_else(rounded, reaches) }
    }
}

/// The least number that is rounded half up to a limit or more.
fn first_rounded_to(limit: Decimal, decimals: u8) -> Option<Decimal> {
    let ten = |power: u8| 10i128.checked_pow(power.into());
    let (mantissa, scale) = limit.parts();
    let mantissa = i128::from(mantissa);
    // The limit in units of the last printed place, rounded up.
    let up = match decimals.checked_sub(scale) {
        Some(more) => mantissa.checked_mul(ten(more)?)?,
        None => {
            let unit = ten(scale - decimals)?;
            mantissa.div_euclid(unit) + i128::from(mantissa.rem_euclid(unit) > 0)
        }
    };
    Decimal::from_i128(up.checked_mul(10)?.checked_sub(5)?, decimals.checked_add(1)?).ok()
}

/// A hair more than half a unit of the last printed place, by which rounding moves a value at most.
pub(super) fn half_a_unit(decimals: u8) -> f64 {
    const HALF: [f64; 10] = [0.6, 0.6e-1, 0.6e-2, 0.6e-3, 0.6e-4, 0.6e-5, 0.6e-6, 0.6e-7, 0.6e-8, 0.6e-9];
    HALF.get(usize::from(decimals)).copied().unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Values all around a limit, many of them on it, half a printed unit off, or a hair beside either.
        #[test]
        fn what_is_reached_is_what_rounding_says(
            limit in 0..10_000i64, scale in 0..4u8, decimals in 0..4u8, amount in 0..200_000i64, pupils in 1..5_000i64,
            near in any::<bool>(), half in any::<bool>(), off in -2..=2i64,
        ) {
            let limit = Decimal::new(limit, scale).expect("small");
            // An amount in hundred-thousandths that comes as near to the limit as these pupils allow.
            let unit = 10i64.pow(5 - u32::from(decimals));
            let on = (limit.at_scale(5) as i64 - if half { unit / 2 } else { 0 }) * pupils + off;
            let amount = if near { on.max(0) } else { amount * 1000 };
            let value = Ratio::new(amount.into(), 100_000 * i128::from(pupils)).expect("positive");
            let exact = value.cmp_decimal(limit) != Ordering::Less;
            let printed = value.round_half_up(decimals).expect("small") >= limit;
            let (reach, double) = (Reach::new(limit, decimals), amount as f64 * 0.00001 * (1.0 / pupils as f64));
            prop_assert_eq!(reach.readings(value), Readings { exact, printed });
            let clear = reach.clear();
            let (above, below) = (double > clear.above, double < clear.below);
            if above || below {
                prop_assert_eq!(Readings { exact, printed }, Readings { exact: above, printed: above });
                prop_assert!(!(above && below));
            }
            // What is far off must be clear, or nothing is gained.
            let gap = (amount as f64 / 100_000.0 / pupils as f64 - limit.to_f64()).abs();
            prop_assert!(above || below || gap <= half_a_unit(decimals) * 1.01 + 1e-6);
        }
    }

    #[test]
    fn a_limit_beyond_what_can_be_printed_is_held_against_the_rounded_value() {
        let limit: Decimal = "999999999999.5".parse().expect("a decimal");
        assert_eq!(first_rounded_to(limit, 9), None);
        let value = Ratio::from(limit);
        assert_eq!(Reach::new(limit, 9).readings(value), Readings { exact: true, printed: true });
    }
}
