//! The quick way through a stage: whole numbers in columns, for the counties that miss nothing.
//!
//! A stage is plain where every unit of it is certainly assessed and all pupils of its schools are known; an indicator of
//! it where, in addition, every unit has an ordinary amount. Values are then held against thresholds in doubles, and those
//! too near to tell are left to the exact comparison. What is not plain goes the way of single values, which is the
//! reference.

use super::reach::{Clear, Reach};
use super::result::UnitRecord;
use super::rules::{Rule, StageRules};
use super::unit::{Unit, adds};
use crate::indicator::Gathered;
use crate::model::{DataSet, SchoolRow, Stage};
use crate::stats::{Columns, Share, Weights};

/// The columns of a plain stage; of one stage after another, in the same memory.
pub(super) struct Plain<'d> {
    data: &'d DataSet,
    rows: Vec<u32>,
    /// The pupils of each unit.
    weights: Weights,
    /// The units that have only a part of what their school shares.
    shares: Vec<Share>,
    /// What an amount that is shared is to be multiplied with to make it one a pupil.
    shared: Vec<f64>,
    /// Of each indicator of the standard, by place; of those that are not plain, whatever.
    amounts: Vec<Vec<i64>>,
    parts: Vec<i64>,
    marks: Marks,
}

/// One bit an indicator for each unit, by place.
#[derive(Default)]
struct Marks {
    meets: Vec<u16>,
    below: Vec<u16>,
}

impl<'d> Plain<'d> {
    pub(super) fn new(data: &'d DataSet) -> Self {
        Plain {
            data,
            rows: Vec::new(),
            weights: Weights::default(),
            shares: Vec::new(),
            shared: Vec::new(),
            amounts: Vec::new(),
            parts: Vec::new(),
            marks: Marks::default(),
        }
    }

    /// Takes in the units of a stage, each school with whether it is certainly assessed.
    ///
    /// Whether the stage is plain: without units, and where something is not known or beyond the range of columns, nothing
    /// here is of use.
    pub(super) fn take(&mut self, schools: &[(SchoolRow<'d>, bool)], rules: &StageRules<'_>) -> bool {
        self.rows.clear();
        self.weights.clear();
        self.shares.clear();
        self.shared.clear();
        let weights = rules.split.map(|weight| u32::try_from(weight).unwrap_or(u32::MAX));
        // The weighted pupils of three stages then stay within 64 bits.
        if weights.iter().any(|weight| weight >> 28 != 0) {
            return false;
        }
        for (school, is_assessed) in schools {
            let Some(counts) = school.all_counts() else { return false };
            let own = counts.get(rules.stage as usize).copied().unwrap_or_default();
            if own == 0 {
                continue;
            }
            let kind = school.kind();
            let odd =
                |stage: Stage| counts[stage as usize] > 0 && kind.stages_are_fixed() && !kind.has(stage);
            if !is_assessed || Stage::ALL.into_iter().any(odd) {
                return false;
            }
            let own = i64::from(own);
            self.weights.push(own);
            if counts.into_iter().map(i64::from).sum::<i64>() == own {
                self.shared.push(1.0 / own as f64);
            } else {
                let times = weights.get(rules.stage as usize).copied().unwrap_or_default();
                let of =
                    weights.into_iter().zip(counts).map(|(w, count)| i64::from(w) * i64::from(count)).sum();
                self.shares.push(Share { unit: self.rows.len(), times, of });
                self.shared.push(f64::from(times) / of as f64);
            }
            self.rows.push(school.row());
        }
        self.marks.meets.clear();
        self.marks.meets.resize(self.rows.len(), 0);
        self.marks.below.clear();
        self.marks.below.resize(self.rows.len(), 0);
        !self.rows.is_empty()
    }

    /// The row of each unit.
    pub(super) fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// The school of each unit.
    pub(super) fn schools(&self) -> impl Iterator<Item = SchoolRow<'d>> {
        self.rows.iter().map(|row| self.data.school(*row))
    }

    /// The pupils of all units.
    pub(super) fn pupils(&self) -> i64 {
        self.weights.total()
    }

    /// Takes in the amounts of an indicator; `None` where a unit has none, or no ordinary one, and where it has something
    /// that a clause may add.
    pub(super) fn gather(&mut self, rules: &StageRules<'_>, place: usize) -> Option<Gathered> {
        if self.amounts.len() <= place {
            self.amounts.resize_with(place + 1, Vec::new);
        }
        let rule = rules.indicators.get(place)?;
        let mut added = rule.clauses.iter().flat_map(|clause| adds(clause, rules.stage));
        if added.any(|field| self.data.cells(field).any_of(&self.rows)) {
            return None;
        }
        let amounts = self.amounts.get_mut(place)?;
        rule.rule.indicator().cells(self.data, rules.stage).gather(&self.rows, amounts, &mut self.parts)
    }

    /// Marks what is clear of each unit, and gives the places of those of which it is not.
    pub(super) fn judge(&mut self, rule: &Rule<'_>, place: usize) -> Vec<usize> {
        let (Some((threshold, floor)), Some(amounts)) = (&rule.reach, self.amounts.get(place)) else {
            return Vec::new();
        };
        let factors = if rule.rule.shared() { &self.shared } else { self.weights.inverses() };
        let unit = f64::from(rule.rule.per()) / 100.0;
        let (threshold, floor) = (threshold.clear(), floor.as_ref().map_or(Clear::ALWAYS, Reach::clear));
        // No branches: how schools stand to a threshold cannot be foretold.
        let stands = |amount: i64, factor: f64| {
            let value = amount as f64 * factor * unit;
            let meets = threshold.is_above(value);
            let below = !meets & floor.is_below(value);
            let is_clear = meets | (threshold.is_below(value) & (below | floor.is_above(value)));
            (meets, below, is_clear)
        };
        let mut all_clear = true;
        let marks = self.marks.meets.iter_mut().zip(&mut self.marks.below);
        for ((amount, factor), (meets, below)) in amounts.iter().zip(factors).zip(marks) {
            let (is_met, is_below, is_clear) = stands(*amount, *factor);
            *meets |= u16::from(is_met) << place;
            *below |= u16::from(is_below) << place;
            all_clear &= is_clear;
        }
        if all_clear {
            return Vec::new();
        }
        let near = amounts.iter().zip(factors).enumerate();
        near.filter(|(_, (amount, factor))| !stands(**amount, **factor).2).map(|(unit, _)| unit).collect()
    }

    /// Marks a unit that was not clear.
    pub(super) fn mark(&mut self, unit: usize, place: usize, meets: bool, below: bool) {
        let mark = |marks: &mut [u16], is: bool| {
            if let Some(mark) = marks.get_mut(unit) {
                *mark = *mark & !(1 << place) | u16::from(is) << place;
            }
        };
        mark(&mut self.marks.meets, meets);
        mark(&mut self.marks.below, below);
    }

    /// How many units are marked as meeting an indicator.
    pub(super) fn meeting(&self, place: usize) -> u32 {
        self.marks.meets.iter().map(|meets| u32::from(meets >> place & 1)).sum()
    }

    /// Notes the marks of these indicators, one bit each.
    pub(super) fn note(&self, known: u16, records: &mut [UnitRecord]) {
        for ((record, meets), below) in records.iter_mut().zip(&self.marks.meets).zip(&self.marks.below) {
            record.note_all(known, *meets, *below);
        }
    }

    /// Amounts and pupils as the arithmetic takes them.
    pub(super) fn columns(&self, rule: &Rule<'_>, place: usize) -> Columns<'_> {
        let amounts = self.amounts.get(place).map_or(&[][..], Vec::as_slice);
        let shares = if rule.rule.shared() { self.shares.as_slice() } else { &[] };
        Columns::with(&self.weights, amounts).scale(Gathered::DECIMALS).per(rule.rule.per()).shares(shares)
    }

    /// A unit by itself.
    pub(super) fn unit(&self, unit: usize, rules: &StageRules<'_>) -> Option<Unit<'d>> {
        Unit::of(self.data.school(*self.rows.get(unit)?), rules)
    }
}
