//! The coefficients of several indicators of the same units, side by side.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f64x8, mask64x8};

use super::coefficient::{Coefficient, FINE, Width, are_rounded_clearly, units_of_last};
use super::columns::Share;
use super::sums::{Pairs, RowFactors, ShareFactors, Sums, error};
use crate::numeric::{Double, Doubles, LANES, Row, pow10};

/// The pupils of units, made ready for the coefficients of many indicators.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weights {
    /// One over each.
    inverses: Pairs,
    total: i64,
    shares: ShareFactors,
}

impl Weights {
    /// Takes in the pupils of each unit, whole numbers above zero and below 2⁵⁰, with whatever stands behind them, and all of them
    /// together; and the units that have only a share of what their school has, of fewer than 2⁵⁰ weighted pupils. In the place of what was there.
    #[inline(always)]
    pub(crate) fn take<S: Simd>(&mut self, simd: S, pupils: &[f64], total: i64, shares: &[Share]) {
        self.inverses.invert(simd, pupils);
        self.total = total;
        self.shares.take(simd, shares, |unit| pupils.get(unit).copied());
    }

    /// All pupils of the units.
    pub(crate) fn total(&self) -> i64 {
        self.total
    }

    /// What the amount of each unit is to be multiplied with to make it one a pupil, where it has all of it; and whatever behind
    /// them.
    pub(crate) fn inverses(&self) -> &[f64] {
        self.inverses.numbers()
    }

    /// The units that have only a share, and the part of their school's amount that falls to a pupil.
    pub(crate) fn shares(&self) -> impl Iterator<Item = (usize, f64)> {
        self.shares.of_pupils()
    }

    /// What the amounts in rows are multiplied with, of which these bits say whether they are shared.
    #[inline(always)]
    pub(super) fn factors(&self, shared: u64) -> RowFactors<'_> {
        RowFactors { inverses: &self.inverses, shares: &self.shares, shared }
    }
}

/// Amounts of units in rows, and their pupils.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows<'a> {
    pub(crate) weights: &'a Weights,
    /// Whole numbers below 2⁴⁸; below zero, or no number, where there is no such.
    pub(crate) rows: &'a [Row],
    /// Decimals of all amounts.
    pub(crate) scale: u8,
    /// Per how many pupils the values of each are.
    pub(crate) per: [u32; LANES],
    /// Which are shared, a bit each.
    pub(crate) shared: u64,
}

/// How means and coefficients side by side are printed, and the limit of the coefficients.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printed {
    /// How many units of the last printed decimal there are in one.
    mean: Row,
    cv: f64,
    /// The double nearest to the limit, infinite where there is none.
    limit: f64,
    /// How far beside it a coefficient may be that is printed on its other side.
    margin: f64,
}

impl Printed {
    /// With so many decimals of each mean and of the coefficients, and the limit with its margin.
    pub(crate) fn new(means: impl Iterator<Item = u8>, cv: u8, limit: Option<(f64, f64)>) -> Self {
        let mut mean = [1.0; LANES];
        mean.iter_mut().zip(means).for_each(|(units, decimals)| *units = units_of_last(decimals));
        let (limit, margin) = limit.unwrap_or((f64::INFINITY, 0.0));
        Printed { mean, cv: units_of_last(cv), limit, margin }
    }
}

impl Rows<'_> {
    /// The figures of each, where doubles decide every last bit: the same as those of [`Columns`](super::Columns).
    #[inline(always)]
    pub(crate) fn figures<S: Simd>(&self, simd: S, printed: &Printed) -> Figures {
        let sums = self.weights.factors(self.shared).sums(simd, self.rows);
        let shared = if self.weights.shares.is_empty() { 0 } else { self.shared };
        let parts = Parts {
            total: self.weights.total(),
            scale: self.scale,
            per: f64x8::load_array(simd, self.per.map(f64::from)),
            amounts: sums.amounts,
            squares: sums.squares,
            is_part: mask64x8::from_bitmask(simd, shared),
            error: error(self.rows.len()),
        };
        let found = parts.figures(simd);
        let load = |numbers: &Row| f64x8::load_array_ref(simd, numbers);
        let (mean, cv) = (load(&found.mean), load(&found.cv));
        let is_far = (cv - printed.limit).abs().simd_gt(f64x8::splat(simd, printed.margin));
        let is_rounded = are_rounded_clearly(mean, load(&printed.mean))
            & are_rounded_clearly(cv, f64x8::splat(simd, printed.cv));
        let within = cv.simd_lt(f64x8::splat(simd, printed.limit)).to_bitmask();
        Figures { ordinary: sums.ordinary, clear: (is_far & is_rounded).to_bitmask(), within, ..found }
    }
}

/// A column by itself: what there is of it beside its sums.
#[derive(Clone, Copy, Debug)]
pub(super) struct Single {
    pub(super) units: usize,
    /// All pupils.
    pub(super) total: i64,
    pub(super) scale: u8,
    pub(super) per: u32,
    pub(super) any_shared: bool,
}

impl Single {
    /// Its coefficient, where doubles decide every last bit.
    pub(super) fn coefficient(self, sums: Sums) -> Option<Coefficient> {
        dispatch!(Level::new(), simd => self.figures_with(simd, sums)).get(0)
    }

    #[inline(always)]
    fn figures_with<S: Simd>(self, simd: S, sums: Sums) -> Figures {
        let parts = Parts {
            total: self.total,
            scale: self.scale,
            per: f64x8::splat(simd, self.per.into()),
            amounts: Doubles::all(simd, sums.amounts),
            squares: Doubles::all(simd, sums.squares),
            is_part: mask64x8::splat(simd, self.any_shared),
            error: error(self.units),
        };
        parts.figures(simd)
    }
}

/// What the figures are made of.
struct Parts<S: Simd> {
    /// All pupils.
    total: i64,
    scale: u8,
    per: f64x8<S>,
    amounts: Doubles<S>,
    /// Of the amounts over the pupils.
    squares: Doubles<S>,
    /// Whether the sum of amounts is one of parts, which are not exact.
    is_part: mask64x8<S>,
    /// The relative bound of the errors of both sums.
    error: f64,
}

/// Figures side by side, those of a bit in `settled` the doubles nearest to the exact ones.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    mean: [f64; LANES],
    std_dev: [f64; LANES],
    cv: [f64; LANES],
    /// What the coefficient is more than that.
    rest: [f64; LANES],
    settled: u64,
    /// Of which all amounts were whole numbers of zero or more, a bit each.
    ordinary: u64,
    /// Whose doubles say how mean and coefficient are printed, and that both readings of the coefficient are on the same side of
    /// its limit; and which are within it.
    clear: u64,
    within: u64,
}

impl Figures {
    /// Whether all amounts of one of them were whole numbers of zero or more; else there are no figures of it.
    pub(crate) fn is_ordinary(&self, lane: usize) -> bool {
        self.ordinary >> lane & 1 == 1
    }

    /// Which of them are settled, and such that their doubles say all that is to be known; a bit each.
    pub(crate) fn clear(&self) -> u64 {
        self.clear & self.settled & self.ordinary
    }

    /// Those of one of these, and whether the coefficient is within its limit.
    #[inline(always)]
    pub(crate) fn get_clear(&self, lane: usize) -> (Coefficient, bool) {
        (self.of_lane(lane), self.within >> lane & 1 == 1)
    }

    #[inline(always)]
    fn of_lane(&self, lane: usize) -> Coefficient {
        let figures = [self.mean[lane], self.std_dev[lane], self.cv[lane], self.rest[lane]];
        Coefficient::of_parts(figures, Width::Words)
    }

    /// Those of one of them, where they are settled.
    pub(crate) fn get(&self, lane: usize) -> Option<Coefficient> {
        ((self.settled & self.ordinary) >> lane & 1 == 1).then(|| self.of_lane(lane))
    }
}

impl<S: Simd> Parts<S> {
    #[inline(always)]
    fn figures(self, simd: S) -> Figures {
        const STEPS: f64 = 4.0 * Double::STEP;
        let zero = f64x8::splat(simd, 0.0);
        let sum_error = self.is_part.select(f64x8::splat(simd, self.error), zero);
        let (left, right) =
            (Doubles::all(simd, Double::from_i64(self.total)) * self.squares, self.amounts * self.amounts);
        let spread = left - right;
        // Doubled where products of errors are left out.
        let error = left.hi() * (self.error + STEPS) + right.hi() * 4.0 * sum_error;
        // Relative ones of the root and the sum; what is not even positive has no relative error.
        let root_error = error / spread.hi() + STEPS;
        let is_small = root_error.simd_ge(zero) & root_error.simd_lt(f64x8::splat(simd, 1e-6));
        let sum_error = sum_error + STEPS;
        let root = spread.sqrt();
        // Values are in units of per / 10^scale, means and deviations over the total. Both quotients can be had
        // while the root is still under way, which is why they are multiplied with.
        let whole = Double::from_i128(i128::from(self.total) * pow10(self.scale));
        let unit = Doubles::of_parts(self.per, zero) / Doubles::all(simd, whole);
        let inverse = Doubles::all(simd, Double::from(1.0)) / self.amounts;
        let (mean, std_dev, cv) = (self.amounts * unit, root * unit, root * inverse);
        let cv_error = root_error + sum_error + STEPS;
        let (mean, mean_settled) = mean.settled(mean.hi() * (sum_error + STEPS));
        let (std_dev, std_settled) = std_dev.settled(std_dev.hi() * (root_error + STEPS));
        let (nearest, cv_settled) = cv.settled(cv.hi() * cv_error);
        let is_fine = cv_error.simd_le(f64x8::splat(simd, FINE));
        Figures {
            mean: mean.to_array(),
            std_dev: std_dev.to_array(),
            cv: nearest.to_array(),
            rest: cv.beyond(nearest).to_array(),
            ordinary: u64::MAX,
            clear: 0,
            within: 0,
            settled: (is_small & mean_settled & std_settled & cv_settled & is_fine).to_bitmask(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::coefficient::{Group, is_rounded_clearly};
    use super::super::columns::Columns;
    use super::super::sums::levels;
    use super::*;

    /// Pupils, amounts, and the weight and other pupils where it has only a share; a negative amount is how much more it has than the same
    /// for each pupil.
    type Unit = (u32, [i64; LANES], Option<(u32, u32)>);

    const PER: [u32; LANES] = [100, 1, 1, 100, 1, 1, 1, 1];
    const SHARED: u64 = 0b0101_1010;
    const PRINTED: Printed = Printed { mean: [100.0; LANES], cv: 1000.0, limit: 0.5, margin: 0.0006 };

    proptest! {
        #[test]
        fn figures_are_those_of_columns_and_the_same_on_every_processor(
            units in prop::collection::vec(
                (
                    1..3000u32,
                    prop_oneof![
                        prop::array::uniform8(0..1_000_000_000i64),
                        // Nearly the same for each pupil: a hundred, and a hair.
                        prop::array::uniform8(0..3i64).prop_map(|off| off.map(|off| -off - 1)),
                        Just([0; LANES]),
                    ],
                    prop::option::weighted(0.2, (prop::sample::select(vec![10u32, 11]), 1..4000u32)),
                ),
                1..90,
            ),
        ) {
            let share = |(unit, (pupils, _, share)): (usize, &Unit)| {
                let (times, others) = (*share)?;
                Some(Share { unit, times, of: i64::from(times) * i64::from(*pupils) + 10 * i64::from(others) })
            };
            let shares: Vec<Share> = units.iter().enumerate().filter_map(share).collect();
            let amount = |pupils: &u32, amount: i64| {
                if amount < 0 { 100 * i64::from(*pupils) - amount - 1 } else { amount }
            };
            let columns: Vec<[i64; LANES]> =
                units.iter().map(|(pupils, row, _)| row.map(|cell| amount(pupils, cell))).collect();
            let rows: Vec<Row> = columns.iter().map(|amounts| amounts.map(|amount| amount as f64)).collect();
            let of_each: Vec<f64> = units.iter().map(|unit| unit.0.into()).collect();
            let pupils: Vec<i64> = units.iter().map(|unit| unit.0.into()).collect();
            let mut found = Vec::new();
            for level in levels() {
                let mut weights = Weights::default();
                let figures = dispatch!(level, simd => {
                    weights.take(simd, &of_each, pupils.iter().sum(), &shares);
                    Rows { weights: &weights, rows: &rows, scale: 2, per: PER, shared: SHARED }.figures(simd, &PRINTED)
                });
                prop_assert!((0..LANES).all(|lane| figures.is_ordinary(lane)));
                for (lane, found) in (0..LANES).filter_map(|lane| Some((lane, figures.get(lane)?))) {
                    let (mean, cv) = (found.mean, found.cv().unwrap_or_default());
                    let is_far = (cv - PRINTED.limit).abs() > PRINTED.margin;
                    let is_clear = is_far && is_rounded_clearly(mean, 2) && is_rounded_clearly(cv, 3);
                    prop_assert_eq!(figures.clear() >> lane & 1 == 1, is_clear);
                    prop_assert_eq!(figures.get_clear(lane), (found, cv < PRINTED.limit));
                }
                found.push(std::array::from_fn::<_, LANES, _>(|lane| figures.get(lane)));
            }
            prop_assert!(found.windows(2).all(|two| two[0] == two[1]));
            for (lane, figures) in found[0].iter().enumerate() {
                let figures = figures.map(Coefficient::without_rest);
                let column: Vec<i64> = columns.iter().map(|row| row[lane]).collect();
                let shares = if SHARED >> lane & 1 == 1 { shares.as_slice() } else { &[] };
                let column = Columns::new(&pupils, &column).scale(2).per(PER[lane]).shares(shares);
                let expected = column.coefficient().map(Coefficient::without_rest);
                // What is not settled here has no figures at all.
                prop_assert!(figures.is_none() || figures == expected);
                prop_assert_eq!(figures.is_some(), expected.is_some_and(|found| found.width == Width::Words && found.mean > 0.0));
            }
        }
    }

    #[test]
    fn what_is_below_zero_or_no_number_has_no_figures() {
        let mut rows = vec![[5.0; LANES]; 3];
        (rows[0][2], rows[2][5], rows[1][6]) = (-100.0, f64::NAN, f64::NEG_INFINITY);
        for level in levels() {
            let mut weights = Weights::default();
            let figures = dispatch!(level, simd => {
                weights.take(simd, &[10.0, 20.0, 40.0], 70, &[]);
                Rows { weights: &weights, rows: &rows, scale: 0, per: PER, shared: 0 }.figures(simd, &PRINTED)
            });
            let there: Vec<_> = (0..LANES).map(|lane| figures.get(lane).is_some()).collect();
            assert_eq!(there, [true, true, false, true, true, false, false, true]);
            assert!((0..LANES).all(|lane| figures.is_ordinary(lane) == there[lane]));
        }
    }
}
