//! What every school spends on training its teachers.

use super::ratio::worst;
use super::{Case, Measure, Outcome, SchoolRecord, lacking, quotient};
use crate::assess::Verdict;
use crate::model::{Field, Stage};

/// Training funds over the budget of public funding, of every school.
pub(super) fn training(case: &mut Case<'_, '_>) -> Outcome {
    let Some(limit) = case.limit("least", Stage::Primary) else { return Outcome::one(Measure::open()) };
    let mut all: Vec<(bool, SchoolRecord)> = Vec::new();
    for &school in case.schools() {
        let funds = school.value(Field::TrainingFunding).zip(school.value(Field::PublicFundingBudget));
        let measure = match funds {
            Some((spent, budget)) => match quotient(spent, budget, limit.per()) {
                Some(value) => {
                    case.measure(value, &limit, Some(school)).lacking(lacking(spent, budget, &limit, 2))
                }
                None => limit.measure(),
            },
            None => {
                let missing = [Field::TrainingFunding, Field::PublicFundingBudget]
                    .into_iter()
                    .find(|column| school.value(*column).is_none());
                missing.into_iter().for_each(|column| case.miss(school, column));
                limit.measure()
            }
        };
        let told = school.has_column(Field::TrainingFunding);
        all.push((told, SchoolRecord { row: school.row(), stage: None, part: None, measure, clause: None }));
    }
    if all.is_empty() {
        return Outcome::one(limit.measure());
    }
    let verdict = Verdict::all(all.iter().map(|(_, r)| r.measure.verdict));
    let measure = worst(all.iter().map(|(_, r)| &r.measure)).unwrap_or_else(|| limit.measure());
    let below = all.iter().filter(|(_, r)| r.measure.verdict == Verdict::NotMet).count() as u32;
    let open = all.iter().any(|(_, r)| r.measure.verdict == Verdict::Undetermined);
    case.show("below", (!open).then(|| below.into()));
    all.retain(|(told, r)| *told && r.measure.verdict != Verdict::Met);
    Outcome::one(measure.verdict(verdict).lacking(None)).with(all.into_iter().map(|(_, r)| r).collect())
}
