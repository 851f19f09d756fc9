//! Any table in a workbook: the first sheet that has it.

use super::{Table, TableReader, two_cells};
use crate::finding::{Arg, Code, Finding};
use crate::io::Refusable;
use crate::io::cell::{NumberError, Seen, number, trim};
use crate::io::header::normal;
use crate::io::table::{Cells, Row, is_total_or_remark, place};
use crate::io::workbook::{self, Laid, Record, Wanted, lay, settle};
use crate::model::Unit;

impl TableReader {
    pub(super) fn read_workbook(&self, file: &str, bytes: &[u8]) -> Refusable<Table> {
        let workbook = workbook::open(file, bytes)?;
        let asked = Wanted {
            judge: &|row| self.fit(row),
            knows: &|name| self.names.contains(&normal(name)).then_some(Unit::None),
            named: !self.names.is_empty(),
            every: false,
        };
        let any = Wanted { judge: &two_cells, knows: &|_| None, named: false, every: false };
        let found = match lay(file, &workbook, &asked) {
            // Where no name asked for is there, `column` will say so and name those that are.
            Err(finding) if asked.named && finding.code() == Code::NoHeader => lay(file, &workbook, &any)?,
            found => found?,
        };
        let (tables, notes) = found;
        let Some(laid) = tables.first() else {
            return Err(Finding::new(Code::EmptyFile).place(place(file, None, None)).into());
        };
        let width = laid.header.filled_width();
        let mut table = Table {
            file: file.into(),
            sheet: Some(laid.sheet.name.as_str().into()),
            header: laid.header.cells.iter().take(width).map(|c| trim(c).to_owned()).collect(),
            header_row: laid.header.number,
            rows: Vec::new(),
            findings: notes,
        };
        table.fill(file, laid);
        if table.rows.is_empty() {
            return Err(Finding::new(Code::NoRows).place(place(table.origin(), None, None)).into());
        }
        Ok(table)
    }
}

impl Table {
    fn fill(&mut self, file: &str, laid: &Laid<'_>) {
        let (records, numbering) = laid.records(file);
        self.findings.extend(numbering);
        let mut exact = Vec::new();
        for mut record in records {
            self.doubts(&mut record, &mut exact);
            self.push(&record.row);
        }
    }

    fn doubts(&mut self, record: &mut Record<'_>, exact: &mut Vec<usize>) {
        if record.row.first_filled().is_some_and(|(_, first)| is_total_or_remark(first)) {
            return;
        }
        let is_number = |row: &Row, index| {
            matches!(
                number(row.cell(index), Unit::None, 0),
                Ok(Seen::Value(_)) | Err(NumberError::OutOfRange | NumberError::NotFinite)
            )
        };
        let figures: Vec<bool> = (0..self.header.len()).map(|index| is_number(&record.row, index)).collect();
        for told in settle(record, &|index| figures.get(index).copied()) {
            if told.once() && exact.contains(&told.index) {
                continue;
            }
            exact.extend(told.once().then_some(told.index));
            let name = self.header.get(told.index).cloned().unwrap_or_default();
            let at = place(self.origin(), Some(record.row.number), Some(told.index));
            let finding = Finding::new(told.code).column(Arg::Text(name)).value(&told.value).place(at);
            self.findings.push(told.complete(finding));
        }
    }
}
