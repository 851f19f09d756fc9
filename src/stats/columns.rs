//! The coefficient of whole numbers in columns: the way that a nation's worth of them takes.
//!
//! With pupils `P` and amounts `X`, `T = Σ P`, `S = Σ X` and `Q = Σ X²/P`, the squared coefficient is `T·Q/S² − 1`.
//! `T` and `S` are whole. Each `X²/P` is split into a whole part, guessed in doubles and made true by its remainder,
//! and that remainder over `P` in fixed point. So `Q` is a whole number of tiny units, off by at most one of them a
//! row, whatever the order of the rows, and the subtraction has some eighty true bits to start from. What it leaves
//! too few of (schools that are all but equal) goes the way of [`Item`]s.

use super::Summary;
use super::coefficient::{Coefficient, Group, Item, Width};
use super::exact::Exact;
use crate::numeric::{Double, Ratio, pow10, power_of_two};

/// Amounts and pupils of a group of units as whole numbers, whose coefficient of variation (差异系数) is wanted.
///
/// The value of a unit is its amount over its pupils, and it weighs as much as its pupils. The figures are the
/// same doubles that [`Series`](super::Series) gives, for a fraction of its time.
///
/// # Examples
/// ```
/// use junheng::stats::{Columns, Share};
///
/// let pupils = [45, 37, 89, 76, 55];
/// let books = [279, 137, 935, 160, 402];
/// let summary = Columns::new(&pupils, &books).summary().unwrap();
/// assert_eq!(summary.cv, Some(0.5152566298844764));
///
/// // Two decimals, and per hundred pupils.
/// let area = Columns::new(&[200, 400], &[90_000, 200_000]).scale(2).per(100).summary().unwrap();
/// assert_eq!(area.mean, 483.3333333333333);
///
/// // A nine-year school shares its 1066.5 m² by pupils weighted 10 : 11, 50 of them in this stage and 170 not.
/// let share = Share { unit: 0, times: 10, of: 10 * 50 + 11 * 170 };
/// let area = Columns::new(&[50], &[10_665]).scale(1).shares(&[share]).summary().unwrap();
/// assert_eq!(area.mean, 4.5);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    pupils: &'a [i64],
    amounts: &'a [i64],
    scale: u8,
    per: u32,
    shares: &'a [Share],
    /// The pupils made ready, where several indicators have the same.
    ready: Option<&'a Weights>,
}

/// The pupils of a group of units, made ready for the coefficients of one indicator after another.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weights {
    pupils: Vec<i64>,
    /// One over them.
    inverses: Vec<f64>,
    sum: Sum,
}

impl Weights {
    pub(crate) fn clear(&mut self) {
        self.pupils.clear();
        self.inverses.clear();
        self.sum = Sum::default();
    }

    /// Adds the pupils of a unit, above zero.
    pub(crate) fn push(&mut self, pupils: i64) {
        self.pupils.push(pupils);
        self.inverses.push(1.0 / pupils as f64);
        self.sum.add(pupils);
    }

    /// One over the pupils of each unit.
    pub(crate) fn inverses(&self) -> &[f64] {
        &self.inverses
    }

    /// All pupils together, where that is within 64 bits.
    pub(crate) fn total(&self) -> i64 {
        self.sum.total
    }
}

/// A sum of pupils, and how long they are.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    total: i64,
    /// As long as the longest; 64 bits where one is zero or less.
    all: i64,
}

impl Sum {
    #[inline]
    fn add(&mut self, pupils: i64) {
        self.total = self.total.wrapping_add(pupils);
        // As long as the pupils alone, except that zero becomes negative.
        self.all |= pupils | pupils.wrapping_sub(1);
    }

    fn of(pupils: &[i64]) -> Self {
        let mut sum = Sum::default();
        pupils.iter().for_each(|pupils| sum.add(*pupils));
        sum
    }
}

/// A unit that has only a part of its amount: `times · P / of` of it, with its pupils `P`.
///
/// The part of a stage in what a school of several stages shares (分摊): `times` is the weight of one pupil of this
/// stage, `of` the weighted pupils of all stages.
#[doc(alias = "分摊")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Which unit, counted from 0.
    pub unit: usize,
    /// Weight of one pupil of this stage; more than 0.
    pub times: u32,
    /// Sum of the weighted pupils of all stages; at least `times · P`.
    pub of: i64,
}

/// Whole parts are kept below 2 to this power, and remainders in units of two to this power less.
const BITS: u32 = 50;
/// Units looked at together; fewer than the 2¹² numbers below 2^`BITS` that add up within 64 bits.
const BLOCK: usize = 1 << 8;
/// Adding this to a double below 2⁵¹ in magnitude puts its nearest whole number into the last bits.
const SHIFTER: f64 = 1.5 * (1u64 << 52) as f64;

/// A whole number below 2⁵¹ in magnitude as a double, in operations that exist for vectors of every machine.
pub(crate) fn small_to_f64(x: i64) -> f64 {
    f64::from_bits(x.wrapping_add(SHIFTER.to_bits() as i64) as u64) - SHIFTER
}

/// The whole number nearest to a double below 2⁵¹ in magnitude.
fn round_small(x: f64) -> i64 {
    ((x + SHIFTER).to_bits() as i64).wrapping_sub(SHIFTER.to_bits() as i64)
}

/// How many bits a number that is not negative has.
fn length(x: i64) -> u32 {
    64 - x.leading_zeros()
}

/// Where the binary points of whole parts and remainders lie: squares are taken times 2^`up`, and counted in units
/// of 2^`down`; one of both is 0.
#[derive(Clone, Copy)]
struct Points {
    up: u32,
    down: u32,
    /// `2^(up − down)`
    guess: f64,
    /// `2^(BITS − down)`
    rest: f64,
}

impl Points {
    /// For squares below 4^`bits`, over one or more.
    fn new(bits: u32) -> Self {
        let (up, down) = (BITS.saturating_sub(2 * bits), (2 * bits).saturating_sub(BITS));
        let power = |exponent| power_of_two(exponent);
        let guess = power(i64::from(up) - i64::from(down));
        Points { up, down, guess, rest: power(i64::from(BITS) - i64::from(down)) }
    }

    /// `x²/p` as a whole part and a rest: `(whole · 2^BITS + rest) · 2^(down − up − BITS)`, the rest off by less
    /// than one.
    ///
    /// The guess is off by less than 7/8: three roundings of a number below 2⁵⁰, and that to a whole. So the true
    /// remainder is below `2^down · p` in magnitude, which is below 2⁵⁰; the same number comes of arithmetic modulo
    /// 2⁶⁴, where the square itself need not fit.
    /// `p` is below 2³² too, with its inverse, and said to be by a mask, which saves a third of the multiplication.
    #[inline(always)]
    fn square(self, x: i64, p: i64, inverse: f64) -> (i64, i64) {
        let double = small_to_f64(x);
        let whole = round_small(double * double * inverse * self.guess);
        let product = whole.wrapping_mul(p & 0xffff_ffff);
        let remainder = (x.wrapping_mul(x) << self.up).wrapping_sub(product << self.down);
        (whole, round_small(small_to_f64(remainder) * inverse * self.rest))
    }

    /// The sum of the squares of up to [`BLOCK`] units.
    fn squares(self, amounts: &[i64], pupils: &[i64], inverses: &[f64]) -> i128 {
        let (mut whole, mut rest) = (0i64, 0i64);
        for ((&x, &p), &inverse) in amounts.iter().zip(pupils).zip(inverses) {
            let square = self.square(x, p, inverse);
            whole += square.0;
            rest += square.1;
        }
        joined((whole, rest))
    }

    /// The same of the square of a share in `x`, `x²·times²·p / of²`, for `of²` of at most 61 − `down` bits.
    ///
    /// The guess has five roundings and is off by less than 9/8; one over `of²` stands for a division by it.
    fn square_of_share(self, x: i64, p: i64, share: &Share) -> (i64, i64) {
        let times = i64::from(share.times);
        let (num, den) = (times * times * p, share.of * share.of);
        let inverse = 1.0 / den as f64;
        let double = small_to_f64(x);
        let whole = round_small(double * double * (num as f64 * inverse) * self.guess);
        let square = x.wrapping_mul(x).wrapping_mul(num) << self.up;
        let remainder = square.wrapping_sub(whole.wrapping_mul(den) << self.down);
        (whole, round_small(remainder as f64 * inverse * self.rest))
    }
}

/// A whole part and a rest in units of the rest.
fn joined((whole, rest): (i64, i64)) -> i128 {
    (i128::from(whole) << BITS) + i128::from(rest)
}

impl<'a> Columns<'a> {
    /// Pupils and amounts, unit by unit.
    pub fn new(pupils: &'a [i64], amounts: &'a [i64]) -> Self {
        Columns { pupils, amounts, scale: 0, per: 1, shares: &[], ready: None }
    }

    /// The same of pupils that are made ready.
    pub(crate) fn with(weights: &'a Weights, amounts: &'a [i64]) -> Self {
        Columns { ready: Some(weights), ..Columns::new(&weights.pupils, amounts) }
    }

    /// The amounts are whole numbers of `10^−decimals`.
    #[must_use]
    pub fn scale(self, decimals: u8) -> Self {
        Columns { scale: decimals, ..self }
    }

    /// The values are amounts per so many pupils.
    #[must_use]
    pub fn per(self, pupils: u32) -> Self {
        Columns { per: pupils, ..self }
    }

    /// These units have only a share in their amount; in ascending order.
    #[must_use]
    pub fn shares(self, shares: &'a [Share]) -> Self {
        Columns { shares, ..self }
    }

    /// The figures.
    ///
    /// `None` without units, of columns of different lengths, where pupils are not positive, and where shares are
    /// out of order or more than the whole; also with more than 17 decimals, and where a value's parts are beyond
    /// 127 bits.
    pub fn summary(&self) -> Option<Summary> {
        let found = self.coefficient()?;
        // In halves, which add up within 64 bits.
        let high: i64 = self.pupils.iter().map(|p| p >> 32).sum();
        let low: i64 = self.pupils.iter().map(|p| p & 0xffff_ffff).sum();
        let weight = (i128::from(high) << 32) + i128::from(low);
        Some(Summary {
            rows: self.pupils.len(),
            weight: Ratio::new(weight, 1)?.to_f64(),
            mean: found.mean,
            std_dev: found.std_dev,
            cv: found.cv(),
        })
    }

    /// Whether everything is as [`summary`](Self::summary) says, except for the pupils and the size of the parts.
    fn is_sound(&self) -> bool {
        let n = self.pupils.len();
        let whole = |s: &Share| {
            self.pupils
                .get(s.unit)
                .is_some_and(|p| s.times > 0 && i128::from(s.times) * i128::from(*p) <= i128::from(s.of))
        };
        n > 0
            && n == self.amounts.len()
            && self.scale <= 17
            && self.per > 0
            && self.shares.iter().all(whole)
            && self.shares.is_sorted_by(|a, b| a.unit < b.unit)
    }

    /// The coefficient from words, where these decide every last bit.
    fn by_words(&self) -> Option<Coefficient> {
        let Sum { total, all: all_pupils } =
            self.ready.map_or_else(|| Sum::of(self.pupils), |ready| ready.sum);
        let (mut sum, mut all_amounts) = (0i64, 0i64);
        for &x in self.amounts {
            sum = sum.wrapping_add(x);
            all_amounts |= x;
        }
        let n = self.pupils.len();
        let (bits, rows) = (length(all_amounts), length(n as i64));
        let points = Points::new(bits);
        // No pupils of zero or less and no negative amounts (64 bits long), sums within 62 bits, remainders below
        // 2^BITS.
        let small = bits.max(length(all_pupils)) + rows <= 62
            && bits <= BITS
            && length(all_pupils) <= (BITS - points.down).min(32)
            && rows <= 24;
        if !small {
            return None;
        }
        if all_amounts == 0 {
            return Some(Coefficient::of_zeros(Width::Words));
        }
        let mut squares = self.squares(points);
        // Amounts are taken times 2^lift, so that a share in one has as many bits as there are.
        let lift = BITS - bits;
        let mut sum = i128::from(sum) << (lift + BITS);
        for share in self.shares {
            let (p, x) = (*self.pupils.get(share.unit)?, *self.amounts.get(share.unit)?);
            if 2 * length(share.of) + points.down > 61 {
                return None;
            }
            let inverse = self.ready.and_then(|ready| ready.inverses.get(share.unit).copied());
            let whole = points.square(x, p, inverse.unwrap_or_else(|| 1.0 / p as f64));
            squares += joined(points.square_of_share(x, p, share)) - joined(whole);
            sum += joined(part_of(x, p, share, lift)) - (i128::from(x) << (lift + BITS));
        }
        let unit = power_of_two(-i64::from(lift + BITS));
        let sum_error = self.shares.len() as f64 * unit;
        let sum = Double::from_i128(sum).times_power_of_two(unit);
        let unit = power_of_two(i64::from(points.down) - i64::from(points.up) - i64::from(BITS));
        // A unit that has a share counts three times.
        let squares_error = (n + 2 * self.shares.len()) as f64 * unit;
        let squares = Double::from_i128(squares).times_power_of_two(unit);
        self.coefficient_of(total, (sum, sum_error), (squares, squares_error))
    }

    /// The sum of the squares of all units, as if none were shared.
    fn squares(&self, points: Points) -> i128 {
        let blocks = self.amounts.chunks(BLOCK).zip(self.pupils.chunks(BLOCK));
        if let Some(ready) = self.ready {
            let blocks = blocks.zip(ready.inverses.chunks(BLOCK));
            return blocks
                .map(|((amounts, pupils), inverses)| points.squares(amounts, pupils, inverses))
                .sum();
        }
        let mut inverses = [0.0; BLOCK];
        let of_block = |(amounts, pupils): (&[i64], &[i64])| {
            inverses.iter_mut().zip(pupils).for_each(|(inverse, p)| *inverse = 1.0 / small_to_f64(*p));
            points.squares(amounts, pupils, &inverses)
        };
        blocks.map(of_block).sum()
    }

    /// The coefficient of `T`, `S` and `Q`, the latter two with bounds of their errors.
    fn coefficient_of(
        &self,
        total: i64,
        (sum, sum_error): (Double, f64),
        (squares, squares_error): (Double, f64),
    ) -> Option<Coefficient> {
        const STEPS: f64 = 4.0 * Double::STEP;
        let weight = Double::from_i128(total.into());
        let (left, right) = (weight * squares, sum * sum);
        let spread = left - right;
        let size = sum.to_f64();
        // Doubled where products of errors are left out.
        let error = weight.to_f64() * squares_error + 2.0 * (2.0 * size * sum_error) + STEPS * left.to_f64();
        // Relative ones of the root and the sum; what is not even positive has no relative error.
        let root_error = error / spread.to_f64() + STEPS;
        if !(0.0..1e-6).contains(&root_error) {
            return None;
        }
        let sum_error = sum_error / size + STEPS;
        let root = spread.sqrt();
        // Values are in units of per / 10^scale, means and deviations over the total. Both quotients can be had
        // while the root is still under way, which is why they are multiplied with.
        let per = Double::from(f64::from(self.per));
        let unit = per / Double::from_i128(i128::from(total) * pow10(self.scale));
        let inverse = Double::from(1.0) / sum;
        let (mean, std_dev) = (sum * unit, root * unit);
        let mean_error = mean.to_f64() * (sum_error + STEPS);
        let std_error = std_dev.to_f64() * (root_error + STEPS);
        let cv = (root * inverse, root_error + sum_error + STEPS);
        Coefficient::settled((mean, mean_error), (std_dev, std_error), cv, Width::Words)
    }

    /// The same units one by one; `None` where pupils are not positive or the parts of a value too large.
    fn items(&self) -> Option<Vec<Item>> {
        let scale = pow10(self.scale.min(17));
        let mut shares = self.shares.iter().peekable();
        let rows = self.pupils.iter().zip(self.amounts).enumerate();
        rows.map(|(i, (&p, &x))| {
            let share = shares.next_if(|share| share.unit == i);
            let (times, of) = share.map_or((1, p), |share| (share.times, share.of));
            let num = i128::from(x) * i128::from(self.per);
            let num = num.checked_mul(times.into())?;
            (p > 0).then(|| Item { num, den: i128::from(of) * scale, weight: p.into() })
        })
        .collect()
    }
}

/// `x·times·p / of` times 2^`lift` as a whole part and a rest in units of 2^−`BITS`, off by less than one.
fn part_of(x: i64, p: i64, share: &Share, lift: u32) -> (i64, i64) {
    let num = i64::from(share.times) * p;
    let inverse = 1.0 / share.of as f64;
    let whole = round_small(small_to_f64(x) * (num as f64 * inverse) * power_of_two(lift.into()));
    let remainder = (x.wrapping_mul(num) << lift).wrapping_sub(whole.wrapping_mul(share.of));
    (whole, round_small(remainder as f64 * inverse * power_of_two(BITS.into())))
}

impl Group for Columns<'_> {
    fn coefficient(&self) -> Option<Coefficient> {
        if !self.is_sound() {
            return None;
        }
        self.by_words().or_else(|| self.items()?.coefficient())
    }

    fn exact(&self) -> Exact {
        self.items().unwrap_or_default().exact()
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::*;
    use proptest::prelude::*;

    fn by_items(columns: &Columns<'_>) -> Coefficient {
        columns.items().expect("small parts").coefficient().expect("units")
    }

    fn figures(c: Coefficient) -> (f64, f64, Option<f64>) {
        (c.mean, c.std_dev, c.cv())
    }

    #[test]
    fn what_is_no_group_has_no_figures() {
        let share = |unit, times, of| Share { unit, times, of };
        assert_eq!(Columns::new(&[], &[]).summary(), None);
        assert_eq!(Columns::new(&[1, 2], &[1]).summary(), None);
        for pupils in [0, -1, i64::MIN] {
            assert_eq!(Columns::new(&[5, pupils], &[1, 1]).summary(), None, "{pupils}");
        }
        let ok = Columns::new(&[5, 7], &[1, 1]);
        assert!(ok.summary().is_some());
        assert_eq!((ok.scale(18).summary(), ok.per(0).summary()), (None, None));
        for shares in [
            vec![share(2, 1, 100)],
            vec![share(0, 0, 100)],
            vec![share(0, 20, 99)],
            vec![share(0, u32::MAX, i64::MIN)],
            vec![share(1, 1, 10), share(0, 1, 10)],
            vec![share(1, 1, 10), share(1, 1, 10)],
        ] {
            assert_eq!(ok.shares(&shares).summary(), None, "{shares:?}");
        }
        assert!(ok.shares(&[share(0, 20, 100)]).summary().is_some());
    }

    #[test]
    fn parts_beyond_words_go_the_wide_way() {
        let large = Columns::new(&[i64::MAX, 1], &[i64::MAX, 3]).per(u32::MAX).scale(17);
        let found = large.coefficient().expect("units");
        assert!(found.width > Width::Words);
        assert_eq!(large.summary().expect("units").weight, 2f64.powi(63));
        let negative = Columns::new(&[1, 1], &[-1, -3]).coefficient().expect("units");
        assert_eq!((figures(negative), negative.width), ((-2.0, 1.0, Some(0.5)), Width::Doubles));
        // 63 + 32 + 32 bits fit, the sign of the least number not.
        let share = [Share { unit: 0, times: u32::MAX, of: i64::MAX }];
        let widest = Columns::new(&[1], &[i64::MIN]).per(u32::MAX).shares(&share);
        assert!(widest.summary().is_some_and(|s| s.mean < 0.0 && s.cv == Some(0.0)));
    }

    #[test]
    fn equal_schools_do_not_vary_and_zeros_have_no_coefficient() {
        let found = Columns::new(&[3, 6, 15], &[1, 2, 5]).coefficient().expect("units");
        assert_eq!((figures(found), found.width), ((1.0 / 3.0, 0.0, Some(0.0)), Width::Doubles));
        let found = Columns::new(&[3, 6], &[0, 0]).coefficient().expect("units");
        assert_eq!((figures(found), found.width), ((0.0, 0.0, None), Width::Words));
    }

    #[test]
    fn shares_on_the_limit_are_equal_to_it() {
        // A third of 300 and the whole of 300 for 100 pupils each: 1 and 3, coefficient 1/2.
        let share = [Share { unit: 0, times: 1, of: 300 }];
        let columns = Columns::new(&[100, 100], &[300, 300]).shares(&share);
        let found = columns.coefficient().expect("units");
        assert_eq!((figures(found), found.width), ((2.0, 1.0, Some(0.5)), Width::Words));
        for (limit, order) in [
            ("0.5", Ordering::Equal),
            ("0.49999999999999999", Ordering::Greater),
            ("0.50000000000000001", Ordering::Less),
        ] {
            assert_eq!(found.cmp_cv(&columns, limit.parse().expect("decimal")), Some(order), "{limit}");
        }
    }

    #[test]
    fn ordinary_schools_need_words_alone() {
        // Schools of 50 to 2049 pupils with 3 to 12 m² a pupil, in hundredths; every fifth shares with a stage of
        // 20 to 1519 others. Knuth's generator, so that the same schools are counted everywhere.
        let mut state = 1u64;
        let mut below = |bound: u64| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((state >> 33) % bound) as i64
        };
        let mut widths = [0; 2];
        for units in 2..502 {
            let pupils: Vec<i64> = (0..units).map(|_| 50 + below(2000)).collect();
            let amounts: Vec<i64> = pupils.iter().map(|p| p * (300 + below(900)) + below(100)).collect();
            let share =
                |unit: usize| Share { unit, times: 10, of: 10 * pupils[unit] + 11 * (20 + below(1500)) };
            let shares: Vec<Share> = (0..units).step_by(5).map(share).collect();
            let found = Columns::new(&pupils, &amounts).scale(2).shares(&shares).coefficient();
            widths[usize::from(found.expect("units").width > Width::Words)] += 1;
        }
        assert_eq!(widths, [500, 0]);
    }

    #[test]
    fn long_columns_add_up_across_blocks() {
        // 2·4096 + 3 schools of the values 1 and 3 in turn, the last alone: mean and variance by hand.
        let n = 2 * BLOCK as i64 + 3;
        let amounts: Vec<i64> = (0..n).map(|i| (1 + i % 2 * 2) * 7_000_000).collect();
        let pupils = vec![7_000_000; n as usize];
        let found = Columns::new(&pupils, &amounts).coefficient().expect("units");
        let odd = (n / 2) as f64;
        let n = n as f64;
        // Mean (n + 2k)/n with k threes, variance 4·k·(n − k)/n².
        assert_eq!((found.mean, found.width), ((n + 2.0 * odd) / n, Width::Words));
        let expected = (4.0 * odd * (n - odd)).sqrt() / n;
        assert!((found.std_dev / expected - 1.0).abs() < 4e-16, "{} {expected}", found.std_dev);
    }

    /// A unit: pupils, amount, and the weight and the other weighted pupils where it has only a share.
    type Unit = (i64, i64, Option<(u32, i64)>);

    fn any_unit() -> impl Strategy<Value = Unit> {
        let amount = prop_oneof![0..50i64, 0..100_000_000i64, 0..20_000_000_000i64];
        let share = prop_oneof![Just(10u32), Just(11), Just(100), Just(132)];
        (1..6000i64, amount, prop::option::weighted(0.2, (share, 0..40_000i64)))
    }

    /// Beyond what schools have, to the ends of what words hold and over them.
    fn wide_unit() -> impl Strategy<Value = Unit> {
        let length = |most: u32| (0..=most).prop_flat_map(|bits| 0..1i64 << bits);
        let share = prop::option::weighted(0.3, (1..1u32 << 18, length(40)));
        (length(34).prop_map(|p| p + 1), length(54), share)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn words_give_the_doubles_of_the_wide_way(
            units in prop_oneof![
                prop::collection::vec(any_unit(), 1..60), prop::collection::vec(wide_unit(), 1..8)
            ],
            scale in 0u8..4,
            per in prop_oneof![Just(1u32), Just(100)],
        ) {
            let pupils: Vec<i64> = units.iter().map(|u| u.0).collect();
            let amounts: Vec<i64> = units.iter().map(|u| u.1).collect();
            let share = |(unit, &(p, _, share)): (usize, &Unit)| {
                share.map(|(times, others)| Share { unit, times, of: i64::from(times) * p + others })
            };
            let shares: Vec<Share> = units.iter().enumerate().filter_map(share).collect();
            let columns = Columns::new(&pupils, &amounts).scale(scale).per(per).shares(&shares);
            let found = columns.coefficient().expect("units");
            prop_assert_eq!(figures(found), figures(by_items(&columns)));
        }

        #[test]
        fn squares_are_off_by_less_than_a_unit(
            x in 0..1i64 << 34, p in 1..1i64 << 24, extra in 0u32..8, times in 1u32..200, others in 0..40_000i64
        ) {
            use num_bigint::BigInt;
            let bits = (length(x) + extra).min(40);
            let points = Points::new(bits);
            let p = p.min((1 << (BITS - points.down)) - 1);
            // |found − x²·num/den·2^(up + BITS − down)| < 1, times the denominator.
            let near = |found: i128, num: i128, den: i128| {
                let exact = (BigInt::from(x) * x * num) << (points.up + BITS);
                let found: BigInt = (BigInt::from(found) * den) << points.down;
                (found - exact).magnitude() < (BigInt::from(den) << points.down).magnitude()
            };
            prop_assert!(near(joined(points.square(x, p, 1.0 / p as f64)), 1, p.into()));
            let share = Share { unit: 0, times, of: i64::from(times) * p + others };
            if 2 * length(share.of) + points.down <= 61 {
                let (t, of) = (i128::from(times), i128::from(share.of));
                prop_assert!(near(joined(points.square_of_share(x, p, &share)), t * t * i128::from(p), of * of));
                let lift = BITS - bits;
                let exact = (BigInt::from(x) * t * p) << (lift + BITS);
                let found: BigInt = BigInt::from(joined(part_of(x, p, &share, lift))) * of;
                prop_assert!((found - exact).magnitude() < BigInt::from(of).magnitude());
            }
        }

        #[test]
        fn nearly_equal_schools_keep_every_bit(
            pupils in prop::collection::vec(1..3000i64, 1..30), each in 1..2000i64, off in 0..3i64, which in any::<prop::sample::Index>()
        ) {
            let mut amounts: Vec<i64> = pupils.iter().map(|p| p * each).collect();
            amounts[which.index(pupils.len())] += off;
            let columns = Columns::new(&pupils, &amounts);
            prop_assert_eq!(figures(columns.coefficient().expect("units")), figures(by_items(&columns)));
        }
    }
}
