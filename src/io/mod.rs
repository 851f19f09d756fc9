//! Files to models: tables as people type them, with every doubt told.
//!
//! [`read_schools`] reads the school table (学校基础数据表) into a [`DataSet`](crate::model::DataSet), [`read_counties`]
//! the county table (区县数据表) into a [`CountyTable`](crate::model::CountyTable), [`read_answers`] the answers
//! to a scoring table, [`read_table`] any table into a [`Table`], [`parse_number`] a single number. What they have in
//! common:
//!
//! - **Encodings**: UTF-8 with or without a byte order mark, UTF-16 with one, GB18030/GBK and Big5. What was guessed is
//!   told. Workbooks are read with the feature `xlsx`, whatever their name, and refused with advice without it.
//! - **Layout**: comma, tab or semicolon, whichever makes more of the header; a header among the first 15 rows; blank
//!   rows, totals and remarks left out, the last two with a note. Rows are numbered as a spreadsheet numbers them.
//! - **Headers**: compared half-width, without blanks, in lower case; a unit may stand behind the name.
//! - **Cells**: numbers in full width, with thousands separators and units; `—`, `/` and `无` stand for no data. What
//!   is not plainly a number is missing and told, never mended.
//!
//! # Examples
//! ```
//! use junheng::{Lang, read_schools};
//!
//! // GB18030 without any mark, as older spreadsheets write it.
//! let mut table = b"\xC7\xF8\xCF\xD8\xB4\xFA\xC2\xEB,school_code,kind,students_primary\n".to_vec();
//! table.extend(b"210102,1,primary_school,318\n");
//! let data = read_schools().from_bytes("schools.csv", &table)?;
//! assert_eq!(data.findings()[0].describe(Lang::En), "schools.csv: no byte order mark; read as GB18030 (note)");
//! # Ok::<(), junheng::Error>(())
//! ```

mod answers;
mod blocks;
mod cell;
mod counties;
mod decode;
mod delimited;
mod folder;
#[cfg(feature = "xlsx")]
mod grid;
mod header;
mod lines;
mod schools;
mod table;
mod unit;
#[cfg(feature = "xlsx")]
mod workbook;

pub use answers::{AnswerReader, read_answers};
pub use cell::{NumberError, parse_number};
pub use counties::{CountyReader, read_counties};
pub use delimited::{Table, TableColumn, TableReader, TableRow, read_table};
#[cfg(feature = "xlsx")]
pub(crate) use grid::{Grid, Shown, grids};
pub use schools::{SchoolReader, read_schools};
#[cfg(all(test, feature = "xlsx"))]
pub(crate) use workbook::Region;

use encoding_rs::Encoding;

use crate::error::Error;
use crate::finding::Finding;

/// A step that may refuse the whole file, with the finding that says why.
type Refusable<T> = Result<T, Box<Finding>>;

/// The encoding with this label, such as `gbk` or `utf-16le`.
pub(crate) fn encoding(label: &str) -> Result<&'static Encoding, Error> {
    Encoding::for_label_no_replacement(label.as_bytes()).ok_or_else(|| {
        Error::argument(
            format!("不认识编码“{label}”；应如 utf-8、gb18030、gbk、utf-16le、big5"),
            format!("the encoding {label:?} is not known; something like utf-8, gb18030, gbk, utf-16le or big5 was expected"),
        )
    })
}

impl blocks::Source for &std::path::Path {
    type Reader = std::fs::File;

    fn open(&self) -> std::io::Result<Self::Reader> {
        // A pipe can be opened and read only once.
        if !std::fs::metadata(self)?.is_file() {
            return Err(std::io::ErrorKind::Unsupported.into());
        }
        std::fs::File::open(self)
    }
}

pub(crate) fn read_file(path: &std::path::Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::file(path, source))
}

/// The tables at a path: the file, or those in the folder.
#[cfg(feature = "xlsx")]
pub(crate) fn tables_at(path: &std::path::Path) -> Result<Vec<std::path::PathBuf>, Error> {
    if path.is_dir() { folder::tables(path).map(|folder| folder.tables) } else { Ok(vec![path.to_owned()]) }
}

/// What properties are tried with: also with what they once failed on, which is kept in this file.
#[cfg(test)]
fn with_failures_of(file: &'static str) -> proptest::test_runner::Config {
    use proptest::test_runner::{Config, FileFailurePersistence};
    let failure_persistence = Some(Box::new(FileFailurePersistence::Direct(file)) as _);
    Config { failure_persistence, ..Config::default() }
}
