//! What documents attest, and what must not have happened.

use super::{Case, Measure};
use crate::assess::Verdict;

/// The attestation of an item, or that goes with it; without a word on it, open.
pub(super) fn attestation(case: &Case<'_, '_>) -> Measure {
    let answer = case.item.columns.attested.and_then(|field| case.answer(field));
    Measure::bare(answer.map_or(Verdict::Undetermined, Verdict::from))
}

/// What stops a recognition if it happened; a blank is no denial.
pub(super) fn veto(case: &mut Case<'_, '_>) -> Measure {
    let happened = case.facts.table.and_then(|table| table.veto(case.item.id()));
    Measure::bare(happened.map_or(Verdict::Undetermined, |yes| Verdict::from(!yes)))
}
