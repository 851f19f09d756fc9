//! Balance between the schools of a county (校际均衡): one coefficient an indicator, and their mean.

use std::cmp::Ordering;

use super::rules::{Rule, StageRules};
use super::unit::Readings;
use super::{Judge, Verdict};
use crate::indicator::Indicator;
use crate::numeric::{Decimal, Double};
use crate::standards::Dated;
use crate::stats::{Coefficient, Item, cmp_mean_cv, coefficient, round_with};

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
    pub(super) skipped: Option<u32>,
    pub(super) units_meeting: Option<u32>,
    pub(super) figures: Option<Coefficient>,
    pub(super) printed_mean: Option<Decimal>,
    pub(super) printed_cv: Option<Decimal>,
    pub(super) limit: Option<Dated<Decimal>>,
    /// The exact coefficient against the limit.
    pub(super) order: Option<Ordering>,
    pub(super) readings: Option<Readings>,
    pub(super) verdict: Option<Verdict>,
}

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
        self.skipped
    }

    /// Units that reach the threshold; `None` where the standard has none.
    pub fn units_meeting(&self) -> Option<u32> {
        self.units_meeting
    }

    /// Mean, in the indicator's unit per pupil or per so many pupils; `None` where data are missing.
    pub fn mean(&self) -> Option<f64> {
        self.figures.as_ref().map(|f| f.mean.to_f64())
    }

    /// Standard deviation, population form.
    pub fn std_dev(&self) -> Option<f64> {
        self.figures.as_ref().map(|f| f.std_dev.to_f64())
    }

    /// Coefficient of variation; `None` where data are missing or the mean is zero.
    pub fn cv(&self) -> Option<f64> {
        self.figures.as_ref()?.cv.map(|cv| cv.to_f64())
    }

    /// The mean as the form prints it, rounded half up on its exact value.
    pub fn printed_mean(&self) -> Option<Decimal> {
        self.printed_mean
    }

    /// The coefficient as the form prints it, rounded half up on its exact value.
    pub fn printed_cv(&self) -> Option<Decimal> {
        self.printed_cv
    }

    /// The limit with its source; `None` where single coefficients have none.
    pub fn limit(&self) -> Option<&Dated<Decimal>> {
        self.limit.as_ref()
    }

    /// Whether the coefficient is within its limit; `None` where there is no limit.
    pub fn verdict(&self) -> Option<Verdict> {
        self.verdict
    }
}

/// The arithmetic mean of the coefficients of a stage (综合差异系数).
#[doc(alias = "综合差异系数")]
#[derive(Clone, Debug, Default)]
pub struct Composite {
    pub(super) cv: Option<f64>,
    pub(super) printed: Option<Decimal>,
    pub(super) limit: Option<Dated<Decimal>>,
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
        self.printed
    }

    /// The limit with its source; `None` where the composite has none.
    pub fn limit(&self) -> Option<&Dated<Decimal>> {
        self.limit.as_ref()
    }

    /// Whether it is within its limit; `None` where there is no limit.
    pub fn verdict(&self) -> Option<Verdict> {
        self.verdict
    }
}

/// What is known of the units of one indicator before its coefficient is computed.
pub(super) struct Tally {
    pub(super) items: Vec<Item>,
    pub(super) missing: u32,
    pub(super) meeting: u32,
    /// Whether the coefficient may be computed over the items.
    pub(super) complete: bool,
}

/// The coefficient of an indicator.
pub(super) fn variation(
    rule: &Rule<'_>,
    rules: &StageRules<'_>,
    tally: &Tally,
    judge: Judge,
    skip: bool,
) -> Variation {
    let items = &tally.items;
    let figures = if tally.complete { coefficient(items) } else { None };
    let limit = rules.cv_limit.cloned();
    let printed_cv = figures.as_ref().and_then(|f| f.rounded_cv(items, rules.cv_decimals));
    let order = limit.as_ref().zip(figures.as_ref()).and_then(|(l, f)| f.cmp_cv(items, l.value));
    let readings = at_most(order, printed_cv, limit.as_ref());
    Variation {
        indicator: rule.rule.indicator(),
        units: items.len() as u32,
        missing: tally.missing,
        skipped: skip.then_some(tally.missing),
        units_meeting: rule.threshold.map(|_| tally.meeting),
        printed_mean: figures.as_ref().and_then(|f| f.rounded_mean(items, rule.mean_decimals)),
        printed_cv,
        verdict: limit.as_ref().map(|_| judge.verdict(readings)),
        limit,
        order,
        readings,
        figures,
    }
}

/// The composite of a stage's coefficients, each with the items it was computed from.
pub(super) fn composite(
    rules: &StageRules<'_>,
    parts: &[Variation],
    tallies: &[Tally],
    judge: Judge,
) -> Composite {
    let groups: Option<Vec<(&Coefficient, &[Item])>> = parts
        .iter()
        .zip(tallies)
        .map(|(v, t)| v.figures.as_ref().filter(|f| f.cv.is_some()).map(|f| (f, t.items.as_slice())))
        .collect();
    let groups = groups.filter(|g| !g.is_empty());
    let limit = rules.composite_limit.cloned();
    let mean = groups.as_deref().map(mean_cv);
    let printed = groups
        .as_deref()
        .zip(mean)
        .and_then(|(groups, mean)| round_with(mean, rules.cv_decimals, |tie| cmp_mean_cv(groups, tie)));
    let order = limit.as_ref().zip(groups.as_deref()).and_then(|(l, groups)| cmp_mean_cv(groups, l.value));
    let readings = at_most(order, printed, limit.as_ref());
    Composite {
        cv: mean.map(|m| m.to_f64()),
        printed,
        verdict: limit.as_ref().map(|_| judge.verdict(readings)),
        limit,
        order,
        readings,
    }
}

/// Both readings of a coefficient held against its limit, from its exact order and its printed form.
fn at_most(
    order: Option<Ordering>,
    printed: Option<Decimal>,
    limit: Option<&Dated<Decimal>>,
) -> Option<Readings> {
    let (exact, limit) = (order? != Ordering::Greater, limit?);
    Some(Readings { exact, printed: printed.map_or(exact, |cv| cv <= limit.value) })
}

fn mean_cv(groups: &[(&Coefficient, &[Item])]) -> Double {
    let sum = groups.iter().filter_map(|(f, _)| f.cv).fold(Double::ZERO, |sum, cv| sum + cv);
    sum / Double::from(groups.len() as f64)
}
