//! The quick way through a stage: whole numbers in columns, for the counties that miss nothing.
//!
//! A stage is plain where every unit of it is certainly assessed and all pupils of its schools are known; an indicator of
//! it where, in addition, every unit has an ordinary amount. Values are then held against thresholds in doubles, and those
//! too near to tell are left to the exact comparison. What is not plain goes the way of single values, which is the
//! reference.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f64x8, mask64x8};

use super::Verdict;
use super::intake::{Intake, Units, places};
use super::reach::{Bounds, Stand};
use super::result::UnitRecord;

use super::rules::{Block, Rule, StageRules};
use super::scope::Standing;
use super::stage::{self, unit_verdict};
use super::unit::{Unit, adds};
use crate::indicator::AmountCells;
use crate::model::{County, DataSet, Field, SchoolRow, Stage};
use crate::numeric::{LANES, Row};
use crate::standards::{IndicatorRule, Standard, UnitRule};
use crate::stats::{Coefficient, Columns, Exact, Figures, Group, Rows};

/// The columns of plain stages; of one county and one stage after another, in the same memory.
pub(super) struct Plain<'d> {
    data: &'d DataSet,
    /// The units of the county.
    intake: Intake,
    /// The cells that the amounts of each indicator are made of, by stage.
    cells: [Vec<AmountCells<'d>>; 2],
    /// The stage under way.
    stage: usize,
    /// The amounts of each unit for [`LANES`] indicators and the next, in room for more; below zero, or no number, where they are not
    /// ordinary.
    rows: Vec<Vec<Row>>,
    /// What is to be said of the columns that amounts come from, by stage.
    sources: [Vec<(usize, Origin)>; 2],
    /// The indicators that are plain, one bit each, by place.
    known: u16,
    /// How many units meet each.
    meeting: Vec<u32>,
    /// The coefficients of [`LANES`] indicators and the next, of those that are plain.
    figures: Vec<Figures>,
    /// Of each unit one bit an indicator, by place, where it is met, and one [`BELOW`] bits higher where it is below its
    /// floor; above these, from bit [`COUNT`] on, how many are met.
    marks: Vec<u64>,
    near: Vec<Near>,
}

/// A unit that is too near to the threshold or floor of some indicators to tell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near {
    pub(super) unit: usize,
    /// The place of the first of [`LANES`] indicators, and which of them, a bit each.
    place: usize,
    lanes: u64,
}

impl Near {
    /// The places of the indicators.
    pub(super) fn places(self) -> impl Iterator<Item = usize> {
        places(self.lanes).map(move |lane| self.place + lane as usize)
    }
}

/// Where amounts come from that their column alone does not give.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin {
    /// From that column and a component, whose blank means none.
    Component(Field),
    /// From another column, in the place of that one.
    Substitute(Field, Field),
}

const BELOW: usize = u16::BITS as usize;
const COUNT: usize = 2 * BELOW;

impl<'d> Plain<'d> {
    pub(super) fn new(data: &'d DataSet, standard: &Standard) -> Self {
        let cells = |stage| {
            let indicators = standard.indicators().iter().map(|rule| rule.indicator());
            indicators.map(|indicator| indicator.cells(data, stage)).collect()
        };
        let cells = Stage::COMPULSORY.map(cells);
        let origin = |(place, (rule, cells)): (usize, (&IndicatorRule, &AmountCells<'_>)), stage| {
            let indicator = rule.indicator();
            let origin = if cells.is_substituted() {
                indicator.substitute(stage).map(|other| Origin::Substitute(indicator.field(stage), other))
            } else {
                indicator.component(stage).map(Origin::Component)
            };
            Some((place, origin?))
        };
        let sources = Stage::COMPULSORY.map(|stage| {
            let cells = standard.indicators().iter().zip(&cells[stage as usize]);
            cells.enumerate().filter_map(|of| origin(of, stage)).collect()
        });
        Plain {
            data,
            intake: Intake::new(),
            cells,
            sources,
            stage: 0,
            rows: Vec::new(),
            known: 0,
            meeting: Vec::new(),
            figures: Vec::new(),
            marks: Vec::new(),
            near: Vec::new(),
        }
    }

    /// Takes in the units of a county, see [`Intake::take`].
    pub(super) fn take(&mut self, county: County<'d>, standings: &[Standing], split: [i128; 3]) {
        self.intake.take(county, standings, split);
    }

    /// The places of the schools of the county that are not certainly assessed.
    pub(super) fn outside(&self) -> &[u32] {
        &self.intake.outside
    }

    /// Begins with a stage of the county; whether it is plain: without units, and where something is not known or beyond the
    /// range of columns, nothing here is of use.
    pub(super) fn begin(&mut self, rules: &StageRules<'_>) -> bool {
        let Some(units) = self.intake.stages.get(rules.stage as usize) else { return false };
        self.stage = rules.stage as usize;
        if !units.are_plain {
            return false;
        }
        self.marks.clear();
        self.marks.resize(units.rows().len(), 0);
        self.known = 0;
        self.meeting.clear();
        self.figures.clear();
        self.near.clear();
        self.rows.resize_with(rules.blocks.len(), Vec::new);
        self.gather();
        dispatch!(Level::new(), simd => {
            for (place, block) in rules.blocks.iter().enumerate() {
                self.work(simd, rules, place, block);
            }
        });
        true
    }

    /// Takes in the amounts of all indicators.
    ///
    /// Apart from the vectors: to gather and scatter by them takes longer than one by one.
    fn gather(&mut self) {
        let Some(units) = self.intake.stages.get(self.stage) else { return };
        let cells = self.cells.get(self.stage).map_or(&[][..], Vec::as_slice);
        for (rows, cells) in self.rows.iter_mut().zip(cells.chunks(LANES)) {
            // Lanes without an indicator stay as they began.
            if rows.len() < units.rows().len() {
                rows.resize(units.rows().len(), Row::default());
            }
            for (lane, cells) in cells.iter().enumerate() {
                cells.put(units.rows().iter().copied(), rows, lane);
            }
        }
    }

    /// Sees how units stand to some indicators and what coefficients they have.
    #[inline(always)]
    fn work<S: Simd>(&mut self, simd: S, rules: &StageRules<'_>, place: usize, block: &Block) {
        let Plain { data, intake, rows, known, meeting, figures, marks, near, .. } = self;
        let (Some(units), Some(rows)) = (intake.stages.get(self.stage), rows.get(place)) else { return };
        let rows = rows.get(..units.rows().len()).unwrap_or_default();
        let Block { bounds, printed, per, shared } = block;
        let of_rows =
            Rows { weights: &units.weights, rows, scale: AmountCells::DECIMALS, per: *per, shared: *shared };
        let (found, at) = (of_rows.figures(simd, printed), place * LANES);
        let mut plain = 0;
        for (lane, rule) in rules.indicators.iter().skip(at).take(LANES).enumerate() {
            let mut added = rule.clauses.iter().flat_map(|clause| adds(clause, rules.stage));
            let is_more = added.any(|field| data.cells(field).any_of(units.rows().iter().copied()));
            plain |= u64::from(found.is_ordinary(lane) && !is_more) << lane;
        }
        *known |= (plain << at) as u16;
        figures.push(found);
        if bounds.any {
            let judged = Judged { bounds, units, shared: *shared, plain, shift: at };
            meeting.extend(judged.mark(simd, rows, marks, near).map(|units| units as u32));
        } else {
            meeting.extend([0; LANES]);
        }
    }

    /// The indicators of which all units have an ordinary amount, and nothing that a clause may add: one bit each, by place.
    pub(super) fn known(&self) -> u16 {
        self.known
    }

    /// How many units meet a plain indicator.
    pub(super) fn meeting(&self, place: usize) -> u32 {
        self.meeting.get(place).copied().unwrap_or_default()
    }

    /// The plain indicators whose amounts do not come from their column alone, by place.
    pub(super) fn origins(&self) -> impl Iterator<Item = (usize, Origin)> {
        let own = self.sources.get(self.stage).map_or(&[][..], Vec::as_slice).iter().copied();
        own.filter(|(place, _)| self.known >> place & 1 == 1)
    }

    fn units(&self) -> &Units {
        &self.intake.stages[self.stage]
    }

    /// The row of each unit.
    pub(super) fn rows(&self) -> impl ExactSizeIterator<Item = u32> {
        self.units().rows().iter().copied()
    }

    /// The school of each unit.
    pub(super) fn schools(&self) -> impl Iterator<Item = SchoolRow<'d>> {
        self.rows().map(|row| self.data.school(row))
    }

    /// The pupils of all units.
    pub(super) fn pupils(&self) -> i64 {
        self.units().weights.total()
    }

    /// The plain indicators whose doubles say all that is to be known of their coefficients: one bit each, by place.
    pub(super) fn clear(&self) -> u16 {
        let bits = |bits, (block, figures): (usize, &Figures)| bits | figures.clear() << (block * LANES);
        self.figures.iter().enumerate().fold(0, bits) as u16 & self.known
    }

    /// The coefficient of one of these, and whether it is within its limit.
    #[inline(always)]
    pub(super) fn get_clear(&self, place: usize) -> (Coefficient, bool) {
        self.figures[place / LANES].get_clear(place % LANES)
    }

    /// The coefficient of a plain indicator, where it is settled at once.
    pub(super) fn figures(&self, place: usize) -> Option<Coefficient> {
        self.figures.get(place / LANES)?.get(place % LANES)
    }

    /// The units whose component is blank, of which the amounts of an indicator are made: a bit for each school of the county,
    /// sixteen to a number.
    pub(super) fn blank_parts(&self, place: usize) -> impl Iterator<Item = u16> {
        let cells = self.cells.get(self.stage).and_then(|cells| cells.get(place));
        let blank = move |first| cells.map_or(0, |cells| cells.blank_parts(first));
        let sixteens = self.units().chosen.iter().zip((self.intake.first..).step_by(16));
        sixteens.map(move |(chosen, first)| chosen & blank(first))
    }

    /// One of the units that are too near to a threshold or floor to tell.
    pub(super) fn near(&self, number: usize) -> Option<Near> {
        self.near.get(number).copied()
    }

    /// Marks a unit that was not clear.
    pub(super) fn mark(&mut self, unit: usize, place: usize, judged: stage::Judged) {
        let (meets, below) = (judged.meets == Some(true), judged.below_floor);
        if let (Some(mark), Some(meeting)) = (self.marks.get_mut(unit), self.meeting.get_mut(place)) {
            *mark |= u64::from(meets) << place | u64::from(below) << (place + BELOW);
            *mark += u64::from(meets) << COUNT;
            *meeting += u32::from(meets);
        }
    }

    /// Adds the records of all units, with what is known of the plain indicators.
    ///
    /// Where these are all that are asked for, units are judged by this rule, if there is one: the verdict on all of them.
    pub(super) fn records(
        &self,
        asked: usize,
        rule: Option<&UnitRule>,
        records: &mut Vec<UnitRecord>,
    ) -> Option<Verdict> {
        let known = self.known;
        let record = |row, mark: u64, verdict| {
            let (meets, below) = (mark as u16, (mark >> BELOW) as u16);
            UnitRecord { row, known, meets, below, verdict }
        };
        let units = self.rows().zip(&self.marks);
        let Some(rule) = rule.filter(|_| known.count_ones() as usize == asked) else {
            records.extend(units.map(|(row, mark)| record(row, *mark, None)));
            return None;
        };
        let mut all = Verdict::Met;
        records.extend(units.map(|(row, mark)| {
            let is_below = *mark as u32 >> BELOW != 0;
            let verdict = unit_verdict(rule.meet_at_least, (*mark >> COUNT) as u32, 0, Some(is_below));
            // Nothing is unknown, so a unit is one or the other.
            all = if verdict == Verdict::Met { all } else { verdict };
            record(row, *mark, Some(verdict))
        }));
        Some(all)
    }

    /// Amounts and pupils of an indicator by themselves.
    pub(super) fn column<'p>(&'p self, rule: &'p Rule<'p>, place: usize) -> Column<'p> {
        Column {
            units: self.units(),
            rows: self.rows.get(place / LANES).map_or(&[], Vec::as_slice),
            lane: place % LANES,
            rule,
        }
    }

    /// A unit by itself.
    pub(super) fn unit(&self, unit: usize, rules: &StageRules<'_>) -> Option<Unit<'d>> {
        Unit::of(self.data.school(self.rows().nth(unit)?), rules)
    }
}

/// An indicator of a plain stage as the arithmetic of single columns takes it.
pub(super) struct Column<'p> {
    units: &'p Units,
    rows: &'p [Row],
    lane: usize,
    rule: &'p Rule<'p>,
}

impl Column<'_> {
    fn with<T>(&self, what: impl FnOnce(Columns<'_>) -> T) -> T {
        let Units { shares, .. } = self.units;
        let pupils: Vec<i64> = self.units.pupils().iter().map(|pupils| *pupils as i64).collect();
        let rows = self.rows.iter().take(pupils.len());
        let amounts: Vec<i64> = rows.map(|row| row[self.lane] as i64).collect();
        let shares = if self.rule.rule.shared() { shares.as_slice() } else { &[] };
        let columns = Columns::new(&pupils, &amounts).scale(AmountCells::DECIMALS);
        what(columns.per(self.rule.rule.per()).shares(shares))
    }
}

impl Group for Column<'_> {
    fn coefficient(&self) -> Option<Coefficient> {
        self.with(|columns| columns.coefficient())
    }

    fn exact(&self) -> Exact {
        self.with(|columns| columns.exact())
    }
}

/// What the units of a stage are held against.
#[derive(Clone, Copy)]
struct Judged<'a> {
    bounds: &'a Bounds,
    units: &'a Units,
    /// Which indicators are shared, and which are plain, a bit each.
    shared: u64,
    plain: u64,
    /// The place of the first.
    shift: usize,
}

impl Judged<'_> {
    /// Marks what is clear of each unit, and notes what is not: how many meet each indicator.
    #[inline(always)]
    fn mark<S: Simd>(self, simd: S, rows: &[Row], marks: &mut [u64], near: &mut Vec<Near>) -> [f64; LANES] {
        let is_shared = mask64x8::from_bitmask(simd, self.shared);
        let weights = &self.units.weights;
        let mut shares = weights.shares();
        let mut share = shares.next();
        let (one, zero) = (f64x8::splat(simd, 1.0), f64x8::splat(simd, 0.0));
        let mut meeting = zero;
        for (unit, ((row, own), mark)) in rows.iter().zip(weights.inverses()).zip(marks).enumerate() {
            let mut factors = f64x8::splat(simd, *own);
            if let Some((_, part)) = share.filter(|(share, _)| *share == unit) {
                factors = is_shared.select(f64x8::splat(simd, part), factors);
                share = shares.next();
            }
            let Stand { is_met, is_below, is_clear } = self.bounds.stand(simd, row, factors);
            meeting += is_met.select(one, zero);
            let [met, below, clear] = [is_met, is_below, is_clear].map(|mask| mask.to_bitmask() & self.plain);
            *mark |= met << self.shift | below << (self.shift + BELOW);
            *mark += u64::from(met.count_ones()) << COUNT;
            if clear != self.plain {
                near.push(Near { unit, place: self.shift, lanes: self.plain & !clear });
            }
        }
        meeting.to_array()
    }
}
