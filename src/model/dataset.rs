//! Schools of many counties and years, by columns.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Arc;

use super::basics::{self, AtHand, Basics, Class};
use super::column::{Column, Line, RawCells, Sheet, Spare};
use super::rows::{KeptRow, Regions};
use super::texts::{self, Strings, Texts};
use super::{Area, Field, FieldKind, Region, Row, School, SchoolKind, Sponsor, Stage};
use crate::error::{Error, ErrorKind};
use crate::finding::{Code, Finding, Place};
use crate::numeric::Decimal;
use crate::parallel;

/// Fewer rows than this to a thread are not worth one where the data set is put together.
const ROWS_WORTH_A_THREAD: usize = 8192;

/// Code and name by their numbers.
#[derive(Clone, Debug)]
struct CountyRows {
    code: u32,
    name: u32,
    year: Option<u16>,
    rows: Range<u32>,
}

/// A file, or a sheet of a workbook, that rows came from, and where its columns stand.
#[derive(Clone, Debug, Default)]
pub(crate) struct SourceFile {
    pub(crate) name: Arc<str>,
    pub(crate) sheet: Option<Arc<str>>,
    /// Each column from 0; of a form, the row of its item from 1.
    pub(crate) columns: Vec<(Field, u32)>,
    /// The column of the values of a form, whose items stand below one another.
    pub(crate) form: Option<u32>,
}

impl SourceFile {
    /// Where a cell stands, or a whole row.
    fn place(&self, line: u32, field: Option<Field>) -> Place {
        let column = field.and_then(|field| self.columns.iter().find(|(f, _)| *f == field));
        let (row, column) = match (self.form, column) {
            (None, column) => (Some(line), column.map(|(_, index)| *index)),
            (Some(values), Some((_, row))) => (Some(*row), Some(values)),
            (Some(_), None) => (None, None),
        };
        Place { file: self.name.clone(), sheet: self.sheet.clone(), row, column: column.map(letters) }
    }
}

#[derive(Debug, Default)]
struct Inner {
    files: Vec<SourceFile>,
    texts: Texts,
    regions: Regions,
    // What is asked for of single schools, as they came.
    codes: Strings,
    names: Strings,
    records: Vec<KeptRow>,
    /// Where that of each row is, where the rows were put in another order: to move it would take longer.
    origins: Vec<u32>,
    // What is gone through row by row, in the order of the rows.
    columns: Vec<Column>,
    basics: Basics,
    /// How many rows, from the first on, certainly each stand behind the one above, in canonical order.
    rising: usize,
    /// The first row of each stretch of rows of one county, under one name, and year.
    starts: Vec<u32>,
    lists: BTreeMap<(u32, Field), Vec<Decimal>>,
    present: Vec<bool>,
    counties: Vec<CountyRows>,
    findings: Vec<Finding>,
}

/// The schools of many counties and years, immutable and cheap to clone.
///
/// Held by columns, in one canonical order (county code, year, school code) whatever the order they came in.
///
/// # Examples
/// ```
/// use junheng::model::{DataSet, Field, School, SchoolKind};
///
/// let mut builder = DataSet::builder();
/// for (code, pupils) in [("2", 450), ("1", 320)] {
///     builder.push(&School::new("210102", code, SchoolKind::Primary)?.with_count(Field::StudentsPrimary, pupils)?);
/// }
/// let data = builder.finish()?;
/// let county = data.counties().next().unwrap();
/// let codes: Vec<_> = county.schools().map(|s| s.code().to_owned()).collect();
/// assert_eq!(codes, ["1", "2"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct DataSet(Arc<Inner>);

impl DataSet {
    /// An empty builder.
    pub fn builder() -> Builder {
        let columns = vec![Column::default(); Field::ALL.len()];
        let sheet = Sheet::new();
        let inner = Inner { columns, ..Inner::default() };
        Builder { inner, sheet, threads: None, refused: Vec::new(), untold: 0, joined: Default::default() }
    }

    /// How many rows it has: schools, each once a year.
    pub fn len(&self) -> usize {
        self.0.records.len()
    }

    /// Whether there is no school at all.
    pub fn is_empty(&self) -> bool {
        self.0.records.is_empty()
    }

    /// The counties of each year, in order of code, then year.
    pub fn counties(&self) -> impl ExactSizeIterator<Item = County<'_>> {
        (0..self.0.counties.len()).map(|index| self.county(index))
    }

    pub(crate) fn county(&self, index: usize) -> County<'_> {
        County { data: self, index }
    }

    pub(crate) fn school(&self, row: u32) -> SchoolRow<'_> {
        SchoolRow { data: self, row }
    }

    /// How the codes of two schools stand to each other.
    #[inline]
    pub(crate) fn order_of_codes(&self, a: u32, b: u32) -> Ordering {
        texts::order(self.0.code_bytes(a as usize), self.0.code_bytes(b as usize))
    }

    /// What was noticed while the data was read, in a fixed order.
    pub fn findings(&self) -> &[Finding] {
        &self.0.findings
    }

    /// Whether any file has this column, or any school this value.
    pub fn has_column(&self, field: Field) -> bool {
        self.0.present.get(field as usize).copied().unwrap_or(false)
    }

    /// A column of numbers as it is kept, for those who go through many of its rows.
    pub(crate) fn cells(&self, field: Field) -> RawCells<'_> {
        self.0.columns.get(field as usize).map_or(RawCells::Short(&[]), Column::cells)
    }

    /// The kind and sponsor of each of these rows, as one number.
    pub(crate) fn classes(&self, rows: Range<usize>) -> &[Class] {
        self.0.basics.rows(rows).classes
    }

    /// The place of a county in a year among all of them.
    pub(crate) fn county_index(&self, code: &str, year: Option<u16>) -> Option<usize> {
        let key = |county: &CountyRows| (self.0.texts.get(county.code), county.year);
        self.0.counties.binary_search_by(|county| key(county).cmp(&(code, year))).ok()
    }

    /// The files the rows came from.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.0.files.iter().map(|f| f.name.as_ref())
    }
}

/// The schools of one county in one year (县域).
#[doc(alias = "县域")]
#[derive(Clone, Copy, Debug)]
pub struct County<'a> {
    data: &'a DataSet,
    index: usize,
}

impl<'a> County<'a> {
    fn record(self) -> &'a CountyRows {
        &self.data.0.counties[self.index]
    }

    pub(crate) fn data(self) -> &'a DataSet {
        self.data
    }

    /// Six digits; blank where the rows give none.
    pub fn code(self) -> &'a str {
        self.data.0.texts.get(self.record().code)
    }

    pub(crate) fn code_shared(self) -> Arc<str> {
        self.data.0.texts.shared(self.record().code)
    }

    /// The name most of its rows give; blank where none does.
    pub fn name(self) -> &'a str {
        self.data.0.texts.get(self.record().name)
    }

    /// The year of the data; `None` where it is not given.
    pub fn year(self) -> Option<u16> {
        self.record().year
    }

    pub(crate) fn rows(self) -> Range<u32> {
        self.record().rows.clone()
    }

    /// Its schools, in order of code.
    pub fn schools(self) -> impl ExactSizeIterator<Item = SchoolRow<'a>> {
        let data = self.data;
        let Range { start, end } = self.rows();
        (start as usize..end as usize).map(move |row| data.school(row as u32))
    }

    /// What nearly all work with them begins with.
    pub(crate) fn at_hand(self) -> AtHand<'a> {
        let Range { start, end } = self.rows();
        self.data.0.basics.rows(start as usize..end as usize)
    }

    /// The same, and that of rows behind it up to a multiple of so many, as far as there are any.
    pub(crate) fn at_hand_by(self, many: usize) -> AtHand<'a> {
        let (Range { start, end }, basics) = (self.rows(), &self.data.0.basics);
        let padded = start as usize + ((end - start) as usize).next_multiple_of(many);
        basics.rows(start as usize..padded.min(basics.len()))
    }
}

/// One school of one year in a [`DataSet`].
#[derive(Clone, Copy, Debug)]
pub struct SchoolRow<'a> {
    data: &'a DataSet,
    row: u32,
}

impl<'a> SchoolRow<'a> {
    fn record(self) -> &'a KeptRow {
        self.data.0.record(self.row as usize)
    }

    pub(crate) fn row(self) -> u32 {
        self.row
    }

    /// Whether the data set has this column at all.
    pub(crate) fn has_column(self, field: Field) -> bool {
        self.data.has_column(field)
    }

    /// Its code; blank where it is not given.
    pub fn code(self) -> &'a str {
        self.data.0.code(self.row as usize)
    }

    /// Its name; blank where it is not given.
    pub fn name(self) -> &'a str {
        self.data.0.name(self.row as usize)
    }

    /// What people call it: its name, or its code where that is blank.
    pub fn label(self) -> &'a str {
        if self.name().is_empty() { self.code() } else { self.name() }
    }

    /// Its kind.
    pub fn kind(self) -> SchoolKind {
        basics::kind_of(self.class())
    }

    /// Who runs it.
    pub fn sponsor(self) -> Option<Sponsor> {
        basics::sponsor_of(self.class())
    }

    #[inline]
    fn class(self) -> Class {
        self.data.0.basics.class(self.row as usize)
    }

    /// Where it lies.
    pub fn area(self) -> Option<Area> {
        self.record().area
    }

    /// Whether it is a boarding school.
    pub fn boarding(self) -> Option<bool> {
        self.record().boarding
    }

    /// Whether it lies in an over-dense city centre.
    pub fn dense_city_centre(self) -> Option<bool> {
        self.record().dense_city_centre
    }

    /// The year it was built.
    pub fn founded(self) -> Option<u16> {
        let year = self.record().founded;
        (year != 0).then_some(year)
    }

    /// Code of its county.
    pub fn county_code(self) -> &'a str {
        self.data.0.texts.get(self.record().county_code)
    }

    /// The year of the data.
    pub fn year(self) -> Option<u16> {
        let year = self.record().year;
        (year != 0).then_some(year)
    }

    /// A count or an amount, in the [unit](Field::unit) of the field; `None` where it is missing or the field holds no
    /// number.
    #[inline]
    pub fn value(self, field: Field) -> Option<Decimal> {
        self.data.0.columns[field as usize].get(self.row as usize)
    }

    /// The same as a whole number and its decimals, not shortened.
    #[inline]
    pub(crate) fn raw(self, field: Field) -> Option<(i64, u8)> {
        self.data.0.columns[field as usize].raw(self.row as usize)
    }

    /// The entries of a list, such as the area of each music room, in the [unit](Field::unit) of the field; `None` where it
    /// is missing.
    pub fn list(self, field: Field) -> Option<&'a [Decimal]> {
        self.data.0.lists.get(&(self.row, field)).map(Vec::as_slice)
    }

    /// A text field; `None` where it is blank or no text.
    pub fn text(self, field: Field) -> Option<&'a str> {
        let (record, texts) = (self.record(), &self.data.0.texts);
        let region = || self.data.0.regions.get(record.region);
        let text = match field {
            Field::Province => texts.get(region().province),
            Field::City => texts.get(region().city),
            Field::CountyCode => texts.get(record.county_code),
            Field::County => texts.get(region().county_name),
            Field::Township => texts.get(record.township),
            Field::Group => texts.get(region().group),
            Field::SchoolCode => self.code(),
            Field::SchoolName => self.name(),
            _ => "",
        };
        (!text.is_empty()).then_some(text)
    }

    /// Pupils of a stage.
    ///
    /// A stage that the kind cannot have has none where the cell is blank; what is typed there is kept as it is.
    #[inline]
    pub fn students(self, stage: Stage) -> Option<Decimal> {
        match self.data.0.basics.pupils(self.row as usize, stage) {
            basics::MISSING => None,
            basics::ODD => self.value(Field::students(stage)),
            count => Some(Decimal::from(u32::from(count.unsigned_abs()))),
        }
    }

    /// Whether it has pupils in a stage, or may have them: those that are not known.
    #[inline]
    pub(crate) fn may_have_pupils(self, stage: Stage) -> bool {
        match self.data.0.basics.pupils(self.row as usize, stage) {
            0 => false,
            basics::ODD => self.students(stage).is_none_or(|pupils| !pupils.is_zero()),
            _ => true,
        }
    }

    /// Pupils in compulsory education (义务教育阶段在校生); `None` where those of a stage it has are missing.
    #[inline]
    pub fn compulsory_students(self) -> Option<Decimal> {
        if let Some(counted) = self.compulsory_counted() {
            return Some(Decimal::from(counted));
        }
        let mut stages = Stage::COMPULSORY.into_iter();
        stages.try_fold(Decimal::ZERO, |sum, stage| sum.checked_add(self.students(stage)?))
    }

    /// Pupils of each stage, where all are known and few enough to count quickly.
    #[inline]
    pub(crate) fn all_counts(self) -> Option<[u32; 3]> {
        // What is not known is below zero.
        let counts @ [primary, junior, senior] = self.data.0.basics.counts(self.row as usize);
        (primary | junior | senior >= 0).then(|| counts.map(|count| count.unsigned_abs().into()))
    }

    /// Pupils of the primary and of the junior stage, where both are known and few enough to count quickly.
    #[inline]
    pub(crate) fn counted(self) -> Option<[u32; 2]> {
        let [primary, junior, _] = self.data.0.basics.counts(self.row as usize);
        (primary | junior >= 0).then(|| [primary, junior].map(|count| count.unsigned_abs().into()))
    }

    /// Pupils in compulsory education, where those of both stages are known and few enough to count quickly.
    #[inline]
    pub(crate) fn compulsory_counted(self) -> Option<u32> {
        self.counted().map(|[primary, junior]| primary + junior)
    }

    /// Pupils of all stages together, where each is known and they are few enough to count quickly.
    #[inline]
    pub(crate) fn all_counted(self) -> Option<u32> {
        self.all_counts().map(|counts| counts.iter().sum())
    }

    /// Pupils of all stages that are given: a special-education school need not have each; `None` where none is.
    pub(crate) fn all_students(self) -> Option<Decimal> {
        let mut given = Stage::ALL.into_iter().filter_map(|stage| self.students(stage));
        let first = given.next();
        given.fold(first, |sum, more| sum?.checked_add(more))
    }

    /// Where a cell of it stands in its file.
    pub(crate) fn place(self, field: Option<Field>) -> Option<Place> {
        let record = self.record();
        let file = self.data.0.files.get(record.file as usize)?;
        Some(file.place(record.line, field))
    }

    /// A finding about this school.
    pub(crate) fn finding(self, code: Code, field: Option<Field>) -> Finding {
        let finding = Finding::new(code)
            .county(self.data.0.texts.shared(self.record().county_code), self.year())
            .school(self.code())
            .place(self.place(field));
        match field {
            Some(field) => finding.column(field),
            None => finding,
        }
    }
}

/// A column as a spreadsheet letters it, from 0: A, B, … Z, AA.
pub(crate) fn letters(mut index: u32) -> String {
    let mut text = Vec::new();
    loop {
        text.push(b'A' + (index % 26) as u8);
        match (index / 26).checked_sub(1) {
            Some(rest) => index = rest,
            None => break,
        }
    }
    text.iter().rev().map(|b| *b as char).collect()
}

/// No more is told of what makes an input unusable: a table of junk has something wrong in every row, and each finding takes
/// a hundred times its memory.
const MOST_REFUSED: usize = 100_000;

/// Collects schools into a [`DataSet`].
#[derive(Debug)]
pub struct Builder {
    inner: Inner,
    /// Numbers of the last rows that are not in their columns yet.
    sheet: Sheet,
    /// How many threads put the data set together; as many as the pool has, unless this says otherwise.
    threads: Option<NonZeroUsize>,
    /// What makes the input unusable, up to one more than [`MOST_REFUSED`].
    refused: Vec<Finding>,
    /// How many findings there are beside them that nobody is told of.
    untold: usize,
    /// The numbers that its texts have in the builder that its schools are moved to, and the places of its regions.
    joined: (Vec<u32>, Vec<u32>),
}

impl Builder {
    /// Adds a school.
    pub fn push(&mut self, school: &School) {
        if self.inner.files.is_empty() {
            self.inner.files.push(SourceFile::default());
        }
        let row = Row {
            county_code: self.text(&school.county_code),
            region: Region {
                county_name: self.text(&school.county),
                province: self.text(&school.province),
                city: self.text(&school.city),
                group: self.text(&school.group),
            },
            township: self.text(&school.township),
            year: school.year,
            founded: school.founded,
            kind: school.kind,
            sponsor: school.sponsor,
            area: school.area,
            boarding: school.boarding,
            dense_city_centre: school.dense_city_centre,
            ..Row::blank(u16::MAX, 0)
        };
        let given = [
            (Field::Ownership, school.sponsor.is_some()),
            (Field::UrbanRural, school.area.is_some()),
            (Field::DenseCityCentre, school.dense_city_centre.is_some()),
        ];
        given.iter().filter(|(_, given)| *given).for_each(|(field, _)| self.inner.mark(*field));
        school.values.iter().for_each(|(field, value)| self.set(*field, *value));
        school.lists.iter().for_each(|(field, list)| self.set_list(None, *field, list.clone()));
        self.begin(&school.code);
        self.end(row, &school.name);
    }

    /// Sets how many threads put the data set together.
    pub(crate) fn on_threads(mut self, threads: Option<NonZeroUsize>) -> Self {
        self.threads = threads;
        self
    }

    /// Makes room for about so many more rows, if there is any: growing many columns by turns leaves holes.
    pub(crate) fn expect(&mut self, rows: usize, fields: impl Iterator<Item = Field>) {
        let inner = &mut self.inner;
        for field in fields.filter(|field| field.is_numeric()) {
            inner.columns[field as usize].reserve(rows);
        }
        let _ = inner.records.try_reserve_exact(rows);
        inner.basics.reserve(rows);
        inner.codes.reserve(rows);
        inner.names.reserve(rows);
    }

    /// Begins another file; rows pushed with the number returned come from it.
    pub(crate) fn add_file(&mut self, file: SourceFile) -> u16 {
        for (field, _) in &file.columns {
            self.inner.mark(*field);
        }
        let number = self.next_file();
        self.inner.files.push(file);
        number
    }

    /// The number that the next file will have.
    pub(crate) fn next_file(&self) -> u16 {
        self.inner.files.len().min(u16::MAX as usize - 1) as u16
    }

    pub(crate) fn note(&mut self, finding: Finding) {
        if self.is_beyond_use() {
            self.untold += 1;
        } else {
            self.inner.findings.push(finding);
        }
    }

    /// Notes what makes the input unusable; [`finish`](Self::finish) will tell it with all the rest.
    pub(crate) fn refuse(&mut self, finding: Finding) {
        if self.is_beyond_use() {
            self.untold += 1;
        } else {
            self.refused.push(finding);
        }
    }

    /// Whether there is more wrong with the input than is told of; nothing else is then told.
    fn is_beyond_use(&self) -> bool {
        self.refused.len() > MOST_REFUSED
    }

    /// Takes what another has to tell, `lines` rows farther down.
    fn take_findings(&mut self, other: &mut Builder, lines: u32) {
        self.untold += std::mem::take(&mut other.untold);
        other.refused.drain(..).for_each(|finding| self.refuse(finding.below(lines)));
        other.inner.findings.drain(..).for_each(|finding| self.note(finding.below(lines)));
    }

    /// The number of a text that repeats.
    pub(crate) fn text(&mut self, text: &str) -> u32 {
        self.inner.texts.id(text)
    }

    /// The text with this number.
    pub(crate) fn text_of(&self, id: u32) -> &str {
        self.inner.texts.get(id)
    }

    /// Sets a number of the row that is added next.
    pub(crate) fn set(&mut self, field: Field, value: Decimal) {
        let cell = self.cell(self.inner.records.len(), field, value);
        self.line().set(field, cell);
    }

    /// The cell of a row that is this number.
    pub(crate) fn cell(&mut self, row: usize, field: Field, value: Decimal) -> i64 {
        self.inner.columns[field as usize].cell(row, value, field.kind() == FieldKind::Count)
    }

    /// The numbers of the row that is added next, to be set in the columns of their fields: counts where something is
    /// counted, elsewhere hundredths.
    #[inline]
    pub(crate) fn line(&mut self) -> Line<'_> {
        self.sheet.line(self.inner.records.len())
    }

    /// Puts the numbers of the last rows into their columns.
    fn empty_sheet(&mut self) {
        self.sheet.empty_into(&mut self.inner.columns, self.inner.records.len());
        self.inner.note_basics();
    }

    /// Sets a list of the row at a place, or of the one that is added next.
    pub(crate) fn set_list(&mut self, place: Option<usize>, field: Field, list: Vec<Decimal>) {
        let place = place.unwrap_or(self.inner.records.len());
        self.inner.lists.insert((place as u32, field), list);
    }

    /// Begins the row that is added next with its code, in the place of any that it has.
    pub(crate) fn begin(&mut self, code: &str) {
        self.inner.codes.begin(code);
    }

    /// The code of the row that was begun last.
    pub(crate) fn code(&self) -> &str {
        self.inner.codes.latest()
    }

    /// Adds the row that has begun, whose numbers are set before.
    pub(crate) fn end(&mut self, row: Row, name: &str) {
        self.inner.codes.end();
        self.inner.add([&row], [name]);
        self.inner.note_rising_from(self.inner.records.len() - 1);
        if self.sheet.is_full(self.inner.records.len()) {
            self.empty_sheet();
        }
    }

    /// Gives up the row that has begun: another takes its place, and lists of no row have none.
    pub(crate) fn give_up(&mut self) {
        let next = (self.inner.records.len() as u32, Field::ALL[0]);
        self.inner.lists.split_off(&next);
    }

    /// Begins rows that are added column by column; the place of the first.
    pub(crate) fn begin_rows(&mut self) -> usize {
        self.empty_sheet();
        self.inner.records.len()
    }

    /// Adds the code of the next of these rows.
    pub(crate) fn add_code(&mut self, code: &str) {
        self.inner.codes.push(code);
    }

    /// The code of one of them.
    pub(crate) fn code_of(&self, place: usize) -> &str {
        self.inner.codes.get(place)
    }

    /// Adds the cells that a column has in all of them.
    pub(crate) fn add_cells(&mut self, field: Field, first: usize, cells: &[i64]) {
        self.inner.columns[field as usize].extend(first, cells, field.kind() == FieldKind::Count);
    }

    /// The same where all are counts, or [`COUNT_MISSING`](super::COUNT_MISSING).
    pub(crate) fn add_counts(&mut self, field: Field, first: usize, counts: &[i16]) {
        self.inner.columns[field as usize].extend_counts(first, counts);
    }

    /// Ends them with all but their codes and numbers.
    pub(crate) fn end_rows(&mut self, rows: &[Row], names: &[&str]) {
        let first = self.inner.records.len();
        self.inner.add(rows, names.iter().copied());
        self.inner.note_rising_from(first);
        self.sheet.begin(self.inner.records.len());
        self.inner.note_basics();
    }

    /// Adds the schools and findings of another builder whose files are this one's, `lines` rows farther down.
    pub(crate) fn append(&mut self, mut other: Builder, lines: u32) {
        if !self.inner.records.is_empty() || lines != 0 {
            return self.take_all(&mut other, lines);
        }
        self.take_findings(&mut other, 0);
        self.empty_sheet();
        other.empty_sheet();
        self.inner.take_over(other.inner);
        self.sheet.begin(self.inner.records.len());
    }

    /// The same, and leaves the other its room for more of them, which must be taken here as well.
    pub(crate) fn take_all(&mut self, other: &mut Builder, lines: u32) {
        self.take_findings(other, lines);
        self.empty_sheet();
        other.empty_sheet();
        let (texts, regions) = &mut other.joined;
        let new = other.inner.texts.from(texts.len());
        texts.extend(new.map(|text| self.inner.texts.id(text)));
        let id = |id: u32| texts.get(id as usize).copied().unwrap_or_default();
        let new = other.inner.regions.from(regions.len());
        regions.extend(new.iter().map(|region| {
            let Region { county_name, province, city, group } = *region;
            let [county_name, province, city, group] = [county_name, province, city, group].map(id);
            self.inner.regions.place(Region { county_name, province, city, group })
        }));
        self.inner.append(&mut other.inner, (texts, regions), lines, self.threads);
        self.sheet.begin(self.inner.records.len());
        other.sheet.begin(0);
    }

    /// Adds the files of another builder behind its own, with their schools and findings.
    pub(crate) fn append_files(&mut self, mut other: Builder) {
        let first = self.next_file();
        self.inner.files.append(&mut other.inner.files);
        // Numbers beyond the last are those of the last, as in `next_file`.
        other
            .inner
            .records
            .iter_mut()
            .for_each(|row| row.file = row.file.saturating_add(first).min(u16::MAX - 1));
        self.append(other, 0);
    }

    /// The data set, in canonical order.
    ///
    /// # Errors
    /// A code that is repeated within a year, a school in two counties: all of them up to 100 000, in one
    /// [`ErrorKind::Input`].
    pub fn finish(mut self) -> Result<DataSet, Error> {
        self.empty_sheet();
        let (mut inner, mut refused) = (self.inner, self.refused);
        let codes_are_distinct = inner.put_in_order(self.threads);
        inner.mark_values();
        let stretches = inner.stretches();
        let counties = inner.by_counties(&stretches);
        if !(codes_are_distinct && inner.codes_lie_apart(&counties)) {
            refused.extend(inner.identity_errors());
        }
        if !refused.is_empty() {
            let by_place =
                |a: &Finding, b: &Finding| a.found_at().cmp(&b.found_at()).then_with(|| a.order(b));
            refused.sort_by(by_place);
            if refused.len() > MOST_REFUSED {
                let count = refused.len() - MOST_REFUSED + self.untold + inner.findings.len();
                refused.truncate(MOST_REFUSED);
                refused.push(Finding::new(Code::MoreProblems).arg("count", &count));
            } else {
                inner.findings.sort_by(by_place);
                refused.append(&mut inner.findings);
            }
            return Err(Error::new(ErrorKind::Input(refused)));
        }
        let (counties, mut told) = inner.named(&counties);
        inner.counties = counties;
        inner.findings.append(&mut told);
        inner.findings.sort_by(|a, b| a.order(b).then_with(|| a.found_at().cmp(&b.found_at())));
        Ok(DataSet(Arc::new(inner)))
    }
}

impl Inner {
    /// Adds rows whose codes are added.
    fn add<'r>(&mut self, rows: impl IntoIterator<Item = &'r Row>, names: impl IntoIterator<Item = &'r str>) {
        let mut above: Option<(&Row, u32)> = None;
        for (row, name) in rows.into_iter().zip(names) {
            self.names.push(name);
            // Most rows go on with the county of the one above.
            let known = above.filter(|(above, _)| row.is_like(above)).map(|(_, place)| place);
            let place = known.unwrap_or_else(|| self.regions.place(row.region));
            self.records.push(KeptRow::new(row, place));
            if known.is_none() {
                self.note_start(self.records.len() - 1);
            }
            above = Some((row, place));
        }
    }

    /// Notes that a column is there, or a value in it.
    fn mark(&mut self, field: Field) {
        if self.present.is_empty() {
            self.present.resize(Field::ALL.len(), false);
        }
        self.present[field as usize] = true;
    }

    /// Takes the schools of another to none of its own.
    fn take_over(&mut self, other: Inner) {
        let Inner {
            texts,
            codes,
            names,
            records,
            regions,
            columns,
            basics,
            rising,
            starts,
            lists,
            present,
            ..
        } = other;
        (self.texts, self.regions) = (texts, regions);
        (self.codes, self.names, self.records) = (codes, names, records);
        (self.columns, self.basics, self.rising, self.starts) = (columns, basics, rising, starts);
        self.lists = lists;
        self.mark_all(&present);
    }

    fn mark_all(&mut self, present: &[bool]) {
        let marked = Field::ALL.iter().zip(present).filter(|(_, present)| **present);
        marked.for_each(|(field, _)| self.mark(*field));
    }

    /// Moves the schools of another here, `lines` rows farther down; with the numbers that its texts have here, and the
    /// places of its regions.
    fn append(
        &mut self,
        other: &mut Inner,
        (texts, regions): (&[u32], &[u32]),
        lines: u32,
        threads: Option<NonZeroUsize>,
    ) {
        self.mark_all(&other.present);
        let row = self.records.len();
        if row == 0 {
            self.codes.reserve_like(&other.codes);
            self.names.reserve_like(&other.names);
        }
        let Inner { codes, names, records, columns, basics, .. } = self;
        let rising = std::mem::take(&mut other.rising);
        let others = &mut other.columns;
        let join_columns =
            || columns.iter_mut().zip(others).for_each(|(column, more)| column.append(more, row));
        let join_rows = || {
            let number = |all: &[u32], number: u32| all.get(number as usize).copied().unwrap_or_default();
            records.extend(other.records.drain(..).map(|r| KeptRow {
                county_code: number(texts, r.county_code),
                region: number(regions, r.region),
                township: number(texts, r.township),
                line: r.line.saturating_add(lines),
                ..r
            }));
            basics.append(&mut other.basics);
            codes.append(&mut other.codes);
            names.append(&mut other.names);
        };
        parallel::both(row, ROWS_WORTH_A_THREAD, threads, join_columns, join_rows);
        let lists = std::mem::take(&mut other.lists).into_iter();
        self.lists.extend(lists.map(|((at, field), list)| ((at + row as u32, field), list)));
        let mut starts = other.starts.drain(..).map(|start| start + row as u32);
        // The first of them may go on with the county above.
        starts.next().into_iter().for_each(|start| self.note_start(start as usize));
        self.starts.extend(starts);
        self.note_rising(row, rising);
    }

    /// Notes that a stretch begins with a row, where it is of another county, name or year than the one above.
    fn note_start(&mut self, row: usize) {
        if self.is_start(row) {
            self.starts.push(row as u32);
        }
    }

    fn is_start(&self, row: usize) -> bool {
        let is_other = |above: usize| {
            let (a, b) = (self.record(above), self.record(row));
            (a.county_code, a.year) != (b.county_code, b.year) || self.is_renamed(a, b)
        };
        row.checked_sub(1).is_none_or(is_other)
    }

    /// The number of the name that a row gives its county.
    fn county_name(&self, row: &KeptRow) -> u32 {
        self.regions.get(row.region).county_name
    }

    /// Whether two rows give their county another name.
    fn is_renamed(&self, a: &KeptRow, b: &KeptRow) -> bool {
        a.region != b.region && self.county_name(a) != self.county_name(b)
    }

    /// Whether a row certainly stands behind the one above.
    fn is_behind(&self, row: usize) -> bool {
        let with_code = |row| (row, self.code_bytes(row));
        row.checked_sub(1).is_none_or(|above| self.is_lesser(with_code(above), with_code(row)))
    }

    /// Whether a row certainly stands before another, each with its code.
    fn is_lesser(&self, (a, code): (usize, &[u8]), (b, other): (usize, &[u8])) -> bool {
        self.by_county(a as u32, b as u32).then_with(|| texts::order(code, other)).is_lt()
    }

    /// Notes how many of the rows from one on rise, where all above it do.
    fn note_rising_from(&mut self, first: usize) {
        if self.rising == first {
            let of_these = self.starts.partition_point(|start| (*start as usize) < first);
            let mut starts = self.starts[of_these..].iter().map(|start| *start as usize).peekable();
            let mut above = first.checked_sub(1).map(|row| (row, self.code_bytes(row)));
            let rises = |row: &usize| {
                let own = (*row, self.code_bytes(*row));
                let begins = starts.next_if_eq(row).is_some();
                above.replace(own).is_none_or(|above| match begins {
                    true => self.is_lesser(above, own),
                    // Of one county and year.
                    false => texts::order(above.1, own.1).is_lt(),
                })
            };
            self.rising += (first..self.records.len()).take_while(rises).count();
        }
    }

    /// Notes that so many rows from a row on rise, where that row is behind the one above and all above it rise.
    fn note_rising(&mut self, row: usize, rising: usize) {
        if self.rising == row && rising > 0 && self.is_behind(row) {
            self.rising = row + rising;
        }
    }

    /// Puts the rows in canonical order; whether no code is repeated within a county and year.
    fn put_in_order(&mut self, threads: Option<NonZeroUsize>) -> bool {
        if self.rising == self.records.len() {
            return true;
        }
        let mut step = self.worst_step(threads);
        if step == Ordering::Greater {
            let (order, starts, are_distinct) = self.canonical_order(threads);
            self.reorder(order, threads);
            self.starts = starts;
            step = if are_distinct { Ordering::Less } else { self.worst_step(threads) };
        }
        step == Ordering::Less
    }

    /// How a row may stand to the next: `Greater` where any two are in the wrong order, else `Equal` where any two share
    /// county, year and a code.
    fn worst_step(&self, threads: Option<NonZeroUsize>) -> Ordering {
        let step = |row: usize, code: &[u8], above: &[u8]| {
            let (a, b) = (row as u32 - 1, row as u32);
            match self.by_county(a, b).then_with(|| above.cmp(code)) {
                Ordering::Equal if self.by_content(a, b).is_gt() => Ordering::Greater,
                Ordering::Equal if code.is_empty() => Ordering::Less,
                step => step,
            }
        };
        let worst = |rows: Range<usize>| {
            let mut worst = Ordering::Less;
            let start = rows.start.max(1);
            let mut above = if start < rows.end { self.code_bytes(start - 1) } else { &[] };
            for row in start..rows.end {
                let code = self.code_bytes(row);
                worst = worst.max(step(row, code, above));
                above = code;
                if worst == Ordering::Greater {
                    break;
                }
            }
            worst
        };
        let found = parallel::in_ranges(self.records.len(), ROWS_WORTH_A_THREAD, threads, worst);
        found.into_iter().max().unwrap_or(Ordering::Less)
    }

    #[inline]
    fn by_county(&self, a: u32, b: u32) -> Ordering {
        let (a, b) = (self.record(a as usize), self.record(b as usize));
        let counties = if a.county_code == b.county_code {
            Ordering::Equal
        } else {
            self.texts.get(a.county_code).cmp(self.texts.get(b.county_code))
        };
        counties.then(a.year.cmp(&b.year))
    }

    /// The rows in canonical order, where their stretches begin then, and whether all codes of a county and year are certainly
    /// different.
    fn canonical_order(&self, threads: Option<NonZeroUsize>) -> (Vec<u32>, Vec<u32>, bool) {
        let rank = self.ranks_of_counties();
        let row = |row: u32| self.record(row as usize);
        let rank = |r: &KeptRow| rank[r.county_code as usize] as usize;
        // By county and year without comparing codes; each county and year is then sorted for itself.
        let stretches = self.stretches();
        // Of how many rows each county and year is, and whether of one stretch.
        let (mut order, sizes): (Vec<u32>, Vec<(usize, bool)>) = if stretches.len() < self.records.len() / 4 {
            let mut keyed: Vec<_> = stretches
                .into_iter()
                .map(|rows| ((rank(row(rows.start)), row(rows.start).year), rows))
                .collect();
            keyed.sort_by_key(|(key, _)| *key);
            let mut order = Vec::with_capacity(self.records.len());
            keyed.iter().for_each(|(_, rows)| order.extend(rows.clone()));
            let counties = keyed.chunk_by(|a, b| a.0 == b.0);
            let size = |of: &[(_, Range<u32>)]| (of.iter().map(|(_, rows)| rows.len()).sum(), of.len() == 1);
            (order, counties.map(size).collect())
        } else {
            let order = counted((0..self.records.len() as u32).collect(), |at| row(at).year.into());
            let order = counted(order, |at| rank(row(at)));
            let key = |at: &u32| (row(*at).county_code, row(*at).year);
            let sizes = order.chunk_by(|a, b| key(a) == key(b)).map(|rows| (rows.len(), false)).collect();
            (order, sizes)
        };
        let mut counties: Vec<(&mut [u32], Sorted)> = Vec::with_capacity(sizes.len());
        let mut rest = order.as_mut_slice();
        for (length, is_one) in sizes {
            let (county, others) = rest.split_at_mut(length);
            counties.push((county, Sorted { is_one, ..Sorted::default() }));
            rest = others;
        }
        parallel::for_each(&mut counties, parallel::COUNTIES_WORTH_A_THREAD, threads, |(rows, sorted)| {
            sorted.are_distinct = self.sort_county(rows);
            if !sorted.is_one {
                sorted.renamed = self.renamed(rows);
            }
        });
        let are_distinct = counties.iter().all(|(_, sorted)| sorted.are_distinct);
        let (mut starts, mut start) = (Vec::with_capacity(counties.len()), 0);
        for (rows, sorted) in &counties {
            starts.push(start);
            starts.extend(sorted.renamed.iter().map(|place| start + place));
            start += rows.len() as u32;
        }
        (order, starts, are_distinct)
    }

    /// The places of rows of a county and year that have it under another name than the row before.
    fn renamed(&self, rows: &[u32]) -> Vec<u32> {
        let row = |row: u32| self.record(row as usize);
        let is_other = |pair: &[u32]| self.is_renamed(row(pair[0]), row(pair[1]));
        (1..).zip(rows.windows(2)).filter(|(_, pair)| is_other(pair)).map(|(place, _)| place).collect()
    }

    /// The stretches of rows of one county, under one name, and year.
    fn stretches(&self) -> Vec<Range<u32>> {
        let ends = self.starts.iter().skip(1).copied().chain([self.records.len() as u32]);
        self.starts.iter().zip(ends).map(|(start, end)| *start..end).collect()
    }

    /// Of stretches in order, those of each county and year.
    fn by_counties<'s>(&self, stretches: &'s [Range<u32>]) -> Vec<&'s [Range<u32>]> {
        let key = |rows: &Range<u32>| {
            let first = self.record(rows.start as usize);
            (first.county_code, first.year)
        };
        stretches.chunk_by(|a, b| key(a) == key(b)).collect()
    }

    /// For the number of each text that is the code of a county, its place among them: codes compare as texts, once each
    /// rather than once a row.
    fn ranks_of_counties(&self) -> Vec<u32> {
        let mut rank = vec![0; self.texts.len()];
        let mut codes = Vec::new();
        for start in &self.starts {
            let code = self.record(*start as usize).county_code;
            if std::mem::replace(&mut rank[code as usize], 1) == 0 {
                codes.push(code);
            }
        }
        codes.sort_unstable_by(|a, b| self.texts.get(*a).cmp(self.texts.get(*b)));
        codes.iter().enumerate().for_each(|(place, id)| rank[*id as usize] = place as u32);
        rank
    }

    /// Sorts the rows of a county and year by code; whether the codes certainly differ.
    fn sort_county(&self, rows: &mut [u32]) -> bool {
        let bytes = |row: u32| self.code_bytes(row as usize);
        let rise =
            |rows: &[u32]| rows.iter().map(|row| bytes(*row)).is_sorted_by(|a, b| texts::order(a, b).is_lt());
        if rise(rows) {
            return true;
        }
        let code = |row: u32| self.code(row as usize);
        let mut keyed: Vec<_> = rows.iter().map(|row| (texts::first_bytes(bytes(*row)), *row)).collect();
        keyed.sort_by(|(first, a), (second, b)| {
            let codes = first.cmp(second).then_with(|| code(*a).cmp(code(*b)));
            codes.then_with(|| self.by_content(*a, *b))
        });
        rows.iter_mut().zip(keyed).for_each(|(to, (_, row))| *to = row);
        rise(rows)
    }

    /// Order of two rows that share county, year and code (which only a blank code can): by all that they hold.
    fn by_content(&self, a: u32, b: u32) -> Ordering {
        let (i, j) = (a as usize, b as usize);
        let text = |row: usize| {
            let r = self.record(row);
            let Region { county_name, province, city, group } = self.regions.get(r.region);
            let texts = [county_name, province, city, r.township, group].map(|id| self.texts.get(id));
            (self.name(row), texts, (r.kind, r.sponsor, r.area, r.boarding, r.dense_city_centre, r.founded))
        };
        let values = || {
            self.columns
                .iter()
                .map(|c| c.get(i).cmp(&c.get(j)))
                .find(|o| o.is_ne())
                .unwrap_or(Ordering::Equal)
        };
        let lists = || {
            let all =
                |row: u32| self.lists.range((row, Field::ALL[0])..).take_while(move |((r, _), _)| *r == row);
            all(a).map(|((_, f), l)| (f, l)).cmp(all(b).map(|((_, f), l)| (f, l)))
        };
        text(i).cmp(&text(j)).then_with(values).then_with(lists)
    }

    fn reorder(&mut self, order: Vec<u32>, threads: Option<NonZeroUsize>) {
        let Inner { columns, basics, .. } = self;
        let mut columns: Vec<&mut Column> = columns.iter_mut().filter(|column| !column.is_unused()).collect();
        let worth_a_thread = if order.len() < ROWS_WORTH_A_THREAD { usize::MAX } else { 1 };
        let reorder_columns = || {
            parallel::for_each_with(
                &mut columns,
                worth_a_thread,
                threads,
                Spare::default,
                |spare, column| {
                    column.reorder(&order, spare);
                },
            );
        };
        let reorder_basics = || basics.reorder(&order, &mut Spare::default());
        parallel::both(order.len(), ROWS_WORTH_A_THREAD, threads, reorder_columns, reorder_basics);
        if !self.lists.is_empty() {
            let mut place = vec![0u32; order.len()];
            order.iter().enumerate().for_each(|(new, old)| place[*old as usize] = new as u32);
            let lists = std::mem::take(&mut self.lists).into_iter();
            self.lists = lists.map(|((row, field), list)| ((place[row as usize], field), list)).collect();
        }
        self.origins = order;
    }

    /// Where a row stands among those that came.
    #[inline]
    fn origin(&self, row: usize) -> usize {
        self.origins.get(row).map_or(row, |origin| *origin as usize)
    }

    #[inline]
    fn record(&self, row: usize) -> &KeptRow {
        &self.records[self.origin(row)]
    }

    /// The code of the school of a row.
    fn code(&self, row: usize) -> &str {
        self.codes.get(self.origin(row))
    }

    /// Its bytes, which are in the same order.
    #[inline]
    fn code_bytes(&self, row: usize) -> &[u8] {
        self.codes.bytes(self.origin(row))
    }

    /// The name of the school of a row.
    fn name(&self, row: usize) -> &str {
        self.names.get(self.origin(row))
    }

    /// A column counts as present too where a school has a value in it.
    fn mark_values(&mut self) {
        self.present.resize(Field::ALL.len(), false);
        for (present, column) in self.present.iter_mut().zip(&self.columns) {
            *present |= !column.is_unused();
        }
        let lists = self.lists.keys().map(|(_, field)| *field);
        for field in lists {
            self.present[field as usize] = true;
        }
    }

    /// Notes the basics of the rows whose numbers have come into the columns.
    fn note_basics(&mut self) {
        let columns = Stage::ALL.map(|stage| &self.columns[Field::students(stage) as usize]);
        let count = |kind: SchoolKind, row: usize, stage: Stage| match columns[stage as usize].count(row) {
            Ok(count) => i16::try_from(count).unwrap_or(basics::ODD),
            Err(true) => basics::ODD,
            Err(false) if kind.cannot_have(stage) => 0,
            Err(false) => basics::MISSING,
        };
        let start = self.basics.len();
        let rows = || self.records.iter().enumerate().skip(start);
        let classes = rows().map(|(_, r)| basics::class(r.kind, r.sponsor));
        let of_stage = |stage| rows().map(move |(row, r)| count(r.kind, row, stage));
        self.basics.extend(classes, Stage::ALL.map(of_stage));
    }

    fn place(&self, row: usize, field: Field) -> Option<Place> {
        let record = self.record(row);
        let file = self.files.get(record.file as usize)?;
        Some(file.place(record.line, Some(field)))
    }

    /// Whether in each year the codes of a county lie apart from those of any other, if they rise within each.
    fn codes_lie_apart(&self, counties: &[&[Range<u32>]]) -> bool {
        let code = |row: u32| self.code_bytes(row as usize);
        let span = |stretches: &&[Range<u32>]| {
            let rows = whole(stretches);
            let first = rows.clone().map(code).find(|code| !code.is_empty())?;
            let year = self.record(rows.start as usize).year;
            Some(((year, texts::first_bytes(first), first), code(rows.end - 1)))
        };
        let mut spans: Vec<_> = counties.iter().filter_map(span).collect();
        spans.sort_unstable_by_key(|(first, _)| *first);
        let mut pairs = spans.windows(2).map(|pair| (pair[0], pair[1]));
        pairs.all(|((one, last), (other, _))| one.0 != other.0 || last < other.2)
    }

    fn identity_errors(&self) -> Vec<Finding> {
        let key = |row: &u32| (self.record(*row as usize).year, self.code(*row as usize));
        let mut rows: Vec<_> = (0..self.records.len() as u32)
            .filter(|row| !key(row).1.is_empty())
            .map(|row| {
                ((self.record(row as usize).year, texts::first_bytes(self.code_bytes(row as usize))), row)
            })
            .collect();
        // Stable, and quick where the codes rise through a county.
        rows.sort_by(|(first, a), (second, b)| first.cmp(second).then_with(|| key(a).cmp(&key(b))));
        let rows: Vec<u32> = rows.into_iter().map(|(_, row)| row).collect();
        let mut out = Vec::new();
        for pair in rows.windows(2) {
            let [other, row] = [pair[0], pair[1]];
            if key(&other) != key(&row) {
                continue;
            }
            let (other, row, code) = (other as usize, row as usize, key(&row).1);
            let record = self.record(row);
            // The later place in the files is told, and refers to the earlier.
            let at = |row: usize| self.place(row, Field::SchoolCode);
            let (first, row) = if at(other) <= at(row) { (other, row) } else { (row, other) };
            let counties = [first, row].map(|r| self.texts.get(self.record(r).county_code));
            let repeated = counties[0] == counties[1];
            let finding =
                Finding::new(if repeated { Code::RepeatedSchoolCode } else { Code::SchoolInTwoCounties });
            let other =
                |lang| self.place(first, Field::SchoolCode).map(|p| p.describe(lang)).unwrap_or_default();
            let finding = finding
                .county(counties[1], (record.year != 0).then_some(record.year))
                .school(code)
                .column(Field::SchoolCode)
                .value(code)
                .arg("first", counties[0])
                .arg("second", counties[1])
                .arg(
                    "other_place",
                    crate::finding::Arg::names(other(crate::Lang::Zh), other(crate::Lang::En)),
                );
            out.push(finding.place(self.place(row, Field::SchoolCode)));
        }
        out
    }

    /// The counties with their names, and what is to be told of those that have several.
    fn named(&self, counties: &[&[Range<u32>]]) -> (Vec<CountyRows>, Vec<Finding>) {
        let name_of = |rows: &Range<u32>| self.county_name(self.record(rows.start as usize));
        let (mut named, mut told) = (Vec::with_capacity(counties.len()), Vec::new());
        for stretches in counties {
            let rows = whole(stretches);
            let first = self.record(rows.start as usize);
            let (code, year) = (first.county_code, (first.year != 0).then_some(first.year));
            if let [only] = stretches {
                named.push(CountyRows { code, name: name_of(only), year, rows });
                continue;
            }
            let mut names: BTreeMap<&str, (usize, u32)> = BTreeMap::new();
            for rows in *stretches {
                let name = name_of(rows);
                let (count, number) = names.entry(self.texts.get(name)).or_default();
                (*count, *number) = (*count + rows.len(), name);
            }
            names.remove("");
            // The most frequent name; of equals, the first in order.
            let most = names.iter().max_by(|(a, (m, _)), (b, (n, _))| m.cmp(n).then(b.cmp(a)));
            let (name, number) = most.map(|(name, (_, number))| (*name, *number)).unwrap_or_default();
            if names.len() > 1 {
                let code = self.texts.get(code);
                let all = |separator| names.keys().copied().collect::<Vec<_>>().join(separator);
                told.push(
                    Finding::new(Code::CountyNameConflict)
                        .county(code, year)
                        .column(Field::County)
                        .value(name)
                        .arg("code", code)
                        .arg("name", name)
                        .arg("names", crate::finding::Arg::names(all("、"), all(", "))),
                );
            }
            named.push(CountyRows { code, name: number, year, rows });
        }
        (named, told)
    }
}

/// What is known of the rows of a county and year that are put in order.
#[derive(Default)]
struct Sorted {
    /// Whether they came in one stretch.
    is_one: bool,
    /// Whether their codes certainly differ.
    are_distinct: bool,
    /// Where other stretches than the first begin.
    renamed: Vec<u32>,
}

/// The rows of stretches one behind the other.
fn whole(stretches: &[Range<u32>]) -> Range<u32> {
    match stretches {
        [first, .., last] => first.start..last.end,
        [only] => only.clone(),
        [] => 0..0,
    }
}

/// Sorts rows by a small whole number, those with the same in the order they came in.
fn counted(rows: Vec<u32>, key: impl Fn(u32) -> usize) -> Vec<u32> {
    let mut starts: Vec<u32> = Vec::new();
    for row in &rows {
        let behind = key(*row) + 1;
        if behind >= starts.len() {
            starts.resize(behind + 1, 0);
        }
        starts[behind] += 1;
    }
    let mut sum = 0;
    starts.iter_mut().for_each(|start| {
        sum += *start;
        *start = sum;
    });
    let mut sorted = vec![0; rows.len()];
    for row in rows {
        let start = &mut starts[key(row)];
        sorted[*start as usize] = row;
        *start += 1;
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_are_lettered_as_spreadsheets_do() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letters), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    proptest! {
        /// Whatever way the rows are put in order and told apart, it comes to the plain one.
        #[test]
        fn rows_are_in_order_and_every_code_is_told_that_is_repeated(
            rows in prop::collection::vec(
                (
                    prop::sample::select(vec!["110101", "110102", "220101"]),
                    prop::sample::select(vec![0u16, 2023, 2024]),
                    "|[0-9]{1,2}|学校标识码[0-9]",
                    "[ab]",
                    "[xy]?",
                ),
                0..40,
            ),
            sorted in any::<bool>(),
        ) {
            let mut ordered = rows.clone();
            ordered.sort();
            let mut builder = DataSet::builder();
            for (county, year, code, name, county_name) in if sorted { &ordered } else { &rows } {
                let county_code = builder.text(county);
                builder.set(Field::Books, Decimal::from(name.len() as u32 + u32::from(*year)));
                builder.begin(code);
                let region = Region { county_name: builder.text(county_name), ..Region::default() };
                builder.end(Row { county_code, year: *year, region, ..Row::blank(0, 0) }, name);
            }
            let mut codes: Vec<_> = rows.iter().map(|(_, year, code, ..)| (year, code)).collect();
            codes.retain(|(_, code)| !code.is_empty());
            codes.sort();
            let repeated = codes.windows(2).filter(|pair| pair[0] == pair[1]).count();
            match builder.finish() {
                Ok(data) => {
                    let schools = data.counties().flat_map(|county| county.schools().collect::<Vec<_>>());
                    let seen = schools.map(|s| {
                        assert_eq!(s.value(Field::Books), Some(Decimal::from(1 + u32::from(s.record().year))));
                        let county_name = s.text(Field::County).unwrap_or_default().to_owned();
                        (s.county_code(), s.record().year, s.code().to_owned(), s.name().to_owned(), county_name)
                    });
                    prop_assert_eq!(seen.collect::<Vec<_>>(), ordered);
                    prop_assert_eq!(repeated, 0);
                    let starts = (0..rows.len()).filter(|row| data.0.is_start(*row)).map(|row| row as u32);
                    prop_assert_eq!(&data.0.starts, &starts.collect::<Vec<_>>());
                    // The name of a county is that of most of its rows; of names with as many, the first.
                    for county in data.counties() {
                        let schools = county.schools().map(|s| s.text(Field::County).unwrap_or_default());
                        let names: Vec<&str> = schools.filter(|name| !name.is_empty()).collect();
                        let count = |name: &str| names.iter().filter(|other| **other == name).count();
                        let most = names.iter().copied().max_by_key(|name| (count(name), std::cmp::Reverse(*name)));
                        prop_assert_eq!(county.name(), most.unwrap_or_default());
                    }
                }
                Err(error) => {
                    let ErrorKind::Input(findings) = error.kind() else { panic!("{error}") };
                    prop_assert_eq!(findings.len(), repeated);
                }
            }
        }
    }

    #[test]
    fn lists_follow_their_rows() {
        assert_eq!(Field::MusicRoomAreas.kind(), FieldKind::List);
        let mut builder = DataSet::builder();
        for code in ["b", "a"] {
            let mut school = School::new("210102", code, SchoolKind::Primary).expect("valid");
            school
                .lists
                .push((Field::MusicRoomAreas, vec![Decimal::from(if code == "a" { 96 } else { 54 })]));
            builder.push(&school);
        }
        let data = builder.finish().expect("distinct codes");
        assert_eq!(data.school(0).list(Field::MusicRoomAreas), Some(&[Decimal::from(96)][..]));
    }

    #[test]
    fn rows_rise_as_far_as_each_stands_behind_the_one_above() {
        let mut builder = DataSet::builder();
        for codes in [["1", "3", "4"], ["5", "7", "6"], ["8", "9", "10"]] {
            builder.begin_rows();
            codes.into_iter().for_each(|code| builder.add_code(code));
            builder.end_rows(&[Row::blank(0, 1); 3], &[""; 3]);
        }
        // 6 stands behind 4, and not behind 7.
        assert_eq!(builder.inner.rising, 5);
    }
}
