//! The points of a county government's work.

use super::{Case, Measure, meets};
use crate::assess::Verdict;
use crate::assess::score::{Bounds, bounds, points};
use crate::finding::{Arg, Code};
use crate::model::Stage;
use crate::numeric::Decimal;

/// The total of the scoring table reaches the pass mark. Answers that are missing leave it open only where they decide:
/// not where the rest already passes, or cannot pass any more.
pub(super) fn score(case: &mut Case<'_, '_>) -> Measure {
    let Some(limit) = case.limit("least", Stage::Primary) else { return Measure::open() };
    let Some(scored) = case.facts.local.score.as_deref() else { return Measure::against(&limit) };
    let sheet = scored.answers.get(case.facts.county.code(), case.facts.county.year());
    let items = scored.table.items();
    let open: Vec<_> =
        items.iter().filter(|item| points(item, sheet).is_none()).map(|item| item.id()).collect();
    if !open.is_empty() {
        let named = Arg::names(open.join("、"), open.join(", "));
        let finding = case.about_county(Code::ScoreUnanswered).arg("count", &open.len());
        case.findings.push(finding.arg("items", named));
    }
    let Bounds { least, most } = bounds(items.iter(), sheet);
    let reaches = |total: Decimal| meets(total, limit.value, limit.direction);
    let verdict = match (reaches(least), reaches(most)) {
        (true, _) => Verdict::Met,
        (false, false) => Verdict::NotMet,
        (false, true) => Verdict::Undetermined,
    };
    let total = open.is_empty().then(|| least.into());
    let measure = Measure::against(&limit).value(total).verdict(verdict);
    measure.lacking(limit.value.checked_sub(most))
}
