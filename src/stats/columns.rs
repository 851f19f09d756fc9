//! The coefficient of whole numbers in columns: the way that a nation's worth of them takes.
//!
//! With pupils `P` and amounts `X`, `T = Σ P`, `S = Σ X` and `Q = Σ X²/P`, the squared coefficient is `T·Q/S² − 1`.
//! `T` and `S` are whole, and so is `X²`; one over `P` is known to a hundred bits, and with it `Q`, within a bound (see
//! [`sums`](super::sums)). The subtraction has some ninety true bits to start from. What it leaves too few of (schools that
//! are all but equal) goes the way of [`Item`]s.

use fearless_simd::{Level, dispatch};

use super::Summary;
use super::coefficient::{Coefficient, Group, Item, Width};
use super::exact::Exact;
use super::rows::Single;
use super::sums::{self, BLOCK, ShareFactors, Sums};
use crate::numeric::{Ratio, pow10};

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

    /// Whether none of so many is zero or less or too long, and all together are within 62 bits.
    fn are_small(self, units: usize) -> bool {
        length(self.all) <= BITS && length(self.all) + length(units as i64) <= 62
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

/// What is taken this way is shorter: doubles are exact then.
const BITS: u32 = 50;

/// How many bits a number that is not negative has.
fn length(x: i64) -> u32 {
    64 - x.leading_zeros()
}

impl<'a> Columns<'a> {
    /// Pupils and amounts, unit by unit.
    pub fn new(pupils: &'a [i64], amounts: &'a [i64]) -> Self {
        Columns { pupils, amounts, scale: 0, per: 1, shares: &[] }
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
        let pupils = Sum::of(self.pupils);
        let all_amounts = self.amounts.iter().fold(0, |all, x| all | x);
        let n = self.pupils.len();
        // No negative amounts (64 bits long).
        let small = length(all_amounts) <= BITS && pupils.are_small(n);
        if !small || self.shares.iter().any(|share| length(share.of) > BITS) {
            return None;
        }
        if all_amounts == 0 {
            return Some(Coefficient::of_zeros(Width::Words));
        }
        let single = Single {
            units: n,
            total: pupils.total,
            scale: self.scale,
            per: self.per,
            any_shared: !self.shares.is_empty(),
        };
        single.coefficient(self.sums())
    }

    /// The sums, by one block after another.
    fn sums(&self) -> Sums {
        let (level, mut factors) = (Level::new(), ShareFactors::default());
        let pupils = |unit| self.pupils.get(unit).map(|pupils| *pupils as f64);
        dispatch!(level, simd => factors.take(simd, self.shares, pupils));
        let mut shares = factors.of_units();
        let blocks = self.pupils.chunks(BLOCK).zip(self.amounts.chunks(BLOCK)).enumerate();
        let of_blocks = blocks.map(|(block, (pupils, amounts))| {
            sums::of_column(level, pupils, amounts, &mut shares, block * BLOCK)
        });
        of_blocks.reduce(Sums::with).unwrap_or_default()
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
