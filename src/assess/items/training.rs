//! What every school spends on training its teachers.

use super::ratio::Worst;
use super::{Case, Found, Measure, Name, lacking, quotient};
use crate::assess::Verdict;
use crate::model::{Field, Stage};
use crate::numeric::Decimal;

/// Training funds over the budget of public funding, of every school.
pub(super) fn training(case: &mut Case<'_, '_>) -> Measure {
    let Some(limit) = case.limit("least", Stage::Primary) else { return Measure::open() };
    let told = case.tells(Field::TrainingFunding);
    let mut verdict = None;
    let mut below = Some(0u32);
    let mut least = Worst::default();
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
                None => Measure::against(&limit),
            },
            None => {
                let missing = [Field::TrainingFunding, Field::PublicFundingBudget]
                    .into_iter()
                    .find(|column| school.value(*column).is_none());
                missing.into_iter().for_each(|column| case.miss(school, column));
                Measure::against(&limit)
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
            case.tell(Found::new(school, measure));
        }
    }
    let Some(verdict) = verdict else { return Measure::against(&limit) };
    case.show(Name::Below, below.map(Decimal::from));
    let measure = least.measure().unwrap_or_else(|| Measure::against(&limit));
    measure.verdict(verdict).lacking(None)
}
