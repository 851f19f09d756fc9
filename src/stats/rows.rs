//! The coefficients of several indicators of the same units, side by side.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f64x8, mask64x8};

use super::coefficient::{Coefficient, FINE, Width};
use super::columns::Share;
use super::sums::{Pairs, Part, RowFactors, Sums, error};
use crate::numeric::{Double, Doubles, LANES, Row, pow10};

/// The pupils of units, made ready for the coefficients of many indicators.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weights {
    pupils: Vec<i64>,
    /// All together.
    total: i64,
    /// One over each.
    inverses: Pairs,
    shares: Vec<Part>,
}

impl Weights {
    /// Takes in the pupils of each unit, above zero, and the units that have only a share of what their school has, of fewer than
    /// 2⁵⁰ weighted pupils; in the place of what was there.
    pub(crate) fn take(&mut self, pupils: impl Iterator<Item = u32>, shares: &[Share]) {
        self.take_at(Level::new(), pupils, shares);
    }

    /// The same with the vectors of this level.
    pub(super) fn take_at(&mut self, level: Level, pupils: impl Iterator<Item = u32>, shares: &[Share]) {
        self.pupils.clear();
        self.pupils.extend(pupils.map(i64::from));
        self.total = self.pupils.iter().sum();
        self.inverses.invert(level, &self.pupils);
        self.shares.clear();
        let part = |share: &Share| Some(Part::of(share, *self.pupils.get(share.unit)?));
        self.shares.extend(shares.iter().filter_map(part));
    }

    /// The pupils of each unit.
    pub(crate) fn pupils(&self) -> &[i64] {
        &self.pupils
    }

    /// All pupils together.
    pub(crate) fn total(&self) -> i64 {
        self.total
    }

    /// What the amount of each unit is to be multiplied with to make it one a pupil, where the unit has all of it.
    pub(crate) fn inverses(&self) -> &[f64] {
        self.inverses.numbers()
    }

    /// The units that have only a share, and the part of their school's amount that falls to a pupil.
    pub(crate) fn shares(&self) -> impl Iterator<Item = (usize, f64)> {
        self.shares.iter().map(|part| (part.unit, part.of_pupil.to_f64()))
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
    pub(crate) rows: &'a [Row],
    /// Decimals of all amounts.
    pub(crate) scale: u8,
    /// Per how many pupils the values of each are.
    pub(crate) per: [u32; LANES],
    /// Which are shared, a bit each.
    pub(crate) shared: u64,
}

impl Rows<'_> {
    /// The figures of each, where doubles decide every last bit: the same as those of [`Columns`](super::Columns).
    pub(crate) fn figures(&self) -> Figures {
        self.figures_at(Level::new())
    }

    /// The same with the vectors of this level.
    fn figures_at(&self, level: Level) -> Figures {
        dispatch!(level, simd => self.figures_with(simd))
    }

    #[inline(always)]
    fn figures_with<S: Simd>(&self, simd: S) -> Figures {
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
        parts.figures(simd)
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
}

impl Figures {
    /// Those of one of them, where they are settled.
    pub(crate) fn get(&self, lane: usize) -> Option<Coefficient> {
        let figures = [self.mean[lane], self.std_dev[lane], self.cv[lane], self.rest[lane]];
        (self.settled >> lane & 1 == 1).then(|| Coefficient::of_parts(figures, Width::Words))
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
            settled: (is_small & mean_settled & std_settled & cv_settled & is_fine).to_bitmask(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::coefficient::Group;
    use super::super::columns::Columns;
    use super::super::sums::levels;
    use super::*;

    /// Pupils, amounts, and the weight and other pupils where it has only a share; a negative amount is how much more it has than the same
    /// for each pupil.
    type Unit = (u32, Row, Option<(u32, u32)>);

    const PER: [u32; LANES] = [100, 1, 1, 100, 1, 1, 1, 1];
    const SHARED: u64 = 0b0101_1010;

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
            let rows: Vec<Row> =
                units.iter().map(|(pupils, row, _)| row.map(|cell| amount(pupils, cell))).collect();
            let pupils: Vec<i64> = units.iter().map(|unit| unit.0.into()).collect();
            let mut found = Vec::new();
            for level in levels() {
                let mut weights = Weights::default();
                weights.take_at(level, units.iter().map(|unit| unit.0), &shares);
                let rows = Rows { weights: &weights, rows: &rows, scale: 2, per: PER, shared: SHARED };
                let figures = rows.figures_at(level);
                found.push(std::array::from_fn::<_, LANES, _>(|lane| figures.get(lane)));
            }
            prop_assert!(found.windows(2).all(|two| two[0] == two[1]));
            for (lane, figures) in found[0].iter().enumerate() {
                let figures = figures.map(Coefficient::without_rest);
                let column: Vec<i64> = rows.iter().map(|row| row[lane]).collect();
                let shares = if SHARED >> lane & 1 == 1 { shares.as_slice() } else { &[] };
                let column = Columns::new(&pupils, &column).scale(2).per(PER[lane]).shares(shares);
                let expected = column.coefficient().map(Coefficient::without_rest);
                // What is not settled here has no figures at all.
                prop_assert!(figures.is_none() || figures == expected);
                prop_assert_eq!(figures.is_some(), expected.is_some_and(|found| found.width == Width::Words && found.mean > 0.0));
            }
        }
    }
}
