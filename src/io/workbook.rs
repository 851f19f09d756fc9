//! Workbooks: the sheets of XLSX, XLS and ODS as rows of text, with what text cannot say beside them.
//!
//! No type of the reader underneath leaves this module. What is text to a person becomes the text of a cell, so that
//! headers, units, numbers and checks are those of every other table; the rest are [`Doubt`]s: a formula without a value,
//! an error, a merged figure, digits that are not shown.

mod doubts;
mod layout;
mod text;
mod unpacked;
mod xls;

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    Data, Dimensions, Ods, OdsError, Range, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsb, Xlsx,
    XlsxError, XlsxFormulaMetadata,
};
use memchr::memmem;

use super::Refusable;
use super::table::{Origin, place};
use crate::finding::{Arg, Code, Finding};
use crate::model::letters;

pub(crate) use doubts::settle;
pub(crate) use layout::{Laid, Record, Wanted, lay};
pub(crate) use text::Kind;
use text::{Format, Shown};

/// A workbook, read.
#[derive(Debug)]
pub(crate) struct Workbook {
    pub(crate) sheets: Vec<Sheet>,
}

/// A sheet, with the rows that hold something.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    /// Whether a person does not see it; its cells are not read then.
    pub(crate) hidden: bool,
    pub(crate) rows: Vec<SheetRow>,
    pub(crate) merges: Vec<Region>,
    /// How many more cells are read.
    room: usize,
    /// Whether merged cells and formats are known: XLSX tells both, others one or none.
    tells_merges: bool,
    pub(crate) tells_formats: bool,
}

/// A row of a sheet, without its empty cells.
#[derive(Debug, Default)]
pub(crate) struct SheetRow {
    /// From 1.
    pub(crate) number: u32,
    /// In order of their columns.
    pub(crate) cells: Vec<Cell>,
}

/// A cell that holds something.
#[derive(Debug)]
pub(crate) struct Cell {
    /// From 0.
    pub(crate) column: u32,
    pub(crate) text: String,
    pub(crate) kind: Kind,
    pub(crate) doubts: Vec<Doubt>,
}

/// What the text of a cell cannot say.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Doubt {
    /// It is a formula of which the file holds no result.
    NoValue(String),
    /// It is a formula whose result is zero, as files have it that were never calculated.
    Zero(String),
    /// It is an error value, such as `#DIV/0!`.
    Error(String),
    /// It is one of several merged cells.
    Merged(Region),
    /// It has more digits than are shown.
    AsShown(String),
}

/// A rectangle of cells: rows from 1, columns from 0, both ends included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Region {
    pub(crate) rows: (u32, u32),
    pub(crate) columns: (u32, u32),
}

impl Region {
    fn of(dimensions: &Dimensions) -> Self {
        let ((top, left), (bottom, right)) = (dimensions.start, dimensions.end);
        Region { rows: (top.saturating_add(1), bottom.saturating_add(1)), columns: (left, right) }
    }

    pub(crate) fn has(&self, row: u32, column: u32) -> bool {
        (self.rows.0..=self.rows.1).contains(&row) && (self.columns.0..=self.columns.1).contains(&column)
    }

    /// Whether both have a cell in common.
    pub(crate) fn overlaps(&self, other: &Region) -> bool {
        let meet = |a: (u32, u32), b: (u32, u32)| a.0 <= b.1 && b.0 <= a.1;
        meet(self.rows, other.rows) && meet(self.columns, other.columns)
    }

    /// How many cells it spans.
    pub(crate) fn len(&self) -> u64 {
        let span = |(first, last): (u32, u32)| u64::from(last.saturating_sub(first)) + 1;
        span(self.rows) * span(self.columns)
    }

    /// As a spreadsheet names it: `C8:C10`.
    pub(crate) fn name(&self) -> String {
        let ((top, bottom), (left, right)) = (self.rows, self.columns);
        format!("{}{top}:{}{bottom}", letters(left), letters(right))
    }
}

impl SheetRow {
    pub(crate) fn cell(&self, column: u32) -> Option<&Cell> {
        let at = self.cells.binary_search_by_key(&column, |cell| cell.column).ok()?;
        self.cells.get(at)
    }
}

impl Sheet {
    /// The first row of this number or below.
    pub(crate) fn row(&self, number: u32) -> Option<&SheetRow> {
        let at = self.rows.binary_search_by_key(&number, |row| row.number).ok()?;
        self.rows.get(at)
    }

    /// Puts in what a cell shows and its formula, at a row and column from 0.
    ///
    /// # Errors
    /// A cell that no sheet has, whose row would be as long, and one more than there is room for.
    fn put(
        &mut self,
        (row, column): (u32, u32),
        shown: Option<Shown>,
        formula: Option<String>,
    ) -> Result<(), Trouble> {
        if row >= ROWS || column >= COLUMNS {
            return Err(Trouble::TooLarge);
        }
        self.room = self.room.checked_sub(1).ok_or(Trouble::TooLarge)?;
        let Some(cell) = cell(column, shown, formula) else { return Ok(()) };
        let number = row.saturating_add(1);
        match self.rows.last_mut() {
            Some(last) if last.number == number => last.cells.push(cell),
            _ => self.rows.push(SheetRow { number, cells: vec![cell] }),
        }
        Ok(())
    }

    /// Puts in the formulas that are left when the values are in: those without one.
    fn put_formulas(&mut self, formulas: BTreeMap<(u32, u32), String>) -> Result<(), Trouble> {
        formulas.into_iter().try_for_each(|(at, formula)| self.put(at, None, Some(formula)))
    }

    /// Brings rows and cells in order, whatever the order in the file, and spreads merged cells downwards.
    fn settle(&mut self) -> Result<(), Trouble> {
        let in_order = self.rows.is_sorted_by(|a, b| a.number < b.number);
        if !in_order {
            let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
            for row in std::mem::take(&mut self.rows) {
                rows.entry(row.number).or_default().extend(row.cells);
            }
            self.rows = rows.into_iter().map(|(number, cells)| SheetRow { number, cells }).collect();
        }
        for row in &mut self.rows {
            row.cells.sort_by_key(|cell| cell.column);
            row.cells.dedup_by_key(|cell| cell.column);
        }
        self.spread()
    }

    /// A merged cell shows its text in all its rows: in the first column of each it is written down.
    fn spread(&mut self) -> Result<(), Trouble> {
        // Those of a real sheet do not overlap, so that there are no more than its cells.
        let mut left = MOST_CELLS;
        for region in self.merges.clone() {
            let (top, bottom) = region.rows;
            let from = self.rows.partition_point(|row| row.number < top);
            let to = self.rows.partition_point(|row| row.number <= bottom);
            let Some(rows) = self.rows.get_mut(from..to) else { continue };
            left = left.checked_sub(rows.len() + 1).ok_or(Trouble::TooLarge)?;
            let Some(first) = rows.first().filter(|row| row.number == top) else { continue };
            let Some(shown) = first.cell(region.columns.0) else { continue };
            let (text, kind, doubts) = (shown.text.clone(), shown.kind, shown.doubts.clone());
            for row in rows {
                let column = region.columns.0;
                let at = match row.cells.binary_search_by_key(&column, |cell| cell.column) {
                    Ok(at) => at,
                    Err(at) => {
                        let cell = Cell { column, text: text.clone(), kind, doubts: doubts.clone() };
                        row.cells.insert(at, cell);
                        at
                    }
                };
                if let Some(cell) = row.cells.get_mut(at) {
                    cell.doubts.push(Doubt::Merged(region));
                }
            }
        }
        Ok(())
    }
}

/// Rows and columns that a sheet of today has at most.
const ROWS: u32 = 1 << 20;
const COLUMNS: u32 = 1 << 14;
/// Cells of a sheet that are read: more than twice those of a nation's schools.
const MOST_CELLS: usize = 30_000_000;

/// Why a workbook cannot be read.
enum Trouble {
    Protected,
    TooLarge,
    /// A part of it is beyond [`unpacked::MOST`].
    Unpacked,
    Damaged(String),
}

impl From<XlsxError> for Trouble {
    fn from(error: XlsxError) -> Self {
        if matches!(error, XlsxError::Password) {
            Trouble::Protected
        } else {
            Trouble::Damaged(error.to_string())
        }
    }
}

impl From<XlsError> for Trouble {
    fn from(error: XlsError) -> Self {
        if matches!(error, XlsError::Password) {
            Trouble::Protected
        } else {
            Trouble::Damaged(error.to_string())
        }
    }
}

impl From<OdsError> for Trouble {
    fn from(error: OdsError) -> Self {
        match error {
            OdsError::Password => Trouble::Protected,
            OdsError::CellLimitExceeded { .. } => Trouble::TooLarge,
            error => Trouble::Damaged(error.to_string()),
        }
    }
}

impl From<calamine::XlsbError> for Trouble {
    fn from(error: calamine::XlsbError) -> Self {
        match error {
            calamine::XlsbError::Password => Trouble::Protected,
            error => Trouble::Damaged(error.to_string()),
        }
    }
}

/// The kinds of files that begin as workbooks do.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Container {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
    /// Something else: an archive, a text document.
    Other(&'static str, &'static str),
}

impl Container {
    /// By content alone: names are often wrong.
    fn of(bytes: &[u8]) -> Self {
        let has = |name: &str| memmem::find(bytes, name.as_bytes()).is_some();
        let has_wide = |name: &str| {
            let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            memmem::find(bytes, &wide).is_some()
        };
        if !bytes.starts_with(b"PK") {
            return match () {
                () if has_wide("WordDocument") => Container::Other("Word 文档", "a Word document"),
                () if has_wide("PowerPoint Document") => Container::Other("演示文稿", "a presentation"),
                () => Container::Xls,
            };
        }
        match () {
            () if has("application/vnd.oasis.opendocument.spreadsheet") => Container::Ods,
            () if has("application/vnd.oasis.opendocument") => {
                Container::Other("OpenDocument 文档", "an OpenDocument text")
            }
            () if has("word/document.xml") => Container::Other("Word 文档", "a Word document"),
            () if has("ppt/presentation.xml") => Container::Other("演示文稿", "a presentation"),
            () if has("xl/workbook.bin") => Container::Xlsb,
            () if has("xl/") || has("[Content_Types].xml") => Container::Xlsx,
            () => Container::Other("压缩包（ZIP）", "a ZIP archive"),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Container::Xlsx => "XLSX",
            Container::Xlsb => "XLSB",
            Container::Xls => "XLS",
            Container::Ods => "ODS",
            Container::Other(..) => "",
        }
    }
}

/// Reads a workbook.
///
/// # Errors
/// The finding that refuses the file: it is protected, damaged, or no workbook.
pub(crate) fn open(file: &str, bytes: &[u8]) -> Refusable<Workbook> {
    let container = Container::of(bytes);
    // The reader underneath takes some things for granted that a damaged file does not keep; it owns what it works on,
    // so that nothing half done outlives its panic.
    let read = catch_unwind(AssertUnwindSafe(|| read(container, bytes)));
    let trouble = match read {
        Ok(Ok(sheets)) => return Ok(Workbook { sheets }),
        Ok(Err(trouble)) => trouble,
        Err(_) => (None, Trouble::Damaged("unexpected structure".to_owned())),
    };
    let (sheet, trouble) = trouble;
    let damaged = |reason: Arg| {
        Finding::new(Code::WorkbookDamaged).arg("format", container.name()).arg("reason", reason)
    };
    let finding = match (container, trouble) {
        (Container::Other(zh, en), _) => Finding::new(Code::NotATable).arg("format", Arg::names(zh, en)),
        (_, Trouble::Protected) => Finding::new(Code::WorkbookProtected),
        (_, Trouble::TooLarge) => damaged(Arg::names("单元格过多", "it has too many cells")),
        (_, Trouble::Unpacked) => {
            let most = format!("{} GiB", unpacked::MOST >> 30);
            damaged(Arg::names(format!("解压后超过 {most}"), format!("it unpacks to more than {most}")))
        }
        (_, Trouble::Damaged(reason)) => damaged((&reason).into()),
    };
    let origin = Origin { file, sheet: sheet.as_deref(), form: None };
    Err(finding.place(place(origin, None, None)).into())
}

/// The sheets, or what is wrong, with the sheet where it is one that cannot be read.
type Sheets = Result<Vec<Sheet>, (Option<String>, Trouble)>;

fn read(container: Container, bytes: &[u8]) -> Sheets {
    let file = |trouble| (None, trouble);
    if unpacked::is_beyond(bytes, unpacked::MOST) {
        return Err(file(Trouble::Unpacked));
    }
    let bytes = Cursor::new(bytes);
    match container {
        Container::Xlsx => {
            let mut workbook = Xlsx::new(bytes).map_err(|e| file(e.into()))?;
            let known = workbook.sheets_metadata().to_vec();
            each_sheet(&known, |name, sheet| xlsx_sheet(&mut workbook, name, sheet))
        }
        Container::Xls => {
            xls::check(bytes.get_ref()).map_err(file)?;
            // An encrypted XLSX is wrapped into the container of an XLS.
            let mut workbook = Xls::new(bytes.clone()).map_err(|e| match Xlsx::new(bytes) {
                Err(XlsxError::Password) => file(Trouble::Protected),
                _ => file(e.into()),
            })?;
            let known = workbook.sheets_metadata().to_vec();
            each_sheet(&known, |name, sheet| {
                sheet.merges = workbook.merge_cells_by_sheet_name(name)?.iter().map(Region::of).collect();
                sheet.tells_merges = true;
                whole_sheet(&mut workbook, name, sheet)
            })
        }
        Container::Ods => {
            let mut workbook = Ods::new(bytes).map_err(|e| file(e.into()))?;
            let known = workbook.sheets_metadata().to_vec();
            each_sheet(&known, |name, sheet| whole_sheet(&mut workbook, name, sheet))
        }
        Container::Xlsb => {
            let mut workbook = Xlsb::new(bytes).map_err(|e| file(e.into()))?;
            let known = workbook.sheets_metadata().to_vec();
            each_sheet(&known, |name, sheet| xlsb_sheet(&mut workbook, name, sheet))
        }
        Container::Other(..) => Err(file(Trouble::Damaged(String::new()))),
    }
}

/// Reads the sheets of cells one by one; hidden ones only by name.
fn each_sheet(
    known: &[calamine::Sheet],
    mut fill: impl FnMut(&str, &mut Sheet) -> Result<(), Trouble>,
) -> Sheets {
    let mut sheets = Vec::new();
    for known in known.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        let hidden = known.visible != SheetVisible::Visible;
        let mut sheet = Sheet { name: known.name.clone(), hidden, room: MOST_CELLS, ..Sheet::default() };
        if !hidden {
            let filled = fill(&known.name, &mut sheet).and_then(|()| sheet.settle());
            filled.map_err(|trouble| (Some(known.name.clone()), trouble))?;
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// Reads a sheet of XLSX cell by cell: its extent may be far larger than what it holds.
fn xlsx_sheet<R: Read + Seek>(workbook: &mut Xlsx<R>, name: &str, sheet: &mut Sheet) -> Result<(), Trouble> {
    let formats = xlsx_formats(workbook, name)?;
    let mut reader = workbook.worksheet_cells_reader(name)?;
    while let Some(record) = reader.next_cell_with_formula_metadata()? {
        let formula = record.formula.map(|formula| match formula {
            XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => formula,
            _ => String::new(),
        });
        let format = formats.get(&record.pos).unwrap_or(&Format::Plain);
        sheet.put(record.pos, Shown::of(&record.value, format), formula)?;
    }
    drop(reader);
    let merges = workbook.merge_cells_by_sheet_name(name)?;
    sheet.merges = merges.iter().map(Region::of).collect();
    (sheet.tells_merges, sheet.tells_formats) = (true, true);
    Ok(())
}

/// The formats of a sheet that change what is meant; most workbooks have none.
fn xlsx_formats<R: Read + Seek>(
    workbook: &mut Xlsx<R>,
    name: &str,
) -> Result<BTreeMap<(u32, u32), Format>, Trouble> {
    let mut reader = workbook.worksheet_cells_reader(name)?;
    let code = |style: &calamine::Style| style.number_format.as_ref().map(|f| Format::of(&f.format_code));
    let palette: Vec<Format> = reader.styles().iter().map(|s| code(s).unwrap_or_default()).collect();
    let mut formats = BTreeMap::new();
    if palette.iter().all(|format| *format == Format::Plain) {
        return Ok(formats);
    }
    while let Some((row, column, style)) = reader.next_style_id()? {
        if let Some(format) = palette.get(style).filter(|format| **format != Format::Plain) {
            formats.insert((row, column), format.clone());
        }
        if formats.len() > MOST_CELLS {
            return Err(Trouble::TooLarge);
        }
    }
    Ok(formats)
}

/// Reads a sheet of XLSB cell by cell, for the same reason; its formulas are told apart from its values.
fn xlsb_sheet<R: Read + Seek>(workbook: &mut Xlsb<R>, name: &str, sheet: &mut Sheet) -> Result<(), Trouble> {
    let mut formulas = BTreeMap::new();
    let mut reader = workbook.worksheet_cells_reader(name)?;
    while let Some(found) = reader.next_formula()? {
        if !found.get_value().is_empty() {
            formulas.insert(found.get_position(), found.get_value().clone());
        }
        if formulas.len() > sheet.room {
            return Err(Trouble::TooLarge);
        }
    }
    drop(reader);
    let mut reader = workbook.worksheet_cells_reader(name)?;
    while let Some(found) = reader.next_cell()? {
        let at = found.get_position();
        sheet.put(at, Shown::of(found.get_value(), &Format::Plain), formulas.remove(&at))?;
    }
    sheet.put_formulas(formulas)
}

/// Reads a sheet that is given as a whole. In OpenDocument a few bytes say that a cell is repeated in all of it, so it is seen
/// first whether there is room.
fn whole_sheet<R: Read + Seek, W: Reader<R>>(
    workbook: &mut W,
    name: &str,
    sheet: &mut Sheet,
) -> Result<(), Trouble>
where
    Trouble: From<W::Error>,
{
    let values: Range<Data> = workbook.worksheet_range(name)?;
    let formulas: Range<String> = workbook.worksheet_formula(name)?;
    if values.used_cells().nth(sheet.room).is_some() || formulas.used_cells().nth(sheet.room).is_some() {
        return Err(Trouble::TooLarge);
    }
    let (top, left) = formulas.start().unwrap_or_default();
    let mut formulas: BTreeMap<(u32, u32), String> = formulas
        .used_cells()
        .filter(|(.., formula)| !formula.is_empty())
        .map(|(row, column, formula)| ((top + row as u32, left + column as u32), formula.clone()))
        .collect();
    let (top, left) = values.start().unwrap_or_default();
    for (row, column, value) in values.used_cells() {
        let at = (top + row as u32, left + column as u32);
        sheet.put(at, Shown::of_data(value, &Format::Plain), formulas.remove(&at))?;
    }
    sheet.put_formulas(formulas)
}

/// A cell of what it shows and of its formula; `None` where it holds nothing.
fn cell(column: u32, shown: Option<Shown>, formula: Option<String>) -> Option<Cell> {
    // Of a formula that is shared with the cells above, the text stands there.
    let formula = formula.map(|text| match text.as_str() {
        "" => "=…".to_owned(),
        text if text.starts_with('=') => text.to_owned(),
        text => format!("={text}"),
    });
    let Some(shown) = shown else {
        let doubts = vec![Doubt::NoValue(formula?)];
        return Some(Cell { column, text: String::new(), kind: Kind::Text, doubts });
    };
    let Shown { text, kind, exact } = shown;
    let error = (kind == Kind::Error).then(|| Doubt::Error(text.clone()));
    let zero = formula.filter(|_| kind == Kind::Number && text == "0").map(Doubt::Zero);
    let doubts = error.into_iter().chain(zero).chain(exact.map(Doubt::AsShown)).collect();
    Some(Cell { column, text, kind, doubts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_no_sheet_has_is_refused() {
        for (at, fits) in [((ROWS - 1, COLUMNS - 1), true), ((ROWS, 0), false), ((0, COLUMNS), false)] {
            let put = Sheet { room: 1, ..Sheet::default() }.put(
                at,
                Shown::of_data(&Data::Int(1), &Format::Plain),
                None,
            );
            assert!(matches!((&put, fits), (Ok(()), true) | (Err(Trouble::TooLarge), false)), "{at:?}");
        }
    }

    #[test]
    fn a_sheet_of_too_many_cells_is_refused() {
        const FILE: &[u8] = include_bytes!("../../fixtures/workbooks/p10-county.ods");
        // Two rows of four cells.
        for (room, reads) in [(7, false), (8, true)] {
            let mut workbook = Ods::new(Cursor::new(FILE)).expect("a workbook");
            let read = whole_sheet(&mut workbook, "区县", &mut Sheet { room, ..Sheet::default() });
            assert!(matches!((&read, reads), (Ok(()), true) | (Err(Trouble::TooLarge), false)), "{room}");
            let mut sheet = Sheet { room, ..Sheet::default() };
            let put = (0..8).try_for_each(|row| sheet.put((row, 0), None, None));
            assert!(matches!((&put, reads), (Ok(()), true) | (Err(Trouble::TooLarge), false)), "{room}");
        }
    }
}
