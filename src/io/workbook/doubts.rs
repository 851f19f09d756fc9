//! What is told of cells whose text is not the whole truth.

use std::borrow::Cow;

use super::{Doubt, Record};
use crate::finding::{Arg, Code, Finding, Severity};
use crate::io::cell::trim;
use crate::io::table::Cells;

/// Something to be told of a cell of a row.
#[derive(Debug)]
pub(crate) struct Told {
    /// The place of the cell in its row.
    pub(crate) index: usize,
    pub(crate) code: Code,
    /// What the cell shows, or its formula.
    pub(crate) value: String,
    arg: Option<(&'static str, Arg)>,
}

impl Told {
    /// Adds to a finding what it has to say beside the value.
    pub(crate) fn complete(self, finding: Finding) -> Finding {
        match self.arg {
            Some((name, arg)) => finding.arg(name, arg),
            None => finding,
        }
    }

    /// Whether it is said of a column once, by its first cell.
    pub(crate) fn once(&self) -> bool {
        self.code == Code::ReadAsShown
    }
}

/// Blanks the cells of a row whose text is not to be trusted, and says why. `figure` tells of a place whether its column
/// is read, and whether it holds figures; of a column that is not read nothing is said.
pub(crate) fn settle(record: &mut Record<'_>, figure: &dyn Fn(usize) -> Option<bool>) -> Vec<Told> {
    let mut told = Vec::new();
    for (index, doubt) in std::mem::take(&mut record.doubts) {
        let Some(is_figure) = figure(index) else { continue };
        let shown = trim(record.row.cell(index)).to_owned();
        let (code, value, arg) = match doubt {
            Doubt::NoValue(formula) => (Code::FormulaWithoutValue, formula.clone(), None),
            Doubt::Error(error) => (Code::CellError, error.clone(), None),
            Doubt::Zero(formula) => (Code::FormulaZero, shown, Some(("formula", Arg::from(formula)))),
            Doubt::AsShown(exact) if is_figure => {
                (Code::ReadAsShown, shown, Some(("exact", Arg::from(exact))))
            }
            Doubt::Merged(region) if is_figure && !shown.is_empty() => {
                let (left, right) = region.columns;
                let beside = || (left..=right).filter(|column| figure(*column as usize).is_some());
                if region.rows.0 == region.rows.1 && beside().count() < 2 {
                    continue;
                }
                (Code::MergedFigure, shown, Some(("range", Arg::from(&region.name()))))
            }
            // The text of merged cells is that of each of them, and digits that are not shown change no name.
            Doubt::AsShown(_) | Doubt::Merged(_) => continue,
        };
        if code.severity() == Severity::Error
            && let Some(text) = record.row.cells.get_mut(index)
        {
            *text = Cow::Borrowed("");
        }
        told.push(Told { index, code, value, arg });
    }
    told
}
