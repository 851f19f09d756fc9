//! Files to models: tables as people type them, with every doubt told.
//!
//! Bytes become text (`decode`), text becomes rows of cells numbered as a spreadsheet numbers them (`table`), a
//! header says which column is which (`header`), and cells become numbers, years and lists (`cell`). Each kind of
//! table adds only its list of columns and what it makes of a row (`schools`); [`Table`] takes any columns.

mod cell;
mod decode;
mod delimited;
mod header;
mod schools;
mod table;
mod unit;

pub use cell::{NumberError, parse_number};
pub use delimited::{Table, TableColumn, TableReader, TableRow, read_table};
pub use schools::{SchoolReader, read_schools};

use encoding_rs::Encoding;

use crate::error::Error;
use crate::finding::Finding;

/// A step that may refuse the whole file, with the finding that says why.
type Refusable<T> = Result<T, Box<Finding>>;

/// The encoding with this label, such as `gbk` or `utf-16le`.
fn encoding(label: &str) -> Result<&'static Encoding, Error> {
    Encoding::for_label_no_replacement(label.as_bytes()).ok_or_else(|| {
        Error::argument(
            format!("不认识编码“{label}”；应如 utf-8、gb18030、gbk、utf-16le、big5"),
            format!("the encoding {label:?} is not known; something like utf-8, gb18030, gbk, utf-16le or big5 was expected"),
        )
    })
}

fn read_file(path: &std::path::Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::file(path, source))
}
