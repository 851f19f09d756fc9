//! The quick way through a stage: whole numbers in columns, for the counties that miss nothing.
//!
//! A stage is plain where every unit of it is certainly assessed and its pupils are known; an indicator of it where, in
//! addition, every unit has an ordinary amount. Values are then held against thresholds in doubles, and those too near
//! to tell are left to the exact comparison. What is not plain goes the way of single values, which is the reference.

use super::rules::{Rule, StageRules};
use super::unit::Unit;
use crate::indicator::{Origin, Reader};
use crate::model::SchoolRow;
use crate::stats::Share;

/// A stage of which every unit is known.
pub(super) struct Plain {
    pub(super) pupils: Vec<i64>,
    /// The units that have only a part of what their school shares.
    pub(super) shares: Vec<Share>,
    /// What an amount is to be multiplied with to make it one a pupil: of what belongs to a stage, of what is shared.
    factors: [Vec<f64>; 2],
}

/// The amounts of an indicator in a plain stage.
pub(super) struct Amounts<'d> {
    pub(super) hundredths: Vec<i64>,
    /// Schools whose blank component means none.
    pub(super) without_part: Vec<SchoolRow<'d>>,
    /// Whether a school gives another column in its place.
    pub(super) substituted: bool,
}

impl Plain {
    /// `None` where something is not known, or beyond the range of columns.
    pub(super) fn of(units: &[(Unit<'_>, bool)]) -> Option<Self> {
        let mut plain = Plain {
            pupils: Vec::with_capacity(units.len()),
            shares: Vec::new(),
            factors: [Vec::with_capacity(units.len()), Vec::with_capacity(units.len())],
        };
        for (place, (unit, is_assessed)) in units.iter().enumerate() {
            let (pupils, share) = (i64::try_from(unit.pupils?).ok()?, unit.shared().ok()?);
            if !is_assessed {
                return None;
            }
            plain.shares.extend(share.of_unit(place)?);
            plain.pupils.push(pupils);
            let [own, shared] = &mut plain.factors;
            own.push(1.0 / pupils as f64);
            shared.push(share.weight as i64 as f64 / i64::try_from(share.divisor).ok()? as f64);
        }
        Some(plain)
    }

    /// The value of each unit, to a few roundings.
    pub(super) fn values<'p>(
        &'p self,
        rule: &Rule<'_>,
        amounts: &'p Amounts<'_>,
    ) -> impl Iterator<Item = f64> + 'p {
        let [own, shared] = &self.factors;
        let factors = if rule.rule.shared() { shared } else { own };
        let unit = f64::from(rule.rule.per()) / 100.0;
        let values = amounts.hundredths.iter().zip(factors);
        values.map(move |(hundredths, factor)| *hundredths as f64 * factor * unit)
    }
}

impl<'d> Amounts<'d> {
    /// `None` where a unit has none, or no ordinary one, and where a clause may add to it.
    pub(super) fn of(rules: &StageRules<'_>, rule: &Rule<'_>, units: &[(Unit<'d>, bool)]) -> Option<Self> {
        let reader: Reader<'d> = match units.first() {
            Some((unit, _)) if rule.clauses.is_empty() => {
                rule.rule.indicator().reader(unit.school.data(), rules.stage)
            }
            _ => return None,
        };
        let mut hundredths = Vec::with_capacity(units.len());
        let (mut without_part, mut substituted) = (Vec::new(), false);
        for (unit, _) in units {
            let (amount, origin) = reader.hundredths(unit.school)?;
            hundredths.push(amount);
            match origin {
                Origin::Main => {}
                Origin::WithoutPart => without_part.push(unit.school),
                Origin::Substitute => substituted = true,
            }
        }
        Some(Amounts { hundredths, without_part, substituted })
    }
}
