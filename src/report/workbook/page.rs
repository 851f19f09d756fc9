//! A sheet while it is filled: rows from the top, columns as wide as their text, laid out for printing.

use std::collections::BTreeMap;
use std::rc::Rc;

use rust_xlsxwriter::{
    ConditionalFormatCell, ConditionalFormatCellRule, Format, Formula, Worksheet, XlsxError, utility,
};

use super::style::{Style, Styles, lines, width};
use crate::assess::Verdict;
use crate::lang::Lang;

/// What fails is an error of the file format.
pub(super) type Done = Result<(), XlsxError>;

/// Rows of a sheet, as the format allows them.
pub(super) const ROWS: u32 = 1_048_576;
/// Characters of a cell, likewise (in UTF-16).
const CELL: usize = 32_767;
/// A4.
const PAPER: u8 = 9;
/// Columns no wider than this, unless asked for.
const WIDEST: f64 = 40.0;
const NARROWEST: f64 = 5.0;
/// A column of texts is as wide as the widest of them, unless that is wider than this.
const NEVER_WRAPPED: f64 = 20.0;
const LINE: f64 = 13.5;

/// What a formula comes to, kept beside it for those who do not compute it again.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stored {
    Number(f64),
    Text(String),
}

impl Stored {
    /// A blank text where there is no number.
    pub(super) fn or_blank(value: Option<f64>) -> Self {
        value.map_or(Stored::Text(String::new()), Stored::Number)
    }
}

pub(super) struct Page {
    sheet: Worksheet,
    styles: Rc<Styles>,
    lang: Lang,
    name: String,
    row: u32,
    /// Widths asked for.
    fixed: BTreeMap<u16, f64>,
    /// Widths that texts need.
    needed: BTreeMap<u16, f64>,
    /// Texts that may take several lines, at widths known later.
    wrapped: Vec<Wrapped>,
    last: u16,
}

/// A text that may take several lines: its row, its columns, and how wide it is.
struct Wrapped {
    row: u32,
    first: u16,
    last: u16,
    width: usize,
    breaks: usize,
}

impl Page {
    pub(super) fn new(name: &str, styles: &Rc<Styles>, lang: Lang) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        // A formula that comes to a blank text has no result to write but this.
        sheet.set_formula_result_default("");
        sheet.set_paper_size(PAPER);
        sheet.set_print_fit_to_pages(1, 0);
        sheet.set_margins(0.5, 0.5, 0.6, 0.7, 0.3, 0.3);
        sheet.set_print_center_horizontally(true);
        let footer = lang.pick("&C第 &P 页，共 &N 页&R&A", "&CPage &P of &N&R&A");
        sheet.set_footer(footer);
        Ok(Page {
            sheet,
            styles: Rc::clone(styles),
            lang,
            name: name.to_owned(),
            row: 0,
            fixed: BTreeMap::new(),
            needed: BTreeMap::new(),
            wrapped: Vec::new(),
            last: 0,
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn lang(&self) -> Lang {
        self.lang
    }

    /// The row that is being filled, from 0.
    pub(super) fn row(&self) -> u32 {
        self.row
    }

    pub(super) fn next(&mut self) {
        self.row += 1;
    }

    /// The sheet itself, for what is asked of it once.
    pub(super) fn sheet(&mut self) -> &mut Worksheet {
        &mut self.sheet
    }

    pub(super) fn landscape(&mut self) {
        self.sheet.set_landscape();
    }

    /// As wide as this whatever is in it.
    pub(super) fn set_width(&mut self, column: u16, characters: f64) {
        self.fixed.insert(column, characters);
    }

    /// Rows above stay where they are, and come again on every page.
    pub(super) fn freeze(&mut self, first: u32, row: u32, columns: u16) -> Done {
        self.sheet.set_freeze_panes(row, columns)?;
        self.sheet.set_repeat_rows(first, row.saturating_sub(1))?;
        Ok(())
    }

    /// A line across so many columns, and the next row.
    pub(super) fn across(&mut self, text: &str, columns: u16, style: Style) -> Done {
        let text = fitting(text);
        let last = columns.saturating_sub(1);
        let styles = Rc::clone(&self.styles);
        let format = styles.get(style);
        if last > 0 {
            self.sheet.merge_range(self.row, 0, self.row, last, &text, format)?;
        } else {
            self.sheet.write_string_with_format(self.row, 0, text.as_str(), format)?;
        }
        self.last = self.last.max(last);
        // A merged cell does not grow with its text.
        self.wrap(0, last, &text);
        self.row += 1;
        Ok(())
    }

    /// The heads of columns, and the next row.
    pub(super) fn header<S: AsRef<str>>(&mut self, names: impl IntoIterator<Item = S>) -> Done {
        for (column, name) in (0u16..).zip(names) {
            self.text(column, name.as_ref(), Style::Header)?;
        }
        self.row += 1;
        Ok(())
    }

    /// A text as a text, whatever it looks like; a blank one is a blank cell.
    pub(super) fn text(&mut self, column: u16, text: &str, style: Style) -> Done {
        if text.is_empty() {
            return self.blank(column, style);
        }
        let text = fitting(text);
        let styles = Rc::clone(&self.styles);
        let format = styles.get(style);
        self.sheet.write_string_with_format(self.row, column, text.as_str(), format)?;
        // Heads may take four lines, and are not what a column is as wide as.
        let wide = width(&text) as f64;
        let heading = (wide / 4.0).max(wide.min(8.0)).max(longest_word(&text) as f64);
        // They are centred and need no indent.
        self.need(column, if style == Style::Header { heading - 1.0 } else { wide });
        if style == Style::Header || wide > NEVER_WRAPPED {
            self.wrap(column, column, &text);
        }
        Ok(())
    }

    fn wrap(&mut self, first: u16, last: u16, text: &str) {
        let breaks = text.lines().count().saturating_sub(1);
        self.wrapped.push(Wrapped { row: self.row, first, last, width: width(text), breaks });
    }

    /// A number; a missing one is a blank cell.
    pub(super) fn number(&mut self, column: u16, value: Option<f64>, style: Style) -> Done {
        let Some(value) = value.filter(|v| v.is_finite()) else { return self.blank(column, style) };
        let styles = Rc::clone(&self.styles);
        let format = styles.get(style);
        self.sheet.write_number_with_format(self.row, column, value, format)?;
        self.need(column, shown(value, style) as f64);
        Ok(())
    }

    /// A formula with what it comes to.
    pub(super) fn formula(&mut self, column: u16, formula: &str, stored: Stored, style: Style) -> Done {
        let styles = Rc::clone(&self.styles);
        let format = styles.get(style);
        let (result, shown) = match stored {
            Stored::Number(value) => (value.to_string(), shown(value, style)),
            Stored::Text(text) => {
                let shown = width(&text);
                (text, shown)
            }
        };
        let formula = Formula::new(formula).set_result(result);
        self.sheet.write_formula_with_format(self.row, column, formula, format)?;
        self.need(column, shown as f64);
        Ok(())
    }

    /// A blank cell with its frame.
    pub(super) fn blank(&mut self, column: u16, style: Style) -> Done {
        let styles = Rc::clone(&self.styles);
        let format = styles.get(style);
        self.sheet.write_blank(self.row, column, format)?;
        self.last = self.last.max(column);
        Ok(())
    }

    /// A label across columns of the row.
    pub(super) fn label(&mut self, first: u16, last: u16, text: &str) -> Done {
        let styles = Rc::clone(&self.styles);
        let format = styles.get(Style::Label);
        self.sheet.merge_range(self.row, first, self.row, last, text, format)?;
        Ok(())
    }

    fn need(&mut self, column: u16, characters: f64) {
        let needed = self.needed.entry(column).or_insert(0.0);
        *needed = needed.max(characters);
        self.last = self.last.max(column);
    }

    /// Colours what fails and what is open, also after it has been computed again.
    pub(super) fn colour_verdicts(&mut self) -> Done {
        let (lang, last) = (self.lang, self.row.min(ROWS - 1));
        let no = lang.pick("否", "no");
        let rules = [
            (Verdict::NotMet.name(lang), "#C00000"),
            (no, "#C00000"),
            (Verdict::Undetermined.name(lang), "#9C5700"),
            (missing(lang), "#9C5700"),
        ];
        for (text, colour) in rules {
            let format = Format::new().set_font_color(colour).set_bold();
            let rule = ConditionalFormatCell::new()
                .set_rule(ConditionalFormatCellRule::EqualTo(text))
                .set_format(format);
            self.sheet.add_conditional_format(0, 0, last, self.last, &rule)?;
        }
        Ok(())
    }

    /// The sheet with its columns and rows as large as what is in them.
    pub(super) fn finish(mut self) -> Result<Worksheet, XlsxError> {
        let own = |column: u16| {
            let needed = self.needed.get(&column).copied().unwrap_or(0.0);
            let wide = (needed + 2.5).clamp(NARROWEST, WIDEST);
            self.fixed.get(&column).copied().unwrap_or(wide)
        };
        let widths: Vec<f64> = (0..=self.last).map(own).collect();
        for (column, wide) in (0u16..).zip(&widths) {
            self.sheet.set_column_width(column, *wide)?;
        }
        let mut heights: BTreeMap<u32, usize> = BTreeMap::new();
        for text in &self.wrapped {
            let columns = usize::from(text.first)..=usize::from(text.last);
            let room: f64 = widths.get(columns).unwrap_or_default().iter().sum();
            let rows = heights.entry(text.row).or_insert(1);
            *rows = (*rows).max(lines(text.width, room - 2.0) + text.breaks);
        }
        for (row, rows) in heights.into_iter().filter(|(_, rows)| *rows > 1) {
            // No row is higher than this.
            self.sheet.set_row_height(row, (rows as f64 * LINE + 3.0).min(409.0))?;
        }
        Ok(self.sheet)
    }
}

/// Characters of the longest word that must not be broken.
fn longest_word(text: &str) -> usize {
    text.split(|c: char| !c.is_ascii_alphanumeric()).map(str::len).max().unwrap_or(0)
}

/// Characters a number takes.
fn shown(value: f64, style: Style) -> usize {
    match style {
        Style::Number(decimals) | Style::Sum(decimals) => {
            format!("{value:.*}", usize::from(decimals)).len() + 1
        }
        // A spreadsheet shows so many digits of a double as there is room for.
        _ => value.to_string().len().min(12),
    }
}

/// What is said where a figure lacks data.
pub(super) fn missing(lang: Lang) -> &'static str {
    lang.pick("缺数据", "no data")
}

/// A text that a cell holds: one that is longer ends in a mark.
fn fitting(text: &str) -> String {
    if text.len() <= CELL {
        return text.to_owned();
    }
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units < CELL
    };
    let short: String = text.chars().take_while(fits).collect();
    if short.len() == text.len() { short } else { short + "…" }
}

/// `$C$5:$C$45`, rows and columns from 0.
pub(super) fn fixed_range(column: u16, first: u32, last: u32) -> String {
    utility::cell_range_absolute(first, column, last, column)
}

/// `C5`
pub(super) fn cell(column: u16, row: u32) -> String {
    utility::row_col_to_cell(row, column)
}

/// `$C$5`
pub(super) fn fixed_cell(column: u16, row: u32) -> String {
    utility::row_col_to_cell_absolute(row, column)
}
