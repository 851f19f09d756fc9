//! The cells of a table as they stand, for a copy of it.

use encoding_rs::Encoding;

use super::decode::{decode, is_workbook};
use super::header::{Column, Names};
use super::table::{Fit, Layout, Row, TextRows};
use super::workbook::{self, Kind, Region};
use crate::model::{CountyField, Field};

/// The cells of a file of text, or of a visible sheet.
#[derive(Debug)]
pub(crate) struct Grid {
    pub(crate) file: String,
    pub(crate) sheet: Option<String>,
    /// In order of their rows, which count from 1, and columns, which count from 0.
    pub(crate) cells: Vec<(u32, u32, Shown)>,
    pub(crate) merges: Vec<Region>,
}

/// What a cell shows.
#[derive(Debug, PartialEq)]
pub(crate) enum Shown {
    Text(String),
    Number(f64),
    Bool(bool),
}

/// The cells of a file; none where it is no table.
pub(crate) fn grids(file: &str, bytes: &[u8], encoding: Option<&'static Encoding>) -> Vec<Grid> {
    if is_workbook(bytes) {
        let sheets = workbook::open(file, bytes).map(|workbook| workbook.sheets).unwrap_or_default();
        return sheets.into_iter().filter(|sheet| !sheet.hidden).map(|sheet| of_sheet(file, sheet)).collect();
    }
    of_text(file, bytes, encoding).into_iter().collect()
}

fn of_sheet(file: &str, sheet: workbook::Sheet) -> Grid {
    let cells = sheet.rows.into_iter().flat_map(|row| {
        let number = row.number;
        row.cells.into_iter().filter_map(move |cell| {
            // Where merged cells are told by the merge, only the first of them holds something.
            let is_copy = cell
                .doubts
                .iter()
                .any(|doubt| matches!(doubt, workbook::Doubt::Merged(region) if region.rows.0 < number));
            let formula = cell.doubts.iter().find_map(|doubt| match doubt {
                workbook::Doubt::NoValue(formula) => Some(formula.clone()),
                _ => None,
            });
            let shown = match (cell.kind, formula) {
                (_, Some(formula)) => Shown::Text(formula),
                (Kind::Number, _) => number_of(cell.text),
                (Kind::Bool, _) => Shown::Bool(cell.text == "TRUE"),
                _ => Shown::Text(cell.text),
            };
            (!is_copy).then_some((number, cell.column, shown))
        })
    });
    Grid { file: file.to_owned(), sheet: Some(sheet.name), cells: cells.collect(), merges: sheet.merges }
}

/// A number, unless it would not be shown as it is: with zeros before it, with a sign of per cent, with an exponent.
fn number_of(text: String) -> Shown {
    match text.parse::<f64>() {
        Ok(number) if number.to_string() == text => Shown::Number(number),
        _ => Shown::Text(text),
    }
}

fn of_text(file: &str, bytes: &[u8], encoding: Option<&'static Encoding>) -> Option<Grid> {
    let (schools, counties) = (Names::<Field>::new(), Names::<CountyField>::new());
    let judge = |row: &Row| fit(&schools, row).max(fit(&counties, row));
    let decoded = decode(file, bytes, encoding, &|text| Layout::of(file, text, &judge).fit).ok()?;
    let separator = Layout::of(file, &decoded.text, &judge).separator;
    let rows = TextRows::new(&decoded.text, separator).map_while(Result::ok);
    let cells = rows.flat_map(|row| {
        let cells = row.cells.into_iter().zip(0..).filter(|(text, _)| !text.is_empty());
        cells.map(move |(text, column)| (row.number, column, Shown::Text(text.into_owned())))
    });
    Some(Grid { file: file.to_owned(), sheet: None, cells: cells.collect(), merges: Vec::new() })
}

fn fit<C: Column>(names: &Names<C>, row: &Row) -> Fit {
    names.fit(row, &[])
}
