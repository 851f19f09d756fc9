//! A look at an XLS file before it is read: its reader makes room for as large a sheet as the farthest cell says, and a damaged
//! number may say more than any memory has.

use std::io::{self, Cursor, Read};

use super::Trouble;

/// No sheet of this format has more rows and columns.
const ROWS: u64 = 65_536;
const COLUMNS: u64 = 256;

// Kinds of records, [MS-XLS] 2.3.
const FORMULA: u16 = 0x0006;
const EOF: u16 = 0x000A;
const BOUND_SHEET: u16 = 0x0085;
const MULTIPLE_NUMBERS: u16 = 0x00BD;
const RICH_LABEL: u16 = 0x00D6;
const SHARED_LABEL: u16 = 0x00FD;
const DIMENSIONS: u16 = 0x0200;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const BOOLEAN_OR_ERROR: u16 = 0x0205;
const SHORT_NUMBER: u16 = 0x027E;
const BOF: u16 = 0x0809;

/// Refuses a file in which a sheet says that it goes beyond what the format has.
///
/// # Errors
/// Such a file, and one whose streams cannot be told apart: its reader would find others.
pub(super) fn check(file: &[u8]) -> Result<(), Trouble> {
    let Some(stream) = stream(file).map_err(|error| Trouble::Damaged(error.to_string()))? else {
        return Ok(());
    };
    let sheets = records(&stream, 0).take_while(|(kind, _)| *kind != EOF);
    let starts = sheets.filter(|(kind, _)| *kind == BOUND_SHEET).filter_map(|(_, data)| number(data, 0, 4));
    let beyond = |start: u64| of_sheet(&stream, start as usize).any(|(kind, data)| goes_beyond(kind, data));
    if starts.into_iter().any(beyond) { Err(Trouble::TooLarge) } else { Ok(()) }
}

/// The stream that holds the workbook, in what looks like a file system; `None` where there is none, as in a protected file.
fn stream(file: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let mut files = cfb::CompoundFile::open(Cursor::new(file))?;
    let Some(name) = ["/Workbook", "/Book"].into_iter().find(|name| files.is_stream(name)) else {
        return Ok(None);
    };
    let mut stream = Vec::new();
    files.open_stream(name)?.read_to_end(&mut stream)?;
    Ok(Some(stream))
}

/// The records from a place on: kind and data.
fn records(stream: &[u8], start: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut left = stream.get(start..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (kind, length) = (number(left, 0, 2)?, number(left, 2, 2)? as usize);
        let data = left.get(4..4 + length)?;
        left = left.get(4 + length..)?;
        Some((kind as u16, data))
    })
}

/// Those of a sheet, without the charts in it.
fn of_sheet(stream: &[u8], start: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut depth = 0;
    let own = records(stream, start).map_while(move |(kind, data)| {
        match kind {
            BOF => depth += 1,
            EOF => depth -= 1,
            _ => {}
        }
        (depth > 0 || kind != EOF).then_some((depth <= 1, kind, data))
    });
    own.filter(|(own, ..)| *own).map(|(_, kind, data)| (kind, data))
}

fn goes_beyond(kind: u16, data: &[u8]) -> bool {
    let last_column = match kind {
        // The first row and the ones behind the last row and column; rows had two bytes once.
        DIMENSIONS => {
            let short = data.len() == 10;
            let bytes = if short { 2 } else { 4 };
            let (first, rows) = (number(data, 0, bytes), number(data, bytes, bytes));
            let columns = number(data, if short { 6 } else { 10 }, 2);
            return rows.is_some_and(|rows| rows > ROWS || rows > 0 && first >= Some(rows))
                || columns.is_some_and(|columns| columns > COLUMNS);
        }
        MULTIPLE_NUMBERS => data.len().checked_sub(2).and_then(|last| number(data, last, 2)),
        FORMULA | RICH_LABEL | SHARED_LABEL | NUMBER | LABEL | BOOLEAN_OR_ERROR | SHORT_NUMBER => {
            number(data, 2, 2)
        }
        _ => None,
    };
    last_column.is_some_and(|column| column >= COLUMNS)
}

/// A whole number of so many bytes, the lowest first.
fn number(data: &[u8], at: usize, bytes: usize) -> Option<u64> {
    let bytes = data.get(at..at + bytes)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}
