//! A quick pass over the columns, which tells the schools that may have something wrong from those that have not.
//!
//! Of most schools nothing is found. Their columns are gone through block by block, each test on the whole block, and
//! what is not proved clean is left to the checks that know the exact words. So each test here may mark too many rows,
//! and none too few: next to it stands why.

use std::ops::Range;

use fearless_simd::{Level, Simd, dispatch};

use super::limits::{Band, Limits};
use super::stages::Stages;
use super::sums::{self, Sums};
use crate::indicator::{AmountCells, Indicator};
use crate::model::{CellKind, Class, DataSet, Field, RawCell, RawCells, SchoolKind, Stage, by_class};
use crate::numeric::Decimal;

/// Rows gone through at a time: what is noted of them stays in the nearest cache.
const BLOCK: usize = 512;

/// The tests that some data give rise to.
pub(super) struct Quick<'a> {
    data: &'a DataSet,
    /// See [`bits_of`], by class.
    kinds: [u8; 1 << Class::BITS],
    students: [RawCells<'a>; 3],
    teachers: [RawCells<'a>; 2],
    /// By stage: what only a school with that stage has.
    figures: [Vec<RawCells<'a>>; 2],
    /// A part, and a whole that it may not exceed.
    pairs: Vec<(RawCells<'a>, RawCells<'a>)>,
    /// A part, and two wholes that it may not exceed together.
    of_two: Vec<(RawCells<'a>, [RawCells<'a>; 2])>,
    totals: Vec<Total<'a>>,
    cohort: Option<Cohort<'a>>,
    bands: Vec<(RawCells<'a>, QuickBand)>,
}

/// What is known of the rows of a block.
struct Block {
    rows: Range<usize>,
    /// 1 where something may be wrong.
    marks: [u8; BLOCK],
    /// See [`bits_of`].
    kinds: [u8; BLOCK],
    /// Pupils of all stages in hundredths, exactly; of rows that are marked, whatever.
    pupils: [f64; BLOCK],
}

/// The bit `stage` of a kind that has the stage, the bit `3 + stage` of one whose pupils there would be wrong.
fn bits_of(kind: SchoolKind) -> u8 {
    if !kind.stages_are_fixed() {
        return 0;
    }
    Stage::ALL.into_iter().map(|stage| 1 << (stage as u8 + if kind.has(stage) { 0 } else { 3 })).sum()
}

/// Marks the rows for which a test holds of the kind and the cell, be the cells long or short.
macro_rules! mark {
    ($block:expr, $cells:expr, |$kind:ident, $cell:ident| $test:expr) => {
        match $cells.range($block.rows.clone()) {
            RawCells::Counts(cells) => $block.mark(cells, |$kind, $cell| $test),
            RawCells::Short(cells) => $block.mark(cells, |$kind, $cell| $test),
            RawCells::Long(cells) => $block.mark(cells, |$kind, $cell| $test),
        }
    };
}

impl<'a> Quick<'a> {
    pub(super) fn of(data: &'a DataSet, limits: &Limits, stages: &Stages, sums: &Sums) -> Self {
        let cells = |field| data.cells(field);
        let there = |field: &Field| data.has_column(*field);
        let pair = |(part, whole): (Field, Field)| (cells(part), cells(whole));
        let areas = [
            (Field::IndoorSportsArea, Field::TeachingArea),
            // Asked for only where the fields are not given.
            (Field::IndoorSportsArea, Field::SportsTotalArea),
        ];
        let areas = areas.into_iter().filter(|(part, whole)| there(part) && there(whole));
        let teachers = [Field::TeachersPrimary, Field::TeachersJunior].map(cells);
        let students = Stage::ALL.map(|stage| cells(Field::students(stage)));
        let [primary, junior, _] = students;
        let mut of_two: Vec<_> =
            sums::SCHOOL_TEACHERS.iter().filter(|f| there(f)).map(|f| (cells(*f), teachers)).collect();
        if there(&Field::MigrantStudents) {
            of_two.push((cells(Field::MigrantStudents), [primary, junior]));
        }
        Quick {
            data,
            kinds: by_class(bits_of),
            students,
            teachers,
            figures: stages.figures().map(|fields| fields.iter().map(|field| cells(*field)).collect()),
            pairs: sums.pairs().chain(areas).map(pair).collect(),
            of_two,
            totals: sums::TOTALS.into_iter().filter_map(|indicator| Total::of(data, indicator)).collect(),
            cohort: Cohort::of(data),
            bands: limits.per_pupil.iter().map(|band| (cells(band.field), QuickBand::of(band))).collect(),
        }
    }

    /// The rows among these that may have something wrong, in order.
    pub(super) fn suspects(&self, rows: Range<u32>) -> Vec<u32> {
        let mut suspects = Vec::new();
        let mut block = Block { rows: 0..0, marks: [0; BLOCK], kinds: [0; BLOCK], pupils: [0.0; BLOCK] };
        let mut start = rows.start as usize;
        while start < rows.end as usize {
            let end = (start + BLOCK).min(rows.end as usize);
            block.begin(self, start..end);
            dispatch!(Level::new(), simd => self.test(simd, &mut block));
            // Few are marked: eight at a time are passed over.
            for (marks, first) in block.marks[..end - start].chunks(8).zip((start as u32..).step_by(8)) {
                if marks.iter().fold(0, |any, mark| any | mark) != 0 {
                    let marked = marks.iter().zip(first..).filter(|(mark, _)| **mark != 0);
                    suspects.extend(marked.map(|(_, row)| row));
                }
            }
            start = end;
        }
        suspects
    }

    /// All tests, in loops that a compiler makes the longest vectors of that a processor has.
    #[inline(always)]
    fn test<S: Simd>(&self, _: S, block: &mut Block) {
        self.stages(block);
        for (part, whole) in &self.pairs {
            block.pair(*part, *whole);
        }
        for (part, [one, other]) in &self.of_two {
            block.of_two(*part, *one, *other);
        }
        for total in &self.totals {
            block.each(|row| total.disagrees(row));
        }
        if let Some(cohort) = &self.cohort {
            block.each(|row| cohort.exceeds(row));
        }
        self.per_pupil(block);
    }

    /// Every finding on the stages needs a kind whose stages are fixed, and: of a stage it has, pupils that are not
    /// above zero, or no teachers; of one it has not, something above zero.
    #[inline(always)]
    fn stages(&self, block: &mut Block) {
        for (stage, students) in self.students.iter().enumerate() {
            mark!(block, students, |kind, cell| {
                let (has, has_not) = (kind >> stage & 1 != 0, kind >> (3 + stage) & 1 != 0);
                let is_wrong = has & !cell.is_positive() | has_not & (cell.is_positive() | cell.is_wide());
                // What follows takes pupils for whole, and those that are not given for none.
                is_wrong | cell.is_negative_or_wide() | cell.has_fraction()
            });
        }
        for (stage, teachers) in self.teachers.iter().enumerate() {
            mark!(block, teachers, |kind, cell| (kind >> stage & 1 != 0) & (cell.is_zero() | cell.is_wide()));
        }
        for (stage, figures) in self.figures.iter().enumerate() {
            for figure in figures {
                mark!(block, figure, |kind, cell| {
                    (kind >> (3 + stage) & 1 != 0) & (cell.is_positive() | cell.is_wide())
                });
            }
        }
    }

    #[inline(always)]
    fn per_pupil(&self, block: &mut Block) {
        block.pupils[..block.rows.len()].fill(0.0);
        for students in &self.students {
            match students.range(block.rows.clone()) {
                RawCells::Counts(cells) => block.add_pupils(cells),
                RawCells::Short(cells) => block.add_pupils(cells),
                RawCells::Long(cells) => block.add_pupils(cells),
            }
        }
        for (cells, band) in &self.bands {
            match cells.range(block.rows.clone()) {
                RawCells::Counts(cells) => block.band(cells, *band),
                RawCells::Short(cells) => block.band(cells, *band),
                RawCells::Long(cells) => block.band(cells, *band),
            }
        }
    }
}

impl Block {
    fn begin(&mut self, quick: &Quick<'_>, rows: Range<usize>) {
        self.marks[..rows.len()].fill(0);
        for (bits, class) in self.kinds.iter_mut().zip(quick.data.classes(rows.clone())) {
            *bits = quick.kinds[usize::from(*class)];
        }
        self.rows = rows;
    }

    /// Marks the rows for which a test holds; cells beyond the end are missing.
    #[inline(always)]
    fn mark<C: CellKind>(&mut self, cells: &[C], test: impl Fn(u8, C) -> bool) {
        for ((mark, kind), cell) in self.marks.iter_mut().zip(&self.kinds).zip(cells) {
            *mark |= u8::from(test(*kind, *cell));
        }
        let beyond = self.marks.iter_mut().zip(&self.kinds).take(self.rows.len()).skip(cells.len());
        beyond.for_each(|(mark, kind)| *mark |= u8::from(test(*kind, C::MISSING)));
    }

    /// The same of a test that looks at more.
    #[inline(always)]
    fn each(&mut self, test: impl Fn(u32) -> bool) {
        for (mark, row) in self.marks.iter_mut().zip(self.rows.clone()) {
            *mark |= u8::from(test(row as u32));
        }
    }

    /// Marks the rows in which a part is given and not proved to be no more than a whole that is given.
    #[inline(always)]
    fn pair(&mut self, part: RawCells<'_>, whole: RawCells<'_>) {
        match (part.range(self.rows.clone()), whole.range(self.rows.clone())) {
            (RawCells::Counts(part), RawCells::Counts(whole)) => self.pair_of(part, whole),
            (RawCells::Short(part), RawCells::Short(whole)) => self.pair_of(part, whole),
            (RawCells::Long(part), RawCells::Long(whole)) => self.pair_of(part, whole),
            _ => self.each(|row| match (part.get(row), whole.get(row)) {
                (RawCell::Missing, _) | (_, RawCell::Missing) => false,
                (RawCell::Hundredths(part), RawCell::Hundredths(whole)) => part > whole,
                _ => true,
            }),
        }
    }

    #[inline(always)]
    fn pair_of<C: CellKind>(&mut self, part: &[C], whole: &[C]) {
        // Beyond the end of either it is missing.
        for ((mark, part), whole) in self.marks.iter_mut().zip(part).zip(whole) {
            let wide = part.is_wide() | whole.is_wide();
            // What is missing is less than all else.
            *mark |= u8::from(wide | (part > whole) & !whole.is_missing());
        }
    }

    /// Marks the rows in which a part is given and above both of two wholes, none of which is below zero where it
    /// is given: one that is no more than either is no more than their sum.
    #[inline(always)]
    fn of_two(&mut self, part: RawCells<'_>, one: RawCells<'_>, other: RawCells<'_>) {
        self.each(|row| {
            let part = match part.get(row) {
                RawCell::Missing => return false,
                RawCell::Wide => return true,
                RawCell::Hundredths(part) => part,
            };
            let [one, other] = [one, other].map(|whole| match whole.get(row) {
                RawCell::Missing => Some(0),
                RawCell::Hundredths(whole) if whole >= 0 => Some(whole),
                _ => None,
            });
            one.zip(other).is_none_or(|(one, other)| part > one.max(other))
        });
    }

    #[inline(always)]
    fn add_pupils<C: CellKind>(&mut self, cells: &[C]) {
        for (sum, cell) in self.pupils.iter_mut().zip(cells) {
            // Below 10^14 each: doubles hold their sum exactly.
            *sum += if cell.is_positive() { cell.to_f64() } else { 0.0 };
        }
    }

    #[inline(always)]
    fn band<C: CellKind>(&mut self, cells: &[C], band: QuickBand) {
        for ((mark, pupils), cell) in self.marks.iter_mut().zip(&self.pupils).zip(cells) {
            let value = cell.to_f64();
            let within = (value >= band.low * pupils) & (value <= band.high * pupils);
            *mark |= u8::from(!within & !cell.is_missing());
        }
    }
}

/// A [`Band`] a little narrowed: a value within it is within the band.
#[derive(Clone, Copy)]
struct QuickBand {
    low: f64,
    high: f64,
}

impl QuickBand {
    /// More than all roundings of an end and its product together, none of which is above 2^−53.
    const MARGIN: f64 = 1e-12;

    fn of(band: &Band) -> Self {
        let [low, high] = [band.low, band.high].map(Decimal::to_f64);
        QuickBand { low: low * (1.0 + Self::MARGIN), high: high * (1.0 - Self::MARGIN) }
    }
}

/// An amount that a data set gives directly and by the columns it is made of.
struct Total<'a> {
    main: RawCells<'a>,
    direct: RawCells<'a>,
    derived: AmountCells<'a>,
}

impl<'a> Total<'a> {
    fn of(data: &'a DataSet, indicator: Indicator) -> Option<Self> {
        let stage = Stage::Primary;
        let (main, direct) = (indicator.field(stage), indicator.substitute(stage)?);
        (data.has_column(main) && data.has_column(direct)).then(|| Total {
            main: data.cells(main),
            direct: data.cells(direct),
            derived: indicator.cells(data, stage),
        })
    }

    fn disagrees(&self, row: u32) -> bool {
        match (self.main.get(row), self.direct.get(row)) {
            (RawCell::Missing, _) | (_, RawCell::Missing) => false,
            (RawCell::Hundredths(_), RawCell::Hundredths(direct)) => {
                self.derived.hundredths(row).map_or(true, |derived| derived.is_some_and(|sum| sum != direct))
            }
            _ => true,
        }
    }
}

/// The pupils that came in and went out.
struct Cohort<'a> {
    came: [RawCells<'a>; 2],
    left: [RawCells<'a>; 3],
}

impl<'a> Cohort<'a> {
    fn of(data: &'a DataSet) -> Option<Self> {
        let came = sums::COHORT.came;
        came.iter().all(|field| data.has_column(*field)).then(|| Cohort {
            came: came.map(|field| data.cells(field)),
            left: sums::COHORT.left.map(|field| data.cells(field)),
        })
    }

    /// Fractions, which are not counted, only make more of those who left.
    fn exceeds(&self, row: u32) -> bool {
        let mut more = 0;
        for came in self.came {
            match came.get(row) {
                RawCell::Missing => return false,
                RawCell::Wide => return true,
                RawCell::Hundredths(pupils) => more -= pupils,
            }
        }
        for left in self.left {
            match left.get(row) {
                RawCell::Missing => {}
                RawCell::Wide => return true,
                RawCell::Hundredths(pupils) => more += pupils.max(0),
            }
        }
        more > 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::{Families, in_order};
    use crate::finding::Finding;
    use crate::model::{Quantity, School};

    /// Small enough to be near one another, with more decimals than cells usually have, too large for half a cell; at
    /// the ends of the bands of one pupil, of two and of three, and beyond them by the last decimal.
    const VALUES: [&str; 28] = [
        "0",
        "0",
        "1",
        "1",
        "2",
        "2",
        "3",
        "3",
        "4",
        "5",
        "7",
        "0.2",
        "0.19",
        "0.4",
        "0.5",
        "0.49",
        "1.5",
        "49.99",
        "50",
        "100",
        "500",
        "500.01",
        "1500",
        "2000",
        "2000.001",
        "400000",
        "400000.01",
        "999999999999",
    ];

    fn school(code: usize, kind: SchoolKind, values: &[(Field, usize)]) -> School {
        let mut school = School::new("110101", &code.to_string(), kind).expect("valid");
        for (field, value) in values {
            let value: Decimal = VALUES[*value].parse().expect("a number");
            // A fraction of what is counted is refused, and left out here.
            school = school.clone().with(*field, Quantity::new(value, field.unit())).unwrap_or(school);
        }
        school
    }

    fn data_of(schools: impl IntoIterator<Item = School>) -> DataSet {
        let mut builder = DataSet::builder();
        schools.into_iter().for_each(|school| builder.push(&school));
        builder.finish().expect("no code twice")
    }

    /// What a school gives: anything in some columns, or pupils where it must have them and little beside, so that
    /// not everything else hides behind them.
    fn cells(kind: SchoolKind) -> impl Strategy<Value = Vec<(Field, usize)>> {
        let numeric: Vec<Field> = Field::ALL.iter().copied().filter(|field| field.is_numeric()).collect();
        let cell = |fields: Vec<Field>| (prop::sample::select(fields), 0..VALUES.len());
        let pupils = Stage::ALL.into_iter().filter(move |stage| kind.has(*stage));
        let pupils: Vec<_> = pupils.map(|stage| (Field::students(stage), 19)).collect();
        let few = prop::collection::vec(cell(numeric.clone()), 0..4);
        let any = prop::collection::vec(cell(numeric.clone()), 0..60);
        // Columns that have to do with one another stand together.
        let near = (0..numeric.len()).prop_flat_map(move |first| {
            let some = numeric.iter().copied().skip(first).take(6).collect();
            prop::collection::vec(cell(some), 0..8)
        });
        prop_oneof![any, prop_oneof![few, near].prop_map(move |few| [pupils.clone(), few].concat())]
    }

    fn data() -> impl Strategy<Value = DataSet> {
        let kind = prop::sample::select(SchoolKind::ALL);
        let row = kind.prop_flat_map(|kind| cells(kind).prop_map(move |cells| (kind, cells)));
        prop::collection::vec(row, 0..8).prop_map(|rows| {
            data_of(rows.iter().enumerate().map(|(code, (kind, cells))| school(code, *kind, cells)))
        })
    }

    /// What the checks on single schools find, of these rows alone.
    fn found(data: &DataSet, rows: impl Iterator<Item = u32> + Clone) -> Vec<Finding> {
        let families = Families::of(data, Limits::shipped());
        let mut out = Vec::new();
        for county in data.counties() {
            families.check(county, rows.clone().filter(|row| county.rows().contains(row)), &mut out);
        }
        out.sort_by(in_order);
        out
    }

    fn suspects(data: &DataSet) -> Vec<u32> {
        Families::of(data, Limits::shipped()).suspects(0..data.counties().len())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn nothing_is_found_of_schools_that_are_no_suspects(data in data()) {
            let suspects = suspects(&data);
            prop_assert!(suspects.is_sorted());
            prop_assert_eq!(found(&data, suspects.into_iter()), found(&data, 0..data.len() as u32));
        }
    }

    /// A school of which nothing is found.
    fn clean(code: usize) -> School {
        let students = (Field::StudentsPrimary, 19);
        school(code, SchoolKind::Primary, &[students, (Field::TeachersPrimary, 9), (Field::Books, 20)])
    }

    #[test]
    fn suspects_are_told_across_blocks_and_schools_in_order_are_none() {
        let rows = 3 * BLOCK + 100;
        // Every 97th has more teachers of some quality than teachers.
        let wrong = |code: &usize| code % 97 == 5;
        let all = |code: usize| {
            let school = clean(100_000 + code);
            if wrong(&code) { school.with_count(Field::BackbonePrimary, 6).expect("a count") } else { school }
        };
        let data = data_of((0..rows).map(all));
        let expected: Vec<u32> = (0..rows).filter(wrong).map(|row| row as u32).collect();
        assert_eq!(suspects(&data), expected);
        assert_eq!(found(&data, expected.iter().copied()).len(), expected.len());
    }

    #[test]
    fn a_column_that_ends_early_is_missing_from_there_on() {
        // The last school has no pupils, which is all that the column of pupils lacks.
        let last = school(9, SchoolKind::Primary, &[(Field::TeachersPrimary, 9)]);
        let data = data_of([clean(1), clean(2), last]);
        assert_eq!(suspects(&data), [2]);
        // Where no school has them there is no column.
        let data = data_of([school(1, SchoolKind::Primary, &[]), school(2, SchoolKind::Vocational, &[])]);
        assert_eq!(suspects(&data), [0]);
    }
}
