//! The quick way through a stage: whole numbers in columns, for the counties that miss nothing.
//!
//! A stage is plain where every unit of it is certainly assessed and its pupils are known; an indicator of it where, in
//! addition, every unit has an ordinary amount. Values are then held against thresholds in doubles, and those too near
//! to tell are left to the exact comparison. What is not plain goes the way of single values, which is the reference.

use super::result::UnitRecord;
use super::rules::{Rule, StageRules};
use super::unit::{Clear, Unit};
use crate::indicator::Hundredths;
use crate::model::DataSet;
use crate::stats::Share;

/// A stage of which every unit is known.
pub(super) struct Plain<'d> {
    data: &'d DataSet,
    rows: Vec<u32>,
    pub(super) pupils: Vec<i64>,
    /// The units that have only a part of what their school shares.
    pub(super) shares: Vec<Share>,
    /// What an amount is to be multiplied with to make it one a pupil: of what belongs to a stage, of what is shared.
    own: Vec<f64>,
    shared: Vec<f64>,
}

impl<'d> Plain<'d> {
    /// `None` where something is not known, or beyond the range of columns, and without units.
    pub(super) fn of(units: &[(Unit<'d>, bool)]) -> Option<Self> {
        let room = units.len();
        let mut plain = Plain {
            data: units.first()?.0.school.data(),
            rows: Vec::with_capacity(room),
            pupils: Vec::with_capacity(room),
            shares: Vec::new(),
            own: Vec::with_capacity(room),
            shared: Vec::with_capacity(room),
        };
        for (place, (unit, is_assessed)) in units.iter().enumerate() {
            let (pupils, share) = (i64::try_from(unit.pupils?).ok()?, unit.shared().ok()?);
            if !is_assessed {
                return None;
            }
            plain.rows.push(unit.school.row());
            plain.pupils.push(pupils);
            let own = 1.0 / pupils as f64;
            plain.own.push(own);
            let part = share.of_unit(place)?;
            plain.shared.push(part.map_or(own, |part| f64::from(part.times) / part.of as f64));
            plain.shares.extend(part);
        }
        Some(plain)
    }

    /// The amounts of an indicator; `None` where a unit has none, or no ordinary one, and where a clause may add to it.
    pub(super) fn amounts(&self, rules: &StageRules<'_>, rule: &Rule<'_>) -> Option<Hundredths> {
        let cells = rule.rule.indicator().cells(self.data, rules.stage);
        if rule.clauses.is_empty() { cells.gather(&self.rows) } else { None }
    }

    /// Notes what is clear of each unit; those that are not, by their places.
    pub(super) fn judge(
        &self,
        rule: &Rule<'_>,
        amounts: &[i64],
        (place, decimals): (usize, u8),
        records: &mut [UnitRecord],
    ) -> Vec<usize> {
        let threshold = rule.threshold.map(|threshold| Clear::of(threshold.value, decimals));
        let floor = rule.floor.map_or(Clear::always(), |floor| Clear::of(floor, decimals));
        let Some(threshold) = threshold else {
            records.iter_mut().for_each(|record| record.note_clear(place, false, false));
            return Vec::new();
        };
        let factors = if rule.rule.shared() { &self.shared } else { &self.own };
        let unit = f64::from(rule.rule.per()) / 100.0;
        // No branches: how schools stand to a threshold cannot be foretold.
        let stands = |(amount, factor): (&i64, &f64)| {
            let value = *amount as f64 * factor * unit;
            let meets = threshold.is_above(value);
            let below = !meets & floor.is_below(value);
            let is_clear = meets | (threshold.is_below(value) & (below | floor.is_above(value)));
            (meets, below, is_clear)
        };
        let mut all_clear = true;
        for (of_unit, record) in amounts.iter().zip(factors).zip(&mut *records) {
            let (meets, below, is_clear) = stands(of_unit);
            all_clear &= is_clear;
            record.note_clear(place, meets, below);
        }
        if all_clear {
            return Vec::new();
        }
        let near =
            amounts.iter().zip(factors).map(stands).enumerate().filter(|(_, (.., is_clear))| !is_clear);
        near.map(|(unit, _)| unit).collect()
    }
}
