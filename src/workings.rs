//! How each coefficient of a stage comes about, step by step (核算底稿): what is written beside it so that it can be
//! followed by hand.
//!
//! Values, means and coefficients are those of the result; the steps between them are doubles in the order of the
//! formula, as a spreadsheet takes them.

use crate::assess::{StageResult, UnitResult, Variation};
use crate::model::{SchoolRow, Stage};
use crate::numeric::{Decimal, Ratio};
use crate::standards::{Clause, Dated, IndicatorRule};

/// The working of a stage.
pub(crate) struct Working<'a> {
    pub(crate) stage: StageResult<'a>,
    /// The weights by which the stages of a school share what it has.
    pub(crate) weights: [Decimal; 3],
    pub(crate) units: Vec<UnitWorking<'a>>,
    pub(crate) indicators: Vec<IndicatorWorking<'a>>,
}

/// A unit with what is the same for all its indicators.
pub(crate) struct UnitWorking<'a> {
    pub(crate) unit: UnitResult<'a>,
    /// Pupils of the school by stage.
    pub(crate) pupils: [Option<u64>; 3],
    /// Σ weight × pupils over its stages; `None` where pupils are missing.
    pub(crate) weighted: Option<f64>,
    /// The stage's part of what the school shares.
    pub(crate) share: Option<f64>,
    /// Indicators without a value.
    pub(crate) missing: usize,
}

/// An indicator over the units of a stage.
pub(crate) struct IndicatorWorking<'a> {
    pub(crate) rule: &'a IndicatorRule,
    pub(crate) variation: &'a Variation,
    pub(crate) threshold: Option<&'a Dated<Decimal>>,
    /// A step a unit, in the order of the units.
    pub(crate) steps: Vec<Step<'a>>,
}

/// A unit's part in a coefficient.
#[derive(Default)]
pub(crate) struct Step<'a> {
    /// What the stage has, or the school where its stages share it; `None` where the value is not known.
    pub(crate) amount: Option<Ratio>,
    /// The transitional clause that added to it.
    pub(crate) clause: Option<&'a Clause>,
    pub(crate) value: Option<Ratio>,
    /// Pupils with whom it enters the coefficient; `None` where it does not.
    pub(crate) counted: Option<u64>,
    pub(crate) meets: Option<bool>,
    /// Whether it reaches its floor; `None` where nothing is known or asked.
    pub(crate) reaches_floor: Option<bool>,
    /// `P (X − X̄)²`.
    pub(crate) square: Option<f64>,
}

impl<'a> Working<'a> {
    pub(crate) fn of(stage: StageResult<'a>) -> Self {
        let standard = stage.county().assessment().standard();
        let weights = standard.split_weights().map_or([Decimal::ONE; 3], |split| split.value);
        let rules = standard.indicators();
        let date = stage.county().as_of();
        let mut units = Vec::with_capacity(stage.units().len());
        let mut indicators: Vec<_> = rules
            .iter()
            .zip(stage.variation())
            .map(|(rule, variation)| IndicatorWorking {
                rule,
                variation,
                threshold: rule.threshold(stage.stage(), date),
                steps: Vec::with_capacity(stage.units().len()),
            })
            .collect();
        for (unit, values) in stage.units_with_values() {
            let amounts = unit.amounts();
            let floors = unit.below_floor().collect::<Vec<_>>();
            for ((indicator, value), amount) in indicators.iter_mut().zip(&values).zip(amounts) {
                let below = floors.contains(&indicator.rule.indicator());
                let step = Step::new(unit, indicator, *value, amount, below);
                indicator.steps.push(step);
            }
            units.push(UnitWorking::new(unit, weights, values.iter().filter(|v| v.is_none()).count()));
        }
        Working { stage, weights, units, indicators }
    }
}

impl<'a> UnitWorking<'a> {
    fn new(unit: UnitResult<'a>, weights: [Decimal; 3], missing: usize) -> Self {
        let pupils = Stage::ALL.map(|stage| pupils(unit.school(), stage));
        let weight = |stage: Stage| weights.get(stage as usize).map_or(1.0, |w| w.to_f64());
        let terms = Stage::ALL.into_iter().zip(pupils).map(|(stage, p)| Some(p? as f64 * weight(stage)));
        let weighted = terms.sum::<Option<f64>>();
        let own = unit.students().map(|p| p as f64 * weight(unit.stage()));
        let share = own.zip(weighted).map(|(own, all)| own / all);
        UnitWorking { unit, pupils, weighted, share, missing }
    }
}

fn pupils(school: SchoolRow<'_>, stage: Stage) -> Option<u64> {
    school.students(stage).and_then(Decimal::count)
}

impl<'a> IndicatorWorking<'a> {
    /// Whether the figures of the result are those that the steps come to: not where the units of the county are not
    /// certain as a whole.
    pub(crate) fn is_followed(&self) -> bool {
        let counted = self.steps.iter().filter(|step| step.counted.is_some()).count();
        let complete = counted > 0 && (self.skips() || counted == self.steps.len());
        complete == self.variation.mean().is_some()
    }

    /// What the stage has of the amount.
    pub(crate) fn own(&self, step: &Step<'_>, unit: &UnitWorking<'_>) -> Option<f64> {
        let share = if self.rule.shared() { unit.share? } else { 1.0 };
        Some(step.amount?.to_f64() * share)
    }

    /// Whether units without a value are left out of the coefficient.
    pub(crate) fn skips(&self) -> bool {
        self.variation.skipped().is_some()
    }
}

impl<'a> Step<'a> {
    fn new(
        unit: UnitResult<'a>,
        indicator: &IndicatorWorking<'a>,
        value: Option<Ratio>,
        amount: Option<(Ratio, Option<&'a Clause>)>,
        below: bool,
    ) -> Self {
        let asked = indicator.threshold.filter(|_| unit.verdict().is_some()).and(value);
        let counted = unit.students().filter(|_| value.is_some() && unit.is_in_scope());
        let mean = indicator.variation.mean();
        let square = value.zip(mean).zip(counted).map(|((value, mean), pupils)| {
            let off = value.to_f64() - mean;
            pupils as f64 * (off * off)
        });
        Step {
            amount: amount.map(|(amount, _)| amount),
            clause: amount.and_then(|(_, clause)| clause),
            value,
            counted,
            meets: unit.meets(indicator.rule.indicator()),
            reaches_floor: asked.map(|_| !below),
            square,
        }
    }
}
