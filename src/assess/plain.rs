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
use crate::indicator::{BlankParts, Gathered};
use crate::model::{BLANK, DataSet, SchoolRow, Stage};
use crate::stats::{Columns, Share, Weights, small_to_f64};

/// The columns of plain stages; of one county and one stage after another, in the same memory.
pub(super) struct Plain<'d> {
    data: &'d DataSet,
    /// Those of each stage of the county.
    stages: [Units; 2],
    /// The stage under way.
    stage: usize,
    /// Of each indicator of the standard, by place; of those that are not plain, whatever.
    amounts: Vec<Vec<i64>>,
    parts: Vec<i64>,
    /// Of each unit one bit an indicator, by place, where it is met, and one [`BELOW`] bits higher where it is below its
    /// floor; as long as what is compared, so that many are marked at once.
    marks: Vec<u64>,
}

/// The units of a stage.
#[derive(Default)]
struct Units {
    /// Whether all is known of them that columns need; else there is nothing of use here.
    are_plain: bool,
    rows: Vec<u32>,
    /// The pupils of each unit.
    weights: Weights,
    /// The units that have only a part of what their school shares.
    shares: Vec<Share>,
    /// What an amount that is shared is to be multiplied with to make it one a pupil.
    shared: Vec<f64>,
}

const BELOW: usize = u16::BITS as usize;

/// How the units of a stage stand to the threshold of an indicator.
#[derive(Default)]
pub(super) struct Standing {
    /// How many clearly meet it.
    pub(super) meeting: u32,
    /// Those too near to tell.
    pub(super) near: Vec<usize>,
}

impl Units {
    fn begin(&mut self) {
        self.are_plain = true;
        self.rows.clear();
        self.weights.clear();
        self.shares.clear();
        self.shared.clear();
    }

    /// Adds a unit: its pupils among those of all stages of its school, which weigh so much.
    fn push(&mut self, row: u32, stage: Stage, counts: [u32; 3], weights: [u32; 3]) {
        let own = i64::from(counts[stage as usize]);
        self.weights.push(own);
        if counts.into_iter().map(i64::from).sum::<i64>() == own {
            self.shared.push(1.0 / own as f64);
        } else {
            let times = weights[stage as usize];
            let of = weights.into_iter().zip(counts).map(|(w, count)| i64::from(w) * i64::from(count)).sum();
            self.shares.push(Share { unit: self.rows.len(), times, of });
            self.shared.push(f64::from(times) / of as f64);
        }
        self.rows.push(row);
    }
}

impl<'d> Plain<'d> {
    pub(super) fn new(data: &'d DataSet) -> Self {
        Plain {
            data,
            stages: Default::default(),
            stage: 0,
            amounts: Vec::new(),
            parts: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// Takes in the units of both stages of a county, each school with whether it is certainly assessed.
    pub(super) fn take(&mut self, schools: &[(SchoolRow<'d>, bool)], split: [i128; 3]) {
        self.stages.iter_mut().for_each(Units::begin);
        let weights = split.map(|weight| u32::try_from(weight).unwrap_or(u32::MAX));
        // The weighted pupils of three stages then stay within 64 bits.
        if weights.iter().any(|weight| weight >> 28 != 0) {
            return self.give_up();
        }
        for (school, is_assessed) in schools {
            let Some(counts) = school.all_counts() else { return self.give_up() };
            let kind = school.kind();
            let odd =
                |stage: Stage| counts[stage as usize] > 0 && kind.stages_are_fixed() && !kind.has(stage);
            let is_odd = !is_assessed || Stage::ALL.into_iter().any(odd);
            for (stage, units) in Stage::COMPULSORY.into_iter().zip(&mut self.stages) {
                if counts[stage as usize] > 0 {
                    units.are_plain &= !is_odd;
                    units.push(school.row(), stage, counts, weights);
                }
            }
        }
    }

    fn give_up(&mut self) {
        self.stages.iter_mut().for_each(|units| units.are_plain = false);
    }

    /// Begins with a stage of the county; whether it is plain: without units, and where something is not known or beyond the
    /// range of columns, nothing here is of use.
    pub(super) fn begin(&mut self, stage: Stage) -> bool {
        let Some(units) = self.stages.get(stage as usize) else { return false };
        self.stage = stage as usize;
        self.marks.clear();
        self.marks.resize(units.rows.len(), 0);
        units.are_plain && !units.rows.is_empty()
    }

    fn units(&self) -> &Units {
        &self.stages[self.stage]
    }

    /// The row of each unit.
    pub(super) fn rows(&self) -> &[u32] {
        &self.units().rows
    }

    /// The school of each unit.
    pub(super) fn schools(&self) -> impl Iterator<Item = SchoolRow<'d>> {
        self.rows().iter().map(|row| self.data.school(*row))
    }

    /// The pupils of all units.
    pub(super) fn pupils(&self) -> i64 {
        self.units().weights.total()
    }

    /// Takes in the amounts of an indicator; `None` where a unit has none, or no ordinary one, and where it has something
    /// that a clause may add.
    pub(super) fn gather(&mut self, rules: &StageRules<'_>, place: usize) -> Option<Gathered> {
        let Plain { data, stages, amounts, parts, .. } = self;
        let rows = &stages[self.stage].rows;
        if amounts.len() <= place {
            amounts.resize_with(place + 1, Vec::new);
        }
        let rule = rules.indicators.get(place)?;
        let mut added = rule.clauses.iter().flat_map(|clause| adds(clause, rules.stage));
        if added.any(|field| data.cells(field).any_of(rows)) {
            return None;
        }
        rule.rule.indicator().cells(data, rules.stage).gather(rows, amounts.get_mut(place)?, parts)
    }

    /// The rows whose component was blank when the amounts were taken in.
    pub(super) fn blank_parts(&self, which: BlankParts) -> impl Iterator<Item = u32> {
        let is_blank = move |unit: usize| match which {
            BlankParts::None => false,
            BlankParts::Some => self.parts.get(unit) == Some(&BLANK),
            BlankParts::All => true,
        };
        self.rows().iter().enumerate().filter(move |(unit, _)| is_blank(*unit)).map(|(_, row)| *row)
    }

    /// Marks what is clear of each unit.
    pub(super) fn judge(&mut self, rule: &Rule<'_>, place: usize) -> Standing {
        let (Some((threshold, floor)), Some(amounts)) = (&rule.reach, self.amounts.get(place)) else {
            return Standing::default();
        };
        let units = &self.stages[self.stage];
        let factors = if rule.rule.shared() { &units.shared } else { units.weights.inverses() };
        let unit = f64::from(rule.rule.per()) / 100.0;
        let floor = floor.as_ref().map_or(Clear::ALWAYS, Reach::clear).in_units_of(unit);
        let threshold = threshold.clear().in_units_of(unit);
        // No branches: how schools stand to a threshold cannot be foretold.
        let stands = |amount: i64, factor: f64| {
            let value = small_to_f64(amount) * factor;
            let (is_met, is_not) = (threshold.is_above(value), threshold.is_below(value));
            let is_below = is_not & floor.is_below(value);
            let is_clear = is_met | is_not & (is_below | floor.is_above(value));
            (is_met, is_below, is_clear)
        };
        let (mut meeting, mut unclear) = (0, 0);
        for ((amount, factor), mark) in amounts.iter().zip(factors).zip(&mut self.marks) {
            let (is_met, is_below, is_clear) = stands(*amount, *factor);
            *mark |= u64::from(is_met) << place | u64::from(is_below) << (place + BELOW);
            meeting += u64::from(is_met);
            unclear |= u64::from(!is_clear);
        }
        let mut near = Vec::new();
        if unclear != 0 {
            let units = amounts.iter().zip(factors).enumerate();
            let unclear = units.filter(|(_, (amount, factor))| !stands(**amount, **factor).2);
            near.extend(unclear.map(|(unit, _)| unit));
        }
        Standing { meeting: meeting as u32, near }
    }

    /// Marks a unit that was not clear.
    pub(super) fn mark(&mut self, unit: usize, place: usize, meets: bool, below: bool) {
        if let Some(mark) = self.marks.get_mut(unit) {
            *mark |= u64::from(meets) << place | u64::from(below) << (place + BELOW);
        }
    }

    /// Notes the marks of these indicators, one bit each.
    pub(super) fn note(&self, known: u16, records: &mut [UnitRecord]) {
        for (record, mark) in records.iter_mut().zip(&self.marks) {
            record.note_all(known, *mark as u16, (*mark >> BELOW) as u16);
        }
    }

    /// Amounts and pupils as the arithmetic takes them.
    pub(super) fn columns(&self, rule: &Rule<'_>, place: usize) -> Columns<'_> {
        let amounts = self.amounts.get(place).map_or(&[][..], Vec::as_slice);
        let units = self.units();
        let shares = if rule.rule.shared() { units.shares.as_slice() } else { &[] };
        Columns::with(&units.weights, amounts).scale(Gathered::DECIMALS).per(rule.rule.per()).shares(shares)
    }

    /// A unit by itself.
    pub(super) fn unit(&self, unit: usize, rules: &StageRules<'_>) -> Option<Unit<'d>> {
        Unit::of(self.data.school(*self.rows().get(unit)?), rules)
    }
}
