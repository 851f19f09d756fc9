//! Sums of whole numbers times factors that are known to a hundred bits: of one column, eight units side by side, or of rows
//! that hold eight columns.
//!
//! Which units come into which sum, and in what order sums are added up, is the same on every machine.

use std::iter::Peekable;

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f64x8, i64x8, mask64x8};

use super::columns::Share;
use crate::numeric::{Double, Doubles, LANES, Row, filled, put_at, small_to_f64};

/// Units of a column whose sums are kept apart from those of others, so that few rests are carried along in one sum.
pub(super) const BLOCK: usize = 64 * LANES;

/// The same of rows: as many numbers below 2⁴⁸ add up below 2⁵³.
const BLOCK_OF_ROWS: usize = 32;

/// Numbers with what they lack of the exact ones, in room for more.
#[derive(Clone, Debug, Default)]
pub(super) struct Pairs {
    high: Vec<f64>,
    low: Vec<f64>,
}

impl Pairs {
    /// The numbers without what they lack.
    pub(super) fn numbers(&self) -> &[f64] {
        &self.high
    }

    /// One over each of these whole numbers, which are below 2⁵¹, within two parts in 2¹⁰⁶; over zero, whatever.
    #[inline(always)]
    pub(super) fn invert<S: Simd>(&mut self, simd: S, numbers: &[f64]) {
        self.make_room(numbers.len().next_multiple_of(LANES));
        let (eights, left) = numbers.as_chunks();
        let places = self.high.as_chunks_mut().0.iter_mut().zip(self.low.as_chunks_mut().0);
        for (numbers, (high, low)) in eights.iter().zip(places) {
            let inverses = Doubles::inverse(f64x8::load_array_ref(simd, numbers));
            (*high, *low) = (inverses.hi().to_array(), inverses.lo().to_array());
        }
        if !left.is_empty() {
            self.put(eights.len(), Doubles::inverse(f64x8::load_array(simd, filled(left, 1.0))));
        }
    }

    fn iter(&self) -> impl Iterator<Item = (f64, f64)> {
        self.high.iter().copied().zip(self.low.iter().copied())
    }

    /// Makes room for so many.
    fn make_room(&mut self, len: usize) {
        if self.high.len() < len {
            self.high.resize(len, 0.0);
            self.low.resize(len, 0.0);
        }
    }

    /// Sets eight of them.
    #[inline(always)]
    fn put<S: Simd>(&mut self, eight: usize, numbers: Doubles<S>) {
        put_at(&mut self.high, eight * LANES, numbers.hi().to_array());
        put_at(&mut self.low, eight * LANES, numbers.lo().to_array());
    }
}

/// What the amounts of units are multiplied with that have only a share of them, each within four [`Double::STEP`].
#[derive(Clone, Debug, Default)]
pub(super) struct ShareFactors {
    units: Vec<usize>,
    /// The part of the amount that falls to a pupil, and to all pupils of the unit.
    of_pupil: Pairs,
    of_all: Pairs,
    /// What the square of the amount is multiplied with: the product of both.
    squares: Pairs,
}

/// What the square of the amount of one of them is multiplied with, and the amount itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct OfUnit {
    unit: usize,
    square: (f64, f64),
    all: (f64, f64),
}

impl ShareFactors {
    /// Those of these shares, of fewer than 2⁵⁰ weighted pupils, of units that have so many; in the place of what was there.
    #[inline(always)]
    pub(super) fn take<S: Simd>(&mut self, simd: S, shares: &[Share], pupils: impl Fn(usize) -> Option<f64>) {
        self.units.clear();
        self.units.extend(shares.iter().map(|share| share.unit));
        let len = shares.len().next_multiple_of(LANES);
        [&mut self.of_pupil, &mut self.of_all, &mut self.squares]
            .into_iter()
            .for_each(|pairs| pairs.make_room(len));
        for (eight, shares) in shares.chunks(LANES).enumerate() {
            // Of a school that is none a pupil has all.
            let [mut times, mut of, mut of_unit] = [[1.0; LANES]; 3];
            let lanes = times.iter_mut().zip(&mut of).zip(&mut of_unit);
            for (share, ((times, of), of_unit)) in shares.iter().zip(lanes) {
                (*times, *of) = (share.times.into(), share.of as f64);
                *of_unit = pupils(share.unit).unwrap_or_default();
            }
            let [times, of, pupils] = [times, of, of_unit].map(|all| f64x8::load_array(simd, all));
            let of_pupil = part(times, Doubles::inverse(of));
            let of_all = part(pupils, of_pupil);
            self.of_pupil.put(eight, of_pupil);
            self.of_all.put(eight, of_all);
            self.squares.put(eight, of_all * of_pupil);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// The units, and the part of an amount that falls to a pupil of each.
    pub(super) fn of_pupils(&self) -> impl Iterator<Item = (usize, f64)> {
        self.units.iter().copied().zip(self.of_pupil.numbers().iter().copied())
    }

    /// Unit by unit.
    pub(super) fn of_units(&self) -> Peekable<impl Iterator<Item = OfUnit>> {
        let factors = self.squares.iter().zip(self.of_all.iter());
        let of_unit = |(unit, (square, all)): (&usize, _)| OfUnit { unit: *unit, square, all };
        self.units.iter().zip(factors).map(of_unit).peekable()
    }
}

/// Sums over units.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    /// Of the amounts, or the parts of them.
    pub(super) amounts: Double,
    /// Of their squares over the pupils.
    pub(super) squares: Double,
}

/// The bound of the error of the sums over so many units, relatively; without shares that of the amounts is exact.
///
/// With u = 2⁻⁵³: a factor may be off by four [`Double::STEP`] and a product of it by 10 u². The rests of m numbers that are
/// added one by one are together at most (m + 3) u of their sum, so each is rounded by that times u at most; putting them in order
/// loses nothing. That is n (m + 3) u² for n numbers of which m at a time, and less for a column, whose eight sums of an eighth of the
/// numbers each cost 6 (m + 6) u² when they are added up, and its blocks one `STEP` each. It is the same for both, so that what
/// either can tell the other can.
pub(super) fn error(units: usize) -> f64 {
    const SQUARE: f64 = 1.0 / (1u128 << 106) as f64;
    // With each block of rows the sum of what units have as a whole is one more.
    let numbers = units + units / BLOCK_OF_ROWS + 1;
    let rests = numbers.min(BLOCK / LANES);
    let steps = 5 + units / BLOCK;
    (numbers + 8) as f64 * (rests + 8) as f64 * SQUARE + steps as f64 * Double::STEP
}

impl Sums {
    /// Those of more units added.
    pub(super) fn with(self, more: Sums) -> Self {
        Sums { amounts: self.amounts + more.amounts, squares: self.squares + more.squares }
    }
}

/// The sums of a column of units that have these pupils, each above zero, and amounts, of zero or more, all below 2⁵⁰; [`BLOCK`] of
/// them at most, the first of which is counted as `first` by the shares.
pub(super) fn of_column(
    level: Level,
    pupils: &[i64],
    amounts: &[i64],
    shares: &mut Peekable<impl Iterator<Item = OfUnit>>,
    first: usize,
) -> Sums {
    dispatch!(level, simd => of_column_with(simd, pupils, amounts, shares, first))
}

#[inline(always)]
fn of_column_with<S: Simd>(
    simd: S,
    pupils: &[i64],
    amounts: &[i64],
    shares: &mut Peekable<impl Iterator<Item = OfUnit>>,
    first: usize,
) -> Sums {
    let mut sums = OfColumn {
        whole: i64x8::splat(simd, 0),
        parts: Doubles::zero(simd),
        squares: Doubles::zero(simd),
        shares,
    };
    let ((pupils, pupils_left), (amounts, amounts_left)) = (pupils.as_chunks(), amounts.as_chunks());
    for (eight, (pupils, amounts)) in pupils.iter().zip(amounts).enumerate() {
        sums.add(simd, pupils, amounts, first + eight * LANES);
    }
    if !pupils_left.is_empty() {
        // Units that are none have nothing for their one pupil.
        sums.add(simd, &filled(pupils_left, 1), &filled(amounts_left, 0), first + pupils.len() * LANES);
    }
    let whole = Double::from_i64(sums.whole.to_array().into_iter().sum());
    Sums { amounts: whole + sums.parts.total(), squares: sums.squares.total() }
}

struct OfColumn<'a, S: Simd, I: Iterator<Item = OfUnit>> {
    /// Of units none of which has a share.
    whole: i64x8<S>,
    parts: Doubles<S>,
    squares: Doubles<S>,
    /// Those of units still to come.
    shares: &'a mut Peekable<I>,
}

impl<S: Simd, I: Iterator<Item = OfUnit>> OfColumn<'_, S, I> {
    /// Adds eight units, the first of which is counted as `first`.
    #[inline(always)]
    fn add(&mut self, simd: S, pupils: &[i64; LANES], amounts: &[i64; LANES], first: usize) {
        let inverses = Doubles::inverse(small_to_f64(i64x8::load_array_ref(simd, pupils)));
        let amounts = i64x8::load_array_ref(simd, amounts);
        if self.shares.peek().is_none_or(|share| share.unit >= first + LANES) {
            self.whole += amounts;
            self.squares.collect(square(small_to_f64(amounts), inverses));
        } else {
            self.add_parts(simd, amounts, inverses, first);
        }
    }

    /// The same where some have a share.
    #[inline(always)]
    fn add_parts(&mut self, simd: S, amounts: i64x8<S>, inverses: Doubles<S>, first: usize) {
        let (mut squares, mut squares_rest) = (inverses.hi().to_array(), inverses.lo().to_array());
        let (mut parts, mut parts_rest) = ([1.0; LANES], [0.0; LANES]);
        while let Some(share) = self.shares.next_if(|share| share.unit < first + LANES) {
            let lane = share.unit % LANES;
            (squares[lane], squares_rest[lane]) = share.square;
            (parts[lane], parts_rest[lane]) = share.all;
        }
        let amounts = small_to_f64(amounts);
        self.squares.collect(square(amounts, loaded(simd, squares, squares_rest)));
        self.parts.collect(part(amounts, loaded(simd, parts, parts_rest)));
    }
}

#[inline(always)]
fn loaded<S: Simd>(simd: S, high: [f64; LANES], low: [f64; LANES]) -> Doubles<S> {
    Doubles::of_parts(f64x8::load_array(simd, high), f64x8::load_array(simd, low))
}

/// The squares of whole numbers below 2⁵¹ times factors.
#[inline(always)]
fn square<S: Simd>(number: f64x8<S>, factor: Doubles<S>) -> Doubles<S> {
    let square = Doubles::product(number, number);
    let product = Doubles::product(square.hi(), factor.hi());
    let rest = square.hi() * factor.lo() + square.lo() * factor.hi();
    Doubles::of_parts(product.hi(), product.lo() + rest)
}

/// Whole numbers below 2⁵¹ times factors.
#[inline(always)]
fn part<S: Simd>(number: f64x8<S>, factor: Doubles<S>) -> Doubles<S> {
    let product = Doubles::product(number, factor.hi());
    Doubles::of_parts(product.hi(), product.lo() + number * factor.lo())
}

/// What the amounts in rows are multiplied with.
#[derive(Clone, Copy)]
pub(super) struct RowFactors<'a> {
    /// One over the pupils of each.
    pub(super) inverses: &'a Pairs,
    /// Of units that have only a share of what is shared.
    pub(super) shares: &'a ShareFactors,
    /// Which amounts of a row are shared, a bit each.
    pub(super) shared: u64,
}

/// Sums over rows.
#[derive(Clone, Copy)]
pub(super) struct RowSums<S: Simd> {
    pub(super) amounts: Doubles<S>,
    pub(super) squares: Doubles<S>,
    /// Of which no amount is below zero, or no number, a bit each.
    pub(super) ordinary: u64,
}

impl RowFactors<'_> {
    /// The sums of units that have these amounts, whole numbers below 2⁴⁸; they are of use where none is below zero.
    #[inline(always)]
    pub(super) fn sums<S: Simd>(self, simd: S, rows: &[Row]) -> RowSums<S> {
        let mut sums = OfRows {
            whole: f64x8::splat(simd, 0.0),
            parts: Doubles::zero(simd),
            squares: Doubles::zero(simd),
        };
        let is_shared = mask64x8::from_bitmask(simd, self.shared);
        let mut shares = self.shares.of_units();
        // The share that comes next, so that most units ask for its place alone.
        let mut share = shares.next();
        let all = |(high, low)| Doubles::of_parts(f64x8::splat(simd, high), f64x8::splat(simd, low));
        let (zero, mut ordinary) = (f64x8::splat(simd, 0.0), mask64x8::splat(simd, true));
        for (unit, (row, inverse)) in rows.iter().zip(self.inverses.iter()).enumerate() {
            let (row, own) = (f64x8::load_array_ref(simd, row), all(inverse));
            ordinary &= row.simd_ge(zero);
            match share {
                Some(found) if found.unit == unit => {
                    let (squares, parts) = (all(found.square).or(is_shared, own), all(found.all));
                    sums.add_part(row, squares, parts.or(is_shared, all((1.0, 0.0))));
                    share = shares.next();
                }
                _ => sums.add(row, own),
            }
            if unit % BLOCK_OF_ROWS == BLOCK_OF_ROWS - 1 {
                sums.put_in_order(simd);
            }
        }
        sums.put_in_order(simd);
        RowSums { amounts: sums.parts, squares: sums.squares, ordinary: ordinary.to_bitmask() }
    }
}

struct OfRows<S: Simd> {
    /// Amounts that units have as a whole, since the last was put in order: so few that this is exact.
    whole: f64x8<S>,
    /// All others, and parts.
    parts: Doubles<S>,
    squares: Doubles<S>,
}

impl<S: Simd> OfRows<S> {
    #[inline(always)]
    fn add(&mut self, amounts: f64x8<S>, squares: Doubles<S>) {
        self.whole += amounts;
        self.squares.collect(square(amounts, squares));
    }

    #[inline(always)]
    fn add_part(&mut self, amounts: f64x8<S>, squares: Doubles<S>, parts: Doubles<S>) {
        self.squares.collect(square(amounts, squares));
        self.parts.collect(part(amounts, parts));
    }

    #[inline(always)]
    fn put_in_order(&mut self, simd: S) {
        let zero = f64x8::splat(simd, 0.0);
        self.parts.collect(Doubles::of_parts(self.whole, zero));
        self.whole = zero;
        self.parts = self.parts.collected();
        self.squares = self.squares.collected();
    }
}

/// What this processor has, and what all of its kind have.
#[cfg(test)]
pub(super) fn levels() -> Vec<Level> {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    let between = Level::new().as_avx2().map(Level::Avx2);
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    let between = None;
    [Level::new(), Level::baseline()].into_iter().chain(between).collect()
}

#[cfg(test)]
mod tests {
    use num_rational::BigRational;
    use proptest::prelude::*;

    use super::super::rows::Weights;
    use super::*;

    fn exact(number: Double) -> BigRational {
        let (high, low) = number.parts();
        let part = |part| BigRational::from_float(part).expect("finite");
        part(high) + part(low)
    }

    fn ratio(num: i64, den: i64) -> BigRational {
        BigRational::new(num.into(), den.into())
    }

    /// Whether a number is within a relative bound of the exact one.
    fn is_within(found: Double, right: &BigRational, bound: f64) -> bool {
        let off = exact(found) - right;
        let (zero, bound) =
            (BigRational::from_integer(0.into()), BigRational::from_float(bound).expect("finite"));
        let off = if off < zero { -off } else { off };
        off <= bound * right
    }

    /// A unit: pupils, an amount for each of three indicators, and the weight and the other weighted pupils where it has only a
    /// share of the second and the third.
    type Unit = (u32, [i64; 3], Option<(u32, i64)>);

    const SHARED: u64 = 0b110;

    fn unit() -> impl Strategy<Value = Unit> {
        let amount = || prop_oneof![0..50i64, 0..100_000_000i64, 0..1i64 << 48];
        let pupils = prop_oneof![1..6000u32, 1..u32::MAX];
        let amounts = [amount(), amount(), amount()];
        (pupils, amounts, prop::option::weighted(0.2, (1..200u32, 0..40_000i64)))
    }

    #[test]
    fn many_large_amounts_add_up_beyond_a_word() {
        // 2¹⁶ units of 2⁴⁸ − 1 each: 2⁶⁴ − 2¹⁶.
        let (units, amount) = (1usize << 16, (1i64 << 48) - 1);
        let mut weights = Weights::default();
        let rows = vec![[amount as f64; LANES]; units];
        let parts = dispatch!(Level::new(), simd => {
            weights.take(simd, &vec![1.0; units], units as i64, &[]);
            let sums = weights.factors(0).sums(simd, &rows);
            (sums.amounts.hi().to_array()[3], sums.amounts.lo().to_array()[3])
        });
        assert_eq!(exact(Double::of_parts(parts.0, parts.1)), ratio(amount, 1) * ratio(units as i64, 1));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn sums_are_within_their_bound_and_the_same_on_every_processor(
            few in prop::collection::vec(unit(), 1..20), times in prop_oneof![8 => Just(1usize), 1 => Just(40)],
        ) {
            // Many units come again and again, past the ends of blocks.
            let units: Vec<Unit> = few.iter().copied().cycle().take(few.len() * times).collect();
            let share = |(unit, (pupils, _, share)): (usize, &Unit)| {
                share.map(|(times, others)| Share { unit, times, of: i64::from(times) * i64::from(*pupils) + others })
            };
            let shares: Vec<Share> = units.iter().enumerate().filter_map(share).collect();
            let columns: Vec<[i64; LANES]> = units.iter().map(|(_, [a, b, c], _)| [*a, *b, *c, 0, 0, 0, 0, 7]).collect();
            let rows: Vec<Row> = columns.iter().map(|row| row.map(|amount| amount as f64)).collect();
            let mut seen = Vec::new();
            for level in levels() {
                let mut weights = Weights::default();
                let pupils: Vec<i64> = units.iter().map(|unit| unit.0.into()).collect();
                let of_each: Vec<f64> = units.iter().map(|unit| unit.0.into()).collect();
                let (amounts, squares) = dispatch!(level, simd => {
                    weights.take(simd, &of_each, pupils.iter().sum(), &shares);
                    let sums = weights.factors(SHARED).sums(simd, &rows);
                    let pairs = |sum: Doubles<_>| {
                        let (high, low) = (sum.hi().to_array(), sum.lo().to_array());
                        std::array::from_fn::<_, LANES, _>(|lane| (high[lane], low[lane]))
                    };
                    (pairs(sums.amounts), pairs(sums.squares))
                });
                let of_units = |unit: usize| pupils.get(unit).map(|pupils| *pupils as f64);
                let by_column: Vec<_> = (0..3).map(|lane| {
                    let column: Vec<i64> = columns.iter().map(|row| row[lane]).collect();
                    let mut factors = ShareFactors::default();
                    let shares = if SHARED >> lane & 1 == 1 { shares.as_slice() } else { &[] };
                    dispatch!(level, simd => factors.take(simd, shares, of_units));
                    let mut of_shares = factors.of_units();
                    let blocks = pupils.chunks(BLOCK).zip(column.chunks(BLOCK)).enumerate();
                    let sums = blocks.map(|(block, (pupils, amounts))| {
                        of_column(level, pupils, amounts, &mut of_shares, block * BLOCK)
                    });
                    let sums = sums.reduce(Sums::with).expect("a block");
                    (sums.amounts, sums.squares)
                }).collect();
                seen.push((amounts, squares, by_column));
            }
            prop_assert!(seen.windows(2).all(|two| two[0] == two[1]));
            let Some((amounts, squares, by_column)) = seen.pop() else { unreachable!() };
            let error = error(units.len());
            // Eighty-six bits, or it would be of little use.
            prop_assert!(error < 1e-26);
            for (lane, column) in by_column.into_iter().enumerate() {
                let is_shared = SHARED >> lane & 1 == 1;
                let one = ratio(1, 1);
                let (mut sum, mut sum_of_squares) = (ratio(0, 1), ratio(0, 1));
                for (pupils, amounts, share) in &few {
                    let part = match share {
                        Some((times, others)) if is_shared => {
                            let own = i64::from(*times) * i64::from(*pupils);
                            ratio(own, own + others)
                        }
                        _ => one.clone(),
                    };
                    let amount = part * ratio(amounts[lane], 1);
                    sum_of_squares += &amount * &amount / ratio((*pupils).into(), 1);
                    sum += amount;
                }
                let times = ratio(times as i64, 1);
                let (sum, sum_of_squares) = (sum * &times, sum_of_squares * times);
                let of_row = |(high, low)| Double::of_parts(high, low);
                // Amounts that are not shared add up exactly.
                let sum_error = if is_shared { error } else { 0.0 };
                prop_assert!(is_within(of_row(amounts[lane]), &sum, sum_error));
                prop_assert!(is_within(of_row(squares[lane]), &sum_of_squares, error));
                let (amounts, squares) = column;
                prop_assert!(is_within(amounts, &sum, sum_error));
                prop_assert!(is_within(squares, &sum_of_squares, error));
            }
            prop_assert_eq!(amounts[7].0, 7.0 * units.len() as f64);
        }
    }
}
