//! Where the findings of one county are collected.

use crate::finding::{Arg, Code, Finding, Item};
use crate::model::{County, Field, SchoolRow, Stage};

/// Where the findings of a county go, and what is said once for all its schools and stages; of one county after another, in the
/// same memory.
pub(super) struct Out<'d> {
    pub(super) county: County<'d>,
    /// In words, and in numbers.
    pub(super) findings: Vec<Finding>,
    pub(super) notes: Vec<Item>,
    /// Rows whose blank component was taken as none; of fields that no unit had blank, none.
    blank: Vec<(Field, Rows)>,
    /// Components of which those of all units of a stage are among these.
    blank_of_stages: Vec<(Field, Stage)>,
    /// Columns in whose place another was read.
    substituted: Vec<(Field, Field)>,
    /// Columns that the table does not have, with what is missing for want of them.
    absent: Vec<(Field, Arg)>,
}

impl<'d> Out<'d> {
    /// That of a county.
    pub(super) fn new(county: County<'d>) -> Self {
        Out {
            county,
            findings: Vec::new(),
            notes: Vec::new(),
            blank: Vec::new(),
            blank_of_stages: Vec::new(),
            substituted: Vec::new(),
            absent: Vec::new(),
        }
    }

    /// Begins with another county.
    pub(super) fn begin(&mut self, county: County<'d>) {
        self.county = county;
        self.findings.clear();
        self.notes.clear();
        self.blank.iter_mut().for_each(|(_, rows)| rows.begin(county));
        self.blank_of_stages.clear();
        self.substituted.clear();
    }

    pub(super) fn note(&mut self, finding: Finding) {
        self.findings.push(finding.county(self.county.code_shared(), self.county.year()));
    }

    /// Notes what the [`Teller`](super::told::Teller) knows to put into words.
    pub(super) fn note_brief(&mut self, code: Code, what: u8, row: u32, other: u32) {
        self.notes.push(Item { code, what, row, other });
    }

    /// Whether the table has no such column at all; it is then said once what is missing for want of it.
    pub(super) fn column_absent(&mut self, school: SchoolRow<'_>, field: Field, needed_for: &Arg) -> bool {
        let absent = !school.has_column(field);
        if absent {
            let known = entry(&mut self.absent, field, || needed_for.clone());
            if !known.ends_with(needed_for) {
                *known = known.then("、", ", ", needed_for.clone());
            }
        }
        absent
    }

    /// Notes which of these columns, whose blank means none, are blank.
    pub(super) fn blank_parts(&mut self, school: SchoolRow<'d>, parts: impl IntoIterator<Item = Field>) {
        for part in parts {
            if school.raw(part).is_none() {
                entry(&mut self.blank, part, || Rows::of(self.county)).insert(school.row());
            }
        }
    }

    /// Notes the rows of a stage in which a component is blank, a bit for each of the county, sixteen to a number: the same for
    /// every indicator that has it.
    pub(super) fn blank_in_columns(&mut self, part: Field, stage: Stage, rows: impl Iterator<Item = u16>) {
        if !self.blank_of_stages.contains(&(part, stage)) {
            self.blank_of_stages.push((part, stage));
            entry(&mut self.blank, part, || Rows::of(self.county)).insert_all(rows);
        }
    }

    /// Notes a column in whose place another was read.
    pub(super) fn substituted(&mut self, field: Field, other: Field) {
        if !self.substituted.contains(&(field, other)) {
            self.substituted.push((field, other));
        }
    }

    /// Notes what is said once for all schools and stages; `assessed` is how many schools there are to speak of.
    pub(super) fn finish(&mut self, assessed: usize) {
        let first = self.county.rows().start;
        for (field, needed_for) in std::mem::take(&mut self.absent) {
            self.note(Finding::new(Code::ColumnAbsent).column(field).arg("needed_for", needed_for));
        }
        let substituted = std::mem::take(&mut self.substituted);
        for (field, other) in &substituted {
            self.note_brief(Code::SubstituteUsed, *field as u8, first, *other as u32);
        }
        let blank = std::mem::take(&mut self.blank);
        for (field, rows) in &blank {
            let count = rows.count();
            if count == assessed && count > 0 {
                self.note_brief(Code::BlankTakenAsNone, *field as u8, first, count as u32);
            } else if count > 0 {
                let codes: Vec<_> = rows.iter().map(|row| self.county.data().school(row).code()).collect();
                let named = Arg::names(codes.join("、"), codes.join(", "));
                let finding = Finding::new(Code::BlankTakenAsNone).column(*field);
                self.note(finding.arg("count", &count).arg("schools", named));
            }
        }
        (self.blank, self.substituted) = (blank, substituted);
    }
}

/// What is known of a field, or as yet nothing: of the few that there are.
fn entry<T>(all: &mut Vec<(Field, T)>, field: Field, new: impl FnOnce() -> T) -> &mut T {
    let place = all.iter().position(|(own, _)| *own == field).unwrap_or_else(|| {
        all.push((field, new()));
        all.len() - 1
    });
    &mut all[place].1
}

/// Some of the rows of a county, one bit each.
struct Rows {
    first: u32,
    bits: Vec<u16>,
}

impl Rows {
    /// None of the rows of a county.
    fn of(county: County<'_>) -> Self {
        let mut none = Rows { first: 0, bits: Vec::new() };
        none.begin(county);
        none
    }

    /// Begins with none of the rows of another county.
    fn begin(&mut self, county: County<'_>) {
        let rows = county.rows();
        self.first = rows.start;
        self.bits.clear();
        self.bits.resize(rows.len().div_ceil(16), 0);
    }

    fn insert(&mut self, row: u32) {
        let place = row.wrapping_sub(self.first);
        if let Some(bits) = self.bits.get_mut(place as usize / 16) {
            *bits |= 1 << (place % 16);
        }
    }

    /// Inserts those of all rows that have a bit here.
    fn insert_all(&mut self, rows: impl Iterator<Item = u16>) {
        self.bits.iter_mut().zip(rows).for_each(|(bits, more)| *bits |= more);
    }

    fn count(&self) -> usize {
        self.bits.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// The rows in order.
    fn iter(&self) -> impl Iterator<Item = u32> {
        let is_in = |place: &u32| self.bits[*place as usize / 16] >> (place % 16) & 1 != 0;
        (0..16 * self.bits.len() as u32).filter(is_in).map(|place| self.first + place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DataSet, School, SchoolKind};

    #[test]
    fn rows_of_a_large_county_are_counted_once_and_told_in_order() {
        let mut builder = DataSet::builder();
        for (county, schools) in [("110101", 70), ("110102", 200)] {
            for code in 0..schools {
                let code = format!("{county}{code:03}");
                builder.push(&School::new(county, &code, SchoolKind::Primary).expect("valid"));
            }
        }
        let data = builder.finish().expect("distinct codes");
        let county = data.counties().nth(1).expect("two");
        let mut rows = Rows::of(county);
        // Rows of the second county, about the ends of its words, some of them twice and in no order.
        let some = [269, 70, 133, 134, 71, 134, 197, 198, 199, 70];
        some.into_iter().for_each(|row| rows.insert(row));
        assert_eq!(rows.iter().collect::<Vec<_>>(), [70, 71, 133, 134, 197, 198, 199, 269]);
        assert_eq!(rows.count(), 8);
    }
}
