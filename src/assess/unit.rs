//! The value of an indicator in one stage of one school, exactly.

use std::cmp::Ordering;

use super::Options;
use super::rules::{Covered, Rule, StageRules, covered};
use crate::indicator::{Amount, Gap};
use crate::model::{Field, SchoolRow, Stage};
use crate::numeric::{Decimal, Ratio, pow10};
use crate::standards::Clause;
use crate::stats;

/// A unit of assessment: one stage of one school.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unit<'d> {
    pub(crate) school: SchoolRow<'d>,
    pub(crate) stage: Stage,
    /// Its pupils, above zero; `None` where they are missing.
    pub(crate) pupils: Option<i128>,
    share: Result<Share, Unknown>,
}

/// A stage's part of what its school shares: `weight / divisor` for each of its pupils.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) weight: i128,
    /// Σ weight × pupils over the stages of the school.
    pub(crate) divisor: i128,
}

impl Share {
    /// As columns of whole numbers take the share of a unit: nothing of one that has all of its school.
    ///
    /// `None` beyond their range.
    pub(super) fn of_unit(self, unit: usize) -> Option<Option<stats::Share>> {
        if self.weight == 1 {
            return Some(None);
        }
        let (times, of) = (u32::try_from(self.weight).ok()?, i64::try_from(self.divisor).ok()?);
        Some(Some(stats::Share { unit, times, of }))
    }
}

/// Why a value is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// Pupils of a stage are missing.
    Pupils(Stage),
    /// The pupils contradict the kind of school, so its shared resources cannot be split.
    Contradiction,
    /// A cell is missing.
    Missing(Field),
    /// A part is larger than its whole.
    Negative { whole: Field, part: Field },
    /// Whether the clause at this place among the rule's covers the school.
    Clause(usize),
}

impl From<Gap> for Unknown {
    fn from(gap: Gap) -> Self {
        match gap {
            Gap::Missing(field) => Unknown::Missing(field),
            Gap::Negative { whole, part } => Unknown::Negative { whole, part },
        }
    }
}

/// A value with what it is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value {
    /// Per pupil, or per so many pupils as the rule says.
    pub(crate) ratio: Ratio,
    /// What the school (of what is shared) or the stage has.
    pub(crate) amount: Amount,
    /// What a transitional clause added to it: the clause's place among the rule's, and how much.
    pub(crate) added: Option<(usize, Amount)>,
    pub(crate) share: Share,
}

/// Two readings of one comparison: on the exact value, and on the value as it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Readings {
    pub(crate) exact: bool,
    pub(crate) printed: bool,
}

impl Readings {
    pub(crate) fn differ(self) -> bool {
        self.exact != self.printed
    }
}

impl<'d> Unit<'d> {
    /// The unit of a stage; `None` where the school has no pupils in it.
    pub(crate) fn of(school: SchoolRow<'d>, rules: &StageRules<'_>) -> Option<Self> {
        let stage = rules.stage;
        let pupils = school.students(stage);
        if pupils.is_some_and(Decimal::is_zero) {
            return None;
        }
        let pupils = pupils.map(whole);
        Some(Unit { school, stage, pupils, share: share(school, stage, rules.split) })
    }

    /// The value of an indicator.
    pub(crate) fn value(&self, rule: &Rule<'_>, options: &Options) -> Result<Value, Unknown> {
        let share = self.share(rule.rule.shared())?;
        let mut amount = rule.rule.indicator().amount(self.school, self.stage)?;
        let mut added = None;
        for (place, clause) in rule.clauses.iter().enumerate() {
            let Some(extra) = self.extra(clause) else { continue };
            match covered(clause, self.school, options) {
                Covered::No => {}
                Covered::Unknown(_) => return Err(Unknown::Clause(place)),
                Covered::Yes => {
                    amount = amount.plus(extra, 1);
                    added = Some((place, extra));
                }
            }
        }
        Ok(Value { ratio: ratio(amount, rule.rule.per(), share), amount, added, share })
    }

    /// An amount per so many pupils, of a school with several stages the part of this one.
    pub(crate) fn per_pupil(&self, amount: Amount, per: u32, shared: bool) -> Result<Value, Unknown> {
        let share = self.share(shared)?;
        Ok(Value { ratio: ratio(amount, per, share), amount, added: None, share })
    }

    /// Its part of what its school shares.
    pub(super) fn shared(&self) -> Result<Share, Unknown> {
        self.share
    }

    fn share(&self, shared: bool) -> Result<Share, Unknown> {
        let pupils = self.pupils.ok_or(Unknown::Pupils(self.stage))?;
        if shared { self.share } else { Ok(Share { weight: 1, divisor: pupils }) }
    }

    /// The columns of a clause that add to this stage.
    pub(crate) fn adds(&self, clause: &Clause) -> impl Iterator<Item = Field> {
        let mine = |field: &Field| field.stage().is_none_or(|s| s == self.stage);
        clause.adds.iter().copied().filter(mine)
    }

    /// What the columns of a clause add; `None` where that is nothing.
    fn extra(&self, clause: &Clause) -> Option<Amount> {
        let amounts = self.adds(clause).filter_map(|field| Amount::of(self.school, field));
        amounts.reduce(|a, b| a.plus(b, 1)).filter(|sum| sum.mantissa != 0)
    }
}

/// A count; the reader lets only whole numbers in.
fn whole(count: Decimal) -> i128 {
    let (mantissa, scale) = count.parts();
    if scale == 0 { mantissa.into() } else { i128::from(mantissa) / pow10(scale) }
}

/// The value: `per × amount × weight / divisor`; the pupils of the unit cancel.
///
/// An amount is a sum of a few decimals, each below 10¹² with at most 17 decimals, so below 10³⁰ as a whole number;
/// a standards file keeps `per` times a weight below 10⁸, so every product here stays below 2¹²⁷.
fn ratio(amount: Amount, per: u32, share: Share) -> Ratio {
    let num = amount.mantissa * i128::from(per) * share.weight;
    // The divisor is positive: it holds the pupils of this unit, who are.
    Ratio::new(num, pow10(amount.scale) * share.divisor).unwrap_or_else(|| Decimal::ZERO.into())
}

fn share(school: SchoolRow<'_>, stage: Stage, weights: [i128; 3]) -> Result<Share, Unknown> {
    let kind = school.kind();
    let mut divisor = 0;
    let mut own = 0;
    let mut alone = true;
    for other in Stage::ALL {
        let Some(pupils) = school.students(other) else { return Err(Unknown::Pupils(other)) };
        let pupils = whole(pupils);
        if kind.stages_are_fixed() && !kind.has(other) && pupils > 0 {
            return Err(Unknown::Contradiction);
        }
        if other == stage {
            own = pupils;
        } else {
            alone &= pupils == 0;
        }
        divisor += weights[other as usize] * pupils;
    }
    let weight = weights[stage as usize];
    // A school with one stage only is not split: the weights cancel.
    Ok(if alone { Share { weight: 1, divisor: own } } else { Share { weight, divisor } })
}

/// A hair more than half a unit of the last printed place, by which rounding moves a value at most.
fn half_a_unit(decimals: u8) -> f64 {
    const HALF: [f64; 10] = [0.6, 0.6e-1, 0.6e-2, 0.6e-3, 0.6e-4, 0.6e-5, 0.6e-6, 0.6e-7, 0.6e-8, 0.6e-9];
    HALF.get(usize::from(decimals)).copied().unwrap_or(f64::INFINITY)
}

/// Holds a value against a limit from below, on both readings.
pub(crate) fn at_least(value: Ratio, limit: Decimal, decimals: u8) -> Readings {
    let exact = value.cmp_decimal(limit) != Ordering::Less;
    // What reaches a limit that can be printed reaches it rounded as well.
    if exact && limit.parts().1 <= decimals {
        return Readings { exact, printed: exact };
    }
    // Farther off, both readings agree.
    let near = (value.near_f64() - limit.to_f64()).abs() <= half_a_unit(decimals);
    let printed = if near { value.round_half_up(decimals).map_or(exact, |v| v >= limit) } else { exact };
    Readings { exact, printed }
}

/// Doubles beyond which [`at_least`] comes to the same on both readings, whatever the value is exactly.
#[derive(Clone, Copy)]
pub(super) struct Clear {
    above: f64,
    below: f64,
}

impl Clear {
    /// More than the error of a quotient of doubles that are themselves off by a few roundings.
    const ERROR: f64 = 1e-12;

    pub(super) fn of(limit: Decimal, decimals: u8) -> Self {
        let half = half_a_unit(decimals);
        // A limit that can be printed is reached rounded by all that reach it.
        let above = limit.to_f64() + if limit.parts().1 <= decimals { 0.0 } else { half };
        Clear { above: above * (1.0 + Self::ERROR), below: (limit.to_f64() - half) * (1.0 - Self::ERROR) }
    }

    /// Of no limit: everything is above it.
    pub(super) fn always() -> Self {
        Clear { above: f64::NEG_INFINITY, below: f64::NEG_INFINITY }
    }

    /// Whether a value certainly reaches the limit.
    #[inline]
    pub(super) fn is_above(self, value: f64) -> bool {
        value > self.above
    }

    /// Whether a value certainly does not; one that is neither is too near to say.
    #[inline]
    pub(super) fn is_below(self, value: f64) -> bool {
        value < self.below
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Values all around a limit, many of them on it or a hair beside it.
        #[test]
        fn what_is_clear_in_doubles_is_so_exactly(
            limit in 0..10_000i64, scale in 0..4u8, decimals in 0..4u8, amount in 0..200_000i64, pupils in 1..5_000i64,
            near in any::<bool>(), off in -2..=2i64,
        ) {
            let limit = Decimal::new(limit, scale).expect("small");
            // An amount in hundredths that comes as near to the limit as these pupils allow.
            let on = limit.at_scale(4) as i64 * pupils / 100 + off;
            let amount = if near { on.max(0) } else { amount };
            let readings = at_least(Ratio::new(amount.into(), 100 * i128::from(pupils)).expect("positive"), limit, decimals);
            let (clear, value) = (Clear::of(limit, decimals), amount as f64 * 0.01 * (1.0 / pupils as f64));
            let (above, below) = (clear.is_above(value), clear.is_below(value));
            if above || below {
                prop_assert_eq!(readings, Readings { exact: above, printed: above });
                prop_assert!(!(above && below));
            }
            // What is far off must be clear, or nothing is gained.
            let gap = (amount as f64 / 100.0 / pupils as f64 - limit.to_f64()).abs();
            prop_assert!(above || below || gap <= half_a_unit(decimals) * 1.01 + 1e-6);
        }
    }
}
