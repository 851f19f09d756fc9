//! The quick way through a stage: whole numbers in columns, for the counties that miss nothing.
//!
//! A stage is plain where every unit of it is certainly assessed and all pupils of its schools are known; an indicator of
//! it where, in addition, every unit has an ordinary amount. Values are then held against thresholds in doubles, and those
//! too near to tell are left to the exact comparison. What is not plain goes the way of single values, which is the
//! reference.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f64x8, mask64x8};

use super::reach::{Bounds, Stand};
use super::result::UnitRecord;
use super::rules::{Rule, StageRules};
use super::unit::{Unit, adds};
use crate::indicator::{AmountCells, Gathered};
use crate::model::{AtHand, DataSet, SchoolKind, SchoolRow, Stage};
use crate::numeric::{LANES, Row};
use crate::standards::Standard;
use crate::stats::{Coefficient, Columns, Exact, Figures, Group, Rows, Share, Weights};

/// The columns of plain stages; of one county and one stage after another, in the same memory.
pub(super) struct Plain<'d> {
    data: &'d DataSet,
    /// Those of each stage of the county.
    stages: [Units; 2],
    /// The cells that the amounts of each indicator are made of, by stage.
    cells: [Vec<AmountCells<'d>>; 2],
    /// What a pupil of each stage weighs in what a school shares, and whether the pupils of all schools are known.
    split: [u32; 3],
    all_known: bool,
    /// See [`wrong_stages`], by kind.
    wrong_stages: Vec<u8>,
    /// The stage under way.
    stage: usize,
    /// The amounts of each unit for [`LANES`] indicators and the next; of those that are not plain, and behind the last unit,
    /// whatever.
    rows: Vec<Vec<Row>>,
    /// What is known of each indicator; `None` of those that are not plain.
    known: Vec<Option<Known>>,
    /// The coefficients of [`LANES`] indicators and the next, of those that are plain.
    figures: Vec<Figures>,
    /// Of each unit one bit an indicator, by place, where it is met, and one [`BELOW`] bits higher where it is below its
    /// floor.
    marks: Vec<u64>,
    near: Vec<Near>,
}

/// A unit that is too near to the threshold or floor of some indicators to tell.
#[derive(Clone, Copy, Debug)]
struct Near {
    unit: usize,
    /// The place of the first of [`LANES`] indicators, and which of them, a bit each.
    place: usize,
    lanes: u64,
}

const BELOW: usize = u16::BITS as usize;

/// An indicator that is plain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) gathered: Gathered,
    /// How many units clearly meet it.
    pub(super) meeting: u32,
}

/// The units of a stage.
#[derive(Default)]
struct Units {
    /// Whether all is known of them that columns need; else there is nothing of use here.
    are_plain: bool,
    /// The row and the pupils of each, as they come in: of so many, behind which there may be anything.
    taken: Vec<(u32, u32)>,
    count: usize,
    rows: Vec<u32>,
    /// The pupils of each unit.
    weights: Weights,
    /// The units that have only a part of what their school shares.
    shares: Vec<Share>,
}

impl Units {
    /// Begins with room for the units of so many schools.
    fn begin(&mut self, schools: usize) {
        self.are_plain = true;
        self.count = 0;
        if self.taken.len() < schools {
            self.taken.resize(schools, (0, 0));
        }
        self.shares.clear();
    }

    /// Takes in a unit, or nothing where a school has no pupils here; `is_odd` where it is not certainly assessed.
    ///
    /// No branches: which stage a school has cannot be foretold. Where it has not this one, the next takes the place.
    #[inline(always)]
    fn take(&mut self, row: u32, pupils: i32, is_odd: bool) {
        if let Some(to) = self.taken.get_mut(self.count) {
            *to = (row, pupils.unsigned_abs());
        }
        self.are_plain &= !(is_odd & (pupils > 0));
        self.count += usize::from(pupils > 0);
    }

    /// Ends with the last unit.
    fn end(&mut self) {
        self.are_plain &= self.count > 0;
        if self.are_plain {
            let taken = self.taken.get(..self.count).unwrap_or_default();
            self.rows.clear();
            self.rows.extend(taken.iter().map(|(row, _)| *row));
            self.weights.take(taken.iter().map(|(_, pupils)| *pupils), &self.shares);
        }
    }
}

/// The stages that a kind of school must have no pupils of, a bit each.
fn wrong_stages(kind: SchoolKind) -> u8 {
    Stage::ALL.into_iter().filter(|stage| kind.cannot_have(*stage)).map(|stage| 1 << stage as u8).sum()
}

impl<'d> Plain<'d> {
    pub(super) fn new(data: &'d DataSet, standard: &Standard) -> Self {
        let cells = |stage| {
            let indicators = standard.indicators().iter().map(|rule| rule.indicator());
            indicators.map(|indicator| indicator.cells(data, stage)).collect()
        };
        Plain {
            data,
            stages: Default::default(),
            cells: Stage::COMPULSORY.map(cells),
            split: [0; 3],
            all_known: false,
            wrong_stages: SchoolKind::ALL.iter().map(|kind| wrong_stages(*kind)).collect(),
            stage: 0,
            rows: Vec::new(),
            known: Vec::new(),
            figures: Vec::new(),
            marks: Vec::new(),
            near: Vec::new(),
        }
    }

    /// Begins with a county of so many schools at most, whose stages weigh so much where they share something.
    pub(super) fn begin_county(&mut self, schools: usize, split: [i128; 3]) {
        self.split = split.map(|weight| u32::try_from(weight).unwrap_or(u32::MAX));
        // The weighted pupils of three stages then stay below 2⁵⁰, as those of a stage are below 2¹⁵.
        self.all_known = self.split.iter().all(|weight| weight >> 28 == 0);
        self.stages.iter_mut().for_each(|units| units.begin(schools));
    }

    /// Takes in the units of a school, which is certainly assessed or may be.
    #[inline(always)]
    pub(super) fn add(&mut self, at_hand: AtHand<'d>, is_certain: bool) {
        let row = at_hand.school.row();
        let counts @ [primary, junior, senior] = at_hand.counts();
        self.all_known &= primary | junior | senior >= 0;
        let stages = u8::from(primary > 0) | u8::from(junior > 0) << 1 | u8::from(senior > 0) << 2;
        let wrong = self.wrong_stages.get(at_hand.kind as usize).copied().unwrap_or_default();
        if stages.count_ones() > 1 {
            self.share(counts);
        }
        let is_odd = !is_certain | (stages & wrong != 0);
        let [primaries, juniors] = &mut self.stages;
        primaries.take(row, primary, is_odd);
        juniors.take(row, junior, is_odd);
    }

    /// Splits what a school of several stages shares between those of its units that are taken in next.
    fn share(&mut self, counts: [i32; 3]) {
        let pupils = || counts.into_iter().zip(self.split);
        let of = pupils().map(|(count, weight)| i64::from(count) * i64::from(weight)).sum();
        for (units, (count, times)) in self.stages.iter_mut().zip(pupils()) {
            if count > 0 {
                units.shares.push(Share { unit: units.count, times, of });
            }
        }
    }

    /// Ends with the schools of the county.
    pub(super) fn end_county(&mut self) {
        for units in &mut self.stages {
            units.are_plain &= self.all_known;
            units.end();
        }
    }

    /// Begins with a stage of the county; whether it is plain: without units, and where something is not known or beyond the
    /// range of columns, nothing here is of use.
    pub(super) fn begin(&mut self, rules: &StageRules<'_>) -> bool {
        let Some(units) = self.stages.get(rules.stage as usize) else { return false };
        self.stage = rules.stage as usize;
        if !units.are_plain {
            return false;
        }
        self.marks.clear();
        self.marks.resize(units.rows.len(), 0);
        self.known.clear();
        self.figures.clear();
        self.near.clear();
        self.rows.resize_with(rules.bounds.len(), Vec::new);
        for (block, bounds) in rules.bounds.iter().enumerate() {
            self.work(rules, block, bounds);
        }
        true
    }

    /// Takes in the amounts of some indicators, and sees how units stand to them and what coefficients they have.
    fn work(&mut self, rules: &StageRules<'_>, block: usize, bounds: &Bounds) {
        let Plain { data, stages, cells, rows, known, figures, marks, near, .. } = self;
        let (Some(units), Some(rows)) = (stages.get(self.stage), rows.get_mut(block)) else { return };
        let cells = cells.get(self.stage).map_or(&[][..], Vec::as_slice);
        let count = units.rows.len();
        if rows.len() < count {
            rows.resize(count, Row::default());
        }
        let rows = rows.get_mut(..count).unwrap_or_default();
        let first = block * LANES;
        let indicators = || rules.indicators.iter().zip(cells).skip(first).take(LANES);
        let (mut per, mut shared) = ([1; LANES], 0);
        for (lane, (rule, cells)) in indicators().enumerate() {
            per[lane] = rule.rule.per();
            shared |= u64::from(rule.rule.shared()) << lane;
            let mut added = rule.clauses.iter().flat_map(|clause| adds(clause, rules.stage));
            let is_more = added.any(|field| data.cells(field).any_of(&units.rows));
            let gathered = if is_more { None } else { cells.gather(&units.rows, rows, lane) };
            known.push(gathered.map(|gathered| Known { gathered, meeting: 0 }));
        }
        let known = known.get_mut(first..).unwrap_or_default();
        let plain =
            known.iter().enumerate().fold(0, |bits, (lane, known)| bits | u64::from(known.is_some()) << lane);
        if bounds.any {
            let judged = Judged { bounds, units, shared, plain, shift: first };
            let meeting = dispatch!(Level::new(), simd => judged.mark(simd, rows, marks, near));
            for (known, meeting) in known.iter_mut().zip(meeting) {
                if let Some(known) = known {
                    known.meeting = meeting as u32;
                }
            }
        }
        let of_rows = Rows { weights: &units.weights, rows, scale: Gathered::DECIMALS, per, shared };
        figures.push(of_rows.figures());
    }

    /// What is known of an indicator; `None` where a unit has no amount, or no ordinary one, and where it has something that a
    /// clause may add.
    pub(super) fn known(&self, place: usize) -> Option<Known> {
        *self.known.get(place)?
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

    /// The coefficient of a plain indicator, where it is settled at once.
    pub(super) fn figures(&self, place: usize) -> Option<Coefficient> {
        self.figures.get(place / LANES)?.get(place % LANES)
    }

    /// The rows whose component was blank when the amounts of an indicator were taken in.
    pub(super) fn blank_parts(&self, place: usize) -> impl Iterator<Item = u32> {
        let cells = self.cells.get(self.stage).and_then(|cells| cells.get(place));
        let is_blank = move |row: &u32| cells.is_some_and(|cells| cells.has_blank_part(*row));
        self.rows().iter().copied().filter(is_blank)
    }

    /// The units that are too near to the threshold of an indicator, or its floor, to tell.
    pub(super) fn near(&self, place: usize) -> Vec<usize> {
        let (first, lane) = (place / LANES * LANES, place % LANES);
        let is_near = |near: &&Near| near.place == first && near.lanes >> lane & 1 == 1;
        self.near.iter().filter(is_near).map(|near| near.unit).collect()
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
        Unit::of(self.data.school(*self.rows().get(unit)?), rules)
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
        let Units { weights, shares, .. } = self.units;
        let rows = self.rows.iter().take(weights.pupils().len());
        let amounts: Vec<i64> = rows.map(|row| row[self.lane]).collect();
        let shares = if self.rule.rule.shared() { shares.as_slice() } else { &[] };
        let columns = Columns::new(weights.pupils(), &amounts).scale(Gathered::DECIMALS);
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
        let mut shares = weights.shares().peekable();
        let (one, zero) = (f64x8::splat(simd, 1.0), f64x8::splat(simd, 0.0));
        let mut meeting = zero;
        for (unit, ((row, own), mark)) in rows.iter().zip(weights.inverses()).zip(marks).enumerate() {
            let mut factors = f64x8::splat(simd, *own);
            if let Some((_, part)) = shares.next_if(|(share, _)| *share == unit) {
                factors = is_shared.select(f64x8::splat(simd, part), factors);
            }
            let Stand { is_met, is_below, is_clear } = self.bounds.stand(simd, row, factors);
            meeting += is_met.select(one, zero);
            let [met, below, clear] = [is_met, is_below, is_clear].map(|mask| mask.to_bitmask() & self.plain);
            *mark |= met << self.shift | below << (self.shift + BELOW);
            if clear != self.plain {
                near.push(Near { unit, place: self.shift, lanes: self.plain & !clear });
            }
        }
        meeting.to_array()
    }
}
