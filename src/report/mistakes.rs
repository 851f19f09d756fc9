//! Mistakes beside their cells: a copy of the tables, coloured and commented, with a list to explain them in.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use encoding_rs::Encoding;
use rust_xlsxwriter::{
    Color, Format, FormatAlign, FormatBorder, FormatUnderline, Note, Workbook, Worksheet, XlsxError,
};

use crate::error::Error;
use crate::finding::{Finding, Place, Severity};
use crate::io::{Grid, Shown, grids};
use crate::lang::Lang;
use crate::spreadsheet::{self, cut};

/// A workbook of mistakes (问题清单): a list of findings, and behind it a copy of the tables in which the cells that they
/// are about are coloured and commented.
///
/// The last column but one of the list is left for explanations (说明); `junheng check --explanations` and its kin read the
/// workbook back. Values are copied as a spreadsheet shows them, texts as texts: no name becomes a formula. Of workbooks the
/// visible sheets are copied; a table that cannot be read at all is listed only.
///
/// # Examples
/// ```
/// use junheng::report::Mistakes;
/// use junheng::{Lang, check, io::read_table, read_schools};
///
/// let table = "区县代码,学校标识码,学校类别,小学在校生数\n210102,1,小学,五十六\n";
/// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
/// let findings = [data.findings().to_vec(), check(&data)].concat();
/// let mut workbook = Vec::new();
/// Mistakes::new(&findings).table("schools.csv", table.as_bytes()).write(Lang::Zh, &mut workbook)?;
///
/// let list = read_table().expect(["代码", "说明"]).from_bytes("mistakes.xlsx", &workbook)?;
/// assert_eq!(list.column("单元格")?.cells().next(), Some("D2"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "问题清单")]
#[derive(Debug)]
pub struct Mistakes<'f> {
    findings: &'f [Finding],
    encoding: Option<&'static Encoding>,
    grids: Vec<Grid>,
}

/// More cells than this are not merged in a copy: the writer goes through each of them.
const LARGEST_MERGE: u64 = 10_000;

impl<'f> Mistakes<'f> {
    /// Of findings; without tables it is a list.
    pub fn new(findings: &'f [Finding]) -> Self {
        Mistakes { findings, encoding: None, grids: Vec::new() }
    }

    /// The encoding of the tables, instead of the one detected.
    ///
    /// # Errors
    /// A label that no encoding has.
    pub fn encoding(mut self, label: &str) -> Result<Self, Error> {
        self.encoding = Some(crate::io::encoding(label)?);
        Ok(self)
    }

    /// With a copy of a table, under the name that findings know it by.
    pub fn table(mut self, name: &str, bytes: &[u8]) -> Self {
        self.grids.extend(grids(name, bytes, self.encoding));
        self
    }

    /// With a copy of a file, or of all tables in a folder.
    ///
    /// # Errors
    /// A file that cannot be opened.
    pub fn path(mut self, path: impl AsRef<Path>) -> Result<Self, Error> {
        for path in crate::io::tables_at(path.as_ref())? {
            self = self.table(&path.display().to_string(), &crate::io::read_file(&path)?);
        }
        Ok(self)
    }

    /// Writes the workbook.
    ///
    /// # Errors
    /// A writer that fails, and a table of more rows or columns than a sheet can have.
    pub fn write(&self, lang: Lang, out: &mut impl io::Write) -> io::Result<()> {
        let bytes = self.workbook(lang).map_err(io::Error::other)?;
        out.write_all(&bytes)
    }

    fn workbook(&self, lang: Lang) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        workbook.set_properties(&spreadsheet::properties()?);
        let list = lang.pick("问题清单", "Mistakes");
        let names = sheet_names(&self.grids, list);
        let copies = self.grids.iter().zip(&names);
        let targets: BTreeMap<(&str, Option<&str>), &str> = copies
            .clone()
            .map(|(grid, name)| ((grid.file.as_str(), grid.sheet.as_deref()), name.as_str()))
            .collect();
        self.write_list(workbook.add_worksheet().set_name(list)?, &targets, lang)?;
        for (grid, name) in copies {
            self.write_copy(workbook.add_worksheet().set_name(name)?, grid, lang)?;
        }
        workbook.save_to_buffer()
    }

    fn write_list(
        &self,
        sheet: &mut Worksheet,
        targets: &BTreeMap<(&str, Option<&str>), &str>,
        lang: Lang,
    ) -> Result<(), XlsxError> {
        let head = Format::new().set_bold().set_background_color(GREY).set_border(FormatBorder::Thin);
        let head = head.set_text_wrap().set_align(FormatAlign::VerticalCenter);
        for (column, (name, width)) in columns(lang).into_iter().zip(0..).map(|((n, w), c)| (c, (n, w))) {
            sheet.write_string_with_format(0, column, name, &head)?;
            sheet.set_column_width(column, width)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
        let wrapped = |colour: Option<Color>| {
            let format = Format::new().set_text_wrap().set_align(FormatAlign::Top);
            let format = format.set_border(FormatBorder::Thin);
            colour.map_or(format.clone(), |colour| format.set_background_color(colour))
        };
        let plain = wrapped(None);
        let asked = wrapped(Some(Color::RGB(0xFF_FF_E0)));
        let by_severity =
            [Severity::Error, Severity::Warning, Severity::Note].map(|s| (s, wrapped(Some(colour(s)))));
        let linked = wrapped(None).set_font_color(Color::Blue).set_underline(FormatUnderline::Single);
        let mut row = 0;
        for (severity, coloured) in &by_severity {
            for finding in self.findings.iter().filter(|f| f.severity() == *severity) {
                row += 1;
                let place = finding.found_at();
                let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
                let cells = [
                    row.to_string(),
                    severity.name(lang).to_owned(),
                    text(place.map(|p| p.file.as_ref())),
                    text(place.and_then(|p| p.sheet.as_deref())),
                    place.map_or(String::new(), cell_of),
                    text(finding.county_code()),
                    finding.year().map_or(String::new(), |year| year.to_string()),
                    text(finding.school_code()),
                    text(finding.column_name(lang)),
                    text(finding.value_found()),
                    finding.message(lang),
                    text(finding.explanation()),
                    finding.code().id().to_owned(),
                ];
                let lines =
                    cells.iter().zip(columns(lang)).map(|(cell, (_, width))| lines(cell, width)).max();
                sheet.set_row_height(row, 15.0 * f64::from(lines.unwrap_or(1).min(20)))?;
                for (column, cell) in (0..).zip(&cells) {
                    let format = match column {
                        1 => coloured,
                        EXPLANATION => &asked,
                        _ => &plain,
                    };
                    let target = place.filter(|_| column == CELL && row < MOST_LINKS).and_then(|place| {
                        let sheet = targets.get(&(place.file.as_ref(), place.sheet.as_deref()))?;
                        Some(format!("internal:'{}'!{}", sheet.replace('\'', "''"), cell_or_row(place)?))
                    });
                    match target {
                        Some(link) => {
                            let tip = "";
                            sheet.write_url_with_options(
                                row,
                                column,
                                link.as_str(),
                                short(cell),
                                tip,
                                Some(&linked),
                            )?;
                        }
                        None if column == 0 => {
                            sheet.write_number_with_format(row, column, f64::from(row), format)?;
                        }
                        None => {
                            sheet.write_string_with_format(row, column, short(cell), format)?;
                        }
                    }
                }
            }
        }
        sheet.autofilter(0, 0, row.max(1), columns(lang).len() as u16 - 1)?;
        Ok(())
    }

    fn write_copy(&self, sheet: &mut Worksheet, grid: &Grid, lang: Lang) -> Result<(), XlsxError> {
        let mut marks = self.marks(grid);
        let mut widths: BTreeMap<u16, usize> = BTreeMap::new();
        let plain = Format::new();
        // The copy need not look alike: what is merged beyond all use stays apart. Where merged cells overlap, as they do
        // in no sound workbook, the first of them hold; the writer would refuse the others, but not without harm to itself.
        let mut taken = Vec::new();
        for region in grid.merges.iter().filter(|region| (2..=LARGEST_MERGE).contains(&region.len())) {
            if taken.iter().any(|other| region.overlaps(other)) {
                continue;
            }
            taken.push(*region);
            let ((top, bottom), (left, right)) = (region.rows, region.columns);
            let _ = sheet.merge_range(
                top.saturating_sub(1),
                narrow(left)?,
                bottom.saturating_sub(1),
                narrow(right)?,
                "",
                &plain,
            );
        }
        for (row, column, shown) in &grid.cells {
            let at = (row.saturating_sub(1), narrow(*column)?);
            let mark = marks.remove(&(*row, *column));
            let format = mark.as_ref().map_or(plain.clone(), Mark::format);
            match shown {
                Shown::Text(text) => sheet.write_string_with_format(at.0, at.1, short(text), &format)?,
                Shown::Number(number) => sheet.write_number_with_format(at.0, at.1, *number, &format)?,
                Shown::Bool(yes) => sheet.write_boolean_with_format(at.0, at.1, *yes, &format)?,
            };
            if let Some(mark) = mark {
                sheet.insert_note(at.0, at.1, &mark.note(lang))?;
            }
            if let Shown::Text(text) = shown {
                let width = widths.entry(at.1).or_default();
                *width = (*width).max(spreadsheet::width(text));
            }
        }
        // What is about blank cells.
        for ((row, column), mark) in marks {
            let at = (row.saturating_sub(1), narrow(column)?);
            sheet.write_blank(at.0, at.1, &mark.format())?;
            sheet.insert_note(at.0, at.1, &mark.note(lang))?;
        }
        for (column, width) in widths {
            sheet.set_column_width(column, width.clamp(8, 30) as f64 + 2.0)?;
        }
        Ok(())
    }

    /// The findings of a table by their cells; those of a whole row stand at its first.
    fn marks(&self, grid: &Grid) -> BTreeMap<(u32, u32), Mark<'f>> {
        let mut marks: BTreeMap<(u32, u32), Mark<'f>> = BTreeMap::new();
        for finding in self.findings {
            let Some(place) = finding.found_at() else { continue };
            if *place.file != *grid.file || place.sheet.as_deref() != grid.sheet.as_deref() {
                continue;
            }
            let Some(row) = place.row else { continue };
            let column = place.column.as_deref().map_or(Some(0), index_of);
            let Some(column) = column.filter(|column| *column < MOST_COLUMNS) else { continue };
            // Of merged cells only the first is one.
            let merged = grid.merges.iter().find(|region| region.has(row, column));
            let at = merged.map_or((row, column), |region| (region.rows.0, region.columns.0));
            marks.entry(at).or_default().0.push(finding);
        }
        marks
    }
}

/// What is found in one cell.
#[derive(Debug, Default)]
struct Mark<'f>(Vec<&'f Finding>);

impl Mark<'_> {
    fn format(&self) -> Format {
        let worst = self.0.iter().map(|finding| finding.severity()).min().unwrap_or(Severity::Note);
        Format::new().set_background_color(colour(worst)).set_border(FormatBorder::Thin)
    }

    fn note(&self, lang: Lang) -> Note {
        let line = |f: &&Finding| {
            let message = f.message(lang);
            let said = lang.pick(
                format!("【{}】{message}", f.severity().name(lang)),
                format!("{}: {message}", f.severity().name(lang)),
            );
            match f.explanation() {
                Some(text) => {
                    lang.pick(format!("{said}\n说明：{text}"), format!("{said}\nexplained: {text}"))
                }
                None => said,
            }
        };
        let text = self.0.iter().map(line).collect::<Vec<_>>().join("\n");
        let lines: usize = text.lines().map(|line| spreadsheet::width(line) / 44 + 1).sum();
        Note::new(short(&text))
            .add_author_prefix(false)
            .set_width(320)
            .set_height(20 * lines.min(30) as u32 + 10)
    }
}

const GREY: Color = Color::RGB(0xE7_E6_E6);

/// Told apart in print and by colour-blind readers too: they differ in lightness.
fn colour(severity: Severity) -> Color {
    Color::RGB(match severity {
        Severity::Error => 0xF4_8C_82,
        Severity::Warning => 0xFF_E6_99,
        Severity::Note => 0xDD_EB_F7,
    })
}

/// Columns of the list: names, widths in characters.
fn columns(lang: Lang) -> [(&'static str, f64); 13] {
    let names = match lang {
        Lang::Zh => [
            "序号",
            "级别",
            "文件",
            "工作表",
            "单元格",
            "区县代码",
            "年度",
            "学校标识码",
            "栏目",
            "值",
            "问题与应有的值",
            "说明",
            "代码",
        ],
        Lang::En => [
            "no",
            "severity",
            "file",
            "sheet",
            "cell",
            "county",
            "year",
            "school_code",
            "column",
            "value",
            "found and expected",
            "explanation",
            "code",
        ],
    };
    let widths = [6.0, 10.0, 22.0, 14.0, 10.0, 11.0, 8.0, 16.0, 24.0, 16.0, 60.0, 40.0, 26.0];
    let mut columns = [("", 0.0); 13];
    for (column, (name, width)) in columns.iter_mut().zip(names.into_iter().zip(widths)) {
        *column = (name, width);
    }
    columns
}

/// Columns of the list that are more than text.
const CELL: u16 = 4;
const EXPLANATION: u16 = 11;

/// Links that a sheet may have.
const MOST_LINKS: u32 = 60_000;
const MOST_COLUMNS: u32 = 16_384;

/// A cell within its sheet, or the row.
fn cell_of(place: &Place) -> String {
    match (&place.column, place.row) {
        (Some(column), Some(row)) => format!("{column}{row}"),
        (None, Some(row)) => format!("{row}:{row}"),
        _ => String::new(),
    }
}

fn cell_or_row(place: &Place) -> Option<String> {
    place.row.map(|row| format!("{}{row}", place.column.as_deref().unwrap_or("A")))
}

/// The place of a column, from 0, by its letters.
fn index_of(letters: &str) -> Option<u32> {
    let digit = |index: u32, letter: char| {
        let digit = letter.is_ascii_uppercase().then(|| u32::from(letter) - u32::from('A') + 1)?;
        index.checked_mul(26)?.checked_add(digit)
    };
    letters.chars().try_fold(0, digit)?.checked_sub(1)
}

fn narrow(column: u32) -> Result<u16, XlsxError> {
    u16::try_from(column).map_err(|_| XlsxError::RowColumnLimitError)
}

/// Lines that a text takes in a column of some width.
fn lines(text: &str, width: f64) -> u32 {
    let width = (width as usize).max(2) - 1;
    let lines: usize = text.lines().map(|line| spreadsheet::width(line).div_ceil(width).max(1)).sum();
    u32::try_from(lines).unwrap_or(u32::MAX).max(1)
}

/// A text as long as a cell can hold.
fn short(text: &str) -> String {
    const MOST: usize = 32_000;
    // Spreadsheets count in units of UTF-16.
    if text.encode_utf16().count() <= MOST { text.to_owned() } else { text.chars().take(MOST / 2).collect() }
}

/// A name for each copy that no other sheet has and that spreadsheets take.
fn sheet_names(grids: &[Grid], list: &str) -> Vec<String> {
    let mut taken = BTreeSet::from([list.to_lowercase()]);
    let stem = |file: &str| {
        let name = Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        name.unwrap_or_else(|| file.to_owned())
    };
    let several = |file: &str| grids.iter().any(|grid| grid.file != file);
    let name = |grid: &Grid| match &grid.sheet {
        None => stem(&grid.file),
        Some(sheet) if several(&grid.file) => format!("{}-{sheet}", stem(&grid.file)),
        Some(sheet) => sheet.clone(),
    };
    let mut names = Vec::with_capacity(grids.len());
    for grid in grids {
        let clean: String = name(grid)
            .chars()
            .map(|c| if "[]:*?/\\'".contains(c) || c.is_control() { '_' } else { c })
            .collect();
        let clean =
            if clean.is_empty() || clean.eq_ignore_ascii_case("history") { "_".to_owned() } else { clean };
        let mut found = cut(&clean, 31).to_owned();
        let mut number = 2;
        while !taken.insert(found.to_lowercase()) {
            found = format!("{}({number})", cut(&clean, 24));
            number += 1;
        }
        names.push(found);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::Region;
    use crate::model::letters;

    #[test]
    fn letters_lead_back_to_columns() {
        for index in [0, 25, 26, 701, 702, 16_383] {
            assert_eq!(index_of(&letters(index)), Some(index));
        }
        assert_eq!((index_of(""), index_of("a"), index_of("AAAAAAAAAA")), (None, None, None));
    }

    #[test]
    fn cells_are_merged_where_they_overlap_no_others_and_are_not_too_many() {
        let region = |rows, columns| Region { rows, columns };
        let sound = [region((3, 4), (2, 3)), region((1, 2), (0, 1)), region((9, 9), (0, 2))];
        // As damaged files have them: one that ends in the first and in which the second ends, and a whole sheet.
        let damaged = [region((2, 3), (1, 2)), region((20, 1_048_576), (0, 16_383))];
        let text = Shown::Text("一小".to_owned());
        let merges = [&sound[..1], &damaged, &sound[1..]].concat();
        let grid = Grid {
            file: "a.xlsx".to_owned(),
            sheet: Some("一".to_owned()),
            cells: vec![(1, 0, text)],
            merges,
        };
        let mut written = Vec::new();
        let mistakes = Mistakes { findings: &[], encoding: None, grids: vec![grid] };
        mistakes.write(Lang::Zh, &mut written).expect("written");
        let copy = grids("mistakes.xlsx", &written, None).pop().expect("the copy");
        assert_eq!(copy.merges, sound);
    }

    #[test]
    fn every_copy_has_a_name_of_its_own_that_spreadsheets_take() {
        let grid = |file: &str, sheet: Option<&str>| Grid {
            file: file.to_owned(),
            sheet: sheet.map(str::to_owned),
            cells: Vec::new(),
            merges: Vec::new(),
        };
        let long = "学".repeat(40);
        let grids = [
            grid("a/学校.csv", None),
            grid("b/学校.csv", None),
            grid("c.xlsx", Some("一[1]")),
            grid("问题清单.csv", None),
            grid(&long, None),
            grid("History", None),
        ];
        assert_eq!(
            sheet_names(&grids, "问题清单"),
            ["学校", "学校(2)", "c-一_1_", "问题清单(2)", &"学".repeat(31), "_"]
        );
    }
}
