//! Where the findings of one county are collected.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Arg, Code, Finding};
use crate::model::{County, Field, SchoolRow, Stage};

/// Where the findings of a county go, and what is said once for all its schools and stages.
pub(super) struct Out<'d> {
    pub(super) county: County<'d>,
    pub(super) findings: Vec<Finding>,
    /// Rows whose blank component was taken as none.
    blank: BTreeMap<Field, Rows>,
    /// Components of which those of all units of a stage are among these.
    blank_of_stages: Vec<(Field, Stage)>,
    /// Columns in whose place another was read.
    pub(super) substituted: BTreeSet<(Field, Field)>,
    /// Columns that the table does not have, with what is missing for want of them.
    absent: BTreeMap<Field, Arg>,
}

impl<'d> Out<'d> {
    pub(super) fn new(county: County<'d>) -> Self {
        Out {
            county,
            findings: Vec::new(),
            blank: BTreeMap::new(),
            blank_of_stages: Vec::new(),
            substituted: BTreeSet::new(),
            absent: BTreeMap::new(),
        }
    }

    pub(super) fn note(&mut self, finding: Finding) {
        self.findings.push(finding.county(self.county.code_shared(), self.county.year()));
    }

    /// Whether the table has no such column at all; it is then said once what is missing for want of it.
    pub(super) fn column_absent(&mut self, school: SchoolRow<'_>, field: Field, needed_for: &Arg) -> bool {
        let absent = !school.has_column(field);
        if absent {
            let known = self.absent.entry(field).or_insert_with(|| needed_for.clone());
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
                self.blank.entry(part).or_insert_with(|| Rows::of(self.county)).insert(school.row());
            }
        }
    }

    /// Notes the rows of a stage in which a component is blank: the same for every indicator that has it.
    pub(super) fn blank_in_columns(&mut self, part: Field, stage: Stage, rows: impl Iterator<Item = u32>) {
        if !self.blank_of_stages.contains(&(part, stage)) {
            self.blank_of_stages.push((part, stage));
            let blank = self.blank.entry(part).or_insert_with(|| Rows::of(self.county));
            rows.for_each(|row| blank.insert(row));
        }
    }

    /// All findings; `assessed` is how many schools there are to speak of.
    pub(super) fn finish(mut self, assessed: usize) -> Vec<Finding> {
        for (field, needed_for) in std::mem::take(&mut self.absent) {
            self.note(Finding::new(Code::ColumnAbsent).column(field).arg("needed_for", needed_for));
        }
        for (field, other) in std::mem::take(&mut self.substituted) {
            self.note(Finding::new(Code::SubstituteUsed).column(field).value(other).arg("other", other));
        }
        for (field, rows) in std::mem::take(&mut self.blank) {
            let count = rows.count();
            let named = if count == assessed {
                Arg::names("全部学校", "all schools")
            } else {
                let codes: Vec<_> = rows.iter().map(|row| self.county.data().school(row).code()).collect();
                Arg::names(codes.join("、"), codes.join(", "))
            };
            let finding = Finding::new(Code::BlankTakenAsNone).column(field);
            self.note(finding.arg("count", &count).arg("schools", named));
        }
        self.findings
    }
}

/// Some of the rows of a county, one bit each.
struct Rows {
    first: u32,
    bits: Vec<u64>,
}

impl Rows {
    /// None of the rows of a county.
    fn of(county: County<'_>) -> Self {
        let rows = county.rows();
        Rows { first: rows.start, bits: vec![0; rows.len().div_ceil(64)] }
    }

    fn insert(&mut self, row: u32) {
        let place = row.wrapping_sub(self.first);
        if let Some(bits) = self.bits.get_mut(place as usize / 64) {
            *bits |= 1 << (place % 64);
        }
    }

    fn count(&self) -> usize {
        self.bits.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// The rows in order.
    fn iter(&self) -> impl Iterator<Item = u32> {
        let is_in = |place: &u32| self.bits[*place as usize / 64] >> (place % 64) & 1 != 0;
        (0..64 * self.bits.len() as u32).filter(is_in).map(|place| self.first + place)
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
