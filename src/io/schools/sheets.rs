//! Schools in workbooks: every sheet with a complete header, and forms with a school each.

use super::{Reading, SchoolRows};
use crate::finding::{Code, Finding};
use crate::io::Refusable;
use crate::io::cell::{self, Seen};
use crate::io::header::Header;
use crate::io::table::{Cells, place};
use crate::io::workbook::{self, Laid, Record, Wanted, lay, settle};
use crate::model::{Field, FieldKind, Row as SchoolRow, is_year};

impl Reading {
    pub(super) fn read_workbook(&mut self, file: &str, bytes: &[u8]) -> Refusable<()> {
        let workbook = workbook::open(file, bytes)?;
        let names = &self.names;
        let wanted = Wanted {
            judge: &|row| names.fit(row, &Field::REQUIRED),
            knows: &|name| names.unit_of(name),
            named: true,
            every: true,
        };
        let (tables, notes) = lay(file, &workbook, &wanted)?;
        notes.into_iter().for_each(|note| self.builder.note(note));
        for table in &tables {
            if let Err(finding) = self.read_sheet(file, table) {
                self.builder.refuse(*finding);
            }
        }
        Ok(())
    }

    fn read_sheet(&mut self, file: &str, table: &Laid<'_>) -> Refusable<()> {
        let origin = table.origin(file);
        let mut header = Header::read(origin, &table.header, &self.names);
        let number = self.begin(origin, &table.header, &mut header);
        let (records, numbering) = table.records(file);
        numbering.into_iter().for_each(|note| self.builder.note(note));
        let mut schools = SchoolRows::new(origin, number, &header, &mut self.builder);
        if header.slot(Field::Year).is_none()
            && let Some(year) = year_in(&table.sheet.name)
        {
            schools.year = year;
            let at = place(origin, None, None);
            schools.builder.note(Finding::new(Code::YearFromSheet).value(year).place(at));
        }
        let mut once = Vec::new();
        let mut beyond = None;
        for record in records {
            beyond = beyond.or(record.beyond);
            schools.read_record(record, &mut once);
        }
        let (any, unnamed) = (schools.any, schools.unnamed);
        once.into_iter().for_each(|(key, finding)| self.note_once(&key, finding));
        self.end(origin, table.header.number, any, unnamed.or(beyond))
    }
}

/// The year in the name of a sheet, where it holds just one: `2023`, `2023年学校数据`, `2022-2023学年`.
fn year_in(name: &str) -> Option<u16> {
    if let Some(Seen::Value(year)) = cell::year(name) {
        return Some(year);
    }
    let numbers = name.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() == 4);
    let mut years = numbers.filter_map(|digits| digits.parse().ok()).filter(|year| is_year(*year));
    years.next().filter(|_| years.next().is_none())
}

impl SchoolRows<'_> {
    /// Reads a row of a sheet: a cell whose text is not to be trusted is blank, and told.
    fn read_record(&mut self, mut record: Record<'_>, once: &mut Vec<(String, Finding)>) {
        let slots = &self.header.slots;
        let slot = |index: usize| slots.iter().find(|slot| slot.index == index).copied();
        let told = settle(&mut record, &|index| {
            let kind = slot(index)?.column.kind();
            Some(matches!(kind, FieldKind::Count | FieldKind::Amount | FieldKind::List))
        });
        let row = &record.row;
        let is_blank = row.first_filled().is_none();
        let is_school = is_blank || self.total_or_remark(row).is_none();
        self.read(row);
        if !is_school {
            return;
        }
        if is_blank {
            // A row of nothing but formulas without values is no blank row.
            self.school = SchoolRow::blank(self.number, row.number);
            self.builder.begin("");
        }
        for told in told {
            let Some(slot) = slot(told.index) else { continue };
            let (is_once, finding) = (told.once(), self.finding(told.code, &slot, &told.value));
            let finding = told.complete(finding);
            if is_once {
                once.push((slot.column.id().to_owned(), finding));
            } else {
                self.builder.note(finding);
            }
        }
        if let Some(slot) = self.identity.school_code
            && record.numbers.contains(&slot.index)
            && !cell::is_number_of_code(&cell::code(row.cell(slot.index)))
        {
            let finding = self.finding(Code::CodeStoredAsNumber, slot, row.cell(slot.index));
            once.push((slot.column.id().to_owned(), finding));
        }
    }
}
