//! What became of the items of a county, as it is kept.
//!
//! There are some thirty items for each of thousands of counties, and for want of data most have no number at all: so
//! records are small, those of many counties stand together in a few lists, and what a standard says is looked up in it where
//! it is asked for.

use std::ops::Range;

use super::name::Name;
use super::{ByClause, Found, Measure};
use crate::assess::Verdict;
use crate::model::{SchoolRow, Stage, Unit};
use crate::numeric::{Decimal, Held, Ratio};
use crate::standards::{Citation, Direction, Item, Part, Standard};

/// What became of the items of one county after another, each in the order of the standard.
#[derive(Clone, Debug, Default)]
pub(in crate::assess) struct Items {
    records: Vec<ItemRecord>,
    parts: Vec<PartRecord>,
    /// Schools that fail, that lack data, or that a clause touched.
    schools: Vec<SchoolRecord>,
    figures: Vec<FigureRecord>,
    clauses: Vec<ClauseRecord>,
    /// All that the records refer to.
    numbers: Vec<Held>,
}

/// One item; where its parts, schools and figures end, which begin where those of the item before it do.
#[derive(Clone, Copy, Debug)]
pub(super) struct ItemRecord {
    /// Its place among the items of the standard.
    place: u32,
    pub(super) measure: Kept,
    parts_end: u32,
    schools_end: u32,
    figures_end: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct PartRecord {
    pub(super) measure: Kept,
    pub(super) name: Name,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct SchoolRecord {
    pub(super) measure: Kept,
    pub(super) row: u32,
    pub(super) stage: Option<Stage>,
    pub(super) part: Option<Name>,
}

/// A count or a sum that went into an item, by the place of its number; `None` where data are missing.
#[derive(Clone, Copy, Debug)]
struct FigureRecord {
    name: Name,
    number: Option<u32>,
}

/// The clause under which a school meets an item, and what it would be without. Few schools have one.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClauseRecord {
    /// The item, the row and the part.
    of: (u32, u32, Option<Name>),
    /// Its place among the clauses of the item.
    pub(super) place: usize,
    pub(super) without: Kept,
}

/// A [`Measure`] as it is kept: its numbers stand elsewhere, one behind another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    source: Option<Source>,
    /// The place of the first number.
    first: u32,
    /// Which numbers there are, by bits.
    holds: u8,
    pub(super) verdict: Verdict,
    pub(super) direction: Direction,
    pub(super) unit: Unit,
}

const _: () =
    assert!(size_of::<Kept>() == 16 && size_of::<ItemRecord>() == 32 && size_of::<SchoolRecord>() == 24);

/// Where the requirement of a measure stands: a value of a parameter of the item, or what a clause puts in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// Its place among the values of the parameter, or among the clauses of the item.
    place: u32,
    /// The place of the parameter among those of the procedure.
    parameter: u8,
    stage: Stage,
    of_clause: bool,
}

impl Source {
    /// A value of a parameter.
    pub(super) fn of_value(parameter: usize, stage: Stage, place: usize) -> Self {
        // A procedure has a handful of parameters.
        Source { place: place as u32, parameter: parameter as u8, stage, of_clause: false }
    }

    /// The value that a clause puts in the place of this one.
    pub(super) fn by_clause(self, place: usize) -> Self {
        Source { place: place as u32, of_clause: true, ..self }
    }

    /// What it says, and where.
    fn look_up<'a>(self, standard: &'a Standard, item: &'a Item) -> Option<(Option<Decimal>, &'a Citation)> {
        let name = item.procedure().parameters().get(usize::from(self.parameter))?;
        let place = self.place as usize;
        if self.of_clause {
            let clause = item.clauses().get(place)?;
            return Some((clause.value(name, self.stage), clause.cite()));
        }
        let value = standard.parameter(item, name)?.values().get(place)?;
        Some((value.value(self.stage), value.cite()))
    }
}

impl Kept {
    const VALUE: u8 = 1;
    const REQUIREMENT: u8 = 1 << 1;
    const SHORTFALL: u8 = 1 << 2;
    /// The requirement is what its source says.
    const AS_SOURCED: u8 = 1 << 3;
    /// A school has a clause.
    const CLAUSE: u8 = 1 << 4;

    fn has(self, bit: u8) -> bool {
        self.holds & bit != 0
    }

    pub(super) fn has_clause(self) -> bool {
        self.has(Self::CLAUSE)
    }

    /// The number of a bit.
    fn number(self, bit: u8, items: &Items) -> Option<&Held> {
        let before = (self.holds & (bit - 1)).count_ones();
        items.numbers.get((self.first + before) as usize).filter(|_| self.has(bit))
    }

    pub(super) fn value(self, items: &Items) -> Option<Ratio> {
        self.number(Self::VALUE, items).map(Held::ratio)
    }

    pub(super) fn shortfall(self, items: &Items) -> Option<Decimal> {
        self.number(Self::SHORTFALL, items).and_then(Held::decimal)
    }

    pub(super) fn requirement(self, items: &Items, standard: &Standard, item: &Item) -> Option<Ratio> {
        if self.has(Self::AS_SOURCED) {
            return self.source?.look_up(standard, item)?.0.map(Ratio::from);
        }
        self.number(Self::REQUIREMENT, items).map(Held::ratio)
    }

    /// Where the requirement stands, where that is not where the item does.
    pub(super) fn cite<'a>(self, standard: &'a Standard, item: &'a Item) -> Option<&'a Citation> {
        self.source?.look_up(standard, item).map(|(_, cite)| cite)
    }
}

impl Items {
    fn clear(&mut self) {
        self.records.clear();
        self.parts.clear();
        self.schools.clear();
        self.figures.clear();
        self.clauses.clear();
        self.numbers.clear();
    }

    /// These alone, which are kept for as long as the result is: without the room that there was for others.
    pub(in crate::assess) fn take_down(&mut self) -> Self {
        let kept = self.clone();
        self.clear();
        kept
    }

    fn keep(&mut self, measure: &Measure) -> Kept {
        let first = self.numbers.len() as u32;
        let mut holds = 0;
        if let Some(value) = measure.value {
            holds |= Kept::VALUE;
            self.numbers.push(value.into());
        }
        if measure.is_as_sourced {
            holds |= Kept::AS_SOURCED;
        } else if let Some(requirement) = measure.requirement {
            holds |= Kept::REQUIREMENT;
            self.numbers.push(requirement.into());
        }
        if let Some(shortfall) = measure.shortfall {
            holds |= Kept::SHORTFALL;
            self.numbers.push(shortfall.into());
        }
        let Measure { source, verdict, direction, unit, .. } = *measure;
        Kept { source, first, holds, verdict, direction, unit }
    }

    pub(super) fn add_part(&mut self, name: Name, measure: &Measure) {
        let measure = self.keep(measure);
        self.parts.push(PartRecord { measure, name });
    }

    pub(super) fn add_figure(&mut self, name: Name, figure: Option<Decimal>) {
        let number = figure.map(|_| self.numbers.len() as u32);
        self.numbers.extend(figure.map(Held::from));
        self.figures.push(FigureRecord { name, number });
    }

    /// A school that an item tells of, with the clause that decides for it.
    pub(super) fn add_school(&mut self, found: &Found, clause: Option<&ByClause>) {
        let Found { row, stage, part, ref measure } = *found;
        let mut measure = self.keep(measure);
        if let Some(clause) = clause {
            measure.holds |= Kept::CLAUSE;
            let (of, without) = ((self.records.len() as u32, row, part), self.keep(&clause.without));
            self.clauses.push(ClauseRecord { of, place: clause.place, without });
        }
        self.schools.push(SchoolRecord { measure, row, stage, part });
    }

    /// Puts the schools of the item that is next added in order, those of one row as they were added.
    pub(super) fn sort_schools(&mut self) {
        let start = self.records.last().map_or(0, |record| record.schools_end as usize);
        if let Some(schools) = self.schools.get_mut(start..) {
            schools.sort_by_key(|school| school.row);
        }
    }

    /// Adds an item, whose parts, schools and figures are added before.
    pub(super) fn add_item(&mut self, place: usize, measure: &Measure) {
        let measure = self.keep(measure);
        self.records.push(ItemRecord {
            place: place as u32,
            measure,
            parts_end: self.parts.len() as u32,
            schools_end: self.schools.len() as u32,
            figures_end: self.figures.len() as u32,
        });
    }

    pub(in crate::assess) fn len(&self) -> usize {
        self.records.len()
    }

    /// An item, with its place among those of the standard.
    pub(super) fn get(&self, index: usize) -> Option<(usize, &ItemRecord)> {
        self.records.get(index).map(|record| (record.place as usize, record))
    }

    fn range(&self, index: usize, end: fn(&ItemRecord) -> u32) -> Range<usize> {
        let end_of = |index: usize| self.records.get(index).map_or(0, |record| end(record) as usize);
        index.checked_sub(1).map_or(0, end_of)..end_of(index)
    }

    pub(super) fn parts(&self, index: usize) -> &[PartRecord] {
        self.parts.get(self.range(index, |record| record.parts_end)).unwrap_or_default()
    }

    pub(super) fn schools(&self, index: usize) -> &[SchoolRecord] {
        self.schools.get(self.range(index, |record| record.schools_end)).unwrap_or_default()
    }

    pub(super) fn figures(&self, index: usize) -> impl ExactSizeIterator<Item = (Name, Option<Decimal>)> {
        let figures = self.figures.get(self.range(index, |record| record.figures_end)).unwrap_or_default();
        let number = |number: u32| self.numbers.get(number as usize).and_then(Held::decimal);
        figures.iter().map(move |figure| (figure.name, figure.number.and_then(number)))
    }

    /// The clause of a school that an item tells of.
    pub(super) fn clause(&self, index: usize, school: &SchoolRecord) -> Option<&ClauseRecord> {
        let of = (index as u32, school.row, school.part);
        // Those of one item after another.
        let first = self.clauses.partition_point(|clause| clause.of.0 < of.0);
        let mut mine = self.clauses.iter().skip(first).take_while(|clause| clause.of.0 == of.0);
        mine.find(|clause| clause.of == of).filter(|_| school.measure.has_clause())
    }

    /// The verdict on a part: all its items among these; open where none is asked for.
    pub(in crate::assess) fn part_verdict(
        &self,
        standard: &Standard,
        items: Range<usize>,
        part: Part,
    ) -> Verdict {
        let is_mine =
            |place: u32| standard.items().get(place as usize).is_some_and(|item| item.part() == part);
        let items = self.records.get(items).unwrap_or_default();
        let mut mine = items.iter().filter(|record| is_mine(record.place)).peekable();
        if mine.peek().is_none() {
            return Verdict::Undetermined;
        }
        Verdict::all(mine.map(|record| record.measure.verdict))
    }
}

impl Found {
    /// Of a school in no part of its own.
    pub(super) fn new(school: SchoolRow<'_>, measure: Measure) -> Self {
        Found { row: school.row(), stage: None, part: None, measure }
    }

    pub(super) fn part(self, name: Name) -> Self {
        Found { part: Some(name), ..self }
    }

    pub(super) fn stage(self, stage: Stage) -> Self {
        Found { stage: Some(stage), ..self }
    }
}
