//! The value of an indicator in one stage of one school, exactly.

use super::Options;
use super::rules::{Rule, StageRules, covers};
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
    /// As columns of whole numbers take the share of a unit with so many pupils: nothing of one that has all of its
    /// school.
    ///
    /// `None` beyond their range.
    pub(super) fn of_unit(self, unit: usize, pupils: i128) -> Option<Option<stats::Share>> {
        if self.weight == 1 && self.divisor == pupils {
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
            if covers(clause, self.school, options).ok_or(Unknown::Clause(place))? {
                amount = amount.plus(extra, 1);
                added = Some((place, extra));
            }
        }
        Ok(Value { ratio: ratio(amount, rule.rule.per(), share), amount, added, share })
    }

    /// An amount per so many pupils, of a school with several stages the part of this one.
    pub(crate) fn per_pupil(&self, amount: Amount, per: u32, shared: bool) -> Result<Value, Unknown> {
        let share = self.share(shared)?;
        Ok(Value { ratio: ratio(amount, per, share), amount, added: None, share })
    }

    fn share(&self, shared: bool) -> Result<Share, Unknown> {
        let pupils = self.pupils.ok_or(Unknown::Pupils(self.stage))?;
        if shared { self.share } else { Ok(Share { weight: 1, divisor: pupils }) }
    }

    /// The columns of a clause that add to this stage.
    pub(crate) fn adds(&self, clause: &Clause) -> impl Iterator<Item = Field> {
        adds(clause, self.stage)
    }

    /// What the columns of a clause add; `None` where that is nothing.
    fn extra(&self, clause: &Clause) -> Option<Amount> {
        let amounts = self.adds(clause).filter_map(|field| Amount::of(self.school, field));
        amounts.reduce(|a, b| a.plus(b, 1)).filter(|sum| sum.mantissa != 0)
    }
}

/// The columns of a clause that add to a stage.
pub(super) fn adds(clause: &Clause, stage: Stage) -> impl Iterator<Item = Field> {
    clause.adds.iter().copied().filter(move |field| field.stage().is_none_or(|own| own == stage))
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
        if kind.cannot_have(other) && pupils > 0 {
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
