//! The rows of a large file many at a time, column by column: cells of a column are written in the same way, so that one is
//! understood while the next is looked at, and most texts are those above.
//!
//! What is not plain goes the way of single cells, and rows that may be no schools that of single rows, which is the
//! reference.

use super::{SchoolRows, in_sheet};
use crate::io::cell::{self, Seen, bare, trim};
use crate::io::header::Slot;
use crate::io::lines::{BATCH, PlainBatch, PlainCell};
use crate::model::{
    Area, Builder, COUNT_MISSING, Field, FieldKind, Row as SchoolRow, SchoolKind, Sponsor, are_same,
    blank_cell, is_county_code,
};

/// Cells above in a column and what they are, the last `N` that differ: the same again is not understood twice.
struct Above<'t, T, const N: usize> {
    known: [(&'t [u8], Option<T>); N],
    next: usize,
}

impl<'t, T: Copy, const N: usize> Above<'t, T, N> {
    fn none() -> Self {
        Above { known: [(&[], None); N], next: 0 }
    }

    /// What a cell is; `None` where it must be read by itself.
    #[inline]
    fn of(&mut self, cell: PlainCell<'t>, understand: impl FnOnce(&'t str) -> Option<T>) -> Option<T> {
        let typed = cell.bytes();
        for (known, value) in &self.known {
            if value.is_some() && are_same(typed, known) {
                return *value;
            }
        }
        let value = Some(understand(cell.text())?);
        self.known[self.next] = (typed, value);
        self.next = (self.next + 1) % N;
        value
    }
}

/// How many kinds of text are kept of a column that has few.
const FEW: usize = 4;

/// Sets in each row what its cell in a column is; `None` where one must be read by itself.
#[inline]
fn fill<'t, T: Copy, const N: usize>(
    rows: &PlainBatch<'t>,
    slot: &Slot<Field>,
    schools: &mut [SchoolRow],
    mut understand: impl FnMut(&'t str) -> Option<T>,
    set: impl Fn(&mut SchoolRow, T),
) -> Option<()> {
    if let Some(cell) = rows.common(slot.index) {
        let value = understand(cell.text())?;
        schools.iter_mut().for_each(|school| set(school, value));
        return Some(());
    }
    let mut above = Above::<T, N>::none();
    for (cell, school) in rows.column(slot.index).zip(schools) {
        set(school, above.of(cell, &mut understand)?);
    }
    Some(())
}

/// A value, or that there is none; `None` where there is more to say.
fn plain<T>(seen: Option<Seen<T>>) -> Option<Option<T>> {
    match seen {
        Some(Seen::Value(value)) => Some(Some(value)),
        Some(Seen::Blank) => Some(None),
        _ => None,
    }
}

/// The number of a text; `None` of a mark for no data.
#[inline]
fn text(builder: &mut Builder, typed: &str) -> Option<u32> {
    let text = bare(typed);
    (!cell::is_missing_mark(text)).then(|| builder.text(text))
}

/// The cells of a column, row by row; nothing behind the last.
#[inline]
fn texts_of<'t>(rows: &PlainBatch<'t>, slot: &Slot<Field>) -> [&'t str; BATCH] {
    let mut texts = [""; BATCH];
    texts.iter_mut().zip(rows.column(slot.index)).for_each(|(text, cell)| *text = cell.text());
    texts
}

/// Rows whose schools are being made.
struct Batch<'r, 't> {
    rows: &'r PlainBatch<'t>,
    /// The place in the builder that the first will have.
    first: usize,
    schools: &'r mut [SchoolRow],
}

impl SchoolRows<'_> {
    /// Reads rows, where each is a school that is known beyond doubt; whether they are.
    pub(super) fn read_batch(&mut self, rows: &PlainBatch<'_>) -> bool {
        let Some((code, kind)) = self.identity.school_code.zip(self.identity.kind) else { return false };
        let codes = texts_of(rows, code);
        let mut names = self.identity.name.map_or([""; BATCH], |slot| texts_of(rows, slot));
        names.iter_mut().for_each(|name| *name = bare(name));
        let mut schools = std::mem::take(&mut self.schools);
        let are_known = self.identify(rows, kind, (&codes, &names), &mut schools).is_some();
        if are_known {
            self.any = true;
            self.note_unnamed(rows);
            let first = self.builder.begin_rows();
            codes.iter().take(rows.len()).for_each(|code| self.builder.add_code(code));
            let mut batch = Batch { rows, first, schools: &mut schools };
            self.read_columns_of_texts(&mut batch);
            self.read_columns_of_numbers(&mut batch);
            self.added = None;
            self.builder.end_rows(&schools, &names);
            self.school = schools.last().copied().unwrap_or(self.school);
        }
        self.schools = schools;
        are_known
    }

    /// Finds out which schools the rows are; `None` where any cell that says so is odd, with nothing done.
    fn identify(
        &mut self,
        rows: &PlainBatch<'_>,
        kind: &Slot<Field>,
        (codes, names): (&[&str], &[&str]),
        schools: &mut Vec<SchoolRow>,
    ) -> Option<()> {
        // A row with such a code is neither blank nor a total.
        if !codes.iter().take(rows.len()).all(|code| cell::is_plain_code(code)) {
            return None;
        }
        schools.clear();
        let blank = SchoolRow { year: self.year, ..SchoolRow::blank(self.number, 0) };
        schools.extend(rows.numbers().map(|line| SchoolRow { line, ..blank }));
        let builder = &mut *self.builder;
        let of_kind = |typed: &str| plain(cell::category(typed, SchoolKind::from_text)).flatten();
        fill::<_, FEW>(rows, kind, schools, of_kind, |school, kind| school.kind = kind)?;
        if let Some(slot) = self.identity.year {
            let file = self.year;
            let year = |typed: &str| plain(cell::year(typed));
            fill::<_, 1>(rows, slot, schools, year, |school, year| school.year = year.unwrap_or(file))?;
        }
        if let Some(slot) = self.identity.county_code {
            let number = |typed: &str| {
                let code = cell::code(typed);
                is_county_code(&code).then(|| builder.text(&code))
            };
            fill::<_, 1>(rows, slot, schools, number, |school, code| school.county_code = code)?;
        }
        if let Some(slot) = self.identity.county {
            let number = |typed: &str| text(builder, typed);
            fill::<_, 1>(rows, slot, schools, number, |school, name| school.region.county_name = name)?;
        }
        if names.iter().any(|name| cell::is_missing_mark(name)) {
            return None;
        }
        Some(())
    }

    /// Notes the first column without a name that holds something.
    fn note_unnamed(&mut self, rows: &PlainBatch<'_>) {
        if self.unnamed.is_none() && !self.header.unnamed.is_empty() {
            let filled = |row: usize, index: &usize| {
                rows.column(*index).nth(row).is_some_and(|cell| !trim(cell.text()).is_empty())
            };
            let of_row = |row| self.header.unnamed.iter().find(|index| filled(row, index));
            self.unnamed = (0..rows.len()).find_map(of_row).copied();
        }
    }

    fn read_columns_of_texts(&mut self, batch: &mut Batch<'_, '_>) {
        let others = std::mem::take(&mut self.others);
        for (slot, kind) in &others {
            let column = (*slot, *kind);
            match slot.column {
                Field::Province => self.texts(batch, column, |school| &mut school.region.province),
                Field::City => self.texts(batch, column, |school| &mut school.region.city),
                Field::Township => self.texts(batch, column, |school| &mut school.township),
                Field::Group => self.texts(batch, column, |school| &mut school.region.group),
                Field::Ownership => {
                    let seen = |typed: &str| plain(cell::category(typed, Sponsor::from_text));
                    self.column::<_, FEW>(
                        batch,
                        column,
                        |_, typed| seen(typed),
                        |school, value| school.sponsor = value,
                    );
                }
                Field::UrbanRural => {
                    let seen = |typed: &str| plain(cell::category(typed, Area::from_text));
                    self.column::<_, FEW>(
                        batch,
                        column,
                        |_, typed| seen(typed),
                        |school, value| school.area = value,
                    );
                }
                Field::FoundedYear => {
                    let seen = |typed: &str| plain(cell::year(typed));
                    self.column::<_, 1>(
                        batch,
                        column,
                        |_, typed| seen(typed),
                        |school, year| school.founded = year.unwrap_or(0),
                    );
                }
                // Blank, or read one by one.
                _ => {
                    self.column::<_, 1>(batch, column, |_, typed| typed.is_empty().then_some(()), |_, ()| {})
                }
            }
        }
        self.others = others;
    }

    fn texts(
        &mut self,
        batch: &mut Batch<'_, '_>,
        column: (&Slot<Field>, FieldKind),
        place: impl Fn(&mut SchoolRow) -> &mut u32,
    ) {
        self.column::<_, 1>(batch, column, text, |school, number| *place(school) = number);
    }

    /// Reads a column: cells that are understood at once, and the others one by one.
    #[inline]
    fn column<T: Copy, const N: usize>(
        &mut self,
        batch: &mut Batch<'_, '_>,
        (slot, kind): (&Slot<Field>, FieldKind),
        understand: impl Fn(&mut Builder, &str) -> Option<T>,
        set: impl Fn(&mut SchoolRow, T),
    ) {
        if let Some(value) =
            batch.rows.common(slot.index).and_then(|cell| understand(self.builder, cell.text()))
        {
            batch.schools.iter_mut().for_each(|school| set(school, value));
            return;
        }
        let mut above = Above::<T, N>::none();
        for (row, (cell, school)) in batch.rows.column(slot.index).zip(batch.schools.iter_mut()).enumerate() {
            if let Some(value) = above.of(cell, |typed| understand(self.builder, typed)) {
                set(school, value);
            } else if let Some(row_of_cell) = batch.rows.row(row) {
                (self.school, self.added) = (*school, Some(batch.first + row));
                self.read_cell(slot, kind, &row_of_cell);
                *school = self.school;
            }
        }
    }

    fn read_columns_of_numbers(&mut self, batch: &mut Batch<'_, '_>) {
        for at in 0..self.counts.len() {
            let slot = self.counts[at];
            if let Some(counts) = batch.rows.counts(slot.index, COUNT_MISSING) {
                let counts = &counts[..batch.rows.len()];
                if counts.iter().any(|count| *count != COUNT_MISSING) {
                    self.builder.add_counts(slot.column, batch.first, counts);
                }
            } else {
                self.numbers(batch, &slot, |cell| cell.plain_count());
            }
        }
        for at in 0..self.amounts.len() {
            let slot = self.amounts[at];
            self.numbers(batch, &slot, |cell| in_sheet(slot.column, cell.plain_hundredths(slot.power)?));
        }
    }

    /// Reads a column of numbers: those that are plain, and the others one by one.
    #[inline]
    fn numbers(
        &mut self,
        batch: &Batch<'_, '_>,
        slot: &Slot<Field>,
        plain: impl Fn(PlainCell<'_>) -> Option<i64>,
    ) {
        let mut cells = [blank_cell(slot.column.kind() == FieldKind::Count); BATCH];
        let (mut any, mut any_odd) = (false, false);
        for (cell, to) in batch.rows.column(slot.index).zip(&mut cells) {
            match plain(cell) {
                Some(number) => (*to, any) = (number, true),
                None => any_odd |= !cell.is_blank(),
            }
        }
        if any_odd {
            for (row, (cell, to)) in batch.rows.column(slot.index).zip(&mut cells).enumerate() {
                if cell.is_blank() || plain(cell).is_some() {
                    continue;
                }
                let place = batch.first + row;
                (self.school, self.added) = (batch.schools[row], Some(place));
                if let Some(value) = self.odd_number(slot, cell.text()) {
                    (*to, any) = (self.builder.cell(place, slot.column, value), true);
                }
            }
        }
        if any {
            self.builder.add_cells(slot.column, batch.first, &cells[..batch.rows.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::seen_of;
    use super::super::{Reading, SchoolReader};
    use crate::io::with_failures_of;
    use proptest::prelude::*;

    /// Columns of all kinds, with what stands in a plain row; `#` is the number of the row.
    const COLUMNS: [(&str, &str); 20] = [
        ("year", "2024"),
        ("school_code", "9#"),
        ("school_name", "第#小学"),
        ("county_code", "210102"),
        ("county_name", "和平区"),
        ("kind", "小学"),
        ("province", "辽宁省"),
        ("city", "沈阳市"),
        ("township", "第#街道"),
        ("group", ""),
        ("urban_rural", "城区"),
        ("ownership", "公办"),
        ("founded_year", "19#"),
        ("", ""),
        ("boarding", "否"),
        ("music_room_areas", ""),
        ("students_primary", "#"),
        ("students_junior", ""),
        ("teaching_area", "12#.5#"),
        ("教学仪器设备值（万元）", "0.#"),
    ];

    /// What else may stand in a cell.
    const ODD: [&str; 22] = [
        "",
        "—",
        "７",
        "'8",
        "-1",
        "1.5",
        "12345",
        "99999999999",
        "1e3",
        "九",
        " 镇 ",
        "\"12\"",
        "2021年",
        "民办",
        "乡村",
        "合计",
        "123.45",
        "是",
        "96;54.5",
        "无",
        "210103",
        "123456.78",
    ];

    fn reading() -> Reading {
        Reading { head: 3000, block: 2000, ..Reading::new(&SchoolReader::default()) }
    }

    proptest! {
        #![proptest_config(with_failures_of("tests/regressions/batch.txt"))]

        /// Whatever stands in the cells, and wherever the quick way gives up.
        #[test]
        fn rows_read_together_are_those_read_one_by_one(
            odd in prop::collection::vec(
                prop::collection::vec((0..COLUMNS.len(), prop::sample::select(ODD.to_vec())), 0..3), 60..130,
            ),
            are_refused in prop::bool::weighted(0.1),
            // As spreadsheets end the rows of a sheet in which something stood further to the right.
            behind in prop::sample::select(vec!["", "", ",", ",,,", ",\"\"", ", ", ",1"]),
        ) {
            let mut text = COLUMNS.map(|(name, _)| name).join(",") + "\n";
            for (row, odd) in odd.iter().enumerate() {
                let number = (row + 10).to_string();
                let mut cells = COLUMNS.map(|(_, plain)| plain.replace('#', &number));
                for (column, typed) in odd {
                    // One such cell is enough for the whole table.
                    if are_refused || !["kind", "school_code"].contains(&COLUMNS[*column].0) {
                        cells[*column] = (*typed).to_owned();
                    }
                }
                text += &(cells.join(",") + if row % 50 == 7 { "" } else { behind } + "\n");
            }
            let (mut together, mut one_by_one) = (reading(), reading());
            prop_assert!(together.add_blocks("t.csv", &text.as_bytes()).is_some());
            one_by_one.add("t.csv", text.as_bytes());
            prop_assert_eq!(seen_of(together), seen_of(one_by_one));
        }
    }
}
