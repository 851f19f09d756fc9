//! What the people asked think of it.

use super::ratio::share;
use super::{Case, Measure, Name, quotient};
use crate::model::{CountyField, Stage};
use crate::numeric::Decimal;

/// The rate where it is given; else the satisfied among the questionnaires, and among those visited.
pub(super) fn recognition(case: &mut Case<'_, '_>) -> Measure {
    let [valid, satisfied, visited, visited_satisfied] = [
        CountyField::QuestionnairesValid,
        CountyField::QuestionnairesSatisfied,
        CountyField::Visited,
        CountyField::VisitedSatisfied,
    ]
    .map(|field| case.figure(field));
    let add = |a: Option<Decimal>, b: Option<Decimal>| a?.checked_add(b?);
    if let Some(rate) = case.figure(CountyField::RecognitionRate) {
        let Some(limit) = case.limit("least", Stage::Primary) else { return Measure::open() };
        let rates = [
            (satisfied, valid),
            (visited_satisfied, visited),
            (add(satisfied, visited_satisfied), add(valid, visited)),
        ];
        disagree(case, rate, rates);
        return case.measure(rate.into(), &limit, None);
    }
    let nobody_visited = visited.or(visited_satisfied).is_none();
    if !nobody_visited && case.facts.options.is("recognition", "pooled") {
        return share(case, "least", add(satisfied, visited_satisfied), add(valid, visited), 0);
    }
    let questionnaires = share(case, "least", satisfied, valid, 0);
    if nobody_visited {
        return questionnaires;
    }
    let visits = share(case, "least", visited_satisfied, visited, 0);
    case.all([(Name::Questionnaires, questionnaires), (Name::Visits, visits)])
}

/// A rate that none of the counts gives, at the decimals it is typed with.
fn disagree(case: &mut Case<'_, '_>, rate: Decimal, counts: [(Option<Decimal>, Option<Decimal>); 3]) {
    let decimals = rate.parts().1.max(1);
    let rates = counts.into_iter().filter_map(|(num, den)| quotient(num?, den?, 2)?.round_half_up(decimals));
    let rates: Vec<_> = rates.collect();
    if !rates.contains(&rate) {
        case.compare(CountyField::RecognitionRate, rate, rates.first().copied());
    }
}
