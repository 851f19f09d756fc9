//! Sums of whole numbers times factors that are known to a hundred bits: of one column, eight units side by side, or of rows
//! that hold eight columns.
//!
//! Which units come into which sum, and in what order sums are added up, is the same on every machine.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f64x8, i64x8, mask64x8};

use super::columns::Share;
use crate::numeric::{Double, Doubles, LANES, Row, small_to_f64};

/// Units of a column whose sums are kept apart from those of others, so that few rests are carried along in one sum.
pub(super) const BLOCK: usize = 64 * LANES;

/// The same of rows.
const BLOCK_OF_ROWS: usize = 64;

/// Numbers with what they lack of the exact ones.
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

    /// Ones.
    pub(super) fn fill(&mut self, len: usize) {
        self.high.clear();
        self.high.resize(len, 1.0);
        self.low.clear();
        self.low.resize(len, 0.0);
    }

    pub(super) fn set(&mut self, at: usize, number: Double) {
        if let (Some(high), Some(low)) = (self.high.get_mut(at), self.low.get_mut(at)) {
            (*high, *low) = number.parts();
        }
    }

    /// One over each of these whole numbers, which are above zero and below 2⁵¹, within two parts in 2¹⁰⁶.
    pub(super) fn invert(&mut self, level: Level, numbers: &[i64]) {
        self.high.resize(numbers.len(), 0.0);
        self.low.resize(numbers.len(), 0.0);
        dispatch!(level, simd => invert(simd, numbers, &mut self.high, &mut self.low));
    }

    fn pair(&self) -> [&[f64]; 2] {
        [&self.high, &self.low]
    }
}

#[inline(always)]
fn invert<S: Simd>(simd: S, numbers: &[i64], high: &mut [f64], low: &mut [f64]) {
    let (numbers, left) = numbers.as_chunks();
    let ((high, high_left), (low, low_left)) = (high.as_chunks_mut(), low.as_chunks_mut());
    for ((numbers, high), low) in numbers.iter().zip(high).zip(low) {
        (*high, *low) = inverses(simd, numbers);
    }
    if !left.is_empty() {
        let (high, low) = inverses(simd, &filled(left, 1));
        high_left.iter_mut().zip(high).for_each(|(to, number)| *to = number);
        low_left.iter_mut().zip(low).for_each(|(to, number)| *to = number);
    }
}

#[inline(always)]
fn inverses<S: Simd>(simd: S, numbers: &[i64; LANES]) -> ([f64; LANES], [f64; LANES]) {
    let inverse = Doubles::inverse(small_to_f64(i64x8::load_array_ref(simd, numbers)));
    (inverse.hi().to_array(), inverse.lo().to_array())
}

/// What the amount of a unit is multiplied with that has only a share of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) unit: usize,
    /// The part of the amount that falls to a pupil, and to all its pupils.
    pub(super) of_pupil: Double,
    of_all: Double,
    /// What the square of the amount is multiplied with: the product of both.
    square: Double,
}

impl Part {
    /// Of a share, of fewer than 2⁵⁰ weighted pupils, of a unit of so many; each within four [`Double::STEP`].
    pub(super) fn of(share: &Share, pupils: i64) -> Self {
        let of_pupil = Double::from(f64::from(share.times)) / Double::from_i64(share.of);
        let of_all = of_pupil.times(pupils as f64);
        Part { unit: share.unit, of_pupil, of_all, square: of_all * of_pupil }
    }
}

/// What the amounts of the units of a column are multiplied with.
#[derive(Clone, Debug, Default)]
pub(super) struct Factors {
    /// Their squares: one over the pupils, of a unit that has all of its amount.
    squares: Pairs,
    /// Themselves: one of such a unit. Of no use where there is no other.
    parts: Pairs,
    any_shared: bool,
}

/// Sums over units.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    /// Of the amounts, or the parts of them.
    pub(super) amounts: Double,
    /// Of their squares over the pupils.
    pub(super) squares: Double,
    /// How much the latter may be off, relatively; the former may where they are of parts.
    pub(super) error: f64,
}

/// The bound of the error of a sum, relatively, of which so many numbers are added one by one to one sum, with so many rests
/// carried along until they are put in order.
///
/// With u = 2⁻⁵³: a factor may be off by four [`Double::STEP`] and a product of it by 10 u². The rests of m numbers are together
/// at most (m + 3) u of the sum, so each that is added is rounded by that times u at most; putting in order loses nothing. That
/// is (m + 2)² u² for m of them, and n (m + 3) u² for n of which m at a time; adding up eight such sums gives 6 (m + 6) u² more.
fn error(numbers: usize, rests: usize) -> f64 {
    const SQUARE: f64 = 1.0 / (1u128 << 106) as f64;
    (numbers + 8) as f64 * (rests + 8) as f64 * SQUARE + 4.0 * Double::STEP
}

impl Sums {
    /// Those of more units added.
    pub(super) fn with(self, more: Sums) -> Self {
        Sums {
            amounts: self.amounts + more.amounts,
            squares: self.squares + more.squares,
            error: self.error.max(more.error) + Double::STEP,
        }
    }
}

impl Factors {
    /// Those of so many pupils, each above zero and below 2⁵⁰, and of the shares of these units, the first of which is counted as
    /// `first`.
    pub(super) fn take(&mut self, level: Level, pupils: &[i64], shares: &[Share], first: usize) {
        self.squares.invert(level, pupils);
        self.any_shared = !shares.is_empty();
        if self.any_shared {
            self.parts.fill(pupils.len());
        }
        for share in shares {
            let at = share.unit - first;
            if let Some(pupils) = pupils.get(at) {
                let part = Part::of(share, *pupils);
                self.parts.set(at, part.of_all);
                self.squares.set(at, part.square);
            }
        }
    }

    /// The sums of units that have these amounts, each of zero or more and below 2⁵⁰, [`BLOCK`] of them at most.
    pub(super) fn sums(&self, level: Level, amounts: &[i64]) -> Sums {
        let (squares, parts) = (self.squares.pair(), self.parts.pair());
        let [sum, squares] = if self.any_shared {
            dispatch!(level, simd => shared(simd, amounts, squares, parts))
        } else {
            dispatch!(level, simd => whole(simd, amounts, squares))
        };
        let steps = amounts.len().div_ceil(LANES);
        Sums { amounts: sum, squares, error: error(steps, steps) }
    }
}

/// The sums of amounts that units have as a whole.
#[inline(always)]
fn whole<S: Simd>(simd: S, amounts: &[i64], [high, low]: [&[f64]; 2]) -> [Double; 2] {
    let mut sums = Whole { sum: i64x8::splat(simd, 0), squares: Doubles::zero(simd) };
    let (amounts, left) = amounts.as_chunks();
    let ((high, high_left), (low, low_left)) = (high.as_chunks(), low.as_chunks());
    for ((amounts, high), low) in amounts.iter().zip(high).zip(low) {
        sums.add(simd, amounts, [high, low]);
    }
    if !left.is_empty() {
        sums.add(simd, &filled(left, 0), [&filled(high_left, 0.0), &filled(low_left, 0.0)]);
    }
    [Double::from_i64(sums.sum.to_array().into_iter().sum()), sums.squares.total()]
}

struct Whole<S: Simd> {
    sum: i64x8<S>,
    squares: Doubles<S>,
}

impl<S: Simd> Whole<S> {
    #[inline(always)]
    fn add(&mut self, simd: S, amounts: &[i64; LANES], factors: [&[f64; LANES]; 2]) {
        let amounts = i64x8::load_array_ref(simd, amounts);
        self.sum += amounts;
        self.squares.collect(square(small_to_f64(amounts), loaded(simd, factors)));
    }
}

/// The sums where units may have a part of an amount.
#[inline(always)]
fn shared<S: Simd>(
    simd: S,
    amounts: &[i64],
    [high, low]: [&[f64]; 2],
    [part, part_low]: [&[f64]; 2],
) -> [Double; 2] {
    let mut sums = Shared { parts: Doubles::zero(simd), squares: Doubles::zero(simd) };
    let (amounts, left) = amounts.as_chunks();
    let ((high, high_left), (low, low_left)) = (high.as_chunks(), low.as_chunks());
    let ((part, part_left), (part_low, part_low_left)) = (part.as_chunks(), part_low.as_chunks());
    let factors = high.iter().zip(low).zip(part.iter().zip(part_low));
    for (amounts, ((high, low), (part, part_low))) in amounts.iter().zip(factors) {
        sums.add(simd, amounts, [high, low], [part, part_low]);
    }
    if !left.is_empty() {
        let factors = [&filled(high_left, 0.0), &filled(low_left, 0.0)];
        sums.add(simd, &filled(left, 0), factors, [&filled(part_left, 0.0), &filled(part_low_left, 0.0)]);
    }
    [sums.parts.total(), sums.squares.total()]
}

struct Shared<S: Simd> {
    parts: Doubles<S>,
    squares: Doubles<S>,
}

impl<S: Simd> Shared<S> {
    #[inline(always)]
    fn add(
        &mut self,
        simd: S,
        amounts: &[i64; LANES],
        factors: [&[f64; LANES]; 2],
        parts: [&[f64; LANES]; 2],
    ) {
        let amounts = small_to_f64(i64x8::load_array_ref(simd, amounts));
        self.squares.collect(square(amounts, loaded(simd, factors)));
        self.parts.collect(part(amounts, loaded(simd, parts)));
    }
}

#[inline(always)]
fn loaded<S: Simd>(simd: S, [high, low]: [&[f64; LANES]; 2]) -> Doubles<S> {
    Doubles::of_parts(f64x8::load_array_ref(simd, high), f64x8::load_array_ref(simd, low))
}

/// Eight of the last few, and others behind them.
#[inline(always)]
fn filled<T: Copy>(left: &[T], other: T) -> [T; LANES] {
    let mut all = [other; LANES];
    all.iter_mut().zip(left).for_each(|(to, number)| *to = *number);
    all
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
    /// One over the pupils.
    pub(super) inverses: &'a Pairs,
    /// The units that have only a share of what is shared, in order.
    pub(super) shares: &'a [Part],
    /// Which amounts of a row are shared, a bit each.
    pub(super) shared: u64,
}

/// Sums over rows.
#[derive(Clone, Copy)]
pub(super) struct RowSums<S: Simd> {
    pub(super) amounts: Doubles<S>,
    pub(super) squares: Doubles<S>,
    /// See [`Sums`].
    pub(super) error: f64,
}

impl RowFactors<'_> {
    /// The sums of units that have these amounts, each of zero or more and below 2⁵⁰.
    #[inline(always)]
    pub(super) fn sums<S: Simd>(self, simd: S, rows: &[Row]) -> RowSums<S> {
        let mut sums = OfRows {
            whole: i64x8::splat(simd, 0),
            wholes: Doubles::zero(simd),
            parts: Doubles::zero(simd),
            squares: Doubles::zero(simd),
        };
        let is_shared = mask64x8::from_bitmask(simd, self.shared);
        let mut shares = self.shares.iter().peekable();
        let [inverses, rests] = self.inverses.pair();
        for (unit, (row, (inverse, rest))) in rows.iter().zip(inverses.iter().zip(rests)).enumerate() {
            let own = Doubles::of_parts(f64x8::splat(simd, *inverse), f64x8::splat(simd, *rest));
            match shares.next_if(|share| share.unit == unit) {
                None => sums.add(simd, row, own),
                Some(share) => {
                    let one = Doubles::all(simd, Double::from(1.0));
                    let squares = Doubles::all(simd, share.square).or(is_shared, own);
                    sums.add_part(simd, row, squares, Doubles::all(simd, share.of_all).or(is_shared, one));
                }
            }
            if unit % BLOCK_OF_ROWS == BLOCK_OF_ROWS - 1 {
                sums.put_in_order(simd);
            }
        }
        sums.put_in_order(simd);
        // Each time the sum of what units have as a whole is added in two halves.
        let numbers = rows.len() + 2 * (rows.len() / BLOCK_OF_ROWS + 1);
        let error = error(numbers, numbers.min(BLOCK_OF_ROWS + 2));
        RowSums { amounts: sums.wholes, squares: sums.squares, error }
    }
}

struct OfRows<S: Simd> {
    /// Amounts that units have as a whole, since the last was put in order.
    whole: i64x8<S>,
    wholes: Doubles<S>,
    parts: Doubles<S>,
    squares: Doubles<S>,
}

impl<S: Simd> OfRows<S> {
    #[inline(always)]
    fn add(&mut self, simd: S, row: &Row, squares: Doubles<S>) {
        let amounts = i64x8::load_array_ref(simd, row);
        self.whole += amounts;
        self.squares.collect(square(small_to_f64(amounts), squares));
    }

    #[inline(always)]
    fn add_part(&mut self, simd: S, row: &Row, squares: Doubles<S>, parts: Doubles<S>) {
        let amounts = small_to_f64(i64x8::load_array_ref(simd, row));
        self.squares.collect(square(amounts, squares));
        self.parts.collect(part(amounts, parts));
    }

    #[inline(always)]
    fn put_in_order(&mut self, simd: S) {
        // In halves of 32 bits, each exactly.
        let low = self.whole & 0xffff_ffff;
        let high = small_to_f64(self.whole >> 32) * (1u64 << 32) as f64;
        let zero = f64x8::splat(simd, 0.0);
        self.parts.collect(Doubles::of_parts(high, zero));
        self.parts.collect(Doubles::of_parts(small_to_f64(low), zero));
        self.whole = i64x8::splat(simd, 0);
        self.wholes = self.parts.collected();
        self.parts = self.wholes;
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
        let amount = || prop_oneof![0..50i64, 0..100_000_000i64, 0..1i64 << 50];
        let pupils = prop_oneof![1..6000u32, 1..u32::MAX];
        let amounts = [amount(), amount(), amount()];
        (pupils, amounts, prop::option::weighted(0.2, (1..200u32, 0..40_000i64)))
    }

    #[test]
    fn many_large_amounts_add_up_beyond_a_word() {
        // 2¹⁴ units of 2⁵⁰ − 1 each: 2⁶⁴ − 2¹⁴.
        let (units, amount) = (1usize << 14, (1i64 << 50) - 1);
        let mut weights = Weights::default();
        weights.take(std::iter::repeat_n(1, units), &[]);
        let rows = vec![[amount; LANES]; units];
        let parts = dispatch!(Level::new(), simd => {
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
            let rows: Vec<Row> = units.iter().map(|(_, [a, b, c], _)| [*a, *b, *c, 0, 0, 0, 0, 7]).collect();
            let mut seen = Vec::new();
            for level in levels() {
                let mut weights = Weights::default();
                weights.take_at(level, units.iter().map(|unit| unit.0), &shares);
                let pupils: Vec<i64> = units.iter().map(|unit| unit.0.into()).collect();
                let factors = weights.factors(SHARED);
                let (amounts, squares, error) = dispatch!(level, simd => {
                    let sums = factors.sums(simd, &rows);
                    let pairs = |sum: Doubles<_>| {
                        let (high, low) = (sum.hi().to_array(), sum.lo().to_array());
                        std::array::from_fn::<_, LANES, _>(|lane| (high[lane], low[lane]))
                    };
                    (pairs(sums.amounts), pairs(sums.squares), sums.error)
                });
                let columns: Vec<_> = (0..3).map(|lane| {
                    let column: Vec<i64> = rows.iter().map(|row| row[lane]).collect();
                    let shares = if SHARED >> lane & 1 == 1 { shares.as_slice() } else { &[] };
                    let mut sums = Vec::new();
                    for (block, (pupils, amounts)) in pupils.chunks(BLOCK).zip(column.chunks(BLOCK)).enumerate() {
                        let range = block * BLOCK..block * BLOCK + pupils.len();
                        let own: Vec<Share> =
                            shares.iter().copied().filter(|share| range.contains(&share.unit)).collect();
                        let mut factors = Factors::default();
                        factors.take(level, pupils, &own, range.start);
                        sums.push(factors.sums(level, amounts));
                    }
                    let sums = sums.into_iter().reduce(Sums::with).expect("a block");
                    (sums.amounts, sums.squares, sums.error)
                }).collect();
                seen.push((amounts, squares, error, columns));
            }
            prop_assert!(seen.windows(2).all(|two| two[0] == two[1]));
            let Some((amounts, squares, error, columns)) = seen.pop() else { unreachable!() };
            // Eighty-six bits, or it would be of little use.
            prop_assert!(error < 1e-26);
            for (lane, column) in columns.into_iter().enumerate() {
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
                let (amounts, squares, error) = column;
                let sum_error = if is_shared { error } else { 0.0 };
                prop_assert!(is_within(amounts, &sum, sum_error));
                prop_assert!(is_within(squares, &sum_of_squares, error));
            }
            prop_assert_eq!(amounts[7].0, 7.0 * units.len() as f64);
        }
    }
}
