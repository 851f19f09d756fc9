//! Coefficients of variation: how long an item takes, in groups of the size of a county's stage and in one column.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use junheng::Decimal;
use junheng::stats::{Columns, Series, Share, population_cv};

/// One stage of one county: the pupils of its schools, and the amounts of an indicator, in hundredths.
struct Stage {
    pupils: Vec<i64>,
    amounts: Vec<i64>,
    shares: Vec<Share>,
}

/// A linear congruential generator (Knuth's MMIX): the same stages everywhere, without a dependency.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> i64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) % bound) as i64
    }
}

/// Few large schools, a long tail of small ones; every eighth shares what it has with a junior stage if `shared`.
fn stages(count: usize, schools: usize, shared: bool) -> Vec<Stage> {
    let mut random = Random(20_170_419);
    let stage = |_| {
        let pupils: Vec<i64> =
            (0..schools).map(|i| 30 + random.below(if i % 6 == 0 { 3000 } else { 400 })).collect();
        // 3 to 12 m² a pupil.
        let amounts = pupils.iter().map(|p| p * (300 + random.below(900)) + random.below(100)).collect();
        let share =
            |unit: usize| Share { unit, times: 10, of: 10 * pupils[unit] + 11 * (20 + random.below(1500)) };
        let shares = if shared { (0..schools).step_by(8).map(share).collect() } else { Vec::new() };
        Stage { pupils, amounts, shares }
    };
    (0..count).map(stage).collect()
}

/// How many coefficients are above 0.34.
fn over(stages: &[Stage], cv: impl Fn(&Stage) -> Option<f64>) -> usize {
    stages.iter().filter(|stage| cv(stage).is_some_and(|cv| cv > 0.34)).count()
}

fn by_columns(stage: &Stage) -> Option<f64> {
    Columns::new(&stage.pupils, &stage.amounts).scale(2).shares(&stage.shares).summary()?.cv
}

fn by_series(stage: &Stage) -> Option<f64> {
    let mut series = Series::default();
    for (&p, &x) in stage.pupils.iter().zip(&stage.amounts) {
        series.push(Decimal::new(x, 2).ok()?, Some(Decimal::new(p, 0).ok()?));
    }
    series.summary()?.cv
}

fn by_doubles(stage: &Stage) -> Option<f64> {
    let rows = stage.pupils.iter().zip(&stage.amounts);
    let (values, weights): (Vec<f64>, Vec<f64>) =
        rows.map(|(&p, &x)| (x as f64 / 100.0 / p as f64, p as f64)).unzip();
    population_cv(&values, &weights)
}

/// The plain two-pass formula that others use: a lower bound of the time, and no last digits.
fn by_two_passes(stage: &Stage) -> Option<f64> {
    let (total, sum) = stage
        .pupils
        .iter()
        .zip(&stage.amounts)
        .fold((0.0, 0.0), |(total, sum), (&p, &x)| (total + p as f64, sum + x as f64));
    let mean = sum / total;
    let squares = stage.pupils.iter().zip(&stage.amounts).fold(0.0, |squares, (&p, &x)| {
        let d = x as f64 / p as f64 - mean;
        squares + d * d * p as f64
    });
    Some((squares / total).sqrt() / mean)
}

fn coefficients(c: &mut Criterion) {
    type Way = fn(&Stage) -> Option<f64>;
    let ways: [(&str, Way); 4] = [
        ("columns", by_columns),
        ("series", by_series),
        ("doubles", by_doubles),
        ("two_passes", by_two_passes),
    ];
    // A county's stage is short, so what a group costs shows; one long column shows what an item costs. The counts
    // of coefficients over the limit were taken once from the exact series and hold for every way.
    for (shape, count, schools, expected, expected_shared) in
        [("counties", 400, 35, 181, 343), ("column", 1, 20_000, 1, 1)]
    {
        let plain = stages(count, schools, false);
        let mut group = c.benchmark_group(format!("coefficient/{shape}"));
        group.throughput(Throughput::Elements((count * schools) as u64));
        for (name, way) in ways {
            group.bench_function(name, |b| b.iter(|| assert_eq!(over(&plain, way), expected)));
        }
        let shared = stages(count, schools, true);
        group.bench_function("columns_with_shares", |b| {
            b.iter(|| assert_eq!(over(&shared, by_columns), expected_shared))
        });
        group.finish();
    }
}

criterion_group!(benches, coefficients);
criterion_main!(benches);
