//! A folder of tables, such as the forms of the schools of a county.

use std::path::{Path, PathBuf};

use super::table::place;
use crate::error::Error;
use crate::finding::{Code, Finding};

/// Ends of the names of tables.
#[cfg(feature = "xlsx")]
const TABLES: &[&str] = &["csv", "tsv", "tab", "txt", "xlsx", "xlsm", "xlsb", "xls", "et", "ods"];
#[cfg(not(feature = "xlsx"))]
const TABLES: &[&str] = &["csv", "tsv", "tab", "txt"];

/// The tables of a folder, and what is told of the rest.
#[derive(Debug, Default)]
pub(super) struct Folder {
    pub(super) tables: Vec<PathBuf>,
    pub(super) notes: Vec<Finding>,
    pub(super) refused: Vec<Finding>,
}

impl Folder {
    pub(super) fn of_one(path: &Path) -> Self {
        Folder { tables: vec![path.to_owned()], ..Self::default() }
    }
}

/// The tables in a folder, in the order of their names. Folders in it are not opened, and files whose names begin with a
/// point are the system's, not the user's.
///
/// # Errors
/// A folder that cannot be listed.
pub(super) fn tables(path: &Path) -> Result<Folder, Error> {
    let failed = |error| Error::file(path, error);
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        entries.push(entry.map_err(failed)?.path());
    }
    entries.sort();
    let mut folder = Folder::default();
    for entry in entries {
        let name = entry.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let at = || place(entry.display().to_string().as_str(), None, None);
        if name.starts_with('.') {
            continue;
        }
        // While a workbook is open, Excel keeps a file beside it whose name begins so.
        if entry.is_file() && !name.starts_with("~$") && is_table(&entry) {
            folder.tables.push(entry);
        } else {
            folder.notes.push(Finding::new(Code::FileSkipped).place(at()));
        }
    }
    if folder.tables.is_empty() {
        let at = place(path.display().to_string().as_str(), None, None);
        let finding = Finding::new(Code::NoTables).arg("expected", &TABLES.join(", ")).place(at);
        folder.refused.push(finding);
    }
    Ok(folder)
}

fn is_table(path: &Path) -> bool {
    let extension = path.extension().map(|end| end.to_string_lossy().to_ascii_lowercase());
    extension.is_some_and(|end| TABLES.contains(&end.as_str()))
}
