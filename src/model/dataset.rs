//! Schools of many counties and years, by columns.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use super::column::Column;
use super::{Area, Field, School, SchoolKind, Sponsor, Stage};
use crate::error::{Error, ErrorKind};
use crate::finding::{Code, Finding, Place};
use crate::numeric::Decimal;

/// Texts that repeat (names of counties, provinces, towns), each kept once.
#[derive(Clone, Debug)]
struct Texts {
    ids: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
}

/// The blank text alone, with the number 0.
impl Default for Texts {
    fn default() -> Self {
        let blank: Arc<str> = "".into();
        Texts { ids: HashMap::from([(blank.clone(), 0)]), texts: vec![blank] }
    }
}

impl Texts {
    fn id(&mut self, text: &str) -> u32 {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let id = self.texts.len() as u32;
        let text: Arc<str> = text.into();
        self.texts.push(text.clone());
        self.ids.insert(text, id);
        id
    }

    fn get(&self, id: u32) -> &str {
        self.texts.get(id as usize).map(|t| t.as_ref()).unwrap_or_default()
    }

    fn shared(&self, id: u32) -> Arc<str> {
        self.texts.get(id as usize).cloned().unwrap_or_default()
    }
}

/// Texts that differ from row to row, end to end in one string.
#[derive(Clone, Debug, Default)]
struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    fn reserve(&mut self, texts: usize) {
        let _ = self.ends.try_reserve_exact(texts);
    }

    fn append(&mut self, other: &Strings) {
        let start = self.text.len();
        self.text.push_str(&other.text);
        self.ends.extend(other.ends.iter().map(|end| start + end));
    }

    fn get(&self, row: usize) -> &str {
        let start = row.checked_sub(1).map_or(0, |r| self.ends[r]);
        &self.text[start..self.ends[row]]
    }

    fn reordered(&self, order: &[u32]) -> Strings {
        let mut out =
            Strings { text: String::with_capacity(self.text.len()), ends: Vec::with_capacity(order.len()) };
        order.iter().for_each(|&row| out.push(self.get(row as usize)));
        out
    }
}

/// What is kept of a row in one piece; its texts by [their numbers](Builder::text).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) county_code: u32,
    pub(crate) county_name: u32,
    pub(crate) province: u32,
    pub(crate) city: u32,
    pub(crate) township: u32,
    pub(crate) group: u32,
    /// 0 where it is not given.
    pub(crate) year: u16,
    /// 0 where it is not given.
    pub(crate) founded: u16,
    pub(crate) kind: SchoolKind,
    pub(crate) sponsor: Option<Sponsor>,
    pub(crate) area: Option<Area>,
    pub(crate) boarding: Option<bool>,
    pub(crate) dense_city_centre: Option<bool>,
    pub(crate) file: u16,
    pub(crate) line: u32,
}

impl Row {
    /// A row of which nothing is known yet but where it stands.
    pub(crate) fn blank(file: u16, line: u32) -> Self {
        Row {
            county_code: 0,
            county_name: 0,
            province: 0,
            city: 0,
            township: 0,
            group: 0,
            year: 0,
            founded: 0,
            kind: SchoolKind::Primary,
            sponsor: None,
            area: None,
            boarding: None,
            dense_city_centre: None,
            file,
            line,
        }
    }
}

#[derive(Clone, Debug)]
struct CountyRows {
    code: Arc<str>,
    name: Arc<str>,
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
    codes: Strings,
    names: Strings,
    rows: Vec<Row>,
    columns: Vec<Column>,
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
        Builder { inner: Inner { columns, ..Inner::default() }, refused: Vec::new() }
    }

    /// How many rows it has: schools, each once a year.
    pub fn len(&self) -> usize {
        self.0.rows.len()
    }

    /// Whether there is no school at all.
    pub fn is_empty(&self) -> bool {
        self.0.rows.is_empty()
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

    /// What was noticed while the data was read, in a fixed order.
    pub fn findings(&self) -> &[Finding] {
        &self.0.findings
    }

    /// Whether any file has this column, or any school this value.
    pub fn has_column(&self, field: Field) -> bool {
        self.0.present.get(field as usize).copied().unwrap_or(false)
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

    /// Six digits; blank where the rows give none.
    pub fn code(self) -> &'a str {
        &self.record().code
    }

    pub(crate) fn code_shared(self) -> Arc<str> {
        self.record().code.clone()
    }

    /// The name most of its rows give; blank where none does.
    pub fn name(self) -> &'a str {
        &self.record().name
    }

    /// The year of the data; `None` where it is not given.
    pub fn year(self) -> Option<u16> {
        self.record().year
    }

    /// Its schools, in order of code.
    pub fn schools(self) -> impl ExactSizeIterator<Item = SchoolRow<'a>> {
        let data = self.data;
        let Range { start, end } = self.record().rows;
        (start as usize..end as usize).map(move |row| data.school(row as u32))
    }
}

/// One school of one year in a [`DataSet`].
#[derive(Clone, Copy, Debug)]
pub struct SchoolRow<'a> {
    data: &'a DataSet,
    row: u32,
}

impl<'a> SchoolRow<'a> {
    fn record(self) -> &'a Row {
        &self.data.0.rows[self.row as usize]
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
        self.data.0.codes.get(self.row as usize)
    }

    /// Its name; blank where it is not given.
    pub fn name(self) -> &'a str {
        self.data.0.names.get(self.row as usize)
    }

    /// What people call it: its name, or its code where that is blank.
    pub fn label(self) -> &'a str {
        if self.name().is_empty() { self.code() } else { self.name() }
    }

    /// Its kind.
    pub fn kind(self) -> SchoolKind {
        self.record().kind
    }

    /// Who runs it.
    pub fn sponsor(self) -> Option<Sponsor> {
        self.record().sponsor
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
    pub fn value(self, field: Field) -> Option<Decimal> {
        self.data.0.columns[field as usize].get(self.row as usize)
    }

    /// The same as a whole number and its decimals, not shortened.
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
        let text = match field {
            Field::Province => texts.get(record.province),
            Field::City => texts.get(record.city),
            Field::CountyCode => texts.get(record.county_code),
            Field::County => texts.get(record.county_name),
            Field::Township => texts.get(record.township),
            Field::Group => texts.get(record.group),
            Field::SchoolCode => self.code(),
            Field::SchoolName => self.name(),
            _ => "",
        };
        (!text.is_empty()).then_some(text)
    }

    /// Pupils of a stage.
    ///
    /// A stage that the kind cannot have has none where the cell is blank; what is typed there is kept as it is.
    pub fn students(self, stage: Stage) -> Option<Decimal> {
        let typed = self.value(Field::students(stage));
        if self.kind().stages_are_fixed() && !self.kind().has(stage) {
            typed.or(Some(Decimal::ZERO))
        } else {
            typed
        }
    }

    /// Pupils in compulsory education (义务教育阶段在校生); `None` where those of a stage it has are missing.
    pub fn compulsory_students(self) -> Option<Decimal> {
        let mut stages = Stage::COMPULSORY.into_iter();
        stages.try_fold(Decimal::ZERO, |sum, stage| sum.checked_add(self.students(stage)?))
    }

    /// Where a cell of it stands in its file.
    /// Pupils of all stages that are given: a special-education school need not have each; `None` where none is.
    pub(crate) fn all_students(self) -> Option<Decimal> {
        let mut given = Stage::ALL.into_iter().filter_map(|stage| self.students(stage));
        let first = given.next();
        given.fold(first, |sum, more| sum?.checked_add(more))
    }

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

/// Collects schools into a [`DataSet`].
#[derive(Debug)]
pub struct Builder {
    inner: Inner,
    /// What makes the input unusable.
    refused: Vec<Finding>,
}

impl Builder {
    /// Adds a school.
    pub fn push(&mut self, school: &School) {
        if self.inner.files.is_empty() {
            self.inner.files.push(SourceFile::default());
        }
        let row = Row {
            county_code: self.text(&school.county_code, 0),
            county_name: self.text(&school.county, 0),
            province: self.text(&school.province, 0),
            city: self.text(&school.city, 0),
            township: self.text(&school.township, 0),
            group: self.text(&school.group, 0),
            year: school.year,
            founded: school.founded,
            kind: school.kind,
            sponsor: school.sponsor,
            area: school.area,
            boarding: school.boarding,
            dense_city_centre: school.dense_city_centre,
            ..Row::blank(u16::MAX, 0)
        };
        school.values.iter().for_each(|(field, value)| self.set(*field, *value));
        school.lists.iter().for_each(|(field, list)| self.set_list(*field, list.clone()));
        self.add(row, &school.code, &school.name);
    }

    /// Makes room for about so many more rows, if there is any: growing many columns by turns leaves holes.
    pub(crate) fn expect(&mut self, rows: usize, fields: impl Iterator<Item = Field>) {
        let inner = &mut self.inner;
        for field in fields.filter(|field| field.is_numeric()) {
            inner.columns[field as usize].reserve(rows);
        }
        let _ = inner.rows.try_reserve_exact(rows);
        inner.codes.reserve(rows);
        inner.names.reserve(rows);
    }

    /// Begins another file; rows pushed with the number returned come from it.
    pub(crate) fn add_file(&mut self, file: SourceFile) -> u16 {
        for (field, _) in &file.columns {
            self.mark(*field);
        }
        let number = self.next_file();
        self.inner.files.push(file);
        number
    }

    /// The number that the next file will have.
    pub(crate) fn next_file(&self) -> u16 {
        self.inner.files.len().min(u16::MAX as usize - 1) as u16
    }

    fn mark(&mut self, field: Field) {
        let present = &mut self.inner.present;
        if present.is_empty() {
            present.resize(Field::ALL.len(), false);
        }
        present[field as usize] = true;
    }

    pub(crate) fn note(&mut self, finding: Finding) {
        self.inner.findings.push(finding);
    }

    /// Notes what makes the input unusable; [`finish`](Self::finish) will tell it with all the rest.
    pub(crate) fn refuse(&mut self, finding: Finding) {
        self.refused.push(finding);
    }

    /// The number of a text that repeats; `before` is that of its column in the row above, which is often the same.
    pub(crate) fn text(&mut self, text: &str, before: u32) -> u32 {
        let texts = &mut self.inner.texts;
        if texts.get(before) == text { before } else { texts.id(text) }
    }

    /// The text with this number.
    pub(crate) fn text_of(&self, id: u32) -> &str {
        self.inner.texts.get(id)
    }

    /// Sets a number of the row that is added next.
    pub(crate) fn set(&mut self, field: Field, value: Decimal) {
        let row = self.inner.rows.len();
        self.inner.columns[field as usize].push(row, value);
    }

    /// Sets a number of the row that is added next, given in hundredths.
    pub(crate) fn set_hundredths(&mut self, field: Field, hundredths: i64) {
        let row = self.inner.rows.len();
        self.inner.columns[field as usize].push_hundredths(row, hundredths);
    }

    /// Sets a list of the row that is added next.
    pub(crate) fn set_list(&mut self, field: Field, list: Vec<Decimal>) {
        self.inner.lists.insert((self.inner.rows.len() as u32, field), list);
    }

    /// Adds a row, whose numbers are set before.
    pub(crate) fn add(&mut self, row: Row, code: &str, name: &str) {
        self.inner.codes.push(code);
        self.inner.names.push(name);
        self.inner.rows.push(row);
    }

    /// Adds the schools and findings of another builder whose files are this one's, `lines` rows farther down.
    pub(crate) fn append(&mut self, other: Builder, lines: u32) {
        let below = |mut finding: Finding| {
            finding.below(lines);
            finding
        };
        self.refused.extend(other.refused.into_iter().map(below));
        let (inner, other) = (&mut self.inner, other.inner);
        inner.findings.extend(other.findings.into_iter().map(below));
        let row = inner.rows.len();
        let texts: Vec<u32> = other.texts.texts.iter().map(|text| inner.texts.id(text)).collect();
        let text = |id: u32| texts.get(id as usize).copied().unwrap_or_default();
        inner.rows.extend(other.rows.into_iter().map(|r| Row {
            county_code: text(r.county_code),
            county_name: text(r.county_name),
            province: text(r.province),
            city: text(r.city),
            township: text(r.township),
            group: text(r.group),
            line: r.line.saturating_add(lines),
            ..r
        }));
        inner.codes.append(&other.codes);
        inner.names.append(&other.names);
        inner.columns.iter_mut().zip(other.columns).for_each(|(column, more)| column.append(more, row));
        inner
            .lists
            .extend(other.lists.into_iter().map(|((at, field), list)| ((at + row as u32, field), list)));
    }

    /// The data set, in canonical order.
    ///
    /// # Errors
    /// A code that is repeated within a year, a school in two counties: all of them, in one
    /// [`ErrorKind::Input`].
    pub fn finish(self) -> Result<DataSet, Error> {
        let mut inner = self.inner;
        let order = inner.canonical_order();
        if !order.is_sorted() {
            inner = inner.reordered(&order);
        }
        inner.mark_values();
        let mut refused = self.refused;
        refused.extend(inner.identity_errors());
        if !refused.is_empty() {
            let by_place =
                |a: &Finding, b: &Finding| a.found_at().cmp(&b.found_at()).then_with(|| a.order(b));
            refused.sort_by(by_place);
            inner.findings.sort_by(by_place);
            refused.append(&mut inner.findings);
            return Err(Error::new(ErrorKind::Input(refused)));
        }
        inner.group_counties();
        inner.findings.sort_by(|a, b| a.order(b).then_with(|| a.found_at().cmp(&b.found_at())));
        Ok(DataSet(Arc::new(inner)))
    }
}

impl Inner {
    fn canonical_order(&self) -> Vec<u32> {
        // County codes compare as texts, once each rather than once a row.
        let mut by_text: Vec<u32> = (0..self.texts.texts.len() as u32).collect();
        by_text.sort_unstable_by(|a, b| self.texts.get(*a).cmp(self.texts.get(*b)));
        let mut rank = vec![0u32; by_text.len()];
        by_text.iter().enumerate().for_each(|(place, id)| rank[*id as usize] = place as u32);
        let mut order: Vec<u32> = (0..self.rows.len() as u32).collect();
        let key = |row: u32| {
            let r = &self.rows[row as usize];
            (rank[r.county_code as usize], r.year, self.codes.get(row as usize))
        };
        order.sort_by(|&a, &b| key(a).cmp(&key(b)).then_with(|| self.by_content(a, b)));
        order
    }

    /// Order of two rows that share county, year and code (which only a blank code can): by all that they hold.
    fn by_content(&self, a: u32, b: u32) -> Ordering {
        let (i, j) = (a as usize, b as usize);
        let text = |row: usize| {
            let r = &self.rows[row];
            let texts = [r.county_name, r.province, r.city, r.township, r.group].map(|id| self.texts.get(id));
            (
                self.names.get(row),
                texts,
                (r.kind, r.sponsor, r.area, r.boarding, r.dense_city_centre, r.founded),
            )
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

    fn reordered(self, order: &[u32]) -> Inner {
        let lists = if self.lists.is_empty() {
            BTreeMap::new()
        } else {
            let mut place = vec![0u32; order.len()];
            order.iter().enumerate().for_each(|(new, old)| place[*old as usize] = new as u32);
            self.lists.into_iter().map(|((row, field), list)| ((place[row as usize], field), list)).collect()
        };
        Inner {
            codes: self.codes.reordered(order),
            names: self.names.reordered(order),
            rows: order.iter().map(|&row| self.rows[row as usize]).collect(),
            columns: self
                .columns
                .into_iter()
                .map(|c| if c.is_unused() { Column::default() } else { c.reordered(order) })
                .collect(),
            lists,
            ..self
        }
    }

    /// A column counts as present too where a school has a value in it.
    fn mark_values(&mut self) {
        self.present.resize(Field::ALL.len(), false);
        for (field, column) in self.columns.iter().enumerate() {
            self.present[field] |= column.has_any();
        }
        for (_, field) in self.lists.keys() {
            self.present[*field as usize] = true;
        }
        let rows = &self.rows;
        let mut mark = |field: Field, any: bool| self.present[field as usize] |= any;
        mark(Field::Ownership, rows.iter().any(|r| r.sponsor.is_some()));
        mark(Field::UrbanRural, rows.iter().any(|r| r.area.is_some()));
        mark(Field::DenseCityCentre, rows.iter().any(|r| r.dense_city_centre.is_some()));
    }

    fn place(&self, row: usize, field: Field) -> Option<Place> {
        let record = &self.rows[row];
        let file = self.files.get(record.file as usize)?;
        Some(file.place(record.line, Some(field)))
    }

    fn identity_errors(&self) -> Vec<Finding> {
        let key = |row: &u32| (self.rows[*row as usize].year, self.codes.get(*row as usize));
        let mut rows: Vec<u32> = (0..self.rows.len() as u32).filter(|row| !key(row).1.is_empty()).collect();
        // Stable, and quick where the codes rise through a county or even from county to county.
        rows.sort_by(|a, b| key(a).cmp(&key(b)));
        let mut out = Vec::new();
        for pair in rows.windows(2) {
            let [other, row] = [pair[0], pair[1]];
            if key(&other) != key(&row) {
                continue;
            }
            let (other, row, code) = (other as usize, row as usize, key(&row).1);
            let record = &self.rows[row];
            // The later place in the files is told, and refers to the earlier.
            let at = |row: usize| self.place(row, Field::SchoolCode);
            let (first, row) = if at(other) <= at(row) { (other, row) } else { (row, other) };
            let counties = [first, row].map(|r| self.texts.get(self.rows[r].county_code));
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

    fn group_counties(&mut self) {
        let mut start = 0;
        while start < self.rows.len() {
            let first = self.rows[start];
            let same = |r: &Row| r.county_code == first.county_code && r.year == first.year;
            let end = start + self.rows[start..].iter().take_while(|r| same(r)).count();
            let mut names: BTreeMap<&str, usize> = BTreeMap::new();
            for run in self.rows[start..end].chunk_by(|a, b| a.county_name == b.county_name) {
                *names.entry(self.texts.get(run[0].county_name)).or_default() += run.len();
            }
            names.remove("");
            // The most frequent name; of equals, the first in order.
            let name = names
                .iter()
                .max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)))
                .map(|(n, _)| *n)
                .unwrap_or_default();
            let code: Arc<str> = self.texts.get(first.county_code).into();
            let year = (first.year != 0).then_some(first.year);
            if names.len() > 1 {
                let all = |separator| names.keys().copied().collect::<Vec<_>>().join(separator);
                self.findings.push(
                    Finding::new(Code::CountyNameConflict)
                        .county(code.clone(), year)
                        .column(Field::County)
                        .value(name)
                        .arg("code", &code)
                        .arg("name", name)
                        .arg("names", crate::finding::Arg::names(all("、"), all(", "))),
                );
            }
            self.counties.push(CountyRows { code, name: name.into(), year, rows: start as u32..end as u32 });
            start = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FieldKind;

    #[test]
    fn columns_are_lettered_as_spreadsheets_do() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letters), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
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
}
