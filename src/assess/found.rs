//! What is found of a county: notes and findings, which are put in one order when somebody asks for them.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::told::Teller;
use crate::finding::{Finding, Item, Severity};

/// What is found of a county.
///
/// Nearly every county has notes, and few are asked what they say.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// What the [`Teller`] knows to put into words, among the notes of the piece.
    notes: Range<usize>,
    /// All else, in order.
    told: Vec<Finding>,
    /// How many there are of each severity.
    counts: [usize; 3],
    /// All in order, where there are notes and somebody has asked.
    all: OnceLock<Vec<Finding>>,
}

impl Found {
    /// What is found in assessing a county: the notes behind the first so many of its piece, and the rest.
    pub(super) fn new(first: usize, notes: &[Item], told: &mut Vec<Finding>) -> Self {
        let mut counts = [0; 3];
        let own = notes.get(first..).unwrap_or_default();
        own.iter().for_each(|note| counts[note.code.severity() as usize] += 1);
        let mut found = Found { notes: first..notes.len(), told: Vec::new(), counts, all: OnceLock::new() };
        if !told.is_empty() {
            told.sort_by(Finding::order);
            found.add(std::mem::take(told));
        }
        found
    }

    /// Adds findings that are in order.
    pub(super) fn add(&mut self, found: Vec<Finding>) {
        found.iter().for_each(|finding| self.counts[finding.severity() as usize] += 1);
        self.told = merged(std::mem::take(&mut self.told), found);
    }

    /// How many there are of a severity.
    pub(super) fn count(&self, severity: Severity) -> usize {
        self.counts[severity as usize]
    }

    /// All in order, given the notes of the piece.
    pub(super) fn all(&self, notes: &[Item], teller: &Arc<Teller>) -> &[Finding] {
        if self.notes.is_empty() { &self.told } else { self.all.get_or_init(|| self.made(notes, teller)) }
    }

    fn made(&self, notes: &[Item], teller: &Arc<Teller>) -> Vec<Finding> {
        let own = notes.get(self.notes.clone()).unwrap_or_default();
        let mut own: Vec<_> = own.iter().map(|note| teller.finding(*note)).collect();
        own.sort_by(Finding::order);
        merged(own, self.told.clone())
    }

    /// Takes all out in order, so that they can be changed.
    pub(super) fn take(&mut self, notes: &[Item], teller: &Arc<Teller>) -> Vec<Finding> {
        let all = self.all.take().unwrap_or_else(|| self.made(notes, teller));
        (self.notes, self.told) = (0..0, Vec::new());
        all
    }

    /// Puts them back in.
    pub(super) fn put_back(&mut self, all: Vec<Finding>) {
        self.told = all;
    }
}

/// Findings in order, some and others.
fn merged(few: Vec<Finding>, mut many: Vec<Finding>) -> Vec<Finding> {
    if few.is_empty() {
        return many;
    }
    if many.is_empty() {
        return few;
    }
    let mut all = Vec::with_capacity(few.len() + many.len());
    for one in few {
        let before = many.partition_point(|other| other.order(&one).is_lt());
        all.extend(many.drain(..before));
        all.push(one);
    }
    all.append(&mut many);
    debug_assert!(all.is_sorted_by(|a, b| a.order(b).is_le()));
    all
}

#[cfg(test)]
mod tests {
    use super::super::Assessor;
    use super::*;
    use crate::finding::Code;
    use crate::model::{DataSet, Field, School, SchoolKind};
    use crate::standards::Standard;

    /// Notes on a county stand among what is found in its data, and what they say can be changed and put back.
    #[test]
    fn notes_and_findings_come_in_one_order() {
        let mut builder = DataSet::builder();
        for (code, pupils) in [("1", 300), ("2", 500)] {
            let school = School::new("210102", code, SchoolKind::Primary).expect("valid");
            builder.push(&school.with_count(Field::StudentsPrimary, pupils).expect("a count"));
        }
        let data = builder.finish().expect("distinct codes");
        let teller = Arc::new(Teller::new(&Assessor::new(Standard::quality_2017()), &data));
        let note = |code, field: Field| Item { code, what: field as u8, row: 0, other: 2 };
        let notes = [
            note(Code::BlankTakenAsNone, Field::Books),
            note(Code::SubstituteUsed, Field::TeachingArea),
            note(Code::BlankTakenAsNone, Field::IndoorSportsArea),
        ];
        let told = |code| Finding::new(code).county("210102", None);
        // The first note is of another county.
        let mut found = Found::new(1, &notes, &mut vec![told(Code::ZeroIndicator), told(Code::CvMissing)]);
        found.add(vec![told(Code::BeforeEffect), told(Code::Jump)]);
        let codes = |found: &[Finding]| found.iter().map(Finding::code).collect::<Vec<_>>();
        let expected = [
            Code::BeforeEffect,
            Code::BlankTakenAsNone,
            Code::CvMissing,
            Code::Jump,
            Code::SubstituteUsed,
            Code::ZeroIndicator,
        ];
        assert_eq!(codes(found.all(&notes, &teller)), expected);
        assert_eq!(found.all(&notes, &teller)[1].column_id(), Some(Field::IndoorSportsArea.id()));
        let severities = [Severity::Error, Severity::Warning, Severity::Note];
        let of = |severity| expected.iter().filter(|code| code.severity() == severity).count();
        assert_eq!(severities.map(|severity| found.count(severity)), severities.map(of));
        let mut all = found.take(&notes, &teller);
        assert_eq!(codes(&all), expected);
        all.iter_mut().for_each(|finding| finding.explain("核实".into()));
        found.put_back(all);
        assert_eq!(codes(found.all(&notes, &teller)), expected);
        assert!(found.all(&notes, &teller).iter().all(|finding| finding.explanation() == Some("核实")));
    }
}
