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
        let mut own: Vec<_> = own.iter().map(|note| Finding::brief(teller.clone(), *note)).collect();
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

/// Findings in order, a few and others that may be many.
fn merged(few: Vec<Finding>, mut many: Vec<Finding>) -> Vec<Finding> {
    if few.is_empty() {
        return many;
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
