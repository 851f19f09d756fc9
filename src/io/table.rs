//! From text to rows of cells, numbered as a spreadsheet numbers them.

use std::borrow::Cow;

use super::Refusable;
use super::cell::{is_blank, plain_hundredths, trim};
use crate::finding::{Code, Finding, Place};
use crate::model::letters;

/// How many rows at the top are searched for the header.
pub(super) const HEADER_ROWS: usize = 15;

/// One row: what every kind of table is read as, be it text or a workbook.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Row<'t> {
    /// From 1. A spreadsheet counts blank lines and does not count line breaks inside a cell.
    pub(crate) number: u32,
    pub(crate) cells: Vec<Cow<'t, str>>,
}

/// The cells of a row, however they are held.
pub(crate) trait Cells {
    fn number(&self) -> u32;

    fn len(&self) -> usize;

    /// A cell as it was typed; cells beyond the end are blank.
    fn cell(&self, index: usize) -> &str;

    /// A cell that is nothing but a few digits; `None` for many another, which may be a number as well.
    fn plain_count(&self, index: usize) -> Option<i64> {
        plain_hundredths(self.cell(index), 0).filter(|h| h % 100 == 0).map(|h| h / 100)
    }

    /// The hundredths of a cell that is nothing but digits, with at most two behind a point, times a power of ten; `None`
    /// for many another, which may be a number as well.
    fn plain_hundredths(&self, index: usize, power: u8) -> Option<i64> {
        plain_hundredths(self.cell(index), power)
    }

    /// The first cell that is not blank, trimmed, with its place in the row.
    fn first_filled(&self) -> Option<(usize, &str)> {
        (0..self.len()).map(|index| (index, trim(self.cell(index)))).find(|(_, c)| !c.is_empty())
    }

    /// Cells up to the last that is not blank.
    fn filled_width(&self) -> usize {
        let filled = |index: &usize| !self.cell(*index).chars().all(is_blank);
        (0..self.len()).rfind(filled).map_or(0, |last| last + 1)
    }

    /// Whether the row can be laid under a header of `width` cells: blanks at its end do no harm.
    fn fits(&self, width: usize) -> bool {
        self.len() == width || (self.len() > width && self.filled_width() <= width)
    }
}

impl Cells for Row<'_> {
    fn number(&self) -> u32 {
        self.number
    }

    fn len(&self) -> usize {
        self.cells.len()
    }

    fn cell(&self, index: usize) -> &str {
        self.cells.get(index).map_or("", |c| c.as_ref())
    }
}

/// Where a table stands: in a file of text, or in a sheet of a workbook.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin<'a> {
    pub(crate) file: &'a str,
    pub(crate) sheet: Option<&'a str>,
    /// Set where the table is a form of items below one another, laid on its side to be read.
    pub(crate) form: Option<&'a Form>,
}

impl<'a> From<&'a str> for Origin<'a> {
    fn from(file: &'a str) -> Self {
        Origin { file, sheet: None, form: None }
    }
}

/// Where the cells of a form stand that is read as a header and one row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Form {
    /// The columns of the items and of their values, from 0.
    pub(crate) item: usize,
    pub(crate) value: usize,
    /// The row of each item, from 1.
    pub(crate) rows: Vec<u32>,
}

impl Form {
    /// The number of the row of items and of that of values.
    pub(crate) const ITEMS: u32 = 0;
    #[cfg(feature = "xlsx")]
    pub(crate) const VALUES: u32 = 1;
}

/// A place in a table: its origin, a row and a column from 0.
pub(crate) fn place<'a>(
    origin: impl Into<Origin<'a>>,
    row: Option<u32>,
    column: Option<usize>,
) -> Option<Place> {
    let origin = origin.into();
    let (row, column) = match origin.form {
        None => (row, column),
        Some(form) => {
            let at = column.and_then(|item| form.rows.get(item)).copied();
            let side = if row == Some(Form::ITEMS) { form.item } else { form.value };
            (at, at.map(|_| side))
        }
    };
    let column = column.map(|c| letters(u32::try_from(c).unwrap_or(u32::MAX)));
    Some(Place { file: origin.file.into(), sheet: origin.sheet.map(Into::into), row, column })
}

/// A quotation mark that is never closed: everything behind it would be one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Unclosed {
    row: u32,
    column: usize,
}

impl Unclosed {
    /// Its row and its column.
    pub(crate) fn cell(self) -> (u32, usize) {
        (self.row, self.column)
    }

    /// The same below so many rows of earlier pieces.
    pub(crate) fn below(self, rows: u32) -> Self {
        Unclosed { row: self.row.saturating_add(rows), ..self }
    }

    pub(crate) fn finding(self, file: &str) -> Finding {
        Finding::new(Code::UnclosedQuote).place(place(file, Some(self.row), Some(self.column)))
    }
}

/// The rows of delimited text (RFC 4180, with the line ends and separators in use).
///
/// Written here because row numbers must be those a person sees, and because text that a missing quotation
/// mark swallows must be told: the usual readers skip blank lines uncounted and end such a cell at the end of
/// the file. Cells borrow from the text wherever they can.
#[derive(Clone, Debug)]
pub(crate) struct TextRows<'t> {
    rest: &'t str,
    /// Rows end when no more than so many bytes are left.
    until: usize,
    separator: u8,
    number: u32,
}

/// What ends a cell.
#[derive(PartialEq)]
enum End {
    Cell,
    Row,
}

impl<'t> TextRows<'t> {
    pub(crate) fn new(text: &'t str, separator: u8) -> Self {
        TextRows { rest: text, until: 0, separator, number: 0 }
    }

    /// The rows of a text that stands below so many others.
    pub(crate) fn below(text: &'t str, separator: u8, rows: u32) -> Self {
        TextRows { number: rows, ..Self::new(text, separator) }
    }

    /// What separates the cells.
    pub(crate) fn separator(&self) -> u8 {
        self.separator
    }

    /// Pieces of about equal length, to be read side by side.
    ///
    /// Cuts are guessed at line ends, some of which may stand inside a cell. A piece was cut right if the one
    /// before it, read from a right cut, ends just there: [`ended_at_cut`](Self::ended_at_cut). Rows are counted
    /// anew in each but the first.
    pub(crate) fn pieces(self, count: usize) -> Vec<Self> {
        let total = self.rest.len();
        let mut cuts = vec![0];
        for piece in 1..count {
            let start = total / count * piece;
            let line_end =
                self.rest.as_bytes().get(start..).and_then(|rest| rest.iter().position(|b| *b == b'\n'));
            cuts.extend(
                line_end.map(|at| start + at + 1).filter(|cut| *cut < total && cuts.last() < Some(cut)),
            );
        }
        let ends = cuts.iter().skip(1).copied().chain([total]);
        let piece = |(start, end): (&usize, usize)| TextRows {
            rest: self.rest.get(*start..).unwrap_or_default(),
            until: total - end,
            number: if *start == 0 { self.number } else { 0 },
            ..self
        };
        cuts.iter().zip(ends).map(piece).collect()
    }

    /// Bytes that are not read yet.
    pub(crate) fn bytes_left(&self) -> usize {
        self.rest.len()
    }

    /// Whether the whole text is read.
    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Number of the row read last.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// Whether the last row ended where the piece does.
    pub(crate) fn ended_at_cut(&self) -> bool {
        self.rest.len() == self.until
    }

    /// The rest of the text, beyond the end of this piece, its rows counted anew.
    pub(crate) fn beyond(self) -> Self {
        TextRows { until: 0, number: 0, ..self }
    }

    /// The text up to the next separator or line end, which is taken off as well.
    fn take_plain(&mut self) -> (&'t str, End) {
        let (cell, rest) = self.rest.split_at(first_of([self.separator, b'\n', b'\r'], self.rest.as_bytes()));
        let (end, skip) = match rest.as_bytes() {
            [] => (End::Row, 0),
            [b'\r', b'\n', ..] => (End::Row, 2),
            [b'\r' | b'\n', ..] => (End::Row, 1),
            _ => (End::Cell, 1),
        };
        self.rest = rest.split_at(skip).1;
        (cell, end)
    }

    /// A cell that begins with a quotation mark; `None` where it is never closed.
    fn take_quoted(&mut self) -> Option<(Cow<'t, str>, End)> {
        let mut cell: Cow<'t, str> = Cow::Borrowed("");
        let mut rest = self.rest.strip_prefix('"')?;
        loop {
            let (part, after) = rest.split_at(first_of([b'"'; 3], rest.as_bytes()));
            let after = after.strip_prefix('"')?;
            append(&mut cell, part);
            match after.strip_prefix('"') {
                Some(more) => {
                    append(&mut cell, "\"");
                    rest = more;
                }
                None => {
                    self.rest = after;
                    break;
                }
            }
        }
        // Text between the closing mark and the separator is kept: nothing is dropped.
        let (tail, end) = self.take_plain();
        append(&mut cell, tail);
        Some((cell, end))
    }
}

/// Where the first of three bytes stands in a text, or the length of the text.
///
/// Cells are a few bytes long: eight are looked at together, without the cost of a call into a vectorised search.
fn first_of(stops: [u8; 3], bytes: &[u8]) -> usize {
    const ONES: u64 = eight(0x01);
    const HIGH: u64 = eight(0x80);
    let stops = stops.map(eight);
    let (words, _) = bytes.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        // A byte that is zero after the XOR sets its high bit; a false alarm can only stand above a true one.
        let found = stops.iter().fold(0, |found, stop| {
            let differs = word ^ stop;
            found | (differs.wrapping_sub(ONES) & !differs & HIGH)
        });
        if found != 0 {
            return place * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let behind = words.len() * 8;
    let stop = |b: &u8| stops.iter().any(|stop| *stop as u8 == *b);
    bytes.iter().skip(behind).position(stop).map_or(bytes.len(), |at| behind + at)
}

fn append<'t>(cell: &mut Cow<'t, str>, text: &'t str) {
    if cell.is_empty() {
        *cell = Cow::Borrowed(text);
    } else if !text.is_empty() {
        cell.to_mut().push_str(text);
    }
}

impl<'t> TextRows<'t> {
    /// Reads the next row into one whose cells are no longer needed; `None` at the end.
    pub(crate) fn read(&mut self, row: &mut Row<'t>) -> Option<Result<(), Unclosed>> {
        if self.rest.len() <= self.until {
            return None;
        }
        self.number = self.number.saturating_add(1);
        row.number = self.number;
        row.cells.clear();
        if self.read_plain(row) {
            return Some(Ok(()));
        }
        row.cells.clear();
        loop {
            let (cell, end) = if self.rest.starts_with('"') {
                let Some(cell) = self.take_quoted() else {
                    self.rest = "";
                    return Some(Err(Unclosed { row: self.number, column: row.cells.len() }));
                };
                cell
            } else {
                let (cell, end) = self.take_plain();
                (Cow::Borrowed(cell), end)
            };
            row.cells.push(cell);
            if end == End::Row {
                return Some(Ok(()));
            }
        }
    }
}

/// Eight copies of a byte.
const fn eight(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

impl<'t> TextRows<'t> {
    /// Reads the next row if no cell of it has a quotation mark; eight bytes are looked at together.
    ///
    /// Whether it was read: a row with a quotation mark, and one that ends with the text, is left to the careful way.
    fn read_plain(&mut self, row: &mut Row<'t>) -> bool {
        const LOW: u64 = eight(0x7F);
        let stops = [self.separator, b'\n', b'\r', b'"'].map(eight);
        let text = self.rest;
        let (words, _) = text.as_bytes().as_chunks::<8>();
        let mut start = 0;
        for (place, word) in words.iter().enumerate() {
            let word = u64::from_le_bytes(*word);
            // The high bit of a byte is clear where it is one of the stops, and there alone.
            let others = stops.iter().fold(!0, |others, stop| {
                let differs = word ^ stop;
                others & (((differs & LOW) + LOW) | differs)
            });
            let mut found = !others & !LOW;
            while found != 0 {
                let at = place * 8 + found.trailing_zeros() as usize / 8;
                found &= found - 1;
                let Some(cell) = text.get(start..at) else { return false };
                let skip = match text.as_bytes().get(at..) {
                    Some([b'"', ..]) | None => return false,
                    // The line feed behind it may stand in the next eight bytes.
                    Some([b'\r', b'\n', ..]) => 2,
                    _ => 1,
                };
                row.cells.push(Cow::Borrowed(cell));
                start = at + skip;
                if text.as_bytes().get(at) != Some(&self.separator) {
                    self.rest = text.get(start..).unwrap_or_default();
                    return true;
                }
            }
        }
        false
    }
}

impl<'t> Iterator for TextRows<'t> {
    type Item = Result<Row<'t>, Unclosed>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut row = Row::default();
        self.read(&mut row).map(|read| read.map(|()| row))
    }
}

/// How well a row serves as the header; the greater, the better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fit {
    /// It names everything that must be there.
    pub(crate) complete: bool,
    /// How many names in it are known.
    pub(crate) known: usize,
}

/// Where the header stands and what separates the cells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) separator: u8,
    /// Number of the header's row.
    pub(crate) header: Option<u32>,
    pub(crate) fit: Fit,
}

impl Layout {
    /// Tries the separators in use and keeps the one under which the header is best understood.
    pub(crate) fn of(file: &str, text: &str, judge: &dyn Fn(&Row) -> Fit) -> Layout {
        let lower = file.to_ascii_lowercase();
        let separators = if lower.ends_with(".tsv") || lower.ends_with(".tab") { *b"\t,;" } else { *b",\t;" };
        let mut best = Layout { separator: separators[0], header: None, fit: Fit::default() };
        for separator in separators {
            let (header, fit) = find_header(TextRows::new(text, separator), judge);
            // Of equals, the one whose header stands higher: the first row of `a;b` over `1,5;2` is the header.
            if fit > best.fit || (fit == best.fit && header < best.header) {
                best = Layout { separator, header, fit };
            }
        }
        best
    }
}

/// The first complete header among the top rows. Where there is none, the row that knows most names: it will
/// be refused, but with the names it lacks.
fn find_header<'t>(
    rows: impl Iterator<Item = Result<Row<'t>, Unclosed>>,
    judge: &dyn Fn(&Row) -> Fit,
) -> (Option<u32>, Fit) {
    let mut best = (None, Fit::default());
    for row in rows.take(HEADER_ROWS).map_while(Result::ok) {
        let fit = judge(&row);
        if fit.complete {
            return (Some(row.number), fit);
        }
        if fit > best.1 {
            best = (Some(row.number), fit);
        }
    }
    best
}

/// A table whose header is found: the header's row, and the rows behind it.
#[derive(Debug)]
pub(crate) struct Body<'t> {
    pub(crate) header: Row<'t>,
    pub(crate) rows: TextRows<'t>,
}

impl<'t> Body<'t> {
    /// Finds the header in a text.
    pub(crate) fn of(file: &str, text: &'t str, judge: &dyn Fn(&Row) -> Fit) -> Refusable<Self> {
        let layout = Layout::of(file, text, judge);
        let mut rows = TextRows::new(text, layout.separator);
        while let Some(number) = layout.header {
            match rows.next() {
                Some(Ok(row)) if row.number == number => return Ok(Body { header: row, rows }),
                Some(Ok(_)) => {}
                Some(Err(unclosed)) => return Err(unclosed.finding(file).into()),
                None => break,
            }
        }
        Err(Finding::new(Code::NoHeader).arg("rows", &HEADER_ROWS).place(place(file, None, None)).into())
    }
}

/// Whether a row's first words say that it is no record: a total, or a remark below the table.
pub(crate) fn is_total_or_remark(first: &str) -> bool {
    const WORDS: [&str; 11] =
        ["合计", "总计", "小计", "共计", "总和", "填表人", "制表人", "审核人", "填报单位", "说明", "备注"];
    let first: String = first.chars().filter(|c| !is_blank(*c)).collect();
    let remark =
        |rest: &str| rest.is_empty() || rest.starts_with([':', '：', '.', '．', '1', '１', '①', '、']);
    WORDS.iter().any(|word| first.starts_with(word)) || first.strip_prefix('注').is_some_and(remark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str) -> Vec<(u32, Vec<String>)> {
        let cells = |row: Row| (row.number, row.cells.into_iter().map(Cow::into_owned).collect());
        TextRows::new(text, b',').map(|row| cells(row.expect("closed"))).collect()
    }

    fn row(number: u32, cells: &[&str]) -> (u32, Vec<String>) {
        (number, cells.iter().map(|c| c.to_string()).collect())
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_counts_them() {
        // A blank line is a row; a line break inside quotation marks is none.
        let text = "标题\r\n\r\na,\"b\nb\"\r\n\n1,2";
        let expected =
            [row(1, &["标题"]), row(2, &[""]), row(3, &["a", "b\nb"]), row(4, &[""]), row(5, &["1", "2"])];
        assert_eq!(rows(text), expected);
    }

    #[test]
    fn quotation_marks_follow_rfc_4180_and_nothing_is_dropped() {
        let text = "\"a,b\",\"say \"\"hi\"\"\",\"\",\"x\"y,5\" disc,\r\n";
        assert_eq!(rows(text), [row(1, &["a,b", "say \"hi\"", "", "xy", "5\" disc", ""])]);
        assert_eq!(rows("\"\"\"\"\r"), [row(1, &["\""])]);
    }

    #[test]
    fn a_quotation_mark_without_end_is_told_with_its_cell() {
        let all: Vec<_> = TextRows::new("a,b\n1,\"2\n3,4\n", b',').collect();
        assert_eq!(all.last(), Some(&Err(Unclosed { row: 2, column: 1 })));
    }

    proptest! {
        #[test]
        fn the_first_of_three_bytes_is_found_wherever_it_stands(text in "[a,\n\r学;+-]{0,40}") {
            let first = text.bytes().position(|b| b",\n\r".contains(&b)).unwrap_or(text.len());
            prop_assert_eq!(first_of(*b",\n\r", text.as_bytes()), first);
        }

        /// The csv crate is the reference; it passes over blank lines, and over a missing quotation mark.
        #[test]
        fn cells_are_those_of_the_csv_crate(text in "[a,\"\n\r学;]{0,40}") {
            let mut ours = Vec::new();
            for row in TextRows::new(&text, b',') {
                let Ok(row) = row else { return Ok(()) };
                ours.push(row.cells.into_iter().map(Cow::into_owned).collect::<Vec<_>>());
            }
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs = reader.records().map(|r| r.expect("text").iter().map(str::to_owned).collect());
            let blank = |row: &Vec<String>| row.len() == 1 && row[0].is_empty();
            let theirs: Vec<Vec<String>> = theirs.filter(|row| !blank(row)).collect();
            ours.retain(|row| !blank(row));
            prop_assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn rows_may_be_longer_than_the_header_only_by_blanks() {
        let row = |cells: &[&'static str]| Row {
            number: 1,
            cells: cells.iter().map(|c| Cow::Borrowed(*c)).collect(),
        };
        assert!(row(&["a", "b"]).fits(2) && row(&["a", "b", "", "　"]).fits(2) && row(&["a", ""]).fits(2));
        assert!(!row(&["a"]).fits(2) && !row(&["a", "b", "c"]).fits(2));
    }

    #[test]
    fn totals_and_remarks_are_known_by_their_first_words() {
        for text in ["合 计", "总计：", "注：以上为", "注1", "填表人：王", "说明"] {
            assert!(is_total_or_remark(text), "{text}");
        }
        for text in ["注溪镇", "第一小学", "2101"] {
            assert!(!is_total_or_remark(text), "{text}");
        }
    }
}
