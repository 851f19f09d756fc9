//! The numbers: published examples, NIST's hard series, and properties held against exact rational arithmetic.

mod oracle;

use std::cmp::Ordering;

use junheng::stats::{
    Columns, Moments, Series, Share, population_cv, population_mean, population_std_dev, sample_mean_std_dev,
};
use junheng::{Decimal, Ratio};
use num_bigint::BigInt;
use oracle::{Rational, Unit, assert_nearest, assert_nearest_root, decimal, whole};
use proptest::prelude::*;

fn dec(text: &str) -> Decimal {
    text.parse().expect(text)
}

fn exact(x: Decimal) -> Rational {
    decimal(&x.to_string())
}

/// Schools as amount and pupils.
fn series(rows: &[(Decimal, Decimal)]) -> Series {
    let mut series = Series::default();
    for (amount, pupils) in rows {
        assert!(series.push(*amount, Some(*pupils)), "{pupils} pupils");
    }
    series
}

/// The same from pupils and the amount of each pupil.
fn per_pupil(rows: &[(u32, u32)]) -> Series {
    let amounts: Vec<_> =
        rows.iter().map(|&(pupils, each)| ((pupils * each).into(), pupils.into())).collect();
    series(&amounts)
}

fn unweighted(values: impl IntoIterator<Item = Decimal>) -> Series {
    let mut series = Series::default();
    for value in values {
        assert!(series.push(value, None));
    }
    series
}

/// Lines of a table under its header, split at commas.
fn table(text: &str) -> Vec<Vec<&str>> {
    text.lines().skip(1).map(|line| line.split(',').collect()).collect()
}

mod published {
    use super::*;

    const BASIC: &str = include_str!("../fixtures/published/basic-cv.csv");
    const QUALITY: &str = include_str!("../fixtures/published/quality-cv.csv");

    #[test]
    fn books_of_five_schools_vary_as_the_teaching_example_says() {
        // Printed as 0.52; the digits are those of the exact quotients 1913/302 and so on.
        let rows = [(279u32, 45u32), (137, 37), (935, 89), (160, 76), (402, 55)];
        let rows = rows.map(|(books, pupils)| (books.into(), pupils.into()));
        let found = series(&rows).summary().expect("five rows");
        assert_eq!((found.rows, found.weight), (5, 302.0));
        assert_eq!((found.mean, found.std_dev), (6.3344370860927155, 3.2638607051953756));
        assert_eq!(found.cv, Some(0.5152566298844764));
    }

    #[test]
    fn unweighted_readings_of_the_same_schools_are_other_numbers() {
        let values = [279.0 / 45.0, 137.0 / 37.0, 935.0 / 89.0, 160.0 / 76.0, 402.0 / 55.0];
        let population = population_cv(&values, &[1.0; 5]).expect("five values");
        let (mean, sample) = sample_mean_std_dev(&values).expect("five values");
        assert_eq!(format!("{population:.3} {:.3}", sample / mean), "0.489 0.546");
    }

    #[test]
    fn weighting_changes_the_verdict_both_ways() {
        // Equipment in yuan per pupil, limit 0.50: within it by pupils, 0.660 without.
        let small_rich = [(2000, 2100), (1800, 2200), (1500, 2050), (60, 9000), (55, 7000)];
        let found = per_pupil(&small_rich).summary().expect("rows");
        let cv = found.cv.expect("mean is not zero");
        assert_eq!(format!("{:.2} {:.2} {cv:.3}", found.mean, found.std_dev), "2245.61 868.46 0.387");
        let cv = unweighted(small_rich.map(|(_, each)| each.into())).summary().and_then(|s| s.cv);
        assert_eq!(format!("{:.3}", cv.expect("mean is not zero")), "0.660");

        // Over it by pupils, 0.285 without.
        let mut large_apart = vec![(2000, 1000), (2000, 4500)];
        large_apart.extend([(100, 2750); 8]);
        let found = per_pupil(&large_apart).summary().expect("rows");
        assert_eq!((found.mean, format!("{:.3}", found.cv.expect("cv"))), (2750.0, "0.581".into()));
        let cv = unweighted(large_apart.iter().map(|(_, each)| (*each).into())).summary().and_then(|s| s.cv);
        assert_eq!(format!("{:.3}", cv.expect("mean is not zero")), "0.285");
    }

    #[test]
    fn printed_composites_are_means_of_printed_coefficients() {
        let rows = table(BASIC);
        let mut seen = 0;
        for row in rows.iter().filter(|row| row[3] == "cv") {
            let found = unweighted(row[4..12].iter().map(|cell| dec(cell))).summary().expect("eight");
            let printed: f64 = row[12].parse().expect("a composite");
            // Eight inputs rounded to three decimals and the composite again: half a last place each at most.
            assert!((found.mean - printed).abs() <= 0.001, "{row:?}: {}", found.mean);
            seen += 1;
        }
        assert_eq!((rows.len(), seen), (28, 14));
    }

    #[test]
    fn printed_coefficients_are_deviations_over_means() {
        // Jiujiang district, 2023: seven indicators of primary schools.
        let rows = table(QUALITY);
        let [mean, sd, cv] = ["mean", "sd", "cv"]
            .map(|m| rows.iter().find(|r| r[1].ends_with("鸠江区") && r[4] == m).expect("a row"));
        let mut over = 0;
        for i in 5..12 {
            let (n, d) = (dec(sd[i]).parts(), dec(mean[i]).parts());
            let ratio = Ratio::new(
                i128::from(n.0) * 10i128.pow(d.1.into()),
                i128::from(d.0) * 10i128.pow(n.1.into()),
            );
            let ratio = ratio.expect("mean is positive");
            assert_eq!(ratio.round_half_up(6), Some(dec(cv[i])), "column {i}");
            over += usize::from(ratio.cmp_decimal(dec("0.50")) == Ordering::Greater);
        }
        assert_eq!(over, 1);
        let composite = unweighted(cv[5..12].iter().map(|cell| dec(cell))).summary().expect("seven");
        assert_eq!(format!("{:.6}", composite.mean), cv[12]);
        assert_eq!(rows.len(), 5);
    }

    #[test]
    fn what_is_undefined_stays_so() {
        let zeros = series(&[(dec("0"), dec("200")), (dec("0"), dec("300"))]).summary().expect("rows");
        assert_eq!((zeros.mean, zeros.std_dev, zeros.cv), (0.0, 0.0, None));
        let one = series(&[(dec("12.5"), dec("300"))]).summary().expect("a row");
        assert_eq!((one.std_dev, one.cv), (0.0, Some(0.0)));
        assert_eq!(Series::default().summary(), None);
        let mut refused = Series::default();
        assert!(!refused.push(dec("5"), Some(dec("0"))));
        assert!(!refused.push(dec("5"), Some(dec("-1"))));
        assert_eq!(refused.summary(), None);
    }

    #[test]
    fn negative_amounts_vary_about_the_magnitude_of_their_mean() {
        let found = unweighted([dec("-1"), dec("-3")]).summary().expect("rows");
        assert_eq!((found.mean, found.cv), (-2.0, Some(0.5)));
    }
}

/// Hard series of NIST's Statistical Reference Datasets (univariate), from their definitions.
mod nist {
    use super::*;

    /// First value, then two in turn.
    fn alternating(first: &str, [a, b]: [&str; 2], pairs: usize) -> Vec<Decimal> {
        let turns = (0..pairs).flat_map(|_| [dec(a), dec(b)]);
        std::iter::once(dec(first)).chain(turns).collect()
    }

    struct Case {
        name: &'static str,
        values: Vec<Decimal>,
        mean: &'static str,
        std_dev: &'static str,
        /// Digits of the certified deviation that the doubles nearest to the values still hold.
        held: f64,
    }

    fn cases() -> [Case; 5] {
        let case = |name, values, mean, std_dev, held| Case { name, values, mean, std_dev, held };
        let one = ["10000001", "10000003", "10000002"].map(dec).to_vec();
        let two = alternating("1.2", ["1.1", "1.3"], 500);
        let three = alternating("1000000.2", ["1000000.1", "1000000.3"], 500);
        let four = alternating("10000000.2", ["10000000.1", "10000000.3"], 500);
        let mut pi = pi_digits(5000);
        // The certified figures are those of NIST's file, in which one of the eights is a three: their sum is
        // 22 674 and that of the squares 143 922, where π has 22 679 and 143 977. Which one does not matter here.
        let eight = pi.iter_mut().find(|digit| **digit == 8).expect("an eight");
        *eight = 3;
        let pi = pi.into_iter().map(Decimal::from).collect();
        [
            case("NumAcc1", one, "10000002", "1", 14.0),
            case("NumAcc2", two, "1.2", "0.1", 14.0),
            case("NumAcc3", three, "1000000.2", "0.1", 9.4),
            case("NumAcc4", four, "10000000.2", "0.1", 8.2),
            case("PiDigits", pi, "4.5348", "2.86733906028871", 14.0),
        ]
    }

    /// The first digits of π by Machin's formula, `π = 16·arctan(1/5) − 4·arctan(1/239)`.
    fn pi_digits(count: u32) -> Vec<u32> {
        const GUARD: u32 = 10;
        let unit = BigInt::from(10).pow(count - 1 + GUARD);
        let arctan_of_inverse = |x: i32| {
            let (mut power, mut sum) = (&unit / x, BigInt::ZERO);
            for k in 0i32.. {
                let term = &power / (2 * k + 1);
                if term == BigInt::ZERO {
                    break;
                }
                sum += if k % 2 == 0 { term } else { -term };
                power /= x * x;
            }
            sum
        };
        let pi: BigInt = arctan_of_inverse(5) * 16 - arctan_of_inverse(239) * 4;
        let digits: BigInt = pi / BigInt::from(10).pow(GUARD);
        let text = digits.to_string();
        text.chars().map(|c| c.to_digit(10).expect("digit")).collect()
    }

    /// `Σx²` and `Σx` in one pass, as textbooks have it.
    fn textbook(values: &[f64]) -> f64 {
        let n = values.len() as f64;
        let (sum, squares) = values.iter().fold((0.0, 0.0), |(s, q), x| (s + x, q + x * x));
        ((squares - sum * sum / n) / (n - 1.0)).max(0.0).sqrt()
    }

    /// Digits of the sample deviation: from decimal text, from doubles, and by the textbook formula on doubles.
    fn digits_of(values: &[Decimal], certified: &Rational) -> [String; 3] {
        let doubles: Vec<f64> = values.iter().map(|v| v.to_f64()).collect();
        let exact = unweighted(values.iter().copied()).sample_std_dev().expect("values");
        let (_, by_doubles) = sample_mean_std_dev(&doubles).expect("values");
        [exact, by_doubles, textbook(&doubles)]
            .map(|found| format!("{:.1}", oracle::digits(found, certified).clamp(0.0, 15.0) + 0.0))
    }

    #[test]
    fn the_table_of_digits_in_the_method_is_what_is_computed() {
        let rivals = include_str!("../fixtures/published/rival-digits.csv");
        let header = rivals.lines().next().expect("a header");
        let names = header.split(',').skip(1).collect::<Vec<_>>().join(" | ");
        let mut text = format!("| series | decimal text | doubles | textbook, one pass | {names} |\n");
        text += &format!("|---|{}\n", "---:|".repeat(7));
        let family = [3u32, 6, 9].map(|power| {
            let values: Vec<Decimal> =
                (0..1001u32).map(|i| Decimal::from(10u32.pow(power) + i % 7)).collect();
            let units: Vec<Unit> =
                values.iter().map(|v| Unit::school(&exact(*v), &oracle::whole(1))).collect();
            let variance = oracle::sample_variance(&units);
            let (below, _) = oracle::mean_of_roots(&[variance], 40);
            (format!("10^{power} + i mod 7"), values, Rational::new(below, BigInt::from(10).pow(40)))
        });
        let certified = cases().map(|case| (case.name.to_owned(), case.values, decimal(case.std_dev)));
        for ((name, values, deviation), theirs) in certified.into_iter().chain(family).zip(table(rivals)) {
            assert_eq!(name, theirs[0]);
            let ours = digits_of(&values, &deviation);
            // What this crate promises, whatever the document says.
            assert!(ours[0].parse::<f64>().expect("a number") >= 14.0, "{name}: {ours:?}");
            text += &format!("| {name} | {} | {} |\n", ours.join(" | "), theirs[1..].join(" | "));
        }
        let method = include_str!("../docs/method.md");
        assert!(method.contains(&text), "docs/method.md should hold\n{text}");
    }

    #[test]
    fn the_digits_of_pi_are_those_known() {
        let digits: String = pi_digits(5000).iter().map(u32::to_string).collect();
        assert_eq!((digits.len(), &digits[..21]), (5000, "314159265358979323846"));
        // Decimals 762 to 767, the first six equal ones (Feynman's point).
        assert_eq!(&digits[762..768], "999999");
        let sum = |power| pi_digits(5000).iter().map(|d| d.pow(power)).sum::<u32>();
        assert_eq!((sum(1), sum(2)), (22_679, 143_977));
    }

    #[test]
    fn decimals_give_every_certified_digit() {
        for case in cases() {
            let found = unweighted(case.values.clone());
            let mean = found.summary().expect("values").mean;
            assert!(oracle::digits(mean, &decimal(case.mean)) >= 15.0, "{}: {mean}", case.name);
            let sd = found.sample_std_dev().expect("values");
            assert!(oracle::digits(sd, &decimal(case.std_dev)) >= 14.0, "{}: {sd}", case.name);
        }
    }

    #[test]
    fn decimals_give_the_nearest_doubles() {
        for case in cases() {
            let units: Vec<_> =
                case.values.iter().map(|v| Unit { value: exact(*v), weight: whole(1) }).collect();
            let series = unweighted(case.values);
            let found = series.summary().expect("values");
            assert_nearest(found.mean, &oracle::mean(&units));
            assert_nearest_root(found.std_dev, &oracle::variance(&units));
            assert_nearest_root(found.cv.expect("cv"), &oracle::cv_squared(&units).expect("cv"));
            let sample = series.sample_std_dev().expect("values");
            assert_nearest_root(sample, &oracle::sample_variance(&units));
        }
    }

    #[test]
    fn doubles_give_what_they_hold() {
        for case in cases() {
            let values: Vec<f64> = case.values.iter().map(|v| v.to_f64()).collect();
            let (mean, sd) = sample_mean_std_dev(&values).expect("values");
            assert!(oracle::digits(mean, &decimal(case.mean)) >= 14.0, "{}: {mean}", case.name);
            assert!(oracle::digits(sd, &decimal(case.std_dev)) >= case.held, "{}: {sd}", case.name);
            // The rest of the certified digits is lost in writing 0.1 in binary, none in the computation.
            let units: Vec<_> = values.iter().map(|v| Unit::doubles(*v, 1.0)).collect();
            assert_nearest(mean, &oracle::mean(&units));
            assert_nearest_root(sd, &oracle::sample_variance(&units));
            let ones = vec![1.0; values.len()];
            let population = population_std_dev(&values, &ones).expect("values");
            assert_nearest_root(population, &oracle::variance(&units));
            let mut moments = Moments::default();
            assert!(values.iter().all(|v| moments.add(*v, 1.0)));
            assert_eq!(moments.population_std_dev(), Some(population), "{}", case.name);
        }
    }
}

mod extremes {
    use super::*;

    #[test]
    fn what_is_not_finite_has_no_figures() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(population_mean(&[1.0, bad], &[1.0, 1.0]), None);
            assert_eq!(population_cv(&[1.0, 2.0], &[1.0, bad]), None);
            assert_eq!(sample_mean_std_dev(&[1.0, bad]), None);
            assert!(!Moments::default().add(bad, 1.0) && !Moments::default().add(1.0, bad));
        }
        assert_eq!(population_mean(&[], &[]), None);
        assert_eq!(population_mean(&[1.0], &[]), None);
        assert_eq!(population_mean(&[1.0, 2.0], &[0.0, 0.0]), None);
        assert_eq!(population_mean(&[1.0, 2.0], &[1.0, -1.0]), None);
        assert_eq!(sample_mean_std_dev(&[1.0]), None);
        assert_eq!(Moments::default().population_cv(), None);
    }

    #[test]
    fn the_ends_of_the_range_of_doubles_are_computed() {
        let ones = [1.0, 1.0];
        assert_eq!(population_mean(&[f64::MAX, f64::MAX], &ones), Some(f64::MAX));
        assert_eq!(population_std_dev(&[f64::MAX, -f64::MAX], &ones), Some(f64::MAX));
        assert_eq!(population_cv(&[f64::MAX, -f64::MAX], &ones), None);
        // The sample form of the same is √2 times as much, beyond the range.
        assert_eq!(sample_mean_std_dev(&[f64::MAX, -f64::MAX]), None);
        assert_eq!(population_cv(&[1e300, 3e300], &ones), Some(0.5));
        assert_eq!(population_cv(&[1e300, 3e300], &[1e-320, 1e-320]), Some(0.5));
        assert_eq!(population_std_dev(&[5e-324, 15e-324], &ones), Some(5e-324));
        assert_eq!(population_mean(&[1e308, 1.0, -1e308], &[1.0, 1.0, 1.0]), Some(1.0 / 3.0));
        assert_eq!(population_mean(&[7.0, 1e300], &[1.0, 0.0]), Some(7.0));
    }

    #[test]
    fn moments_refuse_what_their_squares_could_not_hold() {
        let mut moments = Moments::default();
        assert!(!moments.add(1e76, 1.0) && !moments.add(1.0, 1e76) && !moments.add(1e-76, 1.0));
        assert!(moments.add(5e74, 1e75) && moments.add(15e74, 1e75) && moments.add(1e75, 1e-75));
        assert!((moments.population_cv().expect("cv") - 0.5).abs() < 1e-15);
    }

    #[test]
    fn the_widest_decimals_are_computed() {
        let rows = [
            (dec("999999999999.123456"), dec("0.00000000000000001")),
            (dec("0.00000000000000003"), dec("999999999999.999999")),
            (dec("-999999999999"), dec("0.12345678901234567")),
        ];
        let units: Vec<_> = rows.iter().map(|(a, p)| Unit::school(&exact(*a), &exact(*p))).collect();
        let found = series(&rows).summary().expect("rows");
        assert_nearest(found.mean, &oracle::mean(&units));
        assert_nearest_root(found.std_dev, &oracle::variance(&units));
        assert_nearest_root(found.cv.expect("cv"), &oracle::cv_squared(&units).expect("cv"));
    }

    #[test]
    fn many_rows_of_one_ratio_do_not_vary() {
        let mut series = Series::default();
        for i in 1..=100_000u32 {
            series.push((2 * i).into(), Some((3 * i).into()));
        }
        let found = series.summary().expect("rows");
        assert_eq!((found.mean, found.std_dev, found.cv), (2.0 / 3.0, 0.0, Some(0.0)));
    }
}

/// A decimal of up to 18 digits within the limits of the type.
fn any_decimal() -> impl Strategy<Value = Decimal> {
    (-999_999_999_999_999_999i64..=999_999_999_999_999_999, 0u8..=17)
        .prop_filter_map("within the limits", |(m, s)| Decimal::new(m, s).ok())
}

/// An amount of a school: up to two decimals, not negative.
fn any_amount() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        (0i64..10_000_000, 0u8..=2).prop_map(|(m, s)| Decimal::new(m, s).expect("small")),
        (0i64..300).prop_map(|m| Decimal::new(m, 0).expect("small")),
    ]
}

fn any_schools() -> impl Strategy<Value = Vec<(Decimal, Decimal)>> {
    prop::collection::vec((any_amount(), (1u32..5000).prop_map(Decimal::from)), 1..40)
}

fn any_doubles() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let value = prop_oneof![-1e6..1e6, 999_999.0..1_000_000.0, prop::num::f64::NORMAL, Just(0.0)];
    prop::collection::vec((value, prop_oneof![0.001..5000.0, Just(1.0)]), 1..12)
}

fn units(rows: &[(Decimal, Decimal)]) -> Vec<Unit> {
    rows.iter().map(|(a, p)| Unit::school(&exact(*a), &exact(*p))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_series_gives_the_nearest_doubles(rows in any_schools()) {
        let found = series(&rows).summary().expect("rows");
        let units = units(&rows);
        assert_nearest(found.mean, &oracle::mean(&units));
        assert_nearest_root(found.std_dev, &oracle::variance(&units));
        match (found.cv, oracle::cv_squared(&units)) {
            (Some(cv), Some(square)) => assert_nearest_root(cv, &square),
            (found, expected) => prop_assert!(found.is_none() && expected.is_none()),
        }
    }

    #[test]
    fn columns_with_shares_give_the_nearest_doubles(
        schools in prop::collection::vec(
            (0i64..50_000_000, 1i64..3000, prop_oneof![Just((0, 0)), (0i64..3000, 0i64..3000)]), 1..25
        ),
        per in prop_oneof![Just(1u32), Just(100)],
    ) {
        // Primary stages; weights 1 : 1.1 : 1.32 are 100 : 110 : 132. Amounts in hundredths.
        let pupils: Vec<i64> = schools.iter().map(|s| s.1).collect();
        let amounts: Vec<i64> = schools.iter().map(|s| s.0).collect();
        let share = |(unit, &(_, a, (b, c))): (usize, &(i64, i64, (i64, i64)))| {
            (b + c > 0).then_some(Share { unit, times: 100, of: 100 * a + 110 * b + 132 * c })
        };
        let shares: Vec<Share> = schools.iter().enumerate().filter_map(share).collect();
        let found = Columns::new(&pupils, &amounts).scale(2).per(per).shares(&shares).summary().expect("units");
        let units: Vec<_> = schools.iter().map(|&(amount, a, (b, c))| {
            let amount = whole(amount.into()) * whole(per.into()) / whole(100);
            let [primary, ..] = oracle::shares(&amount, [a, b, c].map(i128::from)).expect("pupils");
            Unit::school(&primary, &whole(a.into()))
        }).collect();
        assert_nearest(found.mean, &oracle::mean(&units));
        assert_nearest_root(found.std_dev, &oracle::variance(&units));
        match (found.cv, oracle::cv_squared(&units)) {
            (Some(cv), Some(square)) => assert_nearest_root(cv, &square),
            (found, expected) => prop_assert!(found.is_none() && expected.is_none()),
        }
    }

    #[test]
    fn any_decimals_give_the_nearest_doubles(
        rows in prop::collection::vec((any_decimal(), any_decimal()), 1..6)
    ) {
        let mut series = Series::default();
        let rows: Vec<_> = rows.into_iter().filter(|(a, p)| series.push(*a, Some(*p))).collect();
        prop_assume!(!rows.is_empty());
        let (found, units) = (series.summary().expect("rows"), units(&rows));
        assert_nearest(found.weight, &units.iter().map(|u| u.weight.clone()).sum());
        assert_nearest(found.mean, &oracle::mean(&units));
        assert_nearest_root(found.std_dev, &oracle::variance(&units));
        assert_nearest_root(found.cv.expect("cv"), &oracle::cv_squared(&units).expect("cv"));
    }

    #[test]
    fn doubles_give_the_nearest_doubles(rows in any_doubles()) {
        let (values, weights): (Vec<f64>, Vec<f64>) = rows.iter().copied().unzip();
        let units: Vec<_> = rows.iter().map(|(x, w)| Unit::doubles(*x, *w)).collect();
        assert_nearest(population_mean(&values, &weights).expect("rows"), &oracle::mean(&units));
        let sd = population_std_dev(&values, &weights).expect("rows");
        assert_nearest_root(sd, &oracle::variance(&units));
        if let Some(cv) = population_cv(&values, &weights) {
            assert_nearest_root(cv, &oracle::cv_squared(&units).expect("mean is not zero"));
        }
    }

    #[test]
    fn equal_ratios_do_not_vary(
        amount in 1u32..10_000, pupils in 1u32..5000, times in prop::collection::vec(1u32..900, 1..30)
    ) {
        let rows: Vec<_> = times.iter().map(|t| ((amount * t).into(), (pupils * t).into())).collect();
        let found = series(&rows).summary().expect("rows");
        prop_assert_eq!((found.std_dev, found.cv), (0.0, Some(0.0)));
    }

    #[test]
    fn scaling_the_amounts_leaves_the_coefficient(rows in any_schools(), factor in 1u32..10_000) {
        let scaled: Vec<_> =
            rows.iter().map(|(a, p)| (a.checked_mul(factor.into()).expect("small"), *p)).collect();
        let cv = |rows: &[_]| series(rows).summary().expect("rows").cv;
        prop_assert_eq!(cv(&scaled), cv(&rows));
    }

    #[test]
    fn splitting_a_row_of_one_ratio_changes_nothing(rows in any_schools(), parts in 2u32..9) {
        let n = Decimal::from(parts);
        let mut whole = rows.clone();
        let (amount, pupils) = rows[0];
        whole[0] = (amount.checked_mul(n).expect("small"), pupils.checked_mul(n).expect("small"));
        let mut split = rows.clone();
        split.extend(vec![rows[0]; parts as usize - 1]);
        let [whole, split] = [whole, split].map(|rows| series(&rows).summary().expect("rows"));
        prop_assert_eq!(junheng::stats::Summary { rows: whole.rows, ..split }, whole);
    }

    #[test]
    fn the_order_of_rows_leaves_every_bit(
        (rows, shuffled) in any_schools().prop_flat_map(|r| (Just(r.clone()), Just(r).prop_shuffle()))
    ) {
        prop_assert_eq!(series(&rows).summary(), series(&shuffled).summary());
    }

    #[test]
    fn merging_in_any_tree_keeps_fifteen_digits(
        rows in any_schools(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 40)
    ) {
        let pairs: Vec<(f64, f64)> =
            rows.iter().map(|(a, p)| (a.to_f64() / p.to_f64(), p.to_f64())).collect();
        let units: Vec<_> = pairs.iter().map(|(x, w)| Unit::doubles(*x, *w)).collect();
        let mut parts: Vec<Moments> = pairs.iter().map(|&(x, w)| {
            let mut part = Moments::default();
            assert!(part.add(x, w));
            part
        }).collect();
        // Two parts anywhere become one until one is left.
        for cut in cuts {
            if parts.len() > 1 {
                let part = parts.swap_remove(cut.index(parts.len()));
                let at = cut.index(parts.len());
                parts[at] = parts[at].merge(&part);
            }
        }
        let whole = parts.iter().fold(Moments::default(), |sum, part| sum.merge(part));
        prop_assert!(oracle::within_1e15(whole.mean().expect("mean"), &oracle::mean(&units)));
        let sd = whole.population_std_dev().expect("deviation");
        prop_assert!(oracle::within_1e15_of_root(sd, &oracle::variance(&units)));
        if let Some(square) = oracle::cv_squared(&units) {
            prop_assert!(oracle::within_1e15_of_root(whole.population_cv().expect("cv"), &square));
        }
    }

    #[test]
    fn decimals_round_half_up(x in any_decimal(), digits in 0u8..20) {
        let rounded = oracle::round_half_up(&exact(x), digits.into());
        prop_assert_eq!(decimal(&x.to_fixed(digits)), rounded.clone());
        prop_assert_eq!(exact(x.round_half_up(digits)), rounded);
        prop_assert_eq!(x.to_fixed(digits).split_once('.').map_or(0, |(_, d)| d.len()), digits as usize);
    }

    #[test]
    fn quotients_round_half_up_at_ties_and_beside_them(
        tie in -1_000_000i128..1_000_000, add in -1i128..=1, unit in 1i128..i128::MAX >> 40, digits in 0u8..6
    ) {
        // (tie + ½ + add/unit) of the last digit, give or take the smallest part.
        let den = 2 * unit * 10i128.pow(digits.into());
        let ratio = Ratio::new((2 * tie + 1) * unit + 2 * add, den).expect("positive");
        let (n, d) = ratio.parts();
        let expected = oracle::round_half_up(&(whole(n) / whole(d)), digits.into());
        prop_assert_eq!(decimal(&ratio.to_fixed(digits)), expected);
    }

    #[test]
    fn quotients_have_the_nearest_double(num in any::<i128>(), den in 1i128.., shift in 0u32..127, less in 0u32..127) {
        let ratio = Ratio::new(num >> shift, (den >> less).max(1)).expect("positive");
        let (n, d) = ratio.parts();
        assert_nearest(ratio.to_f64(), &(whole(n) / whole(d)));
    }

    #[test]
    fn quotients_compare_as_rationals(a in any::<i128>(), b in 1i128.., c in any_decimal()) {
        let ratio = Ratio::new(a, b).expect("positive");
        prop_assert_eq!(ratio.cmp_decimal(c), (whole(a) / whole(b)).cmp(&exact(c)));
        let scaled = Ratio::new(a >> 64, b >> 64 | 1).expect("positive");
        prop_assert_eq!(ratio.cmp(&scaled), (whole(a) / whole(b)).cmp(&(whole(a >> 64) / whole(b >> 64 | 1))));
    }

    #[test]
    fn decimals_have_the_nearest_double_and_keep_their_text(x in any_decimal()) {
        assert_nearest(x.to_f64(), &exact(x));
        prop_assert_eq!(x.to_string().parse::<Decimal>(), Ok(x));
    }

    #[test]
    fn decimal_arithmetic_is_exact_or_refused(x in any_decimal(), y in any_decimal(), exponent in 0u8..40) {
        for (found, expected) in [
            (x.checked_add(y), exact(x) + exact(y)),
            (x.checked_sub(y), exact(x) - exact(y)),
            (x.checked_mul(y), exact(x) * exact(y)),
            (x.times_pow10(exponent).ok(), exact(x) * decimal(&format!("1{}", "0".repeat(exponent.into())))),
        ] {
            match found {
                Some(found) => prop_assert_eq!(exact(found), expected),
                None => prop_assert!(!oracle::is_decimal(&expected), "{} refused", expected),
            }
        }
        prop_assert_eq!(x.cmp(&y), exact(x).cmp(&exact(y)));
    }
}

#[test]
fn the_oracle_splits_as_the_published_examples() {
    // 166 and 210 pupils weigh 166 : 231; 1200/1500/1500 of a twelve-year school with 32 000 m².
    let books = oracle::shares(&whole(23_226), [166, 210, 0]).expect("pupils");
    assert_eq!(books[0], whole(23_226 * 166) / whole(397));
    let area = oracle::shares(&whole(32_000), [1200, 1500, 1500]).expect("pupils");
    let shown = area.map(|share| (share * whole(10_000)).floor() / whole(10_000));
    assert_eq!(shown, ["7950.3105", "10931.6770", "13118.0124"].map(decimal));
    assert_eq!(oracle::shares(&whole(1), [0, 0, 0]), None);
}

#[test]
fn the_oracle_takes_the_mean_of_roots() {
    // (√2 + √3) / 2 = 1.57313218497098616…
    let (low, high) = oracle::mean_of_roots(&[whole(2), whole(3)], 17);
    let cut = BigInt::from(157_313_218_497_098_616i64);
    assert!(low <= cut && cut < high && high - low <= BigInt::from(2));
}
