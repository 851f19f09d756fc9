//! What every school spends on training its teachers.

use super::ratio::Worst;
use super::{Case, Measure, Outcome, SchoolRecord, lacking, quotient};
use crate::assess::Verdict;
use crate::model::{Field, Stage};
use crate::numeric::Decimal;

/// Training funds over the budget of public funding, of every school.
pub(super) fn training(case: &mut Case<'_, '_>) -> Outcome {
    let Some(limit) = case.limit("least", Stage::Primary) else { return Outcome::one(Measure::open()) };
    let told = case.tells(Field::TrainingFunding);
    let mut verdict = None;
    let mut below = Some(0u32);
    let mut least = Worst::default();
    let mut records = Vec::new();
    for &school in case.schools() {
        if !told {
            // Of none of them there is anything to say.
            (verdict, below) = (Some(Verdict::Undetermined), None);
            break;
        }
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
        verdict = Some(Verdict::all(verdict.into_iter().chain([measure.verdict])));
        below = match measure.verdict {
            Verdict::Met => below,
            Verdict::NotMet => below.map(|below| below + 1),
            Verdict::Undetermined => None,
        };
        least.add(&measure);
        if measure.verdict != Verdict::Met {
            records.push(SchoolRecord { row: school.row(), stage: None, part: None, measure, clause: None });
        }
    }
    let Some(verdict) = verdict else { return Outcome::one(limit.measure()) };
    case.show("below", below.map(Decimal::from));
    let measure = least.measure().unwrap_or_else(|| limit.measure());
    Outcome::one(measure.verdict(verdict).lacking(None)).with(records)
}
