//! Any delimited table, its columns named by the user.

#[cfg(feature = "xlsx")]
mod sheets;

use std::path::Path;
use std::sync::Arc;

use encoding_rs::Encoding;

use super::Refusable;
use super::cell::{NumberError, Seen, bare, number, trim};
use super::decode::decode;
use super::header::{Names, normal};
use super::table::{Body, Cells, Fit, Layout, Origin, Row, is_total_or_remark, place};
use super::unit;
use crate::error::{Error, ErrorKind};
use crate::finding::{Arg, Code, Finding, Place};
use crate::model::{Field, Unit};
use crate::numeric::Decimal;

/// Reads any table of text: the encodings, separators and headers that [`read_schools`](super::read_schools)
/// reads, with columns of any name.
///
/// # Examples
/// ```
/// use junheng::io::read_table;
///
/// let table = read_table().from_bytes("books.csv", "学校,图书 册数,学生数\n一小,279,45\n二小,—,37\n".as_bytes())?;
/// let (books, findings) = table.column("图书册数")?.numbers();
/// assert_eq!(books, [Some("279".parse()?), None]);
/// assert_eq!(
///     findings[0].to_string(),
///     "books.csv row 3 column B: 图书 册数 is blank; a number was expected (error)"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_table() -> TableReader {
    TableReader::default()
}

/// How a [`Table`] is read.
#[derive(Clone, Debug, Default)]
pub struct TableReader {
    encoding: Option<&'static Encoding>,
    names: Vec<String>,
}

impl TableReader {
    /// The encoding of the file (`utf-8`, `gb18030`, `utf-16le` …), instead of the one detected.
    ///
    /// # Errors
    /// A label that no encoding has.
    pub fn encoding(mut self, label: &str) -> Result<Self, Error> {
        self.encoding = Some(super::encoding(label)?);
        Ok(self)
    }

    /// Columns that will be asked for: the row that holds them is the header, and they help to tell encodings.
    /// Without them the header is the first row of two cells or more.
    pub fn expect<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.names.extend(names.into_iter().map(|n| normal(n.as_ref())));
        self
    }

    /// Reads a file.
    ///
    /// # Errors
    /// A file that cannot be read, or that is no table.
    pub fn from_path(&self, path: impl AsRef<Path>) -> Result<Table, Error> {
        let path = path.as_ref();
        self.from_bytes(&path.display().to_string(), &super::read_file(path)?)
    }

    /// Reads bytes; `name` stands for the file in messages, and its extension helps to find the separator.
    ///
    /// # Errors
    /// Bytes that are no table.
    pub fn from_bytes(&self, name: &str, bytes: &[u8]) -> Result<Table, Error> {
        self.read(name, bytes).map_err(|finding| Error::new(ErrorKind::Input(vec![*finding])))
    }

    fn read(&self, file: &str, bytes: &[u8]) -> Refusable<Table> {
        #[cfg(feature = "xlsx")]
        if super::decode::is_workbook(bytes) {
            return self.read_workbook(file, bytes);
        }
        let judge = |row: &Row| self.fit(row);
        // Words of school tables tell encodings apart where the columns asked for do not.
        let words: Names<Field> = Names::new();
        let judge_words = |row: &Row| words.fit(row, &[]);
        let judge_text = |text: &str| {
            let asked = Layout::of(file, text, &judge).fit;
            let known = if self.names.is_empty() { 0 } else { asked.known };
            let words = Layout::of(file, text, &judge_words).fit;
            Fit { complete: asked.complete && known > 0, known: known + words.known }
        };
        let decoded = decode(file, bytes, self.encoding, &judge_text)?;
        let asked = Layout::of(file, &decoded.text, &judge).header.is_some();
        // Where no name asked for is there, `column` will say so and name those that are.
        let body = Body::of(file, &decoded.text, if asked { &judge } else { &two_cells })?;
        let width = body.header.filled_width();
        let header = body.header.cells.iter().take(width).map(|c| trim(c).to_owned()).collect();
        let mut table = Table {
            file: file.into(),
            sheet: None,
            header,
            header_row: body.header.number,
            rows: Vec::new(),
            findings: Vec::new(),
        };
        table.findings.extend(decoded.guessed.map(|encoding| {
            Finding::new(Code::EncodingGuessed).arg("encoding", encoding).place(place(file, None, None))
        }));
        for row in body.rows {
            table.push(&row.map_err(|unclosed| unclosed.finding(file))?);
        }
        if table.rows.is_empty() {
            return Err(Finding::new(Code::NoRows).place(place(file, None, None)).into());
        }
        Ok(table)
    }

    fn fit(&self, row: &Row) -> Fit {
        if self.names.is_empty() {
            return two_cells(row);
        }
        let cells: Vec<String> = row.cells.iter().map(|c| normal(c)).collect();
        let known = self.names.iter().filter(|name| cells.contains(name)).count();
        Fit { complete: known == self.names.len(), known }
    }
}

/// A header of which nothing is known: two cells or more.
fn two_cells(row: &Row) -> Fit {
    let filled = row.cells.iter().filter(|c| !trim(c).is_empty()).count();
    Fit { complete: filled > 1, known: filled }
}

/// A table as it stands in its file: a header and rows of text.
#[derive(Clone, Debug)]
pub struct Table {
    file: Arc<str>,
    sheet: Option<Arc<str>>,
    header: Vec<String>,
    header_row: u32,
    rows: Vec<TableRow>,
    findings: Vec<Finding>,
}

/// A row of a [`Table`]: no blank row, no total and no remark.
#[derive(Clone, Debug)]
pub struct TableRow {
    number: u32,
    cells: Vec<String>,
    /// Whether its cells may stand under the wrong headers.
    shifted: bool,
}

impl TableRow {
    /// Its number, counted from 1 as a spreadsheet does.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Its cells as they were typed, but for blanks around them and the `'` or `="…"` that keeps a text one.
    pub fn cells(&self) -> &[String] {
        &self.cells
    }
}

impl Table {
    /// The file, as it was named.
    pub fn name(&self) -> &str {
        &self.file
    }

    fn origin(&self) -> Origin<'_> {
        Origin { file: &self.file, sheet: self.sheet.as_deref(), form: None }
    }

    /// The names of the columns as they were typed.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The rows below the header.
    pub fn rows(&self) -> &[TableRow] {
        &self.rows
    }

    /// What was noticed: rows of another length (their figures are missing), totals left out, the encoding.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The column of this name, compared without blanks, half-width and in lower case.
    ///
    /// # Errors
    /// No column, or more than one, has the name.
    pub fn column(&self, name: &str) -> Result<TableColumn<'_>, Error> {
        let wanted = normal(name);
        let mut found = self.header.iter().enumerate().filter(|(_, typed)| normal(typed) == wanted);
        match (found.next(), found.next()) {
            (Some((index, typed)), None) => Ok(TableColumn { table: self, index, name: typed }),
            (Some(_), Some(_)) => Err(Error::argument(
                format!("{}：不止一列名为“{name}”", self.file),
                format!("{}: more than one column is called {name}", self.file),
            )),
            (None, _) => Err(Error::argument(
                format!(
                    "{}：没有名为“{name}”的列；表头（第 {} 行）有：{}",
                    self.file,
                    self.header_row,
                    self.header.join("、")
                ),
                format!(
                    "{}: no column is called {name}; the header (row {}) has: {}",
                    self.file,
                    self.header_row,
                    self.header.join(", ")
                ),
            )),
        }
    }

    /// All its columns, in their order.
    pub(super) fn columns(&self) -> impl Iterator<Item = TableColumn<'_>> {
        self.header.iter().enumerate().map(|(index, name)| TableColumn { table: self, index, name })
    }

    /// Where the header stands.
    pub(super) fn header_place(&self) -> Option<Place> {
        place(self.origin(), Some(self.header_row), None)
    }

    fn push(&mut self, row: &Row) {
        let Some((column, first)) = row.first_filled() else { return };
        let at = |column| place(self.origin(), Some(row.number), column);
        if is_total_or_remark(first) {
            self.findings.push(Finding::new(Code::RowSkipped).value(first).place(at(Some(column))));
            return;
        }
        let shifted = !row.fits(self.header.len());
        if shifted {
            self.findings.push(row_length(row, self.header.len()).place(at(None)));
        }
        let cells = row.cells.iter().map(|c| bare(c).to_owned()).collect();
        self.rows.push(TableRow { number: row.number, cells, shifted });
    }
}

/// A row that does not lie under its header, which has `width` cells.
pub(super) fn row_length(row: &impl Cells, width: usize) -> Finding {
    let found = if row.len() < width { row.len() } else { row.filled_width() };
    Finding::new(Code::RowLength).value(found).arg("found", &found).arg("expected", &width)
}

/// A column of a [`Table`].
#[derive(Clone, Copy, Debug)]
pub struct TableColumn<'a> {
    table: &'a Table,
    index: usize,
    name: &'a str,
}

impl<'a> TableColumn<'a> {
    /// Its name as it was typed.
    pub fn name(self) -> &'a str {
        self.name
    }

    /// Its cells, one a row; blank where a row is shorter.
    pub fn cells(self) -> impl ExactSizeIterator<Item = &'a str> {
        self.table.rows.iter().map(move |row| row.cells.get(self.index).map_or("", String::as_str))
    }

    /// The cell of a row; rows are counted from 0.
    pub(super) fn cell(self, row: usize) -> &'a str {
        self.table.rows.get(row).and_then(|row| row.cells.get(self.index)).map_or("", String::as_str)
    }

    /// Where its header stands.
    pub(super) fn header_place(self) -> Option<Place> {
        place(self.table.origin(), Some(self.table.header_row), Some(self.index))
    }

    /// Where the cell of a row stands; rows are counted from 0.
    pub(crate) fn place(self, row: usize) -> Option<Place> {
        place(self.table.origin(), self.table.rows.get(row).map(|r| r.number), Some(self.index))
    }

    /// Its numbers, one a row, as they are typed (`None` where a cell gives none), and an error finding for each cell that is
    /// blank or no number. A unit in the header or a cell is not understood here: [`read_schools`](super::read_schools) does.
    pub fn numbers(self) -> (Vec<Option<Decimal>>, Vec<Finding>) {
        let mut findings = Vec::new();
        let mut values = Vec::with_capacity(self.table.rows.len());
        for (row, cell) in self.table.rows.iter().zip(self.cells()) {
            let found = |code| {
                Finding::new(code).column(Arg::Text(self.name.to_owned())).value(cell).place(place(
                    self.table.origin(),
                    Some(row.number),
                    Some(self.index),
                ))
            };
            let value = match number(cell, Unit::None, 0) {
                // The finding of the row says it already.
                _ if row.shifted => None,
                Ok(Seen::Value(value)) => Some(value),
                Ok(Seen::Blank | Seen::Mark) => {
                    findings.push(found(Code::BlankFigure));
                    None
                }
                Err(error) => {
                    findings.push(refused_number(found(error.code()), &error, Unit::None));
                    None
                }
            };
            values.push(value);
        }
        (values, findings)
    }
}

/// Adds to a finding what its reason has to say.
pub(super) fn refused_number(finding: Finding, error: &NumberError, expected: Unit) -> Finding {
    match error {
        NumberError::Unit(written) => finding.arg("unit", written).arg("expected", unit::expected(expected)),
        _ => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    fn table(text: &str) -> Table {
        read_table().from_bytes("t.csv", text.as_bytes()).expect("a table")
    }

    #[test]
    fn the_header_is_the_first_row_of_two_cells_or_the_row_asked_for() {
        let text = "2023 年统计\n\n单位：,册\n学校,册数\n一小,5\n";
        assert_eq!(table(text).header(), ["单位：", "册"]);
        let table = read_table().expect(["册 数"]).from_bytes("t.csv", text.as_bytes()).expect("a table");
        assert_eq!((table.header()[0].as_str(), table.rows()[0].number()), ("学校", 5));
        assert_eq!(table.column("册数").expect("there").cells().collect::<Vec<_>>(), ["5"]);
    }

    #[test]
    fn separators_are_found_from_the_content() {
        for text in ["a;b\n1,5;2\n", "a\tb\n1,5\t2\n", "a,b\n\"1,5\",2\n"] {
            let table = table(text);
            assert_eq!(
                (table.header(), table.rows()[0].cells()),
                (&["a", "b"].map(String::from)[..], &["1,5", "2"].map(String::from)[..])
            );
        }
    }

    #[test]
    fn totals_are_left_out_and_shifted_rows_give_no_number() {
        let table = table("学校,册数\n一小,5,\n二小\n三小,6,7\n合计,18\n");
        let messages: Vec<_> = table.findings().iter().map(|f| f.describe(Lang::En)).collect();
        assert_eq!(
            messages,
            [
                "t.csv row 3: this row has 1 cells, the header has 2; the columns may be shifted, all its figures are taken as missing (error)",
                "t.csv row 4: this row has 3 cells, the header has 2; the columns may be shifted, all its figures are taken as missing (error)",
                "t.csv row 5 column A: this row is a total or a remark (合计) and was not read as a school (note)",
            ]
        );
        let (values, findings) = table.column("册数").expect("there").numbers();
        assert_eq!((values, findings.len()), (vec![Some(5.into()), None, None], 0));
    }

    #[test]
    fn a_column_must_be_there_once() {
        let table = table("学校,a,A\n一小,1,2\n");
        let message = |name| table.column(name).expect_err("not one").describe(Lang::En);
        assert_eq!(message("a"), "t.csv: more than one column is called a");
        assert_eq!(message("b"), "t.csv: no column is called b; the header (row 1) has: 学校, a, A");
        let table =
            read_table().expect(["b"]).from_bytes("t.csv", "学校,a\n一小,1\n".as_bytes()).expect("a table");
        assert!(table.column("b").is_err() && table.column("a").is_ok());
    }

    #[test]
    fn gbk_that_happens_to_be_utf8_is_read_by_the_columns_asked_for() {
        let bytes = b"\xD0\xA1\xD1\xA7,x\n1,2\n";
        let read =
            |reader: TableReader| reader.from_bytes("t.csv", bytes).expect("a table").header()[0].clone();
        assert_eq!(
            (read(read_table()), read(read_table().expect(["小学"]))),
            ("Сѧ".to_owned(), "小学".to_owned())
        );
    }
}
