//! Counties in workbooks: every sheet with a complete header, and forms with a county each.

use super::{Placed, Reading};
use crate::finding::{Arg, Code, Finding};
use crate::io::Refusable;
use crate::io::cell::trim;
use crate::io::header::{Header, Names};
use crate::io::table::{Cells, is_total_or_remark, place};
use crate::io::workbook::{self, Laid, Record, Wanted, lay, settle};
use crate::model::{CountyField, CountyFieldKind};
use crate::numeric::Decimal;

impl Reading<'_> {
    pub(super) fn read_workbook(&mut self, bytes: &[u8]) -> Refusable<Vec<Placed>> {
        let file = self.origin.file;
        let workbook = workbook::open(file, bytes)?;
        let names = Names::<CountyField>::new();
        let wanted = Wanted {
            judge: &|row| names.fit(row, &[CountyField::CountyCode]),
            knows: &|name| names.unit_of(name),
            named: true,
            every: true,
        };
        let (tables, notes) = lay(file, &workbook, &wanted)?;
        self.findings.extend(notes);
        let mut rows = Vec::new();
        for table in &tables {
            let mut part = Reading { origin: table.origin(file), findings: Vec::new(), refused: Vec::new() };
            match part.read_sheet(table, &names) {
                Ok(more) => rows.extend(more),
                Err(finding) => self.refused.push(*finding),
            }
            self.findings.append(&mut part.findings);
            self.refused.append(&mut part.refused);
        }
        Ok(rows)
    }

    fn read_sheet(&mut self, table: &Laid<'_>, names: &Names<CountyField>) -> Refusable<Vec<Placed>> {
        let header = Header::read(self.origin, &table.header, names);
        let vetoes = self.header(&table.header, &header);
        let (records, numbering) = table.records(self.origin.file);
        self.findings.extend(numbering);
        let mut rows = Vec::new();
        let mut exact = Vec::new();
        for mut record in records {
            self.doubts(&mut record, &header, &mut exact);
            if !table.sheet.tells_formats {
                self.percentages(&record, &header);
            }
            let at = place(self.origin, Some(record.row.number), None);
            rows.extend(self.row(&record.row, &header, &vetoes).map(|county| (at, county)));
        }
        self.unless_empty(rows)
    }

    /// Tells what the text of cells cannot say; of a column once that its figures are read as they are shown.
    fn doubts(
        &mut self,
        record: &mut Record<'_>,
        header: &Header<CountyField>,
        exact: &mut Vec<CountyField>,
    ) {
        if record.row.first_filled().is_some_and(|(_, first)| is_total_or_remark(first)) {
            return;
        }
        let column = |index: usize| header.slots.iter().find(|s| s.index == index).map(|s| s.column);
        let told = settle(record, &|index| {
            use CountyFieldKind::{Attestation, Boolean, Text, Year};
            Some(!matches!(column(index)?.kind(), Text | Year | Attestation | Boolean))
        });
        for told in told {
            let Some(field) = column(told.index) else { continue };
            if told.once() && exact.contains(&field) {
                continue;
            }
            exact.extend(told.once().then_some(field));
            let at = place(self.origin, Some(record.row.number), Some(told.index));
            let finding = Finding::new(told.code).column(field).value(&told.value).place(at);
            self.findings.push(told.complete(finding));
        }
    }

    /// A cell formatted as per cent holds 0.949 and shows 94.9 %; where formats are not told, nobody knows which.
    fn percentages(&mut self, record: &Record<'_>, header: &Header<CountyField>) {
        for slot in header.slots.iter().filter(|slot| slot.column.kind() == CountyFieldKind::Percent) {
            let typed = trim(record.row.cell(slot.index));
            let is_fraction =
                Decimal::from_ascii(typed.as_bytes()).is_ok_and(|v| !v.is_zero() && v <= 1.into());
            if is_fraction && record.numbers.contains(&slot.index) {
                let at = place(self.origin, Some(record.row.number), Some(slot.index));
                let column: Arg = slot.column.into();
                self.findings.push(Finding::new(Code::PercentUnseen).column(column).value(typed).place(at));
            }
        }
    }
}
