//! Balance between the schools of a county (校际均衡): one coefficient an indicator, and their mean.

use std::cmp::Ordering;

use super::reach::Readings;
use super::rules::{Limit, Rule, StageRules};
use super::unit::Value;
use super::{Judge, Verdict};
use crate::indicator::{AmountCells, Indicator};
use crate::numeric::{Decimal, pow10};
use crate::stats::{
    Coefficient, Columns, Exact, Group, Item, MeanCv, Share, Width, decided, is_rounded_clearly,
    round_clearly,
};

/// Mean, standard deviation and coefficient of variation of an indicator over the units of a stage (差异系数).
///
/// # Formula
/// With `xᵢ` the amount and `Pᵢ` the pupils of a unit: `X̄ = Σ xᵢ / Σ Pᵢ`, `Xᵢ = xᵢ / Pᵢ`,
/// `S² = Σ Pᵢ (Xᵢ − X̄)² / Σ Pᵢ`, `CV = S / X̄` (教督〔2012〕3号, notes on calculation; 教督〔2017〕6号 第五条).
#[doc(alias = "差异系数")]
#[derive(Clone, Debug)]
pub struct Variation {
    pub(super) indicator: Indicator,
    pub(super) units: u32,
    pub(super) missing: u32,
    /// Whether those are left out of the coefficient.
    pub(super) skips: bool,
    pub(super) units_meeting: Option<u32>,
    pub(super) figures: Option<Coefficient>,
    /// Decimals of the mean and of the coefficient as they are printed.
    decimals: [u8; 2],
    /// Both as they are printed, where the doubles do not say it.
    printed: Option<Box<[Option<Decimal>; 2]>>,
    /// The exact coefficient against the limit.
    pub(super) order: Option<Ordering>,
    pub(super) readings: Option<Readings>,
    pub(super) verdict: Option<Verdict>,
}

// A nation has forty thousand of them.
const _: () = assert!(size_of::<Variation>() <= 80);

impl Variation {
    /// The indicator.
    pub fn indicator(&self) -> Indicator {
        self.indicator
    }

    /// Units that have a value.
    pub fn units(&self) -> u32 {
        self.units
    }

    /// Units whose value is missing.
    pub fn missing(&self) -> u32 {
        self.missing
    }

    /// Units left out of the coefficient because their value is missing; `None` unless that was asked for.
    pub fn skipped(&self) -> Option<u32> {
        self.skips.then_some(self.missing)
    }

    /// Units that reach the threshold; `None` where the standard has none.
    pub fn units_meeting(&self) -> Option<u32> {
        self.units_meeting
    }

    /// Mean, in the indicator's unit per pupil or per so many pupils; `None` where data are missing.
    pub fn mean(&self) -> Option<f64> {
        self.figures.as_ref().map(|f| f.mean)
    }

    /// Standard deviation, population form.
    pub fn std_dev(&self) -> Option<f64> {
        self.figures.as_ref().map(|f| f.std_dev)
    }

    /// Coefficient of variation; `None` where data are missing or the mean is zero.
    pub fn cv(&self) -> Option<f64> {
        self.figures.as_ref()?.cv()
    }

    /// The arithmetic that it took to settle every last bit; `None` where there is no coefficient to settle.
    pub fn width(&self) -> Option<Width> {
        self.figures.as_ref().map(|f| f.width)
    }

    /// The mean as the form prints it, rounded half up on its exact value.
    pub fn printed_mean(&self) -> Option<Decimal> {
        let [mean, _] = self.decimals;
        match &self.printed {
            Some(printed) => printed[0],
            None => round_clearly(self.mean()?, mean),
        }
    }

    /// The coefficient as the form prints it, rounded half up on its exact value.
    pub fn printed_cv(&self) -> Option<Decimal> {
        let [_, cv] = self.decimals;
        match &self.printed {
            Some(printed) => printed[1],
            None => round_clearly(self.cv()?, cv),
        }
    }

    /// Whether the coefficient is within its [limit](super::StageResult::cv_limit); `None` where there is no limit.
    pub fn verdict(&self) -> Option<Verdict> {
        self.verdict
    }
}

/// The arithmetic mean of the coefficients of a stage (综合差异系数).
#[doc(alias = "综合差异系数")]
#[derive(Clone, Debug, Default)]
pub struct Composite {
    pub(super) cv: Option<f64>,
    /// Decimals of the coefficient as it is printed, and what is printed where the double does not say it.
    decimals: u8,
    unclear: Option<Option<Decimal>>,
    /// The exact coefficient against the limit.
    pub(super) order: Option<Ordering>,
    pub(super) readings: Option<Readings>,
    pub(super) verdict: Option<Verdict>,
}

impl Composite {
    /// The mean of the coefficients; `None` where one of them does not exist.
    pub fn cv(&self) -> Option<f64> {
        self.cv
    }

    /// As the form prints it, rounded half up on its exact value.
    pub fn printed(&self) -> Option<Decimal> {
        self.unclear.unwrap_or_else(|| round_clearly(self.cv?, self.decimals))
    }

    /// Whether it is within its [limit](super::StageResult::composite_limit); `None` where there is no limit.
    pub fn verdict(&self) -> Option<Verdict> {
        self.verdict
    }
}

/// What is known of the units of one indicator before its coefficient is computed.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    /// Units whose value is known.
    pub(super) units: u32,
    pub(super) missing: u32,
    pub(super) meeting: u32,
    /// Whether the coefficient may be computed over the values.
    pub(super) complete: bool,
}

/// Single values as the arithmetic takes them: whole numbers in columns, or one by one where a column cannot hold them.
pub(super) enum Sample {
    Values { pupils: Vec<i64>, amounts: Vec<i64>, shares: Vec<Share>, per: u32 },
    Items(Vec<Item>),
}

/// Decimals of amounts in columns; what has more goes one by one.
const DECIMALS: u8 = AmountCells::DECIMALS;

impl Sample {
    /// Of any values, each with the pupils of its unit.
    pub(super) fn of_values(values: &[(Value, i128)], per: u32) -> Sample {
        Self::in_columns(values, per).unwrap_or_else(|| Sample::Items(values.iter().map(item).collect()))
    }

    fn in_columns(values: &[(Value, i128)], per: u32) -> Option<Sample> {
        let mut pupils = Vec::with_capacity(values.len());
        let mut amounts = Vec::with_capacity(values.len());
        let mut shares = Vec::new();
        for (unit, (value, count)) in values.iter().enumerate() {
            let more = DECIMALS.checked_sub(value.amount.scale)?;
            pupils.push(i64::try_from(*count).ok()?);
            amounts.push(i64::try_from(value.amount.mantissa.checked_mul(pow10(more))?).ok()?);
            shares.extend(value.share.of_unit(unit, *count)?);
        }
        Some(Sample::Values { pupils, amounts, shares, per })
    }

    fn as_columns(&self) -> Option<Columns<'_>> {
        match self {
            Sample::Values { pupils, amounts, shares, per } => {
                Some(Columns::new(pupils, amounts).scale(DECIMALS).per(*per).shares(shares))
            }
            Sample::Items(_) => None,
        }
    }
}

fn item((value, pupils): &(Value, i128)) -> Item {
    let (num, den) = value.ratio.parts();
    Item { num, den, weight: *pupils }
}

impl Group for Sample {
    fn coefficient(&self) -> Option<Coefficient> {
        match self {
            Sample::Items(items) => items.coefficient(),
            _ => self.as_columns()?.coefficient(),
        }
    }

    fn exact(&self) -> Exact {
        match self {
            Sample::Items(items) => items.exact(),
            _ => self.as_columns().map_or_else(|| Vec::new().exact(), |c| c.exact()),
        }
    }
}

/// The coefficient of an indicator, whose figures are these and of whose values `sample` gives the exact ones.
#[inline(always)]
pub(super) fn variation(
    rule: &Rule<'_>,
    rules: &StageRules<'_>,
    tally: Tally,
    figures: Option<Coefficient>,
    sample: &dyn Group,
    judge: Judge,
    skip: bool,
) -> Variation {
    let decimals @ [of_mean, of_cv] = [rule.mean_decimals, rules.cv_decimals];
    let is_clear = figures.as_ref().is_none_or(|f| {
        is_rounded_clearly(f.mean, of_mean) & is_rounded_clearly(f.cv().unwrap_or_default(), of_cv)
    });
    let printed = figures.as_ref().filter(|_| !is_clear);
    let printed = printed.map(|f| Box::new([f.rounded_mean(sample, of_mean), f.rounded_cv(sample, of_cv)]));
    let mut found = Variation {
        indicator: rule.rule.indicator(),
        units: tally.units,
        missing: tally.missing,
        skips: skip,
        units_meeting: rule.threshold.map(|_| tally.meeting),
        figures,
        decimals,
        printed,
        order: None,
        readings: None,
        verdict: None,
    };
    if let Some(limit) = &rules.cv_limit {
        found.order = figures.and_then(|f| f.cmp_cv_nearest(sample, limit.dated.value, limit.nearest));
        found.readings = at_most(limit, rules.cv_decimals, found.order, found.cv(), || found.printed_cv());
        found.verdict = Some(judge.verdict(found.readings));
    }
    found
}

/// The same of a coefficient whose doubles say all that is to be known, and whether it is within its limit.
#[inline(always)]
pub(super) fn clear_variation(
    rule: &Rule<'_>,
    rules: &StageRules<'_>,
    tally: Tally,
    (figures, is_within): (Coefficient, bool),
    skips: bool,
) -> Variation {
    let limit = rules.cv_limit.as_ref();
    Variation {
        indicator: rule.rule.indicator(),
        units: tally.units,
        missing: tally.missing,
        skips,
        units_meeting: rule.threshold.map(|_| tally.meeting),
        figures: Some(figures),
        decimals: [rule.mean_decimals, rules.cv_decimals],
        printed: None,
        order: limit.map(|_| if is_within { Ordering::Less } else { Ordering::Greater }),
        readings: limit.map(|_| Readings { exact: is_within, printed: is_within }),
        verdict: limit.map(|_| Verdict::from(is_within)),
    }
}

/// The composite of a stage's coefficients, of which `exact` gives the exact sums by place.
pub(super) fn composite(
    rules: &StageRules<'_>,
    parts: &[Variation],
    exact: &dyn Fn(usize) -> Exact,
    judge: Judge,
) -> Composite {
    let mean = MeanCv::of(parts.iter().map(|part| part.figures.as_ref()), exact);
    let cv = mean.as_ref().and_then(MeanCv::nearest);
    let decimals = rules.cv_decimals;
    let unclear = mean.as_ref().zip(cv).filter(|(_, cv)| !is_rounded_clearly(*cv, decimals));
    let unclear = unclear.map(|(mean, cv)| mean.rounded(cv, decimals));
    let mut found = Composite { cv, decimals, unclear, ..Composite::default() };
    if let Some(limit) = &rules.composite_limit {
        found.order = cv.zip(mean).and_then(|(nearest, mean)| {
            decided(nearest, limit.nearest).or_else(|| mean.cmp(limit.dated.value))
        });
        found.readings = at_most(limit, decimals, found.order, cv, || found.printed());
        found.verdict = Some(judge.verdict(found.readings));
    }
    found
}

/// Both readings of a coefficient held against its limit, from its exact order and, where that may be on the other side, its
/// printed form with so many decimals.
fn at_most(
    limit: &Limit<'_>,
    decimals: u8,
    order: Option<Ordering>,
    cv: Option<f64>,
    printed: impl FnOnce() -> Option<Decimal>,
) -> Option<Readings> {
    let exact = order? != Ordering::Greater;
    let printed = cv.filter(|cv| limit.is_near(*cv, decimals)).and_then(|_| printed());
    Some(Readings { exact, printed: printed.map_or(exact, |cv| cv <= limit.dated.value) })
}
